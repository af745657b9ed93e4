"""Ascent, descent and walking time over ground whose height is a formula.

Drawings: see `network_worlds`. A column is 25 m, a line 50 m; x runs east, y north, from the first
character.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from network_worlds import extract_of, places
from relief_world import Ground, write_dem

from geo.cch import CchRouter
from geo.errors import NetworkSourceError
from geo.network import StreetNetwork
from geo.network.climbing import tobler_pace
from geo.network.osm.build import BuildOptions, build_network
from geo.network.relief import read_relief
from geo.planner.legs import make_leg
from geo.router import Path as Way
from geo.router import Position

STREET = {"highway": "residential"}
LINE = "a-------b-------c-------d"
"""Three streets of 200 m from west to east."""
FLAT_S = 200 / (4.5 / 3.6)
"""Walking 200 m on the flat."""


def built(
    dem: Path | None, ways: dict[str, dict[str, str]] | None = None, drawing: str = LINE
) -> StreetNetwork:
    extract = extract_of(drawing, ways or {"abcd": STREET})
    return build_network(extract, BuildOptions("drawn", "a drawing", ("walk", "drive"), dem=dem))


def way(network: StreetNetwork, ends: str, drawing: str = LINE, mode: str = "walk") -> Way:
    router = CchRouter(network)
    snaps = router.snap([Position(end, *places(drawing)[end]) for end in ends], mode)  # type: ignore[arg-type]
    return router.path(*snaps)


def ramp(grade: float) -> Ground:
    """Rise to the east."""
    return lambda x, y: 100 + grade * x + 0 * y


@pytest.mark.parametrize("grade", [0.1, -0.1, 0.3])
@pytest.mark.parametrize(
    ("crs", "cell"), [("EPSG:4549", 10.0), ("EPSG:4549", 30.0), ("EPSG:32651", 5.0)]
)
def test_a_ramp_climbs_by_its_grade(tmp_path: Path, grade: float, crs: str, cell: float) -> None:
    dem = write_dem(tmp_path / "ramp.tif", ramp(grade), crs=crs, cell=cell)
    there, back = (way(built(dem), ends) for ends in ("ad", "da"))
    up, down = max(600 * grade, 0), max(-600 * grade, 0)
    assert (there.ascent_m, there.descent_m) == pytest.approx((up, down), abs=0.6)
    assert (back.ascent_m, back.descent_m) == pytest.approx((down, up), abs=0.6)


def test_a_model_in_degrees_says_the_same(tmp_path: Path) -> None:
    plane = write_dem(tmp_path / "plane.tif", ramp(0.1))
    degrees = write_dem(tmp_path / "degrees.tif", ramp(0.1), crs="EPSG:4326", cell=0.0002)
    one, other = (way(built(dem), "ad") for dem in (plane, degrees))
    assert one.ascent_m == pytest.approx(other.ascent_m, abs=0.6)
    assert one.duration_s == pytest.approx(other.duration_s, rel=0.01)


def tobler_kmh(slope: float) -> float:
    """As Tobler wrote it (1993)."""
    return 6 * math.exp(-3.5 * abs(slope + 0.05))


@pytest.mark.parametrize("grade", [0.0, 0.03, 0.05, 0.12, 0.3])
def test_walking_follows_tobler_up_and_down(tmp_path: Path, grade: float) -> None:
    network = built(write_dem(tmp_path / "ramp.tif", ramp(grade)))
    for ends, slope in (("ad", grade), ("da", -grade)):
        wanted = 3 * FLAT_S * tobler_kmh(0) / tobler_kmh(slope)
        assert way(network, ends).duration_s == pytest.approx(wanted, rel=0.01)


def test_walkers_are_quickest_five_per_cent_downhill() -> None:
    slopes = np.linspace(-0.4, 0.4, 801)
    assert slopes[tobler_pace(slopes).argmin()] == pytest.approx(-0.05)
    assert tobler_pace(np.array([0.0, 9.0, 0.5])).tolist() == pytest.approx(
        [1.0, math.exp(1.75), math.exp(1.75)]
    )


def test_cars_take_their_time_but_tell_the_climb(tmp_path: Path) -> None:
    hilly = way(built(write_dem(tmp_path / "ramp.tif", ramp(0.1))), "ad", mode="drive")
    level = way(built(None), "ad", mode="drive")
    assert hilly.duration_s == level.duration_s
    assert hilly.ascent_m == pytest.approx(60, abs=0.6)


def test_a_hill_goes_up_and_down_wherever_the_street_is_cut(tmp_path: Path) -> None:
    def hill(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(50 + 40 * np.cos((x - 300) / 600 * 2 * math.pi) + 0 * y)

    dem = write_dem(tmp_path / "hill.tif", hill)
    whole = way(built(dem), "ad")
    drawing = "a-------b-------c-------d\n\n        e       f"
    cut = {"abcd": STREET, "be": STREET, "cf": STREET}
    parts = way(built(dem, cut, drawing), "ad", drawing)
    # A Gaussian of 35 m takes 7 % off a wave of 600 m.
    left = 80 * math.exp(-((2 * math.pi * math.sqrt(2) * 25 / 600) ** 2) / 2)
    assert whole.ascent_m == pytest.approx(left, abs=1.5)
    assert whole.descent_m == pytest.approx(left, abs=1.5)
    assert parts.ascent_m == pytest.approx(whole.ascent_m, abs=0.5)
    assert parts.duration_s == pytest.approx(whole.duration_s, rel=0.01)


def test_part_of_a_stretch_is_its_share(tmp_path: Path) -> None:
    network = built(write_dem(tmp_path / "ramp.tif", ramp(0.1)))
    half = way(network, "bd")
    assert half.ascent_m == pytest.approx(40, abs=0.5)
    assert half.descent_m == pytest.approx(0, abs=0.01)


def test_noise_does_not_add_up_to_hills(tmp_path: Path) -> None:
    random = np.random.default_rng(4)

    def plain(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(20 + random.normal(0, 2, x.shape) + 0 * y)

    found = way(built(write_dem(tmp_path / "plain.tif", plain, cell=30)), "ad")
    assert found.ascent_m is not None
    assert found.ascent_m < 5
    assert found.duration_s == pytest.approx(3 * FLAT_S, rel=0.03)


@pytest.mark.parametrize("nodata", [-9999.0, float("nan"), None])
def test_where_nothing_is_known_there_is_no_figure(tmp_path: Path, nodata: float | None) -> None:
    def half(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray(np.where(x < 430, 100 + 0.1 * x, np.nan) + 0 * y)

    dem = write_dem(tmp_path / "half.tif", half, nodata=nodata)
    drawing = "a-------b-------c-------d\n\n        e       f"
    network = built(dem, {"abcd": STREET, "be": STREET, "cf": STREET}, drawing)
    known, unknown = way(network, "ab", drawing), way(network, "ad", drawing)
    assert known.ascent_m == pytest.approx(20, abs=0.5)
    assert (unknown.ascent_m, unknown.descent_m) == (None, None)
    # The last street is walked as on the flat, the others by their slope.
    slow = FLAT_S * tobler_kmh(0) / tobler_kmh(0.1)
    assert 2 * slow + FLAT_S == pytest.approx(unknown.duration_s, rel=0.02)
    assert 0.4 < network.manifest.dem_share < 0.9


def test_without_a_model_it_is_absent_not_zero() -> None:
    network = built(None)
    found = way(network, "ad")
    assert (found.ascent_m, found.descent_m) == (None, None)
    assert (network.segments.climb_m, network.manifest.dem) == (None, "")
    assert found.duration_s == pytest.approx(3 * FLAT_S, rel=0.005)


def valley(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Lie level at 50 m, but for a gorge between b and c; the banks differ by 6 m."""
    gorge = np.clip((50 - np.abs(x - 300)) / 30, 0, 1) * 45
    return np.asarray(50 + 6 * (x > 300) - gorge + 0 * y)


@pytest.mark.parametrize("structure", ["bridge", "tunnel"])
def test_a_bridge_does_not_go_down_into_the_valley(tmp_path: Path, structure: str) -> None:
    dem = write_dem(tmp_path / "valley.tif", valley)
    over = {"ab": STREET, "bc": {**STREET, structure: "yes"}, "cd": STREET}
    spans = way(built(dem, over), "ad")
    through = way(built(dem), "ad")
    assert spans.ascent_m == pytest.approx(6, abs=3)
    assert through.ascent_m is not None
    assert through.ascent_m > 20
    assert spans.duration_s < through.duration_s


def test_a_bridge_in_parts_stays_up(tmp_path: Path) -> None:
    drawing = "a-------b---m---c-------d"
    bridge = {**STREET, "bridge": "yes"}
    ways = {"ab": STREET, "bm": bridge, "mc": bridge, "cd": STREET}
    found = way(built(write_dem(tmp_path / "v.tif", valley), ways, drawing), "ad", drawing)
    assert found.ascent_m == pytest.approx(6, abs=3)


def test_stairs_keep_their_pace_and_tell_their_climb(tmp_path: Path) -> None:
    ways = {"ab": STREET, "bc": {"highway": "steps"}, "cd": STREET}
    stairs = way(built(write_dem(tmp_path / "ramp.tif", ramp(0.3)), ways), "bc")
    assert stairs.ascent_m == pytest.approx(60, abs=0.6)
    assert stairs.duration_s == pytest.approx(200 / (2.2 / 3.6), rel=0.01)


def test_a_bundle_keeps_it_and_old_bundles_load(tmp_path: Path) -> None:
    network = built(write_dem(tmp_path / "ramp.tif", ramp(0.1)))
    network.save(tmp_path / "net")
    loaded = StreetNetwork.load(tmp_path / "net")
    assert loaded.manifest == network.manifest
    assert (loaded.manifest.dem, loaded.manifest.dem_share) == ("ramp.tif", 1.0)
    assert way(loaded, "ad") == way(network, "ad")
    built(None).save(tmp_path / "old")
    manifest = tmp_path / "old" / "manifest.json"
    document = json.loads(manifest.read_text("utf-8"))
    old = {name: value for name, value in document.items() if not name.startswith("dem")}
    manifest.write_text(json.dumps({**old, "version": 1}), "utf-8")
    before = StreetNetwork.load(tmp_path / "old")
    assert (before.manifest.dem, way(before, "ad").ascent_m) == ("", None)


def test_a_leg_tells_it_unless_a_stop_is_an_area(tmp_path: Path) -> None:
    router = CchRouter(built(write_dem(tmp_path / "ramp.tif", ramp(0.1))))
    for accuracy, wanted in ((20.0, (60, 0)), (3000.0, None)):
        ends = [Position("a", *places(LINE)["a"]), Position("d", *places(LINE)["d"], accuracy)]
        snaps = router.snap(ends, "walk")
        leg = make_leg(*snaps, router.path(*snaps))
        figures = leg.ascent_m, leg.descent_m
        assert figures == ((None, None) if wanted is None else pytest.approx(wanted, abs=0.6))


def test_a_model_that_lies_elsewhere_or_is_absurd(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "ramp.tif", ramp(0.1))
    with pytest.raises(NetworkSourceError, match="knows no height"):
        read_relief(dem, (7.0, 43.0, 7.1, 43.1), "EPSG:32632")
    absurd = write_dem(tmp_path / "absurd.tif", lambda x, y: 20000 + 0 * x + 0 * y)
    with pytest.raises(NetworkSourceError, match="20000"):
        built(absurd)
