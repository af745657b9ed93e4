"""The scripts, styles and images of the pages, and the addresses they are served at."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

STATIC_PATH = "/static"


def static_folder() -> Path:
    """Return the folder of the static files (the package is never zipped)."""
    with as_file(files("api.web") / "static") as folder:
        return folder


@cache
def static_url(name: str) -> str:
    """Return the address of a static file; its digest in it, so that it may be kept for ever.

    Raises
    ------
    FileNotFoundError
        There is no such file: a template names what was never written.
    """
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PATH}/{name}?v={digest}"
