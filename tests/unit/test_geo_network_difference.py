"""What changes from one network to another is told by pair, nearest road and median."""

from __future__ import annotations

import pytest
from network_worlds import extract_of, places

from geo.cch import CchRouter
from geo.network.difference import compare_networks
from geo.network.osm.build import BuildOptions, build_network
from geo.router import Position

DRAWING = """
a---b
|   |
c---d"""
STREET = {"highway": "residential"}


def router(*ways: str) -> CchRouter:
    extract = extract_of(DRAWING, dict.fromkeys(ways, STREET))
    return CchRouter(build_network(extract, BuildOptions("drawn", "a drawing", ("walk",))))


def test_a_closed_street_is_a_longer_way() -> None:
    positions = [Position(end, *places(DRAWING)[end]) for end in "ab"]
    found = compare_networks(
        router("ab", "ac", "cd", "db"), router("ac", "cd", "db"), positions, "walk"
    )
    assert (found.lost, found.gained, found.pairs) == ((), (), 2)
    assert found.median_length == pytest.approx(3.0, rel=0.01)
    assert {(change.origin, change.destination) for change in found.changes} == {
        ("a", "b"),
        ("b", "a"),
    }


def test_nothing_changes_between_equals_and_what_is_far_off_is_named() -> None:
    same = router("ab", "ac")
    positions = [Position(end, *places(DRAWING)[end]) for end in "abc"]
    found = compare_networks(same, same, [*positions, Position("far", 121.0, 36.1)], "walk")
    assert found.changes == ()
    assert (found.pairs, found.median_time, found.lost) == (6, 1.0, ())
