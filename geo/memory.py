"""Memory of this process."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give what was freed back to the system, where the C library can (glibc keeps it else).

    Worth it after something large has been made with much that is needed only meanwhile.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
