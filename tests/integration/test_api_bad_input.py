"""Bad input over HTTP: problem+json that says what was got, what was wanted; nothing crashes."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import api
import geo
import maps
import routes_data
from api.documentation import problems
from api.web.texts import Texts

SITES = "/api/collections/sites/items"
PLAN = "/api/itineraries"
ONE = f"{PLAN}?stops=redview-core"

REFUSED = [
    # address, status, code, words of the detail
    (f"{SITES}?bbox=120,36,119,37", 400, "bad-bbox", "west less than east"),
    (f"{SITES}?bbox=119,37,120,36", 400, "bad-bbox", "south less than north"),
    (f"{SITES}?bbox=nan,36,121,37", 400, "bad-bbox", "nan"),
    (f"{SITES}?bbox=119,36,120,97", 400, "bad-bbox", "97"),
    (f"{SITES}?bbox=1,2,3", 400, "bad-bbox", "1,2,3"),
    (f"{SITES}?limit=0", 400, "invalid-request", "limit: it must be 1 or more"),
    (f"{SITES}?limit=x", 400, "invalid-request", "limit: it must be a whole number"),
    (f"{SITES}?offset=-1", 400, "invalid-request", "offset"),
    (f"{SITES}?nope=1", 400, "invalid-request", "nope: there is no such parameter"),
    (f"{SITES}?q={'x' * 101}", 400, "invalid-request", "at most 100 characters"),
    (f"{SITES}?district=东区", 400, "invalid-parameter", "shinan"),
    (f"{SITES}?category=zzz", 400, "invalid-parameter", "memorial_hall"),
    (f"{SITES}?theme=zzz", 400, "invalid-parameter", "liberation"),
    (f"{SITES}?collection=zzz", 400, "invalid-parameter", "2021-9-centenary"),
    (f"{SITES}?lang=fr", 400, "invalid-parameter", "zh"),
    (f"{SITES}?period_from=1949&period_to=1919", 400, "invalid-parameter", "1949"),
    (f"{SITES}/nope", 404, "unknown-site", "nope"),
    ("/api/collections/nope", 404, "not-found", "/api/collections/nope"),
    ("/api/collections/routes/items/nope", 404, "unknown-route", "nope"),
    ("/api/nope", 404, "not-found", "/api/nope"),
    (PLAN, 422, "bad-request", "at least one site"),
    (f"{PLAN}?route=nope", 404, "unknown-route", "nope"),
    (f"{PLAN}?stops=nope,redview-core", 404, "unknown-site", "nope"),
    (f"{PLAN}?stops={','.join(['redview-core'] * 200)}", 422, "too-many-stops", "at most 60"),
    (f"{ONE}&mode=fly", 400, "invalid-parameter", "walk, cycle, drive, coach"),
    (f"{ONE}&order=worst", 400, "invalid-parameter", "best, given"),
    (f"{ONE}&depart=tomorrow", 400, "invalid-parameter", "2026-11-28T09:00"),
    (f"{ONE}&depart=2026-02-30T09:00", 400, "invalid-parameter", "depart"),
    (f"{ONE}&depart=1066-10-14T09:00", 400, "invalid-parameter", "from 2020 to 2099"),
    (f"{ONE}&start=nan,36", 400, "invalid-parameter", "finite"),
    (f"{ONE}&start=inf,36", 400, "invalid-parameter", "finite"),
    (f"{ONE}&start=36,120", 400, "invalid-parameter", "90"),
    (f"{ONE}&start=120", 400, "invalid-parameter", "lon,lat"),
    (f"{ONE}&end=120,x", 400, "invalid-parameter", "number"),
    (f"{ONE}&start=121.9,35.2", 422, "off-network", "at most 2000 m"),  # the Yellow Sea
    (f"{ONE}&start=2.35,48.85", 422, "off-network", "road"),  # Paris
    (f"{ONE}&f=xls", 400, "invalid-request", "gpx"),
]


@pytest.mark.parametrize(("address", "status", "code", "words"), REFUSED)
def test_what_is_wrong_is_said(
    client: TestClient, address: str, status: int, code: str, words: str
) -> None:
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert words in document["detail"]
    assert document["title"]
    assert document["type"] == f"/api/docs#problem-{code}"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("address", "code"), [(address, code) for address, _, code, _ in REFUSED])
def test_it_is_said_in_chinese_too(client: TestClient, address: str, code: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "zh"})
    said = answer.json()
    assert said["code"] == code
    assert any("\u4e00" <= char <= "\u9fff" for char in said["title"])
    assert any("\u4e00" <= char <= "\u9fff" for char in said["detail"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid-request"),
        (b"", 422, "invalid-request"),
        (b"[1]", 422, "invalid-request"),
        (b'"redview-core"', 422, "invalid-request"),
        (b'{"stops": "redview-core"}', 400, "invalid-parameter"),
        (b'{"stops": [1]}', 400, "invalid-parameter"),
        (b'{"stops": ["redview-core"], "foo": 1}', 400, "invalid-parameter"),
        (b'{"stops": ["redview-core"], "start": [NaN, 36]}', 400, "invalid-parameter"),
        (b'{"stops": ["redview-core"], "start": [120.3]}', 400, "invalid-parameter"),
        (b'{"stops": ["redview-core"], "depart": 2026}', 400, "invalid-parameter"),
        (b'{"stops": ["../etc/passwd"]}', 400, "invalid-parameter"),
        (b"\xff\xfe{}", 400, None),
        (json.dumps({"stops": [f"s{i}" for i in range(200)]}).encode(), 422, "too-many-stops"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(
    client: TestClient, body: bytes, status: int, code: str | None
) -> None:
    answer = client.post(PLAN, content=body, headers={"Content-Type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status
    assert code in {None, answer.json()["code"]}


def test_a_body_of_10_mb_is_refused(client: TestClient) -> None:
    body = b'{"stops": ["' + b"x" * 10_000_000 + b'"]}'
    answer = client.post(PLAN, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "content-too-large")
    assert "1,000,000 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("sent", ["text/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_refused(client: TestClient, sent: str) -> None:
    answer = client.post(PLAN, content=b"<a/>", headers={"Content-Type": sent})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_form_nobody_makes_is_not_acceptable(client: TestClient) -> None:
    answer = client.get(ONE, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/gpx+xml" in answer.json()["detail"]


def test_a_method_nobody_knows_is_refused_and_says_which_are(client: TestClient) -> None:
    answer = client.delete(PLAN)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sites/nope", 404),
        ("/routes/nope", 404),
        ("/nope", 404),
        ("/plan?stops=nope", 404),
        ("/plan?stops=redview-core&depart=soon", 400),
        ("/plan?stops=redview-core&start=121.9,35.2", 422),
        ("/?lang=fr", 400),
    ],
)
def test_a_visitor_gets_a_page_that_says_it(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "Traceback" not in answer.text
    assert "<h1" in answer.text


@pytest.mark.parametrize("name", ["../../pyproject.toml", "..%2f..%2fpyproject.toml", "x/y.js"])
def test_no_file_outside_the_table_is_served(client: TestClient, name: str) -> None:
    for folder in ("/static/", "/assets/"):
        answer = client.get(folder + name)
        assert answer.status_code == 404
        assert "hatchling" not in answer.text


def test_every_code_is_documented(root: Path) -> None:
    for package in (geo, routes_data, maps, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    text = (root / "docs" / "errors.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \| ([\d, ]+) \|", text, re.MULTILINE))
    assert listed == {(row.code, row.status) for row in problems(Texts.for_lang("en"))}
