"""When a site may be visited on a day: its opening hours, less its dated closures."""

from __future__ import annotations

from datetime import date

from geo.models import Closure, Site

from .expression import LOOK_AHEAD_DAYS, Window, first_day, windows_on


def closure_on(site: Site, day: date) -> Closure | None:
    """Return the closure that shuts a site on a day; None: there is none."""
    return next((one for one in site.closures if one.holds(day)), None)


def site_windows(site: Site, day: date) -> tuple[Window, ...] | None:
    """Return the open windows of a site on a day; empty: closed; None: its hours are unknown.

    Raises
    ------
    InvalidParameterError
        The opening hours cannot be parsed.
    """
    if closure_on(site, day) is not None:
        return ()
    return windows_on(site.opening_hours, day) if site.opening_hours else None


def next_open(site: Site, after: date, *, days: int = LOOK_AHEAD_DAYS) -> date | None:
    """Return the first day after `after` on which a site opens; None within `days`: none.

    A site of unknown hours is taken to open once no closure holds.
    """
    return first_day(lambda day: site_windows(site, day) != (), after, days=days)
