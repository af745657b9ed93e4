"""A trip's timetable as rows and as CSV: stops, visits, waits, pauses and legs in clock order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.exchange import say_duration, say_leg
from geo.exchange.table import BYTE_ORDER_MARK, guarded
from geo.messages import Messages, name_in
from geo.models import Stop

from .models import Pause, TripPlan, pauses_at, rests_from

COLUMNS = ("date", "begin", "end", "what", "place", "length", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timetable.

    `kind` is start, ride, walk, rest, wait, visit, lunch, break or end; `number` counts the sites.
    """

    kind: str
    begin: datetime
    end: datetime
    text: str
    number: int | None = None
    length: str = ""
    stop: Stop | None = None


def timetable(plan: TripPlan, messages: Messages) -> Iterator[Row]:
    """Yield the lines of a plan in clock order."""
    number = 0
    for index, day in enumerate(plan.itinerary.days):
        for place, stop in enumerate(day.stops):
            if stop.kind == "site":
                number += 1
                yield from _visit(plan, (index, place), number, messages)
            else:
                moment = stop.departure or stop.arrival
                if moment is not None:
                    key = end_key(stop, last=index == len(plan.itinerary.days) - 1)
                    said = messages(key, place=place_name(plan, stop, messages))
                    yield Row(stop.kind, moment, moment, said, stop=stop)
            if place < len(day.legs):
                yield from _leg(plan, (index, place), messages)


def end_key(stop: Stop, *, last: bool) -> str:
    """Return the key of what happens at a start or an end; nobody is dismissed at a lodging."""
    return "pack.row.night" if stop.kind == "end" and not last else f"pack.row.{stop.kind}"


def place_name(plan: TripPlan, stop: Stop, messages: Messages) -> str:
    """Return the name of a stop; of a bare start or end the school's, else a word."""
    own = name_in(messages.lang, stop.name_zh, stop.name_en)
    return own or plan.facts.school or messages(f"pack.{stop.kind}")


def _visit(
    plan: TripPlan, place: tuple[int, int], number: int, messages: Messages
) -> Iterator[Row]:
    stop = plan.itinerary.days[place[0]].stops[place[1]]
    begin = plan.visit_begins(*place)
    before, after = pauses_at(plan.pauses, *place, begin)
    yield from (_pause(plan, pause, messages) for pause in before)
    if begin is not None:
        ends = begin + timedelta(seconds=stop.stay_s)
        name = place_name(plan, stop, messages)
        stay = say_duration(stop.stay_s, messages)
        said = messages("pack.row.visit", place=name, stay=stay)
        yield Row("visit", begin, ends, said, number, stop=stop)
    yield from (_pause(plan, pause, messages) for pause in after)


def _pause(plan: TripPlan, pause: Pause, messages: Messages) -> Row:
    length = say_duration((pause.end - pause.begin).total_seconds(), messages)
    lunch = pause.kind == "lunch"
    key = f"pack.row.lunch.{plan.facts.lunch}" if lunch else f"pack.row.{pause.kind}"
    return Row(pause.kind, pause.begin, pause.end, messages(key, length=length))


def _leg(plan: TripPlan, place: tuple[int, int], messages: Messages) -> Iterator[Row]:
    """Yield the way from a stop; breaks on it part it."""
    day, index = plan.itinerary.days[place[0]], place[1]
    leg, begin, end = day.legs[index], day.stops[index].departure, day.stops[index + 1].arrival
    if begin is None or end is None:
        return
    said = say_leg(leg, plan.itinerary.network.fidelity, messages)
    by = "walk" if leg.mode == "walk" else "ride"
    text, length = messages(f"pack.row.{by}", length=said.duration), said.length
    for pause in rests_from(plan.pauses, *place):
        yield Row(by, begin, pause.begin, text, length=length)
        yield _pause(plan, pause, messages)
        begin, text, length = pause.end, messages("pack.row.ride-on"), ""
    yield Row(by, begin, end, text, length=length)


def to_timetable_csv(plan: TripPlan, messages: Messages) -> str:
    """Return the timetable as CSV text (begins with a byte order mark, for Excel)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([messages(f"trip.csv.{column}") for column in COLUMNS])
    for row in timetable(plan, messages):
        where = (row.stop.lon, row.stop.lat) if row.stop else ("", "")
        writer.writerow(
            [
                row.begin.date().isoformat(),
                f"{row.begin:%H:%M}",
                f"{row.end:%H:%M}",
                guarded(row.text),
                guarded(place_name(plan, row.stop, messages) if row.stop else ""),
                guarded(row.length),
                *where,
            ]
        )
    return BYTE_ORDER_MARK + text.getvalue()
