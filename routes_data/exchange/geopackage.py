"""GeoPackage in: read with SQLite alone, which opens no other file and runs nothing of its own.

GDAL would follow what a hostile file names (virtual tables over other files, views without end).
"""

from __future__ import annotations

import math
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import shapely

from .errors import ImportFileError, broken
from .limits import MAX_COLUMNS, MAX_ROWS
from .places import Point, in_degrees
from .tables import LAT, LON, Cell, Line, Table, table_of

FORM = "GeoPackage"
MAGIC = b"SQLite format 3\0"
_STEPS = 2_000_000  # instructions of SQLite between two looks at the clock
_LOOKS = 50
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope by its code (GeoPackage 1.3, table 6)."""


def read_gpkg(file: str, content: bytes) -> Table:
    """Return the features of a GeoPackage's table of sites, or of its only one.

    Raises
    ------
    ImportFileError
        It is no GeoPackage, is damaged, has several tables, or is over a limit.
    """
    if not content.startswith(MAGIC):
        raise broken(file, FORM)
    with tempfile.TemporaryDirectory(prefix="redtrails-import-") as folder:
        path = Path(folder) / "table.gpkg"
        path.write_bytes(content)
        try:
            address = f"{path.as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                return _read(file, connection)
        except (sqlite3.Error, UnicodeError, OverflowError, ValueError) as error:
            if isinstance(error, ImportFileError):
                raise
            raise broken(file, FORM) from error


def _read(file: str, connection: sqlite3.Connection) -> Table:
    _restrain(connection)
    name, geometry, system = _layer(file, connection)
    quoted = '"' + name.replace('"', '""') + '"'
    found = connection.execute(f"SELECT * FROM {quoted} LIMIT {MAX_ROWS + 1}")  # noqa: S608 - quoted
    columns = [str(one[0]) for one in found.description]
    if len(columns) > MAX_COLUMNS + 1 or (geometry and geometry not in columns):
        raise broken(file, FORM)
    at = columns.index(geometry) if geometry else -1
    rows = found.fetchall()
    points = in_degrees(file, [_point(row[at]) for row in rows], system) if geometry else []
    others = [n for n in range(len(columns)) if n != at and columns[n].lower() != "fid"]

    def lines() -> Iterator[Line]:
        for number, row in enumerate(rows, start=1):
            where = points[number - 1] if geometry else ()
            yield number, [*(_cell(row[n]) for n in others), *where]

    placed = (LON, LAT) if geometry else ()
    return table_of(file, FORM, [*(columns[n] for n in others), *placed], lines())


def _restrain(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA query_only=ON")
    looks = iter(range(_LOOKS))
    connection.set_progress_handler(lambda: next(looks, -1) == -1, _STEPS)


def _layer(file: str, connection: sqlite3.Connection) -> tuple[str, str, str | None]:
    """Return the table, its column of geometries (empty: it has none), and its reference system."""
    query = (
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id "
        "FROM gpkg_geometry_columns g "
        "JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table' "
        "AND m.sql NOT LIKE 'CREATE VIRTUAL%' "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id LIMIT 100"
    )
    tables = {str(row[0]): row for row in connection.execute(query)}
    if not tables:
        plain = (
            "SELECT c.table_name, '', NULL, NULL FROM gpkg_contents c "
            "JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table' "
            "AND m.sql NOT LIKE 'CREATE VIRTUAL%' WHERE c.data_type = 'attributes' LIMIT 100"
        )
        tables = {str(row[0]): row for row in connection.execute(plain)}
    if not tables or (len(tables) > 1 and "sites" not in tables):
        wanted = f"one table of points, or one named sites (it has {len(tables)})"
        raise ImportFileError(file, wanted, "import_layers", count=len(tables))
    name, column, organisation, number = tables.get("sites") or next(iter(tables.values()))
    known = isinstance(organisation, str) and organisation.isalnum() and isinstance(number, int)
    return str(name), str(column), f"{organisation}:{number}" if known and number > 0 else None


def _point(blob: object) -> Point:
    """Return the position of a geometry (GeoPackage 1.3, 2.1.3: a header, then WKB)."""
    if blob is None:
        return None, None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:  # noqa: PLR2004
        return "?", None
    start = 8 + _ENVELOPES.get((blob[3] >> 1) & 0b111, 0)
    geometry = shapely.from_wkb(blob[start:], on_invalid="ignore")
    if geometry is None:
        return "?", None
    if not isinstance(geometry, shapely.Point) or geometry.is_empty:
        return str(geometry.geom_type), None
    return float(geometry.x), float(geometry.y)


def _cell(value: object) -> Cell:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float) else None
