"""Field trips: stateless, one address one trip; its pack and files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import WithJsonSchema

from api.deps import LangDep, SettingsDep, StateDep, TextsDep
from api.planning import JsonBody
from api.trip_query import TripPackQuery, TripQuery, trip_of_query
from api.tripping import (
    File,
    all_in_one,
    file_name,
    pack_pdf,
    trip_file,
    trip_files,
    wanted_trip,
)
from api.web.texts import Texts
from geo.exchange import to_document
from geo.trip import Trip, TripPlan, TripRequest, read_trip_request
from geo.trip.exports import timetable
from geo.trip.snapshot import snapshot_of

router = APIRouter(prefix="/api/trips", tags=["trips"])

TripBody = Annotated[
    dict[str, Any],
    WithJsonSchema(TripRequest.model_json_schema()),
    Body(
        openapi_examples={
            "coach": {
                "summary": "A junior class by coach, back by 16:30",
                "value": {
                    "school": "青岛某中学",
                    "at": [120.38, 36.061],
                    "date": "2026-11-27",
                    "stage": "junior",
                    "stops": ["cpc-qingdao-memorial", "navy-museum", "ww1-museum"],
                },
            }
        }
    ),
]
MEDIA = ("text/csv", "text/calendar", "application/gpx+xml")


def get_origin(request: Request, settings: SettingsDep) -> str:
    """Return scheme and host as visitors know them."""
    return settings.public_url or str(request.base_url).rstrip("/")


OriginDep = Annotated[str, Depends(get_origin)]
CACHED: Mapping[str, str] = MappingProxyType({"Cache-Control": "public, max-age=300"})


@router.get("", summary="Plan a field trip", response_class=JSONResponse)
def get_trip(query: Annotated[TripQuery, Query()], state: StateDep, texts: TextsDep) -> Response:
    """Answer with the trip of an address."""
    return _answer(wanted_trip(trip_of_query(query), state), texts)


@router.post(
    "",
    summary="Plan a field trip of a JSON wish",
    response_class=JSONResponse,
    dependencies=[JsonBody],
)
def post_trip(body: TripBody, state: StateDep, texts: TextsDep) -> Response:
    """Answer with the trip of a body; nothing is kept."""
    return _answer(wanted_trip(read_trip_request(body), state), texts)


@router.get(
    "/pack.pdf",
    summary="The pack of a class as PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def get_pack(
    query: Annotated[TripPackQuery, Query()], state: StateDep, origin: OriginDep
) -> Response:
    """Answer with the printable pack, tagged for screen readers."""
    trip = wanted_trip(trip_of_query(query), state)
    pdf = pack_pdf(trip, query, state, origin)
    name = file_name(trip, query.number)
    return file_answer(File(f"{name}.pdf", "application/pdf", pdf), shown=True)


@router.get(
    "/pack.zip",
    summary="Packs, timetables, calendars and tracks of every class",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
def get_all(
    query: Annotated[TripPackQuery, Query()], state: StateDep, lang: LangDep, origin: OriginDep
) -> Response:
    """Answer with one ZIP of everything."""
    trip = wanted_trip(trip_of_query(query), state)
    files = list(trip_files(trip, query, state, origin, lang=lang))
    return file_answer(all_in_one(trip, files))


@router.get(
    "/timetable.{form}",
    summary="The timetable of a class for spreadsheets, calendars and navigators",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA}}},
)
def get_file(
    form: Literal["csv", "ics", "gpx"],
    query: Annotated[TripPackQuery, Query()],
    state: StateDep,
    texts: TextsDep,
) -> Response:
    """Answer with the timetable as CSV, iCalendar or GPX."""
    trip = wanted_trip(trip_of_query(query), state)
    return file_answer(trip_file(trip, query.number, form, texts))


def file_answer(
    file: File, *, shown: bool = False, caching: Mapping[str, str] = CACHED
) -> Response:
    """Answer with a file, shown by the browser or put into its downloads."""
    how = "inline" if shown else "attachment"
    headers = {**caching, "Content-Disposition": f'{how}; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _answer(trip: Trip, texts: Texts) -> Response:
    return JSONResponse(
        trip_document(trip, texts), headers={**CACHED, "Content-Language": texts.lang}
    )


def trip_document(trip: Trip, texts: Texts) -> dict[str, Any]:
    """Return a trip as JSON values; notices with their texts, times in Asia/Shanghai."""
    return {
        "request": trip.request.model_dump(mode="json", exclude_defaults=True),
        "exact": trip.exact,
        "classes": [_class(plan, texts) for plan in trip.classes],
        "left_out": [{"site": one.site.id, "reason": one.reason.code} for one in trip.left_out],
        "relaxations": [
            {"limit": one.limit, "value": one.value, "by": one.by, "text": one.notice.text(texts)}
            for one in trip.relaxations
        ],
        "advice": {
            "offers": [
                {"settings": dict(one.settings), "text": one.notice.text(texts)}
                for one in trip.advice.offers
            ],
            "remarks": [{"code": one.code, "text": one.text(texts)} for one in trip.advice.remarks],
        },
    }


def _class(plan: TripPlan, texts: Texts) -> dict[str, Any]:
    rain = plan.rain
    return {
        "group": plan.facts.group_name(texts),
        "itinerary": to_document(plan.itinerary),
        "walked_m": [round(plan.walked_m(day), 1) for day in range(len(plan.itinerary.days))],
        "timetable": [
            {
                "kind": row.kind,
                "begin": row.begin.isoformat(),
                "end": row.end.isoformat(),
                "text": row.text,
            }
            for row in timetable(plan, texts)
        ],
        "checks": [
            {"code": check.notice.code, "level": check.level, "text": check.text(texts)}
            for check in plan.checks
        ],
        "plan_b": to_document(rain.itinerary) if rain else None,
        "snapshot": str(snapshot_of(plan)),
    }
