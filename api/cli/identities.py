"""`redtrails user identity`: who somebody is at the OpenID Connect provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .console import write, write_json, write_table

if TYPE_CHECKING:
    from api.web.texts import Texts
    from routes_data.accounts import Identity

app = typer.Typer(help="cli.identity", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.user.name")]
Subject = Annotated[str, typer.Option("--subject", help="cli.identity.subject")]
Email = Annotated[str, typer.Option("--email", help="cli.identity.email")]

COLUMNS = ("issuer", "kind", "value")


@app.command("add", help="cli.identity.add")
def add(context: typer.Context, name: Name, *, subject: Subject = "", email: Email = "") -> None:
    """Let who has an identity sign in to an account."""
    from .users import opened_accounts, operator

    identity = _read(subject, email, context.obj)
    with opened_accounts() as accounts:
        accounts.identities.link(name, identity, operator())
    write(context.obj("cli.identity.added", name=name, value=identity.value))


@app.command("list", help="cli.identity.list")
def list_identities(context: typer.Context, name: Name, *, json: Json = False) -> None:
    """List the identities of an account."""
    from .users import opened_accounts

    with opened_accounts() as accounts:
        found = accounts.identities.of_user(accounts.person(name).name)
    rows = [(one.issuer, one.kind, one.value) for one in found]
    if json:
        write_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
        return
    write_table([context.obj(f"cli.identity.column.{name}") for name in COLUMNS], rows)


@app.command("remove", help="cli.identity.remove")
def remove(context: typer.Context, name: Name) -> None:
    """Take every identity from an account; its sessions end."""
    from .users import opened_accounts, operator

    with opened_accounts() as accounts:
        count = accounts.identities.unlink(name, operator())
    write(context.obj("cli.identity.removed", name=name, count=count))


def _read(subject: str, email: str, texts: Texts) -> Identity:
    """Return the identity of the one option that was given.

    Raises
    ------
    BadRequestError
        There is no provider, or not one of the two was given.
    """
    from api.settings import load_settings
    from geo.errors import BadRequestError
    from routes_data.accounts import Identity

    issuer = load_settings().oidc_issuer
    if not issuer:
        raise BadRequestError(texts("cli.identity.no-provider"))
    if bool(subject) == bool(email):
        raise BadRequestError(texts("cli.identity.one-of"))
    return Identity.read(issuer, "subject" if subject else "email", subject or email)
