"""A long ride cut where its breaks come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.models import Road, Span
from geo.router import Path, Position, Snap

from .legs import End

UNNAMED = Road("", "", "", "")
_REACHED = 1e-6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a ride, and the road it ends on."""

    origin: Snap
    target: Snap
    path: Path
    road: Road


def cut(origin: Snap, target: Snap, path: Path, stretches: Sequence[int]) -> Iterator[Part]:
    """Yield the parts of a ride between its breaks.

    Parameters
    ----------
    origin, target
        The ends of the ride.
    path
        The way between them.
    stretches
        How long each part is, seconds, the approaches at both ends included.
    """
    here, rest, gone_s = origin, path, End(origin).approach_s
    for stretch in stretches[:-1]:
        before, rest, road = _halved(rest, max(0.0, stretch - gone_s))
        lon, lat = rest.coordinates[0]
        there = Snap(Position("break", lon, lat), origin.mode, lon, lat, 0.0, 0, 0.0)
        yield Part(here, there, before, road)
        here, gone_s = there, 0
    yield Part(here, target, rest, UNNAMED)


def _halved(path: Path, after_s: float) -> tuple[Path, Path, Road]:
    """Return a way until some seconds after it begins, the rest of it, and the road there."""
    at_s = _reached_s(path)
    after = min(after_s, float(at_s[-1]))
    index = min(int(np.searchsorted(at_s, after)), len(at_s) - 1)
    index = max(index, 1)
    lo, hi = float(at_s[index - 1]), float(at_s[index])
    share = (after - lo) / (hi - lo) if hi > lo else 1.0
    (lon0, lat0), (lon1, lat1) = path.coordinates[index - 1], path.coordinates[index]
    point = lon0 + share * (lon1 - lon0), lat0 + share * (lat1 - lat0)
    before = [_until(span, index, share, at_s) for span in path.spans if span.first < index]
    behind = [_since(span, index, share, at_s) for span in path.spans if span.last >= index]
    road = before[-1].road if before else UNNAMED
    first = _with(path, (*path.coordinates[:index], point), before, after)
    second = _with(path, (point, *path.coordinates[index:]), behind, path.duration_s - after)
    turns = path.junctions
    if turns is not None:
        shift = index - 1
        first = replace(first, junctions=tuple(one for one in turns if one.at < index))
        second = replace(
            second,
            junctions=tuple(replace(one, at=one.at - shift) for one in turns if one.at >= index),
        )
    return first, second, road


def _with(
    path: Path, coordinates: tuple[tuple[float, float], ...], spans: Sequence[Span], seconds: float
) -> Path:
    share = seconds / path.duration_s if path.duration_s > 0 else 0.0
    length_m = sum(one.length_m for one in spans) if spans else path.length_m * share
    return Path(length_m, seconds, coordinates, tuple(spans), path.junctions)


def _until(span: Span, index: int, share: float, at_s: NDArray[np.float64]) -> Span:
    """Return the part of a span before the cut, which lies on the way to point `index`."""
    if span.last < index:
        return span
    part = _part(span, index, share, at_s)
    return replace(
        span, last=index, length_m=span.length_m * part, duration_s=span.duration_s * part
    )


def _since(span: Span, index: int, share: float, at_s: NDArray[np.float64]) -> Span:
    """Return the part of a span behind the cut; its points are counted from there."""
    part = 1 - _part(span, index, share, at_s) if span.first < index else 1.0
    return replace(
        span,
        first=max(0, span.first - index + 1),
        last=span.last - index + 1,
        length_m=span.length_m * part,
        duration_s=span.duration_s * part,
    )


def _part(span: Span, index: int, share: float, at_s: NDArray[np.float64]) -> float:
    whole = at_s[span.last] - at_s[span.first]
    there = at_s[index - 1] + share * (at_s[index] - at_s[index - 1])
    return float((there - at_s[span.first]) / whole) if whole > 0 else 1.0


def _reached_s(path: Path) -> NDArray[np.float64]:
    """Return when each point of a way is reached, seconds after it begins."""
    points = np.array(path.coordinates, dtype=np.float64)
    east = np.cos(np.radians(points[0, 1]))
    metres = np.hypot(np.diff(points[:, 0]) * east, np.diff(points[:, 1]))
    along: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(metres)])
    at_s = along / max(float(along[-1]), _REACHED) * path.duration_s
    begun = 0.0
    for span in path.spans:
        inside = along[span.first : span.last + 1] - along[span.first]
        whole = max(float(inside[-1]), 1e-12)
        at_s[span.first : span.last + 1] = begun + inside / whole * span.duration_s
        begun += span.duration_s
    return at_s
