"""One leg: the road between two stops, the approaches at its ends, and how sure its time is.

Model of an uncertain stop. A site whose `accuracy_m` exceeds `AREA_ACCURACY_M` lies somewhere in a
circle of that radius. The way to it may be longer or shorter by up to the radius at either such
end, so the leg's time is a range: ± radius over the speed of the mode there, rounded outwards to
5 minutes. What is off the road inside the circle is part of that doubt: its length is reported,
its walking time is not counted a second time. Inside the circle nothing is directed: the spans
end where the road enters it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.directions import Course, steps_of
from geo.messages import Notice
from geo.models import AREA_ACCURACY_M, Leg, LonLat, Mode, Span
from geo.router import APPROACH_SPEED_MS, FloatMatrix, Junction, Path, Snap

AREA_SPEED_MS: dict[Mode, float] = {
    "walk": APPROACH_SPEED_MS,
    "cycle": 12 / 3.6,
    "drive": 30 / 3.6,
    "coach": 27 / 3.6,
}
"""Speed within an uncertain stop's circle: on foot as off the road; 30 km/h as on village roads
(routes_data/facts/backbone/speeds.csv, the slowest rural class)."""

RANGE_STEP_S = 300
GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class End:
    """A stop as a leg meets it: its position, and the road it is tied to."""

    snap: Snap

    @property
    def accuracy_m(self) -> float:
        """The radius of doubt where the stop is an area, else 0."""
        accuracy = self.snap.position.accuracy_m
        return accuracy if accuracy > AREA_ACCURACY_M else 0.0

    @property
    def lonlat(self) -> LonLat:
        """The stop's own position, to 0.1 m."""
        return round(self.snap.position.lon, 6), round(self.snap.position.lat, 6)

    @property
    def approach_s(self) -> int:
        """Seconds walked between road and stop, outside the circle of doubt."""
        return round(max(0.0, self.snap.approach_m - self.accuracy_m) / APPROACH_SPEED_MS)


def from_door_to_door(matrix: FloatMatrix, snaps: Sequence[Snap]) -> FloatMatrix:
    """Return times on the road, `[i, j]` from i to j, with the approaches at both ends (s)."""
    approach = np.array([End(snap).approach_s for snap in snaps], dtype=np.float64)
    whole: FloatMatrix = matrix + approach[:, None] + approach
    return whole


def make_leg(origin: Snap, destination: Snap, path: Path) -> Leg:
    """Return the leg from stop to stop over `path`."""
    first, last = End(origin), End(destination)
    joined = _joined(first, last, path)
    coordinates, spans = joined.line, _outside(joined.spans, joined.line, first, last)
    duration_s = first.approach_s + round(path.duration_s) + last.approach_s
    range_s = _duration_range(duration_s, origin.mode, first.accuracy_m + last.accuracy_m)
    ascent_m, descent_m = (
        None if metres is None or range_s is not None else round(metres, 1)
        for metres in (path.ascent_m, path.descent_m)
    )
    return Leg(
        mode=origin.mode,
        length_m=round(origin.approach_m + path.length_m + destination.approach_m, 1),
        duration_s=duration_s,
        duration_range_s=range_s,
        approach_start_m=round(origin.approach_m, 1),
        approach_start_s=first.approach_s,
        approach_end_m=round(destination.approach_m, 1),
        approach_end_s=last.approach_s,
        coordinates=coordinates,
        spans=spans,
        notices=() if range_s is None else (_doubt(first, last),),
        ascent_m=ascent_m,
        descent_m=descent_m,
        steps=steps_of(
            Course(
                mode=origin.mode,
                coordinates=coordinates,
                spans=spans,
                junctions=joined.junctions,
                doubt=(first.accuracy_m > 0, last.accuracy_m > 0),
                target=(last.lonlat, destination.position.accuracy_m),
            )
        ),
    )


def kilometres(metres: float) -> str:
    """Return metres as kilometres for a text: "4", "1.5"."""
    return f"{metres / 1000:.1f}".removesuffix(".0")


def _doubt(first: End, last: End) -> Notice:
    metres = max(first.accuracy_m, last.accuracy_m)
    return Notice("approximate-leg", values={"accuracy_km": kilometres(metres)})


def _duration_range(duration_s: int, mode: Mode, accuracy_m: float) -> tuple[int, int] | None:
    if not accuracy_m:
        return None
    doubt_s = accuracy_m / AREA_SPEED_MS[mode]
    low = max(0.0, duration_s - doubt_s) // RANGE_STEP_S * RANGE_STEP_S
    high = -(-(duration_s + doubt_s) // RANGE_STEP_S) * RANGE_STEP_S
    return int(low), int(high)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A path between its stops: the line without repeated points, and what indexes it."""

    line: tuple[LonLat, ...]
    spans: tuple[Span, ...]
    junctions: tuple[Junction, ...] | None


def _joined(first: End, last: End, path: Path) -> _Joined:
    # A road has hundreds of points: rounded one by one they would take longer than the search.
    points = np.round(np.array([first.lonlat, *path.coordinates]), 6)
    moves = (points[1:] != points[:-1]).any(axis=1)
    place: list[int] = np.cumsum(moves).tolist()
    line = [first.lonlat, *map(tuple, points[1:][moves].tolist())]
    if line[-1] != last.lonlat or len(line) == 1:
        line.append(last.lonlat)
    met = path.junctions
    return _Joined(
        tuple(line),
        tuple(
            Span(one.road, round(one.length_m, 1), round(one.duration_s, 1), begin, end)
            for one in path.spans
            if (end := place[one.last]) > (begin := place[one.first])
        ),
        None if met is None else tuple(_moved(one, place) for one in met),
    )


def _moved(one: Junction, place: Sequence[int]) -> Junction:
    return Junction(place[one.at], one.turn_deg, one.others, one.ring, one.exits)


def _outside(
    spans: Sequence[Span], line: Sequence[LonLat], first: End, last: End
) -> tuple[Span, ...]:
    """Return the spans between the circles of doubt, the outer ones shortened."""
    if not spans or not (first.accuracy_m or last.accuracy_m):
        return tuple(spans)
    from_first = _distances(line, first.lonlat) >= first.accuracy_m
    from_last = _distances(line, last.lonlat) >= last.accuracy_m
    clear = np.flatnonzero(from_first)
    clear_end = np.flatnonzero(from_last)
    if not len(clear) or not len(clear_end):
        return ()
    low = int(clear[0]) if first.accuracy_m else 0
    high = int(clear_end[-1]) if last.accuracy_m else len(line) - 1
    cut = (_cut(span, line, max(span.first, low), min(span.last, high)) for span in spans)
    return tuple(span for span in cut if span is not None)


def _cut(span: Span, line: Sequence[LonLat], low: int, high: int) -> Span | None:
    """Return the part of `span` from point `low` to `high`, its figures in proportion."""
    if high <= low:
        return None
    if (low, high) == (span.first, span.last):
        return span
    share = _length(line[low : high + 1]) / max(_length(line[span.first : span.last + 1]), 1e-9)
    return replace(
        span,
        first=low,
        last=high,
        length_m=round(span.length_m * share, 1),
        duration_s=round(span.duration_s * share, 1),
    )


def _length(line: Sequence[LonLat]) -> float:
    lons, lats = zip(*line, strict=True)
    return float(GEOD.line_length(lons, lats))


def _distances(line: Sequence[LonLat], centre: LonLat) -> NDArray[np.float64]:
    points = np.array(line)
    lons, lats = np.full(len(points), centre[0]), np.full(len(points), centre[1])
    _, _, metres = GEOD.inv(points[:, 0], points[:, 1], lons, lats)
    return np.asarray(metres, dtype=np.float64)
