"""`redtrails network`: the road network itineraries rest on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.models import MODES

from .building import build, positions_of
from .console import opened, opened_catalogue, write, write_json, write_table

if TYPE_CHECKING:
    from api.state import AppState
    from api.web.texts import Texts
    from geo.router import Router

app = typer.Typer(help="cli.network", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]


app.command("build", help="cli.network.build")(build)


@app.command("info", help="cli.network.info")
def info(context: typer.Context, *, json: Json = False) -> None:
    """Tell what the network is and how far it can be trusted."""
    texts: Texts = context.obj
    with opened(texts) as state:
        document = network_document(state)
    if json:
        write_json(document)
        return
    said = {**document, **in_words(document, texts)}
    rows = [(texts(f"cli.network.{name}"), str(value)) for name, value in said.items()]
    write_table((texts("cli.network.property"), texts("cli.network.value")), rows)


@app.command("verify", help="cli.network.verify")
def verify(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="cli.network.verify.folder")] = None,
) -> None:
    """Check every checksum of a built network and that its arrays fit together."""
    from api.networks import street_folder
    from api.settings import load_settings
    from geo.network.storage import verify_network

    chosen = folder or street_folder(load_settings().networks_dir)
    network = verify_network(chosen)
    texts: Texts = context.obj
    write(texts("cli.network.verify.done", folder=str(chosen), id=network.manifest.id))


@app.command("diff", help="cli.network.diff")
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="cli.network.diff.old")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="cli.network.diff.new")],
    *,
    json: Json = False,
) -> None:
    """Tell what changes for our sites from one built network to another."""
    from dataclasses import asdict

    from geo.cch import CchRouter
    from geo.network import StreetNetwork
    from geo.network.difference import compare_networks

    texts: Texts = context.obj
    routers = [CchRouter(StreetNetwork.load(folder)) for folder in (old, new)]
    with opened_catalogue(texts) as (_, catalogue):
        positions = positions_of(catalogue)
    found = [
        compare_networks(routers[0], routers[1], positions, mode)
        for mode in MODES
        if all(mode in router.network.modes for router in routers)
    ]
    if json:
        write_json([finite(asdict(one)) for one in found])
        return
    for one in found:
        write(
            texts(
                f"cli.network.diff.summary.{one.mode}",
                pairs=one.pairs,
                length=percent(one.median_length),
                time=percent(one.median_time),
                lost=len(one.lost),
                gained=len(one.gained),
            )
        )
        headings = [texts(f"cli.network.diff.{name}") for name in ("pair", "length", "time")]
        rows = [
            (
                f"{change.origin} → {change.destination}",
                from_to(change.old_m / 1000, change.new_m / 1000, "{:.1f} km"),
                from_to(change.old_s / 60, change.new_s / 60, "{:.0f} min"),
            )
            for change in one.changes
        ]
        if rows:
            write_table(headings, rows)


def from_to(old: float, new: float, form: str) -> str:
    """Return a figure before and after; a dash where no path joins the two."""
    before, after = (form.format(one) if math.isfinite(one) else "–" for one in (old, new))
    return f"{before} → {after}"


def finite(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with null for what is not finite: JSON has no word for no path."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def percent(ratio: float) -> str:
    """Return new over old as a change in percent; a dash where there is nothing to compare."""
    return "–" if math.isnan(ratio) else f"{ratio - 1:+.1%}"


def network_document(state: AppState) -> dict[str, Any]:
    """Return what is known of the network in use."""
    from geo.cch import CchRouter

    known = state.router.info
    return {
        "id": known.id,
        "fidelity": known.fidelity,
        "date": known.date,
        "licence": known.licence,
        "attribution": known.attribution,
        "accuracy": dict(known.accuracy),
        "roads": len(state.router.network.segments) if isinstance(state.router, CchRouter) else 0,
        **relief_of(state.router),
        "folder": str(state.settings.networks_dir),
    }


def relief_of(router: Router) -> dict[str, Any]:
    """Return which elevation model a network was built with, and how much of it that covers."""
    from geo.cch import CchRouter

    if not isinstance(router, CchRouter) or not router.network.manifest.dem:
        return {"dem": None, "dem_share": None}
    manifest = router.network.manifest
    return {"dem": manifest.dem, "dem_share": manifest.dem_share}


def in_words(document: dict[str, Any], texts: Texts) -> dict[str, str]:
    """Return what of it is said in words in the user's language."""
    fidelity = document["fidelity"]
    comma = texts("page.plan.road-separator")
    accuracy = (
        f"{texts.word('page.mode', mode)} ± {share:.0%}"
        for mode, share in document["accuracy"].items()
    )
    return {
        "fidelity": texts(f"cli.network.fidelity.{fidelity}"),
        "attribution": texts(f"network.attribution.{fidelity}"),
        "dem": document["dem"] or texts("cli.network.no-dem"),
        "dem_share": "–" if document["dem"] is None else f"{document['dem_share']:.0%}",
        "accuracy": comma.join(accuracy) or texts("cli.network.unmeasured"),
    }
