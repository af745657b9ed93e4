"""An OpenStreetMap extract as a `StreetNetwork`: the steps in order."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geo.models import Mode
from geo.network.climbing import Climbs, climbs_of
from geo.network.compiling import Drawing, Pricing, Turns, compile_network
from geo.network.lines import FloatArray, IntArray
from geo.network.manifest import Manifest
from geo.network.relief import read_relief
from geo.network.street import StreetNetwork

from .components import parts_kept
from .elements import Extract
from .pricing import MOTOR, Priced, price
from .stretches import Stretches, cut_ways
from .turning import TurnTable, turn_table

STREET_MODES: tuple[Mode, ...] = ("walk", "cycle", "drive", "coach")
LICENCE = "ODbL 1.0"
ATTRIBUTION = "© OpenStreetMap contributors"
CHINA_METRIC = "EPSG:4549"
CHINA_WEST, CHINA_EAST = 118.5, 121.5
"""Where EPSG:4549 (3° belt around 120° E) measures well."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to make of an extract.

    `id` names the network, `source` says what it is made from; `left_hand` is for countries that
    drive on the left; `dem` is a raster file of heights, by which walkers' times follow the hills.
    """

    id: str
    source: str
    modes: Sequence[str] = STREET_MODES
    left_hand: bool = False
    dem: Path | None = None


def metric_for(bbox: tuple[float, float, float, float]) -> str:
    """Return the reference system to measure in: EPSG:4549 around Qingdao, else the UTM zone."""
    west, south, east, north = bbox
    if west >= CHINA_WEST and east <= CHINA_EAST and 0 < south < north < 84:  # noqa: PLR2004
        return CHINA_METRIC
    lon, lat = (west + east) / 2, (south + north) / 2
    area = AreaOfInterest(lon, lat, lon, lat)
    found = query_utm_crs_info(datum_name="WGS 84", area_of_interest=area)
    return CRS.from_epsg(int(found[0].code)).to_string()


def _on_nodes(priced: Priced, drawing: Drawing, length: FloatArray) -> Pricing:
    """Return the pricing of a mode whose turns are free, cut-off roads left out."""
    arcs = priced.arcs
    tail, head = drawing.ends[arcs >> 1, arcs & 1], drawing.ends[arcs >> 1, 1 - (arcs & 1)]
    share = _once(arcs, length)
    weight = np.bincount(tail, share, minlength=len(drawing.nodes)).astype(np.float64)
    part = parts_kept(len(drawing.nodes), tail, head, weight)
    open_ = (part[tail] >= 0) & (part[head] == part[tail])
    extra = None if priced.extra_s is None else priced.extra_s[open_]
    aside = _ints(np.unique(arcs[open_ & (part[tail] > 0)] >> 1))
    return Pricing(arcs[open_], priced.duration_s[open_], extra, 1.0, aside=aside)


def _once(arcs: IntArray, length: FloatArray) -> FloatArray:
    """Return the metres of each arc, those of a stretch shared by all arcs over it."""
    times = np.bincount(arcs >> 1, minlength=len(length))
    return np.asarray(length[arcs >> 1] / times[arcs >> 1], dtype=np.float64)


def _on_arcs(priced: Priced, table: TurnTable, length: FloatArray) -> Pricing:
    """Return the pricing of a mode whose turns count, cut-off roads left out."""
    part = parts_kept(len(table.arcs), table.before, table.after, _once(table.arcs, length))
    # All arcs of a stretch stay together: one may start on an arc that no other leads into.
    main, kept = (np.isin(table.arcs >> 1, table.arcs[at] >> 1) for at in (part == 0, part >= 0))
    number = np.cumsum(kept) - 1
    usable = kept[table.before] & kept[table.after]
    order = np.flatnonzero(usable)[np.argsort(table.before[usable], kind="stable")]
    before, after = number[table.before[order]], number[table.after[order]]
    first = np.searchsorted(before, np.arange(kept.sum() + 1))
    turns = Turns(_ints(first), _ints(after), _ints(np.rint(table.delay_s[order] * 1000)))
    at = np.searchsorted(priced.arcs, table.arcs[kept])
    extra = None if priced.extra_s is None else priced.extra_s[at]
    aside = _ints(np.unique(table.arcs[kept & ~main] >> 1))
    return Pricing(table.arcs[kept], priced.duration_s[at], extra, 1.0, turns, aside)


def _ints(values: ArrayLike) -> IntArray:
    return np.asarray(values).astype(np.int32)


def _pricing(
    stretches: Stretches,
    extract: Extract,
    mode: str,
    options: BuildOptions,
    pace: FloatArray | None,
) -> Pricing:
    priced = price(stretches, extract, mode, pace)
    length = stretches.drawing.lengths()
    if mode not in MOTOR:
        return _on_nodes(priced, stretches.drawing, length)
    table = turn_table(priced.arcs, stretches, extract, mode, left_hand=options.left_hand)
    return _on_arcs(priced, table, length)


def _tools() -> dict[str, str]:
    packages = ("qingdao-red-trails", "osmium", "osmnx", "routingkit-cch")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def build_network(extract: Extract, options: BuildOptions) -> StreetNetwork:
    """Build the network of an extract.

    Parameters
    ----------
    extract
        As read from a file or a download.
    options
        Which modes, under which name.

    Raises
    ------
    NetworkSourceError
        No road is open to one of the modes, or the elevation model is none or lies elsewhere.
    """
    stretches = cut_ways(extract, options.modes)
    vertices = stretches.drawing.vertices
    bbox = (*vertices.min(axis=0).tolist(), *vertices.max(axis=0).tolist())
    manifest = Manifest(
        id=options.id,
        fidelity="street",
        date=extract.date,
        licence=LICENCE,
        attribution=ATTRIBUTION,
        source=options.source,
        metric=metric_for(bbox),
        bbox=bbox,
        counts={"ways": len(stretches.ways), "restrictions": len(extract.restrictions)},
        length_km=0.0,
        length_factors={},
        tools=_tools(),
    )
    climbs = None
    if options.dem is not None:
        climbs = _climbs(stretches, options.dem, manifest)
        share = round(climbs.known_share(stretches.drawing.lengths()), 4)
        manifest = replace(manifest, dem=options.dem.name, dem_share=share)
    pace, climb_m = (None, None) if climbs is None else (climbs.pace, climbs.climb_m)
    pricings = {mode: _pricing(stretches, extract, mode, options, pace) for mode in options.modes}
    return compile_network(stretches.drawing, pricings, manifest, climb_m)


def _climbs(stretches: Stretches, dem: Path, manifest: Manifest) -> Climbs:
    return climbs_of(stretches.drawing, read_relief(dem, manifest.bbox, manifest.metric))
