"""When visits may begin, by the opening hours of the day; when other classes fill a site."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from geo.errors import HeritageError
from geo.hours import site_windows
from geo.models import TIME_ZONE, Site

from .presets import ASSUMED_OPEN
from .problem import Span, Windows


def opening(site: Site, day: date, stay_s: int) -> Windows:
    """Return when a visit of `stay_s` may begin; `ASSUMED_OPEN` where the hours are unknown."""
    try:
        windows = site_windows(site, day)
    except HeritageError:
        windows = None
    if windows is None:
        opens, closes = (clock_s(t) for t in ASSUMED_OPEN)
        return ((opens, closes - stay_s),)
    visit = timedelta(seconds=stay_s)
    spans = ((seconds(w.opens, day), seconds(w.latest_start(visit), day)) for w in windows)
    return tuple((first, last) for first, last in spans if first <= last)


def seconds(moment: datetime, day: date) -> int:
    """Return a moment as seconds since the midnight that begins `day` in Qingdao."""
    return round((moment - at(day, 0)).total_seconds())


def is_open(site: Site, begin: datetime, most_min: int) -> bool:
    """Return whether a visit may begin then; one of `most_min` minutes at most."""
    day = begin.astimezone(TIME_ZONE).date()
    second = seconds(begin, day)
    windows = opening(site, day, min(site.visit_min, most_min) * 60)
    return any(first <= second <= last for first, last in windows)


def clock_s(clock: time) -> int:
    """Return a time of day as seconds since midnight."""
    return clock.hour * 3600 + clock.minute * 60


def clock(seconds: int) -> str:
    """Return seconds after midnight as HH:MM."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def at(day: date, second: int) -> datetime:
    """Return the moment `second` seconds after midnight of `day` in Qingdao (no summer time)."""
    midnight = datetime.combine(day, time(), TIME_ZONE)
    return datetime.fromtimestamp(midnight.timestamp() + second, TIME_ZONE)


def full(visits: Iterable[Span], room: int) -> tuple[Span, ...]:
    """Return when `room` or more of the visits are under way."""
    turns = sorted(
        change for begin, end in visits for change in ((begin, 1), (end, -1)) if begin < end
    )
    spans: list[Span] = []
    here, since = 0, 0
    for moment, change in turns:
        if here < room <= here + change:
            since = moment
        elif here + change < room <= here and since < moment:
            spans.append((since, moment))
        here += change
    return tuple(spans)
