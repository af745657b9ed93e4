"""The basemap of our own that a service may have: its file, and when it is used."""

from __future__ import annotations

from pathlib import Path

from geo.models import NetworkInfo
from maps.basemap import Basemap

from .settings import Settings
from .state import AppState
from .web.kept import Kept

_FOUND: Kept[Basemap | None] = Kept(limit=4)


def basemap_file(settings: Settings) -> Path:
    """Return the file that `redtrails basemap build` writes."""
    return settings.data_dir / "basemap.mbtiles"


def source_of(network: NetworkInfo) -> str:
    """Return what a basemap says of the network it was made from."""
    return f"{network.id} {network.date}"


def own_basemap(state: AppState) -> Basemap | None:
    """Return the basemap, if there is one of the network in use.

    A network that has been replaced since would show other roads than itineraries follow; until
    the basemap is built anew, pages carry the roads themselves.
    """
    path = basemap_file(state.settings)
    if not path.is_file():
        return None
    known = path.stat()
    found = _FOUND.get((path, known.st_mtime_ns, known.st_size), lambda: Basemap.find(path))
    if found is None or found.source != source_of(state.network.info):
        return None
    return found


def tiles_url(state: AppState) -> str:
    """Return where a page finds the tiles, `{tile}` for z/x/y; empty where there are none."""
    found = own_basemap(state)
    return f"/basemap/{found.version}/{{tile}}.mvt" if found else ""
