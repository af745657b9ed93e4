"""Accounts for administrators: who there is in the unit, roles and units, passwords, disabling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import BadRequestError
from routes_data.accounts import Accounts, NewPerson, Person, Role, Unit
from routes_data.accounts.errors import UserExistsError
from routes_data.accounts.passwords import LEAST
from routes_data.accounts.roles import read_line, read_name

from .account import PasswordText
from .frame import day_text, go, role_text, show, unit_text

HERE = f"{PATH}/users"
router = APIRouter(prefix=HERE)

Text = Annotated[str, Form(max_length=400)]
RoleName = Annotated[Role, Form()]


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account as its list shows it."""

    person: Person
    role: str
    unit: str
    since: str
    is_self: bool


@router.get("")
def users_page(page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show the accounts of the administrator's unit."""
    return _shown(page, state, signed_in)


@router.post("")
def add(
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    name: Text = "",
    display: Text = "",
    role: RoleName = Role.VIEWER,
    unit: Text = "",
    password: PasswordText = "",
) -> Response:
    """Make an account; its password is told to its owner by whoever made it, who changes it."""

    def make(accounts: Accounts) -> None:
        where = _own(sender.person, Unit.read(unit))
        new = NewPerson(read_name(name), read_line("display", display), role, where)
        accounts.add(new, password, sender.person.name)

    sent = {"name": name, "display": display, "role": role, "unit": unit}
    return _done(page, state, sender, make, "user-added", sent=sent)


@router.post("/{name}/place")
def place(
    name: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    role: RoleName,
    unit: Text = "",
) -> Response:
    """Give an account another role or unit."""

    def move(accounts: Accounts) -> None:
        accounts.place(name, role, _own(sender.person, Unit.read(unit)), sender.person.name)

    return _done(page, state, sender, move, "user-placed", name=name)


@router.post("/{name}/password")
def set_password(
    name: str, page: PageDep, state: StateDep, sender: SenderDep, *, new: PasswordText = ""
) -> Response:
    """Give an account another password, where its owner forgot theirs; its sessions end."""

    def change(accounts: Accounts) -> None:
        accounts.set_password(name, new, sender.person.name)

    return _done(page, state, sender, change, "user-password", name=name)


@router.post("/{name}/access")
def set_access(
    name: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    do: Annotated[str, Form(pattern="^(disable|enable)$")],
) -> Response:
    """Shut an account out at once, or let it in again."""

    def switch(accounts: Accounts) -> None:
        accounts.disable(name, sender.person.name, disabled=do == "disable")

    return _done(page, state, sender, switch, f"user-{do}d", name=name)


def _own(person: Person, unit: Unit) -> Unit:
    """Return a unit that lies in this administrator's.

    Raises
    ------
    OutsideUnitError
        It does not.
    """
    person.unit.require_within(unit)
    return unit


def _done(
    page: Page,
    state: AppState,
    sender: SignedIn,
    deed: Callable[[Accounts], None],
    done: str,
    *,
    name: str = "",
    sent: Mapping[str, str] | None = None,
) -> Response:
    """Do something with an account of the unit and show the list; or say why not."""
    sender.person.require(Role.ADMIN)
    accounts, wrong, status = state.store.accounts, "", 422
    if name:
        _own(sender.person, accounts.person(name).unit)
    if name == sender.person.name:
        wrong = page.texts("staff.users.not-self")
    try:
        if not wrong:
            deed(accounts)
    except (BadRequestError, UserExistsError) as error:
        wrong = detail_of(error, page.texts)
        status = 409 if isinstance(error, UserExistsError) else 422
    if wrong:
        seen = page.at(HERE)
        return _shown(seen, state, sender, wrong=wrong, status=status, sent=sent, about=name)
    return go(page, HERE, done)


def _shown(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    *,
    wrong: str = "",
    status: int = 200,
    sent: Mapping[str, str] | None = None,
    about: str = "",
) -> Response:
    person = signed_in.person
    person.require(Role.ADMIN)
    people = [one for one in state.store.accounts.people() if person.unit.covers(one.unit)]
    context: dict[str, Any] = {
        "rows": [_row(one, person, page) for one in people],
        "roles": list(Role),
        "least": LEAST,
        "wrong": wrong,
        "sent": sent or {"unit": str(person.unit)},
        "about": about,
    }
    return show(page, signed_in, "users.html", status=status, **context)


def _row(one: Person, admin: Person, page: Page) -> UserRow:
    return UserRow(
        person=one,
        role=role_text(one, page.texts),
        unit=unit_text(one.unit, page.texts),
        since=day_text(one.created, page.texts),
        is_self=one.name == admin.name,
    )
