"""The editor of a record: its fields, what they come to, a reason for the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.columns import Record
from geo.errors import SchemaError
from geo.positions import DATUMS
from routes_data.accounts import Person
from routes_data.desk import Desk, Saved, Unsettled
from routes_data.revisions import Revision, State, diff

from .fields import DATUM, Field, Fields, Reading, Sheet
from .forms import FieldsDep
from .frame import go, show
from .hours_preview import hours_preview
from .pin import drawing_for, place_of
from .route_preview import route_preview
from .sheets import SheetDep
from .unsaved import Shown, edition_of, remember, shown_of
from .wording import Words, said_error
from .worklists import site_names

router = APIRouter(prefix=PATH)

LONGEST_REASON = 400
PICK = "pick."

Revised = Annotated[int, Form(ge=1, le=10**9)]
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]
Deed = Annotated[str, Form(alias="do", pattern="^(preview|save|submit)$")]


class Sent(NamedTuple):
    """What the form says beside its fields: the revision it rests on, the button, the reason."""

    expected: int
    do: str
    reason: str


def get_sent(*, expected: Revised, do: Deed = "preview", reason: Reason = "") -> Sent:
    """Return what was sent beside the fields."""
    return Sent(expected, do, reason)


SentDep = Annotated[Sent, Depends(get_sent)]


@dataclass(frozen=True, slots=True)
class Look:
    """How the form is shown: what stands in it, whether it is unsaved, what is wrong with it."""

    fields: Fields
    reason: str = ""
    problems: Mapping[str, str] = with_default(default_factory=dict)
    status: int = 200
    unsaved: Shown = with_default(default_factory=Shown)


def words_of(state: AppState, sheet: Sheet, texts: Texts) -> Words:
    """Return how records of a kind are told."""
    return Words(sheet, texts, site_names(state.store.editor, texts))


@router.get("/{kind}/{record_id}")
def form_page(
    sheet: SheetDep, record_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep
) -> Response:
    """Show a record in the form: its newest revision, or what this person did not save yet."""
    head = state.store.editor.head(sheet.kind, record_id)
    words = words_of(state, sheet, page.texts)
    base, look = _opened(state, signed_in.person, words, head)
    return show_form(page, state, signed_in, words, base, look)


def _opened(state: AppState, person: Person, words: Words, head: Revision) -> tuple[Revision, Look]:
    """Return the revision a form rests on and what stands in it; what is saved is forgotten."""
    sheet, key = words.sheet, (head.kind, head.id)
    typed = state.store.unsaved.get(person.name, key)
    if typed:
        base = state.store.editor.at(*key, typed.expected)
        if _is_unsaved(sheet.read(typed.fields, base.body), base.body, head.body):
            shown = shown_of(typed, head, words.texts)
            return base, Look(typed.fields, typed.reason, unsaved=shown)
        state.store.unsaved.drop(person.name, key)
    return head, Look(sheet.shown(head.body))


def _is_unsaved(reading: Reading, base: Record, newest: Record) -> bool:
    """Return whether something typed on `base` is not in the newest revision."""
    touched = [change.column for change in diff(base, reading.body)]
    return bool(reading.problems) or any(
        newest.get(name) != reading.body.get(name) for name in touched
    )


@router.post("/{kind}/{record_id}")
def save_page(
    sheet: SheetDep,
    record_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    fields: FieldsDep,
    sent: SentDep,
) -> Response:
    """Show a preview, or save a draft and perhaps hand it in; what is not saved is remembered."""
    path = f"{PATH}/{sheet.kind}/{record_id}"
    seen, words = page.at(path), words_of(state, sheet, page.texts)
    base = state.store.editor.at(sheet.kind, record_id, sent.expected)
    settled = _settled(sheet, fields, base.body)
    reading = sheet.read(settled, base.body)
    problems = said_problems(reading, page.texts) | _unchosen(sheet, fields, page.texts)
    if sent.do != "preview" and not sent.reason.strip():
        problems["reason"] = page.texts("staff.edit.reason-missing")
    saved = None
    if sent.do != "preview" and not problems:
        saved, problems = _saved(state, sender, words, base, reading, sent)
    if isinstance(saved, Saved):
        state.store.unsaved.drop(sender.person.name, (sheet.kind, record_id))
        done = "submitted" if sent.do == "submit" else "saved"
        return go(page, path, "merged" if saved.merged else done)
    if problems or saved or reading.body != base.body:
        remember(state, sender, sheet, (record_id, sent.expected), settled)
    if isinstance(saved, Unsettled):
        return _unsettled(seen, sender, saved, reading, words, sent)
    unsaved = edition_of(state, sender.person, sheet.kind, record_id)
    look = Look(settled, sent.reason, problems, 422 if problems else 200, unsaved)
    return show_form(seen, state, sender, words, base, look)


def _saved(
    state: AppState, sender: SignedIn, words: Words, base: Revision, reading: Reading, sent: Sent
) -> tuple[Saved | Unsettled | None, dict[str, str]]:
    """Save a draft and perhaps hand it in; or return what is wrong."""
    desk, reason = Desk(state.store.editor, sender.person), sent.reason.strip()
    try:
        saved = desk.save(base.kind, base.id, reading.body, sent.expected, reason)
    except SchemaError as error:
        return None, {"form": " ".join(map(words.fault, error.faults))}
    if sent.do == "submit" and isinstance(saved, Saved):
        desk.submit(base.kind, base.id, saved.revision.revision, reason)
    return saved, {}


def _settled(sheet: Sheet, fields: Fields, theirs: Record) -> Fields:
    """Return the fields with those taken from the other side where they were picked."""
    shown = sheet.shown(theirs)
    picked = {
        name: shown[name] for name in sheet.fields if fields.get(PICK + name, ())[:1] == ("theirs",)
    }
    return {**fields, **picked}


def _unchosen(sheet: Sheet, fields: Fields, texts: Texts) -> dict[str, str]:
    """Return the clashes nobody settled, by field."""
    unsettled = [name for name in fields.get("clash", ()) if not fields.get(PICK + name)]
    return {name: texts("staff.clash.choose") for name in unsettled if name in sheet.fields}


def said_problems(reading: Reading, texts: Texts) -> dict[str, str]:
    """Return what cannot be read, by field."""
    return {name: said_error(error, texts) for name, error in reading.problems.items()}


def show_form(
    page: Page, state: AppState, signed_in: SignedIn, words: Words, base: Revision, look: Look
) -> Response:
    """Show the form on a revision."""
    desk, texts, sheet = Desk(state.store.editor, signed_in.person), page.texts, words.sheet
    body = sheet.read(look.fields, base.body).body
    context: dict[str, Any] = {
        "base": base,
        "name": words.title(base),
        "state": texts(f"staff.state.{base.state}"),
        "time": texts.moment(base.time),
        **inputs(words, body, look),
        "may": desk.may_edit(sheet.kind, base.body),
        "archived": base.state in (State.ARCHIVED, State.DELETED),
        "faults": words.faults(body),
        "preview": hours_preview(body, str(body.get("site") or base.id), state, texts),
        "ways": route_preview(body, state, texts) if sheet.kind == "routes" else (),
        "was": place_of(base.body),
    }
    drawing = drawing_for(sheet, state, texts)
    return show(page, signed_in, "record_form.html", drawing, status=look.status, **context)


def inputs(words: Words, body: Record, look: Look) -> dict[str, Any]:
    """Return what the fields of a form are drawn of."""
    return {
        "sheet": words.sheet,
        "fields": look.fields,
        "labels": {name: words.label(name) for name in words.sheet.fields},
        "sites": sorted(words.sites.items(), key=lambda one: one[1]),
        "datums": DATUMS,
        "datum": next(iter(look.fields.get(DATUM, ())), DATUMS[0]),
        "position": f"{body['lon']}, {body['lat']}" if body.get("lon") is not None else "",
        "problems": look.problems,
        "reason": look.reason,
        "unsaved": look.unsaved,
    }


@dataclass(frozen=True, slots=True)
class Side:
    """One field both changed: what it was, and what each made of it."""

    name: str
    label: str
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def _unsettled(
    page: Page,
    sender: SignedIn,
    saved: Unsettled,
    mine: Reading,
    words: Words,
    sent: Sent,
) -> Response:
    """Show both edits side by side; what does not clash is put together already."""
    touched = {one.column for one in saved.clashes}
    clashing = [one for one in words.sheet.fields.values() if touched.intersection(one.columns)]
    own = {column: mine.body.get(column) for field in clashing for column in field.columns}
    return show(
        page,
        sender,
        "record_clash.html",
        status=409,
        head=saved.head,
        kind=words.sheet.kind,
        time=page.texts.moment(saved.head.time),
        sides=_sides(clashing, saved, mine.body, words),
        hidden=words.sheet.shown({**saved.body, **own}),
        sent=sent,
    )


def _sides(
    clashing: Sequence[Field], saved: Unsettled, mine: Record, words: Words
) -> tuple[Side, ...]:
    base = {**saved.body, **{one.column: one.base for one in saved.clashes}}
    bodies = (base, mine, saved.head.body)
    return tuple(
        Side(field.name, words.label(field.name), *(words.value(field.name, one) for one in bodies))
        for field in clashing
    )
