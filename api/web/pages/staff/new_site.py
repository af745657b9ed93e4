"""A new site: the little that makes a draft; everything else is filled in by its editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import problem_of
from api.web.view import Page, PageDep
from geo.districts import DISTRICT_NAMES
from geo.errors import ConflictError, SchemaError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk
from routes_data.exchange.ids import id_of

from .frame import go, show
from .record_form import FieldsDep, Reason, words_of
from .sheets import SHEETS

router = APIRouter(prefix=f"{PATH}/new-site")

KIND = "sites"
UNKNOWN = ("hours_basis", "ticket", "booking", "indoor", "step_free", "toilets")
"""Columns that say outright that nothing is known."""


@router.get("")
def new_page(page: PageDep, signed_in: SignedInDep) -> Response:
    """Show the form."""
    signed_in.person.require(Role.EDITOR)
    parts = signed_in.person.unit.parts
    return _form(page, signed_in, {"district": parts[0] if parts else ""})


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
    sent = {name: values[0] for name, values in fields.items() if values}
    own = site_id.strip() or id_of(name_zh)
    if not (name_zh.strip() and reason.strip()):
        return _form(seen, sender, sent, texts("staff.new.missing"), 422)
    body = SHEETS[KIND].read({**dict.fromkeys(UNKNOWN, ("unknown",)), **fields}, {"id": own}).body
    try:
        Desk(state.store.editor, sender.person).create(KIND, body, reason.strip())
    except SchemaError as error:
        words = words_of(state, SHEETS[KIND], texts)
        wrong = " ".join(map(words.fault, error.faults))
        return _form(seen, sender, sent, wrong, 422)
    except ConflictError:
        return _form(seen, sender, sent, texts("staff.new.exists", id=own), 409)
    except NotAllowedError as error:
        problem = problem_of(error)
        return _form(seen, sender, sent, str(problem.document(texts)["detail"]), problem.status)
    return go(page, f"{PATH}/sites/{own}", "saved")


def _form(
    page: Page, signed_in: SignedIn, sent: Mapping[str, str], wrong: str = "", status: int = 200
) -> Response:
    return show(
        page,
        signed_in,
        "new_site.html",
        status=status,
        sent=sent,
        wrong=wrong,
        districts=DISTRICT_NAMES,
    )
