"""The values of a field trip: who travels, what was promised, where the group pauses.

No value here holds the name of a pupil: a roll is printed blank and filled by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from geo.messages import Messages, Notice, name_in
from geo.models import AREA_ACCURACY_M, Itinerary, Site, Stop

Stage = Literal["primary_lower", "primary_upper", "junior", "senior", "university"]
STAGES: tuple[Stage, ...] = ("primary_lower", "primary_upper", "junior", "senior", "university")

Transport = Literal["coach", "walk"]
Lunch = Literal["packed", "booked", "none"]
PauseKind = Literal["lunch", "break", "wait", "rest"]


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of the whole group at a stop, or on the way from it.

    `wait` is the time until a site opens, `break` that after a visit for toilets, gathering and
    counting, `lunch` may be before the visit or after it. `rest` is a break on the way of the ride
    that leaves the stop: where, the driver chooses. `day` and `stop` index `Itinerary.days` and
    its stops.
    """

    kind: PauseKind
    day: int
    stop: int
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Boarding:
    """A moment when everybody is counted: before the group leaves a stop (`day`, `stop`)."""

    day: int
    stop: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TripFacts:
    """What the teacher said about the trip, with the limits it must keep.

    `number` is that of a class of several, counted from 1; 0 for a class by itself.
    `school`, `group` and `title` are the teacher's own words, in any language, and only ever data.
    `walk_limit_m` is for one day and one class; `break_every_min` the longest time between two
    chances to use a toilet.
    """

    title: str
    school: str
    group: str
    stage: Stage
    pupils: int
    adults: int
    transport: Transport
    lunch: Lunch
    back_by: datetime | None
    walk_limit_m: float
    break_every_min: int
    wheelchair: bool = False
    number: int = 0

    def group_name(self, messages: Messages) -> str:
        """Return the name of the class: as said, and which of several it is."""
        if not self.number:
            return self.group
        return messages("trip.class-name", group=self.group, number=self.number).strip()

    @property
    def people(self) -> int:
        """Pupils and adults together: the number to count at each boarding."""
        return self.pupils + self.adults

    @property
    def group_size(self) -> int:
        """Pupils in the largest group where each adult leads one."""
        return -(-self.pupils // max(1, self.adults))


@dataclass(frozen=True, slots=True)
class SitePrompt:
    """A question for the work sheet of one site, written by staff or the teacher."""

    site_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a teacher must be told: a notice, and the site it is about (None: the trip)."""

    notice: Notice
    site: Site | None = None

    @property
    def level(self) -> Literal["info", "warning"]:
        """How grave it is."""
        return self.notice.level

    def text(self, messages: Messages) -> str:
        """Return it in the language of `messages`."""
        said = self.notice.text(messages)
        if self.site is None:
            return said
        name = name_in(messages.lang, self.site.name_zh, self.site.name_en)
        return messages("trip.about", name=name, said=said)


@dataclass(frozen=True, slots=True)
class Turn:
    """When one of several classes (counted from 1) is at a site: from arrival to departure."""

    number: int
    site_id: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class RainPlan:
    """The same day in bad weather: only sites with something indoors.

    `swaps` are (site left out, site in its place or None).
    """

    itinerary: Itinerary
    pauses: tuple[Pause, ...]
    sites: tuple[Site, ...]
    swaps: tuple[tuple[Site, Site | None], ...]


@dataclass(frozen=True, slots=True)
class TripPlan:
    """A field trip of one group, ready to be printed.

    `sites` are the sites visited, in order. `checks` are the limits that are tight, cannot be
    kept, or cannot be checked because the data does not say. `rain` is plan B, None where every
    site has something indoors or nothing could be found; `turns` those of all classes, empty for
    a class by itself.
    """

    facts: TripFacts
    itinerary: Itinerary
    pauses: tuple[Pause, ...]
    sites: tuple[Site, ...]
    checks: tuple[Check, ...] = ()
    prompts: tuple[SitePrompt, ...] = ()
    rain: RainPlan | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def eats_out(self) -> bool:
        """Whether lunch is eaten on the way on any day, be it of plan B only."""
        rainy = self.rain.pauses if self.rain else ()
        return any(pause.kind == "lunch" for pause in (*self.pauses, *rainy))

    @property
    def boardings(self) -> tuple[Boarding, ...]:
        """Every departure of every day: where a headcount is due."""
        return tuple(
            Boarding(number, index, stop.departure)
            for number, day in enumerate(self.itinerary.days)
            for index, stop in enumerate(day.stops[:-1])
            if stop.departure is not None
        )

    def walked_m(self, day: int) -> float:
        """Return the metres on foot of one day: walking legs whole, of others the approaches.

        Inside the circle of an uncertain site nobody knows what is walked: it is not counted.
        """
        content = self.itinerary.days[day]
        return sum(
            leg.length_m
            if leg.mode == "walk"
            else on_foot_m(leg.approach_start_m, content.stops[index])
            + on_foot_m(leg.approach_end_m, content.stops[index + 1])
            for index, leg in enumerate(content.legs)
        )

    def visit_begins(self, day: int, stop: int) -> datetime | None:
        """Return when the visit at a stop begins: on arrival, or after a wait or lunch."""
        return visit_begins(self.itinerary.days[day].stops[stop])


def visit_begins(stop: Stop) -> datetime | None:
    """Return when the visit at a stop begins, None at a start."""
    return stop.arrival + timedelta(seconds=stop.wait_s) if stop.arrival else None


def pauses_at(
    pauses: Iterable[Pause], day: int, stop: int, begins: datetime | None
) -> tuple[tuple[Pause, ...], tuple[Pause, ...]]:
    """Return the pauses at a stop before and after its visit, which begins at `begins`."""
    here = [p for p in pauses if (p.day, p.stop) == (day, stop) and p.kind != "rest"]
    before = tuple(pause for pause in here if begins is not None and pause.begin < begins)
    return before, tuple(pause for pause in here if pause not in before)


def rests_from(pauses: Iterable[Pause], day: int, stop: int) -> tuple[Pause, ...]:
    """Return the breaks on the way that leaves a stop."""
    return tuple(p for p in pauses if (p.kind, p.day, p.stop) == ("rest", day, stop))


def on_foot_m(approach_m: float, stop: Stop) -> float:
    """Return the part of an approach that is surely walked: outside the stop's circle of doubt."""
    doubt = stop.accuracy_m if stop.accuracy_m > AREA_ACCURACY_M else 0.0
    return max(0.0, approach_m - doubt)
