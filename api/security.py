"""What a browser may load and run on a page of ours: the Content-Security-Policy.

No page has a nonce or `unsafe-inline`: an inline script or style is allowed by its hash, so the
same input gives the same bytes and an ETag holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        # Tile hosts ask for the referring site; no address of a page leaves.
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)


def content_policy(
    *,
    script_hashes: Iterable[str] = (),
    style_hashes: Iterable[str] = (),
    image_hosts: Iterable[str] = (),
    framed: bool = False,
) -> str:
    """Return a Content-Security-Policy.

    Parameters
    ----------
    script_hashes, style_hashes
        What stands inline in the page, as `'sha256-…'` (quotes included).
    image_hosts
        Foreign hosts the page's map may load tiles from, e.g. `https://tile.example.org`.
    framed
        Whether any other site may show the page in a frame.
    """
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *sorted(set(script_hashes))),
        "style-src": ("'self'", *sorted(set(style_hashes))),
        "img-src": ("'self'", "data:", *sorted(set(image_hosts))),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "manifest-src": ("'self'",),
        "worker-src": ("'self'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("*" if framed else "'none'",),
        "base-uri": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())
