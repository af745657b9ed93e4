"""The scripts, styles and images of the pages, and the addresses they are served at.

All files of one edition stand in one folder of that edition's name: a script that imports
`./app.js` gets it from the same edition, and the page that names it loads it once.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

STATIC_PATH = "/static"


@cache
def static_folder() -> Path:
    """Return the folder of the static files (the package is never zipped)."""
    with as_file(files("api.web") / "static") as folder:
        return folder


@cache
def static_edition() -> str:
    """Return the digest of all static files: the name of what is served now."""
    digest = hashlib.sha256()
    for file in sorted(static_folder().iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _names(folder: Path) -> frozenset[str]:
    return frozenset(file.name for file in folder.iterdir() if file.is_file())


def static_url(name: str) -> str:
    """Return the address of a static file; its edition in it, so that it may be kept for ever.

    Raises
    ------
    FileNotFoundError
        There is no such file: a template names what was never written.
    """
    if name not in _names(static_folder()):
        raise FileNotFoundError(name)
    return f"{STATIC_PATH}/{static_edition()}/{name}"
