"""`redtrails ways`: the way from one place to another, and others that make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .console import opened, write, write_json, write_table
from .planning import Json, Mode

if TYPE_CHECKING:
    from api.web.texts import Texts

From = Annotated[str, typer.Argument(help="cli.ways.place", metavar="FROM", show_default=False)]
To = Annotated[str, typer.Argument(help="cli.ways.place", metavar="TO", show_default=False)]
Alternatives = Annotated[int, typer.Option(help="cli.ways.alternatives")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ways", help="cli.ways")(ways)


def ways(
    context: typer.Context,
    start: From,
    end: To,
    *,
    mode: Mode = None,
    alternatives: Alternatives = 2,
    json: Json = False,
) -> None:
    """Tell the ways between two places."""
    from api.ways import WaysQuery, make_ways, network_router, ways_document
    from geo.exchange import say_climb, say_leg
    from geo.faults import read_model
    from geo.messages import name_in

    texts: Texts = context.obj
    asked = {"start": start, "end": end, "mode": mode or "walk", "alternatives": alternatives}
    query = read_model(WaysQuery, asked)
    with opened(texts) as state:
        found = make_ways(query, state)
        fidelity = network_router(state).info.fidelity
    if json:
        write_json(ways_document(found, fidelity))
        return
    rows = []
    shared = [1.0, *(one.shared for one in found.others)]
    for leg, part in zip([found.best, *(one.leg for one in found.others)], shared, strict=True):
        said = say_leg(leg, fidelity, texts)
        names = dict.fromkeys(
            name_in(texts.lang, one.name_zh, one.name_en) or one.ref for one in leg.roads
        )
        roads = texts("page.plan.road-separator").join(names)
        length = " · ".join(filter(None, (said.length, say_climb(leg, texts))))
        rows.append((said.duration, length, f"{part:.0%}", roads))
    columns = ("way", "length", "shared", "along")
    write_table([texts(f"cli.column.{name}") for name in columns], rows)
    if fidelity == "schematic":
        write(texts("page.plan.network-schematic"))
