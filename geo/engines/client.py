"""The HTTP client routingpy's routers use here: short timeouts, few retries, no waiting.

routingpy's own repeats for a minute and warns on standard error; a visitor waits for neither.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import requests
from routingpy.client_base import BaseClient
from routingpy.exceptions import RouterApiError

from .breaker import EngineSilentError

RETRY_PAUSE_S = 0.2
AGAIN = frozenset({429, 500, 502, 503, 504})


class Client(BaseClient):  # type: ignore[misc]  # routingpy is not typed
    """Asks one engine, from any thread.

    Parameters
    ----------
    base_url, user_agent, timeout
        As routingpy hands them over; the timeout (seconds) is for connecting and for each silence.
    rest
        What else routingpy hands over, and `headers`, `retries`, `sleep`.
    """

    def __init__(
        self,
        base_url: str,
        user_agent: str | None = None,
        timeout: float | None = None,
        *rest: object,
        retries: int = 1,
        sleep: Callable[[float], None] = time.sleep,
        **kwargs: Any,  # noqa: ANN401 - routingpy's
    ) -> None:
        super().__init__(base_url.rstrip("/"), user_agent, timeout, *rest, **kwargs)
        given = {name: value for name, value in kwargs.get("headers", {}).items() if value}
        self.headers.update(given)
        self._retries, self._sleep = retries, sleep
        self._threads = threading.local()

    def _session(self) -> requests.Session:
        """Return this thread's own session: sessions are not made to be shared."""
        session = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
        found: requests.Session = session
        return found

    def _request(
        self,
        url: str,
        get_params: Any = None,  # noqa: ANN401 - routingpy's
        post_params: Any = None,  # noqa: ANN401
        **_: object,
    ) -> Any:  # noqa: ANN401
        """Return the JSON of an answer (called by routingpy).

        Raises
        ------
        EngineSilentError
            No answer, a server error, or no JSON, each time it was asked.
        RouterApiError
            The engine refuses: no way, no road, a bad question.
        """
        address = self.base_url + self._generate_auth_url(url, get_params)
        reason = ""
        for attempt in range(1 + self._retries):
            if attempt:
                self._sleep(RETRY_PAUSE_S)
            try:
                return self._once(address, post_params)
            except requests.RequestException as error:
                reason = type(error).__name__
            except EngineSilentError as error:
                reason = str(error)
        raise EngineSilentError(reason)

    def _once(self, address: str, post_params: Any) -> Any:  # noqa: ANN401
        method = "GET" if post_params is None else "POST"
        answer = self._session().request(
            method, address, json=post_params, headers=self.headers, timeout=self.timeout
        )
        if answer.status_code in AGAIN:
            raise EngineSilentError(f"HTTP {answer.status_code}")
        if answer.status_code != HTTPStatus.OK:
            raise RouterApiError(answer.status_code, answer.text)
        try:
            return answer.json()
        except ValueError as error:
            raise EngineSilentError("the answer is no JSON") from error

    def ask(self, url: str, get_params: Any = None, post_params: Any = None) -> Any:  # noqa: ANN401
        """Ask for what routingpy has no method for: the nearest road."""
        return self._request(url, get_params, post_params)
