"""Signing in through an OpenID Connect provider: there and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from api.accounts import PATH, client_address, lifetime_of, set_cookie
from api.deps import StateDep
from api.errors import detail_of, status_of
from api.oidc.errors import BadIdentityError
from api.oidc.ticket import LONGEST, Ticket
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.errors import HeritageError
from routes_data.accounts.errors import TooManyAttemptsError, UserExistsError

from .frame import NO_STORE
from .login import inside, log_in_form, wait_text, welcome

if TYPE_CHECKING:
    from api.oidc.provider import Provider

HERE = f"{PATH}/login/oidc"
router = APIRouter(prefix=HERE)

COOKIE = "redtrails-oidc"


@router.get("")
def begin(page: PageDep, state: StateDep) -> Response:
    """Send a browser to the provider."""
    target = inside(page.request.query_params.get("next", ""))[: LONGEST // 3]
    ticket = Ticket.new(page.texts.lang, target)
    try:
        aim = _provider(state).address(ticket, _back(page))
    except HeritageError as error:
        return _refused(page, state, error, ticket)
    answer = RedirectResponse(aim, 303, NO_STORE)
    set_cookie(answer, page.request, state.settings, (COOKIE, ticket.cookie))
    return answer


@router.get("/done")
def done(page: PageDep, state: StateDep) -> Response:
    """Begin a session for who comes back from the provider, or say why not."""
    ticket = Ticket.read(page.request.cookies.get(COOKIE, ""))
    known = replace(page, texts=Texts.for_lang(ticket.lang)) if ticket else page
    try:
        secret = _signed_in(known, state, ticket)
    except HeritageError as error:
        answer = _refused(known, state, error, ticket)
    else:
        answer = welcome(known, state, secret, ticket.target if ticket else "")
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _signed_in(page: Page, state: AppState, ticket: Ticket | None) -> str:
    """Return what the cookie of the session is to hold."""
    from api.oidc.provider import Answer  # noqa: PLC0415 - few have a provider

    provider, identities = _provider(state), state.store.accounts.identities
    said, address = page.request.query_params, client_address(page.request)
    if ticket is None or not ticket.fits(said.get("state", "")):
        raise BadIdentityError("identity_state", "it belongs to another log-in")
    identities.count_attempt(address)
    answer = Answer(said.get("code", ""), said.get("error", ""), said.get("iss", ""))
    proof = provider.proof(answer, ticket, _back(page))
    return identities.sign_in(proof, address, lifetime_of(state.settings))


def _provider(state: AppState) -> Provider:
    if state.provider is None:
        raise HTTPException(404)
    return state.provider


def _back(page: Page) -> str:
    """Return where the provider sends a browser back to."""
    return f"{page.origin()}{HERE}/done"


def _refused(page: Page, state: AppState, error: HeritageError, ticket: Ticket | None) -> Response:
    """Show the log-in page again, and what went wrong."""
    target = ticket.target if ticket else ""
    again = page.at(f"{PATH}/login", {"lang": page.texts.lang})
    wrong = detail_of(error, page.texts)
    if isinstance(error, TooManyAttemptsError):
        wrong = wait_text(error, page.texts)
    elif isinstance(error, UserExistsError):
        wrong = page.texts("staff.login.name-taken", name=str(error.data.get("name")))
    answer = log_in_form(again, state, target, wrong=wrong, status=status_of(error))
    if isinstance(error, TooManyAttemptsError):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer
