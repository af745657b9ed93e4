"""The ways from one place to another: the one itineraries take, and others that make sense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pyproj import Geod

from geo.directions import Landmarks
from geo.models import Leg, LonLat, Mode
from geo.planner.legs import make_leg
from geo.router import NetworkRouter, Position

MOST = 2
"""Other ways that are looked for at most."""
GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way beside the best: its leg, and the share of its metres that are the best way's too."""

    leg: Leg
    shared: float


@dataclass(frozen=True, slots=True)
class Ways:
    """The way itineraries take between two places, and others, the most sensible first."""

    best: Leg
    others: tuple[OtherWay, ...]


def ways_between(
    origin: Position,
    target: Position,
    mode: Mode,
    router: NetworkRouter,
    landmarks: Landmarks,
    *,
    count: int = MOST,
) -> Ways:
    """Return the ways between two places.

    Parameters
    ----------
    origin, target
        The places.
    mode
        How one travels.
    router
        Knows the network.
    landmarks
        The sites that directions may name.
    count
        How many other ways are looked for; there may be fewer, or none.

    Raises
    ------
    OffNetworkError
        A place lies far from every road.
    NoPathError
        No path joins them.
    """
    here, there = router.snap([origin, target], mode)
    paths = (router.path(here, there), *router.alternatives(here, there, count))
    best, *others = (landmarks.mark(make_leg(here, there, path)) for path in paths)
    return Ways(best, tuple(OtherWay(leg, _shared(leg, best)) for leg in others))


def _shared(leg: Leg, best: Leg) -> float:
    """Return the share of a leg's metres that it has in common with another."""
    theirs = {frozenset(piece) for piece, _ in _pieces(best)}
    pieces = list(_pieces(leg))
    common = sum(metres for piece, metres in pieces if frozenset(piece) in theirs)
    return common / max(sum(metres for _, metres in pieces), 1e-9)


def _pieces(leg: Leg) -> Iterator[tuple[tuple[LonLat, LonLat], float]]:
    for start, end in pairwise(leg.coordinates):
        yield (start, end), float(GEOD.line_length((start[0], end[0]), (start[1], end[1])))
