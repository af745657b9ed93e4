"""A folium map as parts for a page of ours, or as one file that stands alone.

folium renders into a figure: links, styles and scripts in its header, elements in its body, code
in its script. Here these are taken apart again. Links become addresses of our own assets (any
other is refused), and what stands in the page is named by its hash, so that a Content-Security-
Policy needs no `unsafe-inline` and the same map is the same bytes.
"""

# branca offers no other way to an element's id and children.
# ruff: noqa: SLF001

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import cast

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, Link

from .assets import UnknownAssetError, inline_text
from .plugins.trail_map import ASSET_SCHEME


@dataclass(frozen=True, slots=True)
class MapParts:
    """A map to be put into a page.

    `styles` and `scripts` are addresses, in the order they must stand; `html` goes where the map
    is to be; `script` (after `html` and `scripts`) and `style` are text to write into the page or
    to serve by themselves. The hashes are CSP sources, `'sha256-…'`, of exactly those texts; a
    text that is empty has none. `image_hosts` are CSP sources too: what an online basemap asks.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    html: str
    script: str
    style: str
    csp_script_hashes: tuple[str, ...]
    csp_style_hashes: tuple[str, ...]
    image_hosts: tuple[str, ...]

    @property
    def head(self) -> str:
        """The stylesheet links and the inline style as markup for the head of a page."""
        links = [f'<link rel="stylesheet" href="{escape(url)}">' for url in self.styles]
        inline = [f"<style>{self.style}</style>"] if self.style else []
        return "\n".join([*links, *inline])

    @property
    def body_end(self) -> str:
        """The script elements as markup for the end of a page's body."""
        links = [f'<script src="{escape(url)}"></script>' for url in self.scripts]
        return "\n".join([*links, f"<script>{self.script}</script>"])


class _Header(HTMLParser):
    """Collects what folium and its plugins write into a header: styles and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a style or a script; a script or style of another address is refused."""
        for name, value in attrs:
            if tag in {"script", "link"} and name in {"src", "href"} and value:
                raise UnknownAssetError(value)
        self._open = tag if tag in self.texts else ""

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        """Keep its text."""
        if self._open and data.strip():
            self.texts[self._open].append(data.strip())


def settle(folium_map: folium.Map) -> folium.Map:
    """Give every element of a map an id by its place in it (folium's are random).

    Returns
    -------
    folium.Map
        The same map.
    """
    count = 0

    def visit(element: Element) -> None:
        nonlocal count
        element._id = f"{count}"
        count += 1
        children = list(element._children.values())
        for child in children:
            visit(child)
        element._children.clear()
        element._children.update({child.get_name(): child for child in children})

    visit(folium_map)
    return folium_map


def _rendered(folium_map: folium.Map) -> Figure:
    # Rendering writes into the figure, and a second time would write the layers twice.
    figure = cast("Figure", copy.deepcopy(folium_map.get_root()))
    figure.render()
    return figure


def _links(figure: Figure, kind: type[Link]) -> list[str]:
    urls = [child.url for child in figure.header._children.values() if isinstance(child, kind)]
    for url in urls:
        if not url.startswith(ASSET_SCHEME):
            raise UnknownAssetError(url)
    return [url.removeprefix(ASSET_SCHEME) for url in urls]


def _header_texts(figure: Figure) -> dict[str, list[str]]:
    parser = _Header()
    for child in figure.header._children.values():
        if not isinstance(child, Link):
            parser.feed(child.render())
    parser.close()
    return parser.texts


def _text(element: Element) -> str:
    rendered = (child.render().strip() for child in element._children.values())
    return "\n".join(part for part in rendered if part)


def _csp_hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def map_parts(folium_map: folium.Map, *, asset_url: Callable[[str], str]) -> MapParts:
    """Return a map as parts for a page.

    Parameters
    ----------
    folium_map
        A map of this package.
    asset_url
        The address of an asset by its name, e.g. `lambda name: f"/assets/{asset_path(name)}"`.

    Raises
    ------
    UnknownAssetError
        Something on the map wants a script or style that is not in `maps.assets`.
    """
    figure = _rendered(folium_map)
    header = _header_texts(figure)
    body = "\n".join([*header["script"], _text(figure.script)])
    script = f"(function () {{\n{body}\n}})();"
    style = "\n".join(header["style"])
    return MapParts(
        styles=tuple(asset_url(name) for name in _links(figure, CssLink)),
        scripts=tuple(asset_url(name) for name in _links(figure, JavascriptLink)),
        html=_text(figure.html),
        script=script,
        style=style,
        csp_script_hashes=(_csp_hash(script),),
        csp_style_hashes=(_csp_hash(style),) if style else (),
        image_hosts=getattr(folium_map, "image_hosts", ()),
    )


def single_file(folium_map: folium.Map, *, title: str, lang: str) -> str:
    """Return a map as one HTML file that asks for nothing.

    Its own Content-Security-Policy says so: scripts and styles by their hashes, images from the
    file itself, and from the tile service where one was chosen.

    Raises
    ------
    UnknownAssetError
        Something on the map wants a script or style that is not in `maps.assets`.
    """
    parts = map_parts(folium_map, asset_url=str)
    scripts = [*(inline_text(name) for name in parts.scripts), parts.script]
    styles = [*(inline_text(name) for name in parts.styles), parts.style]
    return _PAGE.format(
        lang=escape(lang),
        title=escape(title),
        policy=escape(_policy(scripts, styles, parts.image_hosts)),
        styles="\n".join(f"<style>{text}</style>" for text in styles if text),
        html=parts.html,
        scripts="\n".join(f"<script>{text}</script>" for text in scripts),
    )


def _policy(scripts: list[str], styles: list[str], image_hosts: tuple[str, ...]) -> str:
    rules = {
        "default-src": ["'none'"],
        "script-src": [_csp_hash(text) for text in scripts],
        "style-src": [_csp_hash(text) for text in styles if text],
        "img-src": ["data:", *image_hosts],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


_PAGE = """<!DOCTYPE html>
<html lang="{lang}" class="rt-page">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
{html}
{scripts}
</body>
</html>
"""
