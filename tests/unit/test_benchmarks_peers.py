"""The arithmetic of `make bench-peers`: how far ways differ, and which class each is of."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.peers import compare, environment
from benchmarks.peers.__main__ import main
from benchmarks.peers.engines import decoded

EAST_M = 111_195.08
"""A degree along the equator of the sphere measured on."""


def way(length_m: float, *ends: float, snaps_m: float = 0.0) -> dict[str, Any]:
    """Return a way along the equator between two degrees."""
    start, end = ends or (0.0, 0.01)
    return {"length_m": length_m, "line": [(start, 0.0), (end, 0.0)], "snaps_m": [snaps_m]}


def test_a_degree_along_the_equator_and_at_sixty_north() -> None:
    assert compare.metres((0.0, 0.0), (1.0, 0.0)) == pytest.approx(EAST_M, rel=1e-6)
    assert compare.metres((0.0, 60.0), (1.0, 60.0)) == pytest.approx(EAST_M / 2, rel=1e-6)


def test_shares_are_of_the_pairs_both_answer() -> None:
    ours = [way(1000), way(1040), way(1300), None, way(500), way(60)]
    theirs = [way(1000), way(1000), way(1000), way(10), None, way(51)]
    found = compare.distribution(ours, theirs)
    assert (found["pairs"], found["only_ours"], found["only_theirs"]) == (4, 1, 1)
    # 9 m more of 51 are no difference: both ends may lie some metres along their road.
    assert [found[f"within_{bound}"] for bound in compare.BOUNDS_PERCENT] == [50, 75, 75, 75]
    assert found["total"] == pytest.approx(100 * (3400 / 3051 - 1))
    assert compare.beyond(ours, theirs) == [2]


@pytest.mark.parametrize(
    ("ours", "theirs", "we", "they", "wanted"),
    [
        (way(1000), way(800, 0.0, 0.0102), way(800), way(1000), compare.ENDS),
        (way(1000), way(800), way(800, snaps_m=9), way(1000), compare.OFF_OURS),
        (way(1000), way(800), way(1700), way(1000), compare.TURN_OURS),
        (way(1000), way(800), None, way(1000), compare.TURN_OURS),
        (way(800), way(1000), way(1000), way(800, snaps_m=9), compare.OFF_THEIRS),
        (way(800), way(1000), way(1000), way(2000), compare.TURN_THEIRS),
        (way(800), way(1000), None, way(2000), compare.TURN_THEIRS),
        (way(1000), way(800), way(801), way(1001), compare.PRICE),
    ],
)
def test_the_shorter_way_is_looked_at_first(
    ours: dict[str, Any], theirs: dict[str, Any], we: Any, they: Any, wanted: str
) -> None:
    assert compare.classify(ours, theirs, we, they) == wanted


def test_who_follows_a_way_only_the_other_has_was_tied_elsewhere() -> None:
    assert compare.one_sided([way(1), None, None], [way(1), way(2), None]) == [1]
    one = way(1000)
    for is_ours, off, turn in (
        (True, compare.OFF_THEIRS, compare.TURN_THEIRS),
        (False, compare.OFF_OURS, compare.TURN_OURS),
    ):
        assert compare.classify_one_sided(one, way(1005), is_ours=is_ours) == compare.ENDS
        assert compare.classify_one_sided(one, way(1005, snaps_m=9), is_ours=is_ours) == off
        assert compare.classify_one_sided(one, None, is_ours=is_ours) == turn


def test_a_chain_has_both_ends_and_middles_of_pieces_apart() -> None:
    line = [(at * 30 / EAST_M, 0.0) for at in range(1000)]
    chain = compare.chain(line)
    assert (chain[0], chain[-1]) == (line[0], line[-1])
    assert len(chain) <= compare.MAX_VIAS + 2
    assert all((lon * EAST_M) % 30 == pytest.approx(15, abs=1e-6) for lon, _ in chain[1:-1])


def test_a_polyline_of_six_decimals() -> None:
    # 38.5, -120.2; 40.7, -120.95; 43.252, -126.453: the example of the format at six decimals.
    assert decoded("_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI") == [
        (-120.2, 38.5),
        (-120.95, 40.7),
        (-126.453, 43.252),
    ]


def test_without_an_interpreter_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    (tmp_path / "a.osm.pbf").touch()
    monkeypatch.setenv("REDTRAILS_TEST_OSM", str(tmp_path))
    monkeypatch.setenv("PEERS_PYTHON", str(tmp_path / "none"))
    monkeypatch.setattr(environment, "FOLDER", tmp_path / "venv")
    main()
    said = capsys.readouterr().out
    assert said.startswith("skipped: no Python 3.12")
    assert said.count("\n") == 1
