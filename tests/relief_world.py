"""Elevation models with heights known by a formula, written as GeoTIFF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import Affine

Ground = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""Height in metres from metres east and north of (120.30 E, 36.10 N) in EPSG:4549."""

CORNER = (120.30, 36.10)


def write_dem(
    path: Path,
    ground: Ground,
    *,
    crs: str = "EPSG:4549",
    cell: float = 10.0,
    cells: int = 300,
    nodata: float | None = -9999.0,
    dtype: str = "float32",
) -> Path:
    """Write a square model around the corner of drawings; `cell` is in units of `crs`."""
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    plane = Transformer.from_crs(crs, "EPSG:4549", always_xy=True)
    x, y = there.transform(*CORNER)
    west, north = x - cells * cell / 2, y + cells * cell / 2
    columns, rows = np.meshgrid(np.arange(cells) + 0.5, np.arange(cells) + 0.5)
    east_m, north_m = plane.transform(west + columns * cell, north - rows * cell)
    here = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True).transform(*CORNER)
    heights = ground(np.asarray(east_m) - here[0], np.asarray(north_m) - here[1])
    if nodata is not None:
        heights = np.where(np.isnan(heights), nodata, heights)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=cells,
        height=cells,
        count=1,
        dtype=dtype,
        crs=crs,
        transform=Affine(cell, 0, west, 0, -cell, north),
        nodata=nodata,
    ) as file:
        file.write(heights.astype(dtype), 1)
    return path
