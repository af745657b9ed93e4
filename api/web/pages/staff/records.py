"""The records of a kind: what there is, what waits, and when; closures and events by the month."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from api.accounts import PATH, SignedInDep
from api.deps import StateDep
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.columns import Record
from geo.models import TIME_ZONE
from routes_data.accounts import Person, Role
from routes_data.revisions import Revision, State

from .frame import go, show
from .record_form import words_of
from .sheets import SheetDep
from .worklists import LISTED

router = APIRouter(prefix=PATH)

DATED = {"closures": ("date_from", "date_to"), "events": ("starts", "ends")}
"""Kinds that last from one column to another."""
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the list."""

    name: str
    href: str
    site: str
    state: str
    by: str
    time: str
    over: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar: its number (0: of another month) and what falls on it."""

    day: int
    names: tuple[str, ...]
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, week by week from Monday."""

    name: str
    weeks: tuple[tuple[Cell, ...], ...]


@router.get("/{kind}")
def list_page(sheet: SheetDep, page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show the records of a kind; sites have worklists of their own."""
    if sheet.kind == "sites":
        return go(page, PATH, list="all")
    today = datetime.now(TIME_ZONE).date()
    heads = sorted(
        state.store.editor.worklist(sheet.kind, LISTED), key=lambda head: _order(head, today)
    )
    words = words_of(state, sheet, page.texts)
    named = [(head, words.title(head)) for head in heads]
    return show(
        page,
        signed_in,
        "records.html",
        kind=sheet.kind,
        rows=[_row(head, name, words.sites, signed_in.person, page) for head, name in named],
        months=_months(named, today, page.texts) if sheet.kind in DATED else (),
        weekdays=[page.texts(f"weekday.short.{day}") for day in range(1, 8)],
        may=signed_in.person.role.reaches(Role.EDITOR),
    )


def span_of(kind: str, body: Record) -> tuple[date, date] | None:
    """Return the first and last day of what lasts; None where it is not known."""
    columns = DATED.get(kind)
    if columns is None:
        return None
    try:
        first, last = (date.fromisoformat(str(body.get(name))[:10]) for name in columns)
    except ValueError:
        return None
    return first, last


def _order(head: Revision, today: date) -> tuple[bool, int, str]:
    """Return what sorts a list: what is over last, the newest of it first."""
    span = span_of(head.kind, head.body)
    over = bool(span and span[1] < today)
    ordinal = span[0].toordinal() if span else 0
    return over, -ordinal if over else ordinal, head.id


def _row(head: Revision, name: str, sites: dict[str, str], person: Person, page: Page) -> Row:
    reviewing = head.state is State.REVIEW and person.role.reaches(Role.REVIEWER)
    site, span = str(head.body.get("site") or ""), span_of(head.kind, head.body)
    return Row(
        name=name,
        href=page.href(f"{PATH}/{head.kind}/{head.id}" + ("/review" if reviewing else "")),
        site=sites.get(site, site),
        state=page.texts(f"staff.state.{head.state}"),
        by=head.author,
        time=page.texts.moment(head.time),
        over=bool(span and span[1] < datetime.now(TIME_ZONE).date()),
    )


def _months(named: Sequence[tuple[Revision, str]], today: date, texts: Texts) -> tuple[Month, ...]:
    """Return this month and the next ones, with what falls on each day."""
    spans = [
        (span, name)
        for head, name in named
        if head.state is not State.ARCHIVED and (span := span_of(head.kind, head.body))
    ]
    made, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        cells = tuple(tuple(_cell(day, first, today, spans) for day in week) for week in weeks)
        name = texts("figure.month", year=first.year, month_name=texts(f"month.{first.month}"))
        made.append(Month(name, cells))
        first = (first + timedelta(days=31)).replace(day=1)
    return tuple(made)


def _cell(
    day: date, first: date, today: date, spans: Sequence[tuple[tuple[date, date], str]]
) -> Cell:
    if day.month != first.month:
        return Cell(0, (), today=False)
    names = tuple(name for (begin, end), name in spans if begin <= day <= end)
    return Cell(day.day, names, day == today)
