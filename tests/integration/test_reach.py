"""What is within reach, as people and programs ask for it: addresses, the page, the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from shapely.geometry import shape

from api.cli.app import run

HERE = "liweinong-park"
ASKED = f"/api/isochrones?site={HERE}&mode=walk&minutes=15,30"


def test_the_answer_is_geojson_with_areas_and_sites(client: TestClient) -> None:
    answer = client.get(ASKED)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    areas = [one for one in found["features"] if one["properties"]["kind"] == "area"]
    sites = [one for one in found["features"] if one["properties"]["kind"] == "site"]
    assert found["fidelity"] == "schematic"
    assert [one["properties"]["minutes"] for one in areas] == [15, 30]
    assert areas[1]["properties"]["sites"] == len(sites) > 2
    inner, outer = (shape(one["geometry"]) for one in areas)
    assert inner.is_valid
    assert outer.buffer(3e-6).covers(inner)
    for part in outer.geoms:
        assert part.exterior.is_ccw  # RFC 7946, 3.1.6
    nearest = client.get(
        "/api/suggestions/nearest", params={"site": HERE, "minutes": 30, "limit": 89}
    ).json()
    assert [one["properties"]["site"] for one in sites] == [o["site"] for o in nearest["sites"]]
    for one in sites:
        assert one["properties"]["duration_s"] <= one["properties"]["minutes"] * 60


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("", 422, None),
        (f"site={HERE}&start=120.3,36.06", 422, None),
        ("site=atlantis", 404, None),
        (f"site={HERE}&minutes=30,15", 422, None),
        (f"site={HERE}&minutes=0", 400, "minutes.0"),
        (f"site={HERE}&minutes=121", 400, "minutes.0"),
        (f"site={HERE}&minutes=soon", 400, "minutes.0"),
        (f"site={HERE}&minutes=1,2,3,4,5,6,7", 400, "minutes"),
        (f"site={HERE}&mode=fly", 400, "mode"),
        ("start=120.3", 400, "start"),
        ("start=121.5,35.2", 422, None),
        (f"site={HERE}&speed=9", 400, None),
    ],
)
def test_what_cannot_be_answered_is_one_problem(
    client: TestClient, query: str, status: int, parameter: str | None
) -> None:
    answer = client.get(f"/api/isochrones?{query}")
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert answer.json().get("parameter") == parameter


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_works_without_scripts(client: TestClient, lang: str) -> None:
    empty = client.get(f"/reach?lang={lang}")
    assert empty.status_code == 200
    assert 'action="/reach"' in empty.text
    page = client.get(f"/reach?lang={lang}&from={HERE}&mode=walk&minutes=15&minutes=45")
    assert page.status_code == 200
    assert "/api/isochrones?site=liweinong-park" in page.text
    found = client.get(f"/api/isochrones?site={HERE}&minutes=15,45").json()["features"]
    for one in found:
        if one["properties"]["kind"] == "site":
            assert f"/sites/{one['properties']['site']}?" in page.text
    assert f"/reach?site={HERE}" in client.get(f"/sites/{HERE}?lang={lang}").text
    assert "/reach" in client.get(f"/plan?lang={lang}").text


def test_the_page_says_what_is_wrong(client: TestClient) -> None:
    for query, status in (("from=atlantis", 404), ("from=121.5,35.2", 422), ("from=x,y", 400)):
        page = client.get(f"/reach?lang=en&{query}")
        assert page.status_code == status
        assert 'role="alert"' in page.text


def test_the_command_writes_a_table_or_the_answer_of_the_api(
    client: TestClient,
    service_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    command = ["--lang", "en", "isochrone", "--site", HERE, "--minutes", "15,30"]
    assert run(command) == 0
    assert "Area, km²" in capsys.readouterr().out
    assert run([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == client.get(ASKED).json()
    target = tmp_path / "reach.geojson"
    assert run([*command, "--output", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8")) == client.get(ASKED).json()
    assert run([*command, "--output", str(tmp_path / "reach.gpx")]) == 1
    assert run(["--lang", "en", "isochrone"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
