"""The editor of a site: its fields, its opening hours with a preview, a reason for the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.columns import Record
from geo.errors import HeritageError, InvalidParameterError, NotFoundError, SchemaError
from geo.hours import Window, closure_on, windows_on
from geo.models import TIME_ZONE, Site
from routes_data.desk import Desk, Unsettled
from routes_data.revisions import Revision

from .fields import DATUM, FIELDS, SECTIONS, Field, Fields, Reading, fields_of, read_fields
from .frame import go, show
from .positions import DATUMS
from .wording import fault_line, fault_lines, field_text, label_of

router = APIRouter(prefix=f"{PATH}/sites")

KIND = "sites"
PREVIEW_DAYS = 14
LONGEST_REASON = 400
PICK = "pick."

Revised = Annotated[int, Form(ge=1, le=10**9)]
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]
Deed = Annotated[str, Form(alias="do", pattern="^(preview|save|submit)$")]


async def get_fields(request: Request) -> Fields:
    """Return every value of the form that was sent, by name."""
    form = await request.form()
    return {name: tuple(str(one) for one in form.getlist(name)) for name in form}


FieldsDep = Annotated[Fields, Depends(get_fields)]


@dataclass(frozen=True, slots=True)
class Look:
    """How the form is shown: what stands in it, and what is wrong with it."""

    fields: Fields
    reason: str = ""
    problems: Mapping[str, str] = with_default(default_factory=dict)
    status: int = 200


@router.get("/{site_id}")
def form_page(site_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show a site's newest revision in the form."""
    head = state.store.editor.head(KIND, site_id)
    return show_form(page, state, signed_in, head, Look(fields_of(head.body)))


@router.post("/{site_id}")
def save_page(
    site_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    fields: FieldsDep,
    *,
    expected: Revised,
    do: Deed = "preview",
    reason: Reason = "",
) -> Response:
    """Show a preview, or save a draft and perhaps hand it in."""
    seen = page.at(f"{PATH}/sites/{site_id}")
    base = state.store.editor.at(KIND, site_id, expected)
    reading = read_fields(_settled(fields, base.body), base.body)
    problems = _problems(reading, fields, page.texts)
    if do != "preview" and not reason.strip():
        problems["reason"] = page.texts("staff.edit.reason-missing")
    look = Look(_settled(fields, base.body), reason, problems, 422 if problems else 200)
    if do == "preview" or problems:
        return show_form(seen, state, sender, base, look)
    desk = Desk(state.store.editor, sender.person)
    try:
        saved = desk.save(KIND, site_id, reading.body, expected, reason.strip())
    except SchemaError as error:
        said = {"form": " ".join(fault_line(one, page.texts) for one in error.faults)}
        return show_form(seen, state, sender, base, Look(look.fields, reason, said, 422))
    if isinstance(saved, Unsettled):
        return _unsettled(seen, sender, saved, reading, {"reason": reason, "do": do})
    if do == "submit":
        desk.submit(KIND, site_id, saved.revision.revision, reason.strip())
    done = "merged" if saved.merged else "submitted" if do == "submit" else "saved"
    return go(page, f"{PATH}/sites/{site_id}", done)


def _settled(fields: Fields, theirs: Record) -> Fields:
    """Return the fields with those taken from the other side where they were picked."""
    shown = fields_of(theirs)
    picked = {
        name: shown[name] for name in FIELDS if fields.get(PICK + name, ())[:1] == ("theirs",)
    }
    return {**fields, **picked}


def _problems(reading: Reading, fields: Fields, texts: Texts) -> dict[str, str]:
    """Return what is wrong, by field: what cannot be read, and clashes nobody settled."""
    said = {name: _said(error, texts) for name, error in reading.problems.items()}
    unsettled = [name for name in fields.get("clash", ()) if not fields.get(PICK + name)]
    return said | {name: texts("staff.clash.choose") for name in unsettled if name in FIELDS}


def _said(error: HeritageError, texts: Texts) -> str:
    """Return what is wrong with a field; its label stands before it."""
    rule, limits = error.data.get("rule"), error.data.get("limits")
    if texts.has(f"fault.{rule}"):
        return texts(f"fault.{rule}", **(limits if isinstance(limits, dict) else {}))
    return detail_of(error, texts)


def show_form(
    page: Page, state: AppState, signed_in: SignedIn, base: Revision, look: Look
) -> Response:
    """Show the form on a revision."""
    desk, texts = Desk(state.store.editor, signed_in.person), page.texts
    body = read_fields(look.fields, base.body).body
    context: dict[str, Any] = {
        "base": base,
        "name": texts.pick(str(base.body.get("name_zh") or base.id), str(base.body.get("name_en"))),
        "state": texts(f"staff.state.{base.state}"),
        "time": texts.moment(base.time),
        "sections": SECTIONS,
        "fields": look.fields,
        "labels": {name: label_of(name, texts) for name in FIELDS},
        "datums": DATUMS,
        "datum": next(iter(look.fields.get(DATUM, ())), DATUMS[0]),
        "position": f"{body['lon']}, {body['lat']}" if body.get("lon") is not None else "",
        "may": desk.may_edit(base.body),
        "problems": look.problems,
        "reason": look.reason,
        "faults": fault_lines(body, texts),
        "preview": hours_preview(body, _site(state, base.id), texts),
    }
    return show(page, signed_in, "site_form.html", status=look.status, **context)


def _site(state: AppState, site_id: str) -> Site | None:
    """Return the site as visitors see it, where they do."""
    try:
        return state.catalogue.site(site_id)
    except NotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One day of the preview: when the site is open, as visitors and plans will have it."""

    day: str
    text: str
    is_open: bool


def hours_preview(body: Record, site: Site | None, texts: Texts) -> tuple[PreviewDay, ...] | str:
    """Return the coming two weeks, or why there is no preview."""
    expression = str(body.get("opening_hours") or "")
    if not expression:
        return texts("staff.hours.unknown")
    today = datetime.now(TIME_ZONE).date()
    try:
        return tuple(
            _day(expression, today + timedelta(days=offset), site, texts)
            for offset in range(PREVIEW_DAYS)
        )
    except InvalidParameterError:
        return texts("staff.hours.unreadable")


def _day(expression: str, day: date, site: Site | None, texts: Texts) -> PreviewDay:
    closure = closure_on(site, day) if site else None
    windows = windows_on(expression, day)
    said = texts.date(day)
    if closure is not None:
        reason = texts.pick(closure.reason_zh, closure.reason_en)
        return PreviewDay(said, texts("staff.hours.closure", reason=reason), is_open=False)
    if not windows:
        return PreviewDay(said, texts("staff.hours.closed"), is_open=False)
    return PreviewDay(said, " · ".join(_window(one, texts) for one in windows), is_open=True)


def _window(window: Window, texts: Texts) -> str:
    hours = f"{texts.clock(window.opens)}–{texts.clock(window.closes)}"
    if window.last_admission >= window.closes:
        return hours
    last = texts.clock(window.last_admission)
    return texts("staff.hours.last", hours=hours, last=last)


@dataclass(frozen=True, slots=True)
class Side:
    """One field both changed: what it was, and what each made of it."""

    name: str
    label: str
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def _unsettled(
    page: Page, sender: SignedIn, saved: Unsettled, mine: Reading, sent: Mapping[str, str]
) -> Response:
    """Show both edits side by side; what does not clash is put together already."""
    touched = {one.column for one in saved.clashes}
    clashing = [field for field in FIELDS.values() if touched.intersection(field.columns)]
    own = {column: mine.body.get(column) for field in clashing for column in field.columns}
    return show(
        page,
        sender,
        "site_clash.html",
        status=409,
        head=saved.head,
        time=page.texts.moment(saved.head.time),
        sides=_sides(clashing, saved, mine.body, page.texts),
        hidden=fields_of({**saved.body, **own}),
        sent=sent,
    )


def _sides(
    clashing: Sequence[Field], saved: Unsettled, mine: Record, texts: Texts
) -> tuple[Side, ...]:
    base = {**saved.body, **{one.column: one.base for one in saved.clashes}}
    return tuple(
        Side(
            field.name,
            label_of(field.name, texts),
            field_text(field, base, texts),
            field_text(field, mine, texts),
            field_text(field, saved.head.body, texts),
        )
        for field in clashing
    )
