"""From roads reached to an area: every road widened, the gaps between them closed.

Widening by `widen_m` and shrinking by `shrink_m` (a morphological closing, then a margin) keeps
every point of the area near a road that is reached, and every road reached inside the area. A
hull over the points reached would promise neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import shapely
from shapely.geometry.base import BaseGeometry

from geo.models import Mode
from geo.router import Lines

CORNERS = 4
"""Segments of a quarter of a circle; its corners are cut by 2 % of the radius at most."""


@dataclass(frozen=True, slots=True)
class ReachShape:
    """How an area is drawn around roads, in metres.

    Parameters
    ----------
    widen_m
        Each road is widened by so much; gaps of up to twice that close.
    shrink_m
        What is taken off again.
    thin_m
        The most its outline is moved to have fewer corners.
    """

    widen_m: float
    shrink_m: float
    thin_m: float

    @property
    def buffer_m(self) -> float:
        """No point of an area lies farther from a road that is reached."""
        return self.widen_m + self.thin_m


SHAPES: Mapping[Mode, ReachShape] = MappingProxyType(
    {
        "walk": ReachShape(140.0, 100.0, 10.0),
        "cycle": ReachShape(280.0, 200.0, 20.0),
        "drive": ReachShape(460.0, 300.0, 40.0),
        "coach": ReachShape(460.0, 300.0, 40.0),
    }
)
"""On foot no gap wider than two city blocks is closed; the roads of vehicles lie farther apart."""


def areas_of(stages: Sequence[Lines], shape: ReachShape) -> tuple[BaseGeometry, ...]:
    """Return the area of each stage, on the plane of its lines; each holds the one before.

    Parameters
    ----------
    stages
        Roads reached, in metres; each holds the stage before.
    shape
        How areas are drawn.
    """
    widened: BaseGeometry = shapely.Polygon()
    area: BaseGeometry = shapely.Polygon()
    areas = []
    for lines in stages:
        around = shapely.buffer(lines, shape.widen_m, quad_segs=CORNERS)
        widened = shapely.union_all([widened, *around])
        closed = shapely.buffer(widened, -shape.shrink_m, quad_segs=CORNERS)
        area = shapely.union(area, shapely.simplify(closed, shape.thin_m))
        areas.append(area)
    return tuple(areas)
