"""A new site: the little that makes a draft; everything else is filled in by its editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import problem_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.districts import DISTRICT_NAMES
from geo.errors import ConflictError, SchemaError
from geo.positions import DATUMS
from geo.schema import POSITION_BASES
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk
from routes_data.exchange.ids import id_of
from routes_data.unsaved import NEW

from .fields import Fields, Reading
from .forms import FieldsDep
from .frame import go, show
from .pin import drawing_for
from .record_form import Reason, words_of
from .sheets import SHEETS
from .unsaved import Shown, edition_of, remember, shown_of
from .wording import Words, said_error

router = APIRouter(prefix=f"{PATH}/new-site")

KIND = "sites"
UNKNOWN = ("hours_basis", "ticket", "booking", "indoor", "step_free", "toilets")
"""Columns that say outright that nothing is known."""


@router.get("")
def new_page(page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show the form."""
    signed_in.person.require(Role.EDITOR)
    parts = signed_in.person.unit.parts
    typed = state.store.unsaved.get(signed_in.person.name, (KIND, NEW))
    sent = _first(typed.fields) if typed else {"district": parts[0] if parts else ""}
    return _form(page, state, signed_in, sent, unsaved=shown_of(typed, None, page.texts))


@router.post("")
def make(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    fields: FieldsDep,
    *,
    site_id: Annotated[str, Form(alias="id", max_length=200)] = "",
    name_zh: Annotated[str, Form(max_length=400)] = "",
    reason: Reason = "",
) -> Response:
    """Make the draft and lead to its editor."""
    texts, seen = page.texts, page.at(f"{PATH}/new-site")
    own = site_id.strip() or id_of(name_zh)
    words = words_of(state, SHEETS[KIND], texts)
    reading = words.sheet.read({**dict.fromkeys(UNKNOWN, ("unknown",)), **fields}, {"id": own})
    wrong, status = _unreadable(reading, words), 422
    if not (name_zh.strip() and reason.strip()):
        wrong = texts("staff.new.missing")
    try:
        if not wrong:
            Desk(state.store.editor, sender.person).create(KIND, reading.body, reason.strip())
            state.store.unsaved.drop(sender.person.name, (KIND, NEW))
            return go(page, f"{PATH}/sites/{own}", "saved")
    except SchemaError as error:
        wrong = " ".join(map(words.fault, error.faults))
    except ConflictError:
        wrong, status = texts("staff.new.exists", id=own), 409
    except NotAllowedError as error:
        problem = problem_of(error)
        wrong, status = str(problem.document(texts)["detail"]), problem.status
    remember(state, sender, words.sheet, (NEW, 0), fields)
    unsaved = edition_of(state, sender.person, KIND, NEW)
    return _form(seen, state, sender, _first(fields), unsaved=unsaved, wrong=wrong, status=status)


def _first(fields: Fields) -> dict[str, str]:
    return {name: values[0] for name, values in fields.items() if values}


def _unreadable(reading: Reading, words: Words) -> str:
    """Return what cannot be read, each after the name of its field."""
    problems = reading.problems.items()
    return " ".join(
        f"{words.label(name)}: {said_error(one, words.texts)}" for name, one in problems
    )


def _form(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    sent: Mapping[str, str],
    *,
    unsaved: Shown,
    wrong: str = "",
    status: int = 200,
) -> Response:
    return show(
        page,
        signed_in,
        "new_site.html",
        drawing_for(SHEETS[KIND], state, page.texts),
        status=status,
        sent=sent,
        unsaved=unsaved,
        wrong=wrong,
        districts=DISTRICT_NAMES,
        datums=DATUMS,
        bases=POSITION_BASES,
    )
