"""Every address of staff, found by walking the routes: forms of others refused, strangers led out.

A page that is added later is in here by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from staff_world import accounts_of, form_of, signed_in

pytest_plugins = ("fixtures_staff",)

OPEN = {"/staff/login", "/staff/login/oidc", "/staff/login/oidc/done"}
"""Where nobody is signed in yet: the form has a token of its own cookie, the provider a state."""
READ = {"GET", "HEAD"}


def walked(router: APIRouter) -> Iterator[APIRoute]:
    """Yield every route of a router and of those it includes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from walked(route.original_router)


def staff_routes(service: TestClient) -> list[tuple[str, str]]:
    """Return (method, address) of every route of staff, with something in its holes."""
    found = [
        (method, re.sub(r"\{[^}]*\}", "x", route.path.replace("{kind}", "routes")), route.path)
        for route in walked(service.app.router)  # type: ignore[attr-defined]
        for method in route.methods
        if route.path == "/staff" or route.path.startswith("/staff/")
    ]
    return sorted((method, filled) for method, filled, path in found if path not in OPEN)


def test_every_form_is_refused_without_its_token_and_from_another_site(
    service: TestClient,
) -> None:
    browser = signed_in(service, "admin")
    token = form_of(browser.get("/staff").text, "/staff/logout")[1]["token"]
    before = accounts_of(service).log(1)
    posts = [(method, path) for method, path in staff_routes(service) if method not in READ]
    assert len(posts) >= 18
    for method, path in posts:
        for data, headers in (
            ({}, {}),
            ({"token": ["0" * 64]}, {}),
            ({"token": token}, {"Sec-Fetch-Site": "cross-site"}),
            ({"token": token}, {"Origin": "https://evil.example"}),
        ):
            told = {**headers, "Accept": "*/*"}
            answer = browser.http.request(method, path, data=data, headers=told)
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign-form"), path
    assert accounts_of(service).log(1) == before
    assert browser.get("/staff").url.path == "/staff"  # nobody was signed out


def test_who_is_not_signed_in_is_let_in_nowhere(service: TestClient) -> None:
    stranger = TestClient(service.app, headers={"Accept": "text/html"})
    routes = staff_routes(service)
    assert len(routes) >= 35
    for method, path in routes:
        answer = stranger.request(method, path, follow_redirects=False)
        if method in READ:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/staff/login"), path
            assert answer.headers["cache-control"] == "no-store"
        else:
            assert answer.status_code == 401, path


@pytest.mark.parametrize("forged", ["x", "ß\x7f", "a" * 5000])
def test_a_forged_cookie_is_no_session(service: TestClient, forged: str) -> None:
    stranger = TestClient(service.app, headers={"Accept": "*/*"})
    cookie = f"redtrails-staff={forged}".encode("latin-1")
    answer = stranger.get("/staff", headers={"Cookie": cookie})  # type: ignore[dict-item]
    assert answer.status_code == 401
