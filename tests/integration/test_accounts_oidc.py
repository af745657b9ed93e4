"""Log-in through an OpenID Connect provider that runs beside, with real keys and tokens."""

from __future__ import annotations

import base64
import hmac
import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from provider_world import CLIENT, KEYS, SECRET, Claims, World, running_provider
from sqlalchemy import delete, update
from staff_world import ENGLISH, GOOD, Browser, accounts_of, signed_in

from api.main import create_app
from api.providers import provider_of
from api.settings import Settings
from api.state import holder_of
from routes_data.accounts import Identity, Role
from routes_data.accounts.models import ATTEMPTS, IDENTITIES, SESSIONS, USERS
from routes_data.engine import writing
from routes_data.store import Store

pytest_plugins = ("fixtures_staff",)

START = "/staff/login/oidc"
Starter = Callable[..., TestClient]


@pytest.fixture
def provider() -> Iterator[World]:
    """A provider of a test's own."""
    with running_provider() as world:
        yield world


@pytest.fixture(scope="module")
def running(staffed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service for all tests of this file; each is told of its own provider, by `started`."""
    data = tmp_path_factory.mktemp("oidc") / "data"
    shutil.copytree(staffed_data, data)
    with TestClient(create_app(Settings(data_dir=data)), headers=ENGLISH) as client:
        yield client


@pytest.fixture
def started(provider: World, running: TestClient) -> Iterator[Starter]:
    """Tell the service of the provider; with more settings where they are given."""
    holder = holder_of(running.app)  # type: ignore[arg-type]
    before = holder.state

    def start(**more: str) -> TestClient:
        values = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET, **more}
        settings = Settings(data_dir=before.settings.data_dir, oidc_issuer=provider.url, **values)  # type: ignore[arg-type]
        told = replace(before, settings=settings, provider=provider_of(settings))
        holder.swap(lambda _: told)
        return running

    yield start
    holder.swap(lambda _: before)
    forget(before.store)


def forget(store: Store) -> None:
    """Take back what a test did to accounts, but for the log and new names."""
    with writing(store.engine) as connection:
        for table in (IDENTITIES, SESSIONS, ATTEMPTS):
            connection.execute(delete(table))
        connection.execute(update(USERS).values(disabled=False))


@pytest.fixture
def service(started: Starter) -> TestClient:
    """A service that knows the provider, and no groups."""
    return started()


def link(service: TestClient, provider: World, name: str, kind: str, value: str) -> None:
    accounts_of(service).identities.link(name, Identity(provider.url, kind, value), "test")


def go(browser: Browser, path: str = START, **query: str) -> str:
    """Press the button; return where the browser is sent."""
    answer = browser.http.get(path, params=query, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(browser: Browser, provider: World, **changes: str) -> Response:
    """Sign in at the provider and come back."""
    return browser.http.get(provider.sign_in(go(browser), **changes))


def acts(service: TestClient) -> list[tuple[str, str]]:
    return [(one.who, one.act) for one in accounts_of(service).log(5)]


def test_who_is_linked_signs_in_by_the_button_and_lands_where_they_wanted(
    service: TestClient, provider: World
) -> None:
    link(service, provider, "editor", "subject", "person-1")
    browser = Browser(service)
    page = browser.get("/staff/account", lang="en")
    assert "Sign in with single sign-on" in page.text
    assert 'href="/staff/login/oidc?next=%2Fstaff%2Faccount' in page.text
    aim = go(browser, next="/staff/account", lang="zh")
    back = browser.http.get(provider.sign_in(aim))
    assert (back.status_code, back.url.path) == (200, "/staff/account")
    assert "钱编" in back.text
    entry = accounts_of(service).log(1)[0]
    assert (entry.who, entry.act, entry.detail) == ("editor", "signed-in", {"via": provider.url})
    assert not {"redtrails-oidc", "redtrails-guest"} & {
        one.name for one in browser.http.cookies.jar
    }
    assert Browser(service).sign_in("editor").url.path == "/staff"  # the password still does


def test_the_provider_is_asked_as_the_standard_wants(service: TestClient, provider: World) -> None:
    assert provider.asked == []  # not before somebody signs in
    first, second = (parse_qs(urlsplit(go(Browser(service))).query) for _ in range(2))
    assert provider.asked == ["/.well-known/openid-configuration"]  # once
    assert first["redirect_uri"] == ["http://testserver/staff/login/oidc/done"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    assert len({*first["state"], *first["nonce"], *first["code_challenge"]}) == 3


def test_behind_a_proxy_that_ends_tls(started: Starter) -> None:
    service = started(public_url="https://trails.example.org")
    answer = Browser(service).http.get(START, follow_redirects=False)
    aim = parse_qs(urlsplit(answer.headers["location"]).query)
    assert aim["redirect_uri"] == ["https://trails.example.org/staff/login/oidc/done"]
    (cookie,) = answer.headers.get_list("set-cookie")
    assert {"Secure", "HttpOnly", "Path=/staff", "SameSite=lax"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"


def test_nobody_gets_an_account_by_knowing_the_provider(
    service: TestClient, provider: World
) -> None:
    """Neither a name like that of an account nor an address nobody has verified opens it."""
    link(service, provider, "editor", "email", "li@example.org")
    people = accounts_of(service).people()
    for claims in (
        {"sub": "person-1"},
        {"sub": "admin", "preferred_username": "admin", "groups": ["admin"]},
        {"sub": "person-2", "email": "li@example.org"},
        {"sub": "person-2", "email": "li@example.org", "email_verified": False},
        {"sub": "person-2", "email": "other@example.org", "email_verified": True},
    ):
        provider.claims = claims
        page = come_back(Browser(service), provider)
        assert page.status_code == 403, claims
        assert f"The provider knows you (as {claims['sub']})" in page.text
        assert 'name="password"' in page.text
    assert accounts_of(service).people() == people


def test_a_verified_address_links_once_then_the_subject_counts(
    service: TestClient, provider: World
) -> None:
    link(service, provider, "editor", "email", "li@example.org")
    provider.claims = {"sub": "p-7", "email": "Li@Example.org", "email_verified": True}
    assert come_back(Browser(service), provider).url.path == "/staff"
    held = accounts_of(service).identities.of_user("editor")
    assert held == (Identity(provider.url, "subject", "p-7"),)
    provider.claims |= {"sub": "p-8"}  # the address was given to somebody else
    assert come_back(Browser(service), provider).status_code == 403
    provider.claims = {"sub": "p-7"}
    assert come_back(Browser(service), provider).url.path == "/staff"


def test_a_disabled_account_is_not_opened(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    accounts_of(service).disable("editor", "test")
    assert come_back(Browser(service), provider).status_code == 403
    assert acts(service)[0] == ("editor", "log-in-refused")


def changed(**changes: object) -> Callable[[Claims], Claims]:
    return lambda claims: {
        name: value for name, value in {**claims, **changes}.items() if value is not None
    }


LIES = (
    (changed(nonce="another"), "it belongs to another log-in"),
    (changed(nonce=None), "it belongs to another log-in"),
    (changed(aud="another"), "it was made for another service"),
    (changed(aud=[CLIENT, "another"]), "it was made for another service"),
    (changed(aud=[CLIENT, "another"], azp="another"), "it was made for another service"),
    (changed(iss="https://evil.example"), "another provider made it"),
    (changed(exp=1_000), "it has expired"),
    (changed(exp=None), "cannot be read"),
    (changed(iat=99_999_999_999), "differ by more than 60 seconds"),
    (changed(nbf=99_999_999_999), "differ by more than 60 seconds"),
    (changed(sub=None), "cannot be read"),
    (changed(sub=""), "cannot be read"),
    (changed(at_hash="wrong"), "cannot be read"),
)


def test_a_token_that_says_something_else_is_refused(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    browser = Browser(service)
    for lie, said in LIES:
        provider.lie = lie
        page = come_back(browser, provider)
        assert (page.status_code, said in page.text) == (401, True), page.text
    assert browser.get("/staff").url.path == "/staff/login"


def test_a_clock_that_is_a_little_off_is_borne(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    for seconds in (-30, 30):
        provider.lie = lambda claims, off=seconds: {  # type: ignore[misc]
            **claims,
            "iat": claims["iat"] + off,
            "exp": claims["iat"] + off,
        }
        assert come_back(Browser(service), provider).url.path == "/staff"


def test_a_signature_is_one_of_the_provider(
    service: TestClient, provider: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link(service, provider, "editor", "subject", "person-1")
    provider.key = KEYS[1]  # which it has not published
    for header in ({}, {"kid": "key-1"}):
        provider.header = header
        page = come_back(Browser(service), provider)
        assert (page.status_code, "signature is not" in page.text) == (401, True)
    monkeypatch.setattr("api.oidc.documents.ROTATED_AFTER_S", 0)
    provider.header, provider.published = {}, [KEYS[1]]
    assert come_back(Browser(service), provider).url.path == "/staff"  # keys are exchanged


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_without_a_signature_or_with_a_shared_one_is_refused(
    service: TestClient, provider: World, monkeypatch: pytest.MonkeyPatch, alg: str
) -> None:
    link(service, provider, "editor", "subject", "person-1")
    real = provider._id_token

    def forged(nonce: str) -> str:
        """Sign with what is public: the published key as if it were a shared secret."""
        head = base64url(json.dumps({"alg": alg, "kid": "key-1"}).encode())
        body = f"{head}.{real(nonce).split('.')[1]}"
        key = KEYS[0].as_pem(private=False)
        proof = hmac.digest(key, body.encode(), "sha256") if alg == "HS256" else b""
        return f"{body}.{base64url(proof)}"

    monkeypatch.setattr(provider, "_id_token", forged)
    assert come_back(Browser(service), provider).status_code == 401


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_an_answer_to_another_log_in_is_refused_before_anybody_is_asked(
    service: TestClient, provider: World
) -> None:
    link(service, provider, "editor", "subject", "person-1")
    browser, other = Browser(service), Browser(service)
    of_other = provider.sign_in(go(other))
    go(browser)
    without = Browser(service)
    for one, back in (
        (browser, of_other),  # a thief's code in a victim's browser
        (without, of_other),
        (browser, f"{START}/done"),
        (browser, f"{START}/done?{urlencode({'state': 'ß', 'code': 'x'})}"),
    ):
        page = one.http.get(back)
        assert (page.status_code, "belongs to another log-in" in page.text) == (401, True)
    assert "/token" not in provider.asked
    assert other.http.get(of_other).url.path == "/staff"
    again = other.http.get(of_other)  # the ticket is used up
    assert again.status_code == 401


def test_what_the_provider_refuses_is_told_without_its_words(
    service: TestClient, provider: World
) -> None:
    page = come_back(Browser(service), provider, error="access_denied", error_description="<b>x")
    assert (page.status_code, "(access_denied)" in page.text) == (401, True)
    odd = come_back(Browser(service), provider, error="<script>alert(1)</script>")
    assert "alert(1)" not in odd.text
    wrong = come_back(Browser(service), provider, code="never-given")
    assert (wrong.status_code, "(invalid_grant)" in wrong.text) == (401, True)
    other = come_back(Browser(service), provider, iss="https://evil.example")
    assert (other.status_code, "another provider" in other.text) == (401, True)


def test_a_provider_that_is_down_is_told_and_the_password_still_does(
    started: Starter, provider: World
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for said in ((500, b"{}"), (200, b"<html>"), (302, b"{}"), (200, b'{"issuer": "https://x"}')):
        provider.say = said
        page = Browser(started()).http.get(START)
        assert (page.status_code, "does not answer" in page.text) == (503, True), said
        assert page.url.path == START
    provider.say, provider.url = None, closed
    service = started()
    browser = Browser(service)
    assert browser.http.get(START).status_code == 503
    assert browser.sign_in("editor").url.path == "/staff"


def test_a_provider_that_fails_midway_is_told(service: TestClient, provider: World) -> None:
    browser = Browser(service)
    back = provider.sign_in(go(browser))
    provider.say = (502, b"<html>")
    page = browser.http.get(back)
    assert (page.status_code, "does not answer" in page.text) == (503, True)


def test_addresses_that_anybody_may_listen_to_are_not_used(
    service: TestClient, provider: World
) -> None:
    provider.metadata = {"token_endpoint": "http://id.example.org/token"}
    assert Browser(service).http.get(START).status_code == 503


def test_who_fails_again_and_again_has_to_wait(service: TestClient, provider: World) -> None:
    for _ in range(20):
        assert come_back(Browser(service), provider).status_code == 403
    asked = provider.asked.count("/token")
    page = come_back(Browser(service), provider)
    assert (page.status_code, int(page.headers["retry-after"]) > 0) == (429, True)
    assert "try again in" in page.text
    assert provider.asked.count("/token") == asked


def test_log_ins_that_succeed_are_not_counted(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    for _ in range(22):
        assert come_back(Browser(service), provider).url.path == "/staff"


ROLES = "cn=heads,ou=red=reviewer@崂山区; trail-editors=editor"


def test_groups_make_accounts_where_an_administrator_wrote_it_down(
    started: Starter, provider: World
) -> None:
    service = started(oidc_roles=ROLES, oidc_groups_claim="access.roles")
    accounts = accounts_of(service)
    provider.claims = {
        "sub": "p-9",
        "preferred_username": "Wang.Fang@qd.example",
        "name": "王芳",
        "access": {"roles": ["others", "trail-editors"]},
    }
    browser = Browser(service)
    page = come_back(browser, provider)
    assert "王芳" in page.text
    made = accounts.person("wang.fang")
    assert (made.role, str(made.unit), made.has_password) == (Role.EDITOR, "", False)
    assert acts(service)[:2] == [("wang.fang", "signed-in"), (provider.url, "user-added")]
    account = browser.get("/staff/account")
    assert "has no password" in account.text
    assert 'name="old"' not in account.text
    assert Browser(service).sign_in("wang.fang", "").status_code == 401

    provider.claims["access"] = {"roles": ["trail-editors", "cn=heads,ou=red"]}
    come_back(Browser(service), provider)
    moved = accounts.person("wang.fang")
    assert (moved.role, str(moved.unit)) == (Role.REVIEWER, "崂山区")

    provider.claims["access"] = {"roles": []}  # left: out at once, tokens too
    assert come_back(Browser(service), provider).status_code == 403
    assert browser.get("/staff").url.path == "/staff/login"
    assert acts(service)[0] == (provider.url, "log-in-refused")


def test_groups_never_take_an_account_that_is_there(started: Starter, provider: World) -> None:
    service = started(oidc_roles=ROLES)
    provider.claims = {"sub": "p", "preferred_username": "admin", "groups": "trail-editors"}
    page = come_back(Browser(service), provider)
    assert (page.status_code, "not linked with your identity" in page.text) == (409, True)
    link(service, provider, "admin", "subject", "p")
    assert come_back(Browser(service), provider).url.path == "/staff"
    assert accounts_of(service).person("admin").role is Role.ADMIN  # placed by hand, it stays


def test_what_the_token_leaves_out_is_asked_of_userinfo(started: Starter, provider: World) -> None:
    service = started(oidc_roles=ROLES)
    provider.claims = {"sub": "p", "preferred_username": "zhao"}
    provider.userinfo = {"sub": "p", "groups": ["trail-editors"], "aud": "ignored"}
    assert come_back(Browser(service), provider).url.path == "/staff"
    provider.userinfo |= {"sub": "somebody else"}
    assert come_back(Browser(service), provider).status_code == 401


def test_signing_out_offers_to_sign_out_there_too(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    browser = Browser(service)
    home = come_back(browser, provider)
    bye = browser.send(home, "/staff/logout")
    assert "You are signed out" in bye.text
    query = urlencode(
        {"client_id": CLIENT, "post_logout_redirect_uri": "http://testserver/staff/login"}
    ).replace("&", "&amp;")
    assert f'href="{provider.url}/logout?{query}"' in bye.text
    assert browser.get("/staff").url.path == "/staff/login"


def test_unlinking_ends_the_sessions(service: TestClient, provider: World) -> None:
    link(service, provider, "editor", "subject", "person-1")
    browser = Browser(service)
    come_back(browser, provider)
    assert accounts_of(service).identities.unlink("editor", "test") == 1
    assert browser.get("/staff").url.path == "/staff/login"
    assert come_back(Browser(service), provider).status_code == 403


def test_without_a_provider_there_is_no_button(running: TestClient) -> None:
    assert START not in running.get("/staff/login").text
    assert running.get(START).status_code == 404
    assert running.get(f"{START}/done").status_code in {401, 404}
    assert signed_in(running, "editor").get("/staff").status_code == 200


def test_no_secret_stands_in_the_log(
    service: TestClient, provider: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="api")
    link(service, provider, "editor", "subject", "person-1")
    browser = Browser(service)
    come_back(browser, provider)
    for one in (SECRET, GOOD, browser.http.cookies["redtrails-staff"], "access_token"):
        assert one not in caplog.text
