"""What is known of a visit in three values: yes, no, or nobody knows (None).

An unknown is never taken for a yes or a no; conditions together follow Kleene's logic: one no is
enough for no, and without it one unknown leaves the answer open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from .errors import HeritageError
from .hours import site_windows
from .models import TIME_ZONE, Site


def is_free(site: Site) -> bool | None:
    """Return whether admission is free."""
    return None if site.ticket in {"", "unknown"} else site.ticket == "free"


def is_step_free(site: Site) -> bool | None:
    """Return whether the whole visit is free of steps; partly so is no."""
    return None if site.step_free in {"", "unknown"} else site.step_free == "yes"


def is_open_on(site: Site, day: date) -> bool | None:
    """Return whether a site opens on a day; hours that nobody recorded are never assumed."""
    try:
        windows = site_windows(site, day)
    except HeritageError:
        return None
    return None if windows is None else bool(windows)


def is_open_at(site: Site, moment: datetime) -> bool | None:
    """Return whether a site lets people in at a moment; hours nobody recorded are never assumed.

    Parameters
    ----------
    moment
        With a time zone.
    """
    today = moment.astimezone(TIME_ZONE).date()
    try:
        found = [site_windows(site, day) for day in (today - timedelta(days=1), today)]
    except HeritageError:
        return None
    if found[1] is None:
        return None
    windows = (*(found[0] or ()), *found[1])
    return any(one.opens <= moment < min(one.closes, one.last_admission) for one in windows)


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Return whether every answer is yes."""
    found = tuple(answers)
    if False in found:
        return False
    return None if None in found else True
