"""The places of a plan on the roads: what is asked of the router, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from network_worlds import extract_of, places
from planner_world import StraightRouter

from geo.cch import CchRouter, _Engine
from geo.errors import OffNetworkError
from geo.models import Mode
from geo.network.osm.build import BuildOptions, build_network
from geo.planner.roads import measure
from geo.router import SNAP_LIMIT_M, Position, Snap

DRAWING = "a---b---c---d---e---f"


class Asked(_Engine):
    """An engine that notes which ways are followed."""

    pairs: list[tuple[int, int]]

    def measures(self, snaps: Sequence[Snap], wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.pairs += [(i, j) for i, j in np.argwhere(wanted).tolist()]
        return super().measures(snaps, wanted)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    monkeypatch.setattr(Asked, "pairs", pairs, raising=False)
    monkeypatch.setattr("geo.cch._Engine", Asked)
    return pairs


@pytest.fixture
def router(asked: list[tuple[int, int]]) -> CchRouter:  # noqa: ARG001 - patched before it is made
    extract = extract_of(DRAWING, {"abcdef": {"highway": "residential"}})
    return CchRouter(build_network(extract, BuildOptions("drawn", "drawn")))


POSITIONS = [Position(name, *at) for name, at in places(DRAWING).items()]
SAME = np.eye(len(POSITIONS), dtype=bool)


def test_rides_are_not_followed(router: CchRouter, asked: list[tuple[int, int]]) -> None:
    roads = measure(POSITIONS, "drive", router, SAME)
    assert np.isfinite(roads.seconds).all()
    assert roads.walked_m.max() < 1
    assert asked == []


def test_walks_are_followed_each_once_and_only_where_they_may_be_near(
    router: CchRouter, asked: list[tuple[int, int]]
) -> None:
    roads = measure(POSITIONS, "walk", router, SAME)
    assert asked == []
    near = roads.walked(250.0)
    assert max(abs(i - j) for i, j in asked) == 2  # 200 m; the next is 300 m away
    whole = roads.walked_m
    assert len(asked) == len(set(asked))
    assert whole[0].tolist() == pytest.approx([0, 100, 200, 300, 400, 500], abs=1)
    assert np.array_equal(near[whole <= 250], whole[whole <= 250])
    assert np.isinf(near[whole > 260]).all()


class Picky(StraightRouter):
    """Refuses some places, and counts how often it is asked."""

    calls = 0

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        self.calls += 1
        for position in positions:
            if position.label in "be":
                raise OffNetworkError(position.label, 9e9, limit_m, mode)
        return super().snap(positions, mode, limit_m=limit_m)


def test_a_place_off_the_roads_has_no_ways_and_the_others_are_tied_together() -> None:
    router = Picky()
    many = [Position(str(at), 120.3 + at * 1e-3, 36.1) for at in range(64)]
    roads = measure([*POSITIONS, *many], "walk", router, np.eye(70, dtype=bool), needed=False)
    assert [at for at, snap in enumerate(roads.snaps) if snap is None] == [1, 4]
    assert np.isinf(roads.seconds[1, 0])
    assert router.calls < 30
    with pytest.raises(OffNetworkError):
        measure(POSITIONS, "walk", router, SAME)
