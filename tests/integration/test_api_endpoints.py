"""The machine interface as a client meets it: every address, its forms, links and headers."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import gpxpy
import icalendar
import pytest
from fastapi.testclient import TestClient

from api.web.static_files import static_edition
from geo.catalogue import Catalogue
from geo.exchange import from_document

SITES, ROUTES = "/api/collections/sites/items", "/api/collections/routes/items"
THREE = "redview-core,cpc-qingdao-memorial,may-fourth-square"
PLAN = f"/api/itineraries?stops={THREE}&mode=walk&depart=2026-11-28T09:00"


def read(client: TestClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(client: TestClient, address: str) -> list[str]:
    return [feature["id"] for feature in read(client, address)["features"]]


def test_the_landing_leads_to_everything(client: TestClient) -> None:
    landing = read(client, "/api")
    links = {link["rel"]: link["href"] for link in landing["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    for href in links.values():
        assert client.get(urlsplit(href).path).status_code == 200


def test_the_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_paging_links_walk_through_every_site_once(client: TestClient) -> None:
    seen: list[str] = []
    address: str | None = f"{SITES}?limit=20"
    pages = 0
    while address:
        page = read(client, address)
        seen += [feature["id"] for feature in page["features"]]
        assert page["numberMatched"] == 89
        assert page["numberReturned"] == len(page["features"]) <= 20
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = following[0] if following else None
        pages += 1
    assert pages == 5
    assert len(seen) == len(set(seen)) == 89
    back = read(client, f"{SITES}?limit=20&offset=40")
    previous = next(link["href"] for link in back["links"] if link["rel"] == "prev")
    assert parse_qs(urlsplit(previous).query)["offset"] == ["20"]


def test_a_page_holds_no_more_than_the_service_allows(client: TestClient) -> None:
    assert len(ids(client, f"{SITES}?limit=100000")) == 89


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("district=shinan", lambda p: p["district"] == "市南区"),
        ("district=市南区", lambda p: p["district"] == "市南区"),
        ("category=museum", lambda p: p["category"] == "museum"),
        ("theme=liberation", lambda p: "liberation" in p["themes"]),
        ("period_from=1937&period_to=1945", lambda p: (p["period_from"] or 0) <= 1945),
    ],
)
def test_a_filter_keeps_what_it_says_and_all_of_it(
    client: TestClient, wanted: str, holds: Any
) -> None:
    found = read(client, f"{SITES}?{wanted}")["features"]
    assert found
    assert all(holds(feature["properties"]) for feature in found)
    if "period" not in wanted:
        everything = read(client, SITES)["features"]
        assert len(found) == sum(holds(feature["properties"]) for feature in everything)


def test_a_box_keeps_what_lies_in_it(client: TestClient) -> None:
    west, south, east, north = 120.3, 36.05, 120.36, 36.1
    everything = read(client, SITES)["features"]
    inside = {
        feature["id"]
        for feature in everything
        if west <= feature["geometry"]["coordinates"][0] <= east
        and south <= feature["geometry"]["coordinates"][1] <= north
    }
    assert inside
    assert set(ids(client, f"{SITES}?bbox={west},{south},{east},{north}")) == inside


def test_text_is_found_in_every_spelling(client: TestClient) -> None:
    for query in ("党史", "dangshi", "party history"):
        assert "laoshan-party-history-hall" in ids(client, f"{SITES}?q={query}")


def test_a_route_says_who_made_it_and_that_its_line_is_no_road(client: TestClient) -> None:
    official = read(client, f"{ROUTES}?provenance=official")
    assert official["numberMatched"] == 6
    route = read(client, f"{ROUTES}/r2023-01")
    assert route["properties"]["provenance"] == "official"
    assert route["properties"]["geometry_basis"] == "straight-lines"
    assert len(route["geometry"]["coordinates"]) == len(route["properties"]["stops"])
    composed = read(client, f"{ROUTES}?provenance=curated")
    assert composed["numberMatched"] == 51


def test_a_single_site_is_what_the_list_shows(client: TestClient) -> None:
    listed = next(f for f in read(client, SITES)["features"] if f["id"] == "cpc-qingdao-memorial")
    alone = read(client, f"{SITES}/cpc-qingdao-memorial")
    assert alone["properties"] == listed["properties"]
    assert alone["geometry"] == listed["geometry"]


def test_an_itinerary_as_json_is_the_value_itself(client: TestClient) -> None:
    document = read(client, PLAN)
    itinerary = from_document(document)
    assert {stop.site_id for stop in itinerary.stops} == set(THREE.split(","))
    assert document["network"]["fidelity"] == "schematic"
    assert any("schematic-network" in notice.values() for notice in document["notices"])


def test_a_post_answers_as_the_address_does(client: TestClient) -> None:
    wish = {"stops": THREE.split(","), "mode": "walk", "depart": "2026-11-28T09:00"}
    assert client.post("/api/itineraries", json=wish).json() == read(client, PLAN)


def test_every_form_holds_the_same_stops(client: TestClient, qingdao: Catalogue) -> None:
    names = {qingdao.site(site).name_en for site in THREE.split(",")}
    answers = {form: client.get(f"{PLAN}&f={form}") for form in ("geojson", "gpx", "kml", "csv")}
    assert all(answer.status_code == 200 for answer in answers.values())
    points = [
        feature["properties"]
        for feature in answers["geojson"].json()["features"]
        if feature["geometry"]["type"] == "Point"
    ]
    assert {point["name"] for point in points} >= names
    waypoints = {point.name for point in gpxpy.parse(answers["gpx"].text).waypoints}
    assert all(any(name in waypoint for waypoint in waypoints) for name in names)
    assert ET.fromstring(answers["kml"].content).tag.endswith("kml")  # noqa: S314 - our own
    assert all(name in answers["kml"].text for name in names)
    rows = list(csv.DictReader(io.StringIO(answers["csv"].content.decode("utf-8-sig"))))
    assert len(rows) == 3
    calendar = icalendar.Calendar.from_ical(client.get(f"{PLAN}&f=ics").content)
    events = calendar.walk("VEVENT")
    assert len([event for event in events if any(n in str(event["SUMMARY"]) for n in names)]) == 3
    assert all("Asia/Shanghai" in str(event["DTSTART"].params.get("TZID", "")) for event in events)


def test_a_map_file_asks_nobody_for_anything(client: TestClient) -> None:
    answer = client.get(f"{PLAN}&f=html")
    assert answer.headers["content-type"].startswith("text/html")
    assert "attachment" in answer.headers["content-disposition"]
    assert "<script src=" not in answer.text
    assert '<link rel="stylesheet" href="http' not in answer.text


def test_accept_chooses_the_form_and_f_wins(client: TestClient) -> None:
    as_gpx = {"Accept": "application/gpx+xml"}
    assert client.get(PLAN, headers=as_gpx).headers["content-type"].startswith(as_gpx["Accept"])
    answer = client.get(f"{PLAN}&f=json", headers=as_gpx)
    assert answer.headers["content-type"].startswith("application/json")


def test_who_has_an_answer_is_told_so(client: TestClient) -> None:
    first = client.get(PLAN)
    again = client.get(PLAN, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{PLAN}&order=given", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_a_long_answer_is_compressed(client: TestClient) -> None:
    answer = client.get(SITES, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    plain = client.get(SITES, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()


def test_head_is_answered_without_a_body(client: TestClient) -> None:
    answer = client.head(SITES)
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_description_of_the_interface_is_true(client: TestClient) -> None:
    document = read(client, "/api/openapi.json")
    assert document["openapi"].startswith("3.")
    paths = document["paths"]
    assert {"/api/itineraries", "/api/collections"} <= set(paths)
    body = paths["/api/itineraries"]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"]
    for example in body["examples"].values():
        assert client.post("/api/itineraries", json=example["value"]).status_code == 200


def test_the_documentation_loads_nothing_foreign(client: TestClient) -> None:
    answer = client.get("/api/docs")
    assert answer.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
    assert loaded
    assert {urlsplit(address).netloc for address in loaded} <= {"", "testserver"}
    assert "problem-unknown-site" in answer.text


@pytest.mark.parametrize("address", ["/", "/routes", "/plan", "/about", "/sites/navy-museum"])
def test_every_page_has_a_policy_without_unsafe_scripts(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    policy = dict(
        part.strip().split(" ", 1)
        for part in answer.headers["content-security-policy"].split(";")
        if " " in part.strip()
    )
    assert "unsafe-inline" not in policy["script-src"]
    assert "http:" not in json.dumps(policy)
    assert policy["default-src"] in {"'self'", "'none'"}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_browser_finds_an_icon(client: TestClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_languages_follow_the_address_then_the_browser(client: TestClient) -> None:
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "en-GB"}).text
    assert 'lang="zh' in client.get("/?lang=zh", headers={"Accept-Language": "en"}).text
    assert 'lang="zh' in client.get("/", headers={"Accept-Language": ""}).text
    page = client.get("/routes?lang=en").text
    assert 'rel="canonical"' in page
    assert page.count("hreflang=") >= 2


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_every_held_route_is_planned_or_says_why_not(
    client: TestClient, qingdao: Catalogue, mode: str
) -> None:
    for route in qingdao.routes.index:
        address = f"/api/itineraries?route={route}&mode={mode}&depart=2026-11-28T09:00"
        answer = client.get(address)
        assert answer.status_code in {200, 422}, (route, answer.text)
        if answer.status_code == 422:
            assert answer.json()["code"] in {"no-path", "off-network", "no-plan"}


def test_a_collection_says_first_what_was_published_and_what_is_held(client: TestClient) -> None:
    page = client.get("/routes?lang=en").text
    assert "published 9" in page.lower()
    assert "composed by this project 9" in page.lower()


def test_the_table_of_the_documentation_lists_every_held_route(
    root: Path, qingdao: Catalogue
) -> None:
    text = (root / "docs" / "routes-table.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z0-9-]+)`", text, re.MULTILINE) == list(qingdao.routes.index)


@pytest.mark.parametrize("changed", ["&order=best", "&stops=tsingtao-beer-museum"])
def test_a_changed_official_route_is_no_longer_official(client: TestClient, changed: str) -> None:
    address = "/api/itineraries?route=r2023-01&depart=2026-11-28T09:00"
    as_published, other = read(client, address), read(client, address + changed)
    assert as_published["provenance"] == "official"
    assert other["provenance"] is None
    assert any("changed-route" in notice.values() for notice in other["notices"])
    assert not any("changed-route" in notice.values() for notice in as_published["notices"])
    page = "/plan?route=r2023-01&depart=2026-11-28T09:00&lang=en"
    assert "prov-official" in client.get(page).text
    assert "prov-official" not in client.get(page + changed).text


def test_static_files_are_kept_for_ever_under_their_edition_only(client: TestClient) -> None:
    edition = static_edition()
    kept = client.get(f"/static/{edition}/app.js")
    assert "immutable" in kept.headers["cache-control"]
    # A page of an earlier edition gets what there is now, and asks again next time.
    other = "0" * 12 if edition != "0" * 12 else "1" * 12
    for address in (f"/static/{other}/app.js", "/static/app.js"):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, kept.content)
        assert answer.headers["cache-control"] == "no-cache"
    assert client.get(f"/static/{edition}/none.js").status_code == 404
