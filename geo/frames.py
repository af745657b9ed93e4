"""Records ↔ frames ↔ values: the three shapes a site, a route or a collection takes.

The columns are those of `geo.schema`. Lists are tuples in a frame, so that nobody changes them in
passing; sources are `Source`, a route's start a `Place` or None.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .columns import Column, Record
from .crs import GEOGRAPHIC
from .models import Closure, Collection, Place, Route, Site, Source
from .schema import COLLECTION_COLUMNS, PLACE_COLUMNS, ROUTE_COLUMNS, SITE_COLUMNS

DISTRICT_COLUMNS = ("key", "code", "name_en", "geometry")


def site_frame(records: Sequence[Record]) -> gpd.GeoDataFrame:
    """Return sites as a frame: index = id, SITE_COLUMNS, and points in EPSG:4326."""
    return _with_points(_frame(records, SITE_COLUMNS))


def with_closures(sites: gpd.GeoDataFrame, closures: Sequence[Record]) -> gpd.GeoDataFrame:
    """Return sites with the column `closures`: those of each, the earliest first."""
    of_site: dict[str, list[Closure]] = {}
    for one in sorted(closures, key=lambda record: str(record["date_from"])):
        kept = {name: str(one[name]) for name in Closure.__slots__}
        of_site.setdefault(str(one["site"]), []).append(Closure(**kept))
    cells = [tuple(of_site.get(str(site_id), ())) for site_id in sites.index]
    return sites.assign(closures=pd.Series(cells, index=sites.index, dtype="object"))


def route_frame(records: Sequence[Record]) -> pd.DataFrame:
    """Return routes as a frame: index = id, ROUTE_COLUMNS."""
    return _frame(records, ROUTE_COLUMNS)


def collection_frame(records: Sequence[Record]) -> pd.DataFrame:
    """Return collections as a frame: index = id, COLLECTION_COLUMNS."""
    return _frame(records, COLLECTION_COLUMNS)


def place_frame(records: Sequence[Record]) -> gpd.GeoDataFrame:
    """Return places as a frame: index = id, PLACE_COLUMNS, and points in EPSG:4326."""
    return _with_points(_frame(records, PLACE_COLUMNS))


def district_frame(records: Sequence[Record]) -> gpd.GeoDataFrame:
    """Return district outlines as a frame: index = name_zh, DISTRICT_COLUMNS, EPSG:4326.

    Parameters
    ----------
    records
        `name_zh`, `key`, `code`, `name_en`, and `wkt`: the outline.
    """
    index = pd.Index([record["name_zh"] for record in records], name="name_zh", dtype="str")
    columns = {
        name: pd.Series([record[name] for record in records], index=index, dtype="str")
        for name in DISTRICT_COLUMNS[:-1]
    }
    outlines = shapely.from_wkt([str(record["wkt"]) for record in records])
    return gpd.GeoDataFrame(columns, index=index, geometry=outlines, crs=GEOGRAPHIC)


def _frame(records: Sequence[Record], columns: Sequence[Column]) -> pd.DataFrame:
    data = {
        column.name: _series([record[column.name] for record in records], column)
        for column in columns[1:]
    }
    index = pd.Index([record["id"] for record in records], name="id", dtype="str")
    return pd.DataFrame({name: series.set_axis(index) for name, series in data.items()})


def _series(values: list[object], column: Column) -> pd.Series:
    if column.dtype == "object":
        values = [_cell(column.name, value) for value in values]
    return pd.Series(values, dtype=column.dtype)


def _cell(name: str, value: object) -> object:
    if name == "sources":
        return tuple(Source(**source) for source in value)  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return Place(**value)
    return tuple(value) if isinstance(value, list) else value


def _with_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=GEOGRAPHIC)
    return gpd.GeoDataFrame(frame, geometry=points)


def _values(frame: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, object]]:
    """Return the rows as keyword arguments, missing numbers as None."""
    names = [column.name for column in columns[1:]]
    rows = pd.DataFrame(frame[names]).astype(object)
    rows = rows.where(rows.notna(), None)
    cells = zip(frame.index, *(rows[name].tolist() for name in names), strict=True)
    return [dict(zip(("id", *names), row, strict=True)) for row in cells]


def sites_of(frame: gpd.GeoDataFrame) -> tuple[Site, ...]:
    """Return the rows of a frame of sites as values, in its order."""
    closures = frame["closures"] if "closures" in frame else itertools.repeat(())
    cells = zip(_values(frame, SITE_COLUMNS), closures, strict=False)
    return tuple(Site(**values, closures=closed) for values, closed in cells)  # type: ignore[arg-type]


def routes_of(frame: pd.DataFrame) -> tuple[Route, ...]:
    """Return the rows of a frame of routes as values, in its order."""
    return tuple(Route(**values) for values in _values(frame, ROUTE_COLUMNS))  # type: ignore[arg-type]


def collections_of(frame: pd.DataFrame) -> tuple[Collection, ...]:
    """Return the rows of a frame of collections as values, in its order."""
    return tuple(Collection(**values) for values in _values(frame, COLLECTION_COLUMNS))  # type: ignore[arg-type]


def site_of(row: pd.Series) -> Site:
    """Return one row of a frame of sites (`frame.loc[id]`) as a value."""
    return sites_of(_one(row))[0]


def route_of(row: pd.Series) -> Route:
    """Return one row of a frame of routes (`frame.loc[id]`) as a value."""
    return routes_of(_one(row))[0]


def _one(row: pd.Series) -> pd.DataFrame:
    # A row of mixed columns holds NumPy's scalars; a value holds Python's.
    cells = [cell.item() if isinstance(cell, np.generic) else cell for cell in row]
    return pd.DataFrame([cells], columns=row.index, index=[row.name], dtype=object)
