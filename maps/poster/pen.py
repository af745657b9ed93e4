"""A pen held by a hand: lines that waver, hatching that is not quite even; the same seed, the same.

Everything is in millimetres on paper. A pen knows nothing of maps.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]
_STEP_MM = 1.4
_SMOOTH = np.hanning(9) / np.hanning(9).sum()
_LEAST_HATCH_MM = 0.8


class Pen:
    """Draws paths by hand.

    Parameters
    ----------
    seed
        What the unevenness is drawn from.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def _chance(self, name: str) -> np.random.Generator:
        # By name and not by order: a site more leaves every other stroke as it was.
        return np.random.default_rng([self._seed, zlib.crc32(name.encode())])

    def line(
        self, points: Sequence[Sequence[float]] | Points, name: str, *, waver: float = 0.22
    ) -> str:
        """Return the path of a line drawn by hand through points; `waver` is how far it strays."""
        return "".join(self._strokes(np.asarray(points, float)[:, :2], name, waver))

    def _strokes(self, points: Points, name: str, waver: float) -> Iterator[str]:
        closed = len(points) > 2 and bool(np.allclose(points[0], points[-1]))  # noqa: PLR2004
        spots = _evenly(points)
        chance = self._chance(f"{name}{points[0].round(2).tolist()}")
        noise = chance.normal(size=(len(spots) + len(_SMOOTH) - 1, 2))
        drift = np.column_stack([np.convolve(noise[:, i], _SMOOTH, "valid") for i in (0, 1)])
        spots = spots + drift * waver * 2.2
        if closed:
            spots[-1] = spots[0]
        yield _smooth_path(spots) + ("Z" if closed else "")

    def geometry(self, geometry: BaseGeometry, name: str, *, waver: float = 0.22) -> str:
        """Return the path of every line or outline of a geometry, drawn by hand."""
        return "".join(
            self.line(np.asarray(part.coords), f"{name}{rank}", waver=waver)
            for rank, part in enumerate(outlines(geometry))
            if part.length > _STEP_MM / 2
        )

    def hatch(
        self, area: BaseGeometry, name: str, *, angle: float, gap: float, waver: float = 0.1
    ) -> str:
        """Return strokes across an area: `angle` degrees from level, about `gap` mm apart."""
        if area.is_empty:
            return ""
        chance = self._chance(name)
        turned = affinity.rotate(area, -angle, origin=(0, 0))
        west, south, east, north = turned.bounds
        levels = np.arange(south, north, gap)
        levels = levels + chance.normal(0, gap * 0.12, len(levels))
        lines = [shapely.LineString([(west, y), (east, y)]) for y in levels]
        cut = shapely.intersection(turned, shapely.multilinestrings(lines)) if lines else turned
        back = affinity.rotate(cut, angle, origin=(0, 0))
        return "".join(
            _hand_stroke(np.asarray(part.coords), chance, waver)
            for part in outlines(back)
            if part.geom_type == "LineString" and part.length > _LEAST_HATCH_MM
        )

    def scatter(self, area: BaseGeometry, name: str, *, apart: float) -> list[tuple[float, float]]:
        """Return spots strewn over an area, about `apart` mm from one another."""
        if area.is_empty:
            return []
        chance = self._chance(name)
        west, south, east, north = area.bounds
        xs, ys = np.arange(west, east, apart), np.arange(south, north, apart * 0.7)
        grid = np.array([(x + (row % 2) * apart / 2, y) for row, y in enumerate(ys) for x in xs])
        if not len(grid):
            return []
        grid = grid + chance.normal(0, apart * 0.16, grid.shape)
        kept = grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]
        return [(float(x), float(y)) for x, y in kept]

    def sway(self, name: str, most: float) -> float:
        """Return a small turn or shift of a thing, between -most and most."""
        return float(self._chance(name).uniform(-most, most))


def outlines(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    """Yield the lines of a geometry: itself, or the rings of its areas."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type == "GeometryCollection":
            yield from outlines(part)
        elif part.geom_type in {"LineString", "LinearRing"}:
            yield part


def _evenly(points: Points) -> Points:
    """Return points about `_STEP_MM` apart along a line; its corners stay, to be drawn around."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(2, int(np.ceil(along[-1] / _STEP_MM)) + 1)
    wanted = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(wanted, along, points[:, i]) for i in (0, 1)])


def _smooth_path(spots: Points) -> str:
    """Return a path through the middles between spots, bent at each of them."""
    first, last = spots[0], spots[-1]
    middles = (spots[1:-1] + spots[2:]) / 2
    bends = "".join(
        f"Q{x:.2f} {y:.2f} {u:.2f} {v:.2f}"
        for (x, y), (u, v) in zip(spots[1:-1], middles, strict=True)
    )
    return f"M{first[0]:.2f} {first[1]:.2f}{bends}L{last[0]:.2f} {last[1]:.2f}"


def _hand_stroke(ends: Points, chance: np.random.Generator, waver: float) -> str:
    (x0, y0), (x1, y1) = ends[0], ends[-1]
    shifts = chance.normal(0, waver, 6)
    middle = (x0 + x1) / 2 + shifts[4] * 2, (y0 + y1) / 2 + shifts[5] * 2
    return (
        f"M{x0 + shifts[0]:.2f} {y0 + shifts[1]:.2f}"
        f"Q{middle[0]:.2f} {middle[1]:.2f} {x1 + shifts[2]:.2f} {y1 + shifts[3]:.2f}"
    )
