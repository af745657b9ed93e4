"""The OpenAPI document tells the truth: its form, its problems, its examples; the page of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.documentation import coded, problems, text_name
from api.refusals import MEANINGS
from api.web.texts import Texts, is_chinese
from geo.exchange import from_document

METHODS = {"get", "post", "put", "patch", "delete"}
ONLY_3_1 = {"const", "prefixItems", "$defs", "examples", "patternProperties", "if", "then"}
ITEMS = "/api/collections/{}/items"
APART = {
    **dict.fromkeys((ITEMS.format("sites"), ITEMS.format("routes")), ("bbox-crs", "filter-crs")),
    "/api/suggestions/nearest": ("site",),
    "/api/isochrones": ("site",),
}
"""Parameters that are tried by themselves: they take another's place, or say how it is read."""
CHRONOLOGY = "/api/suggestions/chronology"
NOT_TRIED = ("/api/trips/", "/api/staff/")
"""Files of a trip take what the trip does; staff need a token."""


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (method, path, operation)."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def nodes(node: object) -> Iterator[dict[str, Any]]:
    """Yield every object of the document that is no example."""
    if isinstance(node, dict):
        yield node
        for name, inner in node.items():
            if name not in {"example", "examples", "value", "default"}:
                yield from nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to."""
    found: Any = document
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def test_the_document_is_one_of_openapi_3_0(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.0.3"
    assert {"title", "version"} <= document["info"].keys()
    assert document["paths"].keys() == {path for path in document["paths"] if path[0] == "/"}
    for node in nodes(document):
        if isinstance(node.get("$ref"), str):
            assert resolved(document, node)
        if node.get("type") == "array":
            assert "items" in node
        if isinstance(node.get("type"), (str, list)):
            assert not ONLY_3_1 & node.keys()
            assert node["type"] != "null"


def test_every_operation_is_whole(document: dict[str, Any]) -> None:
    ids = []
    for method, path, operation in operations(document):
        assert method in METHODS
        ids.append(operation["operationId"])
        parameters = operation.get("parameters", [])
        places = [(one["in"], one["name"]) for one in parameters]
        assert len(places) == len(set(places))
        in_path = {name for place, name in places if place == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert all(one["required"] for one in parameters if one["in"] == "path")
        assert all("schema" in one for one in parameters)
        for answer in operation["responses"].values():
            assert resolved(document, answer)["description"]
    assert len(ids) == len(set(ids))


def test_problems_stand_in_the_place_of_the_framework_s_errors(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(document)
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status < "4":
                continue
            content = resolved(document, answer)["content"]
            assert list(content) == ["application/problem+json"]
            schema = resolved(document, content["application/problem+json"]["schema"])
            assert {"type", "title", "status", "detail", "code"} == set(schema["required"])


def test_the_meaning_of_a_status_names_codes_that_have_it() -> None:
    known = {row.code: row.statuses for row in problems(Texts.for_lang("en"))}
    for status, meaning in MEANINGS.items():
        codes = re.findall("`([a-z-]+)`", meaning)
        assert codes
        assert [code for code in codes if status not in known[code]] == []


REFUSALS: list[tuple[str, str, str, dict[str, Any]]] = [
    # method, path of the document, address, what is sent
    ("get", "/api", "/api?x=1", {}),
    ("get", "/api/collections/sites/items", "/api/collections/sites/items?limit=x", {}),
    ("get", "/api/collections/sites/items/{site_id}", "/api/collections/sites/items/nope", {}),
    ("get", "/api/itineraries", "/api/itineraries", {}),
    ("get", "/api/itineraries", "/api/itineraries?stops=nope,navy-museum", {}),
    ("get", "/api/itineraries", "/api/itineraries?stops=navy-museum&mode=fly", {}),
    ("get", "/api/itineraries", "/api/itineraries?stops=navy-museum&start=121.9,35.2", {}),
    (
        "get",
        "/api/itineraries",
        "/api/itineraries?stops=navy-museum",
        {"headers": {"Accept": "image/png"}},
    ),
    ("post", "/api/itineraries", "/api/itineraries", {"json": [1]}),
    ("post", "/api/itineraries", "/api/itineraries", {"json": {"stops": "x"}}),
    ("post", "/api/itineraries", "/api/itineraries", {"content": b"<a/>"}),
    ("post", "/api/itineraries", "/api/itineraries", {"content": b"[" * 2_000_000}),
    ("post", "/api/plans", "/api/plans", {"json": {"stops": ["nope"]}}),
    ("get", "/api/plans/{plan_id}", "/api/plans/nope", {}),
    ("get", "/api/suggestions/day", "/api/suggestions/day", {}),
    ("get", "/api/suggestions/nearest", "/api/suggestions/nearest?site=nope", {}),
    ("get", "/api/trips", "/api/trips", {}),
    ("post", "/api/trips", "/api/trips", {"json": {}}),
    ("get", "/api/trips/timetable.{form}", "/api/trips/timetable.doc", {}),
    ("post", "/api/kept-trips", "/api/kept-trips", {"json": {"trip": {}}}),
    ("get", "/api/kept-trips/{trip_id}", "/api/kept-trips/nope", {}),
    ("put", "/api/kept-trips/{trip_id}", "/api/kept-trips/nope", {"json": {"trip": {}}}),
    ("delete", "/api/kept-trips/{trip_id}", "/api/kept-trips/nope", {}),
    ("get", "/api/staff/me", "/api/staff/me", {}),
    ("post", "/api/collections/sites/items", "/api/collections/sites/items", {"json": {}}),
    ("get", "/api/openapi.json", "/api/openapi.json?f=xml", {}),
    ("get", "/api/docs", "/api/docs?lang=fr", {}),
]


@pytest.mark.parametrize(("method", "path", "address", "sent"), REFUSALS)
def test_a_real_refusal_is_one_of_those_described(
    client: TestClient,
    document: dict[str, Any],
    method: str,
    path: str,
    address: str,
    sent: dict[str, Any],
) -> None:
    answer = client.request(method, address, **sent)
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(answer.status_code) in document["paths"][path][method]["responses"]


def shown(parameter: dict[str, Any]) -> object:
    """Return the example of a parameter."""
    return parameter.get("example", parameter["schema"].get("example"))


def test_every_parameter_has_an_example(document: dict[str, Any]) -> None:
    without = {
        parameter["name"]
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if shown(parameter) is None
    }
    assert without == {"plan_id", "trip_id", "Edit-Key"}


def tried(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (address, query) with every example of what is read and not printed."""
    for method, path, operation in operations(document):
        examples = {one["name"]: shown(one) for one in operation.get("parameters", [])}
        if method != "get" or None in examples.values() or path.startswith(NOT_TRIED):
            continue
        query = {
            one["name"]: spelt(examples[one["name"]])
            for one in operation.get("parameters", [])
            if one["in"] == "query"
        }
        filled, apart = path.format_map(examples), APART.get(path, ())
        yield filled, {name: text for name, text in query.items() if name not in apart}
        yield from ((filled, {name: query[name]}) for name in apart)


def spelt(value: object) -> str:
    """Return an example as it stands in an address."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def test_every_example_works(client: TestClient, document: dict[str, Any]) -> None:
    addresses = [(path, query) for path, query in tried(document) if path != CHRONOLOGY]
    assert len(addresses) > 20
    answers = [(client.get(path, params=query), path, query) for path, query in addresses]
    assert [(path, said.text, asked) for said, path, asked in answers if said.is_error] == []


def test_the_order_of_years_is_kept_within_hours_and_limits(client: TestClient) -> None:
    for limit in ("hours=keep", "optional=navy-museum", "lunch=45"):
        answer = client.get(f"{CHRONOLOGY}?stops=cpc-qingdao-memorial,may-fourth-square&{limit}")
        assert answer.status_code == 200
        assert "may-fourth-square" in answer.json()["request"]["sequence"]


def test_the_schema_of_an_itinerary_is_that_of_the_answer(
    client: TestClient, document: dict[str, Any]
) -> None:
    for method in ("get", "post"):
        content = document["paths"]["/api/itineraries"][method]["responses"]["200"]["content"]
        assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Itinerary"}
    schemas = document["components"]["schemas"]
    answer = client.get("/api/itineraries?stops=navy-museum,redview-core").json()
    assert from_document(answer)
    day = answer["days"][0]
    for value, name in ((answer, "Itinerary"), (day, "Day"), (day["legs"][0], "Leg")):
        assert value.keys() == schemas[name]["properties"].keys()
        assert set(schemas[name]["required"]) <= value.keys()


@pytest.mark.parametrize("part", ["summary", "about"])
def test_the_operations_are_told_in_both_languages(document: dict[str, Any], part: str) -> None:
    zh, en = Texts.for_lang("zh"), Texts.for_lang("en")
    said = {"summary": "summary", "about": "description"}[part]
    keys = set()
    for method, path, operation in operations(document):
        key = f"api.{part}.{text_name(method, path)}"
        keys.add(key)
        assert en(key) == operation[said]
        assert is_chinese(zh(key))
    assert {key for key in zh.table if key.startswith(f"api.{part}.")} == keys


def test_the_page_of_the_documentation_is_in_one_language(client: TestClient) -> None:
    page = client.get("/api/docs?lang=zh").text
    assert "`" not in page
    main = re.sub("<[^>]+>", "\n", re.sub(r'(?s)<(\w+) [^>]*lang="en".*?</\1>', "", page))
    main = main[main.index("接口文档") :]
    english = [
        line for line in main.splitlines() if re.search("[A-Za-z]{3,} [a-z]{2,} [a-z]", line)
    ]
    assert english == []
    assert "<strong>安排行程</strong>" in page
    assert "<code>q</code>" in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert [one for one in ids if " " in one] == []


def test_code_in_a_text_is_marked_and_nothing_else_is_html() -> None:
    assert coded("a `b<c` d & e") == "a <code>b&lt;c</code> d &amp; e"
