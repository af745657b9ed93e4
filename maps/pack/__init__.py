"""The printable pack of a field trip: one document, as PDF (Typst) and as a web page."""

from __future__ import annotations

from geo.errors import PackUnavailableError

from .document import Document, Part, build_document
from .ground import Ground
from .model import PAPERS, PARTS, PackInput, PackOptions, Paper, PartName
from .render import PackCache, render_pack
from .typeset import TypesettingError, available

__all__ = [
    "PAPERS",
    "PARTS",
    "Document",
    "Ground",
    "PackCache",
    "PackInput",
    "PackOptions",
    "PackUnavailableError",
    "Paper",
    "Part",
    "PartName",
    "TypesettingError",
    "available",
    "build_document",
    "render_pack",
]
