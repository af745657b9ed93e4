"""Forms that another site sends in a visitor's name are refused.

Two checks, each enough by itself: the browser says which site a form comes from, and the form
holds a token that only a page of ours for this very session has.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from routes_data.accounts.errors import NotAllowedError

from .deps import SettingsDep
from .settings import Settings

SAME = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of a page of ours, or of somebody's own doing."""


class ForeignFormError(NotAllowedError):
    """A form did not come from a page of this service, or from one of another session."""

    code = "foreign-form"

    def __init__(self) -> None:
        super().__init__(
            "this form came from another site, or from a page of an earlier session; "
            "open the page again and send it from there"
        )


def form_token(secret: str) -> str:
    """Return the token of the forms of one session; it tells nothing of the session's secret."""
    return hmac.new(secret.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()


def check_form_token(secret: str, token: str) -> None:
    """Refuse a form whose token is not that of the session.

    Raises
    ------
    ForeignFormError
        It is another one, or none.
    """
    given = token.encode("utf-8", "replace")
    if not secret or not hmac.compare_digest(form_token(secret).encode(), given):
        raise ForeignFormError


def check_sender(request: Request, settings: SettingsDep) -> None:
    """Refuse a form that the browser says another site has sent.

    Raises
    ------
    ForeignFormError
        `Sec-Fetch-Site` or, from older browsers, `Origin` names another.
    """
    if request.method in {"GET", "HEAD"}:
        return
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    if site is not None:
        if site not in SAME:
            raise ForeignFormError
    elif origin is not None and origin not in own_origins(request, settings):
        raise ForeignFormError


def own_origins(request: Request, settings: Settings) -> frozenset[str]:
    """Return scheme and host of this service, as it is reached and as visitors know it."""
    addresses = (str(request.base_url), settings.public_url)
    parts = [urlsplit(address) for address in addresses if address]
    return frozenset(f"{one.scheme}://{one.netloc}" for one in parts)
