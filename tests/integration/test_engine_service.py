"""The service with an external engine: its ways in plans, ours where it does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_world import Server, engine_of, straight_osrm
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings, SettingsError, load_settings

pytestmark = pytest.mark.enable_socket
STOPS = "stops=redview-core,cpc-qingdao-memorial,may-fourth-square&depart=2026-11-28T09:00"


@pytest.fixture(scope="module")
def engine() -> Iterator[Server]:
    with engine_of(straight_osrm) as server:
        yield server


@pytest.fixture(scope="module")
def service(engine: Server, service_data: Path) -> Iterator[TestClient]:
    settings = Settings(
        data_dir=service_data, engine_kind="osrm", engine_url=engine.url, engine_modes="walk"
    )
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as started:
        yield started


def codes(document: dict[str, Any]) -> list[str]:
    return [notice["code"] for notice in document["notices"]]


def planned(service: TestClient, mode: str) -> dict[str, Any]:
    answer = service.get(f"/api/itineraries?{STOPS}&mode={mode}")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def test_plans_rest_on_the_engine(service: TestClient, engine: Server) -> None:
    document = planned(service, "walk")
    assert document["network"]["id"] == "OSRM"
    assert document["network"]["fidelity"] == "street"
    assert not {"schematic-network", "engine-silent"} & set(codes(document))
    legs = document["days"][0]["legs"]
    assert {span["road"]["name_zh"] for leg in legs for span in leg["spans"]} == {"直路"}
    assert engine.asked
    page = service.get(f"/plan?{STOPS}&mode=walk&lang=zh")
    assert page.status_code == 200
    assert "直路" in page.text
    assert "ways=1" not in page.text  # other ways are those of the local network, not the engine's
    near = service.get(f"/api/suggestions/near?{STOPS}&mode=walk&minutes=30")
    assert near.status_code == 200


def test_a_mode_it_is_not_asked_for_is_planned_here(service: TestClient, engine: Server) -> None:
    before = len(engine.asked)
    document = planned(service, "drive")
    assert document["network"]["id"] == "schematic"
    assert "engine-other-mode" in codes(document)
    assert len(engine.asked) == before


def test_an_engine_that_fails_is_said_and_then_left_alone(
    service: TestClient, engine: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.engines.client.RETRY_PAUSE_S", 0.0)
    engine.say = (503, {})
    before = len(engine.asked)
    for _ in range(5):
        document = planned(service, "walk")
        assert document["network"]["id"] == "schematic"
        assert codes(document)[:2] == ["engine-silent", "schematic-network"]
    assert (
        len(engine.asked) - before == 6
    )  # three plans, each asked twice; then the breaker is open
    page = service.get(f"/plan?{STOPS}&mode=walk&lang=zh").text
    assert "路径引擎 OSRM 未应答" in page
    assert service.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"KIND": "osrm"}, "ENGINE_URL"),
        ({"URL": "http://127.0.0.1:5000"}, "ENGINE_KIND"),
        ({"KIND": "google", "URL": "http://127.0.0.1"}, "graphhopper"),
        ({"KIND": "valhalla", "URL": "localhost"}, "REDTRAILS_ENGINE_URL"),
        ({"KIND": "osrm", "URL": "http://127.0.0.1:5000"}, "{mode}"),
        ({"KIND": "osrm", "URL": "http://127.0.0.1:5000", "MODES": "coach"}, "walk, cycle, drive"),
        ({"KIND": "valhalla", "URL": "http://127.0.0.1", "MODES": "fly"}, "coach"),
        ({"KIND": "valhalla", "URL": "http://127.0.0.1", "TIMEOUT_S": "0"}, "TIMEOUT_S"),
    ],
)
def test_settings_of_no_engine_are_refused(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], words: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"REDTRAILS_ENGINE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in caught.value.message


def test_a_key_of_an_engine_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDTRAILS_ENGINE_KEY", "hush")
    monkeypatch.setenv("REDTRAILS_ENGINE_KIND", "osrm")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hush" not in caught.value.message
