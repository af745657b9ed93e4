"""What is the same for everybody and never changes is compressed once, not for every visitor."""

from __future__ import annotations

import gzip
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"
"""For addresses with a digest in them: what they answer never changes."""
LEAST = 1000
"""Bytes below which compressing saves nobody anything."""


@lru_cache(maxsize=128)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def for_ever(request: Request, content: bytes, media_type: str) -> Response:
    """Return an answer that may be kept for ever, compressed where the browser takes it so.

    Parameters
    ----------
    request
        Who asks: its Accept-Encoding is read.
    content
        The bytes; the same object each time, or compressing it once saves nothing.
    media_type
        Its media type; images are compressed already.
    """
    headers = {"Cache-Control": FOR_EVER}
    if media_type.startswith("text/") and len(content) >= LEAST:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            content = _packed(content)
    return Response(content, media_type=media_type, headers=headers)
