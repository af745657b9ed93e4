"""What a provider publishes of itself: its addresses and its keys, fetched when they are needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import requests

from api.settings import is_safe_address

from .errors import ProviderUnavailableError

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0
MAX_AGE_S = 3600.0
RETRY_AFTER_S = 10.0
"""How long a provider that did not answer is left alone: those who wait are told at once."""
ROTATED_AFTER_S = 30.0
"""How old keys must be before one that is not among them has them fetched again."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")

Document = dict[str, Any]


class Cached:
    """A document, fetched by one thread at a time and kept; an old one is better than none."""

    def __init__(self, fetch: Callable[[], Document]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._kept: Document | None = None
        self._fetched = self._failed = float("-inf")

    def get(self, max_age_s: float = MAX_AGE_S) -> Document:
        """Return the document, not older than so many seconds where it can be had.

        Raises
        ------
        ProviderUnavailableError
            It cannot be had, and there is no older one.
        """
        with self._lock:
            now = time.monotonic()
            old = self._kept is None or now - self._fetched >= max_age_s
            if old and now - self._failed >= RETRY_AFTER_S:
                self._renew()
            if self._kept is None:
                raise ProviderUnavailableError("it did not answer a moment ago")
            return self._kept

    def _renew(self) -> None:
        try:
            self._kept, self._fetched = self._fetch(), time.monotonic()
        except ProviderUnavailableError as error:
            self._failed = time.monotonic()
            log.warning("%s", error.message)
            if self._kept is None:
                raise


def fetched(address: str) -> Document:
    """Return a JSON object of the provider.

    Raises
    ------
    ProviderUnavailableError
        It cannot be reached, or says something else.
    """
    try:
        answer = requests.get(
            address,
            timeout=TIMEOUT_S,
            allow_redirects=False,
            headers={"Accept": "application/json"},
        )
        document = answer.json() if answer.ok else None
    except (requests.RequestException, ValueError) as error:
        raise ProviderUnavailableError(type(error).__name__) from error
    if answer.status_code != requests.codes.ok or not isinstance(document, dict):
        raise ProviderUnavailableError(f"HTTP {answer.status_code}, and no JSON object")
    return document


def discovered(issuer: str) -> Document:
    """Return the addresses of a provider (OpenID Connect Discovery 1.0, 4).

    Raises
    ------
    ProviderUnavailableError
        It cannot be reached, is another one, or names an address that anybody may listen to.
    """
    document = fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(document.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise ProviderUnavailableError("it says that it is another issuer")
    named = [document.get(name) for name in ENDPOINTS]
    named += [document[name] for name in OPTIONAL_ENDPOINTS if document.get(name)]
    if not all(is_safe_address(str(one or "")) for one in named):
        raise ProviderUnavailableError("it names no address, or one that is not https")
    return document
