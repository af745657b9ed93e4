"""A sheet of schools looked at on a page: how its headings are understood, what is wrong where.

Nothing is kept of it: what was sent is read, shown and forgotten. Each row that can be used leads
to its trip; packs for all are made by `redtrails trips`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.deps import StateDep, TextsDep
from api.errors import problem_of
from api.routers.trips import file_answer
from api.state import AppState
from api.trip_batch import Row
from api.trip_query import query_of
from api.trip_rows import ReadRow, read_row
from api.trip_sheets import Sheet, read_sheet
from api.trip_summary import read_as
from api.trip_template import template
from api.tripping import File as TripFile
from api.web.view import Page, PageDep
from geo.errors import DataError, InvalidParameterError
from geo.models import TIME_ZONE

router = APIRouter(include_in_schema=False)

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 1000
"""Rows read for the page; a longer sheet is for the command line."""


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row as the page shows it: `href` leads to its trip, empty where something is wrong."""

    number: int
    school: str
    wrong: tuple[str, ...]
    remarks: tuple[str, ...]
    href: str


@router.get("/trip/sheet")
def sheet_page(page: PageDep) -> HTMLResponse:
    """Show the form that takes a sheet."""
    return page.render("trip_sheet.html", sheet=None, columns=(), rows=(), fault="", left=0)


@router.post("/trip/sheet")
def check_sheet(
    page: PageDep, state: StateDep, sheet: Annotated[UploadFile, File()]
) -> HTMLResponse:
    """Show how a sheet is understood and what is wrong in it."""
    shown, name = page.at("/trip/sheet"), sheet.filename or ""
    try:
        read = read_sheet(name, sheet.file.read())
    except (DataError, InvalidParameterError) as error:
        said = str(problem_of(error).document(page.texts)["detail"])
        return shown.render(
            "trip_sheet.html", status=422, sheet=None, columns=(), rows=(), fault=said, left=0
        )
    rows = tuple(_rows(read, shown, state))
    return shown.render(
        "trip_sheet.html",
        sheet=name,
        columns=tuple(read_as(read, page.texts)),
        rows=rows,
        fault="",
        left=len(read.rows) - len(rows),
    )


@router.get("/trip/sheet/template.xlsx")
def sheet_template(state: StateDep, texts: TextsDep) -> Response:
    """Answer with an empty sheet with lists to choose from."""
    sites = [texts.name(site) for site in state.catalogue.all_sites]
    file = TripFile("red-trails-schools.xlsx", WORKBOOK, template(texts, sites))
    return file_answer(file)


def _rows(sheet: Sheet, page: Page, state: AppState) -> Iterator[RowShown]:
    today = datetime.now(TIME_ZONE).date()
    for row in sheet.rows[:MOST_SHOWN]:
        read = read_row(dict(row.cells), state.catalogue, today)
        yield _shown(row, read, sheet, page)


def _shown(row: Row, read: ReadRow, sheet: Sheet, page: Page) -> RowShown:
    texts = page.texts
    return RowShown(
        number=row.number,
        school=dict(row.cells).get("school", ""),
        wrong=tuple(one.line(texts, sheet.label) for one in read.wrong),
        remarks=tuple(one.text(texts, {}) for one in read.remarks),
        href=page.href("/trip", **query_of(read.request)) if read.request else "",
    )
