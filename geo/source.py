"""Where the catalogue comes from: one protocol, implemented by the store."""

from __future__ import annotations

from typing import Protocol

import geopandas as gpd
import pandas as pd


class CatalogueSource(Protocol):
    """Published records as validated frames (columns and dtypes: `geo.schema`)."""

    def version(self) -> str:
        """Return a stamp that changes whenever any of the frames would."""
        ...

    def sites(self) -> gpd.GeoDataFrame:
        """Return the published sites, index = id, EPSG:4326 points."""
        ...

    def routes(self) -> pd.DataFrame:
        """Return the published routes, index = id."""
        ...

    def collections(self) -> pd.DataFrame:
        """Return the collections of routes, index = id."""
        ...

    def places(self) -> gpd.GeoDataFrame:
        """Return towns and villages, index = id, EPSG:4326 points."""
        ...

    def districts(self) -> gpd.GeoDataFrame:
        """Return the outlines of the ten districts, index = name_zh, EPSG:4326 polygons."""
        ...
