"""Whole stores copied: backup, restore, and the move from one database to another.

A backup is an SQLite file with the tables of this store, whichever database it came from. It is
read at one moment, while others go on reading and writing, and is put in place only when whole.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select

from geo.errors import StoreError

from .accounts.models import AUDIT, USERS
from .engine import open_engine, reading, writing
from .migrations import current, migrate, newest
from .models import METADATA, PASSING, PLANS, REVISIONS, TRIPS

_ROWS_AT_ONCE = 1000
Counts = dict[str, int]


def backup(url: str, file: Path) -> Counts:
    """Write everything a store holds into a new file.

    Parameters
    ----------
    url
        Of the store; it may be in use.
    file
        Must not exist. It is complete when this returns, and absent if it raises.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    StoreError
        The store has not the tables of this program, the file exists, or a database fails.
    """
    if file.exists():
        raise StoreError(f"{file.name} exists already; a backup never replaces a file")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        made = Path(scratch) / "backup.db"
        counts = move(url, f"sqlite:///{made}")
        with closing(sqlite3.connect(made)) as connection:
            # One file: nothing of it is left in a log beside it.
            connection.execute("PRAGMA journal_mode=DELETE")
        made.rename(file)
    return counts


def restore(file: Path, url: str) -> Counts:
    """Fill an empty database from a backup, also from one an older version of this program made.

    Raises
    ------
    StoreError
        The file is no backup or is damaged, the database is not empty, or it fails.
    """
    if not file.is_file():
        raise StoreError(f"no backup {file.name}")
    with tempfile.TemporaryDirectory(prefix="redtrails-restore-") as scratch:
        copy = Path(scratch) / "backup.db"
        shutil.copyfile(file, copy)
        address = f"sqlite:///{copy}"
        with _engine(address) as engine:
            _refuse_damaged(engine, file.name)
            with writing(engine) as connection:
                if current(connection) is None:
                    raise StoreError(f"{file.name} is not a backup of this program")
                migrate(connection)
        return move(address, url)


def move(source_url: str, target_url: str) -> Counts:
    """Copy everything a store holds into an empty database, of the same kind or the other.

    The source is left as it is. The target is filled in one transaction, or not at all. Sessions
    are left behind: staff sign in again.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    StoreError
        The source has not the tables of this program, the target is not empty, or one fails.
    """
    with (
        _engine(source_url) as source,
        _engine(target_url) as target,
        reading(source) as origin,
    ):
        _refuse_other_version(origin)
        with writing(target) as destination:
            migrate(destination)
            _refuse_filled(destination)
            lasting = (one for one in METADATA.sorted_tables if not one.info.get(PASSING))
            return {table.name: _copy(origin, destination, table) for table in lasting}


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _copy(origin: Connection, destination: Connection, table: Table) -> int:
    """Copy the rows of one table and return how many there were."""
    count = 0
    query = select(table).execution_options(yield_per=_ROWS_AT_ONCE)
    for rows in origin.execute(query).mappings().partitions():
        destination.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    return count


def _refuse_damaged(engine: Engine, name: str) -> None:
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    if found != "ok":
        raise StoreError(f"{name} is damaged: {str(found).splitlines()[0]}")


def _refuse_other_version(connection: Connection) -> None:
    found = current(connection)
    if found != newest():
        raise StoreError(
            f"the database is of version {found or 'none'}, this program wants {newest()}; "
            "run `redtrails db migrate` first"
        )


def _refuse_filled(connection: Connection) -> None:
    for table in (REVISIONS, PLANS, TRIPS, USERS, AUDIT):
        if connection.scalar(select(func.count()).select_from(table)):
            raise StoreError(
                f"the database is not empty ({table.name}); name an empty one, or move the old "
                "file away first: nothing is ever overwritten"
            )
