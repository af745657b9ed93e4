"""Maps as one file each: the only place of `api` (beside the pages) that knows `maps`."""

from __future__ import annotations

from dataclasses import replace

from geo.messages import Messages
from geo.models import Itinerary, Route
from maps import (
    MapOptions,
    itinerary_map,
    overview_map,
    single_file,
    title_of,
    view_named,
)

from .state import AppState


def map_options(state: AppState, messages: Messages) -> MapOptions:
    """Return the options of a map that starts with the basemap of the settings."""
    settings, network = state.settings, state.network.info
    street = network.fidelity == "street"
    return MapOptions(
        basemap=settings.basemap,
        tianditu_key=settings.tianditu_key.get_secret_value(),
        approval_number=settings.approval_number,
        roads_credit=messages("network.attribution.street") if street else "",
    )


def itinerary_file(itinerary: Itinerary, messages: Messages, state: AppState) -> str:
    """Return the map of an itinerary as one HTML file that needs nothing else."""
    route = _route_of(itinerary, state)
    drawn = itinerary_map(
        itinerary,
        state.catalogue.districts,
        state.network.roads(),
        messages,
        route=route,
        options=map_options(state, messages),
    )
    words = [title_of(route, messages)] if route else []
    title = " · ".join([*words, messages("api.title")])
    return single_file(drawn, title=title, lang=messages.lang)


def _route_of(itinerary: Itinerary, state: AppState) -> Route | None:
    """Return the route an itinerary follows; None once it differs from what was published."""
    if itinerary.route_id is None or itinerary.provenance is None:
        return None
    return state.catalogue.route(itinerary.route_id)


def overview_file(messages: Messages, state: AppState, *, view: str = "sites") -> str:
    """Return the map of all sites as one HTML file that needs nothing else.

    Raises
    ------
    InvalidParameterError
        There is no such view.
    """
    drawn = overview_map(
        state.catalogue.sites,
        state.catalogue.districts,
        state.network.roads(),
        messages,
        options=replace(map_options(state, messages), view=view_named(view)),
    )
    return single_file(drawn, title=messages("api.title"), lang=messages.lang)
