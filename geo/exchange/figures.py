"""How lengths and times are said, no more exactly than they are known.

On the schematic network a length is an estimate: "≈", ≥ 10 km to 1 km, below to 0.1 km, walking
to 50 m (routes_data/facts/backbone/README.md). On a street network it is said to 10 m.
"""

from __future__ import annotations

from dataclasses import dataclass

from geo.messages import Messages
from geo.models import Fidelity, Leg, Mode

KILOMETRE = 1000
WALK_STEP_M = 50
STREET_STEP_M = 10
TENTH_M = 100
LONG_M = 9_950
"""From here on 0.1 km would round to 10.0 km, so whole kilometres are said."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A leg's figures as people read them."""

    length: str
    duration: str


def say_length(metres: float, mode: Mode, fidelity: Fidelity, messages: Messages) -> str:
    """Return a length in words, with "≈" where it is an estimate."""
    schematic = fidelity == "schematic"
    if schematic and mode == "walk":
        metres = _stepped(metres, WALK_STEP_M)
    text = _kilometres(metres, messages) if _in_km(metres, schematic, mode) else ""
    if not text:
        step = WALK_STEP_M if schematic else STREET_STEP_M
        text = messages("exchange.metres", value=_stepped(metres, step))
    return messages("exchange.about", value=text) if schematic else text


def _in_km(metres: float, schematic: bool, mode: Mode) -> bool:  # noqa: FBT001 - a plain fact
    if schematic and mode == "walk":
        # 1.85 km cannot be said to 0.1 km without losing the 50 m it is known to.
        return metres >= 2 * KILOMETRE
    return metres >= KILOMETRE - STREET_STEP_M / 2 or (schematic and mode == "drive")


def _kilometres(metres: float, messages: Messages) -> str:
    if metres >= LONG_M:
        return messages("exchange.kilometres", value=f"{metres / KILOMETRE:.0f}")
    tenths = _stepped(metres, TENTH_M) / KILOMETRE
    return messages("exchange.kilometres", value=f"{tenths:.1f}")


def _stepped(metres: float, step: int) -> int:
    """Round to a step; what is not nothing is at least one."""
    return max(round(metres / step), 1 if metres > 0 else 0) * step


def say_duration(seconds: float, messages: Messages) -> str:
    """Return a duration in hours and whole minutes; what is not nothing is at least 1 minute."""
    minutes = max(round(seconds / 60), 1 if seconds > 0 else 0)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return messages("exchange.minutes", minutes=rest)
    if not rest:
        return messages("exchange.hours", hours=hours)
    return messages("exchange.hours-minutes", hours=hours, minutes=rest)


def say_leg(leg: Leg, fidelity: Fidelity, messages: Messages) -> Figures:
    """Return a leg's length and time, the time as a range where it is one."""
    return Figures(
        say_length(leg.length_m, leg.mode, fidelity, messages),
        _say_leg_time(leg, fidelity, messages),
    )


def _say_leg_time(leg: Leg, fidelity: Fidelity, messages: Messages) -> str:
    if leg.duration_range_s is None:
        text = say_duration(leg.duration_s, messages)
        return messages("exchange.about", value=text) if fidelity == "schematic" else text
    low, high = leg.duration_range_s
    if not low:
        return messages("exchange.up-to", high=say_duration(high, messages))
    return messages(
        "exchange.range", low=say_duration(low, messages), high=say_duration(high, messages)
    )
