"""How lengths and times are said, no more exactly than they are known.

On the schematic network a length is an estimate: "≈", ≥ 10 km to 1 km, below to 100 m, walking
to 50 m (routes_data/facts/backbone/README.md). On a street network it is said to 10 m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.messages import Messages
from geo.models import Fidelity, Itinerary, Leg, Mode, ModeTotal

KILOMETRE = 1000
WALK_STEP_M = 50
STREET_STEP_M = 10
TENTH_M = 100
LONG_M = 9_950
"""From here on 0.1 km would round to 10.0 km, so whole kilometres are said."""
RANGE_STEP_S = 300
"""Ranges of time are said outward to 5 minutes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A leg's figures as people read them."""

    length: str
    duration: str


def say_length(metres: float, mode: Mode, fidelity: Fidelity, messages: Messages) -> str:
    """Return a length in words, with "≈" where it is an estimate."""
    known = known_length_m(metres, mode, fidelity)
    if _in_km(metres, mode, fidelity):
        text = messages("exchange.kilometres", value=f"{known / KILOMETRE:g}")
    else:
        text = messages("exchange.metres", value=known)
    return messages("exchange.about", value=text) if fidelity == "schematic" else text


def known_length_m(metres: float, mode: Mode, fidelity: Fidelity) -> int:
    """Return a length in metres, rounded to what is known of it."""
    schematic = fidelity == "schematic"
    if schematic and mode == "walk":
        metres = _stepped(metres, WALK_STEP_M)
    if not _in_km(metres, mode, fidelity):
        rough = WALK_STEP_M if mode == "walk" else TENTH_M
        return _stepped(metres, rough if schematic else STREET_STEP_M)
    return _stepped(metres, KILOMETRE if metres >= LONG_M else TENTH_M)


def _in_km(metres: float, mode: Mode, fidelity: Fidelity) -> bool:
    schematic = fidelity == "schematic"
    if schematic and mode == "walk":
        # 1.85 km cannot be said to 0.1 km without losing the 50 m it is known to.
        return metres >= 2 * KILOMETRE
    step = TENTH_M if schematic else STREET_STEP_M
    return metres >= KILOMETRE - step / 2


def _stepped(metres: float, step: int) -> int:
    """Round to a step; what is not nothing is at least one."""
    return max(round(metres / step), 1 if metres > 0 else 0) * step


def say_duration(seconds: float, messages: Messages) -> str:
    """Return a duration in hours and whole minutes; what is not nothing is at least 1 minute."""
    minutes = known_minutes(seconds)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return messages("exchange.minutes", minutes=rest)
    if not rest:
        return messages("exchange.hours", hours=hours)
    return messages("exchange.hours-minutes", hours=hours, minutes=rest)


def known_minutes(seconds: float) -> int:
    """Return whole minutes; what is not nothing is at least one."""
    return max(round(seconds / 60), 1 if seconds > 0 else 0)


def say_leg(leg: Leg, fidelity: Fidelity, messages: Messages) -> Figures:
    """Return a leg's length and time, the time as a range where it is one."""
    return Figures(
        say_length(leg.length_m, leg.mode, fidelity, messages),
        _say_leg_time(leg, fidelity, messages),
    )


def say_mode(total: ModeTotal, fidelity: Fidelity, messages: Messages) -> Figures:
    """Return what is travelled in one mode, added up."""
    seconds = (total.duration_s, total.duration_s)
    return Figures(
        say_length(total.length_m, total.mode, fidelity, messages),
        _say_time(total.duration_s, seconds, fidelity, messages),
    )


def say_climb(leg: Leg, messages: Messages) -> str:
    """Return how far a leg goes up and down, in whole metres; empty where it is not known."""
    return say_climbs((leg,), messages)


def say_climbs(legs: Sequence[Leg], messages: Messages) -> str:
    """Return how far legs go up and down in all; empty where that of one is not known."""
    up = [leg.ascent_m for leg in legs if leg.ascent_m is not None]
    down = [leg.descent_m for leg in legs if leg.descent_m is not None]
    if not legs or len(up) + len(down) < 2 * len(legs):
        return ""
    return messages("exchange.climb", up=round(sum(up)), down=round(sum(down)))


def say_travel(itinerary: Itinerary, messages: Messages, *, with_visits: bool = False) -> str:
    """Return the time on the way in all, a range where a leg's time is one.

    Parameters
    ----------
    itinerary
        What was planned.
    messages
        The texts.
    with_visits
        Whether the time at the sites is counted too.
    """
    ranges = [leg_range_s(leg) for leg in itinerary.legs]
    planned = itinerary.travel_s + (itinerary.stay_s if with_visits else 0)
    early = sum(leg.duration_s - low for leg, (low, _) in zip(itinerary.legs, ranges, strict=True))
    late = sum(high - leg.duration_s for leg, (_, high) in zip(itinerary.legs, ranges, strict=True))
    return _say_time(
        planned, (planned - early, planned + late), itinerary.network.fidelity, messages
    )


def leg_range_s(leg: Leg) -> tuple[int, int]:
    """Return the seconds a leg takes at least and at most; both the same where it is no range."""
    return leg.duration_range_s or (leg.duration_s, leg.duration_s)


def _say_leg_time(leg: Leg, fidelity: Fidelity, messages: Messages) -> str:
    return _say_time(leg.duration_s, leg_range_s(leg), fidelity, messages)


def _say_time(
    planned_s: int, range_s: tuple[int, int], fidelity: Fidelity, messages: Messages
) -> str:
    low, high = range_s
    if low == high:
        text = say_duration(planned_s, messages)
        return messages("exchange.about", value=text) if fidelity == "schematic" and text else text
    low, high = low // RANGE_STEP_S * RANGE_STEP_S, -(-high // RANGE_STEP_S) * RANGE_STEP_S
    if not low:
        return messages("exchange.up-to", high=say_duration(high, messages))
    return messages(
        "exchange.range", low=say_duration(low, messages), high=say_duration(high, messages)
    )
