"""What is reached from a place within a time: areas true to the road network, and the sites."""

from .areas import SHAPES, ReachShape, areas_of
from .isochrones import Isochrone, Isochrones, ReachWish, isochrones, read_reach

__all__ = [
    "SHAPES",
    "Isochrone",
    "Isochrones",
    "ReachShape",
    "ReachWish",
    "areas_of",
    "isochrones",
    "read_reach",
]
