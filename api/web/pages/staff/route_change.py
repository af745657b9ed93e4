"""The map of what a change does to a route: its way and stops before and after."""

from __future__ import annotations

from api.state import AppState
from api.web.drawing import PageMap, change_drawing
from api.web.texts import Texts
from geo.columns import Record
from geo.models import MODES, Mode
from maps import Drawn

from .route_preview import way_of

SHAPING = ("stops", "start", "mode")
"""The columns of a route that its way depends on."""


def route_change(
    kind: str, before: Record | None, after: Record, state: AppState, texts: Texts
) -> PageMap | None:
    """Return the map of both; None where no route changed its way, or there was none before."""
    same = all((before or {}).get(name) == after.get(name) for name in SHAPING)
    if kind != "routes" or not before or same:
        return None
    return change_drawing(state, texts, _drawn(before, state), _drawn(after, state))


def _drawn(body: Record, state: AppState) -> Drawn:
    stops = body.get("stops")
    listed = [str(one) for one in stops] if isinstance(stops, list) else []
    known = set(state.catalogue.sites.index)
    shown = [one for one in listed if one in known]
    mode: Mode = next((one for one in MODES if one == body.get("mode")), "walk")
    itinerary = way_of({**body, "stops": shown}, mode, state) if shown == listed else None
    return Drawn(state.catalogue.sites_by_id(shown), itinerary)
