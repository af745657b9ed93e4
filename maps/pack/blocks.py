"""The blocks a part is made of: plain values that the typesetter and the web page both draw.

A block is a dict with a `kind`; every text in it is a `Text` (maps.pack.speech). Nothing in a
block is markup: what a person wrote reaches the page as the characters they typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from .speech import Text

Block = dict[str, Any]
Cell = Text | Block


def heading(text: Text, *, mark: str = "", aside: Text = ()) -> Block:
    """Return a heading inside a part; `mark` numbers a stop, `aside` stands at the right."""
    return {"kind": "heading", "text": text, "mark": mark, "aside": aside}


def paragraph(text: Text, *, style: Literal["normal", "small", "lead", "read"] = "normal") -> Block:
    """Return a paragraph; `read` is large, to be read aloud on a moving coach."""
    return {"kind": "paragraph", "text": text, "style": style}


def note(text: Text, *, level: Literal["info", "warning"] = "info") -> Block:
    """Return a framed remark."""
    return {"kind": "note", "text": text, "level": level}


def facts(rows: Sequence[tuple[Text, Cell]]) -> Block:
    """Return labels with their values."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def table(
    head: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    caption: Text = (),
    row_mm: float = 0.0,
) -> Block:
    """Return a table; `widths` are shares, 0 for a column as wide as its words need.

    `row_mm` is the least height of a row: room to write in.
    """
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "caption": caption,
        "row_mm": row_mm,
    }


def bullets(items: Sequence[Text], *, boxes: bool = False) -> Block:
    """Return a list, with boxes to tick where `boxes`."""
    return {"kind": "list", "items": list(items), "boxes": boxes}


def steps(items: Sequence[Text]) -> Block:
    """Return a numbered list."""
    return {"kind": "steps", "items": list(items)}


def writing(lines: int, *, label: Text = ()) -> Block:
    """Return ruled lines to write on."""
    return {"kind": "writing", "lines": lines, "label": label}


def drawing(height_mm: float) -> Block:
    """Return an empty frame to draw in."""
    return {"kind": "drawing", "height_mm": height_mm}


def figure_of(svg: str, alt: str, caption: Text) -> Block:
    """Return a drawing of ours with its words for those who cannot see it."""
    return {"kind": "figure", "svg": svg, "alt": alt, "caption": caption}


def question(number: int, text: Text, choices: Sequence[Text]) -> Block:
    """Return a quiz question with lettered choices."""
    return {"kind": "question", "number": number, "text": text, "choices": list(choices)}


def box(count: int = 1) -> Block:
    """Return boxes to tick, as a cell."""
    return {"kind": "box", "count": count}


def group(blocks: Sequence[Block], *, frame: bool = False) -> Block:
    """Return blocks that stay together on one page where they fit."""
    return {"kind": "group", "blocks": list(blocks), "frame": frame}


def sheet(blocks: Sequence[Block]) -> Block:
    """Return blocks that make one page, set smaller where they must be."""
    return {"kind": "sheet", "blocks": list(blocks)}


def page_break() -> Block:
    """Return the end of a page."""
    return {"kind": "break"}


def contents(*, columns: int) -> Block:
    """Return the list of parts; the typesetter knows their pages, the web page links to them."""
    return {"kind": "contents", "columns": columns}
