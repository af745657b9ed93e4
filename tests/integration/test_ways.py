"""Other ways between two places: by address, on the page of a plan, from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cli.app import run

ENDS = "start=liweinong-park&end=navy-museum"
PLAN = "stops=liweinong-park,navy-museum&order=given&mode=walk&depart=2026-11-28T09:00"


def test_the_first_way_is_that_of_the_itinerary(client: TestClient) -> None:
    answer = client.get(f"/api/ways?{ENDS}&mode=walk")
    assert answer.headers["content-type"] == "application/geo+json"
    best, *others = answer.json()["features"]
    leg = client.get(f"/api/itineraries?{PLAN}").json()["days"][0]["legs"][0]
    assert best["properties"]["best"]
    assert best["properties"]["duration_s"] == leg["duration_s"]
    assert best["geometry"]["coordinates"] == leg["coordinates"]
    assert 1 <= len(others) <= 2
    for one in others:
        assert one["properties"]["duration_s"] <= 1.25 * leg["duration_s"] + 1
        assert one["properties"]["shared"] <= 0.71
        assert one["properties"]["longer_s"] == one["properties"]["duration_s"] - leg["duration_s"]
    none = client.get(f"/api/ways?{ENDS}&alternatives=0").json()["features"]
    assert none == [best]


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("start=liweinong-park", 400, None),
        ("start=liweinong-park&end=atlantis", 404, None),
        ("start=120.3,north&end=navy-museum", 400, "start"),
        ("start=120.3,nan&end=navy-museum", 400, "start"),
        ("start=120.3,95&end=navy-museum", 400, "start"),
        (f"{ENDS}&mode=fly", 400, "mode"),
        (f"{ENDS}&alternatives=3", 400, None),
        ("start=121.5,35.2&end=navy-museum", 422, None),
    ],
)
def test_what_cannot_be_answered_is_one_problem(
    client: TestClient, query: str, status: int, parameter: str | None
) -> None:
    answer = client.get(f"/api/ways?{query}")
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert answer.json().get("parameter") == parameter


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_plan_shows_the_ways_of_a_leg(client: TestClient, lang: str) -> None:
    plain = client.get(f"/plan?{PLAN}&lang={lang}").text
    assert "ways=1" in plain
    assert "rt-other-way" not in plain
    page = client.get(f"/plan?{PLAN}&lang={lang}&ways=1")
    assert page.status_code == 200
    assert 'class="leg-ways"' in page.text
    others = client.get(f"/api/ways?{ENDS}&mode=walk").json()["features"][1:]
    assert page.text.count('"colour":"#33495E","label":"≈ ') == len(others)


def test_a_leg_that_is_not_there_is_refused(client: TestClient) -> None:
    for wrong in ("0", "2", "first", "99999999999"):
        page = client.get(f"/plan?{PLAN}&lang=en&ways={wrong}")
        assert page.status_code == 400
        assert 'role="alert"' in page.text


def test_the_command_writes_a_table_or_the_answer_of_the_api(
    client: TestClient,
    service_data: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    command = ["--lang", "en", "ways", "liweinong-park", "navy-museum"]
    assert run(command) == 0
    assert "100%" in capsys.readouterr().out
    assert run([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == client.get(f"/api/ways?{ENDS}").json()
    assert run([*command[:-1], "nowhere"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
