"""Import, its first steps: a file is uploaded, and what its columns mean is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of
from api.exchanging import column_text, site_names_of, template
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import HeritageError
from geo.positions import DATUMS
from routes_data.accounts import Role
from routes_data.exchange.desk import ImportDesk
from routes_data.exchange.errors import ImportFileError
from routes_data.exchange.forms import FORMS, READ_ENDINGS, read_file
from routes_data.exchange.limits import MAX_BYTES, MAX_ROWS
from routes_data.exchange.mapping import check_mapping, fields_of, guess
from routes_data.exchange.staging import Upload
from routes_data.exchange.subjects import SITES, SUBJECTS, subject_of
from routes_data.exchange.tables import LAT, LON

from .forms import FieldsDep
from .frame import NO_STORE, go, show

router = APIRouter(prefix=f"{PATH}/import")

COLUMN = "column."
TEMPLATE_NAME = "red-trails-template{}.xlsx"


@router.get("")
def upload_page(
    page: PageDep, state: StateDep, signed_in: SignedInDep, kind: str = SITES
) -> Response:
    """Show the form for a file, and the imports made so far."""
    signed_in.person.require(Role.EDITOR)
    return _upload(page, state, signed_in, subject_of(kind).kind)


@router.post("")
def upload(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form(max_length=40)] = SITES,
) -> Response:
    """Read a file and lead to its columns."""
    sender.person.require(Role.EDITOR)
    chosen = subject_of(kind).kind
    seen = page.at(f"{PATH}/import")
    if file is None or not file.filename:
        return _upload(seen, state, sender, chosen, page.texts("staff.import.no-file"), 422)
    try:
        table = read_file(file.filename, file.file.read(MAX_BYTES + 1))
    except HeritageError as error:
        return _upload(seen, state, sender, chosen, detail_of(error, page.texts), 422)
    kept = state.store.uploads.add(sender.person.name, file.filename, table, chosen)
    return go(page, f"{PATH}/import/{kept.id}")


@router.get("/template.xlsx")
def get_template(
    page: PageDep, state: StateDep, signed_in: SignedInDep, kind: str = SITES
) -> Response:
    """Answer with the workbook of a kind to be filled in."""
    del signed_in  # staff alone have a use for it
    chosen = subject_of(kind).kind
    name = TEMPLATE_NAME.format("" if chosen == SITES else f"-{chosen}")
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    made = template(page.texts, chosen, site_names_of(state.store.editor, page.texts))
    return Response(made, media_type=FORMS["xlsx"].media_type, headers=headers)


@router.get("/{upload_id}")
def columns_page(
    upload_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep
) -> Response:
    """Show the columns of a file, each with what it seems to mean."""
    uploads, account = state.store.uploads, signed_in.person.name
    one = uploads.get(account, upload_id)
    columns, kind = one.table.columns, one.answers.kind
    known = one.answers.fields or uploads.remembered(account, columns, kind)
    fields = known or guess(columns, kind).fields
    return _columns(page, signed_in, one, fields)


@router.post("/{upload_id}")
def settle_columns(
    upload_id: str, page: PageDep, state: StateDep, sender: SenderDep, fields: FieldsDep
) -> Response:
    """Keep what the columns mean and lead to the dry run."""
    one = state.store.uploads.get(sender.person.name, upload_id)
    count = len(one.table.columns)
    chosen = tuple(next(iter(fields.get(f"{COLUMN}{n}", ())), "") for n in range(count))
    datum = next(iter(fields.get("datum", ())), "")
    answers = replace(
        one.answers, fields=chosen, clear="clear" in fields, datum=datum if datum in DATUMS else ""
    )
    try:
        mapping = check_mapping(one.file, one.table.columns, chosen, answers.kind)
        if mapping.places and not answers.datum:
            raise ImportFileError(one.file, "the datum of its positions", "import_datum")
    except HeritageError as error:
        seen = page.at(f"{PATH}/import/{upload_id}")
        shown = replace(one, answers=answers)
        return _columns(seen, sender, shown, chosen, detail_of(error, page.texts), 422)
    state.store.uploads.answer(one, answers)
    return go(page, f"{PATH}/import/{upload_id}/check")


@router.post("/{upload_id}/drop")
def drop(upload_id: str, page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """Throw a file away."""
    state.store.uploads.drop(state.store.uploads.get(sender.person.name, upload_id))
    return go(page, f"{PATH}/import", "dropped")


def desk_of(state: AppState, signed_in: SignedIn) -> ImportDesk:
    """Return what this person imports with."""
    return ImportDesk(state.store.editor, state.store.engine, signed_in.person)


def _upload(
    page: Page, state: AppState, signed_in: SignedIn, kind: str, wrong: str = "", status: int = 200
) -> Response:
    texts = page.texts
    kinds = [(one, texts(f"exchange.kind-of.{one}")) for one in SUBJECTS]
    sets = [
        (
            one,
            texts(f"exchange.kind-of.{one.kind}"),
            texts.moment(one.time),
            page.href(f"{PATH}/import/sets/{one.change_set}"),
        )
        for one in desk_of(state, signed_in).sets()
    ]
    return show(
        page,
        signed_in,
        "import_file.html",
        status=status,
        wrong=wrong,
        sets=sets,
        kind=kind,
        kinds=kinds,
        endings=", ".join(f".{one}" for one in READ_ENDINGS),
        rows=f"{MAX_ROWS:,}",
        size=MAX_BYTES // 1_000_000,
    )


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: its heading, its first values, what it fills."""

    name: str
    heading: str
    samples: tuple[str, ...]
    field: str


def _columns(
    page: Page,
    signed_in: SignedIn,
    one: Upload,
    fields: Sequence[str],
    wrong: str = "",
    status: int = 200,
) -> Response:
    texts, table = page.texts, one.table
    columns = [
        FileColumn(f"{COLUMN}{n}", _heading(page, heading), table.samples(n), fields[n])
        for n, heading in enumerate(table.columns)
    ]
    return show(
        page,
        signed_in,
        "import_columns.html",
        status=status,
        wrong=wrong,
        upload=one,
        columns=columns,
        choices=[(name, column_text(name, texts)) for name in fields_of(one.answers.kind)],
        places="lon" in fields_of(one.answers.kind),
        kind=texts(f"exchange.kind-of.{one.answers.kind}"),
        datums=DATUMS,
        said=[texts(f"exchange.said.{key}", value=value) for key, value in table.said],
    )


def _heading(page: Page, heading: str) -> str:
    """Return a heading; of a column made of points, in words."""
    if heading not in {LON, LAT}:
        return heading
    return page.texts(f"exchange.{heading.replace(':', '.')}")
