"""Log-in, account and tokens over HTTP: with forms alone, and as a thief would try it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from staff_world import GOOD, Browser, accounts_of, form_of, signed_in

from api.main import create_app
from api.settings import Settings

pytest_plugins = ("fixtures_staff",)

OTHER = "栈桥夜里的第三盏灯亮了"
API = "/api/staff/me"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}", "Accept": "*/*"}


def test_who_is_not_signed_in_is_led_to_the_log_in_page_and_back(service: TestClient) -> None:
    browser = Browser(service)
    page = browser.get("/staff/account", lang="en")
    assert (page.status_code, page.url.path) == (200, "/staff/login")
    assert page.headers["cache-control"] == "no-store"
    assert 'name="robots" content="noindex"' in page.text
    back = browser.send(page, "/staff/login", name="editor", password=GOOD)
    assert (back.status_code, back.url.path) == (200, "/staff/account")
    assert "钱编" in back.text
    assert back.headers["cache-control"] == "no-store"


def test_home_says_who_i_am_and_what_i_may_do(service: TestClient) -> None:
    text = signed_in(service, "shinan").get("/staff").text
    assert "Hello, 孙南" in text
    assert "Shinan" in text
    assert text.count('class="may"') == 2
    assert text.count('class="may-not"') == 2
    chinese = signed_in(service, "admin").get("/staff", lang="zh").text
    assert "管理员" in chinese
    assert "全市" in chinese


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(service: TestClient) -> None:
    browser = Browser(service)
    page = browser.get("/staff/login")
    action, fields = form_of(page.text, "/staff/login")
    data = {**fields, "name": "editor", "password": GOOD}
    answer = browser.http.post(action, data=data, follow_redirects=False)
    assert answer.status_code == 303
    (cookie,) = (
        one for one in answer.headers.get_list("set-cookie") if one.startswith("redtrails-staff=")
    )
    assert {"HttpOnly", "Path=/staff", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "expires" not in cookie.lower()


def cookies_of(app: object, base_url: str, **headers: str) -> list[str]:
    with TestClient(app, base_url=base_url, headers=headers) as client:  # type: ignore[arg-type]
        return client.get("/staff/login").headers.get_list("set-cookie")


def test_behind_tls_the_cookie_is_secure(service_data: Path) -> None:
    plain = create_app(Settings(data_dir=service_data))
    assert not any("Secure" in one for one in cookies_of(plain, "http://testserver"))
    assert all("Secure" in one for one in cookies_of(plain, "https://testserver"))
    known = create_app(Settings(data_dir=service_data, public_url="https://trails.example.org"))
    assert all("Secure" in one for one in cookies_of(known, "http://testserver"))


def test_the_session_is_another_one_after_the_log_in(service: TestClient) -> None:
    browser = Browser(service)
    browser.http.cookies.set("redtrails-staff", "chosen-by-somebody", "testserver.local", "/staff")
    browser.sign_in("editor")
    held = [one.value for one in browser.http.cookies.jar if one.name == "redtrails-staff"]
    assert "chosen-by-somebody" not in held
    assert "redtrails-guest" not in {one.name for one in browser.http.cookies.jar}


@pytest.mark.parametrize(("name", "password"), [("editor", OTHER), ("nobody", GOOD), ("", "")])
def test_a_wrong_log_in_says_so_and_keeps_the_name(
    service: TestClient, name: str, password: str
) -> None:
    page = Browser(service).sign_in(name, password)
    assert page.status_code == 401
    assert "Name and password do not fit together" in page.text
    assert f'name="name" value="{name}"' in page.text
    assert not password or password not in page.text


def test_after_five_failures_the_wait_is_told(service: TestClient) -> None:
    browser = Browser(service)
    for _ in range(5):
        assert browser.sign_in("editor", OTHER).status_code == 401
    page = browser.sign_in("editor")
    assert page.status_code == 429
    assert 1 <= int(page.headers["retry-after"]) <= 30
    assert re.search(r"try again in \d+ seconds", page.text)
    assert signed_in(service, "reviewer").get("/staff").status_code == 200


def test_a_log_in_page_without_cookie_or_token_signs_nobody_in(service: TestClient) -> None:
    browser = Browser(service)
    page = browser.get("/staff/login")
    browser.http.cookies.clear()
    without = browser.send(page, "/staff/login", name="editor", password=GOOD)
    assert "allow cookies" in without.text
    again = browser.send(without, "/staff/login", name="editor", password=GOOD)
    assert again.url.path == "/staff"
    stale = browser.get("/staff/login")
    wrong = browser.send(stale, "/staff/login", {"token": "x"}, name="editor", password=GOOD)
    assert wrong.status_code == 403
    assert "out of date" in wrong.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/staffx",
        "/staff/\\evil",
        "/staff/\r\nX: y",
        "javascript:x",
    ],
)
def test_the_log_in_leads_nowhere_else(service: TestClient, target: str) -> None:
    browser = Browser(service)
    page = browser.get("/staff/login", next=target)
    assert "evil" not in form_of(page.text, "/staff/login")[1]["next"]
    back = browser.send(page, "/staff/login", name="editor", password=GOOD, next=target)
    assert back.url.host == "testserver"
    assert back.url.path == "/staff"


FORMS = (
    ("/staff", "/staff/logout"),
    ("/staff", "/staff/logout-everywhere"),
    ("/staff/account", "/staff/account/password"),
    ("/staff/account", "/staff/account/tokens"),
)


@pytest.mark.parametrize(("path", "ending"), FORMS)
@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Sec-Fetch-Site": "same-site"}, None),
        ({"Origin": "https://evil.example"}, None),
        ({"Origin": "null"}, None),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, None),
    ],
)
def test_a_form_of_another_site_is_refused(
    service: TestClient, path: str, ending: str, headers: dict[str, str], token: str | None
) -> None:
    browser = signed_in(service, "editor")
    action, fields = form_of(browser.get(path).text, ending)
    data = fields if token is None else {**fields, "token": token}
    answer = browser.http.post(action, data=data, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    machine = browser.http.post(action, data=data, headers={**headers, "Accept": "*/*"})
    assert machine.json()["code"] == "foreign-form"
    assert browser.get("/staff").url.path == "/staff"  # still signed in
    assert not accounts_of(service).tokens("editor")


def test_the_token_of_somebody_elses_form_is_refused(service: TestClient) -> None:
    first, second = signed_in(service, "editor"), signed_in(service, "reviewer")
    foreign = form_of(first.get("/staff").text, "/staff/logout")[1]["token"]
    page = second.get("/staff")
    assert second.send(page, "/staff/logout", token=foreign).status_code == 403
    assert second.send(page, "/staff/logout").url.path == "/staff/login"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {}]
)
def test_signing_out_ends_this_session_only(service: TestClient, headers: dict[str, str]) -> None:
    here, there = signed_in(service, "editor"), signed_in(service, "editor")
    secret = here.http.cookies["redtrails-staff"]
    action, fields = form_of(here.get("/staff").text, "/staff/logout")
    bye = here.http.post(action, data=fields, headers=headers)
    assert "You are signed out" in bye.text
    here.http.cookies.set("redtrails-staff", secret, path="/staff")
    assert here.get("/staff").url.path == "/staff/login"  # a copy of the cookie is worth nothing
    assert there.get("/staff").url.path == "/staff"


def test_signing_out_everywhere(service: TestClient) -> None:
    here, there, other = (signed_in(service, name) for name in ("editor", "editor", "reviewer"))
    here.send(here.get("/staff"), "/staff/logout-everywhere")
    assert [one.get("/staff").url.path for one in (here, there, other)] == [
        "/staff/login",
        "/staff/login",
        "/staff",
    ]


def test_a_session_that_has_ended_says_what_to_do(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    page = browser.get("/staff/account")
    accounts = accounts_of(service)
    later = accounts.clock() + timedelta(minutes=121)
    accounts.clock = lambda: later
    refused = browser.send(page, "/staff/account/tokens", label="x")
    assert refused.status_code == 401
    assert "what you typed is still there" in refused.text
    assert browser.get("/staff").url.path == "/staff/login"


def test_a_disabled_account_is_out_at_the_next_page(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    accounts_of(service).disable("editor", "test")
    assert browser.get("/staff").url.path == "/staff/login"
    assert browser.sign_in("editor").status_code == 401


def test_another_password_is_asked_for_with_the_present_one(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    for old, new, repeated, said in (
        (GOOD, OTHER, f"{OTHER}x", "not the same"),
        (OTHER, OTHER, OTHER, "present password is not right"),
        (GOOD, "short", "short", "at least 10 characters"),
        (GOOD, "editor2026editor", "editor2026editor", "hardly anything"),
    ):
        page = browser.get("/staff/account")
        fields = {"old": old, "new": new, "repeated": repeated}
        refused = browser.send(page, "/staff/account/password", fields)
        assert (refused.status_code, said in refused.text) == (422, True), said
        assert new not in refused.text
    fields = {"old": GOOD, "new": OTHER, "repeated": OTHER}
    done = browser.send(browser.get("/staff/account"), "/staff/account/password", fields)
    assert "sign in with the new one" in done.text or done.url.path == "/staff/login"
    assert browser.sign_in("editor").status_code == 401
    assert browser.sign_in("editor", OTHER).url.path == "/staff"


def test_a_token_is_shown_once_works_and_is_revoked(service: TestClient) -> None:
    browser = signed_in(service, "shinan")
    page = browser.get("/staff/account")
    fields = {"label": "QGIS <b>", "scopes": ["read", "edit"], "days": "30"}
    made = browser.send(page, "/staff/account/tokens", fields)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    (text,) = re.findall(r'id="api-token">(rt_[\w-]+)<', made.text)
    assert text not in browser.get("/staff/account").text
    answer = service.get(API, headers=bearer(text))
    assert answer.json() | {"token": answer.json()["token"]["scopes"]} == {
        "name": "shinan",
        "display": "孙南",
        "role": "editor",
        "unit": "市南区",
        "token": ["read", "edit"],
    }
    listed = browser.get("/staff/account")
    assert "QGIS &lt;b&gt;" in listed.text
    token_id = text.split("_")[1]
    revoked = browser.send(listed, f"/{token_id}/revoke")
    assert "The token is revoked" in revoked.text
    refused = service.get(API, headers=bearer(text))
    assert (refused.status_code, refused.json()["code"]) == (401, "bad-token")
    assert refused.headers["www-authenticate"].endswith('error="invalid_token"')


def test_a_token_may_no_more_than_its_account(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    page = browser.get("/staff/account")
    assert 'value="review"' not in page.text
    for fields, said in (
        ({"label": "x", "scopes": ["review"]}, "this needs at least reviewer"),
        ({"label": "x", "scopes": ["all"]}, "all"),
        ({"label": "x", "scopes": []}, "scopes"),
        ({"label": "x", "days": "9999"}, "1 to 366 days"),
        ({"label": "a\nb"}, "one line"),
    ):
        refused = browser.send(page, "/staff/account/tokens", fields)
        assert (refused.status_code, said in refused.text) == (422, True), said
    assert not accounts_of(service).tokens("editor")


def test_nobody_revokes_somebody_elses_token(service: TestClient) -> None:
    first, second = signed_in(service, "editor"), signed_in(service, "reviewer")
    first.send(first.get("/staff/account"), "/staff/account/tokens", label="x")
    (token,) = accounts_of(service).tokens("editor")
    fields = form_of(second.get("/staff").text, "/staff/logout")[1]
    answer = second.http.post(f"/staff/account/tokens/{token.id}/revoke", data=fields)
    assert answer.status_code == 404
    assert accounts_of(service).tokens("editor")[0].revoked is None


def test_a_cookie_opens_nothing_of_the_machine_interface(service: TestClient) -> None:
    browser = signed_in(service, "admin")
    secret = browser.http.cookies["redtrails-staff"]
    for headers in ({}, {"Cookie": f"redtrails-staff={secret}"}, {"Authorization": "Basic eDp5"}):
        answer = service.get(API, headers={**headers, "Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")
        assert answer.headers["www-authenticate"] == 'Bearer realm="red trails"'
        assert "admin" not in answer.text


@pytest.mark.parametrize("text", ["", "rt", "rt_x_y", "x" * 9999])
def test_what_is_no_token(service: TestClient, text: str) -> None:
    answer = service.get(API, headers=bearer(text))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-token")


def test_no_secret_stands_in_the_log(service: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in(service, "editor")
    made = browser.send(browser.get("/staff/account"), "/staff/account/tokens", label="x")
    (text,) = re.findall(r'id="api-token">(rt_[\w-]+)<', made.text)
    service.get(API, headers=bearer(text))
    for one in (GOOD, text, browser.http.cookies["redtrails-staff"]):
        assert one not in caplog.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(service: TestClient, lang: str) -> None:
    browser = signed_in(service, "editor")
    for path in ("/staff", "/staff/account"):
        page = browser.get(path, lang=lang)
        assert page.headers["content-language"].startswith(lang)
        assert f'lang="{ {"zh": "zh-CN", "en": "en"}[lang] }"' in page.text
