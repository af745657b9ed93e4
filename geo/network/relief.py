"""The ground a network lies on: heights read from a digital elevation model (DEM).

The model may be in any reference system and of any resolution: GDAL brings it onto a grid in the
network's own metric system, and what it does not know stays unknown (NaN). The grid is smoothed
before anything is read from it, so that a model's noise does not add up to hills, and in the same
way wherever a road happens to be cut.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.errors import NetworkSourceError
from geo.transforms import on_plane

from .lines import FloatArray

if TYPE_CHECKING:
    import rasterio

CELL_M = 25.0
"""Cell of the grid heights are read from; models in public are of 30 m and finer."""

MOST_CELLS = 40_000_000
"""A larger extent gets larger cells: 160 MB of heights."""

SMOOTHINGS = 4
"""Passes of a binomial filter (1, 2, 1)/4: a Gaussian of √(4 / 2) = 1.4 cells, 35 m."""

MARGIN = 6
"""Cells around the extent, more than the smoothing reaches."""

POINTS_A_SIDE = 20
"""Points on a side of the extent that say how far it reaches on the plane."""

LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""Heights outside are not those of ground on Earth in metres."""

METRES = frozenset({"", "m", "metre", "metres", "meter", "meters"})

Heights = NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Relief:
    """Heights on a grid.

    Parameters
    ----------
    heights
        In metres, (rows, columns) from the north-west; NaN: unknown.
    west, north
        Outer corner of the first cell, in `metric`.
    cell_m
        Side of a cell.
    metric
        The reference system, as `EPSG:4549`.
    """

    heights: Heights
    west: float
    north: float
    cell_m: float
    metric: str

    def at(self, lonlat: FloatArray) -> FloatArray:
        """Return the heights of positions (degrees, (n, 2)), bilinear; NaN: unknown."""
        x, y = on_plane(lonlat, self.metric).T
        rows, columns = self.heights.shape
        column = np.clip((x - self.west) / self.cell_m - 0.5, 0, columns - 1.001)
        row = np.clip((self.north - y) / self.cell_m - 0.5, 0, rows - 1.001)
        left, top = column.astype(np.int64), row.astype(np.int64)
        right_share, low_share = column - left, row - top
        upper = self._between(top, left, right_share)
        lower = self._between(top + 1, left, right_share)
        heights: FloatArray = upper * (1 - low_share) + lower * low_share
        return heights

    def _between(
        self, row: NDArray[np.int64], left: NDArray[np.int64], share: FloatArray
    ) -> FloatArray:
        here = self.heights[row, left].astype(np.float64)
        return here * (1 - share) + self.heights[row, left + 1] * share


def smoothed(heights: Heights) -> Heights:
    """Return heights without what a model's noise adds; beside the unknown they stay as they are.

    A plane stays the plane it is, so a steady slope keeps its grade.
    """
    for _ in range(SMOOTHINGS):
        for axis in (0, 1):
            around = np.pad(heights, [(1, 1) if one == axis else (0, 0) for one in (0, 1)], "edge")
            before, after = (
                around[:-2] if axis == 0 else around[:, :-2],
                around[2:] if axis == 0 else around[:, 2:],
            )
            mean = (before + 2 * heights + after) / 4
            heights = np.where(np.isnan(mean), heights, mean)
    return heights


def _refused(path: Path, what: str) -> NetworkSourceError:
    return NetworkSourceError(
        f"{path} {what}; wanted a digital elevation model of the region as a raster file "
        "(GeoTIFF): one band of heights in metres, with its reference system",
        source=str(path),
    )


@contextmanager
def _opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open a model, whatever is wrong with it being told in one line."""
    try:
        import rasterio  # noqa: PLC0415  an extra
        from rasterio.errors import RasterioError  # noqa: PLC0415
    except ImportError as error:
        raise NetworkSourceError(
            "--dem needs rasterio, which is not installed: pip install 'qingdao-red-trails[dem]'",
            source=str(path),
        ) from error
    if not path.is_file():
        raise _refused(path, "is not a file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a picture without a place is refused below
            with rasterio.open(path) as model:
                _check(path, model)
                yield model
    except (RasterioError, OSError, ValueError) as error:
        raise _refused(path, f"cannot be read as a raster ({_line(error)})") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _check(path: Path, model: rasterio.DatasetReader) -> None:
    if model.count != 1:
        raise _refused(path, f"has {model.count} bands")
    if model.crs is None:
        raise _refused(path, "names no reference system")
    if np.dtype(model.dtypes[0]).kind not in "iuf":
        raise _refused(path, f"holds values of type {model.dtypes[0]}")
    unit = (model.units[0] or "").strip().lower()
    if unit not in METRES:
        raise _refused(path, f"holds heights in {unit}")


def check_dem(path: Path) -> None:
    """Look whether a file is a model at all, before much is done for it.

    Raises
    ------
    NetworkSourceError
        It is none, or rasterio is not installed.
    """
    with _opened(path):
        pass


def _unknown(model: rasterio.DatasetReader) -> float:
    """Return the value that stands for unknown; where the file names none, one no height has."""
    if model.nodata is not None:
        return float(model.nodata)
    kind = np.dtype(model.dtypes[0])
    if kind.kind == "f":
        return math.nan
    return float(np.iinfo(kind).min if kind.kind == "i" else np.iinfo(kind).max)


def read_relief(path: Path, bbox: Box, metric: str) -> Relief:
    """Return the heights of an extent.

    Parameters
    ----------
    path
        A raster file of one band.
    bbox
        (west, south, east, north) in degrees.
    metric
        The reference system of the grid, as `EPSG:4549`.

    Raises
    ------
    NetworkSourceError
        The file is no model, or knows no height within the extent.
    """
    west, south, east, north = _on_plane(bbox, metric)
    cell = max(CELL_M, math.sqrt((east - west) * (north - south) / MOST_CELLS))
    west, north = west - MARGIN * cell, north + MARGIN * cell
    columns = math.ceil((east - west) / cell) + MARGIN
    rows = math.ceil((north - south) / cell) + MARGIN
    heights = _on_grid(path, (rows, columns), (west, north, cell), metric)
    known = heights[~np.isnan(heights)]
    if not len(known):
        raise _refused(path, "knows no height where the network lies")
    if known.min() < LOWEST_M or known.max() > HIGHEST_M:
        raise _refused(path, f"holds values from {known.min():g} to {known.max():g}")
    return Relief(smoothed(heights), west, north, cell, metric)


def _on_plane(
    bbox: tuple[float, float, float, float], metric: str
) -> tuple[float, float, float, float]:
    """Return the box (metres) around a box in degrees, whose sides are no straight lines there."""
    lons = np.linspace(bbox[0], bbox[2], POINTS_A_SIDE)
    lats = np.linspace(bbox[1], bbox[3], POINTS_A_SIDE)
    places = on_plane(np.stack(np.meshgrid(lons, lats), axis=-1).reshape(-1, 2), metric)
    (west, south), (east, north) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    return west, south, east, north


def _on_grid(
    path: Path, shape: tuple[int, int], corner: tuple[float, float, float], metric: str
) -> Heights:
    with _opened(path) as model:
        from rasterio import Affine, band  # noqa: PLC0415  an extra
        from rasterio.warp import Resampling, reproject  # noqa: PLC0415

        west, north, cell = corner
        heights = np.full(shape, np.nan, dtype=np.float32)
        reproject(
            band(model, 1),
            heights,
            src_nodata=_unknown(model),
            dst_transform=Affine(cell, 0, west, 0, -cell, north),
            dst_crs=metric,
            dst_nodata=math.nan,
            resampling=Resampling.bilinear,
        )
        scale, offset = float(model.scales[0]), float(model.offsets[0])
    return np.asarray(heights * scale + offset, dtype=np.float32)
