"""`redtrails isochrone`: what is reached within some times, as a table or as GeoJSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import opened, write, write_json, write_table
from .planning import AvoidAreas, AvoidKinds, Json, Mode, Output, Start, deliver

if TYPE_CHECKING:
    from api.web.texts import Texts
    from geo.reach import Isochrones

Site = Annotated[str | None, typer.Option(help="cli.isochrone.site")]
Minutes = Annotated[str | None, typer.Option(help="cli.isochrone.minutes", metavar="15,30,45,60")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("isochrone", help="cli.isochrone")(isochrone)


def isochrone(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    *,
    start: Start = None,
    site: Site = None,
    mode: Mode = None,
    minutes: Minutes = None,
    avoid: AvoidKinds = None,
    avoid_areas: AvoidAreas = None,
    output: Output = None,
    json: Json = False,
) -> None:
    """Tell what is reached within some times."""
    from api.forms import json_text
    from api.reaching import ReachQuery, make_reach, reach_document
    from geo.errors import file_ending
    from geo.faults import read_model

    texts: Texts = context.obj
    if output is not None and output.suffix.lower() not in {".geojson", ".json"}:
        raise file_ending("--output", output, ("geojson", "json"))
    asked = {
        "start": start, "site": site, "mode": mode, "minutes": minutes,
        "avoid": avoid, "avoid_areas": avoid_areas,
    }  # fmt: skip
    wish = read_model(ReachQuery, {n: v for n, v in asked.items() if v is not None}).wish()
    with opened(texts) as state:
        found = make_reach(wish, state)
    if output is not None:
        deliver(json_text(reach_document(found)), Path(output), texts)
    elif json:
        write_json(reach_document(found))
    else:
        write_reach(found, texts)


def write_reach(found: Isochrones, texts: Texts) -> None:
    """Write the areas and the sites as people read them."""
    from geo.exchange import say_length
    from geo.messages import name_in

    bands = [
        (str(b.minutes), f"{b.area_km2:.1f}", f"{b.roads_km:.1f}",
         str(sum(one.duration_s <= b.minutes * 60 for one in found.sites)))
        for b in found.bands
    ]  # fmt: skip
    names = ("minutes", "area", "roads", "sites")
    write_table([texts(f"cli.column.{name}") for name in names], bands)
    rows = [
        (
            texts.duration(one.duration_s),
            say_length(one.length_m, found.mode, found.fidelity, texts),
            name_in(texts.lang, one.site.name_zh, one.site.name_en),
            one.site.id,
        )
        for one in found.sites
    ]
    write_table([texts(f"cli.column.{name}") for name in ("way", "length", "stop", "id")], rows)
    if found.fidelity == "schematic":
        write(texts("page.plan.network-schematic"))
