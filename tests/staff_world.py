"""Staff at work over HTTP: people, and their browsers without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.state import holder_of
from routes_data.accounts import Accounts, NewPerson, Role, Unit

GOOD = "correct horse battery"
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Argon2 without its cost, for the hundreds of log-ins of a test run."""
ENGLISH = {"Accept-Language": "en", "Accept": "text/html"}
PEOPLE = (
    NewPerson("viewer", "赵看", Role.VIEWER, Unit()),
    NewPerson("editor", "钱编", Role.EDITOR, Unit()),
    NewPerson("shinan", "孙南", Role.EDITOR, Unit(("市南区",))),
    NewPerson("laoshan", "李崂", Role.REVIEWER, Unit(("崂山区",))),
    NewPerson("reviewer", "周审", Role.REVIEWER, Unit()),
    NewPerson("admin", "吴管", Role.ADMIN, Unit()),
)


class Forms(HTMLParser):
    """The POST forms of a page with what a browser would send, in the order they stand there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            if values.get("method") == "post":
                self.found.append((values["action"], self._fields))
            return
        if self._fields is None:
            return
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in values):
            self._fields.setdefault(name, []).append(values.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._fields.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            self._fields.setdefault(self._select, []).append(values["value"])

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._fields is not None:
            self._fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            if self._area is not None and self._fields is not None:
                # The first line end after the tag is no part of the text (HTML, 13.1.2.5).
                text = self._fields[self._area][-1]
                self._fields[self._area][-1] = text.removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None


def form_of(html: str, ending: str) -> tuple[str, dict[str, list[str]]]:
    """Return address and fields of the one form whose path ends so."""
    (found,) = (one for one in Forms(html).found if one[0].partition("?")[0].endswith(ending))
    return found


class Browser:
    """A browser of one person, without scripts; follows redirects as browsers do."""

    def __init__(self, service: TestClient) -> None:
        self.http = TestClient(service.app, headers=ENGLISH)

    def get(self, path: str, **query: str) -> Response:
        return self.http.get(path, params=query or None)

    def send(
        self,
        page: Response,
        ending: str,
        changes: Mapping[str, str | list[str]] | None = None,
        **more: str | list[str],
    ) -> Response:
        """Fill in a form of a page and send it."""
        action, fields = form_of(page.text, ending)
        return self.http.post(action, data={**fields, **(changes or {}), **more})

    def sign_in(self, name: str, password: str = GOOD) -> Response:
        return self.send(self.get("/staff/login"), "/staff/login", name=name, password=password)


def accounts_of(service: TestClient) -> Accounts:
    """The accounts of a service."""
    return holder_of(service.app).state.store.accounts  # type: ignore[arg-type]


def signed_in(service: TestClient, name: str) -> Browser:
    """A browser in which somebody has signed in."""
    browser = Browser(service)
    answer = browser.sign_in(name)
    assert answer.status_code == 200, answer.text
    assert answer.url.path == "/staff"
    return browser
