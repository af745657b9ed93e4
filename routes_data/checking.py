"""Whether a store is whole: its file, its tables, its history, and what visitors see."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, func, select

from geo.errors import Fault
from geo.wanted import Wanted

from .accounts.models import AUDIT
from .editing import published, published_ids
from .engine import open_engine, reading
from .kinds import KINDS, Kind, referred
from .migrations import current, newest
from .models import CONTACTS, RECORDS, REVISIONS
from .reports import KIND as REPORTS

_DATABASE = "database"


def check(url: str) -> tuple[Fault, ...]:
    """Return everything that is wrong with a store; nothing is changed.

    Raises
    ------
    StoreError
        The database cannot be read.
    InvalidParameterError
        The address is not of a database this store knows.
    """
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            return tuple(faults(connection))
    finally:
        engine.dispose()


def faults(connection: Connection) -> Iterator[Fault]:
    """Yield everything that is wrong, the deepest layer first; stops where a layer is missing."""
    if connection.dialect.name == "sqlite":
        for (found,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if found != "ok":
                yield Fault(_DATABASE, "file", "integrity", str(found), "ok")
    version = current(connection)
    if version != newest():
        yield Fault(_DATABASE, "tables", "version", str(version), newest())
        return
    yield from _history_faults(connection)
    yield from _log_faults(connection)
    yield from _contact_faults(connection)
    for kind in KINDS.values():
        yield from _published_faults(connection, kind)


def _history_faults(connection: Connection) -> Iterator[Fault]:
    """Yield gaps in histories, and records that do not point to their newest revision."""
    counted = (
        select(
            REVISIONS.c.kind,
            REVISIONS.c.id,
            func.count().label("count"),
            func.max(REVISIONS.c.revision).label("newest"),
        )
        .group_by(REVISIONS.c.kind, REVISIONS.c.id)
        .subquery()
    )
    same = and_(counted.c.kind == RECORDS.c.kind, counted.c.id == RECORDS.c.id)
    query = select(counted, RECORDS.c.head).join_from(counted, RECORDS, same, isouter=True)
    for kind, record_id, count, last, head in connection.execute(query):
        if count != last:
            yield Fault(kind, record_id, "revision", f"{count} of {last} revisions", "all of them")
        if head != last:
            yield Fault(kind, record_id, "head", str(head), str(last))


def _log_faults(connection: Connection) -> Iterator[Fault]:
    """Yield lines that are missing from the log of accounts: it only grows."""
    count, last = connection.execute(select(func.count(), func.max(AUDIT.c.number))).one()
    if count != (last or 0):
        yield Fault(_DATABASE, "audit", "number", f"{count} of {last} lines", "all of them")


def _contact_faults(connection: Connection) -> Iterator[Fault]:
    """Yield contacts of no report, and revisions that hold one, where nothing is erased."""
    known = select(RECORDS.c.id).where(RECORDS.c.kind == REPORTS)
    for one in connection.scalars(select(CONTACTS.c.id).where(CONTACTS.c.id.not_in(known))):
        yield Fault("contacts", one, "id", one, Wanted.of("published", kind=REPORTS))
    held = select(REVISIONS.c.id, REVISIONS.c.revision).where(
        REVISIONS.c.kind == REPORTS, REVISIONS.c.body["contact"].as_string().is_not(None)
    )
    for record_id, revision in connection.execute(held):
        yield Fault(REPORTS, record_id, "contact", f"revision {revision}", Wanted.of("column"))


def _published_faults(connection: Connection, kind: Kind) -> Iterator[Fault]:
    """Yield what keeps a published record from being one."""
    known = {one.kind: published_ids(connection, one.kind) for one in kind.references}
    for body in published(connection, kind.name):
        yield from kind.faults(body)
        for one in kind.references:
            for target in referred(one, body):
                if target not in known[one.kind]:
                    wanted = Wanted.of("published", kind=one.kind)
                    yield Fault(kind.name, str(body["id"]), one.column, target, wanted)
