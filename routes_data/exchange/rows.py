"""The cells of a row as values of its columns; positions converted, swapped ones put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geo.columns import Record, show
from geo.crs import Datum, from_datum
from geo.errors import InvalidParameterError
from geo.positions import DECIMALS, read_position
from geo.schema import QINGDAO_BBOX
from routes_data.kinds import kind_of

from .cells import Vocabulary, read_cell
from .mapping import POSITION, REVISION, ColumnMapping
from .tables import LOST, Cell, Table

_WEST, _SOUTH, _EAST, _NORTH = QINGDAO_BBOX

Mended = Mapping[tuple[int, str], str]
"""Cells that were typed anew in the dry run: by row and column of a record."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell: its row and heading, the column it fills, got and wanted.

    `rule` names a text `exchange.fault.*`; where it is empty, `wanted` says it.
    """

    row: int
    heading: str
    column: str
    got: str
    wanted: str
    rule: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One row read: the values it gives, the revision it rests on, what is wrong with it.

    `mended` are the columns that were typed anew; `swapped` says that longitude and latitude stood
    in each other's place.
    """

    number: int
    values: Record
    revision: int | None = None
    faults: tuple[CellFault, ...] = ()
    mended: frozenset[str] = frozenset()
    swapped: bool = False

    @property
    def id(self) -> str:
        """The id the row gives; empty where it gives none."""
        return str(self.values.get("id") or "")

    @property
    def name(self) -> str:
        """The Chinese name the row gives; empty where it gives none."""
        return str(self.values.get("name_zh") or "")


@dataclass(frozen=True, slots=True)
class How:
    """How a table is read.

    Parameters
    ----------
    mapping
        Which column of a record each column of the file fills, and of what kind it is.
    datum
        Of its positions; nobody guesses it.
    clear
        Whether an empty cell empties its column; else it leaves what stands there.
    words
        What people call the values of columns.
    mended
        Cells typed anew.
    """

    mapping: ColumnMapping
    datum: Datum | None = None
    clear: bool = False
    words: Vocabulary = field(default_factory=dict)
    mended: Mended = field(default_factory=dict)


def heading_of(table: Table, mapping: ColumnMapping, column: str) -> str:
    """Return the heading in the file of a column of a record; its own name where it has none."""
    at = mapping.at(column)
    if at is None and column in {"lon", "lat"}:
        at = mapping.at(POSITION)
    return column if at is None else table.columns[at]


def read_rows(table: Table, how: How) -> tuple[Reading, ...]:
    """Return every row of a table, read."""
    fields = [(at, name) for at, name in enumerate(how.mapping.fields) if name]
    return tuple(_read(table, number, cells, fields, how) for number, cells in table.rows)


def _read(
    table: Table, number: int, cells: Sequence[Cell], fields: Sequence[tuple[int, str]], how: How
) -> Reading:
    mended: dict[str, Cell] = {
        name: text for (row, name), text in how.mended.items() if row == number
    }
    given: dict[str, Cell] = {name: cells[at] for at, name in fields} | mended
    position = given.pop(POSITION, None)
    revision = given.pop(REVISION, None)
    values: Record = {}
    columns = {column.name: column for column in kind_of(how.mapping.kind).columns}
    for name, cell in given.items():
        kept = name != "id" and not how.clear and name not in mended and cell in (None, "")
        if name in columns and not kept:
            values[name] = read_cell(columns[name], cell, how.words)
    faults: list[CellFault] = []
    if position not in (None, ""):
        heading = heading_of(table, how.mapping, POSITION)
        faults += _split_position(values, position, number, heading)
    for name, value in values.items():
        if isinstance(value, str) and LOST in value:
            heading = heading_of(table, how.mapping, name)
            faults.append(CellFault(number, heading, name, show(value), "no lost letter", "lost"))
    swapped = _place(values, how.datum)
    base = revision if isinstance(revision, int) and not isinstance(revision, bool) else None
    return Reading(number, values, base, tuple(faults), frozenset(mended), swapped)


def _split_position(values: Record, cell: Cell, number: int, heading: str) -> list[CellFault]:
    """Fill longitude and latitude from one cell, still in the datum of the file."""
    try:
        values["lon"], values["lat"] = read_position(str(cell), "wgs84")
    except InvalidParameterError:
        wanted = "two decimal numbers, longitude and latitude"
        return [CellFault(number, heading, POSITION, show(cell), wanted, "position")]
    return []


def _place(values: Record, datum: Datum | None) -> bool:
    """Put swapped degrees right and convert them to WGS-84; return whether they were swapped."""
    lon, lat = values.get("lon"), values.get("lat")
    if not (isinstance(lon, int | float) and isinstance(lat, int | float)):
        return False
    swapped = _SOUTH <= lon <= _NORTH and _WEST <= lat <= _EAST
    if swapped:
        lon, lat = lat, lon
    if datum in {"gcj02", "bd09"}:
        try:
            (east,), (north,) = from_datum(datum, [lon], [lat])
            lon, lat = round(float(east), DECIMALS), round(float(north), DECIMALS)
        except InvalidParameterError:
            pass  # Out of range: the check of the column says so.
    values["lon"], values["lat"] = float(lon), float(lat)
    return swapped
