"""Kept field trips in the database: changed and removed by who holds the edit key."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from geo.errors import ConflictError, RemovedTripError, UnknownRecordError, WrongEditKeyError
from geo.trip import KeptTrip, TripContent, read_trip_request

from .engine import reading, writing
from .models import TRIPS
from .part import Part
from .plans import ID_LENGTH, as_json, random_letters

KEY_LENGTH = 28
"""Letters of an edit key: 31 to the power of 28, 138 bits."""
KEY_GROUP = 4
"""Letters between two hyphens: a key is read from paper and typed."""


class KeptTrips(Part):
    """The field trips of a store; a `geo.trip.TripStore`, safe for threads and processes."""

    def keep(self, content: TripContent) -> tuple[KeptTrip, str]:
        """Keep a trip under a new id; return it with its edit key.

        Raises
        ------
        InvalidParameterError
            The content is too long to be kept, or is no text.
        StoreError
            The database cannot be written.
        """
        letters, now = random_letters(KEY_LENGTH), self.clock()
        trip = KeptTrip(random_letters(ID_LENGTH), 1, content, now, now)
        with writing(self._engine) as connection:
            connection.execute(
                insert(TRIPS).values(
                    id=trip.id,
                    key_hash=hash_of(letters),
                    edition=trip.edition,
                    content=_as_body(content),
                    kept=now,
                    changed=now,
                    removed=False,
                )
            )
        groups = (letters[at : at + KEY_GROUP] for at in range(0, KEY_LENGTH, KEY_GROUP))
        return trip, "-".join(groups)

    def get(self, trip_id: str) -> KeptTrip:
        """Return a kept trip.

        Raises
        ------
        UnknownRecordError
            Nothing was kept under this id.
        RemovedTripError
            It was removed.
        StoreError
            The database does not answer.
        """
        with reading(self._engine) as connection:
            row = _row(connection, trip_id)
        return _as_trip(row)

    def change(
        self, trip_id: str, key: str, content: TripContent, expected: int | None
    ) -> KeptTrip:
        """Put another content in the place of the one kept; parameters as in the protocol.

        Raises
        ------
        UnknownRecordError, RemovedTripError
            As `get`.
        WrongEditKeyError
            The key is another one.
        ConflictError
            The trip has another edition by now.
        InvalidParameterError
            As `keep`.
        StoreError
            The database cannot be written.
        """
        body = _as_body(content)
        with writing(self._engine) as connection:
            row = _unlocked(connection, trip_id, key, expected)
            trip = KeptTrip(row["id"], row["edition"] + 1, content, row["kept"], self.clock())
            _write(connection, trip_id, edition=trip.edition, content=body, changed=trip.changed)
        return trip

    def remove(self, trip_id: str, key: str, expected: int | None = None) -> None:
        """Empty a trip for good, its key as well; its id stays taken.

        Raises
        ------
        UnknownRecordError, RemovedTripError, WrongEditKeyError, ConflictError, StoreError
            As `change`.
        """
        with writing(self._engine) as connection:
            row = _unlocked(connection, trip_id, key, expected)
            _write(
                connection,
                trip_id,
                edition=row["edition"] + 1,
                key_hash="",
                content={},
                changed=self.clock(),
                removed=True,
            )


def hash_of(key: str) -> str:
    """Return the SHA-256 of an edit key as it may be typed: in any case, with hyphens or blanks.

    A key is random and long, so a fast hash is right: there is nothing to try.
    """
    letters = "".join(key.split()).replace("-", "").lower()
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


def _row(connection: Connection, trip_id: str) -> RowMapping:
    row = None
    # A NUL is no text to PostgreSQL; no id has one, nor anything else from outside ASCII.
    if trip_id.isascii() and trip_id.isalnum():
        found = connection.execute(select(TRIPS).where(TRIPS.c.id == trip_id))
        row = found.mappings().one_or_none()
    if row is None:
        shown = trip_id[:40]
        raise UnknownRecordError(f"no record trips/{shown}", kind="trips", id=shown, revision=None)
    if row["removed"]:
        raise RemovedTripError(trip_id)
    return row


def _unlocked(connection: Connection, trip_id: str, key: str, expected: int | None) -> RowMapping:
    """Return the row of a trip that this key opens and that nobody has changed in between."""
    row = _row(connection, trip_id)
    if not hmac.compare_digest(row["key_hash"], hash_of(key)):
        raise WrongEditKeyError(trip_id)
    if expected not in (None, row["edition"]):
        raise ConflictError("trips", trip_id, expected, row["edition"])
    return row


def _write(connection: Connection, trip_id: str, **values: Any) -> None:  # noqa: ANN401
    connection.execute(update(TRIPS).where(TRIPS.c.id == trip_id).values(**values))


def _as_body(content: TripContent) -> dict[str, Any]:
    # Defaults are written out: another default tomorrow changes no trip that was kept today.
    return as_json(
        {
            "request": content.request.model_dump(mode="json"),
            "printed": dict(content.printed),
            "snapshots": list(content.snapshots),
        }
    )


def _as_trip(row: RowMapping) -> KeptTrip:
    body = row["content"]
    content = TripContent(
        read_trip_request(body["request"]), body["printed"], tuple(body["snapshots"])
    )
    return KeptTrip(row["id"], row["edition"], content, row["kept"], row["changed"])
