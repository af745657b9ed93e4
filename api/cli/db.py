"""`redtrails db`: the store's tables, its backups, its health, its move to another database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import Exit, working, write, write_json

if TYPE_CHECKING:
    from api.web.texts import Texts

app = typer.Typer(help="cli.db", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]
New = Annotated[Path, typer.Argument(help="cli.db.new-file", show_default=False)]
Old = Annotated[Path, typer.Argument(help="cli.db.old-file", show_default=False)]
Target = Annotated[str, typer.Argument(help="cli.db.target", show_default=False)]


@app.command("migrate", help="cli.db.migrate")
def migrate(context: typer.Context, *, json: Json = False) -> None:
    """Bring the tables up to date, and take in the shipped facts where they are news."""
    from api.settings import load_settings
    from api.state import opened_store
    from routes_data.migrations import newest

    texts: Texts = context.obj
    with opened_store(load_settings()) as store:
        document = {"tables": newest(), "catalogue": store.version()}
    if json:
        write_json(document)
    else:
        write(texts("cli.db.migrated", **document))


@app.command("backup", help="cli.db.backup")
def backup(context: typer.Context, file: New, *, json: Json = False) -> None:
    """Write everything into a new file, while the service runs."""
    from routes_data.copying import backup as make

    texts: Texts = context.obj
    with working(texts("cli.db.working")):
        counts = make(_existing_url(), file)
    _report(counts, "cli.db.backed-up", texts, json=json)


@app.command("restore", help="cli.db.restore")
def restore(context: typer.Context, file: Old, *, json: Json = False) -> None:
    """Fill an empty database from a backup."""
    from api.settings import load_settings
    from api.state import make_folder
    from routes_data.copying import restore as fill

    texts: Texts = context.obj
    settings = load_settings()
    make_folder(settings.data_dir)
    with working(texts("cli.db.working")):
        counts = fill(file, settings.store_url)
    _report(counts, "cli.db.restored", texts, json=json)


@app.command("move", help="cli.db.move")
def move(context: typer.Context, target: Target, *, json: Json = False) -> None:
    """Copy everything into another, empty database."""
    from routes_data.copying import move as copy

    texts: Texts = context.obj
    with working(texts("cli.db.working")):
        counts = copy(_existing_url(), target)
    _report(counts, "cli.db.moved", texts, json=json)


@app.command("check", help="cli.db.check")
def check(context: typer.Context, *, json: Json = False) -> None:
    """List everything that is wrong with the store."""
    from routes_data.checking import check as find

    texts: Texts = context.obj
    found = [str(fault) for fault in find(_existing_url())]
    if json:
        write_json({"faults": found})
    else:
        write("\n".join([*found, texts("cli.db.checked", count=len(found))]))
    if found:
        raise typer.Exit(Exit.FAILED)


def _existing_url() -> str:
    """Return the address of the store, which must exist: looking at one must not make one."""
    from api.settings import load_settings
    from geo.errors import StoreError

    settings = load_settings()
    if not settings.database_url and not settings.store_file.exists():
        raise StoreError(
            f"there is no store at {settings.store_file}; `redtrails db migrate` makes it"
        )
    return settings.store_url


def _report(counts: Mapping[str, int], key: str, texts: Texts, *, json: bool) -> None:
    if json:
        write_json({"rows": dict(counts)})
    else:
        write(texts(key, revisions=counts["revisions"], records=counts["records"]))
