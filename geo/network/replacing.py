"""Putting a directory in the place of another so that there is always one of the two."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two directories in one step; False where the system cannot (renameat2(2))."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def put_in_place(built: Path, directory: Path) -> None:
    """Put a finished directory in its place, and delete what stood there.

    On Linux the two are exchanged in one step, so that a kill at any moment leaves one of them.
    Elsewhere the old one is moved aside first, and back if the new one cannot follow.
    """
    if not directory.exists():
        built.rename(directory)
        return
    if _exchange(built, directory):
        return  # the old one is where the new one was built; the builder cleans up there
    old = built.with_name(built.name + ".old")
    directory.rename(old)
    try:
        built.rename(directory)
    except OSError:
        old.rename(directory)
        raise
    shutil.rmtree(old, ignore_errors=True)
