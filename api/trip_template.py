"""An empty sheet of schools to fill in: headings, lists to choose from, and what goes where."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from geo.schema import THEMES
from geo.trip import STAGES

from .trip_columns import COLUMNS
from .trip_told import label_of
from .web.texts import Texts

FIRST = (
    *("school", "near", "date", "stage", "group", "classes", "pupils", "adults", "depart"),
    *("back_by", "transport", "stops", "theme", "lunch", "wheelchair", "days", "lodging_near"),
)
"""The columns of the template; the others are explained beside it."""
NEEDED = frozenset({"school", "near", "date", "stage", "stops"})
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "stage": STAGES,
        "transport": ("coach", "walk"),
        "lunch": ("packed", "booked", "none"),
        "theme": tuple(sorted(THEMES)),
        "wheelchair": ("yes", "no"),
        "langs": ("zh", "en", "both"),
        "paper": ("a4", "a5", "booklet"),
    }
)
NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"classes": (1, 12), "pupils": (1, 200), "adults": (1, 60), "days": (1, 3)}
)
ROWS = 500
"""Rows that have their lists; more can be copied down."""


def template(texts: Texts, sites: Sequence[str] = ()) -> bytes:
    """Return the workbook in a language: a sheet to fill in, help, and lists it refers to.

    Parameters
    ----------
    texts
        The language.
    sites
        Names of the sites, to copy from.
    """
    book = Workbook()
    form, help_, lists = book.worksheets[0], book.create_sheet(), book.create_sheet()
    form.title = texts("trip.sheet.template")
    help_.title, lists.title = texts("trip.sheet.help"), texts("trip.sheet.lists")
    _headings(form, texts)
    _choices(form, lists, texts, sites)
    _help(help_, texts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(sheet: Worksheet, texts: Texts) -> None:
    sheet.append([label_of(name, texts) for name in FIRST])
    for number, name in enumerate(FIRST, start=1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True, color="FFFFFF" if name in NEEDED else "000000")
        cell.fill = PatternFill("solid", "A8201A" if name in NEEDED else "E9E2D6")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = 30 if name == "stops" else 16
    for name, form in (("date", "yyyy-mm-dd"), ("depart", "hh:mm"), ("back_by", "hh:mm")):
        for (cell,) in sheet.iter_rows(2, ROWS, FIRST.index(name) + 1, FIRST.index(name) + 1):
            cell.number_format = form
    sheet.freeze_panes = "B2"


def _choices(sheet: Worksheet, lists: Worksheet, texts: Texts, sites: Sequence[str]) -> None:
    """Write the lists, and make their columns choose from them; other words are warned of only."""
    for number, name in enumerate((*CHOICES, "stops"), start=1):
        words = sites if name == "stops" else [word_of(name, one, texts) for one in CHOICES[name]]
        letter = get_column_letter(number)
        for row, word in enumerate((label_of(name, texts), *words), start=1):
            lists.cell(row, number, word).font = Font(bold=row == 1)
        lists.column_dimensions[letter].width = 30
        if name in FIRST and name != "stops":
            title = lists.title.replace("'", "''")
            among = f"'{title}'!${letter}$2:${letter}${len(words) + 1}"
            _validate(sheet, name, DataValidation("list", formula1=among, errorStyle="warning"))
    for name, (low, high) in NUMBERS.items():
        rule = DataValidation("whole", formula1=str(low), formula2=str(high), allow_blank=True)
        _validate(sheet, name, rule)


def _validate(sheet: Worksheet, name: str, rule: DataValidation) -> None:
    letter = get_column_letter(FIRST.index(name) + 1)
    rule.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(rule)


def word_of(name: str, value: str, texts: Texts) -> str:
    """Return a value of a column in words that are read again."""
    if name == "wheelchair":
        return texts(f"trip.word.{value}")
    return texts.word("theme" if name == "theme" else f"trip.{name}", value)


def _help(sheet: Worksheet, texts: Texts) -> None:
    for row in _help_rows(texts):
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90


def _help_rows(texts: Texts) -> Iterator[list[str]]:
    for number in range(1, 6):
        yield [texts(f"trip.sheet.help.{number}")]
    yield [texts("trip.sheet.column.heading"), texts("trip.sheet.values")]
    for name in COLUMNS:
        if name in CHOICES:
            words = (word_of(name, value, texts) for value in CHOICES[name])
            yield [label_of(name, texts), texts("page.plan.road-separator").join(words)]
        elif texts.has(f"trip.sheet.value.{name}"):
            yield [label_of(name, texts), texts(f"trip.sheet.value.{name}")]
        else:
            yield [label_of(name, texts), ""]
