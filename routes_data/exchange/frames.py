"""Records on their way out as a GeoDataFrame: for GeoPackage, Shapefile and GeoParquet."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from geo.crs import GEOGRAPHIC

from .errors import ParquetUnavailableError
from .outgoing import Outgoing
from .tables import Cell


def columns_of(table: Outgoing) -> dict[str, list[Cell]]:
    """Return the cells by column, positions left out."""
    rows = [values for _, _, values in table.features()]
    names = [name for name in table.columns if name not in {"lon", "lat"}]
    return {name: [row[name] for row in rows] for name in names}


def frame_of(table: Outgoing, columns: Mapping[str, Sequence[Cell]]) -> gpd.GeoDataFrame:
    """Return columns of records with their points in EPSG:4326."""
    where = [
        [np.nan if one is None else one for one in (lon, lat)] for lon, lat, _ in table.features()
    ]
    degrees = np.array(where, dtype=np.float64).reshape(-1, 2)
    points = cast("NDArray[np.object_]", shapely.points(degrees))
    points[shapely.is_empty(points) | ~np.isfinite(shapely.get_x(points))] = None
    data = {name: _series(cells) for name, cells in columns.items()}
    return gpd.GeoDataFrame(pd.DataFrame(data), geometry=points, crs=GEOGRAPHIC)


def _series(cells: Sequence[Cell]) -> pd.Series:
    filled = [cell for cell in cells if cell is not None]
    if filled and all(isinstance(cell, int) for cell in filled):
        return pd.Series(cells, dtype="Int64")
    if filled and all(isinstance(cell, int | float) for cell in filled):
        return pd.Series(cells, dtype="float64")
    return pd.Series([None if cell is None else str(cell) for cell in cells], dtype="object")


def write_gpkg(table: Outgoing) -> bytes:
    """Return records as a GeoPackage of one table, named as their kind."""
    frame = frame_of(table, columns_of(table))
    with tempfile.TemporaryDirectory(prefix="redtrails-export-") as folder:
        path = Path(folder) / "made.gpkg"
        if table.located:
            pyogrio.write_dataframe(frame, path, layer=table.kind, driver="GPKG")
        else:
            plain = pd.DataFrame(frame.drop(columns="geometry"))
            pyogrio.write_dataframe(plain, path, layer=table.kind, driver="GPKG")
        return path.read_bytes()


def write_parquet(table: Outgoing) -> bytes:
    """Return records as GeoParquet.

    Raises
    ------
    ParquetUnavailableError
        The extra `parquet` is not installed.
    """
    frame = frame_of(table, columns_of(table))
    made = BytesIO()
    try:
        frame.to_parquet(made, index=False)
    except ImportError as error:
        raise ParquetUnavailableError from error
    return made.getvalue()
