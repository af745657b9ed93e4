"""Clock times: when each stop is reached and left, and what must be said about that hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from geo.hours import closure_on, is_assumed, next_open, site_windows
from geo.hours.assumed import ALWAYS
from geo.messages import Notice
from geo.models import Closure, Leg, Site, Stop


@dataclass(frozen=True, slots=True)
class Call:
    """A stop still without times: a site, or a bare place the day starts or ends at.

    A visit begins at `begins` if that is known and later than the arrival; `pause_s` is the lunch
    after it.
    """

    stop: Stop
    site: Site | None = None
    notices: tuple[Notice, ...] = ()
    begins: datetime | None = None
    pause_s: int = 0


def schedule(calls: Sequence[Call], legs: Sequence[Leg], depart: datetime) -> tuple[Stop, ...]:
    """Return the stops with their times: `legs[i]` joins `calls[i]` to `calls[i + 1]`.

    A day that runs past midnight simply goes on into the next date.
    """
    stops: list[Stop] = []
    clock = depart
    for index, call in enumerate(calls):
        if index:
            clock += timedelta(seconds=legs[index - 1].duration_s)
        begins = max(clock, call.begins or clock)
        stops.append(_timed(call, clock, begins))
        clock = begins + timedelta(seconds=call.stop.stay_s + call.pause_s)
    return tuple(stops)


def _timed(call: Call, arrives: datetime, begins: datetime) -> Stop:
    stop, notices = call.stop, call.notices
    seen = begins + timedelta(seconds=stop.stay_s)
    leaves = seen + timedelta(seconds=call.pause_s)
    wait_s = round((begins - arrives).total_seconds())
    if wait_s:
        notices = (*notices, Notice("waits", "info", {"begins": f"{begins:%H:%M}"}))
    if call.site is not None:
        notices = (*notices, *assumed_notices(call.site), *hours_notices(call.site, begins, seen))
    if call.pause_s:
        notices = (*notices, Notice("lunch-here", "info", {"minutes": round(call.pause_s / 60)}))
    return replace(
        stop,
        arrival=None if stop.kind == "start" else arrives,
        departure=None if stop.kind == "end" else leaves,
        notices=notices,
        wait_s=wait_s,
        pause_s=call.pause_s,
    )


def assumed_notices(site: Site) -> tuple[Notice, ...]:
    """Return that the hours of a site are not known but assumed, and which."""
    if not is_assumed(site):
        return ()
    if site.opening_hours == ALWAYS:
        return (Notice("assumed-open"),)
    return (Notice("assumed-hours", values={"hours": site.opening_hours.replace("-", "–")}),)


def hours_notices(site: Site, arrives: datetime, leaves: datetime) -> tuple[Notice, ...]:
    """Return what a visit from `arrives` to `leaves` must be told about opening hours."""
    if closure := closure_on(site, arrives.date()):
        return (Notice("closure", values=closure_values(closure)),)
    windows = site_windows(site, arrives.date())
    if windows is None:
        return (Notice("unknown-hours"),)
    if not windows:
        return (_closed_that_day(site, arrives),)
    text = ", ".join(f"{w.opens:%H:%M}–{w.closes:%H:%M}" for w in windows)
    if not any(w.opens <= arrives <= w.last_admission and arrives < w.closes for w in windows):
        return (Notice("closed-at-arrival", values={"time": f"{arrives:%H:%M}", "hours": text}),)
    if not any(w.opens <= arrives and leaves <= w.closes for w in windows):
        return (Notice("closes-during-visit", values={"hours": text}),)
    return ()


def closure_values(closure: Closure) -> dict[str, str]:
    """Return what a notice of a closure says."""
    days = {"date_from": closure.date_from, "date_to": closure.date_to}
    return {**days, "reason_zh": closure.reason_zh, "reason_en": closure.reason_en}


def _closed_that_day(site: Site, arrives: datetime) -> Notice:
    day = arrives.date()
    if opens := next_open(site, day):
        values = {"date": day.isoformat(), "next": opens.isoformat()}
        return Notice("closed-that-day", values=values)
    return Notice("closed-for-long", values={"date": day.isoformat()})
