"""The tables of the store.

`revisions` only grows: a change of any record is a new row, triggers refuse an update or a delete.
`records` says, by record, which revision is the newest and which one visitors see. `stamps` holds
one line of text by name, the version of what is published among them. `plans` only grows, too;
`trips` are changed and emptied by who holds their key. The tables of accounts stand in
`routes_data.accounts.models`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back aware: SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC; refuse one without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"time without a zone: {value}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_Body = JSON().with_variant(JSONB(), "postgresql")

REVISIONS = Table(
    "revisions",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("body", _Body, nullable=False),
    Column("author", String(120), nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    # Revisions made together (an import, an upgrade of the facts) and undone together.
    Column("change_set", String(64), index=True),
)
"""Every revision of every record; `revision` counts from 1 within a record."""

RECORDS = Table(
    "records",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("head", Integer, nullable=False),
    Column("published", Integer),
    Column("deleted", Boolean, nullable=False, default=False),
    ForeignKeyConstraint(
        ["kind", "id", "head"],
        [REVISIONS.c.kind, REVISIONS.c.id, REVISIONS.c.revision],
        name="fk_records_head",
    ),
    ForeignKeyConstraint(
        ["kind", "id", "published"],
        [REVISIONS.c.kind, REVISIONS.c.id, REVISIONS.c.revision],
        name="fk_records_published",
    ),
    Index("ix_records_kind_position", "kind", "position"),
)
"""One row a record: its newest revision, the one visitors see, its place in the listing."""

STAMPS = Table(
    "stamps",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", String(120), nullable=False),
)
"""`catalogue`: version of what is published; `facts`: which shipped facts were taken in last."""

PLANS = Table(
    "plans",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("request", _Body, nullable=False),
    Column("result", String(64), nullable=False),
    Column("catalogue", String(120), nullable=False),
    Column("network", String(120), nullable=False),
    Column("kept", UtcTime, nullable=False),
)
"""Plans visitors kept: what was asked, a digest of the answer, the versions it rests on."""

TRIPS = Table(
    "trips",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("key_hash", String(64), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("content", _Body, nullable=False),
    Column("kept", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("removed", Boolean, nullable=False, default=False),
)
"""Field trips teachers kept. `key_hash` is the SHA-256 of the edit key, which stands nowhere; of a
removed trip the row stays, without key and content, so that a print's code can say so."""

SHIPPED = Table(
    "shipped",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", _Body, nullable=False),
)
"""The facts as they were shipped last: what newer ones are compared with."""

PASSING = "passing"
"""Marks a table (`Table.info`) whose rows a backup or a move leaves behind."""

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("account", String(120), nullable=False, index=True),
    Column("file", String(120), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("answers", _Body, nullable=False),
    Column("kept", UtcTime, nullable=False),
    info={PASSING: True},
)
"""Files that were uploaded and not applied yet: their cells, packed, and what was said of them."""

IMPORT_MAPPINGS = Table(
    "import_mappings",
    METADATA,
    Column("account", String(120), primary_key=True),
    Column("signature", String(64), primary_key=True),
    Column("fields", _Body, nullable=False),
    Column("changed", UtcTime, nullable=False),
)
"""How an account read files with the same headings; `signature` is a digest of those."""

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("contact", Text, nullable=False),
    Column("kept", UtcTime, nullable=False),
)
"""How visitors who reported something can be reached, by the id of the report. It stands nowhere
else: revisions only grow, and this must be erased."""

UNSAVED = Table(
    "unsaved",
    METADATA,
    Column("account", String(120), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("expected", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("fields", _Body, nullable=False),
    Column("time", UtcTime, nullable=False),
)
"""What an account typed into the form of a record and has not saved; `edition` counts from 1."""
