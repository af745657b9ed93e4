"""Hearing of publications, whoever publishes: other threads, other workers, other machines.

PostgreSQL tells (LISTEN on `routes_data.editing.CHANNEL`); of SQLite the version is looked at
several times a second, which costs one small read each.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from geo.errors import StoreError

from .editing import CHANNEL, get_stamp
from .engine import is_sqlite, reading

LOOK_EVERY_S = 0.05
"""Seconds between two looks at the version where the database does not tell."""


class Publications:
    """Waits for publications; for one thread, used as a context.

    Parameters
    ----------
    engine
        Of the store.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._version: str | None = None
        self._listening: Connection | None = None

    def __enter__(self) -> Self:
        """Begin: what is published from here on is heard.

        Raises
        ------
        StoreError
            The database does not answer.
        """
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the connection back."""
        self._end()

    def wait(self, timeout_s: float) -> bool:
        """Wait until something is published, at most so long; return whether something was.

        After the database was away the first answer is True: nobody knows what was missed.

        Raises
        ------
        StoreError
            The database does not answer; wait again later.
        """
        if is_sqlite(self._engine):
            return self._look(timeout_s)
        if self._listening is None:
            self._begin()
            return True
        try:
            return self._listen(self._listening, timeout_s)
        except StoreError:
            self._end()
            raise

    def _begin(self) -> None:
        if is_sqlite(self._engine):
            self._version = self._stamp()
            return
        try:
            connection = self._engine.connect()
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        except DBAPIError as error:
            raise StoreError(f"the database does not answer: {error.orig}") from error
        self._listening = connection

    def _end(self) -> None:
        if self._listening is not None:
            self._listening.invalidate()  # nobody else may get a connection that listens
            self._listening.close()
            self._listening = None

    def _stamp(self) -> str | None:
        with reading(self._engine) as connection:
            return get_stamp(connection, "catalogue")

    def _look(self, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while (found := self._stamp()) == self._version:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(LOOK_EVERY_S, left))
        self._version = found
        return True

    @staticmethod
    def _listen(connection: Connection, timeout_s: float) -> bool:
        driver: Any = connection.connection.driver_connection
        try:
            # To its end, or the generator leaves the connection as it is in the middle of waiting.
            return len(list(driver.notifies(timeout=timeout_s, stop_after=1))) > 0
        except connection.dialect.loaded_dbapi.Error as error:
            # Past SQLAlchemy, so not yet one of its errors.
            raise StoreError(f"the database does not answer: {error}") from error
