"""The form of each kind of record: its fields, in sections."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import Depends, HTTPException

from geo.districts import DISTRICT_NAMES
from geo.schema import (
    AUDIENCES,
    CATEGORIES,
    DURATIONS,
    GRADES,
    POSITION_BASES,
    PROVENANCES,
    ROUTE_MODES,
    THEMES,
    YES_PARTIAL_NO,
)

from .fields import Field, Sheet

_WHETHER = ("yes", "no", "both", "unknown")
_BOOKING = ("required", "groups", "none", "unknown")
_MEDIA = ("photo", "audio", "video", "panorama", "document")
_EVENTS = ("exhibition", "lecture", "ceremony", "activity")

_SITES = Sheet(
    "sites",
    {
        "names": (Field("name_zh"), Field("name_en"), Field("aliases", "lines")),
        "what": (
            Field("category", "choice", CATEGORIES, "category"),
            Field("themes", "many", THEMES, "theme"),
            Field("period"),
            Field("period_from", "number"),
            Field("period_to", "number"),
            Field("summary_zh", "text"),
            Field("summary_en", "text"),
            Field("honours", "text"),
            Field("grade", "choice", GRADES, "page.site.grade"),
        ),
        "where": (
            Field("district", "choice", DISTRICT_NAMES, "district"),
            Field("address"),
            Field("position", "position"),
            Field("accuracy_m", "number"),
            Field("position_basis", "choice", POSITION_BASES, "basis"),
            Field("position_source"),
        ),
        "visit": (
            Field("opening_hours", "hours"),
            Field("hours_basis"),
            Field("ticket"),
            Field("phone"),
            Field("visit_min", "number"),
            Field("booking", "choice", _BOOKING, "page.booking"),
            Field("indoor", "choice", _WHETHER, "page.indoor"),
            Field("step_free", "choice", YES_PARTIAL_NO, "page.yes"),
            Field("toilets", "choice", YES_PARTIAL_NO, "page.yes"),
        ),
        "sources": (Field("sources", "sources"), Field("notes_zh", "text")),
    },
)
_ROUTES = Sheet(
    "routes",
    {
        "names": (
            Field("name_zh"),
            Field("name_en"),
            Field("collection"),
            Field("theme_zh"),
            Field("theme_en"),
            Field("description_zh", "text"),
            Field("description_en", "text"),
        ),
        "stops": (
            Field("stops", "stops"),
            Field("start", "place"),
            Field("lunch_after", "number"),
            Field("mode", "choice", ROUTE_MODES, "page.mode"),
            Field("duration", "choice", ("", *DURATIONS), "page.duration"),
            Field("audience", "choice", AUDIENCES, "page.audience"),
        ),
        "provenance": (
            Field("provenance", "choice", PROVENANCES, "page.provenance"),
            Field("publisher"),
            Field("year", "number"),
            Field("source"),
            Field("order_reason_zh"),
            Field("notes_zh", "text"),
        ),
    },
)
_CLOSURES = Sheet(
    "closures",
    {
        "closed": (
            Field("site", "site"),
            Field("date_from", "date"),
            Field("date_to", "date"),
            Field("reason_zh"),
            Field("reason_en"),
            Field("source"),
        )
    },
)
_EVENTS_SHEET = Sheet(
    "events",
    {
        "names": (
            Field("type", "choice", _EVENTS, "staff.event"),
            Field("name_zh"),
            Field("name_en"),
            Field("description_zh", "text"),
            Field("description_en", "text"),
        ),
        "when": (
            Field("starts", "moment"),
            Field("ends", "moment"),
            Field("opening_hours", "hours"),
            Field("visit_min", "number"),
            Field("booking_zh"),
            Field("booking_en"),
        ),
        "where": (
            Field("site", "site"),
            Field("place_zh"),
            Field("place_en"),
            Field("position", "position"),
        ),
        "sources": (Field("source"),),
    },
)
_MEDIA_SHEET = Sheet(
    "media",
    {
        "media": (
            Field("site", "site"),
            Field("medium", "choice", _MEDIA, "staff.medium"),
            Field("url"),
            Field("title_zh"),
            Field("title_en"),
            Field("alt_zh"),
            Field("alt_en"),
        ),
        "sources": (Field("credit"), Field("licence")),
    },
)
_ORAL_HISTORIES = Sheet(
    "oral-histories",
    {
        "story": (
            Field("site", "site"),
            Field("narrator"),
            Field("recorded"),
            Field("title_zh"),
            Field("title_en"),
            Field("text_zh", "text"),
            Field("text_en", "text"),
            Field("url"),
        ),
        "sources": (Field("consent", "choice", ("no", "yes"), "page.yes"), Field("licence")),
    },
)
SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {
        sheet.kind: sheet
        for sheet in (_SITES, _ROUTES, _CLOSURES, _EVENTS_SHEET, _MEDIA_SHEET, _ORAL_HISTORIES)
    }
)
"""Every kind that staff edit by a form, in the order in which they are offered."""


def get_sheet(kind: str) -> Sheet:
    """Return the form of a kind, named in an address.

    Raises
    ------
    HTTPException
        404: staff edit no such kind.
    """
    if kind not in SHEETS:
        raise HTTPException(404)
    return SHEETS[kind]


SheetDep = Annotated[Sheet, Depends(get_sheet)]
