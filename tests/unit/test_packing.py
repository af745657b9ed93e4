"""What is the same for everybody is compressed once, and only for who takes it so."""

from __future__ import annotations

import gzip

import pytest
from starlette.requests import Request

from api.packing import LEAST, for_ever

SCRIPT = b"let a = 1; " * LEAST


def asking(accepted: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept-encoding", accepted.encode())]})


@pytest.mark.parametrize("accepted", ["gzip, br", "br", ""])
def test_a_script_is_compressed_for_who_takes_it(accepted: str) -> None:
    answer = for_ever(asking(accepted), SCRIPT, "text/javascript; charset=utf-8")
    packed = answer.headers.get("content-encoding") == "gzip"
    assert packed == ("gzip" in accepted)
    assert (gzip.decompress(bytes(answer.body)) if packed else answer.body) == SCRIPT
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]


def test_it_is_compressed_once() -> None:
    first, second = (for_ever(asking("gzip"), SCRIPT, "text/css") for _ in range(2))
    assert first.body is second.body


@pytest.mark.parametrize(("content", "kind"), [(SCRIPT, "image/png"), (b"a", "text/css")])
def test_images_and_scraps_stay_as_they_are(content: bytes, kind: str) -> None:
    answer = for_ever(asking("gzip"), content, kind)
    assert (answer.body, "content-encoding" in answer.headers) == (content, False)
