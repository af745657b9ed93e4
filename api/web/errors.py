"""The page a visitor sees instead of problem+json: what happened, and where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from .language import lenient_lang
from .texts import Texts
from .view import Page

KNOWN_STATUS = (401, 403, 404, 405, 410, 413, 422, 429, 503)


def error_page(
    request: Request, status: int, problem: Mapping[str, Any], *, public_url: str = ""
) -> HTMLResponse:
    """Return an error as a page in the visitor's language.

    Parameters
    ----------
    request
        The request that failed.
    status
        The HTTP status.
    problem
        The RFC 9457 members; `title` and `detail` are shown, `near` (ids like the one asked for)
        become links.
    public_url
        The address visitors use; empty: that of the request.
    """
    kind = str(status) if status in KNOWN_STATUS else "other"
    texts = Texts.for_lang(lenient_lang(request))
    return Page(request, texts, public_url).render(
        "error.html",
        status=status,
        kind=kind,
        code=status,
        title=problem.get("title", ""),
        detail=problem.get("detail", "") if status < 500 else "",  # noqa: PLR2004
        links=_near_links(request.url.path, problem.get("near") or ()),
    )


def _near_links(path: str, near: object) -> list[tuple[str, str]]:
    """Return (path, id) of the ids like the one asked for, of the same kind."""
    folder = path.strip("/").split("/", 1)[0]
    if folder not in ("sites", "routes") or not isinstance(near, (list, tuple)):
        return []
    return [(f"/{folder}/{item}", str(item)) for item in near[:5]]
