"""Reading a source whatever its form."""

from __future__ import annotations

from pathlib import Path

from geo.errors import NetworkSourceError

from .area import Inside, everywhere
from .elements import Extract
from .fetching import Progress, fetch, is_url, no_progress
from .files import SUFFIXES, read_osm_file
from .graphml import read_graphml

FORMS = (*SUFFIXES, ".graphml")


def read_file(path: Path, inside: Inside = everywhere) -> Extract:
    """Read the roads of a local file, the form told by its name.

    Parameters
    ----------
    path
        Ends in one of `FORMS`.
    inside
        The area wanted.

    Raises
    ------
    NetworkSourceError
        The file is missing, of an unknown form, broken, or has no roads in the area.
    """
    if not path.is_file():
        raise NetworkSourceError(
            f"{path} is not a file; name a file ending in {' '.join(FORMS)}, or a URL of one",
            source=str(path),
        )
    name = path.name.lower()
    if name.endswith(".graphml"):
        return read_graphml(path, inside)
    if name.endswith(SUFFIXES):
        return read_osm_file(path, inside)
    raise NetworkSourceError(
        f"{path}: unknown form, wanted a name ending in {' '.join(FORMS)}", source=str(path)
    )


def read_source(
    source: str, inside: Inside, cache: Path, *, progress: Progress = no_progress
) -> Extract:
    """Read the roads of a local file, or of one fetched by its URL.

    Parameters
    ----------
    source
        Path or URL.
    inside
        The area wanted.
    cache
        Folder that keeps what was fetched.
    progress
        Told how much is fetched.

    Raises
    ------
    NetworkSourceError
        It cannot be fetched or read.
    """
    path = fetch(source, cache, progress=progress) if is_url(source) else Path(source)
    return read_file(path, inside)
