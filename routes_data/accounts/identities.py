"""Who somebody is at an OpenID Connect provider, and which account that is here.

An identity is an issuer and the subject it gives a person, never a name: names are given anew. An
e-mail address that the provider has verified may stand for it once, until its owner first signs
in. No account is made by itself, unless an administrator wrote down which groups stand for what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    insert,
    select,
    update,
)

from geo.errors import InvalidParameterError
from routes_data.engine import reading, writing
from routes_data.part import Part

from . import audit, sessions, throttle, tokens, users
from .audit import Deed
from .errors import IdentityTakenError, NotLinkedError
from .models import IDENTITIES
from .placing import Placement
from .roles import Person, read_line, read_name
from .sessions import Lifetime

SUBJECT = "subject"
EMAIL = "email"
LONGEST = 255
"""Letters of a subject (OpenID Connect Core 1.0, 2)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One person at one provider: `kind` is `subject` or `email`, `value` what it says."""

    issuer: str
    kind: str
    value: str

    @classmethod
    def read(cls, issuer: str, kind: str, value: str) -> Identity:
        """Return an identity as it is kept: an address in lower case.

        Raises
        ------
        InvalidParameterError
            The value is empty, too long, cannot be printed, or is no address.
        """
        line = read_line(kind, value, LONGEST)
        if kind == EMAIL and not 0 < line.find("@") < len(line) - 1:
            raise InvalidParameterError(kind, line, "an address like li@example.org", rule="email")
        return cls(issuer, kind, line.lower() if kind == EMAIL else line)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a provider has proved of somebody.

    Parameters
    ----------
    subject
        Who it is.
    email
        An address that the provider has verified; None: none.
    name, display
        What an account that is made by itself is called; `name` may be of any form.
    placement
        Role and unit of the groups somebody is in; None: nobody's.
    """

    subject: Identity
    email: Identity | None = None
    name: str = ""
    display: str = ""
    placement: Placement | None = None


class Identities(Part):
    """The identities of a store; safe for threads and processes."""

    def link(self, name: str, identity: Identity, by: str) -> None:
        """Let who has an identity sign in to an account.

        Raises
        ------
        UnknownUserError
            There is none of this name.
        IdentityTakenError
            The identity is linked already.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            users.person(connection, name)
            row = _row(connection, identity)
            if row is not None:
                raise IdentityTakenError(row["user"])
            _add(connection, identity, name, now)
            audit.write(connection, now, Deed(by, "identity-linked", name), kind=identity.kind)

    def of_user(self, name: str) -> tuple[Identity, ...]:
        """Return the identities of an account."""
        columns = (IDENTITIES.c.issuer, IDENTITIES.c.kind, IDENTITIES.c.value)
        query = select(*columns).where(IDENTITIES.c.user == name).order_by(*columns)
        with reading(self._engine) as connection:
            return tuple(Identity(*row) for row in connection.execute(query))

    def unlink(self, name: str, by: str) -> int:
        """Take every identity from an account and end its sessions; return how many there were.

        Raises
        ------
        UnknownUserError
            There is no account of this name.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            users.person(connection, name)
            count = connection.execute(delete(IDENTITIES).where(IDENTITIES.c.user == name)).rowcount
            sessions.end_all(connection, name)
            audit.write(connection, now, Deed(by, "identity-unlinked", name))
        return count

    def count_attempt(self, address: str) -> None:
        """Count one attempt from a network address before the provider is asked about it.

        Raises
        ------
        TooManyAttemptsError
            Too many failed before; this one is not to be looked at.
        """
        with writing(self._engine) as connection:
            throttle.count_attempt(connection, (throttle.of_address(address),), self.clock())

    def sign_in(self, proof: Proof, address: str, lifetime: Lifetime) -> str:
        """Begin a session of whose account this is; return what the cookie is to hold.

        Raises
        ------
        NotLinkedError
            It is nobody's, of nobody who may be here any longer, or the account is disabled.
        UserExistsError
            An account is to be made, and its name is taken by one that is not linked.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            person = self._person(connection, proof, now)
            secret = ""
            if person is not None:
                throttle.take_back(connection, throttle.of_address(address), now)
                secret = sessions.begin(connection, person.name, now, lifetime)
                deed = Deed(person.name, "signed-in", person.name)
                audit.write(connection, now, deed, via=proof.subject.issuer)
        if person is None:  # only now: what was written of the refusal is to stay
            raise NotLinkedError(proof.subject.value)
        return secret

    def _person(self, connection: Connection, proof: Proof, now: datetime) -> Person | None:
        """Return whose identity this is, linked or made where that is allowed; None: refused."""
        row = _row(connection, proof.subject)
        if row is None and proof.email is not None:
            row = _claim(connection, proof.email, proof.subject)
        if row is None:
            return _made(connection, proof, now) if proof.placement else None
        person = users.person(connection, row["user"])
        if person.disabled:
            audit.write(connection, now, Deed(person.name, "log-in-refused", person.name))
            return None
        return _placed(connection, person, proof, now) if row["placed"] else person


def _row(connection: Connection, identity: Identity) -> RowMapping | None:
    return connection.execute(select(IDENTITIES).where(_same(identity))).mappings().one_or_none()


def _same(identity: Identity) -> ColumnElement[bool]:
    row = IDENTITIES.c
    return and_(
        row.issuer == identity.issuer, row.kind == identity.kind, row.value == identity.value
    )


def _add(
    connection: Connection, identity: Identity, name: str, now: datetime, *, placed: bool = False
) -> None:
    values = {"issuer": identity.issuer, "kind": identity.kind, "value": identity.value}
    added = {**values, "user": name, "placed": placed, "created": now}
    connection.execute(insert(IDENTITIES).values(**added))


def _claim(connection: Connection, email: Identity, subject: Identity) -> RowMapping | None:
    """Put the subject in the place of an address that stood for it; from now on it counts."""
    if _row(connection, email) is None:
        return None
    values = {"kind": subject.kind, "value": subject.value}
    connection.execute(update(IDENTITIES).where(_same(email)).values(**values))
    return _row(connection, subject)


def _made(connection: Connection, proof: Proof, now: datetime) -> Person:
    """Make the account of who is in a group that stands for one; it has no password."""
    assert proof.placement is not None  # noqa: S101 - asked by who calls
    name = read_name(proof.name.partition("@")[0])
    display = proof.display if proof.display.isprintable() else ""
    new = users.NewPerson(name, display[:80] or name, proof.placement.role, proof.placement.unit)
    person = users.add(connection, new, "", now)
    _add(connection, proof.subject, name, now, placed=True)
    deed = Deed(proof.subject.issuer, "user-added", name)
    audit.write(connection, now, deed, role=new.role, unit=str(new.unit))
    return person


def _placed(connection: Connection, person: Person, proof: Proof, now: datetime) -> Person | None:
    """Give an account the role and unit its groups stand for now; none: it is shut out."""
    issuer, placement = proof.subject.issuer, proof.placement
    if placement is None:
        sessions.end_all(connection, person.name)
        tokens.revoke_all(connection, person.name, now)
        audit.write(connection, now, Deed(issuer, "log-in-refused", person.name))
        return None
    if (placement.role, placement.unit) == (person.role, person.unit):
        return person
    role, unit = str(placement.role), str(placement.unit)
    audit.write(connection, now, Deed(issuer, "user-placed", person.name), role=role, unit=unit)
    return users.change(connection, person.name, role=role, unit=unit)
