"""Opening hours day by day, in words: for visitors of a site and for staff who edit its hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from geo.hours import Window, closure_on, windows_on
from geo.models import Site

from .texts import Texts


@dataclass(frozen=True, slots=True)
class OpenDay:
    """One day: when the site is open, as visitors and plans have it."""

    day: str
    text: str
    is_open: bool


def open_days(
    expression: str, first: date, days: int, site: Site | None, texts: Texts
) -> tuple[OpenDay, ...]:
    """Return so many days of some hours, from the first on, with the dated closures of a site.

    Raises
    ------
    InvalidParameterError
        The hours cannot be read.
    """
    coming = (first + timedelta(days=offset) for offset in range(days))
    return tuple(_day(expression, day, site, texts) for day in coming)


def _day(expression: str, day: date, site: Site | None, texts: Texts) -> OpenDay:
    closure = closure_on(site, day) if site else None
    windows = windows_on(expression, day)
    said = texts.date(day)
    if closure is not None:
        reason = texts.pick(closure.reason_zh, closure.reason_en)
        return OpenDay(said, texts("staff.hours.closure", reason=reason), is_open=False)
    if not windows:
        return OpenDay(said, texts("staff.hours.closed"), is_open=False)
    return OpenDay(said, " · ".join(_window(one, texts) for one in windows), is_open=True)


def _window(window: Window, texts: Texts) -> str:
    hours = f"{texts.clock(window.opens)}–{texts.clock(window.closes)}"
    if window.last_admission >= window.closes:
        return hours
    last = texts.clock(window.last_admission)
    return texts("staff.hours.last", hours=hours, last=last)
