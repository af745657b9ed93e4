"""The best visits of one day within hours and limits: which sites, in which order, when.

Label setting over subsets (Desrochers and Soumis 1988): a label is a set of visited sites, the
last of them, whether lunch was had, and the earliest time to leave. Who is earlier can do whatever
who is later can, since waiting is allowed; so one label a state is enough, and the answer is exact
as long as no level of labels is cut to `BEAM`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.router import FloatMatrix

BEAM = 4000
"""Labels kept a level: 10 sites with lunch have at most 2,520, so up to there nothing is cut."""
WIDE_BEAM = 150
"""Labels kept a level beyond `EXACT_SITES`: 60 sites answer in seconds."""
EXACT_SITES = 10

Windows = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Lunch:
    """A pause of `length_s` after a visit, to begin from `opens_s` to `closes_s`.

    Owed by every day that goes on beyond `closes_s`.
    """

    opens_s: int
    closes_s: int
    length_s: int


@dataclass(frozen=True, slots=True)
class DayProblem:
    """One day; sites are 0 … n - 1, times are seconds since its midnight.

    Parameters
    ----------
    travel_s
        Between sites, then the start and the end where there are such (`start`, `end`: their
        rows); inf where there is no way.
    stays_s
        Length of each visit.
    windows
        For each site the intervals in which a visit may begin, in order and apart.
    value
        What each visit is worth, positive.
    before
        Pairs (a, b): b only after a, and never without it.
    depart_s, until_s
        When the day begins, and must have ended.
    """

    travel_s: FloatMatrix
    stays_s: tuple[int, ...]
    windows: tuple[Windows, ...]
    value: tuple[int, ...]
    before: tuple[tuple[int, int], ...]
    depart_s: int
    until_s: int
    start: int | None = None
    end: int | None = None
    lunch: Lunch | None = None

    @property
    def size(self) -> int:
        """How many sites there are."""
        return len(self.stays_s)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: reached, begun and left, lunch after it included in the time it is left."""

    site: int
    arrive_s: int
    begin_s: int
    leave_s: int
    lunch_s: int = 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """The best day found; `bound` is proven: no day is worth more."""

    visits: tuple[Visit, ...]
    end_s: int
    value: int
    bound: int

    @property
    def sites(self) -> tuple[int, ...]:
        """The sites in the order visited."""
        return tuple(visit.site for visit in self.visits)


@dataclass(frozen=True, slots=True)
class _Label:
    mask: int
    value: int
    fed: bool
    visit: Visit
    before: _Label | None


def best_timetable(problem: DayProblem) -> Timetable:
    """Return the day worth most; of those worth the same, the one that ends earliest.

    Nothing fits: a timetable without visits.
    """
    wide = problem.size <= EXACT_SITES
    level = _pruned([new for s in range(problem.size) for new in _first(problem, s)])
    best: tuple[int, int] = (0, -_empty_end(problem))
    winner: _Label | None = None
    exact = True
    while level:
        for label in level:
            ends = _end_s(problem, label)
            if ends is not None and (label.value, -ends) > best:
                best, winner = (label.value, -ends), label
        level = _pruned([new for label in level for new in _next(problem, label)])
        kept = _cut(level, BEAM if wide else WIDE_BEAM)
        exact &= len(kept) == len(level)
        level = kept
    bound = best[0] if exact else _bound(problem)
    return Timetable(_visits(winner), -best[1], best[0], max(best[0], bound))


def _empty_end(problem: DayProblem) -> int:
    if problem.start is None or problem.end is None:
        return problem.depart_s
    way = problem.travel_s[problem.start, problem.end]
    return problem.depart_s + round(float(way)) if way < float("inf") else problem.until_s


def _first(problem: DayProblem, site: int) -> list[_Label]:
    start = problem.start
    way = 0.0 if start is None else float(problem.travel_s[start, site])
    fed = problem.lunch is None or problem.depart_s > problem.lunch.closes_s
    return _reached(problem, None, site, (problem.depart_s, way, fed))


def _next(problem: DayProblem, label: _Label) -> list[_Label]:
    visit = label.visit
    return [
        new
        for site in range(problem.size)
        if not label.mask >> site & 1
        for new in _reached(
            problem,
            label,
            site,
            (visit.leave_s, float(problem.travel_s[visit.site, site]), label.fed),
        )
    ]


def _reached(
    problem: DayProblem, label: _Label | None, site: int, leaving: tuple[int, float, bool]
) -> list[_Label]:
    """Return the ways to visit `site` next: without lunch after it, and with it."""
    leave_s, way, fed = leaving
    mask = label.mask if label else 0
    if way == float("inf") or any(b == site and not mask >> a & 1 for a, b in problem.before):
        return []
    arrive = leave_s + round(way)
    begin = begin_of(problem.windows[site], arrive)
    if begin is None or begin + problem.stays_s[site] > problem.until_s:
        return []
    done = begin + problem.stays_s[site]
    worth = (label.value if label else 0) + problem.value[site]
    mask |= 1 << site
    found = [_Label(mask, worth, fed, Visit(site, arrive, begin, done), label)]
    lunch = problem.lunch
    if lunch is not None and not fed and done <= lunch.closes_s:
        after = max(done, lunch.opens_s) + lunch.length_s
        visit = Visit(site, arrive, begin, after, lunch.length_s)
        found.append(_Label(mask, worth, fed=True, visit=visit, before=label))
    return found


def begin_of(windows: Windows, arrive_s: int) -> int | None:
    """Return when a visit reached at `arrive_s` begins, None if no window is left."""
    return next((max(arrive_s, opens) for opens, last in windows if arrive_s <= last), None)


def _pruned(labels: Sequence[_Label]) -> list[_Label]:
    """Keep the earliest label of each state."""
    kept: dict[tuple[int, int, bool], _Label] = {}
    for label in labels:
        key = (label.mask, label.visit.site, label.fed)
        if key not in kept or label.visit.leave_s < kept[key].visit.leave_s:
            kept[key] = label
    return list(kept.values())


def _cut(level: list[_Label], width: int) -> list[_Label]:
    """Keep the best `width` labels before lunch and as many after it.

    Apart, since who has not eaten is always earlier, and would crowd out who has.
    """
    ranked = sorted(level, key=lambda one: (-one.value, one.visit.leave_s, one.mask))
    return [
        *[label for label in ranked if label.fed][:width],
        *[label for label in ranked if not label.fed][:width],
    ]


def _end_s(problem: DayProblem, label: _Label) -> int | None:
    """Return when the day ends after this visit, None where it breaks a limit."""
    visit = label.visit
    way = 0.0 if problem.end is None else float(problem.travel_s[visit.site, problem.end])
    if way == float("inf"):
        return None
    ends = visit.leave_s + round(way)
    hungry = problem.lunch is not None and not label.fed and ends > problem.lunch.closes_s
    return None if hungry or ends > problem.until_s else ends


def _bound(problem: DayProblem) -> int:
    """Return the value of every site: with a cut search nothing less is proven."""
    return sum(problem.value)


def _visits(label: _Label | None) -> tuple[Visit, ...]:
    found: list[Visit] = []
    while label is not None:
        found.append(label.visit)
        label = label.before
    return tuple(reversed(found))
