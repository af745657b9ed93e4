"""`redtrails network build`: a street network from an OpenStreetMap file or URL, in one command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import opened_catalogue, tell, working

if TYPE_CHECKING:
    from api.web.texts import Texts
    from geo.catalogue import Catalogue
    from geo.models import Mode
    from geo.network import StreetNetwork
    from geo.network.osm.area import Inside
    from geo.network.osm.fetching import Progress
    from geo.router import Position

Source = Annotated[str, typer.Argument(help="cli.network.build.source", metavar="SOURCE")]
Output = Annotated[Path | None, typer.Option(help="cli.network.build.output", metavar="DIR")]
Profiles = Annotated[str, typer.Option(help="cli.network.build.profiles")]
Box = Annotated[str | None, typer.Option(help="cli.network.build.bbox", metavar="W,S,E,N")]
Boundary = Annotated[str | None, typer.Option(help="cli.network.build.boundary", metavar="FILE")]
LeftHand = Annotated[bool, typer.Option("--left-hand", help="cli.network.build.left")]

QINGDAO = "qingdao"
"""The boundary of this name is the outline of the prefecture that ships with the program."""


def build(
    context: typer.Context,
    source: Source,
    *,
    output: Output = None,
    profiles: Profiles = "walk,cycle,drive,coach",
    bbox: Box = None,
    boundary: Boundary = None,
    left_hand: LeftHand = False,
) -> None:
    """Build a street network; without `--output` into the folder the service serves from."""
    from api.networks import street_folder
    from geo.network.osm.build import BuildOptions, build_network
    from geo.network.osm.sources import read_source

    texts: Texts = context.obj
    modes = modes_of(profiles)
    with opened_catalogue(texts) as (settings, catalogue):
        inside = area_of(catalogue, bbox, boundary)
        target = output or street_folder(settings.networks_dir)
        with progress_bar(texts("cli.network.build.fetching")) as progress:
            extract = read_source(source, inside, settings.data_dir / "sources", progress=progress)
        with working(texts("cli.network.build.building")):
            name = Path(source).name.split(".")[0] or "street"
            options = BuildOptions(f"{name}-{extract.date}", source, modes, left_hand)
            network = build_network(extract, options)
        off = sites_off(catalogue, network)
        if output is None:
            refuse_gaps(off, len(catalogue.sites), source)
        network.save(target)
    counts = network.manifest.counts
    tell(texts("cli.network.build.done", folder=str(target), segments=f"{counts['segments']:,}"))
    if off:
        tell(texts("cli.network.build.off", off=len(off), sites=len(catalogue.sites)))


def modes_of(profiles: str) -> Sequence[str]:
    """Return the profiles asked for.

    Raises
    ------
    InvalidParameterError
        One of them does not exist, or none is named.
    """
    from geo.errors import not_one_of
    from geo.network.osm.build import STREET_MODES

    asked = [word.strip() for word in profiles.split(",") if word.strip()]
    if not asked or not set(asked) <= set(STREET_MODES):
        raise not_one_of("--profiles", profiles, STREET_MODES)
    return [mode for mode in STREET_MODES if mode in asked]


def area_of(catalogue: Catalogue, bbox: str | None, boundary: str | None) -> Inside:
    """Return the area asked for; everything where nothing was.

    Raises
    ------
    BboxError
        The box is no box.
    NetworkSourceError
        The boundary cannot be read.
    """
    from geo.errors import BboxError
    from geo.network.osm import area

    if bbox is not None:
        try:
            west, south, east, north = (float(part) for part in bbox.split(","))
        except ValueError as error:
            raise BboxError(bbox) from error
        return area.inside_box((west, south, east, north))
    if boundary == QINGDAO:
        return area.inside_outline(catalogue.districts.geometry.union_all())
    return area.inside_outline(area.read_outline(Path(boundary))) if boundary else area.everywhere


def sites_off(catalogue: Catalogue, network: StreetNetwork) -> list[str]:
    """Return the ids of sites that no road for cars or, without cars, walkers comes near."""
    from geo.cch import CchRouter
    from geo.network.difference import snapped

    mode: Mode = "drive" if "drive" in network.modes else "walk"
    positions = positions_of(catalogue)
    found = snapped(CchRouter(network), positions, mode) if mode in network.modes else {}
    return [position.label for position in positions if position.label not in found]


def positions_of(catalogue: Catalogue) -> list[Position]:
    """Return every site as a position named by its id."""
    from geo.router import Position

    sites = catalogue.sites
    rows = zip(sites.index, sites.geometry.x, sites.geometry.y, sites["accuracy_m"], strict=True)
    return [Position(str(i), float(x), float(y), float(accuracy)) for i, x, y, accuracy in rows]


def refuse_gaps(off: Sequence[str], sites: int, source: str) -> None:
    """Refuse to serve a network that does not reach every site.

    Raises
    ------
    NetworkSourceError
        Names some of those it does not reach.
    """
    from geo.errors import NetworkSourceError

    if off:
        raise NetworkSourceError(
            f"{source} has no roads near {len(off)} of {sites} sites ({', '.join(off[:3])}, …); "
            "use data of all of Qingdao, or name a folder with --output",
            source=source,
        )


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show on a terminal's stderr how much is fetched and how long the rest will take."""
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn(label),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None, visible=False)

        def progress(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole or None, visible=True)

        yield progress
