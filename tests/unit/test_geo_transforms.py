"""The way between two reference systems is PROJ's own, in every thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pyproj import Transformer

from geo.transforms import DEGREES, in_degrees, on_plane, transformer

PLANES = {
    "EPSG:4549": (119.0, 35.0, 122.0, 37.5),
    "EPSG:32635": (24.0, 59.0, 27.0, 61.0),
    "EPSG:3857": (-170.0, -80.0, 170.0, 80.0),
    "EPSG:27700": (-5.0, 50.0, 1.0, 55.0),
}
"""Planes and a box of each; that of Britain is reached in several ways, by place."""


@pytest.mark.parametrize(("plane", "box"), PLANES.items())
def test_every_thread_gets_what_proj_says(
    plane: str, box: tuple[float, float, float, float]
) -> None:
    west, south, east, north = box
    chance = np.random.default_rng(1921)
    lonlat = np.column_stack((chance.uniform(west, east, 200), chance.uniform(south, north, 200)))
    wanted = np.column_stack(
        Transformer.from_crs(DEGREES, plane, always_xy=True).transform(*lonlat.T)
    )
    with ThreadPoolExecutor(2) as pool:
        for got in pool.map(lambda _: on_plane(lonlat, plane), range(4)):
            np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-6)
    np.testing.assert_allclose(in_degrees(wanted, plane), lonlat, rtol=0, atol=1e-7)


def test_a_thread_does_not_look_for_the_way_again() -> None:
    assert transformer(DEGREES, "EPSG:4549") is transformer(DEGREES, "EPSG:4549")
    assert "tmerc" in transformer(DEGREES, "EPSG:4549").definition
    assert transformer(DEGREES, "EPSG:4549").source_crs is None  # a pipeline, not a search
