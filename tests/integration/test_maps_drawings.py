"""Drawings by hand over HTTP and by the command: their forms, their languages, their faults."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from maps.pack import typeset

HEADS = {
    "svg": (b"<svg ", "image/svg+xml"),
    "pdf": (b"%PDF-", "application/pdf"),
    "png": (b"\x89PNG", "image/png"),
}


@pytest.mark.parametrize("form", HEADS)
def test_the_poster_comes_in_every_form(client: TestClient, form: str) -> None:
    answer = client.get(f"/map/poster.{form}?lang=zh")
    head, media_type = HEADS[form]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(head)
    assert client.get(f"/map/poster.{form}?lang=zh").content == answer.content


def test_the_poster_speaks_the_language_asked_for(client: TestClient) -> None:
    assert "红景新区" in client.get("/map/poster.svg?lang=zh").text
    assert "Red View quarter" in client.get("/map/poster.svg?lang=en").text


@pytest.mark.parametrize(
    "path",
    [
        "/map/card.png",
        "/routes/r2023-01/card.png",
        "/plan/card.png?stops=may-fourth-square,navy-museum&mode=walk&depart=2026-11-28T09:00",
    ],
)
def test_a_card_has_the_size_that_links_are_shown_with(client: TestClient, path: str) -> None:
    png = client.get(path).content
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1200, 630)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/map/poster.gif", 400, "invalid-request"),
        ("/routes/nope/card.png", 404, "unknown-route"),
        ("/plan/card.png", 422, "bad-request"),
        ("/plan/card.png?stops=nope", 404, "unknown-site"),
    ],
)
def test_what_cannot_be_drawn_says_why(
    client: TestClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


class _Card(HTMLParser):
    url = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("property") == "og:image":
            self.url = named["content"] or ""


@pytest.mark.parametrize(
    ("path", "card"),
    [
        ("/?lang=zh", "/map/card.png"),
        ("/routes?lang=en", "/map/card.png"),
        ("/routes/r2023-01?lang=zh", "/routes/r2023-01/card.png"),
        ("/plan?lang=zh", "/map/card.png"),
        ("/plan?stops=may-fourth-square,navy-museum&mode=walk&lang=zh", "/plan/card.png"),
    ],
)
def test_a_page_names_its_card_and_the_card_is_there(
    client: TestClient, path: str, card: str
) -> None:
    parser = _Card()
    parser.feed(client.get(path).text)
    url = urlsplit(parser.url)
    assert (url.netloc, url.path) == ("testserver", card)
    assert client.get(f"{url.path}?{url.query}").headers["content-type"] == "image/png"


def test_the_command_writes_the_poster_in_the_form_its_name_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service_data: Path
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    assert run(["--lang", "zh", "poster", str(tmp_path / "map.svg")]) == 0
    assert "青岛手绘红色地图" in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_the_command_refuses_another_form_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "en", "poster", str(tmp_path / "map.jpg")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert ".svg, .pdf, .png" in line


def test_without_the_pack_extra_no_page_names_what_cannot_be_drawn(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "find_spec", lambda _name: None)
    assert "/map/poster.svg" in client.get("/routes?lang=en").text
    for path in ("/?lang=zh", "/routes?lang=en", "/routes/r2023-01?lang=zh"):
        text = client.get(path).text
        assert "og:image" not in text
        assert "poster.pdf" not in text
