"""`redtrails user`: who works with the records; the first administrator is made here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from . import identities, tokens
from .console import write, write_json, write_table

if TYPE_CHECKING:
    from api.web.texts import Texts
    from routes_data.accounts import Accounts, Person

app = typer.Typer(help="cli.user", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(tokens.app, name="token")
app.add_typer(identities.app, name="identity")

Json = Annotated[bool, typer.Option("--json", help="cli.json")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.user.name")]
RoleName = Annotated[str, typer.Option("--role", help="cli.user.role")]
UnitPath = Annotated[str, typer.Option("--unit", help="cli.user.unit")]
Display = Annotated[str, typer.Option("--display", help="cli.user.display")]
NoPassword = Annotated[bool, typer.Option("--no-password", help="cli.user.no-password")]
Count = Annotated[int, typer.Option("--count", help="cli.user.count", min=1, max=10_000)]

COLUMNS = ("name", "display", "role", "unit", "state")


@app.command("add", help="cli.user.add")
def add(
    context: typer.Context,
    name: Name,
    *,
    role: RoleName = "viewer",
    unit: UnitPath = "",
    display: Display = "",
    no_password: NoPassword = False,
) -> None:
    """Make an account; its password is asked for, or read from a pipe."""
    from routes_data.accounts import NewPerson, Role, Unit
    from routes_data.accounts.roles import read_line, read_name

    texts: Texts = context.obj
    own = read_name(name)
    shown = read_line("display", display or own)
    new = NewPerson(own, shown, Role.read(role), Unit.read(unit))
    with opened_accounts() as accounts:
        made = accounts.add(new, None if no_password else read_password(texts), operator())
    write(texts("cli.user.added", name=made.name, role=made.role, unit=unit_of(made, texts)))


@app.command("passwd", help="cli.user.passwd")
def passwd(context: typer.Context, name: Name) -> None:
    """Give an account another password; its sessions end."""
    texts: Texts = context.obj
    with opened_accounts() as accounts:
        person = accounts.person(name)
        accounts.set_password(person.name, read_password(texts), operator())
    write(texts("cli.user.password-set", name=name))


@app.command("place", help="cli.user.place")
def place(context: typer.Context, name: Name, *, role: RoleName, unit: UnitPath = "") -> None:
    """Give an account another role and unit."""
    from routes_data.accounts import Role, Unit

    texts: Texts = context.obj
    with opened_accounts() as accounts:
        made = accounts.place(name, Role.read(role), Unit.read(unit), operator())
    write(texts("cli.user.placed", name=made.name, role=made.role, unit=unit_of(made, texts)))


@app.command("disable", help="cli.user.disable")
def disable(context: typer.Context, name: Name) -> None:
    """Shut an account out at once."""
    with opened_accounts() as accounts:
        accounts.disable(name, operator())
    write(context.obj("cli.user.disabled", name=name))


@app.command("enable", help="cli.user.enable")
def enable(context: typer.Context, name: Name) -> None:
    """Let an account in again."""
    with opened_accounts() as accounts:
        accounts.disable(name, operator(), disabled=False)
    write(context.obj("cli.user.enabled", name=name))


@app.command("logout", help="cli.user.logout")
def logout(context: typer.Context, name: Name) -> None:
    """End every session of an account."""
    with opened_accounts() as accounts:
        count = accounts.sign_out_everywhere(accounts.person(name).name, operator())
    write(context.obj("cli.user.logged-out", name=name, count=count))


@app.command("list", help="cli.user.list")
def list_users(context: typer.Context, *, json: Json = False) -> None:
    """List every account."""
    texts: Texts = context.obj
    with opened_accounts() as accounts:
        people = accounts.people()
    if json:
        write_json([_document(one) for one in people])
        return
    headings = [texts(f"cli.user.column.{name}") for name in COLUMNS]
    write_table(headings, [_row(one, texts) for one in people])


@app.command("log", help="cli.user.log")
def log(context: typer.Context, *, count: Count = 100, json: Json = False) -> None:
    """Tell who did what with accounts, the newest first."""
    texts: Texts = context.obj
    with opened_accounts() as accounts:
        lines = accounts.log(count)
    if json:
        names = ("number", "time", "who", "act", "subject", "detail")
        rows = [{name: getattr(one, name) for name in names} for one in lines]
        write_json([{**row, "time": row["time"].isoformat()} for row in rows])
        return
    headings = [texts(f"cli.user.log.{name}") for name in ("time", "who", "act", "subject")]
    write_table(
        headings,
        [
            (clock(one.time), one.who, texts(f"cli.user.act.{one.act}"), one.subject)
            for one in lines
        ],
    )


@contextmanager
def opened_accounts() -> Iterator[Accounts]:
    """Open the accounts of the store, which is made where there is none."""
    from api.settings import load_settings
    from api.state import opened_store

    with opened_store(load_settings()) as store:
        yield store.accounts


def operator() -> str:
    """Return who works at the command line, as the log names them."""
    import getpass

    return f"{getpass.getuser()} (command line)"


def read_password(texts: Texts) -> str:
    """Return a new password: asked twice without echo, or the first line of a pipe.

    Raises
    ------
    BadRequestError
        The two are not the same.
    """
    import getpass

    from geo.errors import BadRequestError

    if not is_terminal():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(texts("cli.user.ask"))
    if getpass.getpass(texts("cli.user.ask-again")) != first:
        raise BadRequestError(texts("staff.password.differ"))
    return first


def is_terminal() -> bool:
    """Return whether a person types: nobody else can be asked."""
    return sys.stdin.isatty()


def clock(moment: datetime) -> str:
    """Return a moment in Qingdao's time."""
    from geo.models import TIME_ZONE

    return moment.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def unit_of(person: Person, texts: Texts) -> str:
    """Return the unit of an account in words."""
    return str(person.unit) or texts("staff.unit.city")


def _row(person: Person, texts: Texts) -> tuple[str, ...]:
    state = texts("cli.user.state.disabled" if person.disabled else "cli.user.state.active")
    return (person.name, person.display, person.role, unit_of(person, texts), state)


def _document(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "display": person.display,
        "role": person.role,
        "unit": str(person.unit),
        "disabled": person.disabled,
        "created": person.created.isoformat(),
    }
