"""Tying positions to the nearest point on a road, measured on the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.errors import NoPathError, OffNetworkError
from geo.models import Mode
from geo.router import Position, Snap

from .lines import FloatArray
from .profile import Profile
from .reaching import Runs, drawn
from .street import Segments


@dataclass(frozen=True, slots=True)
class Found:
    """Nearest points: `row` of the segment, `distance_m` to it, `fraction` along it, position."""

    row: NDArray[np.int64]
    distance_m: FloatArray
    fraction: FloatArray
    lonlat: FloatArray


class SnapIndex:
    """The segments open to one mode, in metres on the plane, in a tree.

    Parameters
    ----------
    segments
        All segments of the network.
    profile
        Says which are open.
    crossings
        By segment, whether it is a bridge or a tunnel too long to be entered along it; a position
        is never tied to one where there is any other road.
    metric
        The reference system of the plane.
    """

    def __init__(
        self, segments: Segments, profile: Profile, crossings: NDArray[np.bool_], metric: str
    ) -> None:
        self._plane = Transformer.from_crs("EPSG:4326", metric, always_xy=True)
        self._open = np.unique(profile.segments)
        self._open_lines = shapely.transform(segments.geometries(self._open), self._to_plane)
        ashore = ~crossings[self._open]
        if not ashore.any():
            ashore[:] = True
        self._rows, self._lines = self._open[ashore], self._open_lines[ashore]
        self._tree = shapely.STRtree(self._lines)

    def _to_plane(self, lonlat: FloatArray) -> FloatArray:
        return np.column_stack(self._plane.transform(lonlat[:, 0], lonlat[:, 1]))

    def draw(self, runs: Runs) -> NDArray[np.object_]:
        """Return roads reached as lines on the plane (m)."""
        return drawn(runs, self._open_lines, self._open)

    def nearest(self, lonlat: FloatArray) -> Found:
        """Return the nearest point on a road to each position (degrees, (n, 2))."""
        points = shapely.points(self._to_plane(lonlat))
        pairs = self._tree.query_nearest(points, all_matches=False)
        lines = self._lines[pairs[1]]
        along = shapely.line_locate_point(lines, points)
        there = shapely.line_interpolate_point(lines, along)
        x, y = shapely.get_x(there), shapely.get_y(there)
        lon, lat = self._plane.transform(x, y, direction="INVERSE")
        return Found(
            row=self._rows[pairs[1]].astype(np.int64),
            distance_m=shapely.distance(points, there),
            fraction=np.clip(along / shapely.length(lines), 0.0, 1.0),
            lonlat=np.column_stack([lon, lat]).round(7),
        )

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float
    ) -> tuple[Snap, ...]:
        """Tie each position to its road (see `geo.router.Router.snap`)."""
        if not positions:
            return ()
        if not len(self._rows):
            raise NoPathError(positions[0].label, positions[-1].label, mode)
        found = self.nearest(np.array([(place.lon, place.lat) for place in positions]))
        columns = (found.row, found.distance_m, found.fraction, found.lonlat)
        rows = zip(positions, *(column.tolist() for column in columns), strict=True)
        snaps = []
        for place, edge, distance, fraction, (lon, lat) in rows:
            limit = limit_m + place.accuracy_m
            if distance > limit:
                raise OffNetworkError(place.label, distance, limit, mode)
            snaps.append(Snap(place, mode, lon, lat, distance, edge, fraction))
        return tuple(snaps)
