"""The columns of the catalogue's frames, and the checks that gather every fault at once.

A record is a mapping of JSON values, as staff edit it and the store keeps it; a frame holds many
(index = id, made by `geo.frames`). `site_faults` and its like list what is wrong with a table of
records; `validate_sites` and its like refuse a frame with a `SchemaError` that names every fault.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .columns import (
    Column,
    Record,
    Table,
    identifier,
    link,
    many,
    number,
    one_of,
    opening_hours,
    optional,
    partial_date,
    pattern,
    record,
    text,
)
from .crs import GEOGRAPHIC
from .districts import DISTRICT_NAMES
from .errors import Fault, SchemaError
from .models import Place, Source
from .wanted import Wanted

BESIDE = frozenset({"geometry", "closures"})
"""Columns of a frame that are no column of its records: made of others, or records themselves."""
QINGDAO_BBOX = (119.4, 35.4, 121.2, 37.3)
"""The prefecture and its islands, about 10 km added (outlines: 119.51, 35.58 to 120.98, 37.15)."""

CATEGORIES = (
    "memorial_hall",
    "museum",
    "martyrs_cemetery",
    "former_site",
    "former_residence",
    "battlefield",
    "exhibition_hall",
    "memorial_park",
    "memorial_square",
    "village",
    "education_base",
    "achievement",
)
THEMES = (
    "party_founding",
    "martyrs",
    "war_of_resistance",
    "liberation",
    "may_fourth",
    "labour_movement",
    "literature",
    "navy",
    "construction",
    "reform",
    "new_era",
    "rural_revitalisation",
    "industry",
    "family_ethics",
    "ancient_culture",
)
POSITION_BASES = (
    "surveyed",
    "sourced",
    "address",
    "village_centre",
    "town_centre",
    "estimate",
)
GRADES = ("A", "B", "C", "D")
PROVENANCES = ("official", "curated")
ROUTE_MODES = ("walk", "drive", "coach")
AUDIENCES = ("public", "party_branch", "family", "senior", "university", "primary", "junior")
DURATIONS = ("half_day", "full_day", "two_days")
YES_PARTIAL_NO = ("yes", "partial", "no", "unknown")

_WEST, _SOUTH, _EAST, _NORTH = QINGDAO_BBOX
_NAME = text(longest=80)
_MAYBE = text(empty=True, longest=1000)
_YEAR = number(-3000, 2100, empty=True, whole=True)  # Neolithic sites up to the plans of today
_PUBLISHED_YEAR = number(1949, 2100, empty=True, whole=True)

SOURCE_COLUMNS = (
    Column("publisher", _NAME),
    Column("date", partial_date()),
    Column("url", link()),
)
SITE_COLUMNS = (
    Column("id", identifier()),
    Column("name_zh", _NAME),
    Column("name_en", text(longest=160)),
    Column("aliases", many(_NAME), "object"),
    Column("district", one_of(DISTRICT_NAMES)),
    Column("address", text()),
    Column("category", one_of(CATEGORIES)),
    Column("period", _NAME),
    Column("period_from", _YEAR, "Int64"),
    Column("period_to", _YEAR, "Int64"),
    Column("themes", many(one_of(THEMES), least=1), "object"),
    Column("summary_zh", text(longest=1000)),
    Column("summary_en", text(longest=1000)),
    Column("lon", number(_WEST, _EAST), "float64"),
    Column("lat", number(_SOUTH, _NORTH), "float64"),
    Column("accuracy_m", number(1, 10_000), "float64"),
    Column("position_basis", one_of(POSITION_BASES)),
    Column("position_source", _MAYBE),
    Column("opening_hours", opening_hours()),
    Column("hours_basis", text()),
    Column("ticket", pattern(r"free|unknown|CNY \d{1,4}(\.\d{1,2})?", "ticket")),
    Column("phone", pattern(r"[0-9 +()/;,-]{0,60}", "phone")),
    Column("visit_min", number(5, 600, whole=True), "int64"),
    Column("indoor", one_of(("yes", "no", "both", "unknown"))),
    Column("booking", one_of(("required", "groups", "none", "unknown"))),
    Column("toilets", one_of(YES_PARTIAL_NO)),
    Column("step_free", one_of(YES_PARTIAL_NO)),
    Column("honours", _MAYBE),
    Column("notes_zh", _MAYBE),
    Column("grade", one_of(GRADES)),
    Column("sources", many(record(SOURCE_COLUMNS), least=1, repeats=True), "object"),
)
_LOOSE = {
    "district": one_of(DISTRICT_NAMES, empty=True),
    "themes": many(one_of(THEMES)),
    "lon": number(_WEST, _EAST, empty=True),
    "lat": number(_SOUTH, _NORTH, empty=True),
    "accuracy_m": number(1, 10_000, empty=True),
}
CANDIDATE_COLUMNS = tuple(
    Column(column.name, _LOOSE.get(column.name, column.check), column.dtype)
    for column in SITE_COLUMNS
)
"""A site not good enough to show yet: its place and themes may still be unknown."""

START_COLUMNS = (
    Column("name_zh", _NAME),
    Column("name_en", text(empty=True, longest=160)),
    Column("lon", number(_WEST, _EAST)),
    Column("lat", number(_SOUTH, _NORTH)),
)
ROUTE_COLUMNS = (
    Column("id", identifier()),
    Column("collection", identifier()),
    Column("provenance", one_of(PROVENANCES)),
    Column("name_zh", _NAME),
    Column("name_en", text(longest=160)),
    Column("theme_zh", _MAYBE),
    Column("theme_en", _MAYBE),
    Column("description_zh", _MAYBE),
    Column("description_en", _MAYBE),
    Column("year", _PUBLISHED_YEAR, "Int64"),
    Column("publisher", text(empty=True, longest=160)),
    Column("source", _MAYBE),
    Column("mode", one_of(ROUTE_MODES)),
    Column("audience", one_of(AUDIENCES)),
    Column("duration", one_of(DURATIONS, empty=True)),
    Column("stops", many(identifier(), least=2), "object"),
    Column("lunch_after", number(0, 59, empty=True, whole=True), "Int64"),
    Column("start", optional(record(START_COLUMNS)), "object"),
    Column("order_reason_zh", _MAYBE),
    Column("notes_zh", _MAYBE),
)
COLLECTION_COLUMNS = (
    Column("id", identifier()),
    Column("name_zh", _NAME),
    Column("name_en", text(longest=160)),
    Column("year", _PUBLISHED_YEAR, "Int64"),
    Column("publisher", text(empty=True, longest=160)),
    Column("published", number(1, 1000, empty=True, whole=True), "Int64"),
    Column("held_official", number(0, 1000, whole=True), "int64"),
    Column("held_curated", number(0, 1000, whole=True), "int64"),
    Column("note_zh", _MAYBE),
)
PLACE_COLUMNS = (
    Column("id", identifier()),
    Column("name_zh", _NAME),
    Column("name_en", text(longest=160)),
    Column("kind", _NAME),
    Column("lon", number(_WEST, _EAST), "float64"),
    Column("lat", number(_SOUTH, _NORTH), "float64"),
    Column("accuracy_m", number(1, 10_000), "float64"),
    Column("source", text()),
)

Held = Mapping[tuple[str, str], int]
"""How many routes are held by (collection id, provenance)."""


def site_faults(table: Table, columns: Sequence[Column] = SITE_COLUMNS) -> list[Fault]:
    """Return every fault of a table of sites (pass CANDIDATE_COLUMNS for candidates)."""
    faults = table.cell_faults(columns)
    for index in range(len(table.records)):
        faults += period_faults(table, index)
    return faults


def period_faults(table: Table, index: int) -> Iterator[Fault]:
    """Yield a period that ends before it begins."""
    first, last = (table.records[index].get(name) for name in ("period_from", "period_to"))
    if isinstance(first, int) and isinstance(last, int) and first > last:
        yield table.fault(
            index, "period_to", last, Wanted.of("after", column="period_from", first=first)
        )


def route_faults(
    table: Table, site_ids: Container[str], collection_ids: Container[str]
) -> list[Fault]:
    """Return every fault of a table of routes, given which sites and collections there are."""
    faults = table.cell_faults(ROUTE_COLUMNS)
    for index, values in enumerate(table.records):
        held = _members(values.get("stops"))
        faults += [
            table.fault(index, "stops", stop, "the id of a site")
            for stop in held
            if stop not in site_ids
        ]
        lunch = values.get("lunch_after")
        if isinstance(lunch, int) and lunch >= len(held):
            faults.append(
                table.fault(index, "lunch_after", lunch, Wanted.of("stop", count=len(held)))
            )
        if values.get("collection") not in collection_ids:
            faults.append(
                table.fault(index, "collection", values.get("collection"), "a collection's id")
            )
        faults += official_faults(table, index)
    return faults


def _members(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def official_faults(table: Table, index: int) -> Iterator[Fault]:
    """Yield what an official route does not say: who published it, when, where to read it."""
    values = table.records[index]
    if values.get("provenance") == "official":
        for column in ("year", "publisher", "source"):
            if not values.get(column):
                yield table.fault(index, column, "", Wanted.of("official"))


def collection_faults(table: Table, held: Held) -> list[Fault]:
    """Return every fault of a table of collections, given the routes that are held."""
    faults = table.cell_faults(COLLECTION_COLUMNS)
    for index, values in enumerate(table.records):
        for provenance in PROVENANCES:
            column = f"held_{provenance}"
            count = held.get((str(values.get("id")), provenance), 0)
            if values.get(column) != count:
                wanted = f"{count}, the number of {provenance} routes held"
                faults.append(table.fault(index, column, values.get(column), wanted))
        published, official = values.get("published"), values.get("held_official")
        if isinstance(published, int) and isinstance(official, int) and official > published:
            faults.append(
                table.fault(index, "held_official", official, f"at most {published} published")
            )
    return faults


def place_faults(table: Table) -> list[Fault]:
    """Return every fault of a table of places."""
    return table.cell_faults(PLACE_COLUMNS)


def count_held(routes: Iterable[Record]) -> Held:
    """Count the routes held by collection and provenance."""
    return Counter((str(r.get("collection")), str(r.get("provenance"))) for r in routes)


def records_of(frame: pd.DataFrame) -> tuple[Record, ...]:
    """Return the rows of a frame as records: the inverse of `geo.frames`."""
    columns = [name for name in frame.columns if name not in BESIDE]
    rows = pd.DataFrame(frame[columns]).astype(object)
    cells = zip(*(rows[name] for name in columns), strict=True)
    return tuple(
        {"id": key, **{name: plain(value) for name, value in zip(columns, row, strict=True)}}
        for key, row in zip(frame.index, cells, strict=True)
    )


def plain(value: object) -> object:
    """Return a cell as a JSON value: sources and places as mappings, missing as None."""
    if isinstance(value, Source | Place):
        return asdict(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def table_of(frame: pd.DataFrame, file: str) -> Table:
    """Return a frame as a table whose faults are labelled by id."""
    return Table(file, tuple(str(key) for key in frame.index), records_of(frame))


def refuse(faults: Sequence[Fault]) -> None:
    """Raise a `SchemaError` of all faults, if there are any."""
    if faults:
        raise SchemaError(faults)


def validate_sites(frame: gpd.GeoDataFrame, file: str = "sites") -> None:
    """Refuse a frame of sites that is not what it must be.

    Raises
    ------
    SchemaError
        With every fault: its row (id), column, what was got, what was wanted.
    """
    refuse(site_faults(table_of(frame, file)) + _point_faults(frame, file))


def validate_site_records(records: Sequence[Record], file: str = "sites") -> None:
    """Refuse records of sites that are not what they must be, before a frame is made of them.

    Raises
    ------
    SchemaError
        With every fault: its row (id), column, what was got, what was wanted.
    """
    labels = tuple(str(record.get("id")) for record in records)
    refuse(site_faults(Table(file, labels, tuple(records))))


def validate_routes(
    frame: pd.DataFrame,
    site_ids: Container[str],
    collection_ids: Container[str],
    file: str = "routes",
) -> None:
    """Refuse a frame of routes that is not what it must be.

    Raises
    ------
    SchemaError
        With every fault; a stop that is no site is one.
    """
    refuse(route_faults(table_of(frame, file), site_ids, collection_ids))


def validate_collections(
    frame: pd.DataFrame, routes: pd.DataFrame, file: str = "collections"
) -> None:
    """Refuse a frame of collections that is not what it must be.

    Raises
    ------
    SchemaError
        With every fault; counts that disagree with the routes held are some.
    """
    refuse(collection_faults(table_of(frame, file), count_held(records_of(routes))))


def validate_places(frame: gpd.GeoDataFrame, file: str = "places") -> None:
    """Refuse a frame of places that is not what it must be.

    Raises
    ------
    SchemaError
        With every fault.
    """
    refuse(place_faults(table_of(frame, file)) + _point_faults(frame, file))


def _point_faults(frame: gpd.GeoDataFrame, file: str) -> list[Fault]:
    """Points must be in EPSG:4326 and stand where lon and lat say."""
    if frame.crs is None or frame.crs != GEOGRAPHIC:
        return [Fault(file, "*", "geometry", str(frame.crs), GEOGRAPHIC)]
    held = shapely.get_coordinates(frame.geometry.values)
    said = frame[["lon", "lat"]].to_numpy()
    if len(held) != len(said):
        return [Fault(file, "*", "geometry", f"{len(held)} points", f"{len(said)} points")]
    off = frame.index[(held != said).any(axis=1)]
    return [Fault(file, str(key), "geometry", "elsewhere", "the point at lon, lat") for key in off]
