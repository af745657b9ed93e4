"""Who asks: the session of a cookie on the pages, the token of a header in the machine interface.

The cookie goes to /staff alone; no address under /api ever looks at one, so another site's script
can read there only what is public anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.security import HTTPBearer

from routes_data.accounts import Lifetime, Person, Role, Token
from routes_data.accounts.errors import (
    BadTokenError,
    NotSignedInError,
    ScopeError,
    TooManyAttemptsError,
)

from .deps import SettingsDep, StateDep
from .errors import problem_of, respond, wants_page
from .forgery import check_form_token, form_token
from .settings import Settings
from .state import AppState
from .web.language import lenient_lang
from .web.view import address

PATH = "/staff"
COOKIE = "redtrails-staff"
SECRET_LIMIT = 100
"""Longest cookie or token that is looked at: ours have half of it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: who it is of, and what its cookie holds."""

    person: Person
    secret: str

    @property
    def form_token(self) -> str:
        """What every form of this session sends along."""
        return form_token(self.secret)


def lifetime_of(settings: Settings) -> Lifetime:
    """Return how long sessions last."""
    return Lifetime(
        timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes)
    )


def get_signed_in(request: Request, state: StateDep) -> SignedIn:
    """Return the session of the cookie.

    Raises
    ------
    NotSignedInError
        There is none that holds.
    """
    secret = request.cookies.get(COOKIE, "")[:SECRET_LIMIT]
    session = state.store.accounts.session(secret, lifetime_of(state.settings))
    return SignedIn(session.person, secret)


SignedInDep = Annotated[SignedIn, Depends(get_signed_in)]


def get_sender(
    signed_in: SignedInDep, token: Annotated[str, Form(max_length=SECRET_LIMIT)] = ""
) -> SignedIn:
    """Return the session that sends a form of its own.

    Raises
    ------
    NotSignedInError, ForeignFormError
        There is no session; the form is not one of this session.
    """
    check_form_token(signed_in.secret, token)
    return signed_in


SenderDep = Annotated[SignedIn, Depends(get_sender)]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sends a token, and what it was made for."""

    person: Person
    token: Token

    def require(self, scope: str, role: Role) -> None:
        """Refuse what the token was not made for, or its account may no longer do.

        Raises
        ------
        ScopeError, RoleError
            The one or the other.
        """
        if scope not in self.token.scopes:
            raise ScopeError(scope)
        self.person.require(role)


SCHEME = HTTPBearer(
    scheme_name="token",
    description="An API token, made in the account page of staff or by `redtrails user token add`.",
    auto_error=False,
)
"""Declares the header in the OpenAPI document; `bearer_of` reads it."""


def get_bearer(
    request: Request, state: StateDep, _declared: Annotated[object, Depends(SCHEME)]
) -> Bearer:
    """Return who sends the token of a request, as `bearer_of`."""
    return bearer_of(request, state)


def bearer_of(request: Request, state: AppState) -> Bearer:
    """Return who sends the token in `Authorization: Bearer …`.

    Raises
    ------
    NotSignedInError
        There is none.
    BadTokenError
        It is unknown, has expired or was revoked.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedInError("send an API token: `Authorization: Bearer rt_…`")
    return Bearer(*state.store.accounts.by_token(text.strip()[:SECRET_LIMIT]))


BearerDep = Annotated[Bearer, Depends(get_bearer)]


def client_address(request: Request) -> str:
    """Return the network address a request came from, as the proxy in front tells it."""
    return request.client.host if request.client else ""


def set_cookie(
    answer: Response, request: Request, settings: SettingsDep, cookie: tuple[str, str]
) -> None:
    """Give the browser a cookie, as (name, value), for the pages of staff alone.

    It has no date: a browser forgets it when it is closed, the service by its own clock.
    """
    name, value = cookie
    answer.set_cookie(
        name,
        value,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or settings.public_url.startswith("https:"),
    )


def install(app: FastAPI) -> None:
    """Give `app` the answers to who is not signed in, or has to wait."""
    app.add_exception_handler(NotSignedInError, _on_not_signed_in)
    app.add_exception_handler(TooManyAttemptsError, _on_too_many_attempts)


def _on_not_signed_in(request: Request, error: Exception) -> Response:
    """Lead a browser to the log-in page and back; tell a machine how to prove who it is."""
    assert isinstance(error, NotSignedInError)  # noqa: S101 - what it was registered for
    if wants_page(request) and request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        asked = request.url.path + query if request.url.path != PATH else ""
        target = address(f"{PATH}/login", {"next": asked, "lang": lenient_lang(request)})
        return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    wrong = ', error="invalid_token"' if isinstance(error, BadTokenError) else ""
    proof = {"WWW-Authenticate": f'Bearer realm="red trails"{wrong}'}
    return respond(request, problem_of(error), proof)


def _on_too_many_attempts(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooManyAttemptsError)  # noqa: S101
    return respond(request, problem_of(error), {"Retry-After": str(error.wait_s)})
