"""Several days reach the planner by address, JSON and command line, and every form holds them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import gpxpy
import icalendar
import pytest
from fastapi.testclient import TestClient

from api.planning import plan_of_query, query_of_plan
from api.web.pages.plan_form import asked_of
from geo.exchange import from_document
from geo.planner import read_request

ADDRESS = (
    "stops=qingdao-municipal-museum,cpc-qingdao-memorial&optional=jiaobei-memorial,navy-museum"
    "&priorities=navy-museum@5&mode=drive&dates=2026-11-29@09:30-17:00,2026-11-30,2026-12-02"
    "&nights=120.3125,36.0645;may-fourth-square&lunch=45&a_day=2"
    "&appointments=cpc-qingdao-memorial@2026-12-02T10:00"
)
WISH = {
    "stops": ["qingdao-municipal-museum", "cpc-qingdao-memorial"],
    "optional": ["jiaobei-memorial", "navy-museum"],
    "priorities": [["navy-museum", 5]],
    "mode": "drive",
    "dates": [
        {"date": "2026-11-29", "depart": "09:30", "until": "17:00"},
        "2026-11-30",
        {"date": "2026-12-02"},
    ],
    "nights": [[120.3125, 36.0645], "may-fourth-square"],
    "lunch": 45,
    "a_day": 2,
    "appointments": [["cpc-qingdao-memorial", "2026-12-02T10:00"]],
}


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    answer = client.get(f"/api/itineraries?{ADDRESS}&f=json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_address_and_body_say_the_same(client: TestClient, document: dict[str, Any]) -> None:
    assert client.post("/api/itineraries", json=WISH).json() == document
    assert [day["date"] for day in document["days"]] == ["2026-11-29", "2026-11-30", "2026-12-02"]
    assert document["schema_version"] == 2
    assert document["quality"]["exact"] is True
    by_day = [[s["site_id"] for s in day["stops"] if s["site_id"]] for day in document["days"]]
    # Closed on Mondays, so not on the 30th; the memorial on the day and at the time agreed.
    assert "qingdao-municipal-museum" not in by_day[1]
    assert "cpc-qingdao-memorial" in by_day[2]
    (visit,) = (s for s in document["days"][2]["stops"] if s["site_id"] == "cpc-qingdao-memorial")
    assert visit["arrival"][:16] <= "2026-12-02T10:00"
    assert from_document(document).days[2].date.isoformat() == "2026-12-02"


def test_a_request_and_its_address_are_the_same() -> None:
    request = read_request(WISH)
    assert plan_of_query(asked_of(list(query_of_plan(request).items())).wish()) == request


def test_every_form_tells_the_days_apart(client: TestClient, document: dict[str, Any]) -> None:
    days = [day for day in document["days"] if day["stops"]]
    stops = [stop for day in days for stop in day["stops"]]

    def form(name: str) -> str:
        answer = client.get(f"/api/itineraries?{ADDRESS}&f={name}")
        assert answer.status_code == 200
        return answer.text

    events = icalendar.Calendar.from_ical(form("ics")).walk("VEVENT")
    age = datetime.now(UTC) - events[0].decoded("dtstamp")
    assert timedelta(0) <= age < timedelta(minutes=5)
    assert [f"{e['dtstart'].dt.date()}" for e in events] == [
        day["date"] for day in days for _ in day["stops"]
    ]
    gpx = gpxpy.parse(form("gpx"))
    assert [len(route.points) for route in gpx.routes] == [len(day["stops"]) for day in days]
    folders = ET.fromstring(form("kml")).findall(".//{*}Folder/{*}name")  # noqa: S314 - our own
    assert [one.text for one in folders] == [day["date"] for day in document["days"]]
    rows = list(csv.DictReader(io.StringIO(form("csv").removeprefix("\ufeff"))))
    assert len(rows) == len(stops)
    assert sorted({int(row["Day"]) for row in rows}) == [
        nth for nth, day in enumerate(document["days"], 1) if day["stops"]
    ]
    features = client.get(f"/api/itineraries?{ADDRESS}&f=geojson").json()
    assert features["properties"]["days"] == [day["date"] for day in document["days"]]
    answer = client.get(f"/api/itineraries?{ADDRESS}&f=gpx")
    assert "2026-11-29-2026-12-02.gpx" in answer.headers["content-disposition"]
    assert client.get(f"/api/itineraries?{ADDRESS}&f=html").status_code == 200


def test_it_is_kept_and_opened(client: TestClient, document: dict[str, Any]) -> None:
    kept = client.post("/api/plans", json=WISH)
    assert kept.status_code == 201, kept.text
    found = client.get(f"/api/plans/{kept.json()['id']}").json()
    assert found["itinerary"] == document
    assert (found["differs"], found["changes"]) == (False, [])


def test_a_number_of_days_is_settled_when_it_is_kept(client: TestClient) -> None:
    wish = {"stops": ["navy-museum", "jiaobei-memorial"], "days": 2, "mode": "drive"}
    kept = client.post("/api/plans", json=wish).json()
    assert kept["request"]["days"] == 2
    assert kept["request"]["depart"].endswith("09:00:00+08:00")
    assert client.get(f"/api/plans/{kept['id']}").json()["differs"] is False


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"days": 2}, "days_or_dates"),
        ({"dates": ["2026-11-30", "2026-11-29"], "nights": []}, "dates_order"),
        ({"dates": ["2026-11-30"]}, "nights_one_day"),
        ({"nights": [None, None, None]}, "nights_count"),
        ({"dates": ["30 November"], "nights": []}, "plan_day"),
        ({"dates": ["2026-11-30@17:00-09:00"], "nights": []}, "until_early"),
        ({"depart": "2026-11-28T09:00"}, "depart_date"),
        ({"order": "given"}, "timed_order"),
        ({"appointments": [["navy-museum", "2026-12-05"]]}, "not_a_day"),
        ({"appointments": [["navy-museum", "noon"]]}, "visit_time"),
        ({"priorities": [["may-fourth-square", 2]]}, "not_in_plan"),
        ({"priorities": [["navy-museum", 6]]}, "less_than_equal"),
        ({"days": 8, "dates": []}, "less_than_equal"),
        ({"seconds": 60}, "less_than_equal"),
        ({"depart": "2026-11-29T19:00"}, "until_early"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, changes: dict[str, Any], rule: str
) -> None:
    answer = client.post("/api/itineraries", json=WISH | changes, headers={"Accept-Language": "zh"})
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["rule"] == rule


def test_a_lodging_that_nobody_knows_is_named(client: TestClient) -> None:
    answer = client.post("/api/itineraries", json=WISH | {"nights": ["no-such-house"]})
    assert answer.status_code == 404
    assert "no-such-house" in answer.text


def test_an_old_document_is_read(document: dict[str, Any]) -> None:
    old = {**document, "schema_version": 1, "days": document["days"][:1], "left_out": []}
    del old["quality"]
    assert from_document(old).schema_version == 2


def test_a_plan_whose_first_day_stays_free_is_kept_and_opened(client: TestClient) -> None:
    wish = {
        "stops": ["navy-museum"], "mode": "drive", "days": 2, "depart": "2026-11-28T09:00",
        "appointments": [["navy-museum", "2026-11-29"]],
    }  # fmt: skip
    kept = client.post("/api/plans", json=wish).json()
    assert client.get(f"/api/plans/{kept['id']}").json()["differs"] is False
    page = client.get(f"/p/{kept['id']}?lang=en")
    assert page.status_code == 200
    assert page.text.count('class="day-name"') == 2
    assert page.text.count("nothing planned") == 1
