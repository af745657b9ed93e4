"""The summary of a sheet of schools: what became of every row, clashes at sites, coaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .trip_batch import Outcome
from .trip_sheets import Sheet
from .trip_told import label_of
from .web.texts import Texts

HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "packs": (
            *("row", "school", "result", "why", "relax", "date", "leave", "back", "sites"),
            *("files", "remarks"),
        ),
        "clashes": ("date", "begin", "end", "site", "people", "rows"),
        "coaches": ("date", "coaches"),
        "columns": ("heading", "read-as"),
    }
)
WIDEST = 60


def write_summary(
    path: Path, outcomes: Iterable[Outcome], names: Mapping[str, str], sheet: Sheet, texts: Texts
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
    sheet
        The sheet, for its own headings.
    texts
        The language.
    """
    found = sorted(outcomes, key=lambda one: one.number)
    book = Workbook()
    told = [[*_packs(one, names, sheet, texts)] for one in found]
    _fill(book.worksheets[0], texts, "packs", told)
    clashes = list(site_clashes(found))
    met = [
        [day, _clock(begin), _clock(end), names.get(site, site), people, rows]
        for day, site, begin, end, people, rows in clashes
    ]
    _fill(book.create_sheet(), texts, "clashes", met)
    _fill(book.create_sheet(), texts, "coaches", [[day, n] for day, n in coaches(found)])
    _fill(book.create_sheet(), texts, "columns", [list(one) for one in read_as(sheet, texts)])
    book.save(path)
    return len(clashes)


def read_as(sheet: Sheet, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield each heading of a sheet and what it was understood as, in words."""
    for one in sheet.columns:
        known = label_of(one.name, texts) if one.name else texts("trip.column-unused")
        yield one.heading, known


def result_of(one: Outcome, texts: Texts) -> str:
    """Return in a word what became of a row."""
    kind = "impossible" if one.impossible else "faulty" if one.wrong else "planned"
    return texts(f"trip.sheet.result.{kind}")


def why_of(one: Outcome, names: Mapping[str, str], sheet: Sheet, texts: Texts) -> tuple[str, ...]:
    """Return the faults of a row with its own headings, and why sites are left out."""
    wrong = [fault.line(texts, sheet.label) for fault in one.wrong]
    general = [texts("problem.trip-impossible")] if one.impossible and not one.wrong else []
    return (*wrong, *general, *(told.text(texts, names) for told in one.reasons))


def changes_of(one: Outcome, names: Mapping[str, str], texts: Texts) -> tuple[str, ...]:
    """Return which single change of a limit would let more in."""
    return tuple(told.text(texts, names) for told in one.changes)


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
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, 4 + longest * 1.6)


def _packs(one: Outcome, names: Mapping[str, str], sheet: Sheet, texts: Texts) -> Iterator[object]:
    joint = texts("page.plan.road-separator")
    yield from (one.number, one.school, result_of(one, texts))
    yield "\n".join(why_of(one, names, sheet, texts))
    yield "\n".join(changes_of(one, names, texts))
    yield one.away[0][0] if one.away else ""
    yield _clock(min(a[1] for a in one.away)) if one.away else ""
    yield _clock(max(a[2] for a in one.away)) if one.away else ""
    yield joint.join(dict.fromkeys(names.get(v.site, v.site) for v in one.visits))
    yield joint.join(one.files)
    yield "\n".join(told.text(texts, names) for told in one.remarks)


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
