"""Scripts, styles and images: ours, and those of maps, from installed packages."""

from __future__ import annotations

import re

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.packing import FOR_EVER, for_ever
from api.web.static_files import STATIC_PATH, static_edition, static_folder, static_url
from maps.assets import UnknownAssetError, asset, asset_digest, media_type

router = APIRouter(include_in_schema=False)

_EDITION = re.compile("[0-9a-f]{12}")


@router.get("/assets/{digest}/{name}")
def get_asset(digest: str, name: str, request: Request) -> Response:
    """Answer with a script, style or image of maps."""
    if asset_digest(name) != digest:
        raise UnknownAssetError(f"{digest}/{name}")
    return for_ever(request, asset(name), media_type(name))


@router.get("/favicon.ico")
def get_icon() -> RedirectResponse:
    """Lead a browser that shows something other than a page of ours to the icon."""
    return RedirectResponse(static_url("logo.svg"))


class Static(StaticFiles):
    """Files of ours, also under the name of their edition, where they may be kept for ever.

    A page of an earlier edition still gets its files, as they are now, and may not keep them.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        first, _, rest = path.replace("\\", "/").partition("/")
        response = await super().get_response(rest if _EDITION.fullmatch(first) else path, scope)
        now = first == static_edition()
        response.headers["Cache-Control"] = FOR_EVER if now else "no-cache"
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the static files of the pages at their address."""
    app.mount(STATIC_PATH, Static(directory=static_folder()), name="static")
