"""What every answer goes through, each part alone around a five-line application."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.errors import ContentTooLargeError
from api.middleware import BodyLimit, Head, SecurityHeaders, Validators, matches


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body that came, or with the path."""
    request = Request(scope, receive)
    body = await request.body()
    await PlainTextResponse(body or request.url.path.encode())(scope, receive, send)


def answering(response: Response) -> object:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    return app


def test_a_body_within_the_limit_passes() -> None:
    client = TestClient(BodyLimit(echo, 10))
    assert client.post("/", content=b"0123456789").text == "0123456789"


def test_a_body_declared_too_large_is_refused_before_it_is_read() -> None:
    never_called = BodyLimit(answering(Response()), 10)
    asked: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        asked.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/itineraries", "query_string": b"",
        "headers": [(b"content-length", b"10000000"), (b"host", b"x")], "server": ("x", 80),
        "scheme": "http",
    }  # fmt: skip
    # In a thread of its own: a browser test may have left a loop running in this one.
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, never_called(scope, receive, send)).result()
    assert asked[0]["status"] == 413


def test_a_body_of_unknown_size_is_refused_where_it_grows_too_large() -> None:
    read = 0

    def chunks() -> Iterable[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 8

    with pytest.raises(ContentTooLargeError):
        TestClient(BodyLimit(echo, 10)).post("/", content=chunks())


def test_head_is_get_without_a_body() -> None:
    client = TestClient(Head(echo))
    answer = client.head("/abc")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "4"


def test_the_same_answer_has_the_same_tag_and_another_another() -> None:
    client = TestClient(Validators(echo))
    first, again, other = client.get("/a"), client.get("/a"), client.get("/b")
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
    assert first.headers["etag"].startswith('W/"')


def test_who_has_the_answer_gets_304_and_no_body() -> None:
    client = TestClient(Validators(echo))
    tag = client.get("/a").headers["etag"]
    answer = client.get("/a", headers={"If-None-Match": f'"other", {tag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert client.get("/b", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_has_no_tag(status: int) -> None:
    client = TestClient(Validators(answering(PlainTextResponse("no", status))))
    assert "etag" not in client.get("/").headers


def test_an_answer_in_pieces_has_no_tag_but_arrives_whole() -> None:
    client = TestClient(Validators(answering(StreamingResponse(iter(["a", "b"])))))
    answer = client.get("/")
    assert answer.text == "ab"
    assert "etag" not in answer.headers


def test_a_tag_of_its_own_is_kept() -> None:
    own = Response("x", headers={"ETag": '"revision-3"'})
    client = TestClient(Validators(answering(own)))
    assert client.get("/").headers["etag"] == '"revision-3"'
    assert client.get("/", headers={"If-None-Match": '"revision-3"'}).status_code == 304


def test_a_post_is_left_alone() -> None:
    client = TestClient(Validators(echo))
    assert "etag" not in client.post("/", content=b"x").headers


@pytest.mark.parametrize(
    ("known", "tag", "is_known"),
    [
        ("*", '"a"', True),
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"b", W/"a"', '"a"', True),
        ('"b"', '"a"', False),
        ("", '"a"', False),
    ],
)
def test_tags_are_compared_weakly(known: str, tag: str, is_known: bool) -> None:
    assert matches(known, tag) is is_known


def test_a_page_of_its_own_policy_keeps_it_and_any_other_gets_ours() -> None:
    own = answering(Response(headers={"Content-Security-Policy": "default-src 'self'"}))
    assert (
        TestClient(SecurityHeaders(own, "ours")).get("/").headers["content-security-policy"]
        == "default-src 'self'"
    )
    headers = TestClient(SecurityHeaders(echo, "ours")).get("/").headers
    assert headers["content-security-policy"] == "ours"
    assert headers["x-content-type-options"] == "nosniff"


def test_only_the_machine_interface_may_be_read_from_other_sites() -> None:
    client = TestClient(SecurityHeaders(echo, "ours"))
    assert client.get("/api/collections").headers["access-control-allow-origin"] == "*"
    assert client.get("/api").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/apiary").headers
    assert "access-control-allow-origin" not in client.get("/plan").headers
