"""An itinerary as its page shows it: times, ways, what is left out, where to take it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from api.planning import FAR
from api.web.texts import Texts
from api.web.view import Page, address
from geo.exchange import (
    Link,
    navigation_links,
    say_climb,
    say_climbs,
    say_leg,
    say_length,
    say_moment,
    say_quality,
    say_relaxation,
    say_steps,
    say_travel,
)
from geo.exchange.naming import Ride, Visit, mode_lines, stop_name, visits
from geo.limits import LeftOut, Relaxation
from geo.messages import Messages
from geo.models import Itinerary, Leg
from maps.pack import available

from .plan_days import with_hours
from .plan_edit import NO_EDITS, Editing, StopEdits
from .plan_form import Asked
from .plan_ways import Otherwise, WaysRow, ways_row

ROADS_SHOWN = 6
OFF_ROAD_M = 50
"""Metres off the network below which nothing is said: the width of a square or a courtyard."""
MIDNIGHT = "24:00"
"""No field of the form can say this end of a day."""
CHANGES_SHOWN = 3
DOWNLOADS = (*(("pdf",) if available() else ()), "gpx", "ics", "kml", "json")


class Told(Protocol):
    """What can be told in a language: a notice, or one about a site (`geo.trip.Check`)."""

    @property
    def level(self) -> str:
        """How grave it is."""
        ...

    def text(self, messages: Messages) -> str:
        """Return it in the language of `messages`."""
        ...


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
    climb: str
    roads: str
    approach: str
    parking: str
    directions: tuple[str, ...]
    links: tuple[Link, ...]
    transit: tuple[Link, ...]
    notices: tuple[NoticeText, ...]
    ways: WaysRow | None = None


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
    edits: StopEdits = NO_EDITS


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A site that does not fit: why, and the smallest changes that make room for it, with links."""

    site_id: str
    reason: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DayPart:
    """One day of the timetable; `name` is empty where there is but one.

    `climb` is that of all its legs, empty where it is not known.
    """

    name: str
    climb: str
    rows: tuple[StopRow, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """An itinerary as the page shows it."""

    itinerary: Itinerary
    rows: tuple[StopRow, ...]
    notices: tuple[NoticeText, ...]
    length: str
    travel: str
    climb: str
    count: int
    share: str
    query: Mapping[str, str]
    downloads: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOutRow, ...]
    days: tuple[DayPart, ...]
    quality: str
    modes: tuple[str, ...]


def result_of(
    itinerary: Itinerary, asked: Asked, page: Page, otherwise: Otherwise | None = None
) -> Result:
    """Return an itinerary as the page shows it, with the other ways of one leg if asked for."""
    legs = len(itinerary.legs)
    settled = asked.settled(itinerary, itinerary.order)
    fidelity = itinerary.network.fidelity
    told = {one.reason.code for one in itinerary.left_out} | {"fits-later"}
    general = [one for one in itinerary.notices if one.code not in told]
    rows = _with_ways(
        [_row(visit, itinerary, page.texts) for visit in visits(itinerary)],
        [ways_row(n, itinerary, settled, page, otherwise) for n in range(1, legs + 1)],
    )
    return Result(
        itinerary=itinerary,
        rows=rows,
        notices=said_notices(general, page.texts),
        length=say_length(itinerary.length_m, itinerary.mode, fidelity, page.texts),
        travel=say_travel(itinerary, page.texts),
        climb=say_climbs(itinerary.legs, page.texts),
        count=sum(stop.kind == "site" for stop in itinerary.stops),
        share=page.origin() + page.href("/plan", **settled),
        query={name: value for name, value in settled.items() if value},
        downloads=tuple(
            (form, address("/api/itineraries", {**settled, "lang": page.texts.lang, "f": form}))
            for form in DOWNLOADS
        ),
        left_out=tuple(_left_out(one, itinerary, settled, page) for one in itinerary.left_out),
        days=_day_parts(itinerary, rows, page.texts),
        quality=say_quality(itinerary.quality, page.texts) if itinerary.quality else "",
        modes=tuple(mode_lines(itinerary, page.texts)),
    )


def _day_parts(itinerary: Itinerary, rows: Sequence[StopRow], texts: Texts) -> tuple[DayPart, ...]:
    """Return the rows day by day."""
    upcoming, parts = iter(rows), []
    for number, day in enumerate(itinerary.days, start=1):
        name = texts("exchange.day", nth=number, date=texts.date(day.date))
        of_day = tuple(itertools.islice(upcoming, len(day.stops)))
        climb = say_climbs(day.legs, texts)
        parts.append(DayPart(name if len(itinerary.days) > 1 else "", climb, of_day))
    return tuple(parts)


def _left_out(
    out: LeftOut, itinerary: Itinerary, settled: Mapping[str, str], page: Page
) -> LeftOutRow:
    """Return why a site is left out, and the addresses of plans that have room for it."""
    changes = tuple(
        (
            say_relaxation(one, itinerary, page.texts),
            page.href("/plan", **{**settled, **_changed(one, out.site_id, itinerary, settled)}),
        )
        for one in out.relaxations[:CHANGES_SHOWN]
        if one.value != MIDNIGHT
    )
    return LeftOutRow(out.site_id, out.reason.text(page.texts), changes)


def _changed(
    change: Relaxation, site_id: str, itinerary: Itinerary, settled: Mapping[str, str]
) -> dict[str, str]:
    """Return the parameters that a change of one limit sets."""
    if change.limit == "step_free":
        return {"step_free": ""}
    if change.limit in ("a_day", *FAR):
        return {change.limit: change.value}
    if change.limit == "visit":
        others = [one for one in settled["visits"].split(",") if one]
        kept = [one for one in others if one.partition("@")[0] != site_id]
        return {"visits": ",".join([*kept, f"{site_id}@{change.value}"])}
    first = itinerary.days[0].date
    if len(itinerary.days) > 1 or settled["dates"]:
        return with_hours(settled, first, change.date, {change.limit: change.value})
    return {change.limit: f"{first}T{change.value}" if change.limit == "depart" else change.value}


def with_edits(result: Result, editing: Editing) -> Result:
    """Return a result whose stops may be adjusted one by one."""
    stops = iter(editing.itinerary.stops)
    return _each_row(result, lambda row: replace(row, edits=editing.of_stop(next(stops))))


def without_ways(result: Result) -> Result:
    """Return a result that offers no other ways: those are of the local network."""
    return _each_row(
        result, lambda row: replace(row, leg=replace(row.leg, ways=None)) if row.leg else row
    )


def _each_row(result: Result, change: Callable[[StopRow], StopRow]) -> Result:
    """Return a result with every stop changed, in their order."""
    days = tuple(replace(day, rows=tuple(map(change, day.rows))) for day in result.days)
    return replace(result, rows=tuple(row for day in days for row in day.rows), days=days)


def _with_ways(rows: Sequence[StopRow], ways: Sequence[WaysRow]) -> tuple[StopRow, ...]:
    """Return the stops, each leg knowing its other ways."""
    upcoming = iter(ways)
    return tuple(
        replace(row, leg=replace(row.leg, ways=next(upcoming))) if row.leg else row for row in rows
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
        notices=said_notices(stop.notices, texts),
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
        climb=say_climb(leg, texts),
        roads=_roads(leg, texts),
        approach=say_length(off_road, "walk", fidelity, texts) if off_road >= OFF_ROAD_M else "",
        parking=texts.duration(leg.parking_s) if leg.parking_s else "",
        directions=say_steps(leg, fidelity, texts),
        links=tuple(link for link in links if link.travel != "transit"),
        transit=tuple(link for link in links if link.travel == "transit"),
        notices=said_notices(leg.notices, texts),
    )


def _roads(leg: Leg, texts: Texts) -> str:
    names = [texts.name(road) or road.ref for road in leg.roads]
    shown = list(dict.fromkeys(names))[:ROADS_SHOWN]
    return texts("page.plan.road-separator").join(shown)


def said_notices(notices: Sequence[Told], texts: Texts) -> tuple[NoticeText, ...]:
    """Return notices in the page's language, each once."""
    said = dict.fromkeys(NoticeText(one.level, one.text(texts)) for one in notices)
    return tuple(said)
