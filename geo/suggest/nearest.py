"""The sites nearest to a place by the time the way takes, not as the crow flies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from geo.faults import fault, read_model
from geo.models import Mode, Site
from geo.planner.days import Point, SiteId
from geo.planner.legs import from_door_to_door
from geo.router import Position, Router

from .roads import snapped

MOST_MINUTES = 180
MOST_SITES = 89
FASTEST_MS: dict[Mode, float] = {"walk": 2.0, "cycle": 7.0, "drive": 34.0, "coach": 28.0}
"""No way is faster (m/s): a brisk walk, 25, 120, 100 km/h. Bounds how far away a site can lie."""


class FromPlace(BaseModel):
    """From where and how one travels; of `start` and `site` exactly one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Point | None = None
    site: SiteId | None = None
    mode: Mode = "walk"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.start is None) == (self.site is None):
            raise fault("one_place", "either start or site")
        return self


class NearestWish(FromPlace):
    """From where, how, and how far."""

    minutes: Annotated[float, Field(gt=0, le=MOST_MINUTES, allow_inf_nan=False)] = 60.0
    limit: Annotated[int, Field(ge=1, le=MOST_SITES)] = 10


@dataclass(frozen=True, slots=True)
class Reached:
    """A site, and the way there: metres and seconds, approaches included."""

    site: Site
    length_m: float
    duration_s: int


def read_nearest(values: dict[str, object]) -> NearestWish:
    """Return `values` (from a query string, options) as a wish.

    Raises
    ------
    BadRequestError
        A value is not what it must be; the error names it.
    """
    return read_model(NearestWish, values)


def nearest_sites(wish: NearestWish, catalogue: Catalogue, router: Router) -> tuple[Reached, ...]:
    """Return the sites that are reached first, the nearest in time first.

    Raises
    ------
    UnknownSiteError
        `site` is not in the catalogue.
    InvalidParameterError
        `site` is known only to an area.
    OffNetworkError
        The place lies far from every road.
    """
    return reached_sites(wish, catalogue, router)[: wish.limit]


def reached_sites(wish: NearestWish, catalogue: Catalogue, router: Router) -> tuple[Reached, ...]:
    """Return all sites within the minutes of a wish, whatever its limit.

    Sites known only to an area are left out: no time to them is honest.

    Raises
    ------
    UnknownSiteError
        `site` is not in the catalogue.
    InvalidParameterError
        `site` is known only to an area.
    OffNetworkError
        The place lies far from every road.
    """
    origin = origin_of(wish, catalogue)
    radius_m = wish.minutes * 60 * FASTEST_MS[wish.mode]
    around = catalogue.near(origin.lon, origin.lat, radius_m, limit=len(catalogue.sites))
    others = [
        one
        for one in catalogue.sites_by_id(around.index)
        if one.id != wish.site and not one.is_area
    ]
    (start,) = router.snap([origin], wish.mode)
    sites, snaps = snapped(router, others, wish.mode)
    ends = (start, *snaps)
    ways = router.matrix(ends)
    seconds = from_door_to_door(ways.duration_s, ends)[0, 1:].tolist()
    metres = ways.length_m[0, 1:].tolist()
    found = [
        Reached(site, round(start.approach_m + on_road_m + snap.approach_m, 1), round(duration_s))
        for site, snap, duration_s, on_road_m in zip(sites, snaps, seconds, metres, strict=True)
        if math.isfinite(duration_s)
    ]
    within = [one for one in found if one.duration_s <= wish.minutes * 60]
    return tuple(sorted(within, key=lambda one: (one.duration_s, one.site.id)))


def origin_of(wish: FromPlace, catalogue: Catalogue) -> Position:
    """Return where a wish looks from.

    Raises
    ------
    UnknownSiteError
        `site` is not in the catalogue.
    InvalidParameterError
        `site` is known only to an area.
    """
    if wish.site is not None:
        site = catalogue.site(wish.site)
        if site.is_area:
            raise InvalidParameterError(
                "site", site.id, "a site whose place is known", rule="area_site"
            )
        return Position(site.id, site.lon, site.lat, site.accuracy_m)
    lon, lat = wish.start or (0.0, 0.0)
    return Position("start", lon, lat)
