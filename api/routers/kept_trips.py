"""Kept field trips: a link that shows the plan of the day, changed by who holds the edit key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from starlette.exceptions import HTTPException

from api.deps import LangDep, StateDep, TextsDep
from api.params import PlainQuery
from api.planning import JsonBody
from api.state import AppState
from api.trip_keeping import (
    changes_since,
    content_of,
    edition_tag,
    kept_document,
    read_edition,
)
from api.trip_query import KeptPackQuery, PrintQuery
from api.tripping import (
    File,
    all_in_one,
    file_name,
    make_trip,
    pack_pdf,
    trip_file,
    trip_files,
)
from geo.trip import KeptTrip, TripContent, TripRequest, read_trip_request

from .trips import MEDIA, OriginDep, file_answer, trip_document

PATH = "/api/kept-trips"
router = APIRouter(prefix=PATH, tags=["kept trips"])

FRESH: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-cache"})
"""A trip may be changed at any moment: a browser asks again, and is told if nothing has."""
SECRET: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store"})

EditKey = Annotated[
    str,
    Header(alias="Edit-Key", max_length=200, description="The key shown when the trip was kept."),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=40, description="The ETag of the edition the change rests on."
    ),
]


class KeptTripBody(BaseModel):
    """A field trip to be kept: the wish, and how it is printed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "example": {
                "trip": {
                    "school": "青岛某中学",
                    "at": [120.38, 36.061],
                    "date": "2026-11-27",
                    "stops": ["cpc-qingdao-memorial", "navy-museum"],
                },
                "print": {"langs": "both", "omit": "quiz,answers"},
            }
        },
    )

    trip: Annotated[dict[str, Any], WithJsonSchema(TripRequest.model_json_schema())]
    printed: PrintQuery = Field(default=PrintQuery(), alias="print")


@router.post(
    "",
    summary="Keep a field trip",
    status_code=201,
    response_class=JSONResponse,
    dependencies=[JsonBody],
)
def post_kept(body: KeptTripBody, state: StateDep, origin: OriginDep) -> Response:
    """Keep a trip; the answer holds its edit key, which is shown this once."""
    kept, key = state.trips.keep(_content(body, state))
    return JSONResponse(
        {**kept_document(kept, origin), "edit_key": key},
        status_code=201,
        headers={
            **SECRET,
            "Location": f"{origin}{PATH}/{kept.id}",
            "ETag": edition_tag(kept.edition),
        },
    )


@router.get("/{trip_id}", summary="What is kept of a field trip", response_class=JSONResponse)
def get_kept(
    trip_id: str, query: Annotated[PlainQuery, Query()], state: StateDep, origin: OriginDep
) -> Response:
    """Answer with the wish and the print options; the ETag is what a change must name."""
    del query  # the same in every language
    return _answer(state.trips.get(trip_id), origin)


@router.put(
    "/{trip_id}",
    summary="Change a kept field trip",
    response_class=JSONResponse,
    dependencies=[JsonBody],
)
def put_kept(
    trip_id: str,
    body: KeptTripBody,
    state: StateDep,
    origin: OriginDep,
    edit_key: EditKey = "",
    if_match: IfMatch = None,
) -> Response:
    """Put another wish in the place of the one kept; the link and printed codes stay."""
    if if_match is None:
        raise HTTPException(428, "send If-Match with the ETag of what is changed")
    expected = read_edition(if_match)
    return _answer(state.trips.change(trip_id, edit_key, _content(body, state), expected), origin)


@router.delete("/{trip_id}", summary="Remove a kept field trip", status_code=204)
def delete_kept(
    trip_id: str, state: StateDep, edit_key: EditKey = "", if_match: IfMatch = None
) -> Response:
    """Remove everything that was kept; its address answers 410 from then on."""
    expected = None if if_match is None else read_edition(if_match)
    state.trips.remove(trip_id, edit_key, expected)
    return Response(status_code=204)


@router.get(
    "/{trip_id}/plan", summary="A kept field trip as it is today", response_class=JSONResponse
)
def get_plan(
    trip_id: str, query: Annotated[PlainQuery, Query()], state: StateDep, texts: TextsDep
) -> Response:
    """Answer with the trip on the data of today, and what is different since it was kept."""
    del query  # `lang` is in the texts already
    kept = state.trips.get(trip_id)
    trip = make_trip(kept.content.request, state)
    document = trip_document(trip, texts)
    for number, one in enumerate(document["classes"], start=1):
        one["differences"] = [
            {"code": check.notice.code, "level": check.level, "text": check.text(texts)}
            for check in changes_since(kept, trip, number, state)
        ]
    return JSONResponse(document, headers={**FRESH, "Content-Language": texts.lang})


@router.get(
    "/{trip_id}/pack.pdf",
    summary="The pack of a kept field trip as PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def get_kept_pack(
    trip_id: str,
    query: Annotated[KeptPackQuery, Query()],
    state: StateDep,
    origin: OriginDep,
) -> Response:
    """Answer with the pack; the code on its cover leads to the kept trip."""
    kept = state.trips.get(trip_id)
    trip, printed = make_trip(kept.content.request, state), query.over(kept.content.printed)
    pdf = pack_pdf(trip, printed, state, origin, kept=kept.id)
    file = File(f"{file_name(trip, printed.number)}.pdf", "application/pdf", pdf)
    return file_answer(file, shown=True, caching=FRESH)


@router.get(
    "/{trip_id}/pack.zip",
    summary="Everything of a kept field trip, every class",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
def get_kept_files(
    trip_id: str,
    query: Annotated[KeptPackQuery, Query()],
    state: StateDep,
    lang: LangDep,
    origin: OriginDep,
) -> Response:
    """Answer with one ZIP of everything."""
    kept = state.trips.get(trip_id)
    trip, printed = make_trip(kept.content.request, state), query.over(kept.content.printed)
    files = list(trip_files(trip, printed, state, origin, lang=lang, kept=kept.id))
    return file_answer(all_in_one(trip, files), caching=FRESH)


@router.get(
    "/{trip_id}/timetable.{form}",
    summary="The timetable of a kept field trip",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA}}},
)
def get_kept_file(
    trip_id: str,
    form: Literal["csv", "ics", "gpx"],
    query: Annotated[KeptPackQuery, Query()],
    state: StateDep,
    texts: TextsDep,
) -> Response:
    """Answer with the timetable as CSV, iCalendar or GPX."""
    trip = make_trip(state.trips.get(trip_id).content.request, state)
    return file_answer(trip_file(trip, query.number, form, texts), caching=FRESH)


def _content(body: KeptTripBody, state: AppState) -> TripContent:
    return content_of(read_trip_request(body.trip), body.printed, state)


def _answer(kept: KeptTrip, origin: str) -> Response:
    headers = {**FRESH, "ETag": edition_tag(kept.edition)}
    return JSONResponse(kept_document(kept, origin), headers=headers)
