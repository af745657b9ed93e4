"""Builds the tiles: what is seen at a zoom, thinned for it, cut by GDAL (its MVT writer)."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOGRAPHIC
from maps.land import QINGDAO, borders, land, neighbours, road_groups
from maps.shapes import thinned

from .archive import FORMAT, MAX_ZOOM

_WEB_MERCATOR = "EPSG:3857"
_EVERYTHING = 1 << 40


@dataclass(frozen=True, slots=True)
class Band:
    """Zooms that show the same: the least class of road, and how coarse lines may be (metres)."""

    first: int
    last: int
    least_rank: int
    thin_m: float


BANDS = (
    Band(7, 8, 1, 200.0),
    Band(9, 9, 2, 80.0),
    Band(10, 11, 3, 30.0),
    Band(12, 13, 5, 8.0),
    Band(14, MAX_ZOOM, 6, 2.0),
)


def build_basemap(
    districts: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    path: Path,
    *,
    source: str,
    note: Callable[[Band], None] = lambda _: None,
) -> int:
    """Write the basemap of districts and roads to a file, replacing it whole.

    One layer, `red`; `kind` is `far`, `land`, `border` or `road` (with `rank` in
    `maps.land.ROAD_CLASSES` and the names `zh` and `en`).

    Parameters
    ----------
    districts, roads
        Outlines (index = name_zh) and roads (`highway`, `structure`, names), EPSG:4326.
    path
        The file; its folder must exist.
    source
        What the roads are: id and date of the network. Told in the file.
    note
        Called before each band.

    Returns
    -------
    int
        How many tiles it holds.
    """
    ground = [("far", neighbours()), ("land", land(districts, roads))]
    ground.append(("border", borders(districts)))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".basemap-") as scratch:
        whole = Path(scratch) / "whole.mbtiles"
        for rank, band in enumerate(BANDS):
            note(band)
            part = Path(scratch) / f"{rank}.mbtiles"
            _write(_features(ground, roads, band), part, band)
            _join(part, whole)
        count = _seal(whole, source)
        whole.replace(path)
    return count


def _features(
    ground: list[tuple[str, BaseGeometry]], roads: gpd.GeoDataFrame, band: Band
) -> gpd.GeoDataFrame:
    rows = [*_ground_rows(ground, band), *_road_rows(roads, band)]
    columns = ("kind", "rank", "zh", "en", "geometry")
    table = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    frame = gpd.GeoDataFrame(table, crs=GEOGRAPHIC).explode(index_parts=False)
    return frame.to_crs(_WEB_MERCATOR).reset_index(drop=True)


def _ground_rows(
    ground: list[tuple[str, BaseGeometry]], band: Band
) -> Iterator[tuple[str, int, str, str, BaseGeometry]]:
    for kind, shape in ground:
        yield kind, 0, "", "", thinned(shape, band.thin_m)


def _road_rows(
    roads: gpd.GeoDataFrame, band: Band
) -> Iterator[tuple[str, int, str, str, BaseGeometry]]:
    for one in road_groups(roads, QINGDAO, budget=_EVERYTHING, thin_m=band.thin_m):
        if one.rank <= band.least_rank:
            yield "road", one.rank, one.name_zh, one.name_en, one.lines


def _write(features: gpd.GeoDataFrame, path: Path, band: Band) -> None:
    pyogrio.write_dataframe(
        features,
        path,
        driver="MBTiles",
        layer="red",
        geometry_type="Unknown",
        dataset_options={"MINZOOM": str(band.first), "MAXZOOM": str(band.last)},
    )


def _join(part: Path, whole: Path) -> None:
    """Put the tiles of a band into the file of all."""
    with closing(sqlite3.connect(whole)) as store, store:
        store.execute("attach ? as part", (str(part),))
        columns = "zoom_level integer, tile_column integer, tile_row integer, tile_data blob"
        key = "primary key (zoom_level, tile_column, tile_row)"
        store.execute(f"create table if not exists tiles ({columns}, {key})")
        store.execute(
            "insert into tiles select zoom_level, tile_column, tile_row, tile_data"
            " from part.tiles order by 1, 2, 3"
        )


def _seal(whole: Path, source: str) -> int:
    """Write the metadata (MBTiles 1.3, and ours) and return how many tiles there are."""
    with closing(sqlite3.connect(whole)) as store, store:
        digest, count = hashlib.sha256(source.encode()), 0
        for (data,) in store.execute(
            "select tile_data from tiles order by zoom_level, tile_column, tile_row"
        ):
            digest.update(data)
            count += 1
        told = {
            "name": "Red Trails",
            "format": "pbf",
            "type": "baselayer",
            "minzoom": str(BANDS[0].first),
            "maxzoom": str(MAX_ZOOM),
            "bounds": ",".join(map(str, QINGDAO)),
            "attribution": source,
            "json": '{"vector_layers":[{"id":"red","fields":{"kind":"String","rank":"Number",'
            '"zh":"String","en":"String"}}]}',
            "format_of": FORMAT,
            "content": digest.hexdigest(),
        }
        store.execute("create table metadata (name text primary key, value text)")
        store.executemany("insert into metadata values (?, ?)", told.items())
    return count
