"""What every part of a store is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine


def utc_now() -> datetime:
    """Return the time as a store signs it."""
    return datetime.now(UTC)


class Part:
    """A part of a store: its database, and a clock; safe for threads and processes.

    Parameters
    ----------
    engine
        The database.
    clock
        Tells the time that things are kept or signed with.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self.clock = clock
