"""Somebody's own account: password, API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep, client_address
from api.deps import StateDep
from api.errors import detail_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import BadRequestError
from geo.models import TIME_ZONE
from routes_data.accounts import SCOPES, Token, read_wish
from routes_data.accounts.errors import (
    NotAllowedError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongLoginError,
)
from routes_data.accounts.passwords import LEAST
from routes_data.accounts.roles import read_line

from .frame import go, show
from .login import PASSWORD_LIMIT, wait_text

HERE = f"{PATH}/account"
router = APIRouter(prefix=HERE)

DAYS = (30, 90, 180, 366)
PasswordText = Annotated[str, Form(max_length=PASSWORD_LIMIT)]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its table shows it."""

    token: Token
    expires: str
    used: str
    state: str


@router.get("")
def account_page(page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show the forms and the tokens."""
    return _shown(page, state, signed_in)


@router.post("/password")
def set_password(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    old: PasswordText = "",
    new: PasswordText = "",
    repeated: PasswordText = "",
) -> Response:
    """Give the account another password; every session ends, so one signs in with it."""
    texts, name, accounts = page.texts, sender.person.name, state.store.accounts
    if new != repeated:
        return _refused(page, state, sender, "password", texts("staff.password.differ"))
    try:
        accounts.prove(name, old, client_address(page.request))
        accounts.set_password(name, new, name)
    except WrongLoginError:
        return _refused(page, state, sender, "password", texts("staff.password.old-wrong"))
    except TooManyAttemptsError as error:
        return _refused(page, state, sender, "password", wait_text(error, texts))
    except WeakPasswordError as error:
        return _refused(page, state, sender, "password", detail_of(error, texts))
    return go(page, f"{PATH}/login", "password")


@router.post("/tokens")
def make_token(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    label: Annotated[str, Form(max_length=200)] = "",
    scopes: Annotated[list[str] | None, Form(max_length=10)] = None,
    days: Annotated[int, Form()] = 90,
) -> Response:
    """Make a token and show it, this once."""
    try:
        wish = read_wish(read_line("label", label), scopes or (), days)
        made, text = state.store.accounts.make_token(sender.person.name, wish, sender.person.name)
    except (BadRequestError, NotAllowedError) as error:
        return _refused(page, state, sender, "tokens", detail_of(error, page.texts))
    shown = page.at(HERE)
    return show(
        shown,
        sender,
        "token.html",
        status=201,
        made=made,
        text=text,
        until=_day(made.expires, page),
    )


@router.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: str, page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """Revoke a token of one's own."""
    name = sender.person.name
    state.store.accounts.revoke(token_id, name, owner=name)
    return go(page, HERE, "revoked")


def _refused(page: Page, state: AppState, sender: SignedIn, form: str, wrong: str) -> Response:
    return _shown(page.at(HERE), state, sender, status=422, form=form, wrong=wrong)


def _shown(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    *,
    status: int = 200,
    form: str = "",
    wrong: str = "",
) -> Response:
    person, now = signed_in.person, state.store.accounts.clock()
    tokens = state.store.accounts.tokens(person.name)
    context: dict[str, Any] = {
        "tokens": [_row(token, now, page) for token in tokens],
        "scopes": [scope for scope, role in SCOPES.items() if person.role.reaches(role)],
        "days": DAYS,
        "least": LEAST,
        "refused": {form: wrong},
    }
    return show(page, signed_in, "account.html", status=status, **context)


def _row(token: Token, now: datetime, page: Page) -> TokenRow:
    ended = "revoked" if token.revoked else "expired"
    return TokenRow(
        token=token,
        expires=_day(token.expires, page),
        used=_day(token.used, page) if token.used else page.texts("staff.tokens.never"),
        state="" if token.holds(now) else page.texts(f"staff.tokens.{ended}"),
    )


def _day(moment: datetime, page: Page) -> str:
    return page.texts.date(moment.astimezone(TIME_ZONE).date(), weekday=False)
