"""The map with the pin of an editor: what it is drawn on, and coordinates read for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.accounts import PATH, SignedInDep
from api.deps import TextsDep
from api.state import AppState
from api.web.drawing import PageMap, shared_drawing
from api.web.texts import Texts
from geo.columns import Record
from geo.errors import InvalidParameterError
from geo.positions import read_position

from .fields import Sheet
from .wording import said_error

router = APIRouter(prefix=PATH)

POSITION_LIMIT = 200


@router.get("/position")
def position(
    _signed_in: SignedInDep,
    texts: TextsDep,
    *,
    text: Annotated[str, Query(max_length=POSITION_LIMIT)],
    datum: Annotated[str, Query(max_length=16)] = "wgs84",
) -> JSONResponse:
    """Return pasted coordinates in WGS-84, as saving them will; 422 says what is wrong."""
    try:
        lon, lat = read_position(text, datum)
    except InvalidParameterError as error:
        return JSONResponse({"wrong": said_error(error, texts)}, 422)
    return JSONResponse({"lon": lon, "lat": lat}, headers={"Cache-Control": "no-store"})


def drawing_for(sheet: Sheet, state: AppState, texts: Texts) -> PageMap | None:
    """Return the map of an editor; None where its records have no position."""
    return shared_drawing("pin", state, texts) if "position" in sheet.fields else None


def place_of(body: Record | None) -> str:
    """Return where a body lies as the page reads it, `lon,lat,accuracy`; empty: nowhere known."""
    values = [(body or {}).get(name) for name in ("lon", "lat")]
    accuracy = (body or {}).get("accuracy_m")
    numbers = [*values, accuracy if isinstance(accuracy, int | float) else 0]
    known = all(isinstance(one, int | float) for one in numbers)
    return ",".join(map(str, numbers)) if known else ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that lies elsewhere, or is known better or worse, than before: as `place_of`."""

    was: str
    at: str

    @classmethod
    def between(cls, before: Record, after: Record) -> Moved | None:
        """Return where it was and is, None where that is the same."""
        was, at = place_of(before), place_of(after)
        return cls(was, at) if was != at else None
