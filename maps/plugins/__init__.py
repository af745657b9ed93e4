"""Folium plugins of ours: a Python class each, and a script beside it.

folium writes what the classes hold; Leaflet draws it. They differ from folium's own layers in
three ways: their scripts come from `maps.assets` and not from a host elsewhere, their data enters
the page as JSON that no text can break out of, and the same data always gives the same bytes.
"""

from .layers import (
    BaseLayer,
    ItineraryLayer,
    Legend,
    Note,
    PinLayer,
    Plugin,
    ReachLayer,
    SiteLayer,
    Views,
)
from .trail_map import TrailMap

__all__ = [
    "BaseLayer",
    "ItineraryLayer",
    "Legend",
    "Note",
    "PinLayer",
    "Plugin",
    "ReachLayer",
    "SiteLayer",
    "TrailMap",
    "Views",
]
