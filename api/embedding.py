"""What another site may show in a frame: which pages have a form for it, and its address.

Every page of a map, a route or a tour has one, below `/embed`, with the same parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from markupsafe import Markup

from geo.errors import NotFoundError

WIDE, HIGH = 640, 480
"""How large a frame is when nobody says, in CSS pixels."""
CARD_SIZE = (1200, 630)
VIEW_NAMES = ("at", "view", "card")
"""What the first page says of its map in the address: nothing of what is to be shown."""
_PAGES: Sequence[tuple[re.Pattern[str], str, str]] = (
    (re.compile("/"), "/embed/map", "/map/card.png"),
    (re.compile("/routes/([^/]+)"), "/embed/routes/{}", "/routes/{}/card.png"),
    (re.compile("/p/([^/]+)"), "/embed/p/{}", "/p/{}/card.png"),
    (re.compile("/plan"), "/embed/plan", "/plan/card.png"),
)


class NotEmbeddableError(NotFoundError):
    """No page of ours that can be shown in a frame has this address (`url`)."""

    code = "not-embeddable"

    def __init__(self, url: str) -> None:
        shown = url[:200]
        super().__init__(
            f"{shown!r} is no page that can be embedded; give the address of a map, a route, a "
            "plan or a kept plan of this service",
            url=shown,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """A page as a frame: its address and its card's below this service, and their parameters."""

    path: str
    card: str
    query: Mapping[str, str]


def frame_of(path: str, query: Sequence[tuple[str, str]]) -> Frame | None:
    """Return the frame of a page of ours; None: it has none."""
    for pattern, embed, card in _PAGES:
        found = pattern.fullmatch(path)
        if found is None:
            continue
        kept = {name: value for name, value in query if value and name not in VIEW_NAMES}
        if path == "/plan" and not (kept.get("stops") or kept.get("route")):
            return None
        return Frame(embed.format(*found.groups()), card.format(*found.groups()), kept)
    return None


def frame_of_url(url: str, origins: frozenset[str]) -> Frame:
    """Return the frame of an absolute address.

    Parameters
    ----------
    url
        The address of a page.
    origins
        Scheme and host of this service, as it is reached and as visitors know it.

    Raises
    ------
    NotEmbeddableError
        It is of another service, or that page has no frame.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise NotEmbeddableError(url) from error
    ours = f"{parts.scheme}://{parts.netloc}" in origins
    found = frame_of(parts.path or "/", parse_qsl(parts.query)) if ours else None
    if found is None:
        raise NotEmbeddableError(url)
    return found


def fitted(most: int | None, usual: int) -> int:
    """Return a side of a frame: the usual one, or as much of it as the other site allows."""
    return usual if most is None else min(usual, most)


def frame_markup(src: str, title: str, *, width: int = WIDE, height: int = HIGH) -> Markup:
    """Return the element another site puts into its page."""
    return Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'style="border:0;max-width:100%" allowfullscreen></iframe>'
    ).format(src, title, width, height)


def as_xml(document: Mapping[str, Any]) -> bytes:
    """Return an oEmbed answer as XML (oEmbed 1.0, 2.3.4.2)."""
    root = ET.Element("oembed")
    for name, value in document.items():
        ET.SubElement(root, name).text = str(value)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
