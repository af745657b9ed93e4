"""`redtrails network build`: a street network from an OpenStreetMap file or URL, in one command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .areas import download_areas, outline_of
from .console import opened_catalogue, tell, working

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from api.settings import Settings
    from api.web.texts import Texts
    from geo.catalogue import Catalogue
    from geo.models import Mode
    from geo.network import StreetNetwork
    from geo.network.osm.elements import Extract
    from geo.network.osm.fetching import Progress
    from geo.network.osm.overpass import Overpass
    from geo.router import Position

Source = Annotated[str, typer.Argument(help="cli.network.build.source", metavar="SOURCE")]
Output = Annotated[Path | None, typer.Option(help="cli.network.build.output", metavar="DIR")]
Profiles = Annotated[str, typer.Option(help="cli.network.build.profiles")]
Box = Annotated[str | None, typer.Option(help="cli.network.build.bbox", metavar="W,S,E,N")]
Boundary = Annotated[str | None, typer.Option(help="cli.network.build.boundary", metavar="FILE")]
Dem = Annotated[Path | None, typer.Option("--dem", help="cli.network.build.dem", metavar="FILE")]
LeftHand = Annotated[bool, typer.Option("--left-hand", help="cli.network.build.left")]

OverpassUrl = Annotated[str | None, typer.Option(help="cli.network.build.overpass", metavar="URL")]
Refresh = Annotated[bool, typer.Option("--refresh", help="cli.network.build.refresh")]

SOURCES = "sources"
"""Folder within the data folder that keeps what was fetched."""

OVERPASS = "overpass:"
"""A source that begins so is downloaded from an Overpass server."""


def build(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    source: Source,
    *,
    output: Output = None,
    profiles: Profiles = "walk,cycle,drive,coach",
    bbox: Box = None,
    boundary: Boundary = None,
    left_hand: LeftHand = False,
    overpass_url: OverpassUrl = None,
    refresh: Refresh = False,
    dem: Dem = None,
) -> None:
    """Build a street network; without `--output` into the folder the service serves from."""
    from api.networks import street_folder
    from geo.errors import InvalidParameterError
    from geo.network.osm.build import BuildOptions, build_network
    from geo.network.osm.overpass import Overpass
    from geo.network.relief import check_dem

    texts: Texts = context.obj
    modes = modes_of(profiles)
    if refresh and not source.startswith(OVERPASS):
        raise InvalidParameterError("--refresh", source, "a source overpass:…", rule="refresh")
    if dem is not None:
        check_dem(dem)
    with opened_catalogue(texts) as (settings, catalogue):
        outline = outline_of(catalogue, bbox, boundary)
        target = output or street_folder(settings.networks_dir)
        if source.startswith(OVERPASS):
            areas = download_areas(catalogue, source.removeprefix(OVERPASS))
            server = Overpass(overpass_url or settings.overpass_url, refresh=refresh)
            extract = downloaded(areas, outline, server, settings, texts)
        else:
            extract = from_file(source, outline, settings, texts)
        with working(texts("cli.network.build.building")):
            name = f"{network_name(source)}-{extract.date}"
            options = BuildOptions(name, source, modes, left_hand, dem)
            network = build_network(extract, options)
        off = sites_off(catalogue, network)
        if output is None:
            refuse_gaps(off, len(catalogue.sites), source)
        network.save(target)
    counts = network.manifest.counts
    tell(texts("cli.network.build.done", folder=str(target), segments=f"{counts['segments']:,}"))
    if dem is not None:
        tell(texts("cli.network.build.relief", share=f"{network.manifest.dem_share:.0%}"))
    if off:
        tell(texts("cli.network.build.off", off=len(off), sites=len(catalogue.sites)))


def network_name(source: str) -> str:
    """Return what a network made from a source is called.

    Examples
    --------
    >>> network_name("/data/shandong-latest.osm.pbf")
    'shandong-latest'
    >>> network_name("overpass:qingdao")
    'qingdao'
    >>> network_name("overpass:120.1,36.0,120.5,36.3")
    'box'
    """
    area = source.removeprefix(OVERPASS)
    if area != source:
        return "box" if "," in area else area
    return Path(source).name.split(".")[0] or "street"


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


def from_file(
    source: str, outline: BaseGeometry | None, settings: Settings, texts: Texts
) -> Extract:
    """Return the roads of a file, or of a URL, within an outline."""
    from geo.network.osm import area
    from geo.network.osm.sources import read_source

    inside = area.everywhere if outline is None else area.inside_outline(outline)
    with progress_bar(texts("cli.network.build.fetching")) as progress:
        return read_source(source, inside, settings.data_dir / SOURCES, progress=progress)


def downloaded(
    areas: Mapping[str, BaseGeometry],
    outline: BaseGeometry | None,
    server: Overpass,
    settings: Settings,
    texts: Texts,
) -> Extract:
    """Return the roads of areas, as an Overpass server has them, within an outline.

    Raises
    ------
    NetworkSourceError
        The server refuses or does not answer, the outline lies elsewhere, or there are no roads.
    """
    from geo.network.osm.overpass import roads_of

    folder = settings.data_dir / SOURCES / "overpass"
    with progress_bar(texts("cli.network.build.fetching"), counted=True) as progress:
        return roads_of(areas, outline, server, folder, progress=progress)


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
def progress_bar(label: str, *, counted: bool = False) -> Iterator[Progress]:
    """Show on stderr how much is fetched, in bytes or counted, and how long the rest will take."""
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn(label),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn() if counted else rich_progress.DownloadColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None, visible=False)

        def progress(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole or None, visible=True)

        yield progress
