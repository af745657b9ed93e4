"""What makes the pages under `/follow/` an app on a phone: the service worker and the manifest.

The worker may answer for `/follow/` only, which is where its script lies; every other page is
never touched by it.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.web.static_files import static_folder, static_url
from api.web.view import Page, PageDep

router = APIRouter(include_in_schema=False)

SCOPE = "/follow/"
FRESH = {"Cache-Control": "no-cache"}
"""A worker and a manifest are asked for again each time, or a new version would never come."""
ICONS = (
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-mask.png", "512x512", "image/png", "maskable"),
    ("logo.svg", "any", "image/svg+xml", "any"),
)


@router.get(f"{SCOPE}worker.js")
def worker() -> Response:
    """Send the service worker."""
    content = (static_folder() / "worker.js").read_bytes()
    return Response(content, media_type="text/javascript; charset=utf-8", headers=FRESH)


@router.get(f"{SCOPE}app.webmanifest")
def manifest(page: PageDep) -> JSONResponse:
    """Send the manifest: how the app is called, what it looks like, where it begins."""
    return JSONResponse(manifest_of(page), media_type="application/manifest+json", headers=FRESH)


def manifest_of(page: Page) -> dict[str, Any]:
    """Return the web app manifest in the language of a page."""
    texts = page.texts
    return {
        "id": SCOPE,
        "name": texts("page.follow.app"),
        "short_name": texts("page.brand"),
        "description": texts("page.follow.lead"),
        "lang": page.html_lang,
        "dir": "ltr",
        "start_url": page.href(SCOPE),
        "scope": SCOPE,
        "display": "standalone",
        "background_color": "#faf6ef",
        "theme_color": "#b3261e",
        "icons": [
            {"src": static_url(name), "sizes": sizes, "type": media, "purpose": purpose}
            for name, sizes, media, purpose in ICONS
        ],
        "shortcuts": [
            {
                "name": texts("page.passport.title"),
                "url": page.href(f"{SCOPE}passport"),
                "icons": [{"src": static_url("icon-192.png"), "sizes": "192x192"}],
            }
        ],
    }
