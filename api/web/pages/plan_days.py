"""The days of a plan as its form shows and sends them: a row a day, with a date and hours.

The first day is that of `depart`. Each further one has a date (`date.2`), and each may have hours
of its own (`from.2`, `to.2`); what is left empty is as on the other days. The night after each
has a place (`night.1`), or is spent anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import ValidationError

from api.planning import ANYWHERE
from geo.planner.days import PlanDay
from geo.planner.request import MAX_DAYS

ROWS = ("date.", "from.", "to.", "night.")
"""How the fields of a row begin; its number follows."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in the form: its number and date, its hours where it has any of its own, its night.

    The night after the last day is None.
    """

    number: int
    date: str
    depart: str
    until: str
    night: str | None = None


def folded(single: Mapping[str, str], rows: Mapping[str, str]) -> dict[str, str]:
    """Return what the rows of a form say as parameters of an address.

    A date that is not after the one before it follows that on the next day.
    """
    count, first = _count(single.get("days", "")), _date(single.get("depart", "")[:10])
    if not rows or first is None:
        return {}
    if count == 1:
        return {"days": "", "dates": "", "nights": ""}
    dates = [first]
    for number in range(2, count + 1):
        said, next_day = _date(rows.get(f"date.{number}", "")), dates[-1] + timedelta(days=1)
        dates.append(max(said or next_day, next_day))
    texts = [_text(day, rows, number) for number, day in enumerate(dates, start=1)]
    plain = [(first + timedelta(days=n)).isoformat() for n in range(count)]
    nights = _nights(count, rows)
    if texts == plain:
        return {"days": str(count), "dates": "", **nights}
    return {"days": "", "dates": ",".join(texts), **nights}


def _nights(count: int, rows: Mapping[str, str]) -> dict[str, str]:
    """Return where the nights are spent: one place for all, or one for each; as it was, unsaid."""
    said = [rows.get(f"night.{number}", "") for number in range(1, count)]
    if not any(name.startswith("night.") for name in rows):
        return {}
    if not any(said):
        return {"nights": ""}
    several = len(set(said)) > 1
    return {"nights": ";".join(one or ANYWHERE for one in said) if several else said[0]}


def day_rows(query: Mapping[str, str], first: date) -> tuple[DayRow, ...]:
    """Return the rows a form shows; none for a plan of one day."""
    days = plan_days(query, first)
    if len(days) == 1:
        return ()
    said = query.get("nights", "").split(";")
    nights = ["" if one.strip() == ANYWHERE else one.strip() for one in said]
    nights = nights * (len(days) - 1) if len(nights) == 1 else nights
    each: list[str | None] = [*(nights + [""] * len(days))[: len(days) - 1], None]
    return tuple(
        DayRow(number, day.date.isoformat(), day.depart or "", day.until or "", night)
        for number, (day, night) in enumerate(zip(days, each, strict=True), start=1)
    )


def plan_days(query: Mapping[str, str], first: date) -> list[PlanDay]:
    """Return the days an address says, as well as they can be read."""
    found: list[PlanDay] = []
    with suppress(ValidationError):
        found = [PlanDay.model_validate(text) for text in query["dates"].split(",") if text]
    count = _count(query["days"])
    return found or [PlanDay(date=first + timedelta(days=number)) for number in range(count)]


def with_hours(
    query: Mapping[str, str], first: date, day: date | None, hours: Mapping[str, str]
) -> dict[str, str]:
    """Return the parameters that give one day other hours (`depart`, `until`)."""
    days = plan_days(query, first)
    changed = [one.model_copy(update=dict(hours)) if one.date == day else one for one in days]
    return {"days": "", "dates": ",".join(one.text() for one in changed)}


def _text(day: date, rows: Mapping[str, str], number: int) -> str:
    depart, until = (rows.get(f"{name}.{number}", "") for name in ("from", "to"))
    return f"{day}@{depart}-{until}" if depart or until else day.isoformat()


def _count(text: str) -> int:
    return min(max(int(text), 1), MAX_DAYS) if text.isdecimal() and len(text) == 1 else 1


def _date(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
