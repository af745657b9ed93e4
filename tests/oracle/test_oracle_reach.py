"""Isochrones against the router's own answers: roads, areas, sites."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import shapely
from network_worlds import osm_files
from numpy.typing import NDArray
from pyproj import Transformer

from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.frames import sites_of
from geo.models import Mode
from geo.network import StreetNetwork
from geo.network.osm.build import BuildOptions, build_network
from geo.network.osm.files import read_osm_file
from geo.planner.legs import End
from geo.reach import SHAPES, areas_of, isochrones, read_reach
from geo.router import Lines, Position, Snap

LIMITS_S = (300, 600, 900, 1500)
SLACK_S = 0.2
"""A snap tells its place to 1e-7 degrees: a centimetre of a slow road."""
STATION = (120.3125, 36.0645)


@cache
def street_router(name: str) -> CchRouter:
    (path,) = (path for path in osm_files() if path.name == name)
    return CchRouter(build_network(read_osm_file(path), BuildOptions("test", name)))


def amid(lines: Lines) -> shapely.Point:
    west, south, east, north = shapely.total_bounds(lines).tolist()
    return shapely.Point((west + east) / 2, (south + north) / 2)


def on_the_roads(network: StreetNetwork, mode: Mode, count: int) -> list[Position]:
    """Return random places on roads of a mode: the first amid the others, in reach of them."""
    chance = random.Random(f"{mode} 1923")  # noqa: S311 - a sample, no secret
    rows = np.unique(network.profile(mode).segments)
    lines = network.segments.geometries(rows)
    centre = shapely.Point(STATION if network.info.fidelity == "schematic" else amid(lines))
    near = lines[shapely.distance(lines, centre) < (0.05 if mode == "walk" else 0.5)]
    spots = [min(near, key=centre.distance).interpolate(0.5, normalized=True)]
    spots += [
        line.interpolate(chance.random(), normalized=True) for line in chance.choices(near, k=count)
    ]
    return [Position(str(at), spot.x, spot.y) for at, spot in enumerate(spots)]


def times_s(router: CchRouter, origin: Snap, ends: tuple[Snap, ...]) -> list[float]:
    return [float(router.matrix([origin, end]).duration_s[0, 1]) for end in ends]


def distances(spots: Lines, lines: Lines) -> NDArray[np.float64]:
    """Return how far each spot lies from the nearest of many lines."""
    found = shapely.STRtree(lines).query_nearest(spots, all_matches=False)
    return np.asarray(shapely.distance(spots, lines[found[1]]), dtype=np.float64)


def check(router: CchRouter, mode: Mode, limits_s: tuple[int, ...], count: int) -> None:
    """What the router reaches in time is on the roads drawn and in the area, and nothing else is.

    Outside means farther from every reached road than the documented buffer.
    """
    places = on_the_roads(router.network, mode, count)
    origin, *ends = router.snap(places, mode)
    plane = Transformer.from_crs("EPSG:4326", router.metric, always_xy=True)
    spots = shapely.points(*plane.transform(*np.array([(one.lon, one.lat) for one in ends]).T))
    stages = router.reach(origin, limits_s)
    areas = areas_of(stages, SHAPES[mode])
    seconds = times_s(router, origin, tuple(ends))
    told = set()
    for limit_s, lines, area in zip(limits_s, stages, areas, strict=True):
        away = distances(spots, lines)
        for spot, off_m, took_s in zip(spots, away, seconds, strict=True):
            if took_s <= limit_s - SLACK_S:
                assert off_m < 0.5
                assert area.covers(spot)
            if area.covers(spot):
                assert off_m <= SHAPES[mode].buffer_m
            told.add((took_s <= limit_s, bool(off_m < 0.5)))
    for before, after in pairwise(stages):
        middles = shapely.line_interpolate_point(before, 0.5, normalized=True)
        assert distances(middles, after).max() < 0.01
    for inner, outer in pairwise(areas):
        assert outer.buffer(0.01).covers(inner)
    assert {(True, True), (False, False)} <= told


def check_ends(router: CchRouter, mode: Mode, limit_s: int) -> None:
    """Wherever a road drawn ends or bends, the router is there in time."""
    (origin,) = router.snap(on_the_roads(router.network, mode, 1)[:1], mode)
    degrees = Transformer.from_crs(router.metric, "EPSG:4326", always_xy=True)
    (lines,) = router.reach(origin, [limit_s])
    chance = random.Random(f"{mode} 1928")  # noqa: S311 - a sample, no secret
    corners = shapely.get_coordinates(lines)
    sample = [corners[at] for at in chance.sample(range(len(corners)), min(120, len(corners)))]
    places = [Position("", *degrees.transform(*corner)) for corner in sample]
    ends = router.snap(places, mode, limit_m=20_000)
    late = [s for s in times_s(router, origin, ends) if s > limit_s + SLACK_S]
    # A corner on a bridge is tied to the road beneath it: another place.
    assert len(late) <= 0.05 * len(ends)


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_the_schematic_network_is_reached_as_its_router_says(
    mode: Mode, qingdao_router: CchRouter
) -> None:
    check(qingdao_router, mode, (900, 1800, 2700, 3600), 120)
    check_ends(qingdao_router, mode, 2700)


@pytest.mark.skipif(
    len(osm_files()) == 0,
    reason="no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM",
)
@pytest.mark.parametrize("name", [path.name for path in osm_files()])
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_real_streets_are_reached_as_their_router_says(mode: Mode, name: str) -> None:
    router = street_router(name)
    limits = (120, 240, 480) if mode == "drive" else LIMITS_S
    check(router, mode, limits, 120)
    check_ends(router, mode, limits[1])


@pytest.mark.parametrize("mode", ["walk", "cycle", "drive", "coach"])
def test_sites_are_all_those_the_router_reaches(
    mode: Mode, qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    wish = read_reach({"start": STATION, "mode": mode, "minutes": [15, 30, 45]})
    found = isochrones(wish, qingdao, qingdao_router)
    (here,) = qingdao_router.snap([Position("start", *STATION)], mode)
    wanted = {}
    for site in sites_of(qingdao.sites):
        if not site.is_area:
            place = Position(site.id, site.lon, site.lat, site.accuracy_m)
            (there,) = qingdao_router.snap([place], mode)
            road_s = qingdao_router.matrix([here, there]).duration_s[0, 1]
            wanted[site.id] = End(here).approach_s + road_s + End(there).approach_s
    within = {site: took_s for site, took_s in wanted.items() if round(took_s) <= 45 * 60}
    assert len(within) > 3
    assert {one.site.id: one.duration_s for one in found.sites} == {
        site: round(took_s) for site, took_s in within.items()
    }
    for one in found.sites:
        assert one.duration_s <= found.band_of(one) * 60
    kilometres = [band.area_km2 for band in found.bands]
    assert kilometres == sorted(kilometres)
    assert kilometres[0] > 0
    for inner, outer in pairwise(found.bands):
        assert outer.area.buffer(3e-6).covers(inner.area)
        assert inner.area.is_valid


def test_the_area_is_measured_on_epsg_4549(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    found = isochrones(read_reach({"start": STATION}), qingdao, qingdao_router)
    plane = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
    for band in found.bands:
        area = shapely.transform(
            band.area, lambda points: np.column_stack(plane.transform(*points.T))
        )
        assert band.area_km2 == pytest.approx(area.area / 1e6, rel=1e-3)
