"""The pages of the machine interface, and the page of a refusal, are made for people."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.web.errors import kind_of

ITEMS = "/api/collections/sites/items"
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/conformance", "/api/collections", "/api/collections/sites", ITEMS),
        *(f"{ITEMS}/navy-museum", "/api/collections/routes/items/r2023-01"),
    ],
)
def test_a_page_of_the_interface_has_its_margin(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"f": "html"})
    (style,) = re.findall("(?s)<style>(.*?)</style>", answer.text)
    assert re.search(r"\.docs \{[^}]*padding: 1rem", style)
    assert '<article class="docs">' in answer.text
    assert "style-src 'self' 'sha256-" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("lang", "path", "name"),
    [
        ("zh", f"{ITEMS}/navy-museum", "name_zh"),
        ("en", f"{ITEMS}/navy-museum", "name_en"),
        ("en", "/api/collections/routes/items/r2023-01", "name_en"),
    ],
)
def test_the_title_of_a_record_is_its_name(
    client: TestClient, lang: str, path: str, name: str
) -> None:
    named = client.get(path).json()["properties"][name]
    page = client.get(path, params={"f": "html", "lang": lang}).text
    assert f"<h1>{named}</h1>" in page


def test_chinese_in_a_list_is_read_as_chinese(client: TestClient) -> None:
    page = client.get(f"{ITEMS}/navy-museum?f=html").text
    assert "中国海军博物馆" in page
    assert "\\u" not in page
    assert "\\u" not in client.get("/api/docs").text


def previous(client: TestClient, **parameters: Any) -> dict[str, list[str]] | None:
    """Return the parameters of the `prev` link of a page of sites."""
    links = client.get(ITEMS, params=parameters).json()["links"]
    found = [link["href"] for link in links if link["rel"] == "prev"]
    return parse_qs(urlsplit(found[0]).query) if found else None


@pytest.mark.parametrize(
    ("limit", "offset", "before"),
    [(100, 5000, 0), (10, 5000, 80), (10, 95, 85), (10, 20, 10), (10, 5, 0), (89, 89, 0)],
)
def test_prev_leads_to_a_page_that_has_features(
    client: TestClient, limit: int, offset: int, before: int
) -> None:
    found = previous(client, limit=limit, offset=offset)
    assert found
    assert found["offset"] == [str(before)]
    page = client.get(ITEMS, params={"limit": limit, "offset": before}).json()
    assert page["numberReturned"] > 0


def test_there_is_no_page_before_where_nothing_is_found(client: TestClient) -> None:
    assert previous(client, q="qqqqqqqqzzzzzzz", offset=100) is None
    assert previous(client, offset=0) is None


@pytest.mark.parametrize(
    ("address", "way_back"),
    [
        ("/?district=Mars", "/?lang=en"),
        ("/?period=abc", "/?lang=en"),
        ("/routes?mode=fly", "/routes?lang=en"),
        (f"/?q={'x' * 200}", "/?lang=en"),
    ],
)
def test_a_refusal_says_what_is_so_and_does_not_apologise(
    client: TestClient, address: str, way_back: str
) -> None:
    answer = client.get(address, headers={**PAGE, "Accept-Language": "en"})
    assert answer.status_code == 400
    assert "The address asks for something there is not" in answer.text
    assert f'href="{way_back}">Open this page without conditions' in answer.text
    for word in ("not your fault", "try again later", "went wrong"):
        assert word not in answer.text
    assert client.get(way_back, headers=PAGE).status_code == 200


@pytest.mark.parametrize("status", range(400, 600))
def test_only_a_fault_of_ours_is_said_to_be_one(status: int) -> None:
    assert (kind_of(status) == "other") == (status >= 500 and status != 503)
