"""The tiles in their file: MBTiles (SQLite), a Mapbox vector tile in gzip each."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

MAX_ZOOM = 14
"""The deepest tiles made; a page draws them larger beyond it."""

FORMAT = "red-trails-basemap-1"
"""What the metadata of our own files say; another is left alone."""


@dataclass(frozen=True, slots=True)
class Basemap:
    """A file of tiles, opened for each answer: readers in many threads share nothing.

    `version` changes with what is in the file, so an address that carries it may be kept for ever.
    `source` is the network its roads were made from.
    """

    path: Path
    version: str
    source: str

    @classmethod
    def find(cls, path: Path) -> Basemap | None:
        """Return the basemap of a file; None where there is none, or none that we built."""
        if not path.is_file():
            return None
        try:
            with closing(_connection(path)) as store:
                told = dict(store.execute("select name, value from metadata"))
        except sqlite3.DatabaseError:
            return None
        if told.get("format_of") != FORMAT:
            return None
        version = hashlib.sha256(told["content"].encode()).hexdigest()[:16]
        return cls(path, version, told["attribution"])

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return a tile (gzip) by its XYZ address; None where nothing is."""
        row = (1 << zoom) - 1 - y  # MBTiles counts rows from the south
        question = "select tile_data from tiles where zoom_level=? and tile_column=? and tile_row=?"
        with closing(_connection(self.path)) as store:
            found = store.execute(question, (zoom, x, row)).fetchone()
        return bytes(found[0]) if found else None


def _connection(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
