"""Suggestions over the real catalogue, by address and from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from api.settings import PREFIX, Settings

STATION = "120.3125,36.0645"
DAY = f"/api/suggestions/day?start={STATION}&hours=3&depart=2026-11-28T09:00"
PLAN = "stops=liweinong-park,german-prison-museum,wen-yiduo-house&depart=2026-11-28T09:00"


def test_three_hours_on_foot_are_filled_and_lead_to_their_plan(client: TestClient) -> None:
    found = client.get(DAY).json()
    stops = found["request"]["stops"]
    assert len(stops) >= 3
    assert found["itinerary"]["travel_s"] + found["itinerary"]["stay_s"] <= 3 * 3600
    assert found["points"] <= found["upper_bound"]
    assert client.get(found["api"]).json() == found["itinerary"]
    assert client.get(found["plan"]).status_code == 200
    assert client.get(DAY).json() == found


def test_the_rest_of_a_day_is_filled_beside_what_is_wanted(client: TestClient) -> None:
    found = client.get(f"{DAY}&stops=german-prison-museum&end=start&themes=martyrs").json()
    assert "german-prison-museum" in found["request"]["stops"]
    assert found["request"]["end"] == found["request"]["start"]
    assert found["left_out"] == []


def test_a_form_is_led_to_the_page_of_its_plan(client: TestClient) -> None:
    answer = client.get(
        f"/suggest?start={STATION}&hours=2&end=&themes=&lang=en", follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/plan?stops=")
    assert client.get(answer.headers["location"]).status_code == 200


def test_sites_near_the_way_are_within_the_minutes(client: TestClient) -> None:
    found = client.get(f"/api/suggestions/near?{PLAN}&minutes=10").json()
    assert found["sites"]
    assert all(one["detour_s"] <= 600 for one in found["sites"])
    assert not {one["site"] for one in found["sites"]} & set(found["request"]["stops"])


def test_years_in_order_cost_what_the_two_plans_differ(client: TestClient) -> None:
    found = client.get(f"/api/suggestions/chronology?{PLAN}").json()
    extra = found["itinerary"]["travel_s"] - found["fastest_travel_s"]
    assert found["extra_travel_s"] == extra >= 0
    assert sorted(found["fastest_order"]) == sorted(found["request"]["stops"])
    page = client.get(f"/suggest/chronology?{PLAN}", follow_redirects=False)
    assert page.headers["location"] == found["plan"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/suggestions/day?hours=3", 400),
        (f"/api/suggestions/day?start={STATION}&hours=99", 400),
        (f"/api/suggestions/day?start={STATION}&hours=3&themes=weather", 400),
        (f"/api/suggestions/day?start={STATION}&hours=3&stops=atlantis", 404),
        ("/api/suggestions/day?start=119.5,35.5&hours=1", 422),
        (f"/api/suggestions/near?{PLAN}&minutes=0", 400),
        ("/api/suggestions/near?stops=liweinong-park", 400),
        ("/api/suggestions/chronology", 422),
    ],
)
def test_bad_wishes_are_problems(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("day", "--start", STATION, "--hours", "3", "--depart", "2026-11-28T09:00"),
        ("near", "liweinong-park", "german-prison-museum", "--minutes", "10"),
        ("chronology", "liweinong-park", "german-prison-museum"),
    ],
)
def test_the_command_line_says_the_same(
    arguments: tuple[str, ...],
    service_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    client: TestClient,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    assert run(["--lang", "en", "suggest", *arguments]) == 0
    table = capsys.readouterr().out
    assert run(["suggest", *arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["plan"].startswith("/plan?")
    first = (document.get("sites") or [{"site": document["request"]["stops"][0]}])[0]
    assert first["site"] in table
    if arguments[0] == "day":
        assert client.get(DAY).json() == document


def test_the_nearest_sites_are_told_over_http_on_the_page_and_on_the_command_line(
    client: TestClient,
    service_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(service_data))
    here = "cpc-qingdao-memorial"
    answer = client.get(
        "/api/suggestions/nearest", params={"site": here, "limit": 6, "minutes": 90}
    )
    assert answer.status_code == 200
    sites = [one["site"] for one in answer.json()["sites"]]
    assert sites[0] == "redview-core"
    page = client.get(f"/sites/{here}?lang=en").text.split('id="near"', 1)[1].split("</section>")[0]
    assert [part.split('"')[0] for part in page.split('data-site="')[1:]] == sites
    assert "on foot" in page
    refused = client.get("/api/suggestions/nearest")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-request")
    assert run(["suggest", "nearest", "--site", here, "--json"]) == 0
    assert '"redview-core"' in capsys.readouterr().out
