"""`redtrails validate`: every fault of the facts at once, each with its file, row and column."""

from __future__ import annotations

from errno import ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import Exit, write, write_json

if TYPE_CHECKING:
    from api.web.texts import Texts

Folder = Annotated[Path | None, typer.Argument(help="cli.validate.folder", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", help="cli.validate")(validate)


def validate(context: typer.Context, folder: Folder = None, *, json: Json = False) -> None:
    """Check the shipped facts, or those of a folder."""
    from geo.errors import SchemaError
    from routes_data.loading import load_facts

    texts: Texts = context.obj
    if folder is not None and not folder.is_dir():
        raise NotADirectoryError(ENOTDIR, "no such folder", str(folder))
    try:
        facts = load_facts(folder)
    except SchemaError as error:
        report([str(fault) for fault in error.faults], {}, texts, json=json)
        raise typer.Exit(Exit.FAILED) from error
    report([], {"sites": len(facts.sites()), "routes": len(facts.routes())}, texts, json=json)


def report(faults: list[str], counts: dict[str, int], texts: Texts, *, json: bool) -> None:
    """Write what was found: one line a fault, then how many."""
    if json:
        write_json({"faults": faults, **counts})
        return
    for fault in faults:
        write(fault)
    if faults:
        write(texts("cli.validate.faults", count=len(faults)))
    else:
        write(texts("cli.validate.whole", **counts))
