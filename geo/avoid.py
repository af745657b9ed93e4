"""What a traveller keeps off: kinds of road, and areas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import shapely
from pydantic import AfterValidator, Field
from shapely.geometry.base import BaseGeometry

from .faults import fault
from .models import Fidelity
from .transforms import in_degrees, on_plane

Kind = Literal["tolls", "motorways", "ferries", "stairs"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_AREAS = 5
MOST_NUMBERS = 200
MOST_RADIUS_M = 50_000.0
_CIRCLE, _BOX, _TRIANGLE = 3, 4, 6


def _area(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Return the numbers of an area: a circle of three, a box of four, or a polygon's corners."""
    count = len(numbers)
    if count == _CIRCLE:
        places, shaped = [numbers[:2]], 0 < numbers[2] <= MOST_RADIUS_M
    elif count == _BOX:
        west, south, east, north = numbers
        places, shaped = [(west, south), (east, north)], west < east and south < north
    else:
        places = list(zip(numbers[::2], numbers[1::2], strict=False))
        shaped = count >= _TRIANGLE and count % 2 == 0
    known = all(map(math.isfinite, numbers)) and all(
        abs(one[0]) <= 180 and abs(one[1]) <= 90  # noqa: PLR2004 - degrees
        for one in places
    )
    if shaped and known and count >= _TRIANGLE:
        shaped = bool(shapely.Polygon(places).is_valid)
    if not shaped or not known:
        raise fault("avoid_area", "lon,lat,radius in metres; west,south,east,north; or corners")
    return tuple(round(value, 6) + 0.0 for value in numbers)


Area = Annotated[
    tuple[float, ...], Field(min_length=_CIRCLE, max_length=MOST_NUMBERS), AfterValidator(_area)
]
Kinds = Annotated[tuple[Kind, ...], Field(max_length=len(KINDS))]
Areas = Annotated[tuple[Area, ...], Field(max_length=MOST_AREAS)]


def known_kinds(fidelity: Fidelity) -> tuple[Kind, ...]:
    """Return the kinds a network knows; the schematic one does not know where tolls are taken."""
    return tuple(kind for kind in KINDS if kind != "tolls" or fidelity == "street")


def outline_of(area: tuple[float, ...], metric: str) -> BaseGeometry:
    """Return an area (see `Avoid`) as an outline in degrees; a circle is round in `metric`."""
    if len(area) == _BOX:
        west, south, east, north = area
        return shapely.box(west, south, east, north)
    if len(area) > _BOX:
        return shapely.Polygon(list(zip(area[::2], area[1::2], strict=True)))
    centre = shapely.Point(on_plane([area[:2]], metric)[0])
    ring = shapely.get_coordinates(centre.buffer(area[2], quad_segs=16))
    return shapely.Polygon(in_degrees(ring, metric))


@dataclass(frozen=True, slots=True)
class Avoid:
    """What is kept off.

    Parameters
    ----------
    kinds
        Kinds of road.
    areas
        (lon, lat, radius in m), (west, south, east, north), or the corners of a polygon as
        lon, lat, lon, lat, …; WGS-84.
    """

    kinds: tuple[Kind, ...] = ()
    areas: tuple[tuple[float, ...], ...] = ()

    @classmethod
    def of(cls, kinds: Sequence[Kind], areas: Sequence[tuple[float, ...]]) -> Avoid:
        """Return it in its one form: what is said twice counts once, order says nothing."""
        return cls(tuple(sorted(set(kinds))), tuple(sorted(set(areas))))

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.kinds or self.areas)

    def relaxed(self) -> Iterator[tuple[str, Avoid]]:
        """Yield each kind, and all areas together, with what is left to avoid without it."""
        for kind in self.kinds:
            yield kind, Avoid(tuple(one for one in self.kinds if one != kind), self.areas)
        if self.areas:
            yield "areas", Avoid(self.kinds)
