"""Plans that are kept: the same wish on the data of the day, and what is different since."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.state import holder_of
from routes_data.revisions import Signature
from routes_data.store import Store

BY = Signature("editor")
STOPS = ["navy-museum", "ww1-museum", "cpc-qingdao-memorial"]
WISH = {"stops": STOPS, "mode": "walk", "depart": "2099-03-04T09:00"}


def open_store(settings: Settings) -> Store:
    return Store.open(f"sqlite:///{settings.data_dir / 'redtrails.db'}")


@pytest.fixture
def settings(seeded_sqlite: Path, tmp_path: Path) -> Settings:
    (tmp_path / "redtrails.db").write_bytes(seeded_sqlite.read_bytes())
    return Settings(data_dir=tmp_path)


pytest_plugins = ("fixtures_store",)


@pytest.fixture
def own(settings: Settings) -> Iterator[TestClient]:
    """A service of a test's own."""
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as client:
        yield client


def keep(client: TestClient, **changes: object) -> str:
    answer = client.post("/api/plans", json=WISH | changes)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith(f"/api/plans/{answer.json()['id']}")
    return str(answer.json()["id"])


def now(client: TestClient, plan_id: str) -> dict[str, object]:
    answer = client.get(f"/api/plans/{plan_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def codes(document: dict[str, object]) -> list[str]:
    return [one["code"] for one in document["changes"]]  # type: ignore[index, attr-defined]


def test_a_kept_plan_is_the_plan_that_was_asked_for(client: TestClient) -> None:
    document = now(client, keep(client))
    asked = client.post("/api/itineraries", json=WISH).json()
    assert document["itinerary"] == asked
    assert (document["differs"], document["changes"]) == (False, [])
    assert document["link"] == f"http://testserver/p/{document['id']}"


def test_what_was_left_to_the_planner_is_kept_as_it_was_settled(client: TestClient) -> None:
    answer = client.post("/api/plans", json={"route": "r2023-01"}).json()
    request = answer["request"]
    assert request["mode"] == "drive"
    assert request["order"] == "given"
    assert request["depart"]
    timed = client.post("/api/plans", json={"stops": STOPS, "hours": "keep"}).json()["request"]
    assert "order" not in timed
    assert client.get(f"/api/plans/{answer['id']}").status_code == 200


def test_it_is_given_in_every_form(client: TestClient) -> None:
    plan_id = keep(client)
    for form, media in (("gpx", "application/gpx+xml"), ("ics", "text/calendar"), ("csv", "csv")):
        answer = client.get(f"/api/plans/{plan_id}", params={"f": form})
        assert answer.status_code == 200
        assert media in answer.headers["content-type"]


def test_it_outlives_the_service(settings: Settings) -> None:
    with TestClient(create_app(settings)) as first:
        plan_id = keep(first)
    with TestClient(create_app(settings)) as second:
        assert now(second, plan_id)["changes"] == []


def test_a_record_changed_since_is_told_and_others_are_not(
    own: TestClient, settings: Settings
) -> None:
    plan_id, other = keep(own), keep(own, stops=["may-fourth-square"])
    store = open_store(settings)
    body = {**store.editor.head("sites", "navy-museum").body, "visit_min": 25}
    draft = store.editor.edit("sites", "navy-museum", body, 1, BY)
    review = store.editor.submit("sites", "navy-museum", draft.revision, BY)
    store.editor.publish("sites", "navy-museum", review.revision, BY)
    store.close()
    wait_for_news(own)
    document = now(own, plan_id)
    assert codes(document) == ["plan-differs", "plan-record"]
    assert document["differs"] is True
    assert "PLA Navy Museum" in document["changes"][1]["text"]  # type: ignore[index]
    assert codes(now(own, other)) == []


def test_a_closure_since_is_told(own: TestClient, settings: Settings) -> None:
    plan_id = keep(own)
    store = open_store(settings)
    closure = {
        "id": "navy", "site": "navy-museum", "date_from": "2099-03-01", "date_to": "2099-03-09",
        "reason_zh": "布展", "reason_en": "", "source": "",
    }  # fmt: skip
    draft = store.editor.create("closures", closure, BY)
    store.editor.submit("closures", "navy", draft.revision, BY)
    store.editor.publish("closures", "navy", 2, BY)
    wait_for_news(own)
    assert codes(now(own, plan_id)) == ["plan-differs", "plan-closure"]
    store.editor.archive("closures", "navy", 3, BY)
    store.close()
    wait_for_news(own)
    assert codes(now(own, plan_id)) == ["plan-reopened"]


def test_a_plan_whose_route_is_gone_is_still_told(own: TestClient, settings: Settings) -> None:
    plan_id = keep(own, stops=[], route="hd-03")
    store = open_store(settings)
    store.editor.archive("routes", "hd-03", 1, BY)
    store.close()
    wait_for_news(own)
    document = now(own, plan_id)
    assert document["itinerary"] is None
    assert document["differs"] is True
    assert document["request"]["route"] == "hd-03"  # type: ignore[index]
    assert document["problem"]["code"] == "unknown-route"  # type: ignore[index]
    assert own.get(f"/api/plans/{plan_id}", params={"f": "gpx"}).status_code == 404
    page = own.get(f"/p/{plan_id}?lang=en")
    assert page.status_code == 200
    assert "hd-03" in page.text.split('role="alert"', 1)[1].split("</section>")[0]


def wait_for_news(client: TestClient) -> None:
    """Look at once for what was published; by itself the service looks every second."""
    holder_of(client.app).refresh()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"stops": ["nowhere"]}, 404, "unknown-site"),
        ({"stops": []}, 422, "bad-request"),
        ({"stops": STOPS, "colour": "red"}, 400, "invalid-parameter"),
        ({"stops": ["a"] * 61}, 422, "too-many-stops"),
        ({"stops": ["x" * 1_000_000]}, 413, "content-too-large"),
    ],
)
def test_what_cannot_be_planned_is_not_kept(
    client: TestClient, sent: dict[str, object], status: int, code: str
) -> None:
    answer = client.post("/api/plans", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_id_that_is_none_is_not_found(client: TestClient) -> None:
    for plan_id in ("nothing", "2" * 14, "%00"):
        answer = client.get(f"/api/plans/{plan_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-record")


def test_a_plan_is_kept_from_its_page_without_a_script(client: TestClient) -> None:
    query = {"stops": ",".join(STOPS), "depart": "2099-03-04T09:00", "mode": "walk", "lang": "en"}
    page = client.get("/plan", params=query).text
    (hidden,) = re.findall(r'name="plan" value="([^"]*)"', page)
    sent = client.post("/p?lang=en", data={"plan": html.unescape(hidden)}, follow_redirects=False)
    assert sent.status_code == 303
    kept = client.get(sent.headers["location"])
    assert kept.status_code == 200
    assert kept.text.count('class="stop ') == 3
    assert "Nothing." in kept.text
    assert "<svg" in kept.text.split('class="qr"', 1)[1]
    plan_id = sent.headers["location"].removeprefix("/p/").partition("?")[0]
    assert f"/api/plans/{plan_id}?lang=en&amp;f=gpx" in kept.text
    assert f'value="http://testserver/p/{plan_id}"' in kept.text
    again = client.get(html.unescape(re.findall(r'href="(/plan\?stops=[^"]*)"', kept.text)[0]))
    assert again.text.count('class="stop ') == 3


def test_pages_of_plans_that_are_none_say_so(client: TestClient) -> None:
    missing = client.get("/p/nothing", headers={"Accept": "text/html"})
    assert missing.status_code == 404
    assert "text/html" in missing.headers["content-type"]
    assert "plans/nothing" in missing.text
    assert client.get("/p", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("plan", "status"),
    [("", 422), ("stops=nowhere", 404), ("stops=navy-museum&lunch=5", 400), ("a" * 20_001, 422)],
)
def test_a_form_that_says_no_plan_keeps_none(client: TestClient, plan: str, status: int) -> None:
    sent = client.post("/p", data={"plan": plan}, headers={"Accept": "text/html"})
    assert sent.status_code == status
    assert "text/html" in sent.headers["content-type"]


def test_the_page_says_what_changed(own: TestClient, settings: Settings) -> None:
    plan_id = keep(own)
    store = open_store(settings)
    body = {**store.editor.head("sites", "navy-museum").body, "visit_min": 25}
    draft = store.editor.edit("sites", "navy-museum", body, 1, BY)
    store.editor.submit("sites", "navy-museum", draft.revision, BY)
    store.editor.publish("sites", "navy-museum", draft.revision + 1, BY)
    store.close()
    wait_for_news(own)
    page = own.get(f"/p/{plan_id}?lang=zh").text
    assert "中国人民解放军海军博物馆的资料在保存之后有更新" in page
