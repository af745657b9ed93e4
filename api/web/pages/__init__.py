"""The pages, one file each."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    about,
    embed,
    explore,
    follow,
    kept_plan,
    kept_trip,
    passport,
    phone,
    plan,
    reach,
    routes,
    site,
    staff,
    trip,
    trip_sheet,
)

router = APIRouter()
for _part in (
    *(explore, site, routes, plan, kept_plan, reach),
    *(follow, passport, phone, embed),
    *(trip, trip_sheet, kept_trip, about),
):
    router.include_router(_part.router)
router.include_router(staff.router)

__all__ = ["router"]
