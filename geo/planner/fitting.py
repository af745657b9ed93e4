"""Days that keep to opening hours and limits: what fits, when, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from geo.errors import InvalidParameterError
from geo.hours import site_windows
from geo.limits import LeftOut, Quality, Relaxation
from geo.messages import Notice
from geo.models import TIME_ZONE, Site
from geo.orienteering.problem import Windows
from geo.router import FloatMatrix

from .clocks import agreed, seconds_of, since
from .frames import Frame
from .reasons import Reasons
from .relaxing import MOST_SITES, MOST_WALKED_SITES, Admission, Loosening
from .request import (
    MAX_STOPS,
    MOST_RIDE_MIN,
    MOST_WALK_A_DAY_M,
    MOST_WALK_M,
    PRIORITY,
    PlanRequest,
)
from .schedule import Call
from .solving import best_timetable, bound_of
from .subsets import Tables
from .timetable import (
    DAY_S,
    PROMISED,
    REQUIRED,
    DaySpan,
    DaysProblem,
    Lunch,
    Timetable,
    Visit,
    counted,
)
from .travel import Limits, Moves, Travel
from .walk_reasons import or_a_walk

WALK_STEP_M, BREAK_STEP_MIN = 100, 5
LUNCH_OPENS, LUNCH_CLOSES = 11 * 3600, 13 * 3600 + 1800

SECONDS_A_SITE = 0.01
"""Work of the search unless a request says more: five times as much found the same days of 20 sites
over two, and days of 40 over three no better on the whole."""

Placed = tuple[int, Call]
"""A call with its row of the matrix."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The calls of each day in order, what is said of the rest, and how good that is."""

    days: tuple[tuple[Placed, ...], ...]
    left_out: tuple[LeftOut, ...]
    most_sites: int
    quality: Quality


@dataclass(frozen=True)
class DaysFit:
    """One request over its sites and days, and one way of travelling between them.

    `travel` has a row for each site, then for each start and end of `frames` in their order (those
    that there are). `share` is the part of the request's work that is its own.
    """

    request: PlanRequest
    calls: tuple[Call, ...]
    frames: tuple[Frame, ...]
    travel: Travel
    required: frozenset[str]
    share: float = 1.0

    @cached_property
    def found(self) -> Timetable:
        """The best days of this way of travelling."""
        return best_timetable(self.problem, seconds=self.seconds, seed=self.request.seed)

    @property
    def seconds(self) -> float:
        """How much work may be spent on it."""
        return (self.request.seconds or SECONDS_A_SITE * len(self.calls)) * self.share

    def fitted(self, rivals: Sequence[DaysFit], loosest_s: FloatMatrix | None) -> Fitted:
        """Return the best days.

        Parameters
        ----------
        rivals
            The same request travelled in each way there is to choose from, this one among them.
        loosest_s
            Seconds that no way of travelling undercuts, where there are several.

        Raises
        ------
        InvalidParameterError
            Not one site can be visited.
        """
        found = self.found
        left = [site for site in range(len(self.sites)) if site not in found.sites]
        if not found.sites:
            self._refuse(left)
        out = tuple(self._left_out(site, found, rivals) for site in left)
        days = tuple(self._day(number, visits) for number, visits in enumerate(found.days))
        if loosest_s is not None:
            bound = self._bound(loosest_s) if left else found.value
            found = replace(found, exact=False, bound=max(bound, found.value))
        return Fitted(days, out, self._most_sites(found), self._quality(found))

    def _bound(self, loosest_s: FloatMatrix) -> int:
        """Return what no days are worth more than, however one travels."""
        spans = (
            replace(
                span,
                start=None if frame.start is None else span.start,
                end=None if frame.end is None else span.end,
            )
            for span, frame in zip(self.problem.days, self.frames, strict=True)
        )
        loose = replace(
            self.problem, travel_s=loosest_s, days=tuple(spans), walked_m=None, walk_m=None
        )
        return bound_of(loose)

    def _refuse(self, left: Sequence[int]) -> None:
        reasons = [(self.sites[one].id, self._reason(one, (), ())) for one in left]
        raise InvalidParameterError(
            "stops",
            ", ".join(site_id for site_id, _ in reasons),
            "a site that fits the hours and limits of the days",
            rule="nothing_fits",
            reasons=[f"{site_id}: {reason.code}" for site_id, reason in reasons],
        )

    def _day(self, number: int, visits: Sequence[Visit]) -> tuple[Placed, ...]:
        """Return the calls of a day; one without visits is free unless it must end elsewhere."""
        frame, span = self.frames[number], self.problem.days[number]
        ends = [(row, call) for row, call in ((span.start, frame.start), (span.end, frame.end))
                if row is not None and call is not None]  # fmt: skip
        if not visits and (len(ends) < 2 or self._together(span)):  # noqa: PLR2004 - both ends
            return ()
        midnight = datetime.combine(frame.date, time(), TIME_ZONE)
        placed = [
            (
                visit.site,
                replace(
                    self.calls[visit.site],
                    begins=midnight + timedelta(seconds=visit.begin_s),
                    pause_s=visit.lunch_s and self._pause_s(visit),
                ),
            )
            for visit in visits
        ]
        first = [end for end in ends if end[0] == span.start]
        last = [end for end in ends if end[0] == span.end]
        return (*first, *placed, *last)

    def _pause_s(self, visit: Visit) -> int:
        return visit.leave_s - visit.begin_s - self.problem.stays_s[visit.site]

    def _together(self, span: DaySpan) -> bool:
        """Return whether a day starts where it ends, or cannot get there."""
        if span.start is None or span.end is None:
            return True
        way = self.moves.seconds[span.start, span.end]
        return not 0 < way < float("inf")

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """The sites, in the order of the problem."""
        return tuple(call.site for call in self.calls if call.site is not None)

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the sites, in the order of the problem."""
        return [site.id for site in self.sites]

    @cached_property
    def problem(self) -> DaysProblem:
        """The request as numbers."""
        request = self.request
        for site_id, when in request.appointments:
            self._row(site_id, "appointments")
            if (day := when.partition("T")[0]) and ":" not in day:
                self._check_day(day)
        for site_id, _ in request.priorities:
            self._row(site_id, "priorities")
        stays = tuple(call.stop.stay_s for call in self.calls)
        return DaysProblem(
            travel_s=self.moves.seconds,
            stays_s=stays,
            windows=tuple(
                tuple(self._windows(s, f, n) for s, n in zip(self.sites, stays, strict=True))
                for f in self.frames
            ),
            value=self._values(),
            days=tuple(self._spans()),
            before=tuple(
                (self._row(a, "before"), self._row(b, "before")) for a, b in request.before
            ),
            lunch=(request.lunch and Lunch(LUNCH_OPENS, LUNCH_CLOSES, request.lunch * 60)) or None,
            a_day=request.a_day or MAX_STOPS,
            sequence=tuple(self._row(one, "sequence") for one in request.sequence),
            walked_m=self.moves.walked_m,
            walk_m=self.limits.walk_a_day_m,
        )

    def _values(self) -> tuple[int, ...]:
        """Return what each site is worth: one that is locked or agreed for a time, most."""
        request, priorities = self.request, dict(self.request.priorities)
        promised = {*(site_id for site_id, _ in request.appointments), *request.sequence}
        return tuple(
            priorities.get(one, PRIORITY)
            if one not in self.required
            else PROMISED
            if one in promised
            else REQUIRED
            for one in self.ids
        )

    @cached_property
    def limits(self) -> Limits:
        """How far people walk and ride."""
        return self.request.limits

    @cached_property
    def moves(self) -> Moves:
        """Every move between the rows within the limits."""
        return self.travel.within(self.limits)

    def _spans(self) -> list[DaySpan]:
        spans, row = [], len(self.calls)
        for frame in self.frames:
            rows: list[int | None] = []
            for call in (frame.start, frame.end):
                rows.append(self.travel.anywhere if call is None else row)
                row += call is not None
            until = DAY_S if frame.until is None else seconds_of(frame.until)
            spans.append(DaySpan(seconds_of(frame.depart.time()), until, *rows))
        return spans

    def _row(self, site_id: str, parameter: str) -> int:
        if site_id not in self.ids:
            wanted = "a site of this plan"
            raise InvalidParameterError(parameter, site_id, wanted, rule="not_in_plan")
        return self.ids.index(site_id)

    def _check_day(self, day: str) -> None:
        if day not in {frame.date.isoformat() for frame in self.frames}:
            wanted = "a day of this plan"
            raise InvalidParameterError("appointments", day, wanted, rule="not_a_day")

    def _windows(self, site: Site, frame: Frame, stay_s: int, *, steps: bool = False) -> Windows:
        """Return when a visit may begin: hours, last admission and closing, appointments."""
        stay, day = timedelta(seconds=stay_s), frame.date
        if self._has_steps(site) and not steps:
            return ()
        windows: Windows = ((0, DAY_S),)
        found = site_windows(site, day)
        if found is not None:
            spans = ((since(w.opens, day), since(w.latest_start(stay), day)) for w in found)
            windows = tuple((opens, last) for opens, last in spans if last >= opens)
        for site_id, when in self.request.appointments:
            if site_id == site.id:
                windows = agreed(windows, when, day)
        return windows

    def _has_steps(self, site: Site) -> bool:
        """Return whether a site has steps that are not wanted."""
        return self.request.step_free and site.step_free == "no"

    def _left_out(self, site: int, found: Timetable, rivals: Sequence[DaysFit]) -> LeftOut:
        changes: dict[tuple[str, date | None], Relaxation] = {}
        for rival in rivals if self._few(site, found) else ():
            for one in rival.admission(site, found).relaxations():
                key = (one.limit, one.date)
                changes[key] = min(one, changes.get(key, one), key=lambda change: change.by)
            if rival.admits_steps(site, found):
                changes["step_free", None] = Relaxation("step_free", None, "no", 0)
        smallest = tuple(sorted(changes.values(), key=lambda o: (o.by, o.limit, str(o.date))))
        later = min((one.by for one in smallest if one.limit == "until"), default=None)
        reason = self._reason(site, found.sites, smallest)
        return LeftOut(self.sites[site].id, reason, later, smallest)

    def _reason(self, site: int, visited: Sequence[int], changes: Sequence[Relaxation]) -> Notice:
        places = range(len(self.calls), len(self.travel.base))
        rows = [row for row in (*visited, *places) if row != site]
        why = self._reasons.of(site, visited)
        return or_a_walk(why, self.limits, lambda: self.travel.longest_m()[rows, site], changes)

    def _few(self, site: int, found: Timetable) -> bool:
        """Return whether changes for a site can be proven, and nothing else is missing for it."""
        wanted = {*found.sites, site}
        most = MOST_SITES if self.limits.walk_a_day_m is None else MOST_WALKED_SITES
        return len(wanted) <= most and all(
            a in wanted for a, b in self.problem.before if b in wanted
        )

    def admission(self, site: int, found: Timetable) -> Admission:
        """Return how a site could be let in beside those that are visited."""
        wanted = [*sorted(found.sites), site]

        def shorter(stay_s: int) -> DaysProblem:
            return self._rewindowed(site, stay_s).part(wanted)

        loosened = tuple(self._loosened(wanted))
        return Admission(self.problem.part(wanted), self._dates, shorter, loosened)

    def admits_steps(self, site: int, found: Timetable) -> bool:
        """Return whether a site is let in where its steps are put up with."""
        if not self._has_steps(self.sites[site]):
            return False
        stay_s = self.problem.stays_s[site]
        part = self._rewindowed(site, stay_s, steps=True).part([*sorted(found.sites), site])
        return Tables.of(part).holds_all()

    def _rewindowed(self, site: int, stay_s: int, *, steps: bool = False) -> DaysProblem:
        """Return the days with one site visited for so long, its steps put up with if wished."""
        windows = tuple(
            (
                *day[:site],
                self._windows(self.sites[site], frame, stay_s, steps=steps),
                *day[site + 1 :],
            )
            for day, frame in zip(self.problem.windows, self.frames, strict=True)
        )
        stays = (*self.problem.stays_s[:site], stay_s, *self.problem.stays_s[site + 1 :])
        return replace(self.problem, stays_s=stays, windows=windows)

    def _loosened(self, wanted: Sequence[int]) -> Iterator[Loosening]:
        """Yield the limits of walks and rides that may be relaxed."""

        def within(limits: Limits) -> DaysProblem:
            moves = self.travel.within(limits)
            problem = replace(self.problem, travel_s=moves.seconds, walk_m=limits.walk_a_day_m)
            return problem.part(wanted)

        limits = self.limits
        if limits.walk_m is not None and self.travel.ride is None:
            yield Loosening(
                "longest_walk", limits.walk_m, WALK_STEP_M, MOST_WALK_M,
                lambda metres: within(replace(limits, walk_m=metres)),
            )  # fmt: skip
        if limits.walk_a_day_m is not None:
            yield Loosening(
                "walk_a_day", limits.walk_a_day_m, WALK_STEP_M, MOST_WALK_A_DAY_M,
                lambda metres: within(replace(limits, walk_a_day_m=metres)),
            )  # fmt: skip
        if limits.ride_s is not None and self.travel.ride is not None:
            yield Loosening(
                "break_every", limits.ride_s // 60, BREAK_STEP_MIN, MOST_RIDE_MIN,
                lambda minutes: within(replace(limits, ride_s=minutes * 60)),
            )  # fmt: skip

    @property
    def _dates(self) -> tuple[date, ...]:
        return tuple(frame.date for frame in self.frames)

    @cached_property
    def _reasons(self) -> Reasons:
        steps = frozenset(site.id for site in self.sites if self._has_steps(site))
        return Reasons(self.problem, self.sites, self._dates, steps)

    def _quality(self, found: Timetable) -> Quality:
        required, points = counted(found.value)
        most, points_most = counted(found.bound)
        return Quality(required, points, most, points_most, found.length_s, found.exact)

    def _most_sites(self, found: Timetable) -> int:
        """Return the most sites any days can hold: as many required ones, then cheap others."""
        required, points = counted(found.bound)
        count = 0
        for value in sorted(one for one in self.problem.value if one < REQUIRED):
            points -= value
            count += points >= 0
        return required + count
