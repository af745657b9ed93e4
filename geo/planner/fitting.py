"""A day that keeps to opening hours and limits: what fits, when, and why the rest does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from geo.errors import InvalidParameterError
from geo.hours import closure_on, next_open, site_windows
from geo.messages import Notice
from geo.models import TIME_ZONE, LeftOut, Site
from geo.router import FloatMatrix

from .request import PlanRequest
from .schedule import Call, closure_values
from .timetable import EXACT_SITES, DayProblem, Lunch, Timetable, Windows, best_timetable

LUNCH_OPENS, LUNCH_CLOSES = 11 * 3600, 13 * 3600 + 1800
DAY_S = 24 * 3600
STEP_S = 300
REQUIRED = 1000
"""What a required site is worth in optional ones, of which there are fewer."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The calls of the day as rows of the matrix in order, and what is said of the rest."""

    rows: tuple[int, ...]
    calls: tuple[Call, ...]
    left_out: tuple[LeftOut, ...]
    most_sites: int


@dataclass(frozen=True)
class DayFit:
    """One request over its calls (start, sites, end) and the seconds between them.

    `travel_s` has a row for each call, approaches included, inf where there is no way.
    """

    request: PlanRequest
    calls: tuple[Call, ...]
    travel_s: FloatMatrix
    depart: datetime
    required: frozenset[str]

    def fitted(self) -> Fitted:
        """Return the best day.

        Raises
        ------
        InvalidParameterError
            Not one site can be visited.
        """
        found = best_timetable(self.problem)
        left = [site for site in range(len(self.sites)) if site not in found.sites]
        out = tuple(self._left_out(site, found) for site in left)
        if not found.visits:
            wanted = "a site that fits the hours and limits of the day"
            ids = ", ".join(one.site_id for one in out)
            reasons = [f"{one.site_id}: {one.reason.code}" for one in out]
            raise InvalidParameterError("stops", ids, wanted, rule="nothing_fits", reasons=reasons)
        rows = [self._rows[visit.site] for visit in found.visits]
        calls = [
            replace(
                self.calls[self._rows[visit.site]],
                begins=self._moment(visit.begin_s),
                pause_s=visit.leave_s - visit.begin_s - self.problem.stays_s[visit.site],
            )
            for visit in found.visits
        ]
        if self.problem.start is not None:
            rows, calls = [0, *rows], [self.calls[0], *calls]
        if self.problem.end is not None:
            last = len(self.calls) - 1
            rows, calls = [*rows, last], [*calls, self.calls[last]]
        return Fitted(tuple(rows), tuple(calls), out, self._most(found))

    @cached_property
    def _rows(self) -> tuple[int, ...]:
        return tuple(row for row, call in enumerate(self.calls) if call.site is not None)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """The sites, in the order of the problem."""
        return tuple(call.site for call in self.calls if call.site is not None)

    @property
    def day(self) -> date:
        """The date."""
        return self.depart.date()

    @cached_property
    def problem(self) -> DayProblem:
        """The request as numbers."""
        request, ids = self.request, [site.id for site in self.sites]
        start, end = self.calls[0].site is None, self.calls[-1].site is None
        count = len(ids)
        rows = [*self._rows, *([0] if start else []), *([len(self.calls) - 1] if end else [])]
        for site_id, _ in request.appointments:
            _row(site_id, ids, "appointments")
        lunch = request.lunch
        return DayProblem(
            travel_s=self.travel_s[np.ix_(rows, rows)],
            stays_s=tuple(self.calls[row].stop.stay_s for row in self._rows),
            windows=tuple(
                self._windows(site, self.calls[row].stop.stay_s)
                for site, row in zip(self.sites, self._rows, strict=True)
            ),
            value=tuple(REQUIRED if site in self.required else 1 for site in ids),
            before=tuple(
                (_row(a, ids, "before"), _row(b, ids, "before")) for a, b in request.before
            ),
            depart_s=_seconds(self.depart.time()),
            until_s=_seconds(time.fromisoformat(request.until)) if request.until else DAY_S,
            start=count if start else None,
            end=count + start if end else None,
            lunch=None if lunch is None else Lunch(LUNCH_OPENS, LUNCH_CLOSES, lunch * 60),
        )

    def _windows(self, site: Site, stay_s: int) -> Windows:
        """Return when a visit may begin: hours, last admission and closing, appointments."""
        stay = timedelta(seconds=stay_s)
        windows: Windows = ((0, DAY_S),)
        found = site_windows(site, self.day)
        if found is not None:
            spans = ((self._since(w.opens), self._since(w.latest_start(stay))) for w in found)
            windows = tuple((opens, last) for opens, last in spans if last >= opens)
        for site_id, clock in self.request.appointments:
            if site_id == site.id:
                at = _seconds(time.fromisoformat(clock))
                windows = tuple((at, at) for opens, last in windows if opens <= at <= last)
        return windows

    def _since(self, moment: datetime) -> int:
        midnight = datetime.combine(self.day, time(), TIME_ZONE)
        return round((moment - midnight).total_seconds())

    def _moment(self, seconds: int) -> datetime:
        return datetime.combine(self.day, time(), TIME_ZONE) + timedelta(seconds=seconds)

    def _most(self, found: Timetable) -> int:
        """Return the most sites any day can hold: proven by an exact search, else all."""
        required = sum(value == REQUIRED for value in self.problem.value)
        return min(required, found.bound // REQUIRED) + found.bound % REQUIRED

    def _left_out(self, site: int, found: Timetable) -> LeftOut:
        record, wanted = self.sites[site], [*found.sites, site]
        return LeftOut(record.id, self._reason(site), self._later_min(wanted))

    def _reason(self, site: int) -> Notice:
        record, problem = self.sites[site], self.problem
        values = {"name_zh": record.name_zh, "name_en": record.name_en}
        windows = problem.windows[site]
        if not windows:
            return self._shut(record, values)
        way = 0.0 if problem.start is None else float(problem.travel_s[problem.start, site])
        earliest = problem.depart_s + way
        if earliest > windows[-1][1]:
            if not np.isfinite(earliest):
                return Notice("left-out-no-way", values=values)
            times = {"last": _clock(windows[-1][1]), "arrival": _clock(earliest)}
            return Notice("left-out-too-late", values={**values, **times})
        return Notice("left-out-no-room", values={**values, "until": _clock(problem.until_s)})

    def _shut(self, site: Site, values: dict[str, str]) -> Notice:
        if closure := closure_on(site, self.day):
            return Notice("left-out-closure", values={**values, **closure_values(closure)})
        if site_windows(site, self.day) == ():
            if opens := next_open(site, self.day):
                return Notice("left-out-closed", values={**values, "next": opens.isoformat()})
            return Notice("left-out-closed-for-long", values=values)
        return Notice("left-out-hours", values=values)

    def _later_min(self, wanted: Sequence[int]) -> int | None:
        """Return by how much the day must end later for all `wanted`: bisection, each re-solved.

        A later end never shuts out a day that fitted before, so the bisection finds the smallest.
        """
        problem = self.problem
        if len(wanted) > EXACT_SITES:
            return None
        low, high = 0, (DAY_S - problem.until_s) // STEP_S
        if not high or not _holds_all(problem, wanted, problem.until_s + high * STEP_S):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if _holds_all(problem, wanted, problem.until_s + middle * STEP_S):
                high = middle
            else:
                low = middle
        return high * STEP_S // 60


def _holds_all(problem: DayProblem, wanted: Sequence[int], until_s: int) -> bool:
    """Return whether a day of these sites alone, ending by `until_s`, visits them all."""
    rows = [*wanted, *(row for row in (problem.start, problem.end) if row is not None)]
    place = {row: index for index, row in enumerate(rows)}
    if any(b in wanted and a not in wanted for a, b in problem.before):
        return False
    part = DayProblem(
        travel_s=problem.travel_s[np.ix_(rows, rows)],
        stays_s=tuple(problem.stays_s[site] for site in wanted),
        windows=tuple(problem.windows[site] for site in wanted),
        value=(1,) * len(wanted),
        before=tuple((place[a], place[b]) for a, b in problem.before if b in wanted),
        depart_s=problem.depart_s,
        until_s=until_s,
        start=None if problem.start is None else place[problem.start],
        end=None if problem.end is None else place[problem.end],
        lunch=problem.lunch,
    )
    return best_timetable(part).value == len(wanted)


def _row(site_id: str, ids: Sequence[str], parameter: str) -> int:
    if site_id not in ids:
        raise InvalidParameterError(parameter, site_id, "a site of this plan", rule="not_in_plan")
    return ids.index(site_id)


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _clock(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
