"""The page a visitor sees instead of problem+json: what happened, and where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from .language import lenient_lang
from .texts import Texts
from .view import Page

KNOWN_STATUS = (400, 401, 403, 404, 405, 410, 413, 422, 429, 503)
OPEN_AS_THEY_ARE = frozenset({"/", "/routes", "/plan", "/trip"})
"""Pages that an address may ask too much of, and that can be opened with nothing asked."""


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
    texts = Texts.for_lang(lenient_lang(request))
    return Page(request, texts, public_url).render(
        "error.html",
        status=status,
        kind=kind_of(status),
        code=status,
        title=problem.get("title", ""),
        detail=problem.get("detail", "") if status < 500 else "",  # noqa: PLR2004
        links=_near_links(request.url.path, problem.get("near") or ()),
        plain=_plain(request),
    )


def kind_of(status: int) -> str:
    """Return which texts a status has: only a fault of ours is said to be one."""
    if status in KNOWN_STATUS:
        return str(status)
    return "request" if status < 500 else "other"  # noqa: PLR2004


def _plain(request: Request) -> str:
    """Return the path of the same page with nothing asked; empty where it would be the same."""
    path = request.url.path
    asked = request.query_params.keys() - {"lang"}
    return path if asked and request.method == "GET" and path in OPEN_AS_THEY_ARE else ""


def _near_links(path: str, near: object) -> list[tuple[str, str]]:
    """Return (path, id) of the ids like the one asked for, of the same kind."""
    folder = path.strip("/").split("/", 1)[0]
    if folder not in ("sites", "routes") or not isinstance(near, (list, tuple)):
        return []
    return [(f"/{folder}/{item}", str(item)) for item in near[:5]]
