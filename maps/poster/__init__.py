"""Drawings by hand: the poster of the city for a wall, and small cards for links."""

from .card import CARD_MM, Way, Words, sites_card, stops_card
from .ornaments import POSTER_MM
from .panel import Land
from .poster import ground_of, poster_svg

__all__ = [
    "CARD_MM",
    "POSTER_MM",
    "Land",
    "Way",
    "Words",
    "ground_of",
    "poster_svg",
    "sites_card",
    "stops_card",
]
