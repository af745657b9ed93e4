"""Isochrones: the area reached within each of some times, and the sites within the longest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Self

import shapely
from pydantic import Field, model_validator
from shapely.geometry.base import BaseGeometry

from geo.avoid import Areas, Kinds
from geo.catalogue import Catalogue
from geo.faults import fault, read_model
from geo.models import Fidelity, Mode
from geo.planner.legs import End
from geo.router import NetworkRouter, Position
from geo.suggest.nearest import FromPlace, NearestWish, Reached, origin_of, reached_sites
from geo.transforms import in_degrees

from .areas import SHAPES, ReachShape, areas_of

MOST_MINUTES = 120
MOST_BANDS = 6
MINUTES = (15, 30, 45, 60)
GRID_DEG = 1e-6
"""Areas are told to 0.1 m; finer corners would be noise."""


class ReachWish(FromPlace):
    """From where, how, and within what times."""

    minutes: Annotated[
        tuple[Annotated[int, Field(ge=1, le=MOST_MINUTES)], ...],
        Field(min_length=1, max_length=MOST_BANDS),
    ] = MINUTES

    avoid: Kinds = ()
    avoid_areas: Areas = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(after <= before for before, after in pairwise(self.minutes)):
            raise fault("rising_minutes", "minutes that rise, such as 15,30,45,60")
        return self


@dataclass(frozen=True, slots=True)
class Isochrone:
    """The area reached within `minutes`: polygons in EPSG:4326, km², the network's road in it."""

    minutes: int
    area: BaseGeometry
    area_km2: float
    roads_km: float


@dataclass(frozen=True, slots=True)
class Isochrones:
    """Areas by rising time, each holding the one before, and the sites within the longest.

    Parameters
    ----------
    mode
        How one travels.
    origin
        From where.
    fidelity
        How far the network can be trusted.
    shape
        How the areas are drawn around the roads.
    bands
        The areas.
    sites
        The sites reached, the nearest in time first; their times are the router's.
    """

    mode: Mode
    origin: Position
    fidelity: Fidelity
    shape: ReachShape
    bands: tuple[Isochrone, ...]
    sites: tuple[Reached, ...]

    def band_of(self, site: Reached) -> int:
        """Return the minutes of the first band a site is reached in."""
        return next(b.minutes for b in self.bands if site.duration_s <= b.minutes * 60)


def read_reach(values: dict[str, object]) -> ReachWish:
    """Return `values` (from a query string, options) as a wish.

    Raises
    ------
    BadRequestError
        A value is not what it must be; the error names it.
    """
    return read_model(ReachWish, values)


def isochrones(wish: ReachWish, catalogue: Catalogue, router: NetworkRouter) -> Isochrones:
    """Return what is reached within the times of a wish.

    The walk from the place to its road counts; what lies beside a road reached is in the area up
    to `ReachShape.buffer_m`, without the time of a walk there. Sites known only to an area are
    left out.

    Raises
    ------
    UnknownSiteError
        `site` is not in the catalogue.
    InvalidParameterError
        `site` is known only to an area.
    OffNetworkError
        The place lies far from every road.
    """
    longest = wish.minutes[-1]
    near = NearestWish(start=wish.start, site=wish.site, mode=wish.mode, minutes=longest)
    origin = origin_of(wish, catalogue)
    (snap,) = router.snap([origin], wish.mode)
    approach_s = End(snap).approach_s
    stages = router.reach(snap, [minutes * 60 - approach_s for minutes in wish.minutes])
    areas = areas_of(stages, SHAPES[wish.mode])
    return Isochrones(
        mode=wish.mode,
        origin=origin,
        fidelity=router.info.fidelity,
        shape=SHAPES[wish.mode],
        bands=tuple(
            Isochrone(
                minutes,
                _turned(area, router.metric),
                round(area.area / 1e6, 3),
                round(float(shapely.length(lines).sum()) / 1000, 1),
            )
            for minutes, area, lines in zip(wish.minutes, areas, stages, strict=True)
        ),
        sites=reached_sites(near, catalogue, router),
    )


def _turned(area: BaseGeometry, metric: str) -> BaseGeometry:
    """Return an area of the plane as polygons in degrees, turned as RFC 7946 asks."""
    turned = shapely.set_coordinates(area, in_degrees(shapely.get_coordinates(area), metric))
    whole = shapely.set_precision(turned, GRID_DEG)
    parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([shapely.orient_polygons(part) for part in parts])
