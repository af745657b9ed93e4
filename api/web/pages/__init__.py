"""The pages, one file each."""

from __future__ import annotations

from fastapi import APIRouter

from . import about, explore, kept_trip, plan, routes, site, trip

router = APIRouter()
for _part in (explore, site, routes, plan, trip, kept_trip, about):
    router.include_router(_part.router)

__all__ = ["router"]
