"""`redtrails network`: the road network itineraries rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import opened, write_json, write_table

if TYPE_CHECKING:
    from api.state import AppState
    from api.web.texts import Texts

app = typer.Typer(help="cli.network", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]


@app.callback()
def _group() -> None:
    """Keep `network` a group of commands, with one command in it as with many."""


@app.command("info", help="cli.network.info")
def info(context: typer.Context, *, json: Json = False) -> None:
    """Tell what the network is and how far it can be trusted."""
    texts: Texts = context.obj
    with opened(texts) as state:
        document = network_document(state)
    if json:
        write_json(document)
        return
    rows = [(texts(f"cli.network.{name}"), shown(value)) for name, value in document.items()]
    write_table((texts("cli.network.property"), texts("cli.network.value")), rows)


def network_document(state: AppState) -> dict[str, Any]:
    """Return what is known of the network in use."""
    known = state.router.info
    return {
        "id": known.id,
        "fidelity": known.fidelity,
        "date": known.date,
        "licence": known.licence,
        "attribution": known.attribution,
        "accuracy": dict(known.accuracy),
        "roads": len(state.network.roads()),
        "folder": str(state.settings.networks_dir),
    }


def shown(value: object) -> str:
    """Return a value for the table; accuracies as ± percent by mode."""
    if isinstance(value, dict):
        return ", ".join(f"{name} ± {share:.0%}" for name, share in value.items())
    return str(value)
