"""Why a site is not visited on any of the days: the one limit that binds, with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.hours import closure_on, next_open, site_windows
from geo.messages import Notice, Value
from geo.models import Site
from geo.orienteering.problem import FAR

from .relaxing import MOST_SITES
from .schedule import closure_values
from .subsets import Tables
from .timetable import DAY_S, PROMISED, DaysProblem, clock


@dataclass(frozen=True)
class Reasons:
    """The sites of a problem by their records, and the dates of its days.

    `steps` are the ids of sites left out for their steps.
    """

    problem: DaysProblem
    sites: Sequence[Site]
    dates: Sequence[date]
    steps: frozenset[str] = frozenset()

    def of(self, site: int, visited: Sequence[int]) -> Notice:
        """Return why a site is left out of days that visit others."""
        values = _names(self.sites[site])
        if self.sites[site].id in self.steps:
            return Notice("left-out-steps", values=values)
        if not any(day[site] for day in self.problem.windows):
            return self._shut(self.sites[site], values)
        missing = [a for a, b in self.problem.before if b == site and a not in visited]
        if missing:
            first = self.sites[missing[0]]
            other = {"first_zh": first.name_zh, "first_en": first.name_en}
            return Notice("left-out-before", values={**values, **other})
        return self._late(site, values) or self._locked(site, values) or self._no_room(values)

    def _shut(self, site: Site, values: dict[str, Value]) -> Notice:
        closures = [closure_on(site, day) for day in self.dates]
        if all(closures) and closures[0]:
            return Notice("left-out-closure", values={**values, **closure_values(closures[0])})
        if any(site_windows(site, day) != () for day in self.dates):
            return Notice("left-out-hours", values=values)
        several = len(self.dates) > 1
        if opens := next_open(site, self.dates[-1]):
            code = "left-out-closed-days" if several else "left-out-closed"
            return Notice(code, values={**values, "next": opens.isoformat()})
        code = "left-out-closed-days-for-long" if several else "left-out-closed-for-long"
        return Notice(code, values=values)

    def _late(self, site: int, values: dict[str, Value]) -> Notice | None:
        """Return that a site cannot be reached in time on any day, as of the day it is nearest."""
        found: list[tuple[int, int, int, int]] = []
        for day, span in enumerate(self.problem.days):
            windows = self.problem.windows[day][site]
            if not windows:
                continue
            way = 0 if span.start is None else self.problem.rows[span.start][site]
            arrival, last = span.depart_s + way, windows[-1][1]
            if arrival <= last:
                return None
            found.append((arrival - last, day, arrival, last))
        _, day, arrival, last = min(found)
        if arrival >= FAR:
            return Notice("left-out-no-way", values=values)
        times = {"last": clock(last), "arrival": clock(arrival)}
        if len(self.dates) == 1:
            return Notice("left-out-too-late", values={**values, **times})
        date = self.dates[day].isoformat()
        return Notice("left-out-too-late-on", values={**values, **times, "date": date})

    def _locked(self, site: int, values: dict[str, Value]) -> Notice | None:
        """Return that what is promised cannot be kept all together, however late days may end."""
        promised = [
            one
            for one, value in enumerate(self.problem.value)
            if value == PROMISED and any(day[one] for day in self.problem.windows)
        ]
        if site not in promised or len(promised) > MOST_SITES:
            return None
        late = tuple(replace(span, until_s=DAY_S) for span in self.problem.days)
        fits = Tables.of(replace(self.problem, days=late).part(promised)).holds_all()
        return None if fits else Notice("left-out-locked", values=values)

    def _no_room(self, values: dict[str, Value]) -> Notice:
        if len(self.dates) > 1:
            count = len(self.dates)
            return Notice("left-out-no-room-days", values={**values, "count": count})
        until = clock(self.problem.days[0].until_s)
        return Notice("left-out-no-room", values={**values, "until": until})


def _names(site: Site) -> dict[str, Value]:
    return {"name_zh": site.name_zh, "name_en": site.name_en}
