"""CSV in and out: UTF-8 with or without a mark, GB18030; commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from geo.exchange.table import BYTE_ORDER_MARK, guarded, unguarded

from .errors import ImportFileError, broken
from .tables import Cell, Line, Table, headed_table

FORM = "CSV"
_DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(file: str, content: bytes) -> Table:
    """Return the table of a CSV.

    Raises
    ------
    ImportFileError
        It is in no encoding we read, is broken, or over a limit.
    """
    text, encoding = _decoded(file, content)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    return headed_table(file, FORM, _lines(file, text, delimiter), ("encoding", encoding))


def _decoded(file: str, content: bytes) -> tuple[str, str]:
    """Return the text and its encoding: Excel in China saves in the code page of the system."""
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, {"utf-8-sig": "UTF-8"}.get(encoding, encoding.upper())
    wanted = "neither UTF-8 nor GB18030; save it as “CSV UTF-8”"
    raise ImportFileError(file, wanted, "import_encoding")


def _lines(file: str, text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [unguarded(cell) for cell in cells]
    except csv.Error as error:
        raise broken(file, FORM) from error


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], encoding: str) -> bytes:
    """Return a CSV, `utf-8` (with a mark, for Excel) or `gb18030`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([guarded(name) for name in columns])
    writer.writerows([guarded(c) if isinstance(c, str) else c for c in row] for row in rows)
    mark = BYTE_ORDER_MARK if encoding == "utf-8" else ""
    return (mark + text.getvalue()).encode(encoding)
