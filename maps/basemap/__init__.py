"""A basemap of our own: vector tiles of the network, the districts and the coast."""

from .archive import MAX_ZOOM, Basemap
from .build import build_basemap

__all__ = ["MAX_ZOOM", "Basemap", "build_basemap"]
