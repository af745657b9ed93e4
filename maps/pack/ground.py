"""The ground under the maps of a pack: land, borders and roads in metres, made once a network."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from maps.land import ROAD_CLASSES, borders, label_points, land, neighbours
from maps.shapes import to_metric

Bounds = tuple[float, float, float, float]
"""(west, south, east, north) in metres of EPSG:4549."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Land, district borders and roads in EPSG:4549.

    `roads` has the columns of `StreetNetwork.roads()`; `places` are the names of districts with
    a position well inside each.
    """

    land: BaseGeometry
    borders: BaseGeometry
    roads: gpd.GeoDataFrame
    places: tuple[tuple[str, float, float], ...]

    @classmethod
    def of(cls, districts: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> Ground:
        """Return the ground of these districts and roads (both EPSG:4326)."""
        shore = shapely.union_all([land(districts, roads), neighbours()])
        labels = label_points(districts)
        spots = to_metric([shapely.Point(label.lon, label.lat) for label in labels])
        return cls(
            land=to_metric([shore]).iloc[0],
            borders=to_metric([borders(districts)]).iloc[0],
            roads=roads.to_crs(to_metric([]).crs),
            places=tuple(
                (label.name, float(spot.x), float(spot.y))
                for label, spot in zip(labels, spots, strict=True)
            ),
        )

    def lines(
        self, bounds: Bounds, *, budget: int, thin_m: float
    ) -> list[tuple[int, BaseGeometry]]:
        """Return the roads in a window by rank in `ROAD_CLASSES`, as many classes as fit.

        Parameters
        ----------
        bounds
            The window.
        budget
            The most corners to return; whole classes are left out from the least important up.
        thin_m
            How far a thinned line may lie from its road, metres.
        """
        near = self.near(bounds)
        found: list[tuple[int, BaseGeometry]] = []
        for rank, names in enumerate(ROAD_CLASSES):
            lines = near.geometry[near["highway"].isin(names)].to_numpy()
            if not len(lines):
                continue
            merged = shapely.line_merge(shapely.union_all(shapely.clip_by_rect(lines, *bounds)))
            thinned = shapely.simplify(merged, thin_m)
            budget -= int(shapely.get_num_coordinates(thinned))
            if budget < 0:
                break
            found.append((rank, thinned))
        return found

    def near(self, bounds: Bounds) -> gpd.GeoDataFrame:
        """Return the roads that touch a window, in the order of the network."""
        return self.roads.iloc[sorted(self.roads.sindex.query(shapely.box(*bounds)))]
