"""OGC API - Features, requirement by requirement: docs/ogc.md has one row for each test here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer

from api.ogc import CONFORMANCE
from api.systems import CRS84, SYSTEMS

COLLECTIONS = ("sites", "routes")
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PAGES = (
    "/api",
    "/api/conformance",
    "/api/collections",
    "/api/collections/sites",
    "/api/collections/sites/items",
    "/api/collections/sites/items/redview-core",
    "/api/collections/routes/items/r2023-01",
)


def read(client: TestClient, address: str, **parameters: str) -> Any:
    answer = client.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rels(document: Any) -> dict[tuple[str, str], str]:
    assert all(link["rel"] and link["type"] and link["href"] for link in document["links"])
    return {(link["rel"], link["type"]): link["href"] for link in document["links"]}


def matched(client: TestClient, **parameters: str) -> int:
    number = read(client, "/api/collections/sites/items", **parameters)["numberMatched"]
    assert isinstance(number, int)
    return number


def operation(client: TestClient, path: str) -> dict[str, Any]:
    document = read(client, "/api/openapi.json")
    return {item["name"]: item for item in document["paths"][path]["get"]["parameters"]}


def test_core_http(client: TestClient) -> None:
    for path in PAGES:
        assert client.get(path).http_version == "HTTP/1.1"
        assert client.head(path).status_code == 200
    assert client.delete("/api/collections").status_code == 405


def test_core_root_op_and_success(client: TestClient) -> None:
    landing = rels(read(client, "/api"))
    names = {rel for rel, _ in landing}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= names


def test_core_api_definition_op_and_success(client: TestClient) -> None:
    landing = rels(read(client, "/api"))
    href = landing["service-desc", "application/vnd.oai.openapi+json;version=3.0"]
    answer = client.get(urlsplit(href).path)
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"].startswith("3.0")
    page = client.get(urlsplit(landing["service-doc", "text/html"]).path)
    assert page.headers["content-type"].startswith("text/html")


def test_core_conformance_op_and_success(client: TestClient) -> None:
    assert read(client, "/api/conformance")["conformsTo"] == list(CONFORMANCE)
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in CONFORMANCE


def test_core_fc_md_op_links_items(client: TestClient) -> None:
    document = read(client, "/api/collections")
    assert {"self", "alternate"} <= {rel for rel, _ in rels(document)}
    assert [member["id"] for member in document["collections"]] == list(COLLECTIONS)
    for member in document["collections"]:
        found = rels(member)
        assert ("items", "application/geo+json") in found
        assert ("items", "text/html") in found


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_md_extent(client: TestClient, key: str) -> None:
    spatial = read(client, f"/api/collections/{key}")["extent"]["spatial"]
    west, south, east, north = spatial["bbox"][0]
    assert spatial["crs"] == CRS84
    assert 119 < west < east < 122
    assert 35 < south < north < 38


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_sfc_md_op_and_success(client: TestClient, key: str) -> None:
    alone = read(client, f"/api/collections/{key}")
    among = read(client, "/api/collections")["collections"]
    assert alone in among
    assert client.get("/api/collections/nope").status_code == 404


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_op_and_response(client: TestClient, key: str) -> None:
    answer = client.get(f"/api/collections/{key}/items")
    assert answer.headers["content-type"] == "application/geo+json"
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert {rel for rel, _ in rels(document)} >= {"self", "alternate"}


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_limit(client: TestClient, key: str) -> None:
    parameter = operation(client, f"/api/collections/{key}/items")["limit"]
    assert parameter["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    assert (parameter["style"], parameter["explode"]) == ("form", False)
    document = read(client, f"/api/collections/{key}/items", limit="3")
    assert len(document["features"]) == document["numberReturned"] == 3
    for refused in ("0", "-1", "x", "1.5"):
        answer = client.get(f"/api/collections/{key}/items", params={"limit": refused})
        assert answer.status_code == 400


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_bbox_definition(client: TestClient, key: str) -> None:
    parameter = operation(client, f"/api/collections/{key}/items")["bbox"]
    assert parameter["schema"]["type"] == "array"
    assert parameter["schema"]["items"] == {"type": "number"}
    assert (parameter["style"], parameter["explode"]) == ("form", False)


def test_core_fc_bbox_response(client: TestClient) -> None:
    everything = read(client, "/api/collections/sites/items", limit="1000")["features"]
    inside = read(
        client, "/api/collections/sites/items", bbox="120.3,36.05,120.4,36.1", limit="1000"
    )["features"]
    wanted = [
        feature["id"]
        for feature in everything
        if 120.3 <= feature["geometry"]["coordinates"][0] <= 120.4
        and 36.05 <= feature["geometry"]["coordinates"][1] <= 36.1
    ]
    assert sorted(feature["id"] for feature in inside) == sorted(wanted) != []
    assert matched(client, bbox="120.3,36.05,0,120.4,36.1,100") == len(wanted)


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_time_definition(client: TestClient, key: str) -> None:
    parameter = operation(client, f"/api/collections/{key}/items")["datetime"]
    assert parameter["schema"] == {"type": "string"}
    assert (parameter["style"], parameter["explode"]) == ("form", False)


def test_core_fc_time_response(client: TestClient) -> None:
    everything = read(client, "/api/collections/sites/items", limit="1000")["features"]

    def of_years(first: int, last: int) -> int:
        years = [(f["properties"]["period_from"], f["properties"]["period_to"]) for f in everything]
        spans = [(a if a is not None else b, b if b is not None else a) for a, b in years]
        return sum(a is not None and a <= last and b >= first for a, b in spans)

    war = matched(client, datetime="1937-07-07/1945-08-15")
    assert war == of_years(1937, 1945) > 0
    assert matched(client, datetime="1919-05-04") == of_years(1919, 1919)
    assert matched(client, datetime="1919-05-04T00:00:00Z") == of_years(1919, 1919)
    assert matched(client, datetime="../1921-01-01") == of_years(0, 1921)
    assert matched(client, datetime="1949-10-01/..") == of_years(1949, 9999)
    for refused in ("1919", "x", "1945-01-01/1937-01-01", "1/2/3", "1919-13-01"):
        answer = client.get("/api/collections/sites/items", params={"datetime": refused})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "datetime")


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_query_param_unknown(client: TestClient, key: str) -> None:
    answer = client.get(f"/api/collections/{key}/items?nope=1")
    assert answer.status_code == 400


@pytest.mark.parametrize("key", COLLECTIONS)
def test_core_fc_links_and_numbers(client: TestClient, key: str) -> None:
    seen: list[str] = []
    address: str | None = f"/api/collections/{key}/items?limit=10"
    while address:
        document = read(client, address)
        seen += [feature["id"] for feature in document["features"]]
        assert document["numberReturned"] == len(document["features"])
        address = rels(document).get(("next", "application/geo+json"))
    assert len(seen) == len(set(seen)) == document["numberMatched"]


@pytest.mark.parametrize(("key", "record"), [("sites", "redview-core"), ("routes", "r2023-01")])
def test_core_f_op_success_and_links(client: TestClient, key: str, record: str) -> None:
    answer = client.get(f"/api/collections/{key}/items/{record}")
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()
    assert (feature["type"], feature["id"]) == ("Feature", record)
    assert {rel for rel, _ in rels(feature)} >= {"self", "alternate", "collection"}
    assert client.get(f"/api/collections/{key}/items/nope").status_code == 404


def test_geojson_content(client: TestClient) -> None:
    for key, kind in (("sites", "Point"), ("routes", "LineString")):
        for feature in read(client, f"/api/collections/{key}/items")["features"]:
            assert feature["geometry"]["type"] == kind


@pytest.mark.parametrize("path", PAGES)
def test_html_content(client: TestClient, path: str) -> None:
    by_form = client.get(path, params={"f": "html"})
    by_accept = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    for answer in (by_form, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "Accept" in answer.headers["vary"]
        assert not re.search(r'(?:src|href)="https?://(?!testserver)', answer.text)
    assert "json" in client.get(path, headers={"Accept": "*/*"}).headers["content-type"]


def test_html_of_a_record_escapes_and_shows_it_whole(client: TestClient) -> None:
    feature = read(client, "/api/collections/sites/items/redview-core")
    page = client.get("/api/collections/sites/items/redview-core?f=html").text
    assert all(f"<code>{name}</code>" in page for name in feature["properties"])
    assert feature["properties"]["name_zh"] in page


def test_oas30_completeness(client: TestClient) -> None:
    document = read(client, "/api/openapi.json")
    for path in ("/api", "/api/conformance", "/api/collections"):
        assert "200" in document["paths"][path]["get"]["responses"]
    for key in COLLECTIONS:
        for rest in ("", "/items", "/queryables", "/schema"):
            assert f"/api/collections/{key}{rest}" in document["paths"]


# Part 2: reference systems


@pytest.mark.parametrize("key", COLLECTIONS)
def test_crs_fc_md_crs_list_and_storage(client: TestClient, key: str) -> None:
    document = read(client, f"/api/collections/{key}")
    assert document["crs"] == list(SYSTEMS)
    assert document["storageCrs"] in document["crs"]


@pytest.mark.parametrize("uri", list(SYSTEMS))
def test_crs_response_and_content_crs(client: TestClient, uri: str) -> None:
    path = "/api/collections/sites/items/redview-core"
    lon, lat = read(client, path)["geometry"]["coordinates"]
    answer = client.get(path, params={"crs": uri})
    assert answer.headers["content-crs"] == f"<{uri}>"
    back = Transformer.from_crs(SYSTEMS[uri], "OGC:CRS84")
    assert back.transform(*answer.json()["geometry"]["coordinates"]) == pytest.approx(
        (lon, lat), abs=1e-7
    )


def test_crs_axes_are_those_of_the_system(client: TestClient) -> None:
    path = "/api/collections/routes/items/r2023-01"
    first = read(client, path, crs=f"{EPSG}4326")["geometry"]["coordinates"][0]
    assert 35 < first[0] < 38
    assert 119 < first[1] < 122
    north, east = read(client, path, crs=f"{EPSG}4549")["geometry"]["coordinates"][0]
    assert 3_900_000 < north < 4_200_000
    assert 400_000 < east < 700_000


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs", "filter-crs"])
def test_crs_unknown_is_refused(client: TestClient, parameter: str) -> None:
    answer = client.get("/api/collections/sites/items", params={parameter: f"{EPSG}32650"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize("uri", [f"{EPSG}4326", f"{EPSG}4549", f"{EPSG}3857"])
def test_crs_bbox_crs(client: TestClient, uri: str) -> None:
    to = Transformer.from_crs("OGC:CRS84", SYSTEMS[uri])
    low, high = to.transform(120.3, 36.05), to.transform(120.4, 36.1)
    box = ",".join(str(number) for number in (*low, *high))
    plain = matched(client, bbox="120.3,36.05,120.4,36.1")
    assert matched(client, **{"bbox": box, "bbox-crs": uri}) == plain > 0
    answer = client.get("/api/collections/sites/items", params={"bbox": "9,9,1,1", "bbox-crs": uri})
    assert answer.status_code == 400


# Part 3: filters


@pytest.mark.parametrize("key", COLLECTIONS)
def test_queryables_op_and_response(client: TestClient, key: str) -> None:
    links = rels(read(client, f"/api/collections/{key}"))
    rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    answer = client.get(links[rel, "application/schema+json"])
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    assert document["additionalProperties"] is False
    for name, kind in document["properties"].items():
        if name == "geometry" or kind["type"] == "array":
            continue
        asked = client.get(f"/api/collections/{key}/items", params={"filter": f"{name} IS NULL"})
        assert asked.status_code == 200, (name, asked.text)


def test_filter_param_and_response(client: TestClient) -> None:
    text = "district = '市南区' AND (period_from < 1949 OR category = 'museum')"
    document = read(client, "/api/collections/sites/items", filter=text, limit="1000")
    everything = read(client, "/api/collections/sites/items", limit="1000")["features"]
    wanted = [
        f["id"]
        for f in everything
        if f["properties"]["district"] == "市南区"
        and (
            (f["properties"]["period_from"] or 9999) < 1949
            or f["properties"]["category"] == "museum"
        )
    ]
    assert [f["id"] for f in document["features"]] == wanted != []


def test_filter_lang_json(client: TestClient) -> None:
    text = '{"op":"=","args":[{"property":"district"},"市南区"]}'
    asked = {"filter": text, "filter-lang": "cql2-json"}
    assert matched(client, **asked) == matched(client, district="市南区") > 0
    answer = client.get("/api/collections/sites/items", params={"filter-lang": "ecql"})
    assert answer.status_code == 400


def test_filter_crs(client: TestClient) -> None:
    to = Transformer.from_crs("OGC:CRS84", "EPSG:4549")
    box = ",".join(map(str, (*to.transform(120.3, 36.05), *to.transform(120.4, 36.1))))
    text = f"S_INTERSECTS(geometry, BBOX({box}))"
    # A box of the plane is not quite one of degrees; its edges run far from any site.
    metric = matched(client, **{"filter": text, "filter-crs": f"{EPSG}4549"})
    plain = matched(client, filter="S_INTERSECTS(geometry, BBOX(120.3,36.05,120.4,36.1))")
    assert abs(metric - plain) <= 1
    assert plain == matched(client, bbox="120.3,36.05,120.4,36.1")


def test_filter_with_bbox_and_paging(client: TestClient) -> None:
    asked = {"filter": "accuracy_m <= 500", "bbox": "120.3,36,120.5,36.2", "limit": "5"}
    document = read(client, "/api/collections/sites/items", **asked)
    following = read(client, rels(document)["next", "application/geo+json"])
    assert document["numberMatched"] == following["numberMatched"]
    everyone = document["features"] + following["features"]
    assert all(feature["properties"]["accuracy_m"] <= 500 for feature in everyone)
    assert len({feature["id"] for feature in everyone}) == len(everyone) > 5


def test_filter_of_routes(client: TestClient) -> None:
    found = read(
        client, "/api/collections/routes/items", filter="A_CONTAINS(stops, ('redview-core'))"
    )["features"]
    assert all("redview-core" in feature["properties"]["stops"] for feature in found)
    crossed = read(
        client,
        "/api/collections/routes/items",
        filter="S_CROSSES(geometry, LINESTRING(120.3 35.5, 120.3 37)) AND mode = 'drive'",
    )
    assert crossed["numberMatched"] >= 0


@pytest.mark.parametrize("text", ["nope = 1", "district =", "year < 'x'", "x" * 3000])
def test_filter_invalid_is_400(client: TestClient, text: str) -> None:
    answer = client.get("/api/collections/sites/items", params={"filter": text})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter")


# Part 5: schemas


@pytest.mark.parametrize("key", COLLECTIONS)
def test_schema_names_every_property(client: TestClient, key: str) -> None:
    known = read(client, f"/api/collections/{key}/schema")["properties"]
    (feature,) = read(client, f"/api/collections/{key}/items", limit="1")["features"]
    assert set(known) == {*feature["properties"], "id", "geometry"}
    assert known["id"]["x-ogc-role"] == "id"
    assert known["geometry"]["x-ogc-role"] == "primary-geometry"


def test_the_table_names_every_test_of_this_file(root: Path) -> None:
    table = (root / "docs" / "ogc.md").read_text("utf-8")
    tests = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text("utf-8"), re.MULTILINE))
    tests.discard("test_the_table_names_every_test_of_this_file")
    assert set(re.findall(r"`(test_\w+)`", table)) >= tests
