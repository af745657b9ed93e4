"""What a router is: positions tied to roads, a cost matrix between them, one path at a time.

The planner knows only this protocol. `geo.cch` answers it from a network in this process; an
external engine answers it over HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .avoid import Avoid
from .messages import Notice
from .models import LonLat, Mode, NetworkInfo, Span

SNAP_LIMIT_M = 2000.0
"""How far a position may lie from its road (metres), its own accuracy added."""

APPROACH_SPEED_MS = 1.25
"""Walking speed off the network, 4.5 km/h: an unhurried group on a level street."""

FloatMatrix = NDArray[np.float64]
Lines = NDArray[np.object_]
"""An array of shapely lines."""


@dataclass(frozen=True, slots=True)
class Position:
    """A position to be tied to a road.

    `label` names it in errors (a site id, "start", "end"). `accuracy_m` widens the limit: a site
    known only to its town may honestly lie that much nearer to a road.
    """

    label: str
    lon: float
    lat: float
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Snap:
    """A position tied to the nearest point on a road open to `mode`.

    `lon`, `lat` are the point on the road, `approach_m` the straight way to it from the position.
    `edge` and `fraction` (0 to 1 along the edge) belong to the router that made the snap.
    """

    position: Position
    mode: Mode
    lon: float
    lat: float
    approach_m: float
    edge: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Matrix:
    """Road costs between snapped positions, `[i, j]` from i to j; asymmetric; inf: unreachable.

    `cost` (seconds, with what the route choice adds for tolls and fuel) is what paths minimise;
    `duration_s` and `length_m` are those of that same path. Approaches are not in it.
    """

    cost: FloatMatrix
    duration_s: FloatMatrix
    length_m: FloatMatrix

    def lengths(self, wanted: NDArray[np.bool_]) -> FloatMatrix:
        """Return the lengths wanted, inf elsewhere: a router may have to follow path by path."""
        return np.where(wanted, self.length_m, np.inf)


Ring = Literal["", "enter", "along", "leave"]
"""What a path does with a roundabout at a junction."""


@dataclass(frozen=True, slots=True)
class Junction:
    """A place on a path where other ways lead on, or where the road changes.

    Turns are degrees from straight on, -180 to 180, right positive.

    Parameters
    ----------
    at
        Index into the path's coordinates.
    turn_deg
        The turn the path makes.
    others
        The turns into every other way open to the mode, but for the way just come by.
    ring
        What the path does with a roundabout there.
    exits
        On a roundabout, how many of the others lead off it.
    """

    at: int
    turn_deg: float
    others: tuple[float, ...] = ()
    ring: Ring = ""
    exits: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """The cheapest way on the road from one snap to another, without the approaches.

    `junctions` are in order; None: the network is an outline and does not know them. `ascent_m` and
    `descent_m` add up all that goes up and down; None: the relief is not known.
    """

    length_m: float
    duration_s: float
    coordinates: tuple[LonLat, ...]
    spans: tuple[Span, ...]
    junctions: tuple[Junction, ...] | None = None
    ascent_m: float | None = None
    descent_m: float | None = None


class Router(Protocol):
    """Answers questions about one road network."""

    @property
    def info(self) -> NetworkInfo:
        """The network the answers rest on."""
        ...

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        """Tie each position to its nearest road.

        Raises
        ------
        OffNetworkError
            A position lies farther than `limit_m` + its accuracy from every road of `mode`.
        """
        ...

    def matrix(self, snaps: Sequence[Snap]) -> Matrix:
        """Return the costs from every snap to every snap (all of one mode)."""
        ...

    def path(self, origin: Snap, destination: Snap) -> Path:
        """Return the cheapest path.

        Raises
        ------
        NoPathError
            No path joins them.
        """
        ...


class StandIn:
    """A router that answers for another one, and says so in whatever it is used for.

    Parameters
    ----------
    router
        Answers.
    notice
        What a person must be told.
    """

    def __init__(self, router: Router, notice: Notice) -> None:
        self.notice = notice
        self._router = router

    @property
    def info(self) -> NetworkInfo:
        """The network the answers rest on."""
        return self._router.info

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        """Tie each position to its nearest road (see `Router.snap`)."""
        return self._router.snap(positions, mode, limit_m=limit_m)

    def matrix(self, snaps: Sequence[Snap]) -> Matrix:
        """Return the costs from every snap to every snap (see `Router.matrix`)."""
        return self._router.matrix(snaps)

    def path(self, origin: Snap, destination: Snap) -> Path:
        """Return the cheapest path (see `Router.path`)."""
        return self._router.path(origin, destination)


@runtime_checkable
class NetworkRouter(Router, Protocol):
    """A router over a network it holds itself: it knows every road, not only paths."""

    @property
    def metric(self) -> str:
        """The reference system in which this network is measured; EPSG:4549 around Qingdao."""
        ...

    def reach(self, origin: Snap, limits_s: Sequence[float]) -> tuple[Lines, ...]:
        """Return the roads reached within each time, cut where it ends, in `metric`.

        A point of a road is reached when the cheapest path to it takes no longer; approaches are
        not in it.
        """
        ...

    def alternatives(self, origin: Snap, destination: Snap, count: int) -> tuple[Path, ...]:
        """Return up to `count` other ways beside the cheapest path, the most sensible first.

        None is more than 25 % longer in time or metres, shares more than 70 % of its metres with
        the path or another, or makes a detour on the way.
        """
        ...

    def avoiding(self, avoid: Avoid) -> NetworkRouter:
        """Return a router over the same network without what is kept off.

        Raises
        ------
        InvalidParameterError
            What is to be avoided is not known on this network.
        """
        ...
