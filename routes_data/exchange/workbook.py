"""XLSX in: one sheet of a workbook, read row by row after its XML was found harmless."""

from __future__ import annotations

import logging
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from geo.exchange.table import unguarded

from .errors import ImportFileError, broken
from .limits import MAX_COLUMNS, MAX_ROWS, too_many_rows, unpacked
from .markup import Scan, scan
from .tables import Cell, Line, Table, headed_table

log = logging.getLogger(__name__)

FORM = "XLSX"
SHEETS = ("sites", "点位", "场馆", "Sites")
"""The sheet to be read where a workbook has several; else the first."""
_OTHER_ELEMENTS = 60_000  # styles and the like, which openpyxl holds in memory one by one
_SPARE_ROWS = 50  # empty rows that keep a format


def read_xlsx(file: str, content: bytes) -> Table:
    """Return the table of a workbook; formulas by the value they last had.

    Raises
    ------
    ImportFileError
        It is no workbook, is damaged, or over a limit.
    """
    with unpacked(file, FORM, content) as archive:
        for info in archive.infolist():
            if info.filename.endswith((".xml", ".rels", ".vml")):
                _check_member(file, archive, info)
    try:
        with warnings.catch_warnings():
            # It tells of features it leaves out (drop-downs, colours by rule); none holds a value.
            warnings.simplefilter("ignore")
            return _read(file, content)
    except ImportFileError:
        raise
    except Exception as error:
        # The reader of workbooks raises whatever its code stumbles over in a damaged one.
        log.info("%s: %r", file, error)
        raise broken(file, FORM) from error


def _check_member(file: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    table = info.filename.startswith("xl/worksheets/sheet")
    large = table or info.filename == "xl/sharedStrings.xml"
    rows = 0

    def started(name: str, _: Mapping[str, str]) -> None:
        nonlocal rows
        rows += name == "row"
        if rows > MAX_ROWS + _SPARE_ROWS:
            raise too_many_rows(file)

    with archive.open(info) as stream:
        if large:
            scan(file, FORM, stream, Scan(start=started if table else None))
        else:
            scan(file, FORM, stream, Scan(), _OTHER_ELEMENTS)


def _read(file: str, content: bytes) -> Table:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        names = [sheet.title for sheet in book.worksheets]
        if not names:
            raise ImportFileError(file, "the workbook has no sheet", "import_empty")
        name = next((one for one in SHEETS if one in names), names[0])
        said = (("sheet", name[:40]),) if len(names) > 1 else ()
        return headed_table(file, FORM, _lines(book[name]), *said)
    finally:
        book.close()


def _lines(sheet: Any) -> Iterator[Line]:  # noqa: ANN401 - openpyxl's read-only sheet is not typed
    # A sheet may claim 16,384 columns; what it claims is not what we make room for.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS * 2, values_only=True)
    for number, values in enumerate(rows, start=1):
        yield number, [_cell(value) for value in values]


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if value is None or isinstance(value, int | float):
        return value
    return unguarded(str(value))
