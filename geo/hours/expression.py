"""OSM `opening_hours` expressions as open windows of one day.

Two conventions beyond the OSM text:

* `PH` means a Chinese public holiday. The parser's own holiday calendars do not know China, so on
  a holiday `PH` is replaced by the name of that very weekday, and otherwise by another one's.
* A comment of a rule may give the last admission: `"last admission 16:30"`, or
  `"last admission 30 min"` before closing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from geo.errors import InvalidParameterError
from geo.models import TIME_ZONE

from .calendar import DayKind, day_kind

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LOOK_AHEAD_DAYS = 92
"""How far the next open day is searched: a season; a longer closure has no useful date."""

_HOLIDAY = re.compile(r"\bPH\b")
_SCHOOL_HOLIDAY = re.compile(r"\bSH\b")
_LAST_AT = re.compile(r"last admission (\d{1,2}):(\d{2})")
_LAST_BEFORE = re.compile(r"last admission (\d{1,3}) ?min")


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of a day in which a site is open (aware, Asia/Shanghai).

    `last_admission` is the latest time to enter; `closes` where none is given.
    """

    opens: datetime
    closes: datetime
    last_admission: datetime

    def latest_start(self, visit: timedelta) -> datetime:
        """Return the latest start of a visit that is admitted and ends by closing time."""
        return min(self.last_admission, self.closes - visit)


def check_expression(expression: str) -> None:
    """Refuse what is not an `opening_hours` expression.

    Raises
    ------
    InvalidParameterError
        It cannot be parsed, or uses the holiday selector in a way that cannot be evaluated.
    """
    monday = date(2026, 1, 5)
    _parsed(_for_day(expression, monday, holiday=True))
    _parsed(_for_day(expression, monday, holiday=False))


def windows_on(expression: str, day: date) -> tuple[Window, ...]:
    """Return the open windows of `day`, in order; empty: closed that day.

    One that began the evening before is cut at midnight, one that ends later keeps its end.

    A weekend day worked in return for a holiday that the text leaves closed has the hours of that
    week's Wednesday: an institution that works then is open then.

    Raises
    ------
    InvalidParameterError
        `expression` cannot be parsed.
    """
    return _windows_on(expression, day)


@lru_cache(maxsize=8192)
def _windows_on(expression: str, day: date) -> tuple[Window, ...]:
    kind = day_kind(day)
    found = _raw_windows(_for_day(expression, day, holiday=kind is DayKind.HOLIDAY), day)
    if found or kind is not DayKind.MAKE_UP:
        return found
    # Wednesday lies in the middle of the working week: no closing day of museums is near it.
    wednesday = day - timedelta(days=day.weekday() - 2)
    return tuple(
        _shifted(window, day - wednesday)
        for window in _raw_windows(_for_day(expression, wednesday, holiday=False), wednesday)
    )


def next_open_day(expression: str, after: date, *, days: int = LOOK_AHEAD_DAYS) -> date | None:
    """Return the first day after `after` with an open window; None within `days`: none."""
    return first_day(lambda day: bool(windows_on(expression, day)), after, days=days)


def first_day(
    holds: Callable[[date], bool], after: date, *, days: int = LOOK_AHEAD_DAYS
) -> date | None:
    """Return the first day after `after` of which something holds; None within `days`: none."""
    coming = (after + timedelta(days=offset) for offset in range(1, days + 1))
    return next((day for day in coming if holds(day)), None)


def _for_day(expression: str, day: date, *, holiday: bool) -> str:
    weekday = day.weekday()
    other = WEEKDAYS[(weekday + 1) % 7]
    named = WEEKDAYS[weekday] if holiday else other
    return _SCHOOL_HOLIDAY.sub(other, _HOLIDAY.sub(named, expression))


@lru_cache(maxsize=2048)
def _parsed(expression: str) -> OpeningHours:
    try:
        return OpeningHours(expression)
    except ParserError as error:
        raise InvalidParameterError(
            "opening_hours",
            expression,
            "an OpenStreetMap opening_hours expression",
            rule="opening_hours",
        ) from error


def _raw_windows(expression: str, day: date) -> tuple[Window, ...]:
    midnight = datetime.combine(day, time())
    # Two days are read, so that a window past midnight keeps its true end.
    spans = _parsed(expression).intervals(midnight, midnight + timedelta(days=2))
    tomorrow = midnight + timedelta(days=1)
    return tuple(
        _window(start, end, comment)
        for start, end, state, comment in spans
        if str(state) == "open" and start < tomorrow
    )


def _window(start: datetime, end: datetime, comment: str) -> Window:
    opens, closes = start.replace(tzinfo=TIME_ZONE), end.replace(tzinfo=TIME_ZONE)
    return Window(opens, closes, _last_admission(opens, closes, comment))


def _last_admission(opens: datetime, closes: datetime, comment: str) -> datetime:
    if match := _LAST_AT.search(comment):
        hour, minute = (int(part) for part in match.groups())
        # Kept inside the window: a summer rule's text must not outlast a winter closing.
        return min(closes, max(opens, opens.replace(hour=hour % 24, minute=minute)))
    if match := _LAST_BEFORE.search(comment):
        return max(opens, closes - timedelta(minutes=int(match.group(1))))
    return closes


def _shifted(window: Window, by: timedelta) -> Window:
    return Window(window.opens + by, window.closes + by, window.last_admission + by)
