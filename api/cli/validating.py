"""`redtrails validate`: every fault of the facts at once, each with its file, row and column."""

from __future__ import annotations

from dataclasses import asdict
from errno import ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import Exit, write, write_json

if TYPE_CHECKING:
    from api.web.texts import Texts
    from geo.errors import Fault

Folder = Annotated[Path | None, typer.Argument(help="cli.validate.folder", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", help="cli.validate")(validate)


def validate(context: typer.Context, folder: Folder = None, *, json: Json = False) -> None:
    """Check the shipped facts, or those of a folder."""
    from geo.errors import SchemaError
    from geo.network.backbone import read_backbone
    from routes_data.loading import load_facts, packaged_facts

    texts: Texts = context.obj
    if folder is not None and not folder.is_dir():
        raise NotADirectoryError(ENOTDIR, "no such folder", str(folder))
    root = folder or packaged_facts()
    faults: list[Fault] = []
    counts: dict[str, int] = {}
    try:
        facts = load_facts(root)
        counts = {"sites": len(facts.sites()), "routes": len(facts.routes())}
    except SchemaError as error:
        faults += error.faults
    try:
        read_backbone(root / "backbone")
    except SchemaError as error:
        faults += error.faults
    report(faults, counts, texts, json=json)
    if faults:
        raise typer.Exit(Exit.FAILED)


def report(faults: list[Fault], counts: dict[str, int], texts: Texts, *, json: bool) -> None:
    """Write what was found: one line a fault, then how many."""
    if json:
        write_json({"faults": [asdict(fault) for fault in faults], **counts})
        return
    for fault in faults:
        write(texts("cli.validate.fault", **asdict(fault)))
    if faults:
        write(texts("cli.validate.faults", count=len(faults)))
    else:
        write(texts("cli.validate.whole", **counts))
