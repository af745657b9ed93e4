"""Signing in and out.

Before anybody is signed in, a cookie of its own ties the form to the browser it was sent to: no
other site can sign somebody in to an account that is not theirs.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.accounts import (
    COOKIE,
    PATH,
    SECRET_LIMIT,
    SenderDep,
    client_address,
    lifetime_of,
    set_cookie,
)
from api.deps import StateDep
from api.forgery import ForeignFormError, check_form_token, form_token
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from routes_data.accounts.errors import TooManyAttemptsError, WrongLoginError

from .frame import NO_STORE, go

router = APIRouter(prefix=PATH)

GUEST = "redtrails-guest"
NAME_LIMIT = 100
PASSWORD_LIMIT = 1000


@router.get("/login")
def login_page(page: PageDep, state: StateDep) -> Response:
    """Show the form."""
    return log_in_form(page, state, page.request.query_params.get("next", ""))


@router.post("/login")
def sign_in(
    page: PageDep,
    state: StateDep,
    *,
    name: Annotated[str, Form(max_length=NAME_LIMIT)] = "",
    password: Annotated[str, Form(max_length=PASSWORD_LIMIT)] = "",
    token: Annotated[str, Form(max_length=SECRET_LIMIT)] = "",
    target: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Begin a session, or say why not; what was typed as a name stays in its field."""
    guest = page.request.cookies.get(GUEST, "")[:SECRET_LIMIT]
    again = page.at(f"{PATH}/login", {"next": target} if target else None)
    texts = page.texts
    if not guest:
        return log_in_form(again, state, target, name=name, wrong=texts("staff.login.no-cookie"))
    try:
        check_form_token(guest, token)
        secret = state.store.accounts.sign_in(
            name, password, client_address(page.request), lifetime_of(state.settings)
        )
    except ForeignFormError:
        wrong, status = texts("staff.login.again"), 403
    except WrongLoginError:
        wrong, status = texts("problem.wrong-login.detail"), 401
    except TooManyAttemptsError as error:
        answer = log_in_form(
            again, state, target, name=name, wrong=wait_text(error, texts), status=429
        )
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    else:
        return welcome(page, state, secret, target)
    return log_in_form(again, state, target, name=name, wrong=wrong, status=status)


@router.post("/logout")
def sign_out(page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """End this session."""
    state.store.accounts.sign_out(sender.secret, sender.person.name)
    return _goodbye(page)


@router.post("/logout-everywhere")
def sign_out_everywhere(page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """End every session of this account, this one included."""
    state.store.accounts.sign_out_everywhere(sender.person.name, sender.person.name)
    return _goodbye(page)


def wait_text(error: TooManyAttemptsError, texts: Texts) -> str:
    """Return how long to wait, in seconds or, where it is longer, in whole minutes."""
    minutes = -(-error.wait_s // 60)
    if error.wait_s > 90:  # noqa: PLR2004 - "2 minutes" for 91 seconds, "90 seconds" below
        return texts("staff.login.wait-minutes", count=minutes)
    return texts("staff.login.wait-seconds", count=error.wait_s)


def inside(target: str) -> str:
    """Return where to go after the log-in: a page of staff, or none of somebody's choosing."""
    own = target == PATH or target.startswith((f"{PATH}/", f"{PATH}?"))
    return (
        target if own and target.isascii() and target.isprintable() and "\\" not in target else ""
    )


def log_in_form(
    page: Page,
    state: StateDep,
    target: str,
    *,
    name: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    """Return the page that asks who somebody is, or says why that is not known yet."""
    bye = page.request.query_params.get("done") == "signed-out"
    # The same one again: a log-in page in another tab goes on working.
    guest = page.request.cookies.get(GUEST, "")[:SECRET_LIMIT] or secrets.token_urlsafe(32)
    answer = page.render(
        "staff/login.html",
        status=status,
        name=name,
        wrong=wrong,
        token=form_token(guest),
        target=inside(target),
        bye=bye,
        provider=provider_name(state, page.texts),
        provider_logout=state.provider.logout_address(page.origin() + f"{PATH}/login")
        if bye and state.provider
        else "",
    )
    answer.headers.update(NO_STORE)
    set_cookie(answer, page.request, state.settings, (GUEST, guest))
    return answer


def provider_name(state: AppState, texts: Texts) -> str:
    """Return what the provider is called on its button; empty: there is none."""
    if state.provider is None:
        return ""
    return state.settings.oidc_label or texts("staff.login.provider-name")


def welcome(page: Page, state: StateDep, secret: str, target: str) -> Response:
    """Lead on to where somebody wanted to go, signed in."""
    aim = inside(target)
    answer = RedirectResponse(aim, 303, NO_STORE) if aim else go(page, PATH)
    set_cookie(answer, page.request, state.settings, (COOKIE, secret))
    answer.delete_cookie(GUEST, path=PATH)
    return answer


def _goodbye(page: Page) -> Response:
    answer = go(page, f"{PATH}/login", "signed-out")
    answer.delete_cookie(COOKIE, path=PATH)
    return answer
