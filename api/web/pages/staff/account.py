"""Somebody's own account: password, API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import (
    PATH,
    SenderDep,
    SignedIn,
    SignedInDep,
    client_address,
    lifetime_of,
)
from api.deps import StateDep
from api.errors import detail_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import BadRequestError
from routes_data.accounts import SCOPES, Token, read_wish
from routes_data.accounts.errors import (
    NotAllowedError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongLoginError,
)
from routes_data.accounts.passwords import LEAST
from routes_data.accounts.roles import read_line
from routes_data.accounts.sessions import Held, hash_of

from .frame import day_text, go, show
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


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its table shows it."""

    id: str
    begun: str
    used: str
    ends: str
    is_this: bool


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
        until=day_text(made.expires, page.texts),
    )


@router.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: str, page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """Revoke a token of one's own."""
    name = sender.person.name
    state.store.accounts.revoke(token_id, name, owner=name)
    return go(page, HERE, "revoked")


@router.post("/sessions/end")
def end_session(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    session: Annotated[str, Form(max_length=64)],
) -> Response:
    """End one session of one's own, on another device perhaps."""
    state.store.accounts.end_session(sender.person.name, session)
    return go(page, HERE, "session-ended")


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
    sessions = state.store.accounts.sessions(person.name, lifetime_of(state.settings))
    context: dict[str, Any] = {
        "sessions": [_session(one, signed_in, page) for one in sessions],
        "tokens": [_row(token, now, page) for token in tokens],
        "scopes": [scope for scope, role in SCOPES.items() if person.role.reaches(role)],
        "days": DAYS,
        "least": LEAST,
        "refused": {form: wrong},
    }
    return show(page, signed_in, "account.html", status=status, **context)


def _session(one: Held, signed_in: SignedIn, page: Page) -> SessionRow:
    moment = page.texts.moment
    return SessionRow(
        id=one.id,
        begun=moment(one.created),
        used=moment(one.seen),
        ends=moment(one.expires),
        is_this=one.id == hash_of(signed_in.secret),
    )


def _row(token: Token, now: datetime, page: Page) -> TokenRow:
    ended = "revoked" if token.revoked else "expired"
    return TokenRow(
        token=token,
        expires=day_text(token.expires, page.texts),
        used=day_text(token.used, page.texts) if token.used else page.texts("staff.tokens.never"),
        state="" if token.holds(now) else page.texts(f"staff.tokens.{ended}"),
    )
