"""Accounts in the table: found, listed, added, changed. Each works within a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from .errors import UnknownUserError, UserExistsError
from .models import USERS
from .roles import Person, Role, Unit


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to be made; the values are checked already."""

    name: str
    display: str
    role: Role
    unit: Unit


def as_person(row: RowMapping) -> Person:
    """Return a row of `users` as a value."""
    return Person(
        name=row["name"],
        display=row["display"],
        role=Role(row["role"]),
        unit=Unit.read(row["unit"]),
        disabled=row["disabled"],
        created=row["created"],
        has_password=bool(row["password"]),
    )


def row_of(connection: Connection, name: str) -> RowMapping | None:
    """Return the row of an account, its password hash in it; None where there is none."""
    if not name.isascii() or "\0" in name:
        return None  # PostgreSQL takes no NUL as text
    query = select(USERS).where(USERS.c.name == name)
    return connection.execute(query).mappings().one_or_none()


def person(connection: Connection, name: str) -> Person:
    """Return an account.

    Raises
    ------
    UnknownUserError
        There is none of this name.
    """
    row = row_of(connection, name)
    if row is None:
        raise UnknownUserError(name)
    return as_person(row)


def people(connection: Connection) -> tuple[Person, ...]:
    """Return every account, by name."""
    query = select(USERS).order_by(USERS.c.name)
    return tuple(as_person(row) for row in connection.execute(query).mappings())


def add(connection: Connection, new: NewPerson, password_hash: str, now: datetime) -> Person:
    """Make an account.

    Raises
    ------
    UserExistsError
        There is one of this name.
    """
    if row_of(connection, new.name) is not None:
        raise UserExistsError(new.name)
    connection.execute(
        insert(USERS).values(
            name=new.name,
            display=new.display,
            role=str(new.role),
            unit=str(new.unit),
            password=password_hash,
            disabled=False,
            created=now,
        )
    )
    return person(connection, new.name)


def change(connection: Connection, name: str, **values: str | bool) -> Person:
    """Change columns of an account.

    Raises
    ------
    UnknownUserError
        There is none of this name.
    """
    done = connection.execute(update(USERS).where(USERS.c.name == name).values(**values))
    if not done.rowcount:
        raise UnknownUserError(name)
    return person(connection, name)
