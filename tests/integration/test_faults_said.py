"""Every fault that a model of ours can give has words of ours, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter
from pydantic_settings import BaseSettings

import api.main  # noqa: F401 - loads every model that a request is read with
from api.web.texts import Texts
from geo.faults import PATTERN_RULES, WANTED, rule_of
from geo.models import Itinerary

PLAN = "/api/itineraries"
TYPES: dict[str, tuple[str, ...]] = {
    "bool": ("bool_type", "bool_parsing"),
    "date": ("date_type", "date_parsing", "date_from_datetime_parsing"),
    "datetime": ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
    "dataclass": ("dataclass_type", "missing"),
    "dict": ("dict_type",),
    "float": ("float_type", "float_parsing"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "list": ("list_type",),
    "literal": ("literal_error",),
    "model": ("model_type", "model_attributes_type", "extra_forbidden", "missing"),
    "none": ("none_required",),
    "str": ("string_type", "string_unicode"),
    "time": ("time_type", "time_parsing"),
    "tuple": ("tuple_type", "missing"),
}
"""What each kind of pydantic's core schema can find wrong (pydantic_core/core_schema.py)."""
BOUNDS = {
    "ge": "greater_than_equal",
    "gt": "greater_than",
    "le": "less_than_equal",
    "lt": "less_than",
}
LENGTHS = {"short": "min_length", "long": "max_length"}
CONTEXT: dict[str, Any] = {
    "ge": 1,
    "gt": 1,
    "le": 1,
    "lt": 1,
    "min_length": 1,
    "max_length": 1,
    "expected": "'a' or 'b'",
    "field_type": "Tuple",
    "actual_length": 2,
}


def nodes(node: object) -> Iterator[dict[str, Any]]:
    """Yield every core schema inside another."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for name, inner in node.items():
            if name not in {"serialization", "metadata"}:
                yield from nodes(inner)
    elif isinstance(node, (list, tuple)):
        for inner in node:
            yield from nodes(inner)


def models(root: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    """Yield every model of ours that something from outside is read with."""
    for kind in root.__subclasses__():
        ours = kind.__module__.startswith(("api.", "geo.", "maps.", "routes_data."))
        if ours and not issubclass(kind, BaseSettings):
            yield kind
        yield from models(kind)


def schemas() -> list[dict[str, Any]]:
    """Return the core schemas of all of them, and of the document of an itinerary."""
    cores = [kind.__pydantic_core_schema__ for kind in models()]
    cores.append(TypeAdapter(Itinerary).core_schema)
    return [node for core in cores for node in nodes(core)]


def found_by(node: dict[str, Any]) -> set[str]:
    """Return the types of errors that a core schema can give."""
    kind = node["type"]
    types = set(TYPES.get(kind, ()))
    types |= {named for name, named in BOUNDS.items() if name in node}
    prefix = "string_too_" if kind == "str" else "too_"
    types |= {prefix + word for word, name in LENGTHS.items() if name in node}
    if kind == "tuple" and "variadic_item_index" not in node:
        types.add("too_long")
    if node.get("allow_inf_nan") is False:
        types.add("finite_number")
    return types


def test_models_are_found() -> None:
    names = {kind.__name__ for kind in models()}
    assert {"PlanRequest", "TripRequest", "DayWish", "NearestWish", "SitesQuery"} <= names


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_type_of_fault_has_a_text(lang: str) -> None:
    texts = Texts.for_lang("zh" if lang == "zh" else "en")
    reachable = {kind for node in schemas() for kind in found_by(node)} | {"json_invalid"}
    assert {"tuple_type", "string_type", "too_long", "bool_parsing", "missing"} <= reachable
    for kind in sorted(reachable):
        rule, limits = rule_of({"type": kind, "ctx": CONTEXT})
        assert texts(f"fault.{rule}", **{**CONTEXT, **limits}), kind
        assert WANTED[rule].format(**{**CONTEXT, **limits}), kind


def test_every_pattern_has_a_rule_with_a_text() -> None:
    patterns = {
        node["pattern"] for node in schemas() if node["type"] == "str" and "pattern" in node
    }
    assert patterns
    assert patterns <= PATTERN_RULES.keys()
    assert all(Texts.for_lang("zh").has(f"fault.{rule}") for rule in PATTERN_RULES.values())


@pytest.mark.parametrize(
    ("body", "rule", "said"),
    [
        ('{"stops":"redview-core"}', "list_type", "应为列表（JSON 数组）"),
        ('{"stops":null}', "list_type", "应为列表（JSON 数组）"),
        ('{"stops":[1,2]}', "string_type", "应为文字"),
        ('{"stops":["A B"]}', "id", "应为标识"),
        ('{"stops":["navy-museum"],"until":"25:00"}', "clock_time", "应为时刻，如 16:30"),
        ('{"stops":["navy-museum"],"lunch":"x"}', "int_parsing", "应为整数"),
        ('{"stops":["navy-museum"],"lunch":[]}', "int_parsing", "应为整数"),
        ('{"stops":["navy-museum"],"start":[1,2,3]}', "too_long", "最多 2 项"),
        ('{"stops":["navy-museum"],"start":7}', "list_type", "应为列表"),
        ('{"stops":["navy-museum"],"start":[[],2]}', "float_parsing", "应为数字"),
        ('{"stops":["navy-museum"],"depart":[]}', "local_time", "应为日期和时刻"),
        ('{"stops":["navy-museum"],"route":7}', "string_type", "应为文字"),
    ],
)
def test_a_refusal_never_says_the_words_of_the_validator(
    client: TestClient, body: str, rule: str, said: str
) -> None:
    sent = {"Content-Type": "application/json", "Accept-Language": "zh"}
    problem = client.post(PLAN, content=body, headers=sent).json()
    assert (problem["status"], problem["code"]) == (400, "invalid-parameter")
    assert problem["rule"] == rule
    assert said in problem["detail"]
    for word in ("Input", "should", "valid tuple", "^", "pattern"):
        assert word not in str(problem)


@pytest.mark.parametrize("body", ["null", "[1,2]", "7", '"x"'])
@pytest.mark.parametrize("path", [PLAN, "/api/plans", "/api/trips", "/api/kept-trips"])
def test_a_body_that_is_no_object_is_refused_in_words(
    client: TestClient, body: str, path: str
) -> None:
    sent = {"Content-Type": "application/json", "Accept-Language": "en"}
    problem = client.post(path, content=body, headers=sent).json()
    assert (problem["status"], problem["code"]) == (422, "invalid-request")
    assert "JSON object" in problem["detail"] or "it is missing" in problem["detail"]
    assert "None" not in problem["detail"]


@pytest.mark.parametrize("body", [b"[" * 50_000, b'{"a": "\xe9"}', b"1" * 5000])
def test_a_body_that_cannot_be_read_is_refused_in_words(client: TestClient, body: bytes) -> None:
    sent = {"Content-Type": "application/json", "Accept-Language": "zh"}
    problem = client.post(PLAN, content=body, headers=sent).json()
    assert (problem["status"], problem["code"]) == (400, "invalid-request")
    assert "应为 UTF-8 的 JSON" in problem["detail"]
    assert "parsing" not in str(problem)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (PLAN, "GET, HEAD, POST"),
        ("/api/trips", "GET, HEAD, POST"),
        ("/api/plans", "POST"),
        ("/api/kept-trips", "POST"),
        ("/api/kept-trips/abc", "GET, HEAD, PUT, DELETE"),
        ("/api/collections/sites", "GET, HEAD"),
        ("/static/base.css", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS"])
def test_allow_lists_every_method_of_the_address(
    client: TestClient, path: str, allowed: str, method: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == allowed
