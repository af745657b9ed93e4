"""What people typed into a form and have not saved: kept for them alone, until they save it.

It is no revision: nobody else sees it, nothing rests on it, and it is thrown away when its record
is saved, when its author says so, or after some months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update

from geo.errors import ConflictError

from .engine import reading, writing
from .models import UNSAVED
from .part import Part

KEPT = timedelta(days=90)
"""How long it is kept after the last key."""
NEW = "new"
"""Stands for the id of a record that has none yet; no page of a record is called so."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: the revision it rests on (0: none), its fields, since when.

    `edition` counts how often it was kept: two windows of one person cannot overwrite each other.
    """

    kind: str
    id: str
    expected: int
    fields: Mapping[str, tuple[str, ...]]
    edition: int
    time: datetime

    @property
    def reason(self) -> str:
        """Why the record is changed, as far as it was typed."""
        return "".join(self.fields.get("reason", ())[:1])


class Unsaved(Part):
    """What is typed and not saved; safe for threads and processes."""

    def keep(
        self,
        account: str,
        key: tuple[str, str],
        expected: int,
        fields: Mapping[str, tuple[str, ...]],
        *,
        edition: int | None = None,
    ) -> Typed:
        """Keep what stands in the form of a record.

        Parameters
        ----------
        account
            Whose it is.
        key
            Kind and id (`NEW`: none yet).
        expected
            The revision the form was opened on, 0 for a new record.
        fields
            The values of each field.
        edition
            The last one this form knows of, 0 for none; None: whatever there is gives way.

        Raises
        ------
        ConflictError
            Another window of this account kept something since; it stays as it was.
        """
        now, (kind, record_id) = self.clock(), key
        with writing(self._engine) as connection:
            connection.execute(delete(UNSAVED).where(UNSAVED.c.time < now - KEPT))
            found = connection.scalar(select(UNSAVED.c.edition).where(_of(account, key)))
            if found is not None and edition is not None and edition != found:
                raise ConflictError(kind, record_id, edition, found)
            values: dict[str, Any] = {
                "expected": expected,
                "edition": (found or edition or 0) + 1,
                "fields": {name: list(values) for name, values in fields.items()},
                "time": now,
            }
            if found is None:
                own = {"account": account, "kind": kind, "id": record_id}
                connection.execute(insert(UNSAVED).values(own | values))
            else:
                connection.execute(update(UNSAVED).where(_of(account, key)).values(values))
        return Typed(kind, record_id, expected, fields, values["edition"], now)

    def get(self, account: str, key: tuple[str, str]) -> Typed | None:
        """Return what an account typed into the form of a record (kind, id), None for nothing."""
        with reading(self._engine) as connection:
            query = select(UNSAVED).where(_of(account, key))
            row = connection.execute(query).mappings().one_or_none()
        return _typed(row) if row else None

    def of(self, account: str) -> tuple[Typed, ...]:
        """Return everything an account typed and did not save, the newest first."""
        query = select(UNSAVED).where(UNSAVED.c.account == account)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(UNSAVED.c.time.desc())).mappings().all()
        return tuple(map(_typed, rows))

    def drop(self, account: str, key: tuple[str, str]) -> None:
        """Throw away what an account typed into the form of a record (kind, id), if anything."""
        with writing(self._engine) as connection:
            connection.execute(delete(UNSAVED).where(_of(account, key)))


def _of(account: str, key: tuple[str, str]) -> ColumnElement[bool]:
    kind, record_id = key
    mine = UNSAVED.c.account == account
    return and_(mine, UNSAVED.c.kind == kind, UNSAVED.c.id == record_id)


def _typed(row: RowMapping) -> Typed:
    fields = {name: tuple(values) for name, values in row["fields"].items()}
    return Typed(row["kind"], row["id"], row["expected"], fields, row["edition"], row["time"])
