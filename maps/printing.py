"""A drawing as PDF or PNG: Typst sets the SVG with the fonts of the `pack` extra.

Nothing of the drawing is ever read as Typst's markup: it comes as data. The same drawing gives the
same bytes, on every machine.
"""

from __future__ import annotations

from importlib import resources
from typing import Literal

from .pack.typeset import typst_compiler

Form = Literal["pdf", "png"]


def printed(
    svg: str, form: Form, *, title: str, wide_mm: float, high_mm: float, ppi: float = 144.0
) -> bytes:
    """Return a drawing as one page of PDF, or as a PNG of `ppi` pixels an inch.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    data = {"svg": svg, "title": title, "wide": wide_mm, "high": high_mm}
    with resources.as_file(resources.files("maps") / "templates") as folder:
        compiler = typst_compiler(folder / "drawing.typ", data)
        if form == "png":
            return bytes(compiler.compile(format="png", ppi=ppi))
        return bytes(compiler.compile(format="pdf", timestamp=0))
