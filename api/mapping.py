"""Maps as one file each: the only place of `api` (beside the pages) that knows `maps`."""

from __future__ import annotations

from dataclasses import replace

from geo.messages import Messages
from geo.models import Itinerary
from maps import MapOptions, itinerary_map, overview_map, single_file, view_named

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
    drawn = itinerary_map(
        itinerary,
        state.catalogue.districts,
        state.network.roads(),
        messages,
        options=map_options(state, messages),
    )
    return single_file(drawn, title=messages("api.title"), lang=messages.lang)


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
