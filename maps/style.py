"""How Red Trails looks on a map: one palette, one sign for each category.

A category is told by its outline (four families) and its drawn sign, never by colour alone. Signs
are strokes in a 24 × 24 box; the same paths serve the interactive maps and the still images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Outline = Literal["circle", "diamond", "square", "hexagon"]

RED = "#B3261E"
SLATE = "#33495E"
INK = "#2B2622"
AVOIDED = "#5B4636"
PAPER = "#F8F2E6"
SEA = "#D5E1E6"

OUTLINES: Mapping[Outline, str] = MappingProxyType(
    {
        "circle": "M15 2a13 13 0 1 0 .01 0z",
        "diamond": "M15 .8L29.2 15 15 29.2.8 15z",
        "square": "M6.5 3h17a3.5 3.5 0 0 1 3.5 3.5v17a3.5 3.5 0 0 1-3.5 3.5h-17"
        "a3.5 3.5 0 0 1-3.5-3.5v-17a3.5 3.5 0 0 1 3.5-3.5z",
        "hexagon": "M8.2 2.6h13.6L28.6 15l-6.8 12.4H8.2L1.4 15z",
    }
)
"""Outlines of a badge in a 30 × 30 box."""


@dataclass(frozen=True, slots=True)
class CategoryStyle:
    """How a category is drawn: family colour, outline of the badge, sign (SVG path)."""

    colour: str
    outline: Outline
    sign: str


_RUST = "#8A4B14"
_GREEN = "#3C6B4C"

_SIGNS = {
    "memorial_hall": "M12 3l2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6-4.5-4.2 6.1-.7z",
    "memorial_square": "M12 2c3.2 3.2 4.8 5.5 4.8 8.3a4.8 4.8 0 0 1-9.6 0"
    "c0-1.8.8-3.2 1.9-4.3.3 1.3 1 2 1.8 2.3C10.6 6.2 11 4 12 2z M9 18.5h6 M10 22h4",
    "martyrs_cemetery": "M10 4.5l2-2.5 2 2.5L15 17H9z M7.5 17h9v2.5h-9z M5 22h14",
    "memorial_park": "M12 2l5 6.5h-2.5L19 15H5l4.5-6.5H7z M12 15v7",
    "former_site": "M4 21.5V12l8-4.5 8 4.5v9.5z M12 7.5V2l5 1.7-5 1.8 M10 21.5v-5.5h4v5.5",
    "former_residence": "M2.8 11.5L12 4l9.2 7.5 M5.5 9.8v10.7h13V9.8 M10 20.5v-6h4v6",
    "battlefield": "M4 3.5l11.5 11.5 M20 3.5L8.5 15 M17.8 12.8l-4.5 4.5 M6.2 12.8"
    "l4.5 4.5 M16.3 15.8L20 20 M7.7 15.8L4 20",
    "museum": "M3 9.5l9-5.5 9 5.5z M5.5 9.5v8 M9.8 9.5v8 M14.2 9.5v8 M18.5 9.5v8 M3 20.5h18",
    "exhibition_hall": "M3.5 4.5h17v12h-17z M3.5 14l4.7-4.5 3.8 3.8 2.6-2.5 5.9 4.7 "
    "M9 21l3-4.5 3 4.5",
    "education_base": "M12 6.2c-2-1.5-5-2.2-8.5-2.2v14c3.5 0 6.5.7 8.5 2.2 2-1.5 5-2.2 "
    "8.5-2.2V4c-3.5 0-6.5.7-8.5 2.2z M12 6.2v14",
    "village": "M12 22V4 M12 11c-3 0-5-1.6-5-4.4 3 0 5 1.6 5 4.4z M12 11c3 0 5-1.6 5-4.4"
    "-3 0-5 1.6-5 4.4z M12 17.5c-3 0-5-1.6-5-4.4 3 0 5 1.6 5 4.4z M12 17.5c3 0 5-1.6"
    " 5-4.4-3 0-5 1.6-5 4.4z",
    "achievement": "M2 17h20 M6.5 20.5V5 M17.5 20.5V5 M6.5 5.5c2 8 9 8 11 0 M2 12.5"
    "c2.3-1 3.7-3.5 4.5-7 M22 12.5c-2.3-1-3.7-3.5-4.5-7 M12 11.5V17",
}

_FAMILIES: tuple[tuple[str, Outline, tuple[str, ...]], ...] = (
    (RED, "circle", ("memorial_hall", "martyrs_cemetery", "memorial_park", "memorial_square")),
    (_RUST, "diamond", ("former_site", "former_residence", "battlefield")),
    (SLATE, "square", ("museum", "exhibition_hall", "education_base")),
    (_GREEN, "hexagon", ("village", "achievement")),
)

CATEGORIES: Mapping[str, CategoryStyle] = MappingProxyType(
    {
        category: CategoryStyle(colour, outline, _SIGNS[category])
        for colour, outline, members in _FAMILIES
        for category in members
    }
)
"""Style of every category of routes_data/facts/README.md, in the order of the legend."""

MODE_COLOURS: Mapping[str, str] = MappingProxyType(
    {"walk": RED, "cycle": "#1F6F5B", "drive": "#2E5C8A", "coach": "#6B4C9A"}
)
"""Colour of a leg by its mode."""

DAY_COLOURS = (RED, "#2E5C8A", "#1F6F5B", "#6B4C9A", "#8A5A00", "#7A2E5D", "#37474F")
"""Colour of a leg by its day, where there are several."""
