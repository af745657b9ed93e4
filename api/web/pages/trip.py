"""The field trip: one form, then its plan, what must be known of it, and everything to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.deps import StateDep, TextsDep
from api.errors import Problem, status_of
from api.planning import read_lonlat
from api.state import AppState
from api.tripping import (
    PackQuery,
    TripPackQuery,
    class_plan,
    ground_of,
    make_trip,
    pack_document,
    query_of,
    trip_of_query,
)
from api.web.drawing import itinerary_drawing
from api.web.kept import Kept
from api.web.texts import Texts
from api.web.view import Page, PageDep, address
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.exchange import Link, navigation_links
from geo.frames import sites_of
from geo.messages import Notice
from geo.models import TIME_ZONE, LonLat
from geo.trip import Check, Relaxation, Trip, TripImpossibleError, TripPlan
from geo.trip.exports import Row, timetable
from geo.trip.snapshot import differences, read_snapshot, snapshot_of
from maps.pack import available
from maps.pack.chart import Lettering
from maps.pack.picker import HEIGHT_PX, LEVELS, WIDTH_PX, picked, picker_svg
from maps.pack.typeset import qr_svg

from .plan import NoticeText
from .trip_form import Asked, read_asked, resolved, trip_form

router = APIRouter(include_in_schema=False)

SCHOOL_WEEK = 7
"""Days from today that the form proposes: a class needs a week's notice."""
PICTURES: Kept[str] = Kept(limit=64)

AskedDep = Annotated[Asked, Depends(read_asked)]


@dataclass(frozen=True, slots=True)
class Change:
    """A limit changed: what it gives, and the address that does it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ClassTab:
    """A class of several: its number, its address, whether it is the one shown."""

    number: int
    href: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A trip as the page shows it: one class, and the files of all."""

    plan: TripPlan
    days: tuple[tuple[str, tuple[Row, ...]], ...]
    checks: tuple[NoticeText, ...]
    changes: tuple[Change, ...]
    differences: tuple[NoticeText, ...] | None
    tabs: tuple[ClassTab, ...]
    walked: str
    files: Mapping[str, str]
    transit: tuple[Link, ...]
    exact: bool
    pdf: bool


@router.get("/trip", response_model=None)
def trip_page(page: PageDep, state: StateDep, asked: AskedDep) -> HTMLResponse | RedirectResponse:
    """Show the form, and the trip when something was asked for."""
    try:
        if spot := _clicked(asked, state):
            at, level = f"{spot[0]:.5f},{spot[1]:.5f}", str(min(asked.level + 1, LEVELS - 1))
            query = {**asked.query(at=at, level=level, near=""), "lang": page.texts.lang}
            return RedirectResponse(address("/trip", query) + "#school", 303)
        asked = resolved(asked, state.catalogue, page.texts)
        trip = make_trip(trip_of_query(asked.trip()), state) if asked.anything else None
        result = _result(trip, asked, page, state) if trip else None
    except (BadRequestError, NotFoundError, PlanningError) as error:
        return _problem(page, state, asked, error)
    drawing = itinerary_drawing(state, page.texts, result.plan.itinerary) if result else None
    return page.render(
        "trip.html",
        policy=drawing.policy if drawing else None,
        map=drawing,
        result=result,
        problem=None,
        help=(),
        **_context(page, state, asked),
    )


def _context(page: Page, state: AppState, asked: Asked) -> dict[str, Any]:
    day = datetime.now(TIME_ZONE).date() + timedelta(days=SCHOOL_WEEK)
    return {
        "asked": asked,
        "form": trip_form(state, asked, page.texts),
        "day": day,
        "picker": _picker_href(asked, page),
        "picker_size": (WIDTH_PX, HEIGHT_PX),
        "farther": page.href("/trip", **asked.query(level="0")) + "#school" if asked.level else "",
    }


def _problem(page: Page, state: AppState, asked: Asked, error: Exception) -> HTMLResponse:
    assert isinstance(error, (BadRequestError, NotFoundError, PlanningError))  # noqa: S101
    status = status_of(error)
    problem = Problem(status, error.code, error.message, error.data).document(page.texts)
    told = error.relaxations if isinstance(error, TripImpossibleError) else ()
    changes = tuple(
        Change(
            one.notice.text(page.texts), page.href("/trip", **asked.query(**{one.limit: one.value}))
        )
        for one in told
    )
    return page.render(
        "trip.html",
        status=status,
        map=None,
        result=None,
        problem=problem,
        help=changes,
        **_context(page, state, asked),
    )


def _changes(found: Sequence[Relaxation], asked: Asked, page: Page) -> tuple[Change, ...]:
    """Return each change of a limit with the address that makes it."""
    return tuple(
        Change(
            one.notice.text(page.texts),
            page.href("/trip", **asked.query(**{one.limit: one.value, "was": ""})),
        )
        for one in found
    )


def _clicked(asked: Asked, state: AppState) -> LonLat | None:
    """Return the position of the pixel clicked; a press of Enter sends 0,0 and is none."""
    pixel = [asked["pick.x"], asked["pick.y"]]
    if not all(text.isascii() and text.isdigit() for text in pixel) or pixel == ["0", "0"]:
        return None
    return picked(ground_of(state), _at(asked["at"]), asked.level, (int(pixel[0]), int(pixel[1])))


def _at(text: str) -> LonLat | None:
    try:
        lon, lat = (float(part) for part in read_lonlat("at", text))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None  # noqa: PLR2004


def _picker_href(asked: Asked, page: Page) -> str:
    query = {"at": asked["at"], "level": str(asked.level), "lang": page.texts.lang}
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
        lettering = Lettering({}, "", "", "", names, english=texts.lang == "en")
        return picker_svg(ground, spot, level, lettering)

    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(PICTURES.get(key, draw), media_type="image/svg+xml", headers=headers)


def _result(trip: Trip, asked: Asked, page: Page, state: AppState) -> Result:
    texts, printed = page.texts, asked.printed()
    plan = class_plan(trip, printed.number)
    relaxed = [one.notice for one in trip.relaxations]
    checks = [check for check in plan.checks if check.notice not in relaxed]
    fidelity = plan.itinerary.network.fidelity
    walked = max(plan.walked_m(day) for day in range(len(plan.itinerary.days)))
    return Result(
        plan=plan,
        days=tuple(_days(plan, texts)),
        checks=_said((*checks, *plan.itinerary.notices), texts),
        changes=tuple(
            Change(
                one.notice.text(texts), page.href("/trip", **asked.query(**{one.limit: one.value}))
            )
            for one in trip.relaxations
        ),
        differences=_differences(plan, asked, state, texts),
        tabs=_tabs(trip, printed, asked, page),
        walked=texts.distance(walked, "walk", fidelity),
        files=_files(trip, printed, texts),
        transit=_transit(trip, plan),
        exact=trip.exact,
        pdf=available(),
    )


def _transit(trip: Trip, plan: TripPlan) -> tuple[Link, ...]:
    """Return the links that lead from school to the start by public transport, in others' apps."""
    day = plan.itinerary.days[0]
    if trip.request.start is None:
        return ()
    lon, lat = trip.request.at
    school = replace(day.stops[0], lon=lon, lat=lat, name_zh=plan.facts.school, name_en="")
    links = navigation_links(day.legs[0], school, day.stops[0])
    return tuple(link for link in links if link.travel == "transit")


def _days(plan: TripPlan, texts: Texts) -> list[tuple[str, tuple[Row, ...]]]:
    rows = list(timetable(plan, texts))
    return [
        (texts.date(day.date), tuple(row for row in rows if row.begin.date() == day.date))
        for day in plan.itinerary.days
    ]


def _said(notices: Sequence[Notice | Check], texts: Texts) -> tuple[NoticeText, ...]:
    return tuple(dict.fromkeys(NoticeText(one.level, one.text(texts)) for one in notices))


def _differences(
    plan: TripPlan, asked: Asked, state: AppState, texts: Texts
) -> tuple[NoticeText, ...] | None:
    if not asked["was"]:
        return None
    found = differences(
        read_snapshot(asked["was"]), snapshot_of(plan), sites_of(state.catalogue.sites)
    )
    return _said(found, texts)


def _tabs(trip: Trip, printed: PackQuery, asked: Asked, page: Page) -> tuple[ClassTab, ...]:
    if len(trip.classes) == 1:
        return ()
    return tuple(
        ClassTab(n, page.href("/trip", **asked.query(number=str(n), was="")), n == printed.number)
        for n in range(1, len(trip.classes) + 1)
    )


def _files(trip: Trip, printed: PackQuery, texts: Texts) -> dict[str, str]:
    """Return the addresses of everything to take away."""
    own = printed.model_dump(mode="json", exclude_defaults=True)
    query = {**query_of(trip.request), **own, "lang": texts.lang}
    api = "/api/trips"
    return {
        "pdf": address(f"{api}/pack.pdf", query),
        "web": address("/trip/pack", query),
        "coach": address("/trip/pack", {**query, "parts": "coach", "omit": ""}),
        "zip": address(f"{api}/pack.zip", query),
        "csv": address(f"{api}/timetable.csv", query),
        "ics": address(f"{api}/timetable.ics", query),
        "gpx": address(f"{api}/timetable.gpx", query),
    }


@router.get("/trip/pack")
def pack_page(
    page: PageDep, state: StateDep, query: Annotated[TripPackQuery, Query()], request: Request
) -> HTMLResponse:
    """Show the pack as a web page; it prints too."""
    trip = make_trip(trip_of_query(query), state)
    document = pack_document(trip, query, state, page.origin())
    back = address("/trip", {**dict(request.query_params), "parts": ""})
    return page.render(
        "trip_pack.html",
        document=document,
        # The drawings are made by maps.pack.svg, which escapes every word in them.
        drawing=Markup,
        qr=Markup(qr_svg(document.link)),  # noqa: S704 - segno's own markup of a URL
        back=back,
    )
