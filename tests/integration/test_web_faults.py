"""Whatever is wrong with a parameter is said in the reader's language, never half in English."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Literal

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

from api.web.texts import Texts
from geo.faults import first_fault

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("geo", "maps", "api", "routes_data")
FOR_PROGRAMMERS = ("geo/orienteering", "geo/cch.py", "routes_data/engine.py", "geo/faults.py")
"""No visitor meets these: values a program passes in, settings of an installation."""


def faults() -> list[tuple[str, ast.Call]]:
    """Return every `InvalidParameterError(…)` of the sources with its place."""
    files = (file for place in PLACES for file in sorted((ROOT / place).rglob("*.py")))
    sources = ((file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)
    return [
        (f"{name}:{node.lineno}", node)
        for name, text in sources
        if not name.startswith(FOR_PROGRAMMERS)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "InvalidParameterError"
    ]


def test_every_refusal_of_a_parameter_names_a_rule_that_has_texts() -> None:
    table = Texts.for_lang("zh").table
    without = []
    for place, call in faults():
        rules = [ast.unparse(word.value) for word in call.keywords if word.arg == "rule"]
        known = any(f"fault.{rule.strip(chr(39))}" in table or rule == "rule" for rule in rules)
        if not known:
            without.append(place)
    assert len(faults()) > 20
    assert without == []


class Wish(BaseModel):
    f: Literal["csv", "ics", "gpx"]


def test_words_that_pydantic_lists_are_listed_without_english() -> None:
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate({"f": "doc"})
    assert first_fault(caught.value).data["limits"] == {"allowed": "csv, ics, gpx"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("stops=navy-museum&start=121.5,35", "“起点”距最近的道路 146,775 米"),
        ("stops=navy-museum&start=200,36", "参数 start (lon) 的值“200”不可用：不得大于 180。"),
        ("stops=navy-museum&depart=1800-01-01T09:00", "年份应在 2020 至 2099 之间"),
    ],
)
def test_figures_in_a_refusal_are_written_as_people_write_them(
    client: TestClient, query: str, said: str
) -> None:
    answer = client.get(f"/api/itineraries?{query}", headers={"Accept-Language": "zh"})
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "/api/collections/sites/items?district=nowhere",
        "/api/collections/sites/items?category=x",
        "/api/collections/sites/items?datetime=x",
        "/api/collections/sites/items?filter=x+%3D%3D+1",
        "/api/collections/sites/items?filter=name_zh%20%3C%201",
        "/api/itineraries?stops=navy-museum&start=1",
        "/api/itineraries?stops=navy-museum&mode=fly",
        "/api/itineraries?stops=navy-museum&f=doc",
        "/api/suggestions/near?stops=navy-museum&minutes=-1",
        "/api/trips/timetable.doc?stops=navy-museum&at=120.38,36.06&date=2026-11-27",
    ],
)
def test_a_refusal_in_chinese_holds_no_english_sentence(client: TestClient, query: str) -> None:
    answer = client.get(query, headers={"Accept-Language": "zh"})
    assert answer.status_code in {400, 404, 422}
    said = answer.json()["detail"]
    for word in (" or ", "one of", "wanted", "degrees", "must", " and "):
        assert word not in said, said
