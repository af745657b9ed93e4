"""What a pack is made of and what may be chosen of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import parse_qsl

from geo.errors import not_one_of
from geo.models import Leg, Site, Stop
from geo.trip import RainPlan, TripPlan

PartName = Literal[
    "cover",
    "maps",
    "timetable",
    "directions",
    "driver",
    "turns",
    "rain",
    "sites",
    "calls",
    "worksheet",
    "quiz",
    "answers",
    "roll",
    "duty",
    "risk",
    "emergency",
    "notice",
    "kit",
    "coach",
]
PARTS: tuple[PartName, ...] = (
    "cover",
    "maps",
    "timetable",
    "turns",
    "directions",
    "driver",
    "rain",
    "sites",
    "calls",
    "emergency",
    "roll",
    "duty",
    "kit",
    "risk",
    "notice",
    "coach",
    "worksheet",
    "quiz",
    "answers",
)
"""Every part in the order it is bound: for the adults first, then what pupils get."""

Paper = Literal["a4", "a5", "booklet"]
PAPERS: tuple[Paper, ...] = ("a4", "a5", "booklet")
LAYOUT_VERSION = 4
"""Raised when the same input would give another pack, so that no old file is served for it."""


@dataclass(frozen=True, slots=True)
class PackOptions:
    """What is printed: parts, paper. A `booklet` is the A5 pack, two pages on a sheet of A4."""

    parts: tuple[PartName, ...] = PARTS
    paper: Paper = "a4"

    def __post_init__(self) -> None:
        """Refuse parts and papers that do not exist."""
        unknown = [part for part in self.parts if part not in PARTS]
        if unknown or not self.parts:
            raise not_one_of("parts", ",".join(unknown), PARTS)
        if self.paper not in PAPERS:
            raise not_one_of("paper", self.paper, PAPERS)


_OF_A_PRINT = frozenset({"number", "was"})
"""Parameters of a link that say what the print was, not what the trip is."""


@dataclass(frozen=True, slots=True)
class PackInput:
    """Everything a pack is made from, besides the ground of its maps.

    Parameters
    ----------
    plan
        The trip.
    others
        Records of other sites, for the wrong answers of the quiz.
    link
        Address of the live plan, printed as a QR code.
    edition
        Version of the catalogue.
    """

    plan: TripPlan
    others: tuple[Site, ...]
    link: str
    edition: str

    @property
    def digest(self) -> str:
        """SHA-256 over the whole input, hexadecimal."""
        values = {"layout": LAYOUT_VERSION, **_plain(self)}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_json)
        return hashlib.sha256(text.encode()).hexdigest()

    def stamp(self, options: PackOptions, langs: Sequence[str]) -> str:
        """Return the stamp of a print: a hash over the input and what is printed of it, how."""
        text = json.dumps([self.digest, options.parts, options.paper, list(langs)])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def typed_link(self) -> str:
        """The address of a kept trip, short enough to be typed; empty where the trip is a query."""
        path, _, query = self.link.partition("?")
        names = {name for name, _ in parse_qsl(query)}
        return path if names and names <= _OF_A_PRINT else ""

    def site(self, stop: Stop) -> Site | None:
        """Return the record of a stop, None at a bare start or end."""
        return next((site for site in self.plan.sites if site.id == stop.site_id), None)


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop with its place in the trip and its mark: `1`, `2`, … at a site, else `S`, `E`, `N`."""

    day: int
    index: int
    mark: str
    stop: Stop


@dataclass(frozen=True, slots=True)
class Ride:
    """A leg with the halts it joins."""

    origin: Halt
    target: Halt
    leg: Leg

    @property
    def by(self) -> Literal["walk", "ride"]:
        """How the class gets there: on foot, or carried."""
        return "walk" if self.leg.mode == "walk" else "ride"


def halts(plan: TripPlan | RainPlan) -> tuple[Halt, ...]:
    """Return every stop of the trip; sites are numbered through all days."""
    found: list[Halt] = []
    number = 0
    for day_number, day in enumerate(plan.itinerary.days):
        for index, stop in enumerate(day.stops):
            number += stop.kind == "site"
            mark = _mark(plan, day_number, stop) or str(number)
            found.append(Halt(day_number, index, mark, stop))
    return tuple(found)


def _mark(plan: TripPlan | RainPlan, day: int, stop: Stop) -> str:
    """Return the mark of a stop that is no site: start, end, or where the night is spent."""
    last = len(plan.itinerary.days) - 1
    if stop.kind == "start":
        return "S" if day == 0 else "N"
    return ("E" if day == last else "N") if stop.kind == "end" else ""


def rides(plan: TripPlan | RainPlan) -> tuple[Ride, ...]:
    """Return every leg of the trip with the halts it joins."""
    by_place = {(halt.day, halt.index): halt for halt in halts(plan)}
    return tuple(
        Ride(by_place[number, index], by_place[number, index + 1], leg)
        for number, day in enumerate(plan.itinerary.days)
        for index, leg in enumerate(day.legs)
    )


def _plain(value: PackInput) -> Mapping[str, object]:
    return {field.name: _shallow(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _shallow(value: object) -> object:
    # repr() of frozen dataclasses is complete and stable, and ten times faster than asdict().
    return value if isinstance(value, str) else repr(value)


def _json(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return repr(value)
