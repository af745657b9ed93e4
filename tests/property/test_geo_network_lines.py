"""Lines survive being turned into steps, near ones and far ones, both ways."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.network.lines import Lines, encode_lines, to_degrees, to_units

# No street spans more than 200 degrees: a step fits 32 bits.
coordinate = st.tuples(st.integers(-1_000_000_000, 1_000_000_000), st.integers(-9, 9)).map(
    lambda pair: (pair[0], pair[1] * 100_000_000)
)
near = st.tuples(st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))


def encode(drawn: list[NDArray[np.int32]]) -> Lines:
    first = np.cumsum([0, *map(len, drawn)]).astype(np.int32)
    return encode_lines(np.concatenate(drawn), first)


@st.composite
def lines(draw: st.DrawFn) -> list[NDArray[np.int32]]:
    """Lines of two to six vertices whose steps fit 16 bits, just do not, or are very long."""
    drawn = []
    for _ in range(draw(st.integers(1, 5))):
        start = draw(coordinate)
        if draw(st.booleans()):
            steps = draw(st.lists(near, min_size=1, max_size=5))
            vertices = np.cumsum([(start[0] // 2, start[1] // 2), *steps], axis=0)
        else:
            vertices = np.array([start, *draw(st.lists(coordinate, min_size=1, max_size=4))])
        drawn.append(vertices.astype(np.int32))
    return drawn


@given(lines())
def test_all_vertices_come_back(drawn: list[NDArray[np.int32]]) -> None:
    encoded = encode(drawn)
    vertices, owner = encoded.vertices(np.array([line[0] for line in drawn]))
    for number, line in enumerate(drawn):
        assert np.array_equal(to_units(vertices[owner == number]), line)


@given(lines(), st.randoms(use_true_random=False))
def test_a_trace_follows_any_order_and_direction(
    drawn: list[NDArray[np.int32]], random: object
) -> None:
    order = [random.randrange(len(drawn)) for _ in range(6)]  # type: ignore[attr-defined]
    backward = np.array([random.random() < 0.5 for _ in order])  # type: ignore[attr-defined]
    steps, counts = encode(drawn).trace(np.array(order), backward)
    wanted = [
        np.diff(drawn[at].astype(np.int64)[:: -1 if turned else 1], axis=0)
        for at, turned in zip(order, backward, strict=True)
    ]
    assert counts.tolist() == [len(part) for part in wanted]
    assert np.array_equal(steps, np.concatenate(wanted))


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_degrees_are_kept_to_a_centimetre(lon: float, lat: float) -> None:
    there = to_degrees(to_units(np.array([[lon, lat]])))
    assert np.abs(there - [[lon, lat]]).max() <= 0.5e-7 + 1e-12
