"""The map itself: folium's, without what it brings from elsewhere."""

from __future__ import annotations

import folium
from folium.template import Template

from .data import JsonData, script_json

ASSET_SCHEME = "asset:"
"""Before the name of an asset, where folium wants the address of a script or style."""


def asset_links(*names: str) -> list[tuple[str, str]]:
    """Return names of assets as folium declares scripts and styles."""
    return [(name, ASSET_SCHEME + name) for name in names]


class TrailMap(folium.Map):
    """A folium map with our own scripts, styles and element, and no tile layer of its own.

    folium's map asks four hosts for jQuery, Bootstrap, Font Awesome and awesome-markers, none of
    which ours use, and writes three styles into the page; this one needs Leaflet and one sheet.

    Parameters
    ----------
    name
        What the ids in the page begin with; two maps in one page need two names.
    settings
        What `L.redTrails.map` (core.js) takes.
    """

    default_js = asset_links("leaflet.js", "redtrails-map.js", "redtrails-room.js")
    default_css = asset_links("leaflet.css", "redtrails-map.css")
    _template = Template(
        """
        {%- macro html(this, kwargs) -%}
        <div class="folium-map rt-map{{ " rt-tiles" if this.has_tiles }}"
         id="{{ this.get_name() }}" role="application" aria-label="{{ this.label|e }}"></div>
        {%- endmacro -%}
        {%- macro script(this, kwargs) -%}
        var {{ this.get_name() }} = L.redTrails.map("{{ this.get_name() }}", {{ this.settings }});
        {%- endmacro -%}
        """
    )

    def __init__(self, name: str, settings: dict[str, JsonData], *, label: str) -> None:
        super().__init__(tiles=None)
        self._name = name
        self.label = label
        self.has_tiles = bool(settings["tiles"])
        self.settings = script_json(settings)
        #: Hosts whose images the page will ask for; none unless an online basemap was chosen.
        self.image_hosts: tuple[str, ...] = ()
