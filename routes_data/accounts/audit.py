"""The log of who did what with accounts. It only grows: triggers refuse a change or a deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from .models import AUDIT

PAGE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    number: int
    time: datetime
    who: str
    act: str
    subject: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be written: who did what to whom or what."""

    who: str
    act: str
    subject: str = ""


def write(connection: Connection, now: datetime, deed: Deed, **detail: str) -> None:
    """Add a line, in the transaction of what it tells of: both happen, or neither."""
    # Writers queue (`routes_data.engine.writing`), so nobody else takes this number.
    last = connection.scalar(select(func.coalesce(func.max(AUDIT.c.number), 0))) or 0
    connection.execute(
        insert(AUDIT).values(
            number=last + 1,
            time=now,
            who=deed.who[:120],
            act=deed.act,
            subject=deed.subject[:120],
            detail=detail,
        )
    )


def entries(connection: Connection, limit: int = PAGE) -> tuple[Entry, ...]:
    """Return the newest lines, the newest first."""
    query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    return tuple(Entry(**row) for row in connection.execute(query).mappings())
