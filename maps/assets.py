"""The one table of scripts, styles and images that a map needs.

Every file comes from an installed package, so a page works with no internet. The application
serves it at `/assets/{digest}/{name}` (`asset_path`): the digest is of the bytes as served, so the
answer may be cached for ever, and a changed file has another address.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from geo.errors import NotFoundError

_SCRIPT = "text/javascript; charset=utf-8"
_STYLE = "text/css; charset=utf-8"
_PNG = "image/png"
_LEAFLET = ("xstatic.pkg.leaflet", "data")
_CLUSTER = ("xstatic.pkg.leaflet_markercluster", "data")
_OURS = ("maps", "plugins")

_CSS_URL = re.compile(r"""url\(\s*(['"]?)([^'")]+)\1\s*\)""")
_SOURCE_MAP = re.compile(rb"^//[#@] ?sourceMappingURL=.*$", re.MULTILINE)


class UnknownAssetError(NotFoundError):
    """No asset of this name, or not of this digest, is in the table (`asset`)."""

    code = "unknown-asset"

    def __init__(self, asset: str) -> None:
        super().__init__(f"no asset is called {asset!r}; see maps.assets.ASSETS", asset=asset)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: the package it lies in, its path there, and its media type."""

    name: str
    package: str
    path: str
    media_type: str


def _table() -> dict[str, Asset]:
    rows = [
        ("leaflet.js", *_LEAFLET, "leaflet.js", _SCRIPT),
        ("leaflet.css", *_LEAFLET, "leaflet.css", _STYLE),
        ("layers.png", *_LEAFLET, "images/layers.png", _PNG),
        ("layers-2x.png", *_LEAFLET, "images/layers-2x.png", _PNG),
        ("marker-icon.png", *_LEAFLET, "images/marker-icon.png", _PNG),
        ("leaflet.markercluster.js", *_CLUSTER, "leaflet.markercluster.js", _SCRIPT),
        ("MarkerCluster.css", *_CLUSTER, "MarkerCluster.css", _STYLE),
        ("redtrails-map.js", *_OURS, "core.js", _SCRIPT),
        ("redtrails-room.js", *_OURS, "room.js", _SCRIPT),
        ("redtrails-tiles.js", *_OURS, "tiles.js", _SCRIPT),
        ("redtrails-base.js", *_OURS, "base_layer.js", _SCRIPT),
        ("redtrails-sites.js", *_OURS, "site_layer.js", _SCRIPT),
        ("redtrails-views.js", *_OURS, "views.js", _SCRIPT),
        ("redtrails-itinerary.js", *_OURS, "itinerary_layer.js", _SCRIPT),
        ("redtrails-reach.js", *_OURS, "reach_layer.js", _SCRIPT),
        ("redtrails-pin.js", *_OURS, "pin_layer.js", _SCRIPT),
        ("redtrails-map.css", *_OURS, "map.css", _STYLE),
    ]
    return {
        name: Asset(name, package, f"{root}/{path}", kind)
        for name, package, root, path, kind in rows
    }


ASSETS: Mapping[str, Asset] = MappingProxyType(_table())
"""Every asset by its name, which is unique and is the last part of its address."""


def _entry(name: str) -> Asset:
    try:
        return ASSETS[name]
    except KeyError:
        raise UnknownAssetError(name) from None


def _with_urls(style: str, address: Callable[[str], str]) -> str:
    """Return the style sheet, each image it names replaced by `address(name of the asset)`."""

    def replace(match: re.Match[str]) -> str:
        url = match.group(2)
        if url.startswith(("data:", "#")):  # `#default#VML`: Leaflet's rule for Internet Explorer
            return match.group(0)
        return f'url("{address(posixpath.basename(url))}")'

    return _CSS_URL.sub(replace, style)


@cache
def asset(name: str) -> bytes:
    """Return the bytes of an asset as they are served.

    A style sheet names its images by their own addresses, relative to its own
    (`../{digest}/{name}`), and a script does not name its source map: nothing else is asked for.

    Raises
    ------
    UnknownAssetError
        The name is not in `ASSETS`.
    """
    entry = _entry(name)
    data = files(entry.package).joinpath(entry.path).read_bytes()
    if entry.media_type == _STYLE:
        return _with_urls(data.decode(), lambda image: f"../{asset_path(image)}").encode()
    return _SOURCE_MAP.sub(b"", data) if entry.media_type == _SCRIPT else data


@cache
def asset_digest(name: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of `asset(name)`."""
    return hashlib.sha256(asset(name)).hexdigest()[:16]


def asset_path(name: str) -> str:
    """Return `{digest}/{name}`, the address of an asset below wherever assets are served."""
    return f"{asset_digest(name)}/{name}"


def media_type(name: str) -> str:
    """Return the media type of an asset.

    Raises
    ------
    UnknownAssetError
        The name is not in `ASSETS`.
    """
    return _entry(name).media_type


def data_url(name: str) -> str:
    """Return an asset as a `data:` URL, for a page that must stand alone."""
    content = base64.b64encode(asset(name)).decode()
    return f"data:{media_type(name)};base64,{content}"


def inline_text(name: str) -> str:
    """Return a script or style as text to write into a page, its images as `data:` URLs."""
    # A browser reads a page with every line end as \n, and hashes what it read.
    text = asset(name).decode().replace("\r\n", "\n")
    return _with_urls(text, data_url) if media_type(name) == _STYLE else text
