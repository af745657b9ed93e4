"""The field trip: one form, then its plan, what must be known of it, and everything to print."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.deps import StateDep, TextsDep
from api.places import read_position
from api.state import AppState
from api.trip_query import TripPackQuery, trip_of_query
from api.trip_told import Wrong, wrong_of
from api.tripping import ground_of, pack_document, wanted_trip
from api.web.drawing import itinerary_drawing, qr_drawing
from api.web.kept import Kept
from api.web.view import Page, PageDep, address
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.models import TIME_ZONE, LonLat
from maps.pack import Document
from maps.pack.chart import Lettering
from maps.pack.picker import HEIGHT_PX, LEVELS, WIDTH_PX, picked, picker_svg

from .keeping import Unsaved, keep_form
from .trip_form import Asked, by_name, read_asked, resolve, trip_form
from .trip_result import faults_of, refusal_of, result_of

router = APIRouter(include_in_schema=False)

SCHOOL_WEEK = 7
"""Days from today that the form proposes: a class needs a week's notice."""
PICTURES: Kept[str] = Kept(limit=64)

AskedDep = Annotated[Asked, Depends(read_asked)]


@router.get("/trip", response_model=None)
def trip_page(page: PageDep, state: StateDep, asked: AskedDep) -> HTMLResponse | RedirectResponse:
    """Show the form, and the trip when something was asked for."""
    if spot := _clicked(asked, state):
        at, level = f"{spot[0]:.5f},{spot[1]:.5f}", str(min(asked.level + 1, LEVELS - 1))
        query = {**asked.query(at=at, level=level, near="", datum=""), "lang": page.texts.lang}
        return RedirectResponse(address("/trip", query) + "#school", 303)
    return show_trip(page, state, asked)


def show_trip(
    page: Page, state: AppState, asked: Asked, unsaved: Unsaved | None = None
) -> HTMLResponse:
    """Show the form filled in and its trip; `unsaved` says why a change of a kept one was not."""
    asked = by_name(asked, state.catalogue)
    result, refusal, wrong = None, None, tuple[Wrong, ...]()
    found = resolve(asked, state.catalogue)
    try:
        if asked.anything:
            trip = wanted_trip(found.wish(), state)
            result = result_of(trip, asked, page, state)
    except (BadRequestError, NotFoundError, PlanningError) as error:
        refusal = refusal_of(error, asked, page)
        wrong = tuple(one for each in found.faults() or (error,) for one in wrong_of(each))
    drawing = itinerary_drawing(state, page.texts, result.plan.itinerary) if result else None
    return page.render(
        "trip.html",
        status=refusal.status if refusal else unsaved.status if unsaved else 200,
        policy=drawing.policy if drawing else None,
        map=drawing,
        result=result,
        problem=refusal.problem if refusal else None,
        help=refusal.changes if refusal else (),
        reasons=refusal.reasons if refusal else (),
        keep=keep_form(asked, unsaved),
        faults=faults_of(wrong, asked, page),
        placed={name: one.notice.text(page.texts) for name, one in found.placed.items()},
        **_context(page, state, asked, found.asked["at"]),
    )


def _context(page: Page, state: AppState, asked: Asked, at: str) -> dict[str, Any]:
    today = datetime.now(TIME_ZONE).date()
    return {
        "asked": asked,
        "form": trip_form(state, asked, page.texts),
        "day": today + timedelta(days=SCHOOL_WEEK),
        "past": bool(asked["date"]) and asked["date"] < today.isoformat(),
        "picker": _picker_href(asked, at, page),
        "picker_size": (WIDTH_PX, HEIGHT_PX),
        "farther": page.href("/trip", **asked.query(level="0")) + "#school" if asked.level else "",
    }


def _clicked(asked: Asked, state: AppState) -> LonLat | None:
    """Return the position of the pixel clicked; a press of Enter sends 0,0 and is none."""
    pixel = [asked["pick.x"], asked["pick.y"]]
    if not all(text.isascii() and text.isdigit() for text in pixel) or pixel == ["0", "0"]:
        return None
    at = _at(resolve(asked, state.catalogue).asked["at"])
    return picked(ground_of(state), at, asked.level, (int(pixel[0]), int(pixel[1])))


def _at(text: str) -> LonLat | None:
    try:
        lon, lat = read_position("at", text)
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None  # noqa: PLR2004


def _picker_href(asked: Asked, at: str, page: Page) -> str:
    query = {"at": at, "level": str(asked.level), "lang": page.texts.lang}
    return address("/trip/map.svg", query)


@router.get("/trip/map.svg")
def picker_picture(
    state: StateDep,
    texts: TextsDep,
    at: str = "",
    level: Annotated[int, Query(ge=0, lt=LEVELS)] = 0,
) -> Response:
    """Answer with the map to click on."""
    spot = _at(at)
    key = (state.catalogue.version, state.router.info.id, texts.lang, spot, level)

    def draw() -> str:
        ground = ground_of(state)
        names = {name: texts.word("district", name) for name, *_ in ground.places}
        lettering = Lettering({}, {}, "", names, english=texts.lang == "en")
        return picker_svg(ground, spot, level, lettering)

    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(PICTURES.get(key, draw), media_type="image/svg+xml", headers=headers)


@router.get("/trip/pack")
def pack_page(
    page: PageDep, state: StateDep, query: Annotated[TripPackQuery, Query()], request: Request
) -> HTMLResponse:
    """Show the pack as a web page; it prints too."""
    trip = wanted_trip(trip_of_query(query), state)
    document = pack_document(trip, query, state, page.origin())
    return show_pack(page, document, address("/trip", {**dict(request.query_params), "parts": ""}))


def show_pack(page: Page, document: Document, back: str) -> HTMLResponse:
    """Show a pack; `back` is the address of its trip."""
    return page.render(
        "trip_pack.html",
        document=document,
        # The drawings are made by maps.pack.svg, which escapes every word in them.
        drawing=Markup,
        qr=qr_drawing(document.link),
        back=back,
    )
