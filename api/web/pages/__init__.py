"""The pages, one file each."""

from __future__ import annotations

from fastapi import APIRouter

from . import about, explore, plan, routes, site, trip

router = APIRouter()
for _part in (explore, site, routes, plan, trip, about):
    router.include_router(_part.router)

__all__ = ["router"]
