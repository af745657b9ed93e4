"""The form that plans: what stands in its address, and what it offers.

An address says a plan either as the machine interface does (`appointments=site@10:00`) or as the
form sends it, a field for each site (`at.site=10:00`); it is read once and written the first way.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fastapi import Request

from api.planning import FAR, PAIRS, WHO, ItineraryQuery
from api.state import AppState
from api.ways import network_router
from api.web.texts import Texts
from geo.avoid import KINDS, Kind, known_kinds
from geo.districts import DISTRICTS
from geo.models import MODES, TIME_ZONE, Itinerary, Mode, Place, Route, Site
from geo.planner.frames import DAY_START
from geo.planner.request import PLAN_MODES, PlanMode

from .plan_days import ROWS, DayRow, day_rows, folded
from .plan_insert import insert

LISTS = ("stops", "optional", "sequence", *PAIRS, "avoid")
SINGLE = (
    *("route", "mode", "order", "depart", "start", "end", "hours", "assume_hours", "until"),
    *("lunch", "days", "dates", "nights", "a_day", "seconds", "seed", "avoid_areas"),
    *FAR,
    *WHO,
)
OF_A_SITE = {"at.": "appointments", "visit.": "visits", "priority.": "priorities"}
"""How the form's fields of one site begin, and the parameter they make up."""
IF_ROOM = "room."
"""How the form's box of one site begins that makes it optional, as long as it is chosen at all."""
TIMED = (
    *("optional", "until", "lunch", "appointments", "before", "sequence"),
    *("days", "dates", "a_day", "step_free"),
    *FAR,
)
"""What makes hours and limits choose the order, as `PlanRequest.keeps_hours` says."""
LIMITS = (*TIMED, "hours", "assume_hours", "visits", "priorities", "people")
"""What stands in the folded part of the form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the page's address, as text.

    `stops` are all the sites chosen, those of `optional` among them; `single` the fields that hold
    one value, `pairs` those that hold `site@…` by parameter, and the `sequence`. Empty: not said.
    """

    stops: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    single: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return a field as it stands in an address, empty where it was not said."""
        return self.query().get(name, "")

    @property
    def anything(self) -> bool:
        """Whether there is something to plan."""
        return bool(self.stops or self.single.get("route"))

    @property
    def overruled(self) -> bool:
        """Whether an order is asked for beside limits that choose it."""
        timed = self["hours"] == "keep" or any(self[name] for name in TIMED)
        return timed and self["order"] == "given"

    @property
    def limited(self) -> bool:
        """Whether anything of the folded part of the form is said."""
        return any(self[name] for name in LIMITS)

    def of(self, parameter: str, site_id: str) -> str:
        """Return what was said of one site: its fixed time, the minutes of its visit."""
        found = (pair.partition("@") for pair in self.pairs.get(parameter, ()))
        return next((value for site, _, value in found if site == site_id), "")

    def query(self, **changes: str) -> dict[str, str]:
        """Return the plan as parameters of an address; a required site is in `stops` alone."""
        lists = {
            "stops": [one for one in self.stops if one not in self.optional],
            "optional": self.optional,
            **self.pairs,
        }
        joined = {name: ",".join(lists.get(name, ())) for name in LISTS}
        return {**joined, **{name: self.single.get(name, "") for name in SINGLE}, **changes}

    def settled(self, itinerary: Itinerary, order: str) -> dict[str, str]:
        """Return the parameters of a plan that is shown: its day and mode are said."""
        return self.query(
            mode=self["mode"] or itinerary.mode,
            order=order,
            depart=self["depart"] or f"{itinerary.days[0].date}T{DAY_START:%H:%M}",
        )

    def without(self, site_id: str) -> Asked:
        """Return the plan without a site, and without whatever was said of it."""
        stops = tuple(one for one in self.stops if one != site_id)
        optional = tuple(one for one in self.optional if one != site_id)
        return replace(
            self, stops=stops, optional=optional, pairs=_of_chosen(self.pairs, stops, self["route"])
        )

    def wish(self) -> ItineraryQuery:
        """Return it as the machine interface takes it."""
        return ItineraryQuery(**{name: value or None for name, value in self.query().items()})


def read_asked(request: Request) -> Asked:
    """Return what was asked; a list may be repeated (a form's boxes) or hold commas (a link)."""
    return asked_of(request.query_params.multi_items())


def asked_of(items: Sequence[tuple[str, str]]) -> Asked:
    """Return what names and values of an address or a form say."""
    single: dict[str, str] = {}
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    both: dict[str, str] = {}
    rows = {name: value.strip() for name, value in items if name.startswith(ROWS)}
    for name, value in ((name, value.strip()) for name, value in items):
        beginning = next((one for one in OF_A_SITE if name.startswith(one)), "")
        if name in LISTS:
            lists[name] += [part.strip() for part in value.split(",") if part.strip()]
        elif beginning and value:
            lists[OF_A_SITE[beginning]].append(f"{name.removeprefix(beginning)}@{value}")
        elif name in ("first", "then"):
            both[name] = value
        elif name in SINGLE:
            single[name] = value or single.get(name, "")
    if both.get("first") and both.get("then"):
        lists["before"].append(f"{both['first']}@{both['then']}")
    single |= folded(single, rows)
    if single.get("days") == "1":
        del single["days"]
    room = [name.removeprefix(IF_ROOM) for name, _ in items if name.startswith(IF_ROOM)]
    lists["optional"] += [one for one in room if one in lists["stops"]]
    insert(lists, dict(items))
    # A box ticked twice (chosen and picked again) is one wish.
    optional = tuple(dict.fromkeys(lists.pop("optional")))
    stops = tuple(dict.fromkeys((*lists.pop("stops"), *optional)))
    pairs = {name: tuple(dict.fromkeys(found)) for name, found in lists.items()}
    return Asked(stops, optional, single, _of_chosen(pairs, stops, single.get("route", "")))


def _of_chosen(
    pairs: dict[str, tuple[str, ...]], stops: Sequence[str], route: str
) -> dict[str, tuple[str, ...]]:
    """Drop what was said of a site that was taken out since; a route's own sites are not known."""
    if route:
        return pairs

    def stays(name: str, pair: str) -> bool:
        first, _, second = pair.partition("@")
        if name == "sequence":
            return pair in stops
        return first in stops and (name != "before" or second in stops)

    # What is no pair at all is left for the machine interface to refuse.
    return {
        name: tuple(
            pair for pair in found if (name != "sequence" and "@" not in pair) or stays(name, pair)
        )
        for name, found in pairs.items()
    }


@dataclass(frozen=True, slots=True)
class PlanForm:
    """What the form offers and what is chosen in it."""

    chosen: tuple[Site, ...]
    route: Route | None
    route_start: str
    wished: tuple[Site, ...]
    pairs: tuple[tuple[str, str], ...]
    pinned: tuple[Site, ...]
    others: tuple[tuple[str, tuple[Site, ...]], ...]
    places: tuple[tuple[str, str], ...]
    grounds: tuple[tuple[str, str], ...]
    depart: datetime
    days: tuple[DayRow, ...]
    modes: tuple[Mode, ...] = MODES
    plan_modes: tuple[PlanMode, ...] = PLAN_MODES
    avoidable: tuple[Kind, ...] = KINDS


def plan_form(state: AppState, asked: Asked, itinerary: Itinerary | None, texts: Texts) -> PlanForm:
    """Return what the form offers; sites in the order in which they are visited."""
    everything = {site.id: site for site in state.catalogue.all_sites}
    visited = [stop.site_id for stop in itinerary.stops] if itinerary else []
    in_order = [one for one in visited if one in asked.stops]
    wanted = dict.fromkeys((*in_order, *asked.stops))
    chosen = tuple(everything[one] for one in wanted if one in everything)
    route = _route(state, asked["route"])
    on_route = tuple(everything[one] for one in route.stops) if route else ()
    depart = _typed(asked["depart"], itinerary)
    return PlanForm(
        chosen=chosen,
        route=route,
        route_start=texts.name(route.start) if route and route.start else "",
        wished=tuple(dict.fromkeys((*on_route, *chosen))),
        pairs=_said_pairs(asked, everything, texts),
        pinned=tuple(
            everything[one] for one in asked.pairs.get("sequence", ()) if one in everything
        ),
        others=by_district([one for one in everything.values() if one not in chosen], texts),
        places=places(state, texts),
        grounds=_grounds(asked, (*on_route, *chosen), everything, texts),
        depart=depart,
        days=day_rows(asked.query(), depart.date()),
        avoidable=known_kinds(network_router(state).info.fidelity),
    )


def _grounds(
    asked: Asked, wished: Sequence[Site], everything: dict[str, Site], texts: Texts
) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of the sites at which a day may start or end: those of the plan first."""
    said = (asked["start"], asked["end"], *asked["nights"].split(";"))
    sites = dict.fromkeys((*wished, *(everything[one] for one in said if one in everything)))
    return tuple((site.id, texts.name(site)) for site in sites)


def _said_pairs(
    asked: Asked, everything: dict[str, Site], texts: Texts
) -> tuple[tuple[str, str], ...]:
    """Return (a@b, "A before B") of what is visited before what."""
    found = []
    for pair in asked.pairs.get("before", ()):
        first, _, second = pair.partition("@")
        if first in everything and second in everything:
            names = {"first": texts.name(everything[first]), "then": texts.name(everything[second])}
            found.append((pair, texts("page.plan.before-pair", **names)))
    return tuple(found)


def _typed(depart: str, itinerary: Itinerary | None) -> datetime:
    """Return the departure that was typed, where it can be read; else the plan's, or tomorrow's."""
    with suppress(ValueError):
        return datetime.fromisoformat(depart)
    if itinerary:
        return datetime.combine(itinerary.days[0].date, DAY_START)
    return datetime.combine(datetime.now(TIME_ZONE).date() + timedelta(days=1), DAY_START)


def _route(state: AppState, route_id: str) -> Route | None:
    return state.catalogue.route(route_id) if route_id in state.catalogue.routes.index else None


def by_district(sites: Sequence[Site], texts: Texts) -> tuple[tuple[str, tuple[Site, ...]], ...]:
    """Return sites under the names of their districts, those without a site left out."""
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
    starts = [route.start for route in state.catalogue.all_routes if route.start]
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
