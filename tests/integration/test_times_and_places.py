"""Times over several days, positions in the sea, files that cannot be read: said as they are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import gpxpy
import icalendar
import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.router import Position

FACTS = Path(__file__).resolve().parents[2] / "routes_data" / "facts"
LONG = {"route": "r2024-01", "mode": "walk", "depart": "2026-11-28T09:00"}


def test_a_time_on_a_later_day_says_so(client: TestClient) -> None:
    page = client.get("/plan", params={**LONG, "lang": "en"}).text
    assert "(day 4)" in page or "(day 5)" in page
    assert re.search("第 [45] 天", client.get("/plan", params={**LONG, "lang": "zh"}).text)
    rows = client.get("/api/itineraries", params={**LONG, "f": "csv"}).text
    assert "(day 2)" in rows


def test_a_day_that_ends_at_some_time_of_a_range_tells_the_latest_date(client: TestClient) -> None:
    made = client.get("/api/itineraries", params=LONG).json()
    (told,) = [one for one in made["notices"] if one["code"] == "past-midnight"]
    late_s = sum(
        leg["duration_range_s"][1] - leg["duration_s"]
        for leg in made["days"][0]["legs"]
        if leg["duration_range_s"]
    )
    assert late_s > 0
    assert told["values"]["date"] >= made["days"][0]["stops"][-1]["departure"][:10]


def test_files_hold_no_exact_time_where_only_a_range_is_known(client: TestClient) -> None:
    query = {"route": "r2023-01", "depart": "2026-11-28T09:00"}
    made = client.get("/api/itineraries", params=query).json()
    stops, legs = made["days"][0]["stops"], made["days"][0]["legs"]
    first_range = next(i for i, leg in enumerate(legs) if leg["duration_range_s"])
    gpx = gpxpy.parse(client.get("/api/itineraries", params={**query, "f": "gpx"}).text)
    known = [point.time is not None for point in gpx.waypoints]
    assert known == [index <= first_range for index in range(len(stops))]
    ics = client.get("/api/itineraries", params={**query, "f": "ics"}).content
    events = list(icalendar.Calendar.from_ical(ics).walk("VEVENT"))
    assert events[-1]["dtstart"].dt.isoformat() < stops[-1]["arrival"]
    assert events[-1]["dtend"].dt.isoformat() > stops[-1]["departure"]


@pytest.mark.parametrize(("lon", "lat"), [(120.285, 36.0415), (120.25, 36.155)])
def test_nobody_joins_a_bridge_or_a_tunnel_on_the_way(
    lon: float, lat: float, qingdao_router: CchRouter
) -> None:
    (snap,) = qingdao_router.snap([Position("start", lon, lat)], "drive", limit_m=20_000)
    segments = qingdao_router.network.segments
    road = qingdao_router.network.road_table[segments.road[snap.edge]]
    assert road.structure == "" or segments.length_m[snap.edge] < 200
    assert snap.approach_m > 100


def test_a_start_in_the_sea_is_told_and_one_on_land_is_not(client: TestClient) -> None:
    for start, told in (("120.33,36.05", True), ("120.3125,36.0645", False)):
        query = {"stops": "navy-museum", "mode": "walk", "start": start, "depart": LONG["depart"]}
        made = client.get("/api/itineraries", params=query).json()
        codes = [one["code"] for one in made["days"][0]["stops"][0]["notices"]]
        assert ("off-land" in codes) is told


def test_every_town_and_start_of_ours_lies_on_land(qingdao: Catalogue) -> None:
    for place in qingdao.places.itertuples():
        assert qingdao.land.holds(place.lon, place.lat)


def test_a_day_without_a_time_is_refused(client: TestClient) -> None:
    answer = client.get("/api/itineraries?stops=navy-museum&depart=2026-11-28")
    assert answer.status_code == 400
    assert "2026-11-28T09:00" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("file", "content", "words", "most"),
    [
        ("backbone/nodes.csv", None, "nodes.csv:1", 1),
        ("backbone/roads.csv", None, "roads.csv:1", 1),
        ("sites.csv", b"\xff\xfe", "UTF-8", 1),
        ("routes.json", b"{", "JSON", 1),
        ("routes.json", None, "no such file", 1),
    ],
)
def test_one_broken_file_is_one_fault(
    file: str,
    content: bytes | None,
    words: str,
    most: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(FACTS, folder)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    assert run(["validate", str(folder)]) == 1
    faults = capsys.readouterr().out.splitlines()[:-1]
    assert len(faults) == most
    assert words in faults[0]
