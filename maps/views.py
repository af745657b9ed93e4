"""The views of the overview beside that of single sites: density, and counts of districts."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd

from geo.messages import Messages

from .land import label_points
from .options import VIEWS, MapOptions
from .plugins.data import JsonData
from .shapes import pack_point, pack_polygons, thinned

_THIN_M = 120.0  # a district seen as a whole needs no more


def views_data(
    districts: gpd.GeoDataFrame, messages: Messages, *, options: MapOptions
) -> Mapping[str, JsonData]:
    """Return what the control of the views takes: texts, and the districts in their order."""
    spots = {spot.name: spot for spot in label_points(districts)}
    texts: dict[str, JsonData] = {str(view): messages(f"map.view.{view}") for view in VIEWS}
    texts |= {f"{view}Note": messages(f"map.view.{view}_note") for view in ("heat", "districts")}
    texts["label"] = messages("map.view.label")
    texts["district"] = messages("map.view.district", name="{name}", count="{count}")
    return {
        "view": options.view,
        "texts": texts,
        "districts": [
            {
                "key": name,
                "name": messages(f"district.{name}"),
                "at": pack_point(spots[name].lon, spots[name].lat, options.datum),
                "rings": pack_polygons(thinned(outline, _THIN_M), options.datum),
            }
            for name, outline in zip(map(str, districts.index), districts.geometry, strict=True)
        ],
    }
