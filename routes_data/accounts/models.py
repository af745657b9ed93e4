"""The tables of accounts.

No table holds a secret: passwords are argon2 hashes, session ids and tokens SHA-256. `audit` only
grows. `sessions` and `attempts` are of the moment (`PASSING`): no copy of a store takes them along.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from routes_data.models import METADATA, PASSING, UtcTime

USERS = Table(
    "users",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("display", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit", String(120), nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", UtcTime, nullable=False),
)
"""Accounts; never deleted, for their names stand in histories. `unit` is empty for the city."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("user", ForeignKey("users.name", name="fk_sessions_user"), nullable=False, index=True),
    Column("created", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
    Column("expires", UtcTime, nullable=False),
    info={PASSING: True},
)
"""Who is signed in. `id` is the SHA-256 of what the cookie holds."""

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("user", ForeignKey("users.name", name="fk_tokens_user"), nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("scopes", String(80), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("expires", UtcTime, nullable=False),
    Column("used", UtcTime),
    Column("revoked", UtcTime),
)
"""API tokens. `secret` is a SHA-256, `scopes` are words with blanks between."""

IDENTITIES = Table(
    "identities",
    METADATA,
    Column("issuer", String(200), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("value", String(255), primary_key=True),
    Column("user", ForeignKey("users.name", name="fk_identities_user"), nullable=False, index=True),
    Column("placed", Boolean, nullable=False),
    Column("created", UtcTime, nullable=False),
)
"""Who somebody is at an OpenID Connect provider. `kind` is `subject`, or `email` until its owner
signs in for the first time. `placed`: the provider's groups decide role and unit."""

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", UtcTime, nullable=False),
    info={PASSING: True},
)
"""Log-ins that failed lately, by account and by address; forgotten after a day."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("time", UtcTime, nullable=False),
    Column("who", String(120), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", JSON().with_variant(JSONB(), "postgresql"), nullable=False),
)
"""Who did what with accounts; what was done with records stands in their revisions."""
