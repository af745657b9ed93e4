"""Tying positions to the nearest point on a road, measured on the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import NoPathError, OffNetworkError
from geo.models import Mode
from geo.router import Position, Snap
from geo.transforms import in_degrees, on_plane

from .lines import FloatArray
from .profile import Profile
from .reaching import Runs, drawn
from .street import StreetNetwork


@dataclass(frozen=True, slots=True)
class Found:
    """Nearest points: `row` of the segment, `distance_m` to it, `fraction` along it, `place`."""

    row: NDArray[np.int64]
    distance_m: FloatArray
    fraction: FloatArray
    place: FloatArray

    def replaced(self, where: NDArray[np.bool_], other: Found) -> Found:
        """Return the points with some of them replaced by others'."""
        return Found(
            row=np.where(where, other.row, self.row),
            distance_m=np.where(where, other.distance_m, self.distance_m),
            fraction=np.where(where, other.fraction, self.fraction),
            place=np.where(where[:, None], other.place, self.place),
        )


class _Roads:
    """Some segments as lines on the plane, in a tree."""

    def __init__(self, rows: NDArray[np.integer], lines: NDArray[np.object_]) -> None:
        self._rows, self._lines = rows, lines
        self._tree = shapely.STRtree(lines)

    def nearest(self, points: NDArray[np.object_]) -> Found:
        """Return the nearest point on a road to each point, all on the plane."""
        at = self._tree.query_nearest(points, all_matches=False)[1]
        lines = self._lines[at]
        along = shapely.line_locate_point(lines, points)
        there = shapely.line_interpolate_point(lines, along)
        return Found(
            row=self._rows[at].astype(np.int64),
            distance_m=shapely.distance(points, there),
            fraction=np.clip(along / shapely.length(lines), 0.0, 1.0),
            place=shapely.get_coordinates(there),
        )


class SnapIndex:
    """The segments open to one mode, in metres on the plane, in a tree.

    Parameters
    ----------
    network
        Holds the segments. A position is never tied to a crossing, a bridge or tunnel too long to
        be entered along it, where there is any other road.
    profile
        Says which are open, and which of them lie aside.
    """

    def __init__(self, network: StreetNetwork, profile: Profile) -> None:
        self._metric = network.manifest.metric
        self._open = np.unique(profile.segments)
        self._open_lines = network.plane_lines[self._open]
        ashore = ~network.crossings[self._open]
        if not ashore.any():
            ashore[:] = True
        aside = np.isin(self._open, profile.aside)
        # What is kept off may have closed all of the main part.
        groups = [ashore & ~aside, ashore & aside]
        self._parts = [
            _Roads(self._open[group], self._open_lines[group]) for group in groups if group.any()
        ]

    def draw(self, runs: Runs) -> NDArray[np.object_]:
        """Return roads reached as lines on the plane (m)."""
        return drawn(runs, self._open_lines, self._open)

    def nearest(self, lonlat: FloatArray, limits_m: FloatArray) -> Found:
        """Return the nearest point on a road to each position (degrees, (n, 2)).

        On an island only where no road of the main part lies within the limit: from there one gets
        everywhere.
        """
        points = np.asarray(shapely.points(on_plane(lonlat, self._metric)))
        found, *islands = (part.nearest(points) for part in self._parts)
        for island in islands:
            nearer = (found.distance_m > limits_m) & (island.distance_m < found.distance_m)
            found = found.replaced(nearer, island)
        return found

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float
    ) -> tuple[Snap, ...]:
        """Tie each position to its road (see `geo.router.Router.snap`)."""
        if not positions:
            return ()
        if not self._parts:
            raise NoPathError(positions[0].label, positions[-1].label, mode)
        limits = np.array([limit_m + place.accuracy_m for place in positions])
        found = self.nearest(np.array([(place.lon, place.lat) for place in positions]), limits)
        lonlat = in_degrees(found.place, self._metric).round(7)
        columns = (limits, found.row, found.distance_m, found.fraction, lonlat)
        rows = zip(positions, *(column.tolist() for column in columns), strict=True)
        snaps = []
        for place, limit, edge, distance, fraction, (lon, lat) in rows:
            if distance > limit:
                raise OffNetworkError(place.label, distance, limit, mode)
            snaps.append(Snap(place, mode, lon, lat, distance, edge, fraction))
        return tuple(snaps)
