"""Accounts in a database, SQLite and PostgreSQL: log-in, sessions, tokens, the log, copies."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from staff_world import QUICK

from geo.errors import InvalidParameterError, StoreError
from routes_data.accounts import (
    Accounts,
    Identity,
    Lifetime,
    NewPerson,
    Proof,
    Role,
    Unit,
    read_wish,
)
from routes_data.accounts.errors import (
    BadTokenError,
    IdentityTakenError,
    NotLinkedError,
    NotSignedInError,
    RoleError,
    TooManyAttemptsError,
    TooManyTokensError,
    UnknownTokenError,
    UnknownUserError,
    UserExistsError,
    WeakPasswordError,
    WrongLoginError,
)
from routes_data.accounts.models import ATTEMPTS, AUDIT, SESSIONS, TOKENS, USERS
from routes_data.checking import check
from routes_data.copying import move
from routes_data.engine import open_engine, reading, writing
from routes_data.migrations import migrate
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

GOOD = "correct horse battery"
OTHER = "栈桥夜里的第三盏灯亮了"
HOME = "192.0.2.1"
LIFETIME = Lifetime(whole=timedelta(hours=12), idle=timedelta(hours=2))


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routes_data.accounts.passwords._hasher", lambda: QUICK)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(store: Store, clock: Clock) -> Accounts:
    """The accounts of a store with one person, wang."""
    made = Accounts(store.engine, clock)
    made.add(NewPerson("wang", "王芳", Role.EDITOR, Unit.read("崂山区")), GOOD, "test")
    return made


def signed_in(accounts: Accounts, name: str = "wang", password: str = GOOD) -> str:
    return accounts.sign_in(name, password, HOME, LIFETIME)


def holds(accounts: Accounts, secret: str) -> bool:
    try:
        accounts.session(secret, LIFETIME)
    except NotSignedInError:
        return False
    return True


def everything(store: Store) -> str:
    """Every row of every table of accounts, as text."""
    with reading(store.engine) as connection:
        return "\n".join(
            str(dict(row))
            for table in (USERS, SESSIONS, TOKENS, ATTEMPTS, AUDIT)
            for row in connection.execute(select(table)).mappings()
        )


ISSUER = "https://id.example.org"


def of_provider(subject: str, email: str = "") -> Proof:
    """What a provider proves of somebody."""
    address = Identity.read(ISSUER, "email", email) if email else None
    return Proof(Identity.read(ISSUER, "subject", subject), address)


def test_identities_are_kept_linked_and_copied(
    accounts: Accounts, store: Store, tmp_path: Path
) -> None:
    identities = accounts.identities
    identities.link("wang", Identity.read(ISSUER, "email", "Wang@Example.org"), "test")
    with pytest.raises(NotLinkedError):
        identities.sign_in(of_provider("p-1", "li@example.org"), HOME, LIFETIME)
    secret = identities.sign_in(of_provider("p-1", "wang@example.org"), HOME, LIFETIME)
    assert accounts.session(secret, LIFETIME).person.name == "wang"
    assert identities.of_user("wang") == (Identity(ISSUER, "subject", "p-1"),)
    with pytest.raises(IdentityTakenError):
        identities.link("wang", Identity(ISSUER, "subject", "p-1"), "test")
    with pytest.raises(UnknownUserError):
        identities.link("nobody", Identity(ISSUER, "subject", "p-2"), "test")
    address = f"sqlite:///{tmp_path / 'copy.db'}"
    move(store.engine.url.render_as_string(hide_password=False), address)
    copy = Store.open(address)
    assert copy.accounts.identities.of_user("wang") == identities.of_user("wang")
    copy.close()
    assert identities.unlink("wang", "test") == 1
    assert not holds(accounts, secret)


def test_an_account_without_a_password_takes_none(accounts: Accounts) -> None:
    accounts.add(NewPerson("li", "李", Role.VIEWER, Unit()), None, "test")
    assert not accounts.person("li").has_password
    with pytest.raises(WrongLoginError):
        signed_in(accounts, "li", "")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("subject", ""),
        ("subject", "a\0b"),
        ("subject", "x" * 256),
        ("email", "li"),
        ("email", "@x"),
    ],
)
def test_what_is_no_identity(kind: str, value: str) -> None:
    with pytest.raises(InvalidParameterError):
        Identity.read(ISSUER, kind, value)


def test_a_new_store_has_no_account(store: Store) -> None:
    assert store.accounts.people() == ()
    for name in ("admin", "root", ""):
        with pytest.raises(WrongLoginError):
            store.accounts.sign_in(name, "admin", HOME, LIFETIME)


def test_who_signs_in_is_known_to_every_process(
    accounts: Accounts, store_url: str, clock: Clock
) -> None:
    secret = signed_in(accounts, " WANG ")
    other = Store.open(store_url)
    person = Accounts(other.engine, clock).session(secret, LIFETIME).person
    other.close()
    assert (person.name, person.display, person.role) == ("wang", "王芳", Role.EDITOR)
    assert str(person.unit) == "崂山区"


def test_no_secret_stands_in_the_database(accounts: Accounts, store: Store) -> None:
    secret = signed_in(accounts)
    _, token = accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")
    for wrong in ("hunter2 hunter2", "my secret name"):
        with pytest.raises(WrongLoginError):
            accounts.sign_in(wrong, wrong, HOME, LIFETIME)
    kept = everything(store)
    assert "wang" in kept
    for one in (GOOD, secret, token, token.split("_", 2)[2], "hunter2", "my secret name"):
        assert one not in kept


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("wang", OTHER),
        ("wang", ""),
        ("nobody", GOOD),
        ("wa\0ng", GOOD),
        ("王", GOOD),
        ("wang", "\0"),
    ],
)
def test_what_does_not_fit_is_one_and_the_same_refusal(
    accounts: Accounts, name: str, password: str
) -> None:
    with pytest.raises(WrongLoginError) as refused:
        accounts.sign_in(name, password, HOME, LIFETIME)
    assert refused.value.data == {}


def test_an_account_waits_after_five_failures_whatever_the_address(
    accounts: Accounts, clock: Clock
) -> None:
    for number in range(5):
        with pytest.raises(WrongLoginError):
            accounts.sign_in("wang", OTHER, f"198.51.100.{number}", LIFETIME)
    with pytest.raises(TooManyAttemptsError) as refused:
        signed_in(accounts)
    assert refused.value.data == {"wait_s": 30}
    clock.wait(seconds=29)
    with pytest.raises(TooManyAttemptsError) as refused:
        signed_in(accounts)
    assert refused.value.wait_s == 1
    clock.wait(seconds=1)
    with pytest.raises(WrongLoginError):
        accounts.sign_in("wang", OTHER, HOME, LIFETIME)
    with pytest.raises(TooManyAttemptsError) as refused:
        signed_in(accounts)
    assert refused.value.wait_s == 60  # the sixth failure costs twice as much
    clock.wait(seconds=60)
    assert holds(accounts, signed_in(accounts))
    with pytest.raises(WrongLoginError):  # and all is forgotten
        accounts.sign_in("wang", OTHER, HOME, LIFETIME)
    assert holds(accounts, signed_in(accounts))


def test_an_unknown_name_waits_like_a_known_one(accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(WrongLoginError):
            accounts.sign_in("nobody", OTHER, HOME, LIFETIME)
    with pytest.raises(TooManyAttemptsError):
        accounts.sign_in("nobody", OTHER, HOME, LIFETIME)
    assert holds(accounts, signed_in(accounts))


def test_an_address_waits_after_twenty_failures_whatever_the_account(
    accounts: Accounts, clock: Clock
) -> None:
    for number in range(20):
        with pytest.raises(WrongLoginError):
            accounts.sign_in(f"guess{number}", "x", HOME, LIFETIME)
    with pytest.raises(TooManyAttemptsError):
        signed_in(accounts)
    assert accounts.sign_in("wang", GOOD, "198.51.100.7", LIFETIME)
    clock.wait(hours=1.1)
    assert holds(accounts, signed_in(accounts))


def test_failures_are_deleted_after_a_day(accounts: Accounts, store: Store, clock: Clock) -> None:
    with pytest.raises(WrongLoginError):
        accounts.sign_in("nobody", "x", "198.51.100.7", LIFETIME)
    clock.wait(days=1, seconds=1)
    signed_in(accounts)
    with reading(store.engine) as connection:
        kept = connection.execute(select(ATTEMPTS.c.key)).scalars().all()
    assert kept == [f"address:{HOME}"]


def test_a_hundred_guesses_at_once_get_no_more_tries(accounts: Accounts, store: Store) -> None:
    looked_at: list[int] = []

    def guess(number: int) -> None:
        try:
            accounts.sign_in("wang", f"guess number {number}", HOME, LIFETIME)
        except WrongLoginError:
            looked_at.append(number)
        except TooManyAttemptsError:
            pass

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5
    assert not store.accounts.tokens("wang")


def test_a_session_ends_without_use_and_at_its_end(accounts: Accounts, clock: Clock) -> None:
    unused = signed_in(accounts)
    clock.wait(hours=1.9)
    used = signed_in(accounts)
    assert holds(accounts, unused)
    clock.wait(hours=2)
    assert not holds(accounts, used)
    busy = signed_in(accounts)
    for _ in range(11):
        clock.wait(hours=1)
        assert holds(accounts, busy)
    clock.wait(hours=1)
    assert not holds(accounts, busy)


def test_ended_sessions_are_cleared_away(accounts: Accounts, store: Store, clock: Clock) -> None:
    signed_in(accounts)
    clock.wait(hours=3)
    signed_in(accounts)
    with reading(store.engine) as connection:
        assert len(connection.execute(select(SESSIONS)).all()) == 1


@pytest.mark.parametrize("secret", ["", "x", "\0", "钥匙", "\ud800", "x" * 100_000])
def test_what_is_no_session(accounts: Accounts, secret: str) -> None:
    assert not holds(accounts, secret)


def test_signing_out_here_and_everywhere(accounts: Accounts) -> None:
    here, there, third = (signed_in(accounts) for _ in range(3))
    accounts.sign_out(here, "wang")
    assert [holds(accounts, one) for one in (here, there, third)] == [False, True, True]
    assert accounts.sign_out_everywhere("wang", "wang") == 2
    assert not any(holds(accounts, one) for one in (there, third))


def test_another_password_ends_every_session(accounts: Accounts) -> None:
    secret = signed_in(accounts)
    with pytest.raises(WeakPasswordError):
        accounts.set_password("wang", "wang2026wang", "wang")
    with pytest.raises(UnknownUserError):
        accounts.set_password("nobody", OTHER, "test")
    assert holds(accounts, secret)
    accounts.set_password("wang", OTHER, "wang")
    assert not holds(accounts, secret)
    with pytest.raises(WrongLoginError):
        signed_in(accounts)
    assert holds(accounts, signed_in(accounts, password=OTHER))
    accounts.prove("wang", OTHER, HOME)
    with pytest.raises(WrongLoginError):
        accounts.prove("wang", GOOD, HOME)


def test_a_disabled_account_is_out_at_once(accounts: Accounts) -> None:
    secret = signed_in(accounts)
    _, token = accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")
    accounts.disable("wang", "test")
    assert not holds(accounts, secret)
    with pytest.raises(BadTokenError):
        accounts.by_token(token)
    with pytest.raises(WrongLoginError):
        signed_in(accounts)
    accounts.disable("wang", "test", disabled=False)
    assert not holds(accounts, secret)  # what was ended stays ended
    with pytest.raises(BadTokenError):
        accounts.by_token(token)
    assert holds(accounts, signed_in(accounts))


def test_another_place_holds_from_the_next_page_on(accounts: Accounts) -> None:
    secret = signed_in(accounts)
    accounts.place("wang", Role.REVIEWER, Unit(), "test")
    person = accounts.session(secret, LIFETIME).person
    assert (person.role, person.unit) == (Role.REVIEWER, Unit())
    with pytest.raises(UnknownUserError):
        accounts.place("nobody", Role.ADMIN, Unit(), "test")


def test_a_name_is_taken_once_and_for_all(accounts: Accounts) -> None:
    accounts.disable("wang", "test")
    with pytest.raises(UserExistsError):
        accounts.add(NewPerson("wang", "另一位", Role.ADMIN, Unit()), OTHER, "test")
    assert [one.display for one in accounts.people()] == ["王芳"]
    with pytest.raises(WeakPasswordError):
        accounts.add(NewPerson("li", "李", Role.ADMIN, Unit()), "li", "test")
    assert len(accounts.people()) == 1


def test_a_token_holds_until_its_end_or_until_it_is_revoked(
    accounts: Accounts, clock: Clock
) -> None:
    token, secret = accounts.make_token("wang", read_wish("QGIS", ["read", "edit"], 30), "wang")
    person, found = accounts.by_token(secret)
    assert (person.name, found.scopes, found.used) == ("wang", ("read", "edit"), None)
    assert accounts.tokens("wang")[0].used == clock.now
    clock.wait(days=29, hours=23)
    accounts.by_token(secret)
    clock.wait(hours=1)
    with pytest.raises(BadTokenError):
        accounts.by_token(secret)
    second, other = accounts.make_token("wang", read_wish("CI", ["read"], 30), "wang")
    with pytest.raises(UnknownTokenError):
        accounts.revoke(second.id, "li", owner="li")
    accounts.by_token(other)
    accounts.revoke(second.id, "wang", owner="wang")
    with pytest.raises(BadTokenError):
        accounts.by_token(other)
    assert {one.id for one in accounts.tokens("wang")} == {token.id, second.id}


def test_a_token_may_no_more_than_its_account(accounts: Accounts) -> None:
    with pytest.raises(RoleError):
        accounts.make_token("wang", read_wish("x", ["review"], 30), "wang")
    for _ in range(20):
        accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")
    with pytest.raises(TooManyTokensError):
        accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")


@pytest.mark.parametrize(
    "text", ["", "rt", "rt__", "rt_x_y", "rt_\0_y", "rt_\ud800_钥匙", "_" * 9999]
)
def test_what_is_no_token(accounts: Accounts, text: str) -> None:
    made, secret = accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")
    for one in (text, f"rt_{made.id}_", f"xx{secret[2:]}", f"{secret}x"):
        with pytest.raises(BadTokenError):
            accounts.by_token(one)


def test_the_log_tells_who_did_what_and_only_grows(accounts: Accounts, store: Store) -> None:
    secret = signed_in(accounts)
    with pytest.raises(WrongLoginError):
        signed_in(accounts, password=OTHER)
    accounts.sign_out(secret, "wang")
    told = [(one.who, one.act, one.subject) for one in reversed(accounts.log())]
    assert told == [
        ("test", "user-added", "wang"),
        ("wang", "signed-in", "wang"),
        ("wang", "log-in-refused", "wang"),
        ("wang", "signed-out", "wang"),
    ]
    assert accounts.log(1)[0].act == "signed-out"
    assert accounts.log()[-1].detail == {"role": "editor", "unit": "崂山区"}
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises((StoreError, DBAPIError)), writing(store.engine) as connection:
            connection.execute(text(statement))
    assert len(accounts.log()) == 4


def test_a_copy_has_the_accounts_but_nobody_is_signed_in(
    accounts: Accounts, store_url: str, empty_url: str
) -> None:
    secret = signed_in(accounts)
    _, token = accounts.make_token("wang", read_wish("x", ["read"], 30), "wang")
    counts = move(store_url, empty_url)
    assert (counts["users"], counts["tokens"], counts["audit"]) == (1, 1, 3)
    assert not {"sessions", "attempts"} & set(counts)
    moved = Store.open(empty_url)
    there = Accounts(moved.engine, accounts.clock)
    assert not holds(there, secret)
    assert there.by_token(token)[0].name == "wang"
    assert holds(there, signed_in(there))
    moved.close()
    assert check(empty_url) == ()


def test_a_line_missing_from_the_log_is_a_fault(accounts: Accounts, store: Store) -> None:
    signed_in(accounts)
    drop = {
        "sqlite": "DROP TRIGGER audit_no_DELETE",
        "postgresql": "DROP TRIGGER audit_no_change ON audit",
    }
    with writing(store.engine) as connection:
        connection.execute(text(drop[store.engine.dialect.name]))
        connection.execute(text("DELETE FROM audit WHERE number = 1"))
    (fault,) = check(store.engine.url.render_as_string(hide_password=False))
    assert (fault.row, fault.got) == ("audit", "1 of 2 lines")


def test_a_store_of_before_gets_the_tables_when_it_is_opened(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        migrate(connection, "0004")
    engine.dispose()
    opened = Store.open(empty_url)
    opened.accounts.add(NewPerson("wang", "王芳", Role.ADMIN, Unit()), GOOD, "test")
    assert holds(opened.accounts, signed_in(opened.accounts))
    opened.close()
