"""Isochrones as addresses ask for them and as GeoJSON answers them."""

from __future__ import annotations

from typing import Any, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field

from geo.avoid import Avoid
from geo.exchange.figures import known_length_m
from geo.reach import Isochrone, Isochrones, ReachWish, isochrones, read_reach
from geo.suggest import Reached

from .avoiding import keeping_off_on
from .features import position
from .planning import Text, read_areas, read_lonlat
from .state import AppState
from .ways import network_router

Document = dict[str, Any]


class ReachQuery(BaseModel):
    """From where, how, and within what times, as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Text = Field(
        default=None, description="lon,lat in WGS-84.", examples=["120.3125,36.0645"]
    )
    site: Text = Field(default=None, description="Id of the site to start from, instead of start.")
    mode: Text = Field(default=None, description="walk, cycle, drive or coach; walk without it.")
    minutes: Text = Field(
        default=None,
        description="Whole minutes that rise, commas between: up to 6, each 1 to 120; "
        "15,30,45,60 without it.",
        examples=["15,30,45,60"],
    )
    avoid: Text = Field(
        default=None,
        description="Kinds of road that are kept off: tolls, motorways, ferries, stairs, commas "
        "between.",
    )
    avoid_areas: Text = Field(
        default=None,
        description="Areas that are kept off, semicolons between: lon,lat,radius in metres; "
        "west,south,east,north; or a polygon's corners lon,lat,lon,lat,…",
    )
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")

    def wish(self) -> ReachWish:
        """Return it as the domain takes it.

        Raises
        ------
        BadRequestError
            A value is not what it must be.
        """
        given: dict[str, Any] = self.model_dump(exclude={"lang"}, exclude_none=True)
        given = {name: value for name, value in given.items() if value.strip()}
        if "start" in given:
            given["start"] = read_lonlat("start", given["start"])
        for name in {"minutes", "avoid"} & given.keys():
            given[name] = [one.strip() for one in given[name].split(",") if one.strip()]
        if "avoid_areas" in given:
            given["avoid_areas"] = read_areas(given["avoid_areas"])
        return read_reach(given)


def make_reach(wish: ReachWish, state: AppState) -> Isochrones:
    """Look on the network in use; raises what `isochrones` raises.

    Where the router holds no network itself, the schematic one answers, and is named.
    """
    return keeping_off_on(
        network_router(state),
        Avoid.of(wish.avoid, wish.avoid_areas),
        lambda router: isochrones(wish, state.catalogue, router),
    )


def reach_document(found: Isochrones) -> Document:
    """Return isochrones as a GeoJSON FeatureCollection: areas from the shortest time, then sites.

    Other members say from where, how far the network can be trusted and how areas are drawn.
    """
    shape = found.shape
    return {
        "type": "FeatureCollection",
        "mode": found.mode,
        "fidelity": found.fidelity,
        "origin": position(found.origin.lon, found.origin.lat),
        "buffer_m": shape.buffer_m,
        "shape": {
            "widen_m": shape.widen_m, "shrink_m": shape.shrink_m, "thin_m": shape.thin_m,
        },
        "features": [
            *(_area(band, found) for band in found.bands),
            *(_site(one, found) for one in found.sites),
        ],
    }  # fmt: skip


def _area(band: Isochrone, found: Isochrones) -> Document:
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(band.area),
        "properties": {
            "kind": "area",
            "minutes": band.minutes,
            "area_km2": band.area_km2,
            "roads_km": band.roads_km,
            "sites": sum(one.duration_s <= band.minutes * 60 for one in found.sites),
        },
    }


def _site(one: Reached, found: Isochrones) -> Document:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": position(one.site.lon, one.site.lat)},
        "properties": {
            "kind": "site",
            "minutes": found.band_of(one),
            "site": one.site.id,
            "name_zh": one.site.name_zh,
            "name_en": one.site.name_en,
            "duration_s": one.duration_s,
            "length_m": known_length_m(one.length_m, found.mode, found.fidelity),
        },
    }
