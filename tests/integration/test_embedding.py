"""Frames for other sites, oEmbed, and what a shared link says of its page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

HERE = "http://testserver"
PLAN = "/plan?stops=qingdao-guest-house,wen-yiduo-house&mode=walk&depart=2026-11-28T09:00"


@pytest.fixture(scope="module")
def kept(client: TestClient) -> str:
    """The path of a kept plan."""
    wish = {"stops": ["qingdao-guest-house", "wen-yiduo-house"], "depart": "2026-11-28T09:00"}
    return urlsplit(client.post("/api/plans", json=wish).json()["link"]).path


class _Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def ancestors(client: TestClient, path: str) -> str:
    policy = client.get(path).headers["content-security-policy"]
    return next(rule for rule in policy.split("; ") if rule.startswith("frame-ancestors"))


def oembed(client: TestClient, path: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/oembed", params={"url": HERE + path, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_only_frames_may_be_framed(client: TestClient, kept: str) -> None:
    for path in ("/embed/map", "/embed/routes/hd-01", f"/embed{PLAN}", f"/embed{kept}"):
        assert ancestors(client, path) == "frame-ancestors *", path
    for path in ("/", "/routes/hd-01", PLAN, kept, "/staff", "/follow/", "/oembed", "/embed/x"):
        assert ancestors(client, path) == "frame-ancestors 'none'", path
    refused = client.get("/embed/routes/nope", headers={"Accept": "text/html"})
    assert refused.status_code == 404
    assert "frame-ancestors 'none'" in refused.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/?district=shinan&lang=zh", "/routes/hd-01?lang=en", PLAN, "kept"]
)
def test_a_page_leads_to_its_frame_and_the_frame_leads_back(
    client: TestClient, kept: str, path: str
) -> None:
    path = kept if path == "kept" else path
    page = _Tags(client.get(path).text)
    (link,) = [one for one in page.all("link") if one.get("type") == "application/json+oembed"]
    answer = client.get(link["href"])
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()
    assert (found["version"], found["type"]) == ("1.0", "rich")
    (frame,) = _Tags(found["html"]).all("iframe")
    assert frame["src"].startswith(f"{HERE}/embed/")
    assert (int(frame["width"]), int(frame["height"])) == (found["width"], found["height"])
    inside = client.get(frame["src"])
    assert inside.status_code == 200
    full = next(one["href"] for one in _Tags(inside.text).all("a") if "/sites/" not in one["href"])
    assert urlsplit(full).path == urlsplit(path).path
    wanted = parse_qs(urlsplit(path).query)
    assert wanted.items() <= {**parse_qs(urlsplit(full).query), "lang": wanted.get("lang")}.items()
    card = client.get(found["thumbnail_url"])
    assert card.headers["content-type"] == "image/png"


def test_xml_says_the_same_as_json(client: TestClient) -> None:
    said = oembed(client, "/routes/hd-01?lang=zh")
    answer = client.get("/oembed", params={"url": f"{HERE}/routes/hd-01?lang=zh", "format": "xml"})
    assert answer.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    assert root.tag == "oembed"
    assert {node.tag: node.text for node in root} == {
        name: str(value) for name, value in said.items()
    }


def test_no_frame_and_no_card_is_larger_than_asked_for(client: TestClient) -> None:
    small = oembed(client, "/routes/hd-01", maxwidth=300, maxheight=200)
    assert (small["width"], small["height"]) == (300, 200)
    assert 'width="300" height="200"' in small["html"]
    assert "thumbnail_url" not in small
    large = oembed(client, "/routes/hd-01", maxwidth=2000, maxheight=2000)
    assert (large["width"], large["height"]) == (640, 480)
    assert (large["thumbnail_width"], large["thumbnail_height"]) == (1200, 630)


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("https://example.org/routes/hd-01", 404, "not-embeddable"),
        (f"{HERE}/about", 404, "not-embeddable"),
        (f"{HERE}/plan", 404, "not-embeddable"),
        ("http://[", 404, "not-embeddable"),
        ("javascript:alert(1)", 404, "not-embeddable"),
        (f"{HERE}/routes/nope", 404, "unknown-route"),
        (f"{HERE}/plan?stops=nope", 404, "unknown-site"),
        (f"{HERE}/p/nope", 404, "unknown-record"),
    ],
)
def test_what_cannot_be_embedded_is_refused_with_its_reason(
    client: TestClient, url: str, status: int, code: str
) -> None:
    answer = client.get("/oembed", params={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_form_that_is_neither_json_nor_xml_is_not_implemented(client: TestClient) -> None:
    answer = client.get(f"/oembed?url={quote(HERE)}/&format=yaml")
    assert (answer.status_code, answer.json()["code"]) == (501, "not-implemented")
    assert "json, xml" in answer.json()["detail"]


def test_a_title_cannot_break_out_of_the_markup(client: TestClient) -> None:
    said = oembed(client, '/?q="><script>alert(1)</script>&lang=en')
    (frame,) = _Tags(said["html"]).all("iframe")
    assert _Tags(said["html"]).all("script") == []
    inside = client.get(frame["src"])
    assert "<script>alert" not in inside.text


def test_a_shared_link_says_what_it_leads_to(client: TestClient, kept: str) -> None:
    for path in ("/?lang=en", "/sites/qingdao-guest-house?lang=en", "/routes/hd-01?lang=zh", kept):
        metas = _Tags(client.get(path).text).all("meta")
        named = {one["property"]: one["content"] for one in metas if "property" in one}
        assert named["og:title"]
        assert named["og:description"]
        assert urlsplit(named["og:url"]).path == urlsplit(path).path
        assert named["og:locale"] == ("zh_CN" if "zh" in path else "en_GB")
        image = client.get(named["og:image"])
        assert image.headers["content-type"] == "image/png"
        width, height = (int.from_bytes(image.content[at : at + 4], "big") for at in (16, 20))
        assert [str(width), str(height)] == [named["og:image:width"], named["og:image:height"]]
    assert named["og:image"].startswith(f"{HERE}{kept}/card.png")
