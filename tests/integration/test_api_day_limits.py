"""A day's limits reach the planner by address and by JSON, and their answers come back."""

from __future__ import annotations

from typing import Any

DAY = "2026-11-30T09:00"
"""A Monday: the municipal museum is closed."""
ADDRESS = (
    "stops=qingdao-municipal-museum,cpc-qingdao-memorial&optional=may-fourth-square&mode=drive"
    f"&depart={DAY}&until=14:00&lunch=45&visits=cpc-qingdao-memorial@90"
    "&appointments=may-fourth-square@09:30&before=may-fourth-square@cpc-qingdao-memorial"
)
WISH = {
    "stops": ["qingdao-municipal-museum", "cpc-qingdao-memorial"],
    "optional": ["may-fourth-square"],
    "mode": "drive",
    "depart": DAY,
    "until": "14:00",
    "lunch": 45,
    "visits": [["cpc-qingdao-memorial", 90]],
    "appointments": [["may-fourth-square", "09:30"]],
    "before": [["may-fourth-square", "cpc-qingdao-memorial"]],
}


def test_address_and_body_say_the_same(client: Any) -> None:
    by_address = client.get(f"/api/itineraries?{ADDRESS}&f=json").json()
    assert client.post("/api/itineraries", json=WISH).json() == by_address
    stops = by_address["days"][0]["stops"]
    assert [stop["site_id"] for stop in stops] == ["may-fourth-square", "cpc-qingdao-memorial"]
    assert stops[0]["arrival"].startswith("2026-11-30T09:00")
    assert (stops[0]["wait_s"], stops[1]["stay_s"]) == (1800, 5400)
    (out,) = by_address["left_out"]
    assert out["site_id"] == "qingdao-municipal-museum"
    assert out["reason"]["code"] == "left-out-closed"
    assert out["reason"]["values"]["next"] == "2026-12-01"


def test_the_calendar_and_the_table_hold_the_same_day(client: Any) -> None:
    calendar = client.get(f"/api/itineraries?{ADDRESS}&f=ics")
    assert calendar.status_code == 200
    assert calendar.text.count("BEGIN:VEVENT") == 2
    features = client.get(f"/api/itineraries?{ADDRESS}&f=geojson").json()["features"]
    assert [f["properties"]["wait_s"] for f in features if "wait_s" in f["properties"]] == [1800, 0]


def test_a_pair_without_its_sign_is_refused_in_words(client: Any) -> None:
    answer = client.get("/api/itineraries?stops=may-fourth-square&before=x")
    assert answer.status_code == 400
    assert "@" in answer.json()["detail"]
