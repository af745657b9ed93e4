"""A file as a table of cells, before anybody says what its columns mean."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from .errors import ImportFileError
from .limits import MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_CHARS, too_many_rows
from .mapping import header_score

Cell = str | int | float | None
Line = tuple[int, Sequence[Cell]]
"""A row as a file has it: the number a person finds it by, and its cells."""

LON, LAT = "geometry:lon", "geometry:lat"
"""Columns made of the points of a file; no file has headings like these."""
LOST = "\N{REPLACEMENT CHARACTER}"
"""Stands where a letter was lost on its way through the wrong encoding."""
_EXACT = 1e15
_SHOWN = 60
_HEADER_WITHIN = 10  # a title and a remark may stand above the headings


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file: headings, and rows of as many cells, each with its number.

    `said` are remarks on how it was read, as (key of the texts `exchange.said.*`, value).
    """

    form: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    said: tuple[tuple[str, str], ...] = ()

    def samples(self, index: int, most: int = 3) -> tuple[str, ...]:
        """Return the first values of a column."""
        filled = (str(cells[index]) for _, cells in self.rows if cells[index] not in (None, ""))
        return tuple(value[:60] for value in islice(filled, most))


def table_of(
    file: str, form: str, columns: Sequence[str], lines: Iterable[Line], *said: tuple[str, str]
) -> Table:
    """Return a table of lines, the empty ones left out.

    Raises
    ------
    ImportFileError
        There are too many columns, rows or letters, two headings are the same, or there is no row.
    """
    names = _headings(file, columns)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    letters = 0
    for number, line in lines:
        cells = tuple(_cell(file, number, cell) for cell in islice(line, len(names)))
        if all(cell in (None, "") for cell in cells):
            continue
        letters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if len(rows) == MAX_ROWS or letters > MAX_TEXT_CHARS:
            raise too_many_rows(file)
        rows.append((number, cells + (None,) * (len(names) - len(cells))))
    if not rows:
        raise ImportFileError(file, "there is no row under the headings", "import_no_rows")
    return Table(form, names, tuple(rows), said)


def headed_table(file: str, form: str, lines: Iterator[Line], *said: tuple[str, str]) -> Table:
    """Return a table whose headings stand in one of its first lines, as in a spreadsheet.

    Raises
    ------
    ImportFileError
        As `table_of`.
    """
    first = [line for line in islice(lines, _HEADER_WITHIN) if any(map(_filled, line[1]))]
    if not first:
        raise ImportFileError(file, "the file is empty", "import_empty")
    scores = [header_score([str(cell or "") for cell in cells]) for _, cells in first]
    at = scores.index(max(scores)) if max(scores) > 1 else 0
    width = max((i for i, cell in enumerate(first[at][1], start=1) if _filled(cell)), default=0)
    columns = [_heading(cell) for cell in list(first[at][1])[:width]]

    def rest() -> Iterator[Line]:
        yield from first[at + 1 :]
        yield from lines

    return table_of(file, form, columns, rest(), *said)


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _heading(cell: Cell) -> str:
    return " ".join(str("" if cell is None else cell).split())


def _headings(file: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the headings, those left blank numbered."""
    if len(columns) > MAX_COLUMNS:
        wanted = f"at most {MAX_COLUMNS} columns"
        raise ImportFileError(file, wanted, "import_columns", limit=MAX_COLUMNS)
    names = tuple(
        name[:80].replace("\0", "") or f"({n})" for n, name in enumerate(columns, start=1)
    )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        wanted = f"the heading {twice} stands twice; rename one of the columns"
        raise ImportFileError(file, wanted, "import_heading_twice", heading=twice)
    return names


def _mark(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return LOST.encode() * (error.end - error.start), error.end


codecs.register_error("replace_lost", _mark)


def _cell(file: str, number: int, cell: Cell) -> Cell:
    if isinstance(cell, str):
        if len(cell) > MAX_CELL_CHARS:
            wanted = f"at most {MAX_CELL_CHARS} letters in one cell (row {number})"
            raise ImportFileError(file, wanted, "import_cell", limit=MAX_CELL_CHARS, row=number)
        return cell.strip().encode("utf-8", "replace_lost").decode("utf-8")
    if isinstance(cell, int | float) and not abs(cell) < _EXACT:
        # NaN, infinite, or so large that nothing of ours counts with it: a text that is refused.
        return str(cell)[:_SHOWN]
    if isinstance(cell, float) and cell.is_integer():
        # A spreadsheet and a JSON file know one kind of number only.
        return int(cell)
    return cell
