"""API tokens in the table: made, looked up, revoked. Each works within a transaction.

A token reads `rt_ID_SECRET`. The id is no secret: it names the token in lists and in the log.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from geo.errors import InvalidParameterError, not_one_of
from routes_data.plans import random_letters

from .errors import BadTokenError, RoleError, TooManyTokensError, UnknownTokenError
from .models import TOKENS, USERS
from .roles import Person, Role
from .sessions import SECRET_BYTES, hash_of
from .users import as_person

PREFIX = "rt"
ID_LENGTH = 10
LONGEST_DAYS = 366
MOST = 20
"""Tokens one account may have in use."""
SCOPES = {"read": Role.VIEWER, "edit": Role.EDITOR, "review": Role.REVIEWER}
"""What a token may be made for, and the least role whose account may make it."""


@dataclass(frozen=True, slots=True)
class Token:
    """An API token, without its secret."""

    id: str
    user: str
    label: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    used: datetime | None
    revoked: datetime | None

    def holds(self, now: datetime) -> bool:
        """Return whether it may still be used."""
        return self.revoked is None and now < self.expires


@dataclass(frozen=True, slots=True)
class TokenWish:
    """A token to be made: what it is for, what it may, for how long."""

    label: str
    scopes: tuple[str, ...]
    days: int


def read_wish(label: str, scopes: Iterable[str], days: int) -> TokenWish:
    """Return a wish for a token, checked.

    Raises
    ------
    InvalidParameterError
        A scope is unknown or none was given, or the days are out of range.
    """
    wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
    for scope in scopes:
        if scope not in SCOPES:
            raise not_one_of("scopes", scope, SCOPES)
    if not wanted:
        raise not_one_of("scopes", "", SCOPES)
    if not 1 <= days <= LONGEST_DAYS:
        limits: dict[str, str | int | float] = {"low": 1, "high": LONGEST_DAYS}
        wording = f"1 to {LONGEST_DAYS} days"
        raise InvalidParameterError("days", days, wording, rule="days_range", limits=limits)
    return TokenWish(label, wanted, days)


def add(
    connection: Connection, person: Person, wish: TokenWish, now: datetime
) -> tuple[Token, str]:
    """Make a token; return it with its text, which nobody can look up again.

    Raises
    ------
    RoleError
        The account may not itself what the token is to be for.
    TooManyTokensError
        The account has too many.
    """
    for scope in wish.scopes:
        if not person.role.reaches(SCOPES[scope]):
            raise RoleError(person.role, SCOPES[scope])
    held = [token for token in of_user(connection, person.name) if token.holds(now)]
    if len(held) >= MOST:
        raise TooManyTokensError(MOST)
    token_id, secret = random_letters(ID_LENGTH), secrets.token_urlsafe(SECRET_BYTES)
    connection.execute(
        insert(TOKENS).values(
            id=token_id,
            secret=hash_of(secret),
            user=person.name,
            label=wish.label,
            scopes=" ".join(wish.scopes),
            created=now,
            expires=now + timedelta(days=wish.days),
        )
    )
    return token(connection, token_id), f"{PREFIX}_{token_id}_{secret}"


def of_user(connection: Connection, name: str) -> tuple[Token, ...]:
    """Return every token of an account, the newest first."""
    query = select(TOKENS).where(TOKENS.c.user == name)
    ordered = query.order_by(TOKENS.c.created.desc(), TOKENS.c.id)
    return tuple(_as_token(row) for row in connection.execute(ordered).mappings())


def token(connection: Connection, token_id: str) -> Token:
    """Return a token by its id.

    Raises
    ------
    UnknownTokenError
        There is none.
    """
    return _as_token(_row(connection, token_id))


def find(connection: Connection, text: str, now: datetime) -> tuple[Person, Token]:
    """Return whose token this is.

    Raises
    ------
    BadTokenError
        It is none, has expired or was revoked, or its account is disabled.
    """
    prefix, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    try:
        row = _row(connection, token_id)
    except UnknownTokenError as error:
        raise BadTokenError from error
    same = hmac.compare_digest(row["secret"], hash_of(secret))
    found = _as_token(row)
    if prefix != PREFIX or not same or not found.holds(now):
        raise BadTokenError
    query = select(USERS).where(USERS.c.name == found.user)
    person = as_person(connection.execute(query).mappings().one())
    if person.disabled:
        raise BadTokenError
    return person, found


def touch(connection: Connection, token_id: str, now: datetime) -> None:
    """Note that a token was used."""
    connection.execute(update(TOKENS).where(TOKENS.c.id == token_id).values(used=now))


def revoke(connection: Connection, token_id: str, now: datetime) -> None:
    """Revoke a token; one that is revoked stays so."""
    same = (TOKENS.c.id == token_id) & TOKENS.c.revoked.is_(None)
    connection.execute(update(TOKENS).where(same).values(revoked=now))


def revoke_all(connection: Connection, name: str, now: datetime) -> None:
    """Revoke every token of an account."""
    same = (TOKENS.c.user == name) & TOKENS.c.revoked.is_(None)
    connection.execute(update(TOKENS).where(same).values(revoked=now))


def _row(connection: Connection, token_id: str) -> RowMapping:
    row = None
    if token_id.isascii() and token_id.isalnum():
        found = connection.execute(select(TOKENS).where(TOKENS.c.id == token_id))
        row = found.mappings().one_or_none()
    if row is None:
        raise UnknownTokenError(token_id)
    return row


def _as_token(row: RowMapping) -> Token:
    members = {name: row[name] for name in Token.__dataclass_fields__}
    return Token(**{**members, "scopes": tuple(row["scopes"].split())})
