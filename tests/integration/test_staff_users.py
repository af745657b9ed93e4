"""Accounts by an administrator's page; one's own sessions; how many reports wait."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from staff_world import GOOD, Browser, accounts_of, form_of, signed_in

from routes_data.accounts import NewPerson, Role, Unit

pytest_plugins = ("fixtures_staff",)

HERE = "/staff/users"
NEW = {"name": "zhang", "display": "张新", "role": "editor", "unit": "崂山区/王哥庄街道"}


def test_an_administrator_makes_places_disables_and_lets_in(service: TestClient) -> None:
    admin, accounts = signed_in(service, "admin"), accounts_of(service)
    made = admin.send(admin.get(HERE), HERE, NEW, password=GOOD)
    assert "The account is made" in made.text
    assert signed_in(service, "zhang").get("/staff").status_code == 200
    admin.send(admin.get(HERE), "/zhang/place", role="reviewer", unit="市南区")
    person = accounts.person("zhang")
    assert (person.role, person.unit) == (Role.REVIEWER, Unit(("市南区",)))
    admin.send(admin.get(HERE), "/zhang/password", new="another good horse")
    assert Browser(service).sign_in("zhang").status_code == 401
    admin.send(admin.get(HERE), "/zhang/access", do="disable")
    assert Browser(service).sign_in("zhang", "another good horse").status_code == 401
    admin.send(admin.get(HERE), "/zhang/access", do="enable")
    assert Browser(service).sign_in("zhang", "another good horse").url.path == "/staff"
    acts = [line.act for line in accounts.log() if line.who == "admin"]
    assert acts.count("user-added") == acts.count("user-disabled") == 1


@pytest.mark.parametrize(
    ("changes", "said", "status"),
    [
        ({"name": "No name!"}, "2 to 32", 422),
        ({"name": "editor"}, "already", 409),
        ({"unit": "火星区"}, "unit", 422),
        ({"display": " "}, "1 to 80", 422),
        ({"password": "password12"}, "password", 422),
    ],
)
def test_what_makes_no_account(
    service: TestClient, changes: dict[str, str], said: str, status: int
) -> None:
    admin = signed_in(service, "admin")
    refused = admin.send(admin.get(HERE), HERE, {**NEW, "password": GOOD, **changes})
    assert (refused.status_code, said in refused.text) == (status, True)
    assert form_of(refused.text, HERE)[1]["name"] == [changes.get("name", "zhang")]
    assert "zhang" not in [one.name for one in accounts_of(service).people()]


def test_an_administrator_of_a_district_stays_in_it(service: TestClient) -> None:
    unit = Unit(("市南区",))
    accounts_of(service).add(NewPerson("local", "陈管", Role.ADMIN, unit), GOOD, "test")
    local = signed_in(service, "local")
    page = local.get(HERE)
    assert set(re.findall(r'id="user-(\w+)"', page.text)) == {"local", "shinan"}
    assert local.send(page, HERE, NEW, password=GOOD).status_code == 403
    assert local.send(page, "/shinan/place", role="editor", unit="").status_code == 403
    token = form_of(page.text, "/logout")[1]["token"]
    for path in ("laoshan/place", "admin/access", "editor/password"):
        sent = {"token": token, "role": "viewer", "unit": "市南区", "do": "disable", "new": GOOD}
        assert local.http.post(f"{HERE}/{path}", data=sent).status_code == 403
    own = local.http.post(f"{HERE}/local/place", data={"token": token, "role": "viewer"})
    assert (own.status_code, "another administrator" in own.text) == (422, True)
    for name in ("viewer", "editor", "reviewer"):
        browser = signed_in(service, name)
        assert browser.get(HERE).status_code == 403
        assert 'href="/staff/users?' not in browser.get("/staff").text


def test_own_sessions_are_listed_and_ended_one_by_one(service: TestClient) -> None:
    here, there = signed_in(service, "editor"), signed_in(service, "editor")
    stranger = signed_in(service, "viewer")
    page = here.get("/staff/account")
    assert page.text.count("Begun ") == 2
    (held,) = re.findall(r'name="session" value="(\w+)"', page.text)
    foreign = form_of(stranger.get("/staff/account").text, "/logout")[1]
    stranger.http.post("/staff/account/sessions/end", data={**foreign, "session": held})
    assert there.get("/staff").url.path == "/staff"
    ended = here.send(page, "/sessions/end", session=held)
    assert "That session has ended" in ended.text
    assert (there.get("/staff").url.path, here.get("/staff").url.path) == ("/staff/login", "/staff")


def test_the_navigation_counts_the_reports_that_wait(service: TestClient) -> None:
    def counted(name: str) -> list[str]:
        page = signed_in(service, name).get("/staff/export").text
        return re.findall(r'class="count">.*?</span>(\d+)</b>', page)

    assert counted("editor") == []
    page = Browser(service).get("/sites/navy-museum/report")
    action, fields = form_of(page.text, "/report")
    sent = {**fields, "type": "error", "text": "门牌已换"}
    assert service.post(action, data=sent).status_code in {200, 303}
    assert set(counted("editor")) == {"1"}
    assert set(counted("shinan")) == {"1"}
    assert counted("laoshan") == []
