"""Vector tiles (Mapbox Vector Tile 2.1): points and lines of one tile as bytes.

The tiles are those of WebMercatorQuad (OGC 17-083r4, D.1): a square world, halved at every zoom.
The same features give the same bytes. Nothing is thinned: a line loses only what its grid of
4096 × 4096 cannot show.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

HALF_M = math.pi * 6378137.0
"""Half of the world's width in EPSG:3857, in metres."""
MAX_ZOOM = 22
EXTENT = 4096
"""Steps of the grid of a tile, along each side."""
BUFFER = 64
"""Steps that lines go on beyond the edge, so that no seam is seen. A point is in one tile alone."""

Value = str | int | float | bool
Path = list[tuple[int, int]]
_POINT, _LINE = 1, 2
_MOVE_TO, _LINE_TO = 1, 2


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of WebMercatorQuad: zoom, column from the west, row from the north."""

    zoom: int
    column: int
    row: int

    @property
    def exists(self) -> bool:
        """Whether there is such a tile."""
        count = 1 << self.zoom if 0 <= self.zoom <= MAX_ZOOM else 0
        return 0 <= self.column < count and 0 <= self.row < count

    @property
    def size_m(self) -> float:
        """The length of its sides in EPSG:3857, in metres."""
        return 2 * HALF_M / (1 << self.zoom)

    @property
    def corner(self) -> tuple[float, float]:
        """The north-western corner, (x, y) in EPSG:3857."""
        return self.column * self.size_m - HALF_M, HALF_M - self.row * self.size_m

    def grid(self, coordinates: np.ndarray) -> np.ndarray:
        """Return coordinates (n × 2, EPSG:3857) as steps from the corner, east and south."""
        west, north = self.corner
        steps = (coordinates - (west, north)) * (EXTENT / self.size_m)
        return steps * (1, -1)


def limits_of(bounds: Sequence[float], zoom: int) -> tuple[int, int, int, int]:
    """Return the least and greatest row, then column, of a box (EPSG:3857) at a zoom."""
    count = 1 << zoom
    west, south, east, north = ((float(one) / (2 * HALF_M)) * count for one in bounds)
    last, half = count - 1, count / 2
    rows = (math.floor(half - north), math.floor(half - south))
    columns = (math.floor(west + half), math.floor(east + half))
    least, most, first, final = (min(max(one, 0), last) for one in (*rows, *columns))
    return least, most, first, final


def encoded(layers: Mapping[str, gpd.GeoDataFrame], tile: Tile) -> bytes:
    """Return a tile with the features of some layers.

    Parameters
    ----------
    layers
        By name: points or lines in EPSG:3857; every other column is a property, and one that is
        missing is left out.
    tile
        The tile.

    Returns
    -------
    bytes
        Empty where no feature is.
    """
    parts = ((name, _features(frame, tile)) for name, frame in layers.items())
    return b"".join(_bytes(3, _layer(name, found)) for name, found in parts if found)


def _features(
    frame: gpd.GeoDataFrame, tile: Tile
) -> list[tuple[int, list[Path], dict[str, Value]]]:
    """Return type, paths on the grid and properties of what a tile shows of a frame."""
    west, north = tile.corner
    margin = tile.size_m * BUFFER / EXTENT
    box = (west - margin, north - tile.size_m - margin, west + tile.size_m + margin, north + margin)
    found: list[tuple[int, list[Path], dict[str, Value]]] = []
    names = [name for name in frame.columns if name != frame.geometry.name]
    for place in np.sort(frame.sindex.query(shapely.box(*box))):
        shape = frame.geometry.iloc[place]
        kind = _POINT if shape.geom_type == "Point" else _LINE
        paths = list(_point(shape, tile) if kind == _POINT else _lines(shape, box, tile))
        if paths:
            row = frame.iloc[place]
            found.append(
                (kind, paths, {name: row[name] for name in names if not pd.isna(row[name])})
            )
    return found


def _point(shape: BaseGeometry, tile: Tile) -> Iterator[Path]:
    ((x, y),) = np.floor(tile.grid(shapely.get_coordinates(shape))).astype(int)
    if 0 <= x < EXTENT and 0 <= y < EXTENT:
        yield [(int(x), int(y))]


def _lines(
    shape: BaseGeometry, box: tuple[float, float, float, float], tile: Tile
) -> Iterator[Path]:
    for part in shapely.get_parts(shapely.clip_by_rect(shape, *box)):
        steps = np.rint(tile.grid(shapely.get_coordinates(part))).astype(int)
        moved = np.append(True, np.any(np.diff(steps, axis=0) != 0, axis=1))
        path = [(int(x), int(y)) for x, y in steps[moved]]
        if len(path) > 1:
            yield path


def _layer(name: str, features: Iterable[tuple[int, list[Path], dict[str, Value]]]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[bytes, int] = {}
    parts = []
    for kind, paths, properties in features:
        tags: list[int] = []
        for key, value in properties.items():
            tags.append(keys.setdefault(key, len(keys)))
            tags.append(values.setdefault(_value(value), len(values)))
        body = _bytes(2, _packed(tags)) + _number(3, kind) + _bytes(4, _packed(_commands(paths)))
        parts.append(_bytes(2, body))
    head = _number(15, 2) + _bytes(1, name.encode())
    tail = [_bytes(3, key.encode()) for key in keys] + [_bytes(4, value) for value in values]
    return head + b"".join(parts + tail) + _number(5, EXTENT)


def _commands(paths: Iterable[Path]) -> Iterator[int]:
    """Yield the commands that draw some paths, each step told from the one before."""
    at = (0, 0)
    for path in paths:
        for place, step in enumerate(path):
            if place == 0:
                yield _MOVE_TO | (1 << 3)
            elif place == 1:
                yield _LINE_TO | ((len(path) - 1) << 3)
            yield from (_zigzag(new - old) for new, old in zip(step, at, strict=True))
            at = step


def _value(value: Value) -> bytes:
    if isinstance(value, bool | np.bool_):
        return _number(7, int(value))
    if isinstance(value, int | np.integer):
        return _number(6, _zigzag(int(value)))
    if isinstance(value, float | np.floating):
        return _varint((3 << 3) | 1) + struct.pack("<d", value)
    return _bytes(1, str(value).encode())


def _zigzag(number: int) -> int:
    return (number << 1) ^ (number >> 63)


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits at a time
        made.append((number & 0x7F) | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


def _packed(numbers: Iterable[int]) -> bytes:
    return b"".join(map(_varint, numbers))


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint((field << 3) | 2) + _varint(len(data)) + data
