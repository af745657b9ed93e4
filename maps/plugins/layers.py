"""Layers and controls: each hands its data to one function of its script."""

from __future__ import annotations

from typing import ClassVar

from folium.elements import JSCSSMixin
from folium.template import Template

from .data import JsonData, script_value
from .trail_map import asset_links


class Plugin(JSCSSMixin):
    """A thing on a map that one function of a script of ours makes.

    Parameters
    ----------
    data
        What the function takes; JSON.
    """

    factory: ClassVar[str]
    default_js = asset_links()
    default_css = asset_links()
    _template = Template(
        """
        {%- macro script(this, kwargs) -%}
        var {{ this.get_name() }} =
        L.redTrails.{{ this.factory }}({{ this.data }}).addTo({{ this._parent.get_name() }});
        {%- endmacro -%}
        """
    )

    def __init__(self, data: JsonData) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = type(self).__name__
        self.data = script_value(data)


class BaseLayer(Plugin):
    """Land, district borders, roads and lettering as vectors (data: `maps.ground`)."""

    factory = "base"
    default_js = asset_links("redtrails-tiles.js", "redtrails-base.js")


class SiteLayer(Plugin):
    """Sites as badges that cluster, unsure ones as areas (data: `maps.sites`)."""

    factory = "sites"
    default_js = asset_links("leaflet.markercluster.js", "redtrails-sites.js")
    default_css = asset_links("MarkerCluster.css")


class Views(Plugin):
    """The choice between sites, their density and the counts of districts (data: `maps.views`).

    Stands after the `SiteLayer` it chooses for.
    """

    factory = "views"
    default_js = asset_links("redtrails-views.js")


class ItineraryLayer(Plugin):
    """Numbered stops and the legs between them (data: `maps.legs`)."""

    factory = "itinerary"
    default_js = asset_links("redtrails-itinerary.js")


class ReachLayer(Plugin):
    """Areas reached within some times, and where they are reached from (data: `maps.reach`)."""

    factory = "reach"
    default_js = asset_links("redtrails-reach.js")


class PinLayer(Plugin):
    """The pin of an editor, moved by the page and moving it (data: `maps.pin`)."""

    factory = "pin"
    default_js = asset_links("redtrails-pin.js")


class Legend(Plugin):
    """The legend, folded on a phone; rows with a category switch it on and off."""

    factory = "legend"


class Note(Plugin):
    """What the reader must know: how far to trust the map, and whose route it is."""

    factory = "note"
