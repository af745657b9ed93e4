"""A bureau's sheet of schools: CSV or XLSX as people make them, read into rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import DataError, InvalidParameterError, file_ending
from geo.messages import Lang

from .trip_batch import Row
from .trip_columns import Column, columns_of, lang_of
from .trip_told import label_of
from .web.texts import Texts

MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_BYTES = 60_000_000
"""Of a workbook when unpacked: a small file may hold an endless one."""
HEADINGS_WITHIN = 12
"""Rows among which the headings are looked for: a title and remarks may stand above them."""

Line = list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was understood: its rows, what each heading means, its language."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    lang: Lang

    def label(self, name: str, texts: Texts) -> str:
        """Return what the sheet calls a column, else what the form calls it."""
        own = (one.heading for one in self.columns if one.name == name)
        return next(own, "") or label_of(name, texts)


def read_sheet(name: str, content: bytes) -> Sheet:
    """Return a CSV or XLSX sheet; empty rows are passed over, merged cells read as each of them.

    Parameters
    ----------
    name
        The name of the file, whose ending tells what it is.
    content
        Its bytes; CSV in UTF-8 (with or without a mark), GB 18030 or UTF-16.

    Raises
    ------
    DataError
        The file cannot be read, is empty, or holds more than `MOST_ROWS` rows.
    InvalidParameterError
        It is of another kind, or none of its first rows holds headings that are understood.
    """
    reader = READERS.get(name[name.rfind(".") :].lower() if "." in name else "")
    if reader is None:
        raise file_ending("sheet", name, ("csv", "xlsx"))
    try:
        lines = reader(content)
    except (OSError, UnicodeError, KeyError, ValueError, csv.Error, BadZipFile) as error:
        raise DataError(
            f"{name} cannot be read: {error}", rule="sheet_unreadable", file=name
        ) from error
    if not any(any(line) for line in lines):
        raise DataError(f"{name} is empty", rule="sheet_empty", file=name)
    if len(lines) > MOST_ROWS:
        counts = {"count": len(lines), "limit": MOST_ROWS}
        said = f"{name} has {len(lines)} rows, at most {MOST_ROWS} are taken"
        raise DataError(said, rule="sheet_rows", file=name, limits=counts)
    return _understood(lines)


def _understood(lines: Sequence[Line]) -> Sheet:
    number = _headings_row(lines)
    columns = columns_of(lines[number - 1])
    if not any(one.name for one in columns):
        found = "、".join(filter(None, lines[number - 1]))
        raise InvalidParameterError("sheet", found, "known headings", rule="sheet_headings")
    numbered = enumerate(lines[number:], start=number + 1)
    rows = tuple(row for at, line in numbered if (row := _row(at, columns, line)))
    shown = tuple(one for one in columns if one.heading)
    return Sheet(rows, shown, lang_of([one.heading for one in shown]))


def _headings_row(lines: Sequence[Line]) -> int:
    """Return which row (from 1) names the columns: the one of which most is understood."""

    def known(line: Line) -> int:
        return sum(bool(one.name) for one in columns_of(line))

    return 1 + max(range(min(HEADINGS_WITHIN, len(lines))), key=lambda at: (known(lines[at]), -at))


def _row(number: int, columns: Sequence[Column], line: Line) -> Row | None:
    said = ((column.name, _clean(text)) for column, text in zip(columns, line, strict=False))
    cells = tuple((name, text) for name, text in said if name and text)
    return Row(number, cells) if cells else None


def _clean(text: str) -> str:
    """Return a cell without the control characters that no workbook can hold."""
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()


def _csv_lines(content: bytes) -> list[Line]:
    text = _decoded(content)
    head = text[: text.find("\n")] if "\n" in text else text
    mark = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return [[cell.strip() for cell in line] for line in lines]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel in China saves CSV in the system's code page.
        return content.decode("gb18030")


def _xlsx_lines(content: bytes) -> list[Line]:
    with ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise ValueError("the workbook is too large when unpacked")
    book = load_workbook(io.BytesIO(content), data_only=True)
    try:
        return _sheet_lines(book.worksheets[0])
    finally:
        book.close()


def _sheet_lines(sheet: Worksheet) -> list[Line]:
    most = min(sheet.max_row, MOST_ROWS + 1)
    cells = sheet.iter_rows(max_row=most, max_col=min(sheet.max_column, MOST_COLUMNS))
    lines = [[_text(cell.value) for cell in row] for row in cells]
    for area in sheet.merged_cells.ranges:
        first = lines[area.min_row - 1][area.min_col - 1] if area.min_row <= len(lines) else ""
        for line in lines[area.min_row - 1 : area.max_row]:
            # Merged down, a cell stands for each of its rows; merged across, for its first column.
            line[area.min_col - 1] = first
    while lines and not any(lines[-1]):
        lines.pop()
    return lines


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


READERS: Mapping[str, Callable[[bytes], list[Line]]] = MappingProxyType(
    {".csv": _csv_lines, ".xlsx": _xlsx_lines}
)
