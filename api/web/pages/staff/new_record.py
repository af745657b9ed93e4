"""A new record of a kind: the same fields as its editor, and an id made of what it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import problem_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.columns import Record
from geo.errors import ConflictError, SchemaError, UnknownRecordError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk
from routes_data.editor import Editor
from routes_data.exchange.ids import stem_of
from routes_data.unsaved import NEW

from .fields import Sheet
from .forms import FieldsDep
from .frame import go, show
from .hours_preview import hours_preview
from .pin import drawing_for
from .record_form import Look, Reason, inputs, said_problems, words_of
from .sheets import SheetDep
from .unsaved import edition_of, remember, shown_of

router = APIRouter(prefix=PATH)

MOST_ALIKE = 99


@router.get("/{kind}/new")
def new_page(
    sheet: SheetDep,
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    site: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show the form; `site` is the one it is opened from."""
    signed_in.person.require(Role.EDITOR)
    if sheet.kind == "sites":
        return go(page, f"{PATH}/new-site")
    typed = state.store.unsaved.get(signed_in.person.name, (sheet.kind, NEW))
    if typed:
        look = Look(typed.fields, typed.reason, unsaved=shown_of(typed, None, page.texts))
        return _form(page, state, signed_in, sheet, look)
    shown = sheet.shown({name: site for name in ("site",) if name in sheet.fields})
    return _form(page, state, signed_in, sheet, Look(shown))


@router.post("/{kind}/new")
def make(
    sheet: SheetDep,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    fields: FieldsDep,
    *,
    do: Annotated[str, Form(pattern="^(save|submit)$")] = "save",
    reason: Reason = "",
) -> Response:
    """Make the draft, perhaps hand it in, and lead to its editor."""
    seen, said = page.at(f"{PATH}/{sheet.kind}/new"), reason.strip()
    words = words_of(state, sheet, page.texts)
    reading = sheet.read(fields, {})
    problems = said_problems(reading, page.texts)
    if not said:
        problems["reason"] = page.texts("staff.edit.reason-missing")
    own = free_id(state.store.editor, sheet, reading.body)
    if not own:
        problems["form"] = page.texts("staff.record.nameless")
    desk, status = Desk(state.store.editor, sender.person), 422
    try:
        if not problems:
            draft = desk.create(sheet.kind, {**reading.body, "id": own}, said)
            if do == "submit":
                desk.submit(sheet.kind, own, draft.revision, said)
    except SchemaError as error:
        problems["form"] = " ".join(map(words.fault, error.faults))
    except (NotAllowedError, ConflictError) as error:
        problem = problem_of(error)
        problems["form"], status = str(problem.document(page.texts)["detail"]), problem.status
    if problems:
        remember(state, sender, sheet, (NEW, 0), fields)
        unsaved = edition_of(state, sender.person, sheet.kind, NEW)
        return _form(seen, state, sender, sheet, Look(fields, reason, problems, status, unsaved))
    state.store.unsaved.drop(sender.person.name, (sheet.kind, NEW))
    return go(page, f"{PATH}/{sheet.kind}/{own}", "submitted" if do == "submit" else "saved")


def free_id(editor: Editor, sheet: Sheet, body: Record) -> str:
    """Return an id nobody has, made of what a record is; empty where it says nothing yet."""
    stem = stem_of({name: value for name, value in body.items() if name in sheet.field_of})
    tries = [stem, *(f"{stem}-{number}" for number in range(2, MOST_ALIKE))] if stem else []
    return next((one for one in tries if not _exists(editor, sheet.kind, one)), "")


def _exists(editor: Editor, kind: str, record_id: str) -> bool:
    try:
        editor.head(kind, record_id)
    except UnknownRecordError:
        return False
    return True


def _form(page: Page, state: AppState, signed_in: SignedIn, sheet: Sheet, look: Look) -> Response:
    words = words_of(state, sheet, page.texts)
    body = sheet.read(look.fields, {}).body
    return show(
        page,
        signed_in,
        "record_new.html",
        drawing_for(sheet, state, page.texts),
        status=look.status,
        kind=sheet.kind,
        may=True,
        was="",
        preview=hours_preview(body, str(body.get("site") or ""), state, page.texts),
        **inputs(words, body, look),
    )
