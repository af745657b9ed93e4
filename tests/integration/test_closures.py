"""A site that staff shut for some days: plans avoid it, pages say so, prints are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from api.main import create_app
from api.settings import Settings
from routes_data.revisions import Signature
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

SHUT, OPEN = "navy-museum", "ww1-museum"
BY = Signature("editor")
CLOSURE = {
    "id": "navy-2099",
    "site": SHUT,
    "date_from": "2099-03-02",
    "date_to": "2099-03-06",
    "reason_zh": "布展",
    "reason_en": "",
    "source": "场馆公告",
}
DAY = {"depart": "2099-03-04T09:00", "stops": f"{SHUT},{OPEN}", "mode": "walk"}


def publish(store: Store) -> None:
    draft = store.editor.create("closures", CLOSURE, BY)
    review = store.editor.submit("closures", draft.id, draft.revision, BY)
    store.editor.publish("closures", draft.id, review.revision, BY)


def test_a_store_serves_the_closures_of_a_site(store: Store) -> None:
    before = store.version()
    publish(store)
    assert store.version() != before
    (one,) = store.sites().loc[SHUT, "closures"]
    assert (one.date_from, one.date_to, one.reason_zh) == ("2099-03-02", "2099-03-06", "布展")
    assert store.sites().loc[OPEN, "closures"] == ()


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service in whose catalogue one site is shut for a week."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("closures"))
    store = Store.open(f"sqlite:///{settings.data_dir / 'redtrails.db'}")
    publish(store)
    store.close()
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as client:
        yield client


def test_a_plan_of_that_day_warns(shut: TestClient) -> None:
    made = shut.get("/api/itineraries", params=DAY).json()
    codes = {
        stop["site_id"]: [notice["code"] for notice in stop["notices"]]
        for stop in made["days"][0]["stops"]
    }
    assert "closure" in codes[SHUT]
    assert "closure" not in codes[OPEN]
    other = shut.get("/api/itineraries", params={**DAY, "depart": "2099-03-09T09:00"}).text
    assert '"closure"' not in other


def test_a_day_that_keeps_to_hours_leaves_it_out_and_says_why(shut: TestClient) -> None:
    made = shut.get("/api/itineraries", params={**DAY, "hours": "keep"}).json()
    assert [stop["site_id"] for stop in made["days"][0]["stops"]] == [OPEN]
    (out,) = made["left_out"]
    assert (out["site_id"], out["reason"]["code"]) == (SHUT, "left-out-closure")
    page = shut.get("/api/itineraries", params={**DAY, "hours": "keep", "f": "geojson"})
    assert "closed from 2099-03-02 to 2099-03-06, 布展" in page.text


def test_a_trip_of_that_day_leaves_it_out(shut: TestClient) -> None:
    asked = {"at": "120.38,36.06", "date": "2099-03-04", "stops": DAY["stops"]}
    made = shut.get("/api/trips", params=asked).json()
    assert made["left_out"] == [{"site": SHUT, "reason": "trip-out-closure"}]


def test_its_page_and_its_feature_tell(shut: TestClient) -> None:
    page = shut.get(f"/sites/{SHUT}").text
    for words in ("2099-03-02 to 2099-03-06", "布展", "场馆公告", "(in Chinese)"):
        assert words in page
    feature = shut.get(f"/api/collections/sites/items/{SHUT}").json()
    assert feature["properties"]["closures"][0]["date_to"] == "2099-03-06"


def test_what_was_printed_before_is_told(client: TestClient, shut: TestClient) -> None:
    """The snapshot of a print taken before the closure differs from the plan after it."""
    asked = {"at": "120.38,36.06", "date": "2099-03-09", "stops": DAY["stops"]}
    before = client.get("/api/trips", params=asked).json()["classes"][0]["snapshot"]
    page = shut.get("/trip", params={**asked, "was": before, "lang": "en"}).text
    assert "PLA Navy Museum" in page.split('id="differences"', 1)[-1]


def test_the_command_line_shuts_lists_and_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(tmp_path))
    add = ["closures", "add", SHUT, "2099-03-02", "2099-03-06", "--reason-zh", "布展"]
    assert run([*add, "--lang", "en"]) == 0
    assert run([*add, "--source", "公告"]) == 0
    capsys.readouterr()
    assert run(["closures", "list", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["id"], one["source"]) == (f"{SHUT}-2099-03-02", "公告")
    assert run(["closures", "remove", one["id"]]) == 0
    capsys.readouterr()
    assert run(["closures", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "2099-03-02", "2099-03-06"], "nowhere"),
        ([SHUT, "soon", "2099-03-06"], "date_from"),
        ([SHUT, "2099-03-06", "2099-03-02"], "date_to"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_and_nothing_is_kept(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(tmp_path))
    assert run(["closures", "add", *arguments, "--reason-zh", "布展"]) == 1
    assert words in capsys.readouterr().err
    assert run(["closures", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_trip_to_a_closed_site_alone_says_why_there_is_none(shut: TestClient) -> None:
    asked = {"at": "120.38,36.06", "date": "2099-03-04", "stops": SHUT, "lang": "zh"}
    page = shut.get("/trip", params=asked)
    assert page.status_code == 422
    assert "2099-03-02 至 2099-03-06 临时关闭，未安排：布展" in page.text
