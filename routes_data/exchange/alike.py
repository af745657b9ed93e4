"""Sites that may be the same: like names near each other, or the same name anywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from geo.columns import Record
from geo.crs import to_metric
from geo.search import normalise

NEAR_M = 1_500
"""Farther apart two sites of like names are not taken for one."""
SAME_M = 3_000
"""Within this a site of the very same name is taken for the same one."""
LIKENESS = 72.0
"""How alike (rapidfuzz `ratio`, 0 to 100): 青岛党史纪念馆 and 中共青岛党史纪念馆 have 87."""
MOST = 3
_LOOKED_AT = 400  # neighbours of one row: a file may place ten thousand at one spot


@dataclass(frozen=True, slots=True)
class Alike:
    """A site that may be the same.

    `key` is its id in the catalogue, or `row N` in the file; `distance_m` None where a position is
    unknown; `same_name` says that the names are the same letter by letter.
    """

    key: str
    name: str
    likeness: int
    distance_m: int | None
    same_name: bool


def _solid(name: object) -> str:
    return normalise(str(name or "")).replace(" ", "")


def position_of(body: Record) -> tuple[float, float] | None:
    """Return (lon, lat) of a body that has them, in range."""
    lon, lat = body.get("lon"), body.get("lat")
    if not (isinstance(lon, int | float) and isinstance(lat, int | float)):
        return None
    fits = abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004 - degrees
    return (float(lon), float(lat)) if fits else None


class Likenesses:
    """An index of sites by name and place.

    Parameters
    ----------
    sites
        (key, body) of each: those of the catalogue, then those of the file.
    """

    def __init__(self, sites: Iterable[tuple[str, Record]]) -> None:
        listed = list(sites)
        self._keys = [key for key, _ in listed]
        self._names = [str(body.get("name_zh") or key) for key, body in listed]
        self._solid = [_solid(name) for name in self._names]
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._solid):
            self._by_name[name].append(number)
        metres = _metric([position_of(body) for _, body in listed])
        self._points = cast("NDArray[np.object_]", shapely.points(metres))
        self._points[np.isnan(metres).any(axis=1)] = None
        self._tree = shapely.STRtree(self._points)

    def of(self, key: str, body: Record, before: int) -> tuple[Alike, ...]:
        """Return the sites like one, among the first `before` of the index, the likest first."""
        name = _solid(body.get("name_zh"))
        if not name:
            return ()
        point = shapely.Point(_metric([position_of(body)])[0])
        near = self._near(point)
        numbers = dict.fromkeys(self._by_name.get(name, ())[:_LOOKED_AT], 100.0)
        hits = process.extract(
            name, [self._solid[n] for n in near], scorer=fuzz.ratio, score_cutoff=LIKENESS,
            limit=MOST * 4,
        )  # fmt: skip
        for _, score, at in hits:
            numbers.setdefault(near[at], score)
        found = [
            self._alike(n, name, score, point)
            for n, score in numbers.items()
            if n < before and self._keys[n] != key
        ]
        found.sort(key=lambda one: (-one.likeness, one.distance_m or 0, one.key))
        return tuple(found[:MOST])

    def _near(self, point: shapely.Point) -> Sequence[int]:
        if np.isnan(point.x):
            return []
        found = self._tree.query(point, predicate="dwithin", distance=NEAR_M)
        return [int(n) for n in np.sort(found)[:_LOOKED_AT]]

    def _alike(self, number: int, name: str, score: float, point: shapely.Point) -> Alike:
        apart = shapely.distance(point, self._points[number])
        return Alike(
            self._keys[number],
            self._names[number],
            round(score),
            None if np.isnan(apart) else round(float(apart)),
            self._solid[number] == name,
        )


def _metric(places: Sequence[tuple[float, float] | None]) -> np.ndarray:
    """Return metres of positions, NaN where there is none."""
    known = np.array([one or (0.0, 0.0) for one in places], dtype=np.float64).reshape(-1, 2)
    metres = np.column_stack(to_metric(known[:, 0], known[:, 1]))
    metres[[one is None for one in places]] = np.nan
    metres[~np.isfinite(metres).all(axis=1)] = np.nan
    return metres
