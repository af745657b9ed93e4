"""`redtrails user token`: API tokens, for programs that work in somebody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .console import write, write_json, write_table

if TYPE_CHECKING:
    from api.web.texts import Texts

app = typer.Typer(help="cli.token", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.user.name")]
TokenId = Annotated[str, typer.Argument(metavar="ID", help="cli.token.id")]
Label = Annotated[str, typer.Option("--label", help="cli.token.label")]
Scopes = Annotated[str, typer.Option("--scopes", help="cli.token.scopes")]
Days = Annotated[int, typer.Option("--days", help="cli.token.days")]

COLUMNS = ("id", "label", "scopes", "expires", "used", "state")


@app.command("add", help="cli.token.add")
def add(
    context: typer.Context, name: Name, *, label: Label, scopes: Scopes = "read", days: Days = 90
) -> None:
    """Make a token: its text alone goes to stdout, this once."""
    from routes_data.accounts import read_wish
    from routes_data.accounts.roles import read_line

    from .console import tell
    from .users import clock, opened_accounts, operator

    texts: Texts = context.obj
    wish = read_wish(read_line("label", label), scopes.split(","), days)
    with opened_accounts() as accounts:
        made, text = accounts.make_token(name, wish, operator())
    tell(texts("cli.token.added", id=made.id, until=clock(made.expires)))
    write(text)


@app.command("list", help="cli.token.list")
def list_tokens(context: typer.Context, name: Name, *, json: Json = False) -> None:
    """List the tokens of an account; no secret is shown, for none is known."""
    from .users import clock, opened_accounts

    texts: Texts = context.obj
    with opened_accounts() as accounts:
        held = accounts.tokens(accounts.person(name).name)
        now = accounts.clock()
    rows = [
        (
            one.id,
            one.label,
            ",".join(one.scopes),
            clock(one.expires),
            clock(one.used) if one.used else "",
            "active" if one.holds(now) else "revoked" if one.revoked else "expired",
        )
        for one in held
    ]
    if json:
        write_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
        return
    said = [(*row[:-1], texts(f"cli.user.state.{row[-1]}")) for row in rows]
    write_table([texts(f"staff.tokens.column.{name}") for name in COLUMNS], said)


@app.command("revoke", help="cli.token.revoke")
def revoke(context: typer.Context, token_id: TokenId) -> None:
    """Revoke a token."""
    from .users import opened_accounts, operator

    with opened_accounts() as accounts:
        accounts.revoke(token_id, operator())
    write(context.obj("cli.token.revoked", id=token_id))
