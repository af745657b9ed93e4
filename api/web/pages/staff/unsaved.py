"""What somebody typed into a form and has not saved: kept while typing, shown again, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form
from fastapi.responses import JSONResponse, Response

from api.accounts import PATH, SenderDep, SignedIn
from api.deps import StateDep, TextsDep
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.errors import ConflictError
from routes_data.accounts import Person, Role
from routes_data.revisions import Revision
from routes_data.unsaved import NEW, Typed

from .fields import DATUM, PLACE_OF, Fields, Sheet
from .forms import FieldsDep
from .frame import go
from .sheets import SHEETS, SheetDep
from .wording import Words
from .worklists import site_names

router = APIRouter(prefix=f"{PATH}/unsaved")

MOST = 200_000
"""Characters of a form that are kept; the longest record of the facts has 3,000."""

Number = Annotated[int, Form(ge=0, le=10**9)]


class Shown(NamedTuple):
    """What a form is told of its unsaved state: its edition, since when it is kept, or nothing.

    `older` names the version that somebody saved since it was begun.
    """

    edition: int = 0
    since: str = ""
    older: str = ""


@router.post("/{kind}/{record_id}")
def keep(
    sheet: SheetDep,
    record_id: str,
    state: StateDep,
    texts: TextsDep,
    sender: SenderDep,
    fields: FieldsDep,
    *,
    expected: Number = 0,
    edition: Number = 0,
) -> JSONResponse:
    """Keep what is being typed; 409: another window of the same person kept something since."""
    sender.person.require(Role.EDITOR)
    own = typed_of(sheet, fields)
    if size_of(own) > MOST:
        return JSONResponse({"said": texts("staff.unsaved.too-long")}, 413)
    if record_id != NEW:
        state.store.editor.at(sheet.kind, record_id, expected)
    key = (sheet.kind, record_id)
    try:
        kept = state.store.unsaved.keep(sender.person.name, key, expected, own, edition=edition)
    except ConflictError:
        return JSONResponse({"said": texts("staff.unsaved.elsewhere")}, 409)
    said = texts("staff.unsaved.kept", time=texts.moment(kept.time))
    return JSONResponse({"edition": kept.edition, "said": said})


@router.post("/{kind}/{record_id}/discard")
def discard(
    sheet: SheetDep, record_id: str, page: PageDep, state: StateDep, sender: SenderDep
) -> Response:
    """Throw it away and show the record as it is."""
    state.store.unsaved.drop(sender.person.name, (sheet.kind, record_id))
    return go(page, _form_path(sheet.kind, record_id), "discarded")


def typed_of(sheet: Sheet, fields: Fields) -> dict[str, tuple[str, ...]]:
    """Return what of a form somebody typed: no token, no button."""
    places = (PLACE_OF + name for name in sheet.fields)
    wanted = {*sheet.fields, *places, DATUM, "reason", "id"}
    return {name: values for name, values in fields.items() if name in wanted}


def size_of(fields: Mapping[str, tuple[str, ...]]) -> int:
    """Return how many characters a form holds."""
    return sum(len(name) + sum(map(len, values)) for name, values in fields.items())


def remember(
    state: AppState, sender: SignedIn, sheet: Sheet, key: tuple[str, int], fields: Fields
) -> None:
    """Keep what was sent and could not be saved yet, for (id, revision it rests on).

    Whoever presses a button works here and now: another window gives way, and says so.
    """
    (record_id, expected), own = key, typed_of(sheet, fields)
    if sender.person.role.reaches(Role.EDITOR) and size_of(own) <= MOST:
        where = (sheet.kind, record_id)
        state.store.unsaved.keep(sender.person.name, where, expected, own)


def shown_of(typed: Typed | None, head: Revision | None, texts: Texts) -> Shown:
    """Return what a form says of what it was filled with."""
    if typed is None:
        return Shown()
    older = ""
    if head is not None and head.revision != typed.expected:
        older = texts("staff.unsaved.older", number=head.revision, author=head.author)
    return Shown(typed.edition, texts.moment(typed.time), older)


def edition_of(state: AppState, person: Person, kind: str, record_id: str) -> Shown:
    """Return the edition of what is kept, for a form that is shown with what was just sent."""
    typed = state.store.unsaved.get(person.name, (kind, record_id))
    return Shown(typed.edition if typed else 0)


class Link(NamedTuple):
    """Something unsaved in a list: what it is, where it is gone on with, since when."""

    name: str
    href: str
    time: str


def links(page: Page, state: AppState, person: Person) -> list[Link]:
    """Return everything this person typed and did not save."""
    found = [one for one in state.store.unsaved.of(person.name) if one.kind in SHEETS]
    names = site_names(state.store.editor, page.texts) if found else {}
    return [_link(one, page, state, names) for one in found]


def _link(typed: Typed, page: Page, state: AppState, names: dict[str, str]) -> Link:
    texts = page.texts
    if typed.id != NEW:
        head = state.store.editor.head(typed.kind, typed.id)
        title = Words(SHEETS[typed.kind], texts, names).title(head)
    elif typed.kind == "sites":
        title = texts("staff.new.title")
    else:
        title = texts(f"staff.record.new.{typed.kind}")
    return Link(title, page.href(_form_path(typed.kind, typed.id)), texts.moment(typed.time))


def _form_path(kind: str, record_id: str) -> str:
    """Return where the form of a record stands, or that of a new one of its kind."""
    own = "new-site" if (kind, record_id) == ("sites", NEW) else f"{kind}/{record_id}"
    return f"{PATH}/{own}"
