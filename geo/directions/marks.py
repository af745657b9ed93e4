"""Where a leg's directions change: one mark a place that deserves a step (see `rules`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from geo.models import Road, StepKind, Turn
from geo.router import Junction

from .course import Course, Part
from .rules import (
    MERGE_M,
    SCRAP_M,
    SLIGHT_DEG,
    UTURN_DEG,
    Passage,
    is_named,
    is_obvious,
    same_name,
    turn_at,
    turn_word,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where something is to be done.

    Parameters
    ----------
    at, until
        Point of the leg where it begins, and where it is done: past a roundabout, a crossing.
    kind, turn, exit
        As in `Step`.
    road
        Followed afterwards.
    before
        The road told last.
    degrees
        The turn it makes; None where that is unknown.
    passage
        What begins here to lead over something.
    ends
        Whether such a passage ends here.
    """

    at: int
    until: int
    kind: StepKind
    road: Road
    before: Road | None = None
    degrees: float | None = None
    turn: Turn = ""
    exit: int | None = None
    passage: Passage = ""
    ends: bool = False


def marks_of(course: Course) -> list[Mark]:
    """Return the places where something is to be done, the departure first."""
    if course.junctions is None:
        return list(_outline(course))
    first = course.parts[0]
    marks = [Mark(first.first, first.first, "depart", first.road, degrees=0.0)]
    for mark in _Reader(course).marks():
        if course.distance(marks[-1].until, mark.at) >= MERGE_M or not _mergeable(marks[-1], mark):
            marks.append(mark)
        elif (merged := _merged(marks.pop(), mark)) is not None:
            marks.append(merged)
    return marks


def _outline(course: Course) -> Iterator[Mark]:
    """Yield where the road changes: all that is known of an outline.

    A scrap of road is a crossing, not a road that is followed.
    """
    parts = [part for part in course.parts if course.distance(part.first, part.last) >= SCRAP_M]
    parts = parts or list(course.parts)
    start, told = course.parts[0].first, parts[0].road
    yield Mark(start, start, "depart", told)
    for before, after in pairwise(parts):
        renamed = is_named(after.road) and not same_name(told, after.road)
        if renamed or before.passage != after.passage:
            yield Mark(after.first, after.first, after.passage or "continue", after.road, told)
        if is_named(after.road):
            told = after.road


def _mergeable(one: Mark, two: Mark) -> bool:
    """Whether two marks close together are one thing to do."""
    if one.degrees is None or two.degrees is None or one.passage or two.kind == "roundabout":
        return False
    if one.kind == "roundabout":
        return not two.passage and abs(two.degrees) <= SLIGHT_DEG
    return one.kind != "depart" or not two.passage


def _merged(one: Mark, two: Mark) -> Mark | None:
    """Return two marks close together as one, None where nothing is left to be told."""
    both = replace(one, until=two.until, road=two.road)
    if one.kind in {"depart", "roundabout"}:
        return both
    degrees = (one.degrees or 0.0) + (two.degrees or 0.0)
    turn = turn_word(degrees)
    kind = _kind(turn, degrees, two.passage)
    ends = one.ends or two.ends
    if kind == "continue" and not ends and one.before is not None:
        unchanged = same_name(one.before, two.road) or not is_named(two.road)
        if unchanged:
            return None
    return replace(both, kind=kind, turn=turn, degrees=degrees, passage=two.passage, ends=ends)


def _kind(turn: Turn, degrees: float, passage: Passage) -> StepKind:
    if abs(degrees) >= UTURN_DEG:
        return "uturn"
    return (passage or "continue") if turn == "straight" else "turn"


class _Reader:
    """Reads the junctions of a course in order."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._junctions = course.junctions or ()
        self._told = course.parts[0].road
        self._entry: int | None = None
        self._exits = 0

    def marks(self) -> Iterator[Mark]:
        """Yield what is to be done at each junction that deserves it."""
        parts = iter(self._course.parts)
        part = next(parts)
        for junction in self._junctions:
            if not self._course.parts[0].first < junction.at < self._course.parts[-1].last:
                continue
            before = part
            while part.last <= junction.at:
                if before.last < junction.at:
                    before = part
                part = next(parts)
            if (mark := self._read(junction, before, part)) is not None:
                self._told = mark.road
                yield mark
            elif is_named(part.road):
                self._told = part.road
        if self._entry is not None:
            road = self._course.parts[-1].road
            yield Mark(self._entry, self._entry, "roundabout", road, self._told)

    def _read(self, junction: Junction, before: Part, after: Part) -> Mark | None:
        if junction.ring and self._course.mode != "walk":
            return self._on_ring(junction, after)
        return self._at_junction(junction, before, after)

    def _on_ring(self, junction: Junction, after: Part) -> Mark | None:
        """Count the exits of a roundabout; the mark is made where it is left.

        Who starts on one counts from there.
        """
        if junction.ring == "enter":
            self._entry, self._exits = junction.at, 0
            return None
        self._exits += junction.exits
        if junction.ring == "along":
            return None
        entry = junction.at if self._entry is None else self._entry
        self._entry = None
        count = self._exits + 1
        return Mark(entry, junction.at, "roundabout", after.road, self._told, 0.0, exit=count)

    def _at_junction(self, junction: Junction, before: Part, after: Part) -> Mark | None:
        renamed = passes = False
        if before is not after:
            renamed = is_named(after.road) and not same_name(self._told, after.road)
            passes = before.passage != after.passage
        obvious = is_obvious(junction, before.road, after.road)
        if obvious and not renamed and not passes:
            return None
        turn = turn_at(junction, renamed=renamed)
        if obvious and not renamed:
            turn = "straight"
        begins = after.passage if passes else ""
        return Mark(
            at=junction.at,
            until=junction.at,
            kind=_kind(turn, junction.turn_deg, begins),
            road=after.road,
            before=self._told,
            degrees=junction.turn_deg,
            turn=turn,
            passage=begins,
            ends=passes and not begins,
        )
