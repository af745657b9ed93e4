"""The accounts of a store: what pages, machine interface and command line do with them."""

from __future__ import annotations

from datetime import timedelta

from routes_data.engine import reading, writing
from routes_data.part import Part

from . import audit, sessions, throttle, tokens, users
from .audit import Deed, Entry
from .errors import UnknownTokenError, WrongLoginError
from .identities import Identities
from .passwords import check_password, fits, hashed
from .roles import Person, Role, Unit
from .sessions import Held, Lifetime, Session
from .throttle import Counter
from .tokens import Token, TokenWish
from .users import NewPerson

NOTED_AFTER = timedelta(minutes=1)
"""How old the last use of a token may be before it is written again."""


class Accounts(Part):
    """The accounts of a store; safe for threads and processes."""

    @property
    def identities(self) -> Identities:
        """Who these people are at an OpenID Connect provider."""
        return Identities(self._engine, self.clock)

    def add(self, new: NewPerson, password: str | None, by: str) -> Person:
        """Make an account; without a password, only a provider signs it in.

        Raises
        ------
        WeakPasswordError
            The password is guessed first.
        UserExistsError
            The name is taken.
        """
        if password is not None:
            check_password(password, new.name, new.display)
        kept, now = hashed(password) if password is not None else "", self.clock()
        with writing(self._engine) as connection:
            person = users.add(connection, new, kept, now)
            deed = Deed(by, "user-added", new.name)
            audit.write(connection, now, deed, role=new.role, unit=str(new.unit))
        return person

    def person(self, name: str) -> Person:
        """Return an account.

        Raises
        ------
        UnknownUserError
            There is none of this name.
        """
        with reading(self._engine) as connection:
            return users.person(connection, name)

    def people(self) -> tuple[Person, ...]:
        """Return every account, by name."""
        with reading(self._engine) as connection:
            return users.people(connection)

    def set_password(self, name: str, password: str, by: str) -> None:
        """Give an account another password; its sessions end, for one may be a thief's.

        Raises
        ------
        UnknownUserError
            There is none of this name.
        WeakPasswordError
            The password is guessed first.
        """
        check_password(password, name, self.person(name).display)
        kept, now = hashed(password), self.clock()
        with writing(self._engine) as connection:
            users.change(connection, name, password=kept)
            sessions.end_all(connection, name)
            audit.write(connection, now, Deed(by, "password-set", name))

    def place(self, name: str, role: Role, unit: Unit, by: str) -> Person:
        """Give an account another role or unit.

        Raises
        ------
        UnknownUserError
            There is none of this name.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            person = users.change(connection, name, role=str(role), unit=str(unit))
            audit.write(connection, now, Deed(by, "user-placed", name), role=role, unit=str(unit))
        return person

    def disable(self, name: str, by: str, *, disabled: bool = True) -> None:
        """Shut an account out at once, its sessions and tokens with it; or let it in again.

        Raises
        ------
        UnknownUserError
            There is none of this name.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            users.change(connection, name, disabled=disabled)
            if disabled:
                sessions.end_all(connection, name)
                tokens.revoke_all(connection, name, now)
            act = "user-disabled" if disabled else "user-enabled"
            audit.write(connection, now, Deed(by, act, name))

    def sign_in(self, name: str, password: str, address: str, lifetime: Lifetime) -> str:
        """Begin a session; return what the cookie is to hold.

        Parameters
        ----------
        address
            The network address of who asks; failures are counted for it, too.

        Raises
        ------
        TooManyAttemptsError
            Too many failed before; this one was not looked at.
        WrongLoginError
            Name and password do not fit, or the account is disabled.
        """
        name = name.strip().lower()
        counters, now = self._prove(name, password, address), self.clock()
        with writing(self._engine) as connection:
            throttle.forget(connection, *counters, now)
            secret = sessions.begin(connection, name, now, lifetime)
            audit.write(connection, now, Deed(name, "signed-in", name))
        return secret

    def prove(self, name: str, password: str, address: str) -> None:
        """Refuse a password that is not the one of an account; counted like a log-in.

        Raises
        ------
        TooManyAttemptsError, WrongLoginError
            As `sign_in`.
        """
        counters = self._prove(name, password, address)
        with writing(self._engine) as connection:
            throttle.forget(connection, *counters, self.clock())

    def _prove(self, name: str, password: str, address: str) -> tuple[Counter, Counter]:
        """Refuse what proves nothing; return what the attempt was counted with."""
        counters = throttle.of_account(name), throttle.of_address(address)
        with writing(self._engine) as connection:
            throttle.count_attempt(connection, counters, self.clock())
            row = users.row_of(connection, name)
        known = row is not None and not row["disabled"]
        # The hash is slow on purpose: no other writer waits for it. Of a name that is unknown one
        # is made, too: how long an answer takes tells nobody who has an account.
        if fits(password, row["password"] if row else "") and known:
            return counters
        if known:
            with writing(self._engine) as connection:
                audit.write(connection, self.clock(), Deed(name, "log-in-refused", name))
        raise WrongLoginError

    def session(self, secret: str, lifetime: Lifetime) -> Session:
        """Return the session of a cookie, and note that it is in use.

        Raises
        ------
        NotSignedInError
            There is none, it has ended, or its account is disabled.
        """
        now = self.clock()
        with reading(self._engine) as connection:
            found = sessions.find(connection, secret, now, lifetime)
        if now - found.seen >= lifetime.noted:
            with writing(self._engine) as connection:
                sessions.touch(connection, secret, now)
        return found

    def sign_out(self, secret: str, name: str) -> None:
        """End one session."""
        with writing(self._engine) as connection:
            sessions.end(connection, secret)
            audit.write(connection, self.clock(), Deed(name, "signed-out", name))

    def sign_out_everywhere(self, name: str, by: str) -> int:
        """End every session of an account; return how many there were."""
        with writing(self._engine) as connection:
            count = sessions.end_all(connection, name)
            audit.write(connection, self.clock(), Deed(by, "signed-out-everywhere", name))
        return count

    def sessions(self, name: str, lifetime: Lifetime) -> tuple[Held, ...]:
        """Return the sessions of an account that hold, the one used last first."""
        with reading(self._engine) as connection:
            return sessions.of_user(connection, name, self.clock(), lifetime)

    def end_session(self, name: str, session_id: str) -> None:
        """End one session of an account by its id, where there is one."""
        with writing(self._engine) as connection:
            if sessions.end_of_user(connection, name, session_id):
                audit.write(connection, self.clock(), Deed(name, "signed-out", name))

    def make_token(self, name: str, wish: TokenWish, by: str) -> tuple[Token, str]:
        """Make an API token; return it with its text, which is shown this once.

        Raises
        ------
        UnknownUserError
            There is no such account.
        RoleError, TooManyTokensError
            The account may not what the token is for, or has too many.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            person = users.person(connection, name)
            made, text = tokens.add(connection, person, wish, now)
            scopes = " ".join(made.scopes)
            audit.write(connection, now, Deed(by, "token-made", made.id), user=name, scopes=scopes)
        return made, text

    def tokens(self, name: str) -> tuple[Token, ...]:
        """Return every token of an account, the newest first."""
        with reading(self._engine) as connection:
            return tokens.of_user(connection, name)

    def by_token(self, text: str) -> tuple[Person, Token]:
        """Return whose token this is, and note that it was used.

        Raises
        ------
        BadTokenError
            It is none, has expired or was revoked, or its account is disabled.
        """
        now = self.clock()
        with reading(self._engine) as connection:
            person, found = tokens.find(connection, text, now)
        if found.used is None or now - found.used >= NOTED_AFTER:
            with writing(self._engine) as connection:
                tokens.touch(connection, found.id, now)
        return person, found

    def revoke(self, token_id: str, by: str, *, owner: str | None = None) -> None:
        """Revoke a token; of `owner`, where one is named.

        Raises
        ------
        UnknownTokenError
            There is none, or it is somebody else's.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            found = tokens.token(connection, token_id)
            if owner not in (None, found.user):
                raise UnknownTokenError(token_id)
            tokens.revoke(connection, token_id, now)
            audit.write(connection, now, Deed(by, "token-revoked", token_id), user=found.user)

    def log(self, limit: int = audit.PAGE) -> tuple[Entry, ...]:
        """Return the newest lines of the log, the newest first."""
        with reading(self._engine) as connection:
            return audit.entries(connection, limit)
