"""What the stops of a route that is being edited come to on the road."""

from __future__ import annotations

from dataclasses import dataclass

from api.errors import detail_of
from api.planning import make_itinerary
from api.state import AppState
from api.web.pages.routes import length_text
from api.web.texts import Texts
from geo.columns import Record
from geo.errors import HeritageError
from geo.exchange import say_travel
from geo.models import MODES, Itinerary, Mode
from geo.planner import read_request

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A route by one mode: its length and time on the way, or why there is none."""

    mode: Mode
    text: str


def route_preview(body: Record, state: AppState, texts: Texts) -> tuple[Way, ...]:
    """Return the route by every mode, its stops in the order they stand in."""
    asked = _asked(body)
    if asked is None:
        return ()
    return tuple(Way(mode, _figures({**asked, "mode": mode}, state, texts)) for mode in MODES)


def way_of(body: Record, mode: Mode, state: AppState) -> Itinerary | None:
    """Return the way of a route by a mode, None where there is none."""
    asked = _asked(body)
    try:
        return make_itinerary(read_request({**asked, "mode": mode}), state) if asked else None
    except HeritageError:
        return None  # as for visitors: the stops alone are drawn


def _asked(body: Record) -> dict[str, object] | None:
    """Return what is asked of the planner; None for too few stops."""
    stops, start = body.get("stops"), body.get("start")
    if not isinstance(stops, list) or len(stops) < FEWEST:
        return None
    asked: dict[str, object] = {"stops": stops, "order": "given"}
    if isinstance(start, dict):
        asked["start"] = [start["lon"], start["lat"]]
    return asked


def _figures(asked: dict[str, object], state: AppState, texts: Texts) -> str:
    try:
        itinerary = make_itinerary(read_request(asked), state)
    except HeritageError as error:
        return detail_of(error, texts)
    return f"{length_text(itinerary, texts)} · {say_travel(itinerary, texts)}"
