"""What visitors see, as files: every kind of records in every form."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.deps import StateDep
from api.params import PlainQuery
from routes_data.exchange.forms import FORMS, form_of
from routes_data.exchange.outgoing import exported
from routes_data.store import Store

router = APIRouter(prefix="/api/exports", tags=["collections"])

KEPT = 12
"""Files that are kept made: a few forms of a few kinds are what is asked for."""
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type: {} for media_type in dict.fromkeys(one.media_type for one in FORMS.values())
        },
        "description": "The file",
    }
}
Kind = Literal["sites", "routes", "collections", "places", "closures", "media", "events"]
FormName = Literal["xlsx", "csv", "csv-gb18030", "geojson", "gpkg", "kml", "kmz", "shp", "parquet"]


@router.get(
    "/{kind}/{file_form}",
    summary="Everything published of a kind, as a file",
    responses=_FILES,
    response_class=Response,
)
def get_export(
    query: Annotated[PlainQuery, Query()],
    state: StateDep,
    kind: Annotated[Kind, Path(description="the kind of records")],
    file_form: Annotated[FormName, Path(description="the form of the file")],
) -> Response:
    """Answer with all records of a kind, their licence and their revisions beside them."""
    del query  # the columns are called the same in every language
    chosen, store = form_of(file_form), state.store
    made = _made(store, store.version(), kind, file_form)
    tag = hashlib.sha256(
        repr((store.version(), kind, file_form, version("qingdao-red-trails"))).encode()
    )
    headers = {
        "Content-Disposition": f'attachment; filename="red-trails-{kind}.{chosen.ending}"',
        "Cache-Control": "no-cache",
        "ETag": f'W/"{tag.hexdigest()[:32]}"',
    }
    return Response(made, media_type=chosen.media_type, headers=headers)


@lru_cache(maxsize=KEPT)
def _made(store: Store, stamp: str, kind: str, form: str) -> bytes:
    """Return a file; made once for each version of what is published (`stamp`)."""
    del stamp
    chosen = form_of(form)
    return chosen.content(f"{kind}.{chosen.ending}", exported(store.editor, kind, public=True))
