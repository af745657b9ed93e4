"""Sessions in the table: begun, looked up, ended. Each works within a transaction.

What the cookie holds is random and stands nowhere; the table has its SHA-256. A session ends after
a while without use, at its end in any case, and when its account is disabled.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from .errors import NotSignedInError
from .models import SESSIONS, USERS
from .roles import Person
from .users import as_person

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: at most, and without use."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)

    @property
    def noted(self) -> timedelta:
        """How old `seen` may be before it is written again: not every page costs a write."""
        return self.idle / 20


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds, and when it was last noted as used."""

    person: Person
    expires: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A session in a list of them: `id` is the hash of what its cookie holds, and no way in."""

    id: str
    created: datetime
    seen: datetime
    expires: datetime


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a random secret; random and long, so a fast hash is right."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def begin(connection: Connection, name: str, now: datetime, lifetime: Lifetime) -> str:
    """Begin a session and return what the cookie is to hold; old ones are cleared away."""
    ended = or_(SESSIONS.c.expires <= now, SESSIONS.c.seen <= now - lifetime.idle)
    connection.execute(delete(SESSIONS).where(ended))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    values = {"user": name, "created": now, "seen": now, "expires": now + lifetime.whole}
    connection.execute(insert(SESSIONS).values(id=hash_of(secret), **values))
    return secret


def find(connection: Connection, secret: str, now: datetime, lifetime: Lifetime) -> Session:
    """Return the session of a cookie.

    Raises
    ------
    NotSignedInError
        There is none, it has ended, or its account is disabled.
    """
    query = (
        select(USERS, SESSIONS.c.expires, SESSIONS.c.seen)
        .join_from(SESSIONS, USERS, SESSIONS.c.user == USERS.c.name)
        .where(SESSIONS.c.id == hash_of(secret))
    )
    row = connection.execute(query).mappings().one_or_none() if secret else None
    if row is None or row["disabled"]:
        raise NotSignedInError
    if now >= row["expires"] or now - row["seen"] >= lifetime.idle:
        raise NotSignedInError("this session has ended; sign in again")
    return Session(as_person(row), row["expires"], row["seen"])


def touch(connection: Connection, secret: str, now: datetime) -> None:
    """Note that a session is in use."""
    same = SESSIONS.c.id == hash_of(secret)
    connection.execute(update(SESSIONS).where(same).values(seen=now))


def end(connection: Connection, secret: str) -> None:
    """End one session."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.id == hash_of(secret)))


def end_all(connection: Connection, name: str) -> int:
    """End every session of an account; return how many there were."""
    return connection.execute(delete(SESSIONS).where(SESSIONS.c.user == name)).rowcount


def of_user(
    connection: Connection, name: str, now: datetime, lifetime: Lifetime
) -> tuple[Held, ...]:
    """Return the sessions of an account that hold, the one used last first."""
    columns = (SESSIONS.c.id, SESSIONS.c.created, SESSIONS.c.seen, SESSIONS.c.expires)
    query = select(*columns).where(
        SESSIONS.c.user == name,
        SESSIONS.c.expires > now,
        SESSIONS.c.seen > now - lifetime.idle,
    )
    rows = connection.execute(query.order_by(SESSIONS.c.seen.desc(), SESSIONS.c.id))
    return tuple(Held(*row) for row in rows)


def end_of_user(connection: Connection, name: str, session_id: str) -> int:
    """End one session of an account by its id; return how many there were."""
    mine = (SESSIONS.c.user == name) & (SESSIONS.c.id == session_id)
    return connection.execute(delete(SESSIONS).where(mine)).rowcount
