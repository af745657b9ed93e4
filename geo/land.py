"""Where Qingdao's land is, as its outline is known."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely

from .crs import METRIC, to_metric

TOLERANCE_M = 300.0
"""How far the outline may run beside the true coast: piers and quays lie outside it."""


@dataclass(frozen=True, slots=True)
class Land:
    """The districts together, on the plane of EPSG:4549, a little widened; None: not known."""

    outline: shapely.Geometry | None

    @classmethod
    def of(cls, districts: gpd.GeoDataFrame) -> Land:
        """Return the land of outlines in EPSG:4326."""
        if districts.empty:
            return cls(None)
        outline = districts.geometry.to_crs(METRIC).union_all().buffer(TOLERANCE_M)
        shapely.prepare(outline)
        return cls(outline)

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a position is on land; yes where the outline is not known."""
        return self.outline is None or bool(shapely.contains_xy(self.outline, *to_metric(lon, lat)))
