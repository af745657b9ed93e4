"""The page that plans: a form, and its itinerary as map, timetable and directions.

The form is an ordinary GET form: its address is the plan, so it can be shared, kept and printed,
and it works with no script at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.errors import Problem, status_of
from api.planning import ItineraryQuery, make_itinerary, plan_of_query
from api.state import AppState
from api.web.drawing import itinerary_drawing
from api.web.texts import Texts
from api.web.view import Page, PageDep, address
from geo.districts import DISTRICTS
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.exchange import (
    Link,
    navigation_links,
    say_leg,
    say_length,
    say_moment,
    say_steps,
    say_travel,
)
from geo.exchange.naming import Ride, Visit, stop_name, visits
from geo.frames import routes_of, sites_of
from geo.messages import Notice
from geo.models import TIME_ZONE, Itinerary, Leg, Place, Route, Site

router = APIRouter(include_in_schema=False)

DAY_START = time(9, 0)
ROADS_SHOWN = 6
OFF_ROAD_M = 50
"""Metres off the network below which nothing is said: the width of a square or a courtyard."""
DOWNLOADS = ("gpx", "ics", "kml", "json")


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the page's address, as text; empty: not said."""

    stops: tuple[str, ...] = ()
    route: str = ""
    mode: str = ""
    order: str = ""
    depart: str = ""
    start: str = ""
    end: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is something to plan."""
        return bool(self.stops or self.route)

    def query(self) -> dict[str, str]:
        """Return the plan as parameters of an address."""
        return {
            "stops": ",".join(self.stops),
            "route": self.route,
            "mode": self.mode,
            "order": self.order,
            "depart": self.depart,
            "start": self.start,
            "end": self.end,
        }

    def wish(self) -> ItineraryQuery:
        """Return it as the machine interface takes it."""
        return ItineraryQuery(**{name: value or None for name, value in self.query().items()})


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in the page's language."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class LegRow:
    """The way to the next stop, in words."""

    mode: str
    length: str
    duration: str
    roads: str
    approach: str
    directions: tuple[str, ...]
    links: tuple[Link, ...]
    transit: tuple[Link, ...]
    notices: tuple[NoticeText, ...]


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop of the timetable, and the way on from it."""

    kind: str
    number: int | None
    name: str
    site_id: str | None
    accuracy_m: float
    arrival: str
    departure: str
    stay: str
    notices: tuple[NoticeText, ...]
    leg: LegRow | None


@dataclass(frozen=True, slots=True)
class Result:
    """An itinerary as the page shows it."""

    itinerary: Itinerary
    rows: tuple[StopRow, ...]
    notices: tuple[NoticeText, ...]
    length: str
    travel: str
    count: int
    share: str
    downloads: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanForm:
    """What the form offers and what is chosen in it."""

    chosen: tuple[Site, ...]
    route: Route | None
    route_start: str
    others: tuple[tuple[str, tuple[Site, ...]], ...]
    places: tuple[tuple[str, str], ...]
    depart: datetime


def read_asked(
    stops: Annotated[list[str] | None, Query()] = None,
    route: str = "",
    mode: str = "",
    order: str = "",
    depart: str = "",
    start: str = "",
    end: str = "",
) -> Asked:
    """Return what was asked; `stops` may be repeated (a form's boxes) or hold commas (a link)."""
    parts = [part.strip() for value in stops or () for part in value.split(",")]
    # A box ticked twice (chosen and picked again) is one wish.
    ids = tuple(dict.fromkeys(part for part in parts if part))
    return Asked(ids, route.strip(), mode, order, depart.strip(), start.strip(), end.strip())


@router.get("/plan")
def plan_page(
    page: PageDep, state: StateDep, asked: Annotated[Asked, Depends(read_asked)]
) -> HTMLResponse:
    """Show the form, and the itinerary when something was asked for."""
    itinerary: Itinerary | None = None
    problem: Mapping[str, object] | None = None
    status = 200
    if asked.anything:
        try:
            itinerary = make_itinerary(plan_of_query(asked.wish()), state)
        except (BadRequestError, NotFoundError, PlanningError) as error:
            status = status_of(error)
            problem = Problem(status, error.code, error.message, error.data).document(page.texts)
    drawing = itinerary_drawing(state, page.texts, itinerary) if itinerary else None
    return page.render(
        "plan.html",
        status=status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        asked=asked,
        problem=problem,
        form=plan_form(state, asked, itinerary, page.texts),
        result=result_of(itinerary, asked, page) if itinerary else None,
    )


def plan_form(state: AppState, asked: Asked, itinerary: Itinerary | None, texts: Texts) -> PlanForm:
    """Return what the form offers; sites in the order in which they are visited."""
    everything = {site.id: site for site in sites_of(state.catalogue.sites)}
    visited = [stop.site_id for stop in itinerary.stops] if itinerary else []
    wanted = [one for one in visited if one in asked.stops] or list(asked.stops)
    chosen = tuple(everything[one] for one in wanted if one in everything)
    route = _route(state, asked.route)
    return PlanForm(
        chosen=chosen,
        route=route,
        route_start=texts.name(route.start) if route and route.start else "",
        others=_by_district([one for one in everything.values() if one not in chosen], texts),
        places=places(state, texts),
        depart=(begins(itinerary) if itinerary else None) or _tomorrow(),
    )


def begins(itinerary: Itinerary) -> datetime | None:
    """Return when an itinerary begins: leaving its start, or arriving at its first site."""
    first = itinerary.stops[0]
    return first.arrival or first.departure


def _tomorrow() -> datetime:
    return datetime.combine(datetime.now(TIME_ZONE).date() + timedelta(days=1), DAY_START)


def _route(state: AppState, route_id: str) -> Route | None:
    return state.catalogue.route(route_id) if route_id in state.catalogue.routes.index else None


def _by_district(sites: Sequence[Site], texts: Texts) -> tuple[tuple[str, tuple[Site, ...]], ...]:
    grouped = (
        (
            texts.word("district", district.name_zh),
            tuple(site for site in sites if site.district == district.name_zh),
        )
        for district in DISTRICTS
    )
    return tuple((name, members) for name, members in grouped if members)


def places(state: AppState, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Return (lon,lat ; name) of where a day may begin or end: where routes start, then towns."""
    starts = [route.start for route in routes_of(state.catalogue.routes) if route.start]
    towns = [
        Place(str(row.name_zh), str(row.name_en), float(row.lon), float(row.lat))
        for row in state.catalogue.places.itertuples()
    ]
    named: dict[str, str] = {}
    for place in (*starts, *towns):
        name = texts.name(place)
        if name not in named.values():
            named.setdefault(f"{place.lon:.6g},{place.lat:.6g}", name)
    return tuple(named.items())


def result_of(itinerary: Itinerary, asked: Asked, page: Page) -> Result:
    """Return an itinerary as the page shows it."""
    departure = begins(itinerary)
    settled = {
        **asked.query(),
        "mode": itinerary.mode,
        "order": itinerary.order,
        "depart": departure.strftime("%Y-%m-%dT%H:%M") if departure else asked.depart,
    }
    fidelity = itinerary.network.fidelity
    return Result(
        itinerary=itinerary,
        rows=tuple(_row(visit, itinerary, page.texts) for visit in visits(itinerary)),
        notices=_notices(itinerary.notices, page.texts),
        length=say_length(itinerary.length_m, itinerary.mode, fidelity, page.texts),
        travel=say_travel(itinerary, page.texts),
        count=sum(stop.kind == "site" for stop in itinerary.stops),
        share=page.origin() + page.href("/plan", **settled),
        downloads=tuple(
            (form, address("/api/itineraries", {**settled, "lang": page.texts.lang, "f": form}))
            for form in DOWNLOADS
        ),
    )


def _row(visit: Visit, itinerary: Itinerary, texts: Texts) -> StopRow:
    stop = visit.stop
    return StopRow(
        kind=stop.kind,
        number=visit.number,
        name=stop_name(stop, texts),
        site_id=stop.site_id,
        accuracy_m=stop.accuracy_m,
        arrival=say_moment(visit.arrival, texts) if visit.arrival else "",
        departure=say_moment(visit.departure, texts) if visit.departure else "",
        stay=texts.duration(stop.stay_s) if stop.stay_s else "",
        notices=_notices(stop.notices, texts),
        leg=_leg(visit.ride, itinerary, texts) if visit.ride else None,
    )


def _leg(ride: Ride, itinerary: Itinerary, texts: Texts) -> LegRow:
    leg = ride.leg
    links = navigation_links(leg, ride.origin, ride.destination)
    fidelity = itinerary.network.fidelity
    said = say_leg(leg, fidelity, texts)
    off_road = leg.approach_start_m + leg.approach_end_m
    return LegRow(
        mode=leg.mode,
        length=said.length,
        duration=said.duration,
        roads=_roads(leg, texts),
        approach=say_length(off_road, "walk", fidelity, texts) if off_road >= OFF_ROAD_M else "",
        directions=say_steps(leg, fidelity, texts),
        links=tuple(link for link in links if link.travel == leg.mode),
        transit=tuple(link for link in links if link.travel == "transit"),
        notices=_notices(leg.notices, texts),
    )


def _roads(leg: Leg, texts: Texts) -> str:
    names = [texts.name(road) or road.ref for road in leg.roads]
    shown = list(dict.fromkeys(names))[:ROADS_SHOWN]
    return texts("page.plan.road-separator").join(shown)


def _notices(notices: Sequence[Notice], texts: Texts) -> tuple[NoticeText, ...]:
    said = dict.fromkeys(NoticeText(one.level, one.text(texts)) for one in notices)
    return tuple(said)
