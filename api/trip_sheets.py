"""A bureau's sheet in (CSV or XLSX), a summary sheet out: packs, clashes at sites, coaches."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import DataError, file_ending, not_one_of

from .trip_batch import Outcome, Row
from .web.texts import LANGS, Texts

COLUMNS = (
    "near",
    *("title", "school", "group", "at", "date", "days", "start", "start_name"),
    *("lodging", "lodging_name", "depart"),
    *("back_by", "stage", "classes", "pupils", "adults", "transport", "stops", "route", "theme"),
    *("order", "walk_limit_m", "break_every_min", "lunch", "wheelchair", "capacity", "ask"),
    *("langs", "paper", "omit"),
)
"""What a sheet may say: the parameters of an address, and a place by name."""

MOST_ROWS = 5_000


def column_names() -> Mapping[str, str]:
    """Return what a column may be called: our names, and the form's words in each language."""
    names = {name: name for name in COLUMNS}
    for lang in LANGS:
        texts = Texts.for_lang(lang)
        for name in COLUMNS:
            key = "trip.own-title" if name == "title" else f"trip.{name}"
            if texts.has(key):
                names.setdefault(texts(key), name)
    return names


def read_sheet(path: Path) -> list[Row]:
    """Return the rows of a CSV or XLSX sheet; empty rows are passed over.

    Raises
    ------
    DataError
        The file cannot be read, or holds more than `MOST_ROWS` rows.
    InvalidParameterError
        It is of another kind, or a column is unknown.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise file_ending("sheet", path.name, ("csv", "xlsx"))
    try:
        lines = list(reader(path))
    except (OSError, UnicodeError, KeyError, ValueError, csv.Error, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read as {path.suffix}: {error}") from error
    if not lines:
        raise DataError(f"{path.name} is empty; the first row must name the columns")
    if len(lines) > MOST_ROWS:
        raise DataError(f"{path.name} has {len(lines)} rows, at most {MOST_ROWS} are taken")
    names = column_names()
    head = [cell.strip() for cell in lines[0]]
    for cell in head:
        if cell and cell not in names:
            raise not_one_of("column", cell, COLUMNS)
    columns = [names.get(cell, "") for cell in head]
    return [
        row for number, line in enumerate(lines, start=1) if (row := _row(number, columns, line))
    ]


def _row(number: int, columns: Sequence[str], line: Sequence[str]) -> Row | None:
    cells = tuple((n, c.strip()) for n, c in zip(columns, line, strict=False) if n and c.strip())
    return Row(number, cells) if cells and number > 1 else None


def _csv_rows(path: Path) -> Iterator[list[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel in China saves CSV in the system's code page.
        text = raw.decode("gb18030")
    yield from csv.reader(text.splitlines())


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for values in book.worksheets[0].iter_rows(values_only=True):
            yield [_text(value) for value in values]
    finally:
        book.close()


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
    return str(value)


def write_summary(
    path: Path, outcomes: Iterable[Outcome], names: Mapping[str, str], texts: Texts
) -> int:
    """Write the summary as XLSX and return how many clashes it holds.

    Parameters
    ----------
    path
        Where it goes.
    outcomes
        What became of the rows.
    names
        Names of the sites by id.
    texts
        The language.
    """
    found = sorted(outcomes, key=lambda one: one.number)
    book = Workbook()
    _fill(book.worksheets[0], texts, "packs", list(_packs(found, names, texts)))
    clashes = list(site_clashes(found))
    told = [
        [day, _clock(begin), _clock(end), names.get(site, site), people, rows]
        for day, site, begin, end, people, rows in clashes
    ]
    _fill(book.create_sheet(), texts, "clashes", told)
    _fill(book.create_sheet(), texts, "coaches", [[day, n] for day, n in coaches(found)])
    book.save(path)
    return len(clashes)


HEADS: Mapping[str, tuple[str, ...]] = {
    "packs": ("row", "school", "date", "leave", "back", "sites", "left-out", "files", "error"),
    "clashes": ("date", "begin", "end", "site", "people", "rows"),
    "coaches": ("date", "coaches"),
}


def _fill(sheet: Worksheet, texts: Texts, name: str, lines: Iterable[Sequence[object]]) -> None:
    sheet.title = texts(f"trip.sheet.{name}")
    sheet.append([texts(f"trip.sheet.column.{head}") for head in HEADS[name]])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in lines:
        sheet.append(list(line))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                # A school called "=1+1" is a name, never a formula.
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, 4 + longest * 1.6)


def _packs(
    outcomes: Sequence[Outcome], names: Mapping[str, str], texts: Texts
) -> Iterator[list[object]]:
    joint = "、" if texts.lang == "zh" else ", "
    for one in outcomes:
        yield [
            one.number,
            one.school,
            one.away[0][0] if one.away else "",
            _clock(min(a[1] for a in one.away)) if one.away else "",
            _clock(max(a[2] for a in one.away)) if one.away else "",
            joint.join(dict.fromkeys(names.get(v.site, v.site) for v in one.visits)),
            joint.join(names.get(site, site) for site in one.left_out),
            joint.join(one.files),
            one.error,
        ]


def site_clashes(
    outcomes: Sequence[Outcome],
) -> Iterator[tuple[str, str, int, int, int, str]]:
    """Yield (date, site, begin, end, people, rows) where schools meet beyond a site's capacity.

    The capacity is the least that one of the schools there gave; without one, a class has the
    site to itself.
    """
    stays: dict[tuple[str, str], list[tuple[int, int, int, int, int]]] = defaultdict(list)
    for one in outcomes:
        for v in one.visits:
            stays[v.date, v.site].append((v.begin, v.end, v.people, v.capacity, one.number))
    for (day, site), visits in sorted(stays.items()):
        for begin in sorted({visit[0] for visit in visits}):
            here = [visit for visit in visits if visit[0] <= begin < visit[1]]
            people, most = sum(v[2] for v in here), min(v[3] for v in here)
            rows = sorted({v[4] for v in here})
            if len(rows) > 1 and people > most:
                yield day, site, begin, min(v[1] for v in here), people, ", ".join(map(str, rows))


def coaches(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, int]]:
    """Yield (date, coaches on the road at once at most)."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in outcomes:
        for day, leave, back in one.away if one.coach else ():
            spans[day] += [(leave, 1), (back, -1)]
    for day, changes in sorted(spans.items()):
        now = most = 0
        for _, change in sorted(changes):
            now += change
            most = max(most, now)
        yield day, most


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
