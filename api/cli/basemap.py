"""`redtrails basemap`: vector tiles of our own for the maps of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .console import opened, write

if TYPE_CHECKING:
    from api.web.texts import Texts

app = typer.Typer(help="cli.basemap", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep `basemap` a group of commands, with one command in it as with many."""


@app.command("build", help="cli.basemap.build")
def build(context: typer.Context) -> None:
    """Cut the network in use, the districts and the coast into vector tiles."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from api.basemap import basemap_file, source_of
    from maps.basemap.build import BANDS, Band, build_basemap

    texts: Texts = context.obj
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with opened(texts) as state, Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(texts("cli.basemap.working"), total=len(BANDS))

        def note(band: Band) -> None:
            progress.update(task, completed=BANDS.index(band))

        path = basemap_file(state.settings)
        count = build_basemap(
            state.catalogue.districts,
            state.network.roads(),
            path,
            source=source_of(state.network.info),
            note=note,
        )
        progress.update(task, completed=len(BANDS))
    kilobytes = round(path.stat().st_size / 1000)
    write(texts("cli.basemap.built", count=count, path=str(path), kilobytes=kilobytes))
