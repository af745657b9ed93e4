"""Field trips that were kept: changed and removed by who holds the key, read by who has the link.

A kept trip is a wish with its print options, not a drawing: whoever opens it gets it planned on the
data of that day. Beside the wish stand the snapshots of when it was kept, one a class, so that the
page can say what is different since then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from .request import TripRequest


@dataclass(frozen=True, slots=True)
class TripContent:
    """What is kept of a trip.

    `printed` are the print options, JSON of whoever prints; `snapshots` are what the plan of each
    class was (`geo.trip.snapshot`), as text.
    """

    request: TripRequest
    printed: Mapping[str, Any]
    snapshots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptTrip:
    """A trip as it is kept now; `edition` counts its changes, from 1."""

    id: str
    edition: int
    content: TripContent
    kept: datetime
    changed: datetime


class TripStore(Protocol):
    """Keeps field trips; each is changed only by who holds its key."""

    def keep(self, content: TripContent) -> tuple[KeptTrip, str]:
        """Keep a trip under a new id; return it with its edit key, which nobody can look up again.

        Raises
        ------
        InvalidParameterError
            The content is too long to be kept, or is no text.
        StoreError
            The store cannot be written.
        """
        ...

    def get(self, trip_id: str) -> KeptTrip:
        """Return a kept trip.

        Raises
        ------
        UnknownRecordError
            Nothing was kept under this id.
        RemovedTripError
            It was removed.
        """
        ...

    def change(
        self, trip_id: str, key: str, content: TripContent, expected: int | None
    ) -> KeptTrip:
        """Put another content in the place of the one kept.

        Parameters
        ----------
        trip_id, key
            Which trip, and the key that was shown when it was kept.
        content
            The new content.
        expected
            The edition the change rests on; None changes whatever is there.

        Raises
        ------
        UnknownRecordError, RemovedTripError
            As `get`.
        WrongEditKeyError
            The key is another one; nothing was changed.
        ConflictError
            The trip has another edition by now; nothing was changed.
        InvalidParameterError
            As `keep`.
        """
        ...

    def remove(self, trip_id: str, key: str, expected: int | None = None) -> None:
        """Remove a trip for good; its id stays taken, and says that it was removed.

        Raises
        ------
        UnknownRecordError, RemovedTripError, WrongEditKeyError, ConflictError
            As `change`.
        """
        ...
