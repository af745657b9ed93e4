"""What a caller may choose of a map, and the tile services one may lay under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.avoid import Areas
from geo.errors import InvalidParameterError, not_one_of

View = Literal["sites", "heat", "districts"]
VIEWS: tuple[View, ...] = ("sites", "heat", "districts")
Basemap = Literal["none", "osm", "tianditu", "amap"]
BASEMAPS: tuple[Basemap, ...] = ("none", "osm", "tianditu", "amap")


@dataclass(frozen=True, slots=True)
class TileService:
    """A tile service: address patterns, hosts, datum.

    `urls` are laid one over the other (天地图 sends its lettering apart). `attribution` is the key
    of the text to show. `datum` is what the tiles are drawn in: an overlay must be shifted to it.
    """

    urls: tuple[str, ...]
    subdomains: str
    attribution: str
    max_native_zoom: int
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    needs_key: bool = False
    needs_approval: bool = False


def _tianditu(layer: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
    )


_AMAP = (
    "https://webrd0{s}.is.autonavi.com/appmaptile"
    "?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
)

TILE_SERVICES: Mapping[str, TileService] = MappingProxyType(
    {
        "osm": TileService(
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",), "", "map.attribution.osm", 19
        ),
        # 天地图 is drawn in CGCS2000, which is WGS-84 to within decimetres.
        "tianditu": TileService(
            (_tianditu("vec"), _tianditu("cva")),
            "01234567",
            "map.attribution.tianditu",
            18,
            needs_key=True,
            needs_approval=True,
        ),
        "amap": TileService(
            (_AMAP,),
            "1234",
            "map.attribution.amap",
            18,
            datum="gcj02",
            needs_approval=True,
        ),
    }
)
"""The tile services by the name of the basemap. Only a reader's browser ever asks them."""


def view_named(name: str) -> View:
    """Return the view of this name.

    Raises
    ------
    InvalidParameterError
        There is none.
    """
    for view in VIEWS:
        if view == name:
            return view
    raise not_one_of("view", name, VIEWS)


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What a caller may choose of a map.

    Parameters
    ----------
    basemap
        `none` draws districts and roads of our own and asks nobody; the others ask a tile service.
    tianditu_key
        The key that 天地图 wants with every request; needed for that basemap.
    approval_number
        The approval number (审图号) of the tiles, shown beside the attribution of a Chinese
        provider; its text is the provider's to give, so it is an option and not ours to write.
    roads_credit
        Whom the roads drawn with basemap `none` are owed to, beyond the sources of our own ground.
    tiles_url
        Where the page finds our own vector tiles (`maps.basemap`), with `{tile}` for z/x/y; they
        take the place of the roads in the page. Empty: the roads are in the page.
    site_href
        The address of a site's page by its id; None: popups carry no link.
    plan_href
        The address of a tour with a site in it, by its id; None: popups offer none.
    cluster
        Whether sites that stand close together are drawn as one.
    view
        How the overview begins: sites, their density, or the counts of districts.
    avoided
        Areas an itinerary was to keep off (see `geo.avoid.Avoid`).
    """

    basemap: Basemap = "none"
    tianditu_key: str = ""
    approval_number: str = ""
    roads_credit: str = ""
    tiles_url: str = ""
    site_href: Callable[[str], str] | None = None
    plan_href: Callable[[str], str] | None = None
    cluster: bool = True
    view: View = "sites"
    avoided: Areas = ()

    def __post_init__(self) -> None:
        """Refuse a basemap that does not exist or cannot be asked."""
        if self.basemap not in BASEMAPS:
            raise not_one_of("basemap", self.basemap, BASEMAPS)
        view_named(self.view)
        if self.basemap == "tianditu" and not self.tianditu_key:
            raise InvalidParameterError(
                "tianditu_key",
                "",
                "a key; ask 天地图 for one, or choose another basemap",
                rule="tianditu_key",
            )

    @property
    def tiles(self) -> TileService | None:
        """The tile service of the basemap, None where we draw it ourselves."""
        return TILE_SERVICES.get(self.basemap)

    @property
    def datum(self) -> Literal["wgs84", "gcj02"]:
        """The datum that everything on the map must be drawn in."""
        return self.tiles.datum if self.tiles else "wgs84"
