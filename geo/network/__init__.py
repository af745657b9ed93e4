"""Road networks: built from drawn or surveyed roads, compiled to arrays, saved, loaded, viewed."""

from .manifest import Manifest
from .profile import Profile
from .schematic import build_schematic
from .street import Segments, StreetNetwork

__all__ = ["Manifest", "Profile", "Segments", "StreetNetwork", "build_schematic"]
