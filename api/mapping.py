"""Maps as one file each: the only place of `api` (beside the pages) that knows `maps`."""

from __future__ import annotations

from geo.messages import Messages
from geo.models import Itinerary
from maps import MapOptions, itinerary_map, overview_map, single_file

from .settings import Settings
from .state import AppState


def map_options(settings: Settings) -> MapOptions:
    """Return the options of a map that starts with the basemap of the settings."""
    return MapOptions(
        basemap=settings.basemap, tianditu_key=settings.tianditu_key.get_secret_value()
    )


def itinerary_file(itinerary: Itinerary, messages: Messages, state: AppState) -> str:
    """Return the map of an itinerary as one HTML file that needs nothing else."""
    drawn = itinerary_map(
        itinerary,
        state.catalogue.districts,
        state.network.roads(),
        messages,
        options=map_options(state.settings),
    )
    return single_file(drawn, title=messages("api.title"), lang=messages.lang)


def overview_file(messages: Messages, state: AppState) -> str:
    """Return the map of all sites as one HTML file that needs nothing else."""
    drawn = overview_map(
        state.catalogue.sites,
        state.catalogue.districts,
        state.network.roads(),
        messages,
        options=map_options(state.settings),
    )
    return single_file(drawn, title=messages("api.title"), lang=messages.lang)
