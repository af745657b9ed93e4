"""XLSX out: a table with its headings, and the template with drop-downs and a sheet of notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from geo.exchange.table import guarded

from .tables import Cell

_WIDTH, _WIDE = 14, 32
_TEMPLATE_ROWS = 1_000
_CHOICES_TOLD = 40  # in the notes; the drop-down has all


def write_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet; no cell of it is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_written(sheet, name, bold=True) for name in columns])
    for row in rows:
        sheet.append([_written(sheet, cell) for cell in row])
    return _saved(book)


def _written(sheet: object, value: Cell, *, bold: bool = False) -> SheetCell:
    cell = WriteOnlyCell(sheet, guarded(value) if isinstance(value, str) else value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of the template: its heading, what may stand there, whether it must be filled."""

    heading: str
    help: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """The words of the template: names of its sheets, headings of the notes, what is said first."""

    sheet: str
    notes: str
    choices: str
    heads: tuple[str, str, str]
    lines: tuple[str, ...]
    wrong: str


def write_template(words: TemplateWords, columns: Sequence[TemplateColumn]) -> bytes:
    """Return an empty workbook to be filled in: drop-downs where a column has choices."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = words.sheet
    lists = book.create_sheet(words.choices)
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, start=1):
        cell = sheet.cell(1, number, column.heading)
        cell.font = Font(bold=True)
        if column.needed:
            cell.fill = PatternFill("solid", fgColor="FFF2CC")
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDE if not column.choices else _WIDTH + 6
        if column.choices:
            _offer(sheet, lists, letter, column, words)
    sheet.freeze_panes = "B2"
    _fill_notes(book.create_sheet(words.notes), words, columns)
    return _saved(book)


def _offer(
    sheet: Worksheet, lists: Worksheet, letter: str, column: TemplateColumn, words: TemplateWords
) -> None:
    """Give a column its drop-down; the choices stand in a hidden sheet, for Excel's own limit."""
    for row, choice in enumerate(column.choices, start=1):
        lists[f"{letter}{row}"] = choice
    last = len(column.choices)
    rule = DataValidation(
        type="list",
        formula1=f"{quote_sheetname(lists.title)}!${letter}$1:${letter}${last}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=column.heading[:30],
        error=words.wrong[:200],
    )
    rule.add(f"{letter}2:{letter}{_TEMPLATE_ROWS}")
    sheet.add_data_validation(rule)


def _fill_notes(sheet: Worksheet, words: TemplateWords, columns: Sequence[TemplateColumn]) -> None:
    for line in words.lines:
        sheet.append([line])
    sheet.append([])
    sheet.append(list(words.heads))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for column in columns:
        more = " / …" if len(column.choices) > _CHOICES_TOLD else ""
        sheet.append(
            [column.heading, column.help, " / ".join(column.choices[:_CHOICES_TOLD]) + more]
        )
    widths: Mapping[str, int] = {"A": 26, "B": 70, "C": 60}
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=len(words.lines) + 2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
