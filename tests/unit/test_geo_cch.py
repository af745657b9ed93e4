"""The router on a lattice a reader can check by eye: edges, one-ways, islands, the far sea.

Streets of the lattice are 100 m long in the drawing; in metres that is `BLOCK`, by the ellipsoid.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from network_worlds import places, write_backbone
from pyproj import Geod

from geo.cch import CchRouter
from geo.errors import InvalidParameterError, NoPathError, OffNetworkError
from geo.models import Mode
from geo.network import StreetNetwork, build_schematic
from geo.router import Position, Snap

PLACES = places("a---b---c\n|\nd---e---f\n|\ng---h---i      x---y")
WGS84 = Geod(ellps="WGS84")


def metres(here: str, there: str) -> float:
    return float(WGS84.inv(*PLACES[here], *PLACES[there])[2])


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> CchRouter:
    return CchRouter(build_schematic(write_backbone(tmp_path_factory.mktemp("backbone"))))


def between(here: str, there: str, share: float) -> Position:
    """Return the position that far from one node to another."""
    (lon, lat), (lon2, lat2) = PLACES[here], PLACES[there]
    label = f"{here}{there}{share}"
    return Position(label, lon + (lon2 - lon) * share, lat + (lat2 - lat) * share)


def snaps(router: CchRouter, mode: Mode, *positions: Position) -> tuple[Snap, ...]:
    return router.snap(positions, mode)


def test_a_position_beside_a_road_is_tied_to_its_nearest_point(router: CchRouter) -> None:
    lon, lat = between("a", "b", 0.25).lon, between("a", "b", 0.25).lat
    (snap,) = snaps(router, "walk", Position("p", lon, lat + 20 / 111_320))
    assert snap.approach_m == pytest.approx(20, abs=0.1)
    assert (snap.lon, snap.lat) == pytest.approx((lon, lat), abs=1e-6)
    assert snap.fraction == pytest.approx(0.25, abs=1e-3)


def test_each_mode_is_tied_to_its_own_roads(router: CchRouter) -> None:
    on_steps = between("c", "f", 0.5)
    walk, drive = (snaps(router, mode, on_steps)[0] for mode in ("walk", "drive"))
    assert walk.approach_m == pytest.approx(0, abs=0.01)
    assert drive.approach_m == pytest.approx(metres("c", "f") / 2, rel=0.01)


@pytest.mark.parametrize(("begin", "finish"), [(0.2, 0.7), (0.7, 0.2)])
def test_both_ends_on_one_street(router: CchRouter, begin: float, finish: float) -> None:
    here, there = snaps(router, "drive", between("a", "b", begin), between("a", "b", finish))
    path = router.path(here, there)
    assert path.length_m == pytest.approx(0.5 * metres("a", "b") * 1.05, rel=1e-4)
    assert path.coordinates == ((here.lon, here.lat), (there.lon, there.lat))
    assert [span.road.name_en for span in path.spans] == ["North Street"]


def test_one_street_with_traffic_and_against_it(router: CchRouter) -> None:
    upper, lower = snaps(router, "drive", between("b", "e", 0.4), between("b", "e", 0.6))
    block = metres("b", "e") * 1.05
    assert router.path(upper, lower).length_m == pytest.approx(0.2 * block, rel=1e-3)
    # Against it: down to e, round by d and a, or f is no use (steps), and in again from b.
    path = router.path(lower, upper)
    assert path.length_m == pytest.approx(
        0.8 * block + 1.05 * (metres("e", "d") + metres("d", "a") + metres("a", "b")), rel=1e-3
    )
    # On foot nobody minds.
    upper, lower = snaps(router, "walk", between("b", "e", 0.4), between("b", "e", 0.6))
    assert router.path(lower, upper).length_m == pytest.approx(
        0.2 * metres("b", "e") * 1.08, rel=1e-3
    )


def test_spans_join_up_and_merge_one_road(router: CchRouter) -> None:
    here, there = snaps(router, "walk", between("g", "h", 0.5), between("b", "c", 0.5))
    path = router.path(here, there)
    assert path.coordinates[0] == (here.lon, here.lat)
    assert path.coordinates[-1] == (there.lon, there.lat)
    assert path.spans[0].first == 0
    assert path.spans[-1].last == len(path.coordinates) - 1
    for before, after in zip(path.spans, path.spans[1:], strict=False):
        assert before.last == after.first
        assert before.road != after.road
    assert sum(span.length_m for span in path.spans) == pytest.approx(path.length_m)
    assert sum(span.duration_s for span in path.spans) == pytest.approx(path.duration_s)
    for span in path.spans:
        line = path.coordinates[span.first : span.last + 1]
        assert 1.08 * WGS84.line_length(*zip(*line, strict=True)) == pytest.approx(
            span.length_m, rel=1e-3
        )


def test_at_a_junction_nothing_is_travelled(router: CchRouter) -> None:
    here, there = snaps(router, "walk", between("d", "e", 1.0), between("e", "f", 0.0))
    path = router.path(here, there)
    assert path.length_m == pytest.approx(0, abs=0.02)
    assert len(path.coordinates) == 2


def test_a_position_to_itself_is_nothing(router: CchRouter) -> None:
    (here,) = snaps(router, "drive", between("b", "e", 0.5))
    path = router.path(here, here)
    assert (path.length_m, path.duration_s) == (0.0, 0.0)
    assert path.coordinates == ((here.lon, here.lat),) * 2
    assert router.matrix([here]).cost.tolist() == [[0.0]]


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_an_island_cannot_be_reached(router: CchRouter, mode: Mode) -> None:
    here, island = snaps(router, mode, between("a", "b", 0.5), between("x", "y", 0.5))
    with pytest.raises(NoPathError) as caught:
        router.path(here, island)
    assert caught.value.data == {"origin": "ab0.5", "destination": "xy0.5", "mode": mode}
    matrix = router.matrix([here, island])
    for measure in (matrix.cost, matrix.duration_s, matrix.length_m):
        assert np.isinf(measure).tolist() == [[False, True], [True, False]]


def test_too_far_from_every_road_says_how_far(router: CchRouter) -> None:
    far = Position("at sea", 120.30, 36.10 + 3000 / 111_320)
    with pytest.raises(OffNetworkError) as caught:
        router.snap([far], "walk")
    assert caught.value.data["position"] == "at sea"
    assert caught.value.data["distance_m"] == pytest.approx(2990, abs=15)
    assert caught.value.data["limit_m"] == 2000
    # A site known to within a kilometre may lie that much nearer.
    assert router.snap([Position("site", far.lon, far.lat, 1000.0)], "walk")
    with pytest.raises(OffNetworkError):
        router.snap([Position("site", far.lon, far.lat, 1000.0)], "walk", limit_m=500)


def test_modes_are_not_mixed(router: CchRouter) -> None:
    (walk,) = snaps(router, "walk", between("a", "b", 0.5))
    (drive,) = snaps(router, "drive", between("a", "b", 0.5))
    with pytest.raises(InvalidParameterError):
        router.path(walk, drive)
    with pytest.raises(InvalidParameterError):
        router.matrix([walk, drive])


def test_no_positions_no_answers(router: CchRouter) -> None:
    assert router.snap([], "walk") == ()
    assert router.matrix([]).cost.shape == (0, 0)


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_matrix_and_path_agree(router: CchRouter, mode: Mode) -> None:
    positions = [
        between(*pair, share)
        for pair in ("ab", "be", "gh", "de", "ad")
        for share in (0.0, 0.3, 0.31, 1.0)
    ]
    tied = snaps(router, mode, *positions)
    matrix = router.matrix(tied)
    for i, here in enumerate(tied):
        for j, there in enumerate(tied):
            path = router.path(here, there)
            assert path.length_m == pytest.approx(matrix.length_m[i, j], abs=1e-6)
            assert path.duration_s == pytest.approx(matrix.duration_s[i, j], abs=1e-9)
    if mode == "walk":
        assert np.array_equal(matrix.cost, matrix.duration_s)
    else:
        toll = 0.036 * matrix.length_m
        assert np.allclose(matrix.cost, matrix.duration_s + toll, atol=0.02)


def test_threads_share_a_router(qingdao_router: CchRouter, qingdao_network: StreetNetwork) -> None:
    nodes = qingdao_network.node_degrees[::97]
    positions = [Position(str(at), lon, lat) for at, (lon, lat) in enumerate(nodes.tolist())]
    tied = qingdao_router.snap(positions, "drive", limit_m=50_000)
    pairs = [(here, there) for here in tied for there in tied[::3]]

    def lengths() -> list[float]:
        return [qingdao_router.path(*pair).length_m for pair in pairs]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: lengths(), range(4)))
    assert all(answer == answers[0] for answer in answers)
