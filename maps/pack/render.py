"""From the input of a pack to its PDF, kept for the next who asks for the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from geo.messages import Messages

from .document import build_document
from .ground import Ground
from .model import PackInput, PackOptions
from .typeset import typeset

CACHE_BYTES = 64 * 1024 * 1024
"""How much a cache keeps: some sixty packs of a class."""


def render_pack(
    pack: PackInput, ground: Ground, options: PackOptions, voices: Sequence[Messages]
) -> bytes:
    """Return the pack as PDF; the same input gives the same bytes.

    Parameters
    ----------
    pack
        What it is made from.
    ground
        The ground of its maps.
    options
        Which parts, on which paper.
    voices
        One language or two, the leading one first.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    return typeset(build_document(pack, ground, options, voices))


class PackCache:
    """The packs made last, by everything that could change them.

    Parameters
    ----------
    limit_bytes
        The most bytes of PDF to keep; the longest unused go first.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit = limit_bytes
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def render(
        self, pack: PackInput, ground: Ground, options: PackOptions, voices: Sequence[Messages]
    ) -> bytes:
        """Return the pack as PDF, from the cache where it was made before."""
        key = (pack.digest, options, tuple(voice.lang for voice in voices))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        pdf = render_pack(pack, ground, options, voices)
        with self._lock:
            self._kept[key] = pdf
            while sum(map(len, self._kept.values())) > self._limit and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return pdf
