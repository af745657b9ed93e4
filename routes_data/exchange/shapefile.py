"""Shapefiles in a zip, in and out.

A dBASE column has a name of ten letters and 254 bytes: our names are cut by a table, and a longer
text goes on in a second and third column (`sum_zh`, `sum_zh_2`, …), put together again on reading.
"""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyogrio
import shapely

from .errors import ImportFileError, broken
from .frames import columns_of, frame_of
from .limits import MAX_COLUMNS, MAX_ROWS, unpacked
from .outgoing import Outgoing
from .places import Point, in_degrees
from .tables import LAT, LON, Cell, Line, Table, table_of

log = logging.getLogger(__name__)

FORM = "Shapefile"
DRIVER = "ESRI Shapefile"
SHORT: Mapping[str, str] = MappingProxyType(
    {
        "name_zh": "name_zh",
        "name_en": "name_en",
        "period_from": "from_year",
        "period_to": "to_year",
        "summary_zh": "sum_zh",
        "summary_en": "sum_en",
        "accuracy_m": "accur_m",
        "position_basis": "pos_basis",
        "position_source": "pos_src",
        "opening_hours": "hours",
        "hours_basis": "hours_src",
        "attribution": "attrib",
        "visit_min": "visit_min",
        "revised_by": "by",
        "description_zh": "desc_zh",
        "description_en": "desc_en",
        "order_reason_zh": "order_zh",
        "collection": "collect",
        "provenance": "provenan",
        "lunch_after": "lunch",
        "held_official": "held_off",
        "date_from": "from_day",
        "date_to": "to_day",
        "booking_zh": "book_zh",
        "booking_en": "book_en",
        "reason_zh": "why_zh",
        "reason_en": "why_en",
    }
)
"""Names longer than a dBASE column may have with room for `_2`; the others are their own."""
LONG = MappingProxyType({short: name for name, short in SHORT.items()})
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shp", ".shx", ".dbf")
_MAGIC = b"\x00\x00\x27\x0a"
_CELL_BYTES = 250
GOES_ON = "…"
_FURTHER = re.compile(r"(.+)_(\d{1,2})")
_DBF_HEADER = 32


def read_shapefile(file: str, content: bytes) -> Table:
    """Return the features of the one shapefile in a zip.

    Raises
    ------
    ImportFileError
        There is not one shapefile with its parts in it, it is damaged, or over a limit.
    """
    with unpacked(file, FORM, content) as archive:
        parts = _parts(file, archive)
    with tempfile.TemporaryDirectory(prefix="redtrails-import-") as folder:
        for ending, data in parts.items():
            (Path(folder) / f"table{ending}").write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _read(file, Path(folder) / "table.shp", _encoding(parts))
        except ImportFileError:
            raise
        except Exception as error:
            # pyogrio raises whatever it stumbles over in damaged parts, faults of its own included.
            log.info("%s: %r", file, error)
            raise broken(file, FORM) from error


def _parts(file: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    names = [name for name in archive.namelist() if not Path(name).name.startswith(".")]
    shapes = [name for name in names if name.lower().endswith(".shp")]
    if len(shapes) != 1:
        wanted = f"one .shp with its .shx and .dbf (it has {len(shapes)})"
        raise ImportFileError(file, wanted, "import_members", parts=".shp, .shx, .dbf")
    stem = shapes[0][: -len(".shp")]
    found = {
        name[len(stem) :].lower(): archive.read(name) for name in names if name.startswith(stem)
    }
    parts = {ending: found[ending] for ending in _PARTS if ending in found}
    if not all(ending in parts for ending in _NEEDED):
        wanted = "the .shx and .dbf beside the .shp"
        raise ImportFileError(file, wanted, "import_members", parts=".shp, .shx, .dbf")
    if not parts[".shp"].startswith(_MAGIC):
        raise broken(file, FORM)
    return parts


def _encoding(parts: Mapping[str, bytes]) -> str | None:
    """Return the encoding of the texts; None where the file says it itself."""
    if parts.get(".cpg", b"").strip():
        return None
    try:
        parts[".dbf"][_DBF_HEADER:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _read(file: str, path: Path, encoding: str | None) -> Table:
    meta, _, shapes, fields = pyogrio.raw.read(
        path, encoding=encoding, max_features=MAX_ROWS + 1, force_2d=True
    )
    names = [str(name) for name in meta["fields"]]
    if len(names) > MAX_COLUMNS:
        raise broken(file, FORM)
    groups = _groups(names)
    found = shapely.from_wkb(shapes, on_invalid="ignore")
    points = in_degrees(file, [_point(one) for one in found], meta["crs"])

    def lines() -> Iterator[Line]:
        for number, where in enumerate(points):
            yield number + 1, [*(_joined(fields, at, number) for at in groups.values()), *where]

    return table_of(file, FORM, [*groups, LON, LAT], lines())


def _groups(names: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns by their whole names, each with the parts its texts are made of."""
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        further = _FURTHER.fullmatch(name)
        first = LONG.get(further[1], further[1]) if further else ""
        if further and len(groups.get(first, ())) == int(further[2]) - 1:
            groups[first].append(index)
        else:
            groups.setdefault(LONG.get(name, name), []).append(index)
    return groups


def _joined(fields: Sequence[Any], columns: Sequence[int], row: int) -> Cell:
    cells = [_cell(fields[column][row]) for column in columns]
    if len(cells) == 1:
        return cells[0]
    texts = [str(cell) for cell in cells if cell is not None]
    return "".join([*texts[:1], *(text.removeprefix(GOES_ON) for text in texts[1:])])


def _cell(value: object) -> Cell:
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)[:10]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and np.isnan(value):
        return None
    return value if isinstance(value, str | int | float) else None


def _point(shape: Any) -> Point:  # noqa: ANN401 - shapely's geometries
    if shape is None or shape.is_empty:
        return None, None
    return (shape.x, shape.y) if shape.geom_type == "Point" else (str(shape.geom_type), None)


def write_shapefile(table: Outgoing) -> bytes:
    """Return records as a zipped shapefile in UTF-8."""
    with tempfile.TemporaryDirectory(prefix="redtrails-export-") as folder:
        path = Path(folder) / f"{table.kind}.shp"
        with warnings.catch_warnings():
            # GDAL tells how it lays a table out in dBASE; nothing is cut, for we did that.
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(
                frame_of(table, _columns(table)), path, driver=DRIVER, encoding="UTF-8"
            )
        return _zipped(sorted(Path(folder).iterdir()))


def _columns(table: Outgoing) -> dict[str, list[Cell]]:
    """Return the cells by short name, long texts spread over several columns."""
    made: dict[str, list[Cell]] = {}
    for name, cells in columns_of(table).items():
        short = SHORT.get(name, name)
        chunks = [_chunks(cell) if isinstance(cell, str) else [cell] for cell in cells]
        for number in range(max(map(len, chunks), default=1)):
            key = short if number == 0 else f"{short}_{number + 1}"
            made[key] = [_part(one, number) for one in chunks]
    return made


def _part(chunks: Sequence[Cell], number: int) -> Cell:
    """Return a piece of a text; those that go on are marked, as theirs may begin with a blank."""
    if number >= len(chunks):
        return None
    return f"{GOES_ON}{chunks[number]}" if number else chunks[0]


def _chunks(text: str) -> list[Cell]:
    """Return a text in pieces of at most 250 bytes, none with a blank at its end.

    A dBASE column keeps no blanks at its ends.
    """
    pieces: list[Cell] = []
    while len(text.encode()) > _CELL_BYTES:
        piece = text.encode()[:_CELL_BYTES].decode("utf-8", "ignore").rstrip()
        pieces.append(piece)
        text = text[len(piece) :]
    return [*pieces, text]


def _zipped(files: Sequence[Path]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.writestr(zipfile.ZipInfo(one.name), one.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()
