"""The pages, one file each."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    about,
    embed,
    events,
    explore,
    follow,
    kept_plan,
    kept_trip,
    passport,
    phone,
    plan,
    reach,
    report,
    routes,
    site,
    staff,
    stories,
    trip,
    trip_sheet,
)

router = APIRouter()
for _part in (
    *(explore, site, report, routes, plan, kept_plan, reach),
    *(follow, passport, phone, embed),
    *(trip, trip_sheet, kept_trip, about, stories, events),
):
    router.include_router(_part.router)
router.include_router(staff.router)

__all__ = ["router"]
