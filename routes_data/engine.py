"""How the store reaches its database: SQLite in WAL mode, or PostgreSQL with PostGIS.

Readers never wait for a writer: in WAL mode, as on PostgreSQL, each reads the state at the start of
its transaction. Writers queue: SQLite takes its write lock at the start of a transaction, so that
no writer finds halfway that what it read has changed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from geo.errors import InvalidParameterError, StoreError

BUSY_MS = 30_000
"""How long a writer waits for another (milliseconds) before it gives up with an error."""

POOL_SIZE = 10
"""Connections kept open; a server has 40 threads, few of them read at once."""

_WRITER_LOCK = 0x52454454  # "REDT": the advisory lock that writers of one PostgreSQL store share
_WRITES = "redtrails_writes"
_dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False)


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///path` or `postgresql://…`.

    Raises
    ------
    InvalidParameterError
        The address is of another kind, or of an SQLite database in memory.
    StoreError
        The database cannot be reached.
    """
    parsed = _parsed(url)
    engine = create_engine(
        parsed, json_serializer=_dumps, pool_size=POOL_SIZE, max_overflow=40, pool_pre_ping=True
    )
    if is_sqlite(engine):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        _make_wal(Path(str(parsed.database)))
    return engine


def is_sqlite(engine: Engine) -> bool:
    """Return whether the engine speaks to SQLite."""
    return engine.dialect.name == "sqlite"


def _parsed(url: str) -> URL:
    wanted = "sqlite:///PATH or postgresql://USER@HOST/NAME"
    try:
        parsed = make_url(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise InvalidParameterError("database_url", "an unreadable address", wanted) from error
    backend = parsed.drivername.split("+")[0].replace("postgres", "postgresql", 1)
    backend = backend.replace("postgresqlql", "postgresql")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise InvalidParameterError("database_url", parsed.drivername, wanted)
    return parsed


def _make_wal(file: Path) -> None:
    """Put the database into WAL mode, once and for all; two processes may do so at once."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder of {file.name}: {error.strerror}") from error
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            with sqlite3.connect(file, timeout=BUSY_MS / 1000) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # SQLite does not wait for a lock when it changes the mode.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise StoreError(f"cannot open the database {file.name}: {error}") from error
            time.sleep(0.01)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{file.name} is not an SQLite database: {error}") from error
        else:
            connection.close()
            return


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: it would begin them too late.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        # An edit that was acknowledged survives a power cut as well.
        "synchronous=FULL",
        # What was removed is overwritten in the file, not only forgotten.
        "secure_delete=ON",
    ):
        connection.cursor().execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that reads one state of the store.

    Raises
    ------
    StoreError
        The database cannot be reached or does not answer.
    """
    with _translated(), engine.connect() as connection:
        if not is_sqlite(engine):
            connection = connection.execution_options(  # noqa: PLW2901
                isolation_level="REPEATABLE READ"
            )
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that may write; it waits for every other writer of this store.

    Raises
    ------
    StoreError
        The database cannot be reached, is full, or stayed locked too long.
    """
    with _translated(), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            if not is_sqlite(engine):
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"))
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
        raise StoreError(f"the database does not answer: {reason}") from error
