"""From the road part of a leg to its steps."""

from __future__ import annotations

from geo.models import Road, Side, Step

from .course import Course
from .marks import Mark, marks_of

SIDE_M = 5.0
"""A destination nearer to the road than this lies on it."""
SIDE_DEG = (30.0, 150.0)
"""Between these angles from straight ahead it lies on a side."""
NO_ROAD = Road("", "", "", "")


def steps_of(course: Course) -> tuple[Step, ...]:
    """Return the steps of a leg; their lengths add up to its road part.

    The first is a departure, the last an arrival. Inside a circle of doubt nothing is directed,
    and a step says so.
    """
    from_doubt, _ = course.doubt
    told: list[Step] = []
    road = course.spans[0].road if course.spans else NO_ROAD
    if from_doubt and not course.spans:
        told.append(Step("depart-area", road, 0.0, 0, len(course.coordinates) - 1))
    elif from_doubt:
        at = course.spans[0].first
        told.append(Step("depart-area", road, 0.0, at, at))
    if course.spans:
        marks = marks_of(course)
        ends = [*(mark.at for mark in marks[1:]), course.parts[-1].last]
        told += [_step(course, mark, end) for mark, end in zip(marks, ends, strict=True)]
    return (*told, _arrival(course))


def _step(course: Course, mark: Mark, end: int) -> Step:
    known = course.junctions is not None
    return Step(
        kind=mark.kind,
        road=mark.road,
        length_m=round(course.distance(mark.at, end), 1),
        first=mark.at,
        last=end,
        turn=mark.turn,
        exit=mark.exit,
        heading=course.heading(mark.until) if mark.kind == "depart" and known else "",
    )


def _arrival(course: Course) -> Step:
    at = course.spans[-1].last if course.spans else len(course.coordinates) - 1
    road = course.spans[-1].road if course.spans else NO_ROAD
    if course.doubt[1]:
        return Step("arrive-area", road, 0.0, at, at)
    return Step("arrive", road, 0.0, at, at, side=_side(course) if course.spans else "")


def _side(course: Course) -> Side:
    """Return the side of the road the destination lies on, empty where that is not sure."""
    if course.junctions is None:
        return ""
    off_m, angle = course.bearing_of_target()
    if off_m < max(SIDE_M, course.target[1]) or not SIDE_DEG[0] <= abs(angle) <= SIDE_DEG[1]:
        return ""
    return "right" if angle > 0 else "left"
