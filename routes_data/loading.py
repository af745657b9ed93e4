"""The shipped facts → checked records, every fault of every file at once.

A cell that cannot be read stays text, so that the checks of `geo.schema` report it with all the
others instead of stopping there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from geo.columns import Column, Record, Table, show
from geo.errors import Fault
from geo.schema import (
    CANDIDATE_COLUMNS,
    PLACE_COLUMNS,
    SITE_COLUMNS,
    collection_faults,
    count_held,
    place_faults,
    refuse,
    route_faults,
    site_faults,
)

from .districts import load_districts
from .records import RecordSource

_NUMBERS: dict[str, Callable[[str], object]] = {"int64": int, "Int64": int, "float64": float}
_HELD = ("held_official", "held_curated")
_SOURCE_PARTS = ("publisher", "date", "url")


@dataclass(frozen=True)
class Facts(RecordSource):
    """The shipped facts: a catalogue source, and the candidates that visitors never see."""

    candidates: tuple[Record, ...] = ()


def packaged_facts() -> Traversable:
    """Return the folder of facts inside the installed package."""
    return resources.files("routes_data") / "facts"


def load_facts(folder: Traversable | None = None) -> Facts:
    """Read and check every file of facts.

    Parameters
    ----------
    folder
        Where sites.csv, candidates.csv, places.csv, routes.json and collections.json lie; the
        packaged facts if None.

    Raises
    ------
    SchemaError
        With every fault of every file.
    """
    root = folder or packaged_facts()
    faults: list[Fault] = []
    sites = _read_csv(root / "sites.csv", SITE_COLUMNS, faults)
    candidates = _read_csv(root / "candidates.csv", CANDIDATE_COLUMNS, faults)
    places = _read_csv(root / "places.csv", PLACE_COLUMNS, faults)
    routes = _read_json(root / "routes.json", faults, _route_record)
    collections = _read_json(root / "collections.json", faults, dict)

    # What refers to a file that cannot be read is not judged by it: one fault, not hundreds.
    unread = {fault.file for fault in faults}
    site_ids, collection_ids = _ids(sites), _ids(collections)
    if sites.file in unread:
        site_ids = {str(one) for route in routes.records for one in _listed(route.get("stops"))}
    if collections.file in unread:
        collection_ids = {str(route.get("collection")) for route in routes.records}

    faults += site_faults(sites)
    faults += site_faults(candidates, CANDIDATE_COLUMNS)
    faults += _promoted(candidates, _ids(sites))
    faults += place_faults(places)
    faults += route_faults(routes, site_ids, collection_ids)
    if routes.file not in unread:
        faults += collection_faults(collections, count_held(routes.records))
    refuse(faults)

    records = {
        "sites": sites.records,
        "routes": routes.records,
        "collections": tuple(_without_counts(one) for one in collections.records),
        "places": places.records,
        "districts": load_districts(),
    }
    return Facts(digest(records), records, candidates.records)


def digest(records: object) -> str:
    """Return a short stamp of any JSON value: the same value, the same stamp."""
    text = json.dumps(records, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _ids(table: Table) -> set[str]:
    return {str(record.get("id")) for record in table.records}


def _promoted(candidates: Table, site_ids: set[str]) -> list[Fault]:
    """Find candidates that are sites already: one id must not mean two records."""
    return [
        candidates.fault(index, "id", record["id"], "an id that sites.csv does not hold")
        for index, record in enumerate(candidates.records)
        if record.get("id") in site_ids
    ]


def _without_counts(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _HELD}


def _text(file: Traversable, faults: list[Fault]) -> str:
    try:
        # A spreadsheet may have put a byte-order mark in front; it is not part of the header.
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(file.name, 1, "*", _why(error), "a readable file"))
    except UnicodeDecodeError as error:
        faults.append(Fault(file.name, 1, "*", f"byte {error.start} is not UTF-8", "UTF-8"))
    return ""


def _why(error: OSError) -> str:
    return "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)


def _read_csv(file: Traversable, columns: Sequence[Column], faults: list[Fault]) -> Table:
    """Read a CSV; a row is labelled by the line it ends on, the header being line 1."""
    content = _text(file, faults)
    if not content:
        return Table(file.name, (), ())
    reader = csv.reader(io.StringIO(content, newline=""))
    header = next(reader, [])
    wanted = [column.name for column in columns]
    if header != wanted:
        faults.append(Fault(file.name, 1, "*", ",".join(header), ",".join(wanted)))
        return Table(file.name, (), ())
    labels, records = [], []
    for cells in reader:
        if len(cells) != len(columns):
            got = f"{len(cells)} cells"
            faults.append(Fault(file.name, reader.line_num, "*", got, f"{len(columns)} cells"))
            continue
        labels.append(reader.line_num)
        records.append({c.name: _cell(c, cell) for c, cell in zip(columns, cells, strict=True)})
    return Table(file.name, tuple(labels), tuple(records))


def _cell(column: Column, cell: str) -> object:
    if column.dtype in _NUMBERS:
        return _number(column.dtype, cell)
    if column.name == "sources":
        return [_source(one) for one in cell.split(" ; ")] if cell else []
    if column.dtype == "object":
        return cell.split("|") if cell else []
    return cell


def _number(dtype: str, cell: str) -> object:
    if not cell:
        return None
    try:
        return _NUMBERS[dtype](cell)
    except ValueError:
        return cell


def _source(cell: str) -> object:
    parts = cell.split("|")
    if len(parts) != len(_SOURCE_PARTS):
        return cell
    return dict(zip(_SOURCE_PARTS, parts, strict=True))


def _read_json(file: Traversable, faults: list[Fault], shape: Callable[[Record], Record]) -> Table:
    """Read a JSON list of objects; a record is labelled by its id, or its index without one."""
    content = _text(file, faults)
    try:
        values = json.loads(content) if content else []
    except ValueError as error:
        faults.append(Fault(file.name, 1, "*", show(str(error)), "JSON"))
        values = []
    if not isinstance(values, list):
        faults.append(Fault(file.name, 1, "*", type(values).__name__, "a JSON list"))
        values = []
    labels, records = [], []
    for index, value in enumerate(values):
        if not isinstance(value, dict):
            faults.append(Fault(file.name, index, "*", show(value), "an object"))
            continue
        labels.append(value["id"] if isinstance(value.get("id"), str) else index)
        records.append(shape(value))
    return Table(file.name, tuple(labels), tuple(records))


def _route_record(value: Record) -> Record:
    """Return a route as the catalogue speaks of it: a hint where to start is its `start`."""
    return {("start" if name == "start_hint" else name): one for name, one in value.items()}
