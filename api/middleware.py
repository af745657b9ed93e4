"""What every answer goes through: body limit, HEAD, validators (ETag), security headers.

All are plain ASGI: none buffers a request, and only answers of one piece get an ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import ContentTooLargeError, on_http_error
from .security import SECURITY_HEADERS

VARY = "Accept, Accept-Language"


class BodyLimit:
    """Refuse a body over the limit, declared or chunked, without reading it all.

    Parameters
    ----------
    app
        The application behind.
    limit
        The most bytes a body may have.
    larger
        Addresses that take larger ones, with the most bytes there.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.limit = limit
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is declared too large; count the rest, and raise where it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.larger.get(scope["path"], self.limit)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > limit:
            answer = on_http_error(Request(scope), ContentTooLargeError(limit))
            await answer(scope, receive, send)
            return
        left = limit

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise ContentTooLargeError(limit)
            return message

        await self.app(scope, counted, send)


class Head:
    """Answer HEAD as GET without its body (RFC 9110, 9.3.2).

    Parameters
    ----------
    app
        The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HEAD on as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, bodiless)


class Validators:
    """Give answers of one piece an ETag, and 304 to who has it already.

    The tag is weak: gzip, further out, changes the bytes but not what they say. An answer that
    brings its own tag keeps it.

    Parameters
    ----------
    app
        The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the head of an answer back until its first piece is there."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                head, start = start, None
                message = _tag(head, message, known)
                await send(head)
            await send(message)

        await self.app(scope, receive, tagged)


def _tag(head: Message, message: Message, known: str) -> Message:
    """Write the tag into `head`; return the piece to send, empty when the client has it."""
    headers = MutableHeaders(raw=head["headers"])
    if message["type"] != "http.response.body" or head["status"] != 200:  # noqa: PLR2004
        return message
    if "etag" not in headers and not message.get("more_body"):
        headers["etag"] = f'W/"{hashlib.sha256(message["body"]).hexdigest()[:32]}"'
    if "etag" not in headers or not matches(known, headers["etag"]):
        return message
    head["status"] = 304
    for name in ("content-length", "content-type"):
        if name in headers:
            del headers[name]
    return {**message, "body": b""}


def matches(known: str, tag: str) -> bool:
    """Return whether an If-None-Match header names `tag` (weak comparison, RFC 9110, 8.8.3.2)."""
    opaque = tag.removeprefix("W/")
    return known.strip() == "*" or any(
        item.strip().removeprefix("W/") == opaque for item in known.split(",")
    )


class SecurityHeaders:
    """Add the headers that tell a browser what a page may do; a page's own value wins.

    Parameters
    ----------
    app
        The application behind.
    policy
        The Content-Security-Policy of a page that sets none.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.defaults = {**SECURITY_HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Fill in what the answer does not set itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        machine = scope["path"] == "/api" or scope["path"].startswith("/api/")

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self.defaults.items():
                    headers.setdefault(name, value)
                headers.add_vary_header(VARY)
                if machine:
                    # Public data, no cookie is ever looked at: any web map may read it.
                    headers.setdefault("Access-Control-Allow-Origin", "*")
            await send(message)

        await self.app(scope, receive, secured)
