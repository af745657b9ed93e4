"""Keeping off roads and areas: by address, body, form and command; what is impossible says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from api.cli.app import run

PLAN = "stops=liweinong-park,navy-museum&order=given&mode=walk&depart=2026-11-28T09:00"
BESIDE = "120.3172,36.0605,150"


def line(document: dict[str, Any]) -> shapely.LineString:
    return shapely.LineString(document["days"][0]["legs"][0]["coordinates"])


def test_an_area_is_gone_round_and_costs_time(client: TestClient) -> None:
    plain = client.get(f"/api/itineraries?{PLAN}").json()
    west, south, east, north = line(plain).interpolate(0.5, normalized=True).buffer(0.0008).bounds
    box = f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}"
    round_ = client.get(f"/api/itineraries?{PLAN}&avoid_areas={box}").json()
    area = shapely.box(west, south, east, north)
    assert line(plain).intersects(area)
    assert not line(round_).intersects(area.buffer(-1e-4))
    assert round_["travel_s"] > plain["travel_s"]
    body = {
        "stops": ["liweinong-park", "navy-museum"], "order": "given", "mode": "walk",
        "depart": "2026-11-28T09:00", "avoid_areas": [[float(v) for v in box.split(",")]],
    }  # fmt: skip
    assert client.post("/api/itineraries", json=body).json() == round_
    page = client.get(f"/plan?{PLAN}&avoid_areas={box}&avoid=stairs&avoid=motorways&lang=en")
    assert page.status_code == 200
    assert f'value="{box}"' in page.text
    assert page.text.count('name="avoid" value="stairs" checked') == 1
    assert "avoid=stairs,motorways" in page.text
    assert ("Area kept off" in page.text, "avoided" in page.text) == (True, True)
    assert "Area kept off" not in client.get(f"/plan?{PLAN}&lang=en").text
    wide = client.get("/api/isochrones?site=liweinong-park&minutes=30").json()["features"][0]
    less = client.get(f"/api/isochrones?site=liweinong-park&minutes=30&avoid_areas={box}").json()
    small = less["features"][0]
    assert small["properties"]["roads_km"] < wide["properties"]["roads_km"]


def test_what_is_impossible_names_what_to_allow(client: TestClient) -> None:
    ring = "120.2,35.9,121.2,36.8"
    for lang, name in (("en", "The areas"), ("zh", "所选区域")):
        for where in (f"/api/itineraries?{PLAN}", "/api/isochrones?site=liweinong-park"):
            answer = client.get(f"{where}&avoid=stairs&avoid_areas={ring}&lang={lang}")
            assert answer.status_code == 422
            assert (answer.json()["code"], answer.json()["allow"]) == ("avoided", ["areas"])
            assert name in answer.json()["detail"]
    page = client.get(f"/plan?{PLAN}&avoid_areas={ring}&lang=en")
    assert page.status_code == 422
    assert "The areas" in page.text


@pytest.mark.parametrize(
    "wrong",
    ["avoid=tolls", "avoid=dogs", "avoid_areas=120,36", "avoid_areas=120,36,0", "avoid_areas=a,b,c",
     "avoid_areas=121,36,120,37", "avoid_areas=120,36,nan", "avoid_areas=1,3,2,4,1,4,2,3",
     "avoid_areas=120,36,9;120,36,9;120,36,9;120,36,9;120,36,9;120,36,9"],
)  # fmt: skip
def test_what_cannot_be_avoided_is_refused(client: TestClient, wrong: str) -> None:
    for where in (f"/api/itineraries?{PLAN}", "/api/isochrones?site=liweinong-park"):
        answer = client.get(f"{where}&{wrong}")
        assert answer.status_code == 400
        assert answer.json()["parameter"].startswith(wrong.partition("=")[0])


def test_a_kept_or_suggested_plan_goes_on_avoiding(client: TestClient) -> None:
    asked = f"{PLAN}&avoid=stairs&avoid_areas={BESIDE}"
    found = client.get(f"/api/suggestions/chronology?{asked}").json()
    assert found["request"]["avoid"] == ["stairs"]
    assert "avoid=stairs" in found["plan"]
    assert "avoid_areas=120.3172,36.0605,150" in found["plan"]
    assert client.get(f"/api/suggestions/near?{asked}&minutes=5").status_code == 200


def test_the_command_avoids_too(
    service_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    client: TestClient,
) -> None:  # fmt: skip
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    command = ["--lang", "en", "plan", "liweinong-park", "navy-museum", "--order", "given"]
    command += ["--depart", "2026-11-28T09:00", "--avoid", "stairs", "--avoid-areas", BESIDE]
    assert run([*command, "--json"]) == 0
    answer = client.get(
        f"/api/itineraries?{PLAN.replace('&mode=walk', '')}&avoid=stairs&avoid_areas={BESIDE}"
    )
    assert json.loads(capsys.readouterr().out) == answer.json()
    assert run([*command[:-3], "tolls"]) == 1
    assert "motorways" in capsys.readouterr().err
