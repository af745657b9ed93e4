"""Names and notes every rendering shares."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from geo.messages import Messages, Notice, name_in
from geo.models import Itinerary, Leg, Stop

from .figures import say_leg, say_mode
from .moments import Moment, day_moments, say_moment


@dataclass(frozen=True, slots=True)
class Ride:
    """A leg between its two stops; `day` counts from 1."""

    leg: Leg
    origin: Stop
    destination: Stop
    day: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop with its number among the sites (None at a bare start or end) and the way onwards.

    `arrival` is None at a start, `departure` None at an end.
    """

    stop: Stop
    number: int | None
    day: int
    ride: Ride | None
    arrival: Moment | None
    departure: Moment | None

    @property
    def sure_time(self) -> datetime | None:
        """When the stop is reached, or left at a start; None where only a range is known."""
        at = self.arrival or self.departure
        return None if at is None or at.is_range else at.planned


def visits(itinerary: Itinerary) -> Iterator[Visit]:
    """Yield every stop in order; sites are numbered from 1 through all days."""
    numbers = itertools.count(1)
    for day, content in enumerate(itinerary.days, start=1):
        legs = zip(content.legs, content.stops, content.stops[1:], strict=False)
        rides = [Ride(leg, origin, destination, day) for leg, origin, destination in legs]
        moments = day_moments(content, itinerary.network.fidelity)
        onwards = [*rides, None] if content.stops else []
        for stop, ride, at in zip(content.stops, onwards, moments, strict=True):
            number = next(numbers) if stop.kind == "site" else None
            yield Visit(stop, number, day, ride, at.arrival, at.departure)


def stop_name(stop: Stop, messages: Messages) -> str:
    """Return the stop's name, or "Start" / "End" for a bare coordinate."""
    return name_in(messages.lang, stop.name_zh, stop.name_en) or messages(f"exchange.{stop.kind}")


def visit_times(visit: Visit, messages: Messages) -> list[str]:
    """Return "Arrive 09:00" and "Leave ≈ 10:15", as sure as they are."""
    times = (("arrive", visit.arrival), ("leave", visit.departure))
    return [messages(f"exchange.{what}", time=say_moment(at, messages)) for what, at in times if at]


def title(itinerary: Itinerary, messages: Messages) -> str:
    """Return the itinerary's title: its date or dates and how many sites it visits."""
    count = sum(stop.kind == "site" for stop in itinerary.stops)
    first, last = (itinerary.days[at].date.isoformat() for at in (0, -1))
    if first == last:
        return messages("exchange.title", date=first, count=count)
    days = len(itinerary.days)
    return messages("exchange.title-days", first=first, last=last, days=days, count=count)


def leg_name(ride: Ride, messages: Messages) -> str:
    """Return "Walk: A → B"."""
    return messages(
        f"exchange.leg-{ride.leg.mode}",
        origin=stop_name(ride.origin, messages),
        destination=stop_name(ride.destination, messages),
    )


def leg_text(leg: Leg, itinerary: Itinerary, messages: Messages) -> str:
    """Return "≈ 1.2 km, ≈ 16 min" and what must be known of the leg."""
    said = say_leg(leg, itinerary.network.fidelity, messages)
    figures = messages("exchange.leg-figures", length=said.length, duration=said.duration)
    return "\n".join([figures, *notes(leg.notices, messages)])


def mode_lines(itinerary: Itinerary, messages: Messages) -> list[str]:
    """Return "On foot: 1.2 km, 16 min" for each mode; nothing where there is but one."""
    totals = itinerary.modes
    lines = []
    for total in totals if len(totals) > 1 else ():
        said = say_mode(total, itinerary.network.fidelity, messages)
        figures = messages("exchange.leg-figures", length=said.length, duration=said.duration)
        mode = messages(f"exchange.mode.{total.mode}")
        lines.append(messages("exchange.mode-total", mode=mode, figures=figures))
    return lines


def notes(notices: Iterable[Notice], messages: Messages) -> list[str]:
    """Return the notices as texts."""
    return [notice.text(messages) for notice in notices]


def network_note(itinerary: Itinerary, messages: Messages) -> str:
    """Return whose roads these are, and of which date."""
    network = itinerary.network
    attribution = messages(f"network.attribution.{network.fidelity}")
    return messages("exchange.attribution", attribution=attribution, date=network.date)
