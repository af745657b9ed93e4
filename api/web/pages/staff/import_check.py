"""Import, its second half: the dry run row by row, cells mended, doubts settled, applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of, problem_of
from api.exchanging import alike_lines, column_text, fault_text, row_notes, words_with_names
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.errors import BadRequestError, ConflictError, SchemaError
from geo.positions import DATUMS
from routes_data.accounts.errors import NotAllowedError
from routes_data.exchange.cells import Vocabulary
from routes_data.exchange.comparing import NEW, SKIP, STATUSES, DryRun, Row
from routes_data.exchange.limits import MAX_CELL_CHARS
from routes_data.exchange.mapping import ColumnMapping, fields_of
from routes_data.exchange.rows import How
from routes_data.exchange.staging import Answers, Upload

from .forms import FieldsDep
from .frame import go, show
from .import_file import desk_of
from .record_form import Reason, words_of
from .sheets import SHEETS
from .wording import Difference, Words

router = APIRouter(prefix=f"{PATH}/import")

SHOWN = 50
"""Rows on one page; with their cells they stay below the fields a form may have."""
CELL, ROW = "cell.", "row."

Start = Annotated[int, Query(alias="from", ge=0, le=10**6)]


@dataclass(frozen=True, slots=True)
class MendedCell:
    """One faulty cell: the name of its field in the form, what stands there, what is wrong."""

    name: str
    label: str
    value: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row, as the page shows it."""

    row: Row
    cells: tuple[MendedCell, ...]
    alike: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    chosen: str
    notes: tuple[str, ...]
    differences: tuple[Difference, ...]


@router.get("/{upload_id}/check")
def check_page(
    upload_id: str,
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    shown: Annotated[str, Query(alias="show")] = "",
    start: Start = 0,
) -> Response:
    """Show what each row would do."""
    one = state.store.uploads.get(signed_in.person.name, upload_id)
    if not one.answers.fields:
        return go(page, f"{PATH}/import/{upload_id}")
    return _check(page, state, signed_in, one, (shown, start))


@router.post("/{upload_id}/check")
def mend(
    upload_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    fields: FieldsDep,
    *,
    shown: Annotated[str, Form(alias="show")] = "",
) -> Response:
    """Keep cells that were typed anew and what was decided of rows."""
    one = state.store.uploads.get(sender.person.name, upload_id)
    given = {name: values[0] for name, values in fields.items() if values}
    mended, decisions = dict(one.answers.mended), dict(one.answers.decisions)
    rows = {number for number, _ in one.table.rows}
    for name, text in given.items():
        kind, _, rest = name.partition(".")
        number, _, column = rest.partition(".")
        if not number.isdecimal() or len(number) > 7 or int(number) not in rows:  # noqa: PLR2004
            continue
        row = int(number)
        if (
            f"{kind}." == CELL
            and column in fields_of(one.answers.kind)
            and text != given.get(f"was.{rest}")
        ):
            mended[row, column] = text.replace("\0", "").strip()[:MAX_CELL_CHARS]
        elif f"{kind}." == ROW and text:
            decisions[row] = text.replace("\0", "")[:100]
        elif f"{kind}." == ROW:
            decisions.pop(row, None)
    state.store.uploads.answer(one, replace(one.answers, mended=mended, decisions=decisions))
    return go(page, f"{PATH}/import/{upload_id}/check", show=shown or None)


@router.post("/{upload_id}/apply")
def apply(
    upload_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    digest: Annotated[str, Form(max_length=64)] = "",
    reason: Reason = "",
) -> Response:
    """Make every change, or none; only what was seen is made."""
    one = state.store.uploads.get(sender.person.name, upload_id)
    seen, texts = page.at(f"{PATH}/import/{upload_id}/check"), page.texts
    if not reason.strip():
        return _check(seen, state, sender, one, wrong=texts("staff.edit.reason-missing"))
    desk, run = desk_of(state, sender), _run(state, sender, one)
    if run.digest != digest:
        return _check(seen, state, sender, one, wrong=texts("staff.import.moved"), status=409)
    try:
        desk.apply(run, one.change_set, reason.strip())
    except SchemaError as error:
        wrong = " ".join(map(words_of(state, SHEETS[one.answers.kind], texts).fault, error.faults))
        return _check(seen, state, sender, one, wrong=wrong)
    except (NotAllowedError, ConflictError, BadRequestError) as error:
        status = problem_of(error).status
        return _check(seen, state, sender, one, wrong=detail_of(error, texts), status=status)
    state.store.uploads.drop(one)
    return go(page, f"{PATH}/import/sets/{one.change_set}", "applied")


def how_of(answers: Answers, words: Vocabulary) -> How:
    """Return how a file is read, as a person said."""
    datum = next((one for one in DATUMS if one == answers.datum), None)
    mapping = ColumnMapping(answers.fields, answers.kind)
    return How(mapping, datum, answers.clear, words, answers.mended)


def _run(state: AppState, signed_in: SignedIn, one: Upload) -> DryRun:
    answers = one.answers
    how = how_of(answers, words_with_names(answers.kind, state.store.editor))
    return desk_of(state, signed_in).check(one.table, how, answers.decisions)


def _check(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    one: Upload,
    where: tuple[str, int] = ("", 0),
    *,
    wrong: str = "",
    status: int = 0,
) -> Response:
    run, texts = _run(state, signed_in, one), page.texts
    counts = run.counts
    first = next((name for name in STATUSES if counts[name]), STATUSES[0])
    chosen = where[0] if where[0] in STATUSES else first
    rows = [row for row in run.rows if row.status == chosen]
    start = where[1] if where[1] < len(rows) else 0
    words = words_of(state, SHEETS[one.answers.kind], texts)
    lines = [_line(row, one, words) for row in rows[start : start + SHOWN]]
    path = f"{PATH}/import/{one.id}/check"
    return show(
        page,
        signed_in,
        "import_check.html",
        status=status or (422 if wrong else 200),
        wrong=wrong,
        upload=one,
        counts={name: count for name, count in counts.items() if count},
        chosen=chosen,
        lines=lines,
        earlier=page.href(path, show=chosen, **{"from": max(0, start - SHOWN)}) if start else "",
        later=page.href(path, show=chosen, **{"from": start + SHOWN})
        if start + SHOWN < len(rows)
        else "",
        suspect=texts(f"staff.datum.{run.suspect}") if run.suspect else "",
        datum=texts(f"staff.datum.{one.answers.datum}") if one.answers.datum else "",
        run=run,
        kind=texts(f"exchange.kind-of.{one.answers.kind}"),
    )


def _line(row: Row, one: Upload, words: Words) -> Line:
    texts = words.texts
    before = {change.column: change.before for change in row.changes}
    known = row.status == "changed"
    return Line(
        row,
        _cells(row, one, texts),
        tuple(alike_lines(row, texts)),
        _choices(row, texts),
        one.answers.decisions.get(row.number, ""),
        row_notes(row, texts),
        words.differences({**row.body, **before}, row.body) if known else (),
    )


def _cells(row: Row, one: Upload, texts: Texts) -> tuple[MendedCell, ...]:
    """Return the faulty cells of a row, each once, with every fault of it."""
    said: dict[str, list[str]] = {}
    for fault in row.faults:
        said.setdefault(fault.column, []).append(fault_text(fault, texts, one.answers.kind))
    raw = _raw(row.number, one)
    return tuple(
        MendedCell(
            f"{row.number}.{column}",
            texts(
                "exchange.cell", column=_label(column, one, texts), heading=_heading(column, one)
            ),
            raw.get(column, ""),
            " ".join(wrong),
        )
        for column, wrong in said.items()
    )


def _label(column: str, one: Upload, texts: Texts) -> str:
    field = SHEETS[one.answers.kind].field_of.get(column)
    own = column in {"lon", "lat"} or field is None
    return column_text(column if own or field is None else field.name, texts)


def _heading(column: str, one: Upload) -> str:
    fields = one.answers.fields
    return one.table.columns[fields.index(column)] if column in fields else "–"


def _raw(number: int, one: Upload) -> Mapping[str, str]:
    """Return what stands in a row, by column of a site: as typed anew, else as in the file."""
    cells = next(cells for row, cells in one.table.rows if row == number)
    values = {
        field: "" if cell is None else str(cell)
        for field, cell in zip(one.answers.fields, cells, strict=False)
        if field
    }
    own = {column: text for (row, column), text in one.answers.mended.items() if row == number}
    return values | own


def _choices(row: Row, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Return what may be decided of a row, as (value, text)."""
    if row.status == "unchanged":
        return ()
    opened = "open" if row.status in {"faulty", "undecided"} else "take"
    same = [
        (one.key, texts("exchange.decide.same", name=one.name, id=one.key))
        for one in row.alike
        if not one.key.startswith("row ")
    ]
    return (
        ("", texts(f"exchange.decide.{opened}")),
        *same,
        (NEW, texts("exchange.decide.new")),
        (SKIP, texts("exchange.decide.skip")),
    )
