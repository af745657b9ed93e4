"""The values every part of Red Trails speaks in: sites, routes, itineraries.

All are frozen. Positions are WGS-84, (lon, lat) in degrees; lengths are metres, durations seconds;
times are aware and in Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from .limits import LeftOut, Quality
from .messages import Notice

TIME_ZONE = ZoneInfo("Asia/Shanghai")
SCHEMA_VERSION = 2
"""Version of the `Itinerary` document; raised whenever a reader of the old one would err.

2: several days, of which some may be without stops.
"""

AREA_ACCURACY_M = 500.0
"""A position less sure than this (metres) is an area, not a pin (routes_data/facts/README.md)."""

LonLat = tuple[float, float]
Mode = Literal["walk", "cycle", "drive", "coach"]
MODES: tuple[Mode, ...] = ("walk", "cycle", "drive", "coach")
Order = Literal["best", "given"]
Provenance = Literal["official", "curated"]
Fidelity = Literal["schematic", "street"]
YesNo = Literal["yes", "partial", "no", "unknown"]
StopKind = Literal["start", "site", "end", "car", "break"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document that names a site: publisher, date as published, link or empty."""

    publisher: str
    date: str
    url: str


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a site is shut whatever its hours say: ISO dates, both included."""

    date_from: str
    date_to: str
    reason_zh: str
    reason_en: str
    source: str

    def holds(self, day: calendar_date) -> bool:
        """Return whether the site is shut on a day."""
        return self.date_from <= day.isoformat() <= self.date_to


@dataclass(frozen=True, slots=True)
class Site:
    """A heritage site. The columns are explained in routes_data/facts/README.md.

    `accuracy_m` is the radius in metres within which the place is believed to lie. `closures` are
    records of their own, the earliest first.
    """

    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    district: str
    address: str
    category: str
    period: str
    period_from: int | None
    period_to: int | None
    themes: tuple[str, ...]
    summary_zh: str
    summary_en: str
    lon: float
    lat: float
    accuracy_m: float
    position_basis: str
    position_source: str
    opening_hours: str
    hours_basis: str
    ticket: str
    phone: str
    visit_min: int
    indoor: str
    booking: str
    toilets: str
    step_free: str
    honours: str
    notes_zh: str
    grade: str
    sources: tuple[Source, ...]
    closures: tuple[Closure, ...] = field(default=(), repr=False)

    @property
    def is_area(self) -> bool:
        """Whether the position is so unsure that it must be drawn as an area, not a pin."""
        return self.accuracy_m > AREA_ACCURACY_M


@dataclass(frozen=True, slots=True)
class Place:
    """A named position that is not a site: a town, a station, a visitor's own start or end."""

    name_zh: str
    name_en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Route:
    """A published (`official`) or composed (`curated`) tour: an ordered list of sites."""

    id: str
    collection: str
    provenance: Provenance
    name_zh: str
    name_en: str
    theme_zh: str
    theme_en: str
    description_zh: str
    description_en: str
    year: int | None
    publisher: str
    source: str
    mode: Mode
    audience: str
    duration: str
    stops: tuple[str, ...]
    lunch_after: int | None
    start: Place | None
    order_reason_zh: str
    notes_zh: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A set of routes: how many were published (None: not a published set), how many are held."""

    id: str
    name_zh: str
    name_en: str
    year: int | None
    publisher: str
    published: int | None
    held_official: int
    held_curated: int
    note_zh: str


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """What a road network is and how far it can be trusted; part of every itinerary.

    `accuracy` holds, by mode, the measured median relative error of lengths (0.06 is 6 %), empty
    where it was not measured.
    """

    id: str
    fidelity: Fidelity
    date: str
    licence: str
    attribution: str
    accuracy: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Road:
    """What is known of the road under one part of a path; empty strings where unknown."""

    name_zh: str
    name_en: str
    ref: str
    highway: str
    structure: Literal["", "bridge", "tunnel"] = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a leg on one road.

    `first` and `last` index the leg's coordinates, both included; neighbours share one.
    """

    road: Road
    length_m: float
    duration_s: float
    first: int
    last: int


StepKind = Literal[
    "depart",
    "depart-area",
    "continue",
    "turn",
    "uturn",
    "roundabout",
    "bridge",
    "tunnel",
    "ferry",
    "stairs",
    "arrive",
    "arrive-area",
]
Turn = Literal[
    "", "straight", "slight-left", "left", "sharp-left", "slight-right", "right", "sharp-right"
]
Compass = Literal["", "n", "ne", "e", "se", "s", "sw", "w", "nw"]
Side = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Step:
    """One direction: what to do at point `first` of a leg, and the `length_m` until the next.

    Parameters
    ----------
    kind
        `continue` onto another road, or on along one; `bridge`, `tunnel`, `ferry`, `stairs`
        straight ahead. `depart-area`, `arrive-area`: the place lies in a circle of doubt, and
        nothing is directed inside it.
    road
        Followed from there.
    length_m
        On the road; 0 at an arrival and at a `depart-area`.
    first, last
        Index the leg's coordinates, both included; neighbours share one.
    turn
        Which way; empty where the network does not know.
    exit
        Of a roundabout, counted from where it is entered; None: the leg ends on it.
    heading
        Where to, at a departure; empty where the network does not know.
    side
        Where the destination lies at an arrival; empty where that is not sure.
    landmark_zh, landmark_en
        A site that lies at the turn; empty without one.
    """

    kind: StepKind
    road: Road
    length_m: float
    first: int
    last: int
    turn: Turn = ""
    exit: int | None = None
    heading: Compass = ""
    side: Side = ""
    landmark_zh: str = ""
    landmark_en: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to a site within an itinerary, its start or end, or a halt between two visits.

    `car` is where a car is left or fetched, `break` a rest on a long ride. `arrival` is None at a
    start, `departure` None at an end. `stay_s` is the visit, or the rest. Whatever is no site has
    no `site_id`. Before the visit `wait_s` are spent at a door not yet open, after it `pause_s` at
    lunch; a field trip may have lunch before, gathers after.
    """

    kind: StopKind
    site_id: str | None
    name_zh: str
    name_en: str
    lon: float
    lat: float
    accuracy_m: float
    arrival: datetime | None
    departure: datetime | None
    stay_s: int
    notices: tuple[Notice, ...] = ()
    wait_s: int = 0
    pause_s: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """The walk or ride between two consecutive stops.

    `length_m` and `duration_s` cover the road and both approaches. `approach_start_m` and
    `approach_end_m` are the straight metres off the network at either end, walked in
    `approach_start_s` and `approach_end_s`. `coordinates` runs from stop to stop, approaches
    included; `spans` cover its part on roads, `steps` direct along it. `duration_range_s` is given
    where a stop is an area (`AREA_ACCURACY_M`): no time is honest there, and nothing directs the
    last part. `ascent_m` and `descent_m` add up all that the road goes up and down, without the
    approaches; None where the relief is not known, or a stop is an area. `parking_s`, part of the
    duration, is what a ride is assumed to take to find a place to stop, get out and get in again.
    """

    mode: Mode
    length_m: float
    duration_s: int
    duration_range_s: tuple[int, int] | None
    approach_start_m: float
    approach_start_s: int
    approach_end_m: float
    approach_end_s: int
    coordinates: tuple[LonLat, ...]
    spans: tuple[Span, ...]
    notices: tuple[Notice, ...] = ()
    steps: tuple[Step, ...] = ()
    ascent_m: float | None = None
    descent_m: float | None = None
    parking_s: int = 0

    @property
    def roads(self) -> tuple[Road, ...]:
        """The named roads in the order they are met, each run of a name once."""
        named = [span.road for span in self.spans if span.road.name_zh or span.road.ref]
        return tuple(
            road
            for before, road in zip([None, *named], named, strict=False)
            if before is None or (road.name_zh, road.ref) != (before.name_zh, before.ref)
        )


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an itinerary: `legs[i]` joins `stops[i]` to `stops[i + 1]`; free: none of both."""

    date: calendar_date
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class ModeTotal:
    """All that is travelled in one mode."""

    mode: Mode
    length_m: float
    duration_s: int


@dataclass(frozen=True, slots=True)
class Itinerary:
    """What the planner computed for one visitor; every output is a rendering of this value.

    `mode` is what is travelled by; each leg states its own, since near sites may be walked between.
    `provenance` is that of the route it follows; None without one, or once a plan changes the
    stops or order of an official one. `left_out` are sites that did
    not fit the days, each with its reason; `most_sites` is a proven upper bound: no days that keep
    as many appointments and locks hold more required sites, nor as many of them with more optional
    ones beside. `quality` says how good the
    days are. Both None where hours are only warned of.
    """

    mode: Mode
    order: Order
    route_id: str | None
    days: tuple[Day, ...]
    length_m: float
    travel_s: int
    stay_s: int
    network: NetworkInfo
    notices: tuple[Notice, ...] = ()
    provenance: Provenance | None = None
    schema_version: int = SCHEMA_VERSION
    left_out: tuple[LeftOut, ...] = ()
    most_sites: int | None = None
    quality: Quality | None = None

    @property
    def modes(self) -> tuple[ModeTotal, ...]:
        """What is travelled in each mode, added up, in the order in which they come."""
        return tuple(
            ModeTotal(
                mode,
                round(sum(leg.length_m for leg in self.legs if leg.mode == mode), 1),
                sum(leg.duration_s for leg in self.legs if leg.mode == mode),
            )
            for mode in dict.fromkeys(leg.mode for leg in self.legs)
        )

    @property
    def stops(self) -> Sequence[Stop]:
        """Every stop of every day, in order."""
        return [stop for day in self.days for stop in day.stops]

    @property
    def legs(self) -> Sequence[Leg]:
        """Every leg of every day, in order."""
        return [leg for day in self.days for leg in day.legs]
