"""`redtrails map`: one HTML file that needs nothing else; `redtrails poster`: one for a wall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import opened, working
from .planning import deliver

if TYPE_CHECKING:
    from api.state import AppState
    from api.web.texts import Texts

Output = Annotated[Path, typer.Argument(help="cli.map.output", show_default=False)]
Poster = Annotated[Path, typer.Argument(help="cli.poster.output", show_default=False)]
Sites = Annotated[list[str] | None, typer.Option("--site", help="cli.map.sites")]
Route = Annotated[str | None, typer.Option(help="cli.map.route")]
View = Annotated[str, typer.Option(help="cli.map.view", metavar="sites|heat|districts")]
Mode = Annotated[str | None, typer.Option(help="cli.plan.mode", metavar="walk|cycle|drive|coach")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("map", help="cli.map")(write_map)
    app.command("poster", help="cli.poster")(write_poster)


def write_map(
    context: typer.Context,
    output: Output,
    *,
    site: Sites = None,
    route: Route = None,
    mode: Mode = None,
    view: View = "sites",
) -> None:
    """Write a map: of all sites, or of the itinerary through some of them or along a route."""
    texts: Texts = context.obj
    with working(texts("cli.map.drawing")), opened(texts) as state:
        content = drawn(state, texts, {"stops": site, "route": route, "mode": mode}, view)
    deliver(content, output, texts)


def write_poster(context: typer.Context, output: Poster) -> None:
    """Write the hand-drawn poster of the city, A3; the name of the file says its form."""
    from api.drawings import MEDIA_TYPES, poster
    from geo.errors import file_ending

    texts: Texts = context.obj
    for form in MEDIA_TYPES:
        if output.suffix.lower() == f".{form}":
            with working(texts("cli.map.drawing")), opened(texts) as state:
                content = poster(state, texts, form)
            deliver(content, output, texts)
            return
    raise file_ending("output", output.name, ("svg", "pdf", "png"))


def drawn(state: AppState, texts: Texts, asked: dict[str, object], view: str) -> str:
    """Return the map asked for; `view` is how that of all sites begins."""
    from api.mapping import itinerary_file, overview_file
    from api.planning import make_itinerary
    from geo.planner import read_request

    wanted = {name: value for name, value in asked.items() if value}
    if "stops" not in wanted and "route" not in wanted:
        return overview_file(texts, state, view=view)
    return itinerary_file(make_itinerary(read_request(wanted), state), texts, state)
