"""`EngineRouter`: an external engine as our `Router`, and the local network where it is silent.

Positions are tied to roads by the engine itself, so that a local outline never decides where its
path begins. Its roads are named, their classes are not known, and its turns are not ours: a leg
has its roads in order, and no turn-by-turn directions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from routingpy.exceptions import RouterApiError

from geo.errors import NoPathError, OffNetworkError
from geo.messages import Notice
from geo.models import LonLat, Mode, NetworkInfo, Road, Span
from geo.router import SNAP_LIMIT_M, FloatMatrix, Matrix, Path, Position, Router, Snap, StandIn

from .breaker import Breaker, EngineSilentError
from .kinds import KINDS, Engine, Found, Kind, Nearest, Piece, modes_of

log = logging.getLogger(__name__)
T = TypeVar("T")

ENGINES_OWN = -1
"""`Snap.edge` of a snap that an engine made."""

NONSENSE = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What reading an answer raises that is not what the engine's documentation says."""

NAMES: Mapping[Kind, str] = {
    "osrm": "OSRM",
    "valhalla": "Valhalla",
    "openrouteservice": "openrouteservice",
    "graphhopper": "GraphHopper",
}


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Which engine, and how long it is waited for.

    Parameters
    ----------
    kind, url
        The engine. `{mode}` in the URL stands for the mode: an OSRM server knows only one.
    key
        What hosted services ask for; empty: none.
    modes
        Those it answers; the others are left to the local network.
    timeout_s
        For connecting, and for each silence.
    retries
        Times a question is repeated after it failed.
    """

    kind: Kind
    url: str
    key: str = ""
    modes: tuple[Mode, ...] = ()
    timeout_s: float = 5.0
    retries: int = 1


class OtherModeError(EngineSilentError):
    """The engine has no rules for the mode."""


class EngineRouter:
    """A `geo.router.Router` that asks an external engine; safe to share between threads.

    Every method raises `EngineSilentError` where the engine does not answer.

    Parameters
    ----------
    name
        What the engine is called.
    engines
        It, by mode.
    breaker
        Keeps questions from an engine that does not answer.
    """

    def __init__(self, name: str, engines: Mapping[Mode, Engine], breaker: Breaker) -> None:
        self.name = name
        self._engines = engines
        self._breaker = breaker

    @property
    def info(self) -> NetworkInfo:
        """What is known of a network nobody has shown us: that it is of OpenStreetMap."""
        attribution = "© OpenStreetMap contributors"
        return NetworkInfo(self.name, "street", "", "ODbL 1.0", attribution)

    @contextmanager
    def _asking(self, mode: Mode) -> Iterator[Engine]:
        """Give the engine of a mode; what it answers that cannot be read is a failure."""
        if mode not in self._engines:
            raise OtherModeError(f"{self.name} is not asked for {mode}")
        with self._breaker.question():
            try:
                yield self._engines[mode]
            except RouterApiError as error:
                raise EngineSilentError(f"it refuses with HTTP {error.status}") from error
            except NONSENSE as error:
                raise EngineSilentError(f"its answer cannot be read ({error!r})") from error

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        """Tie each position to its nearest road (see `geo.router.Router.snap`)."""
        widest = limit_m + max((one.accuracy_m for one in positions), default=0.0)
        with self._asking(mode) as engine:
            found = engine.nearest([(one.lon, one.lat) for one in positions], widest)
            if len(found) != len(positions):
                raise EngineSilentError("it does not answer for every position")
            for near in found:
                _check_nearest(near)
        return tuple(
            _snap(position, near, mode, limit_m)
            for position, near in zip(positions, found, strict=True)
        )

    def matrix(self, snaps: Sequence[Snap]) -> Matrix:
        """Return the costs from every snap to every snap (see `geo.router.Router.matrix`)."""
        if len(snaps) < 2:  # noqa: PLR2004 - one position is where it is
            nothing = np.zeros((len(snaps), len(snaps)))
            return Matrix(nothing, nothing, nothing)
        with self._asking(snaps[0].mode) as engine:
            duration_s, length_m = engine.table([(one.lon, one.lat) for one in snaps])
            for table in (duration_s, length_m):
                _check_table(table, len(snaps))
        np.fill_diagonal(duration_s, 0.0)
        np.fill_diagonal(length_m, 0.0)
        return Matrix(duration_s, duration_s, length_m)

    def path(self, origin: Snap, destination: Snap) -> Path:
        """Return the cheapest path.

        Raises
        ------
        NoPathError
            No path joins them.
        """
        ends: tuple[LonLat, LonLat] = (
            (origin.lon, origin.lat),
            (destination.lon, destination.lat),
        )
        if ends[0] == ends[1]:
            return Path(0.0, 0.0, ends, (Span(Road("", "", "", "road"), 0.0, 0.0, 0, 1),))
        with self._asking(origin.mode) as engine:
            found = engine.path(*ends)
            if found is not None:
                _check_path(found)
        if found is None:
            raise NoPathError(origin.position.label, destination.position.label, origin.mode)
        return Path(found.length_m, found.duration_s, found.coordinates, _spans(found))


def _check_nearest(near: Nearest | None) -> None:
    if near is not None and not (_on_globe((near.lon, near.lat)) and near.distance_m >= 0):
        raise EngineSilentError("its nearest road is nowhere")


def _snap(position: Position, near: Nearest | None, mode: Mode, limit_m: float) -> Snap:
    limit_m += position.accuracy_m
    if near is None or near.distance_m > limit_m:
        away_m = limit_m if near is None else near.distance_m
        raise OffNetworkError(position.label, away_m, limit_m, mode)
    return Snap(position, mode, near.lon, near.lat, near.distance_m, ENGINES_OWN, 0.0)


def _on_globe(lonlat: LonLat) -> bool:
    return -180 <= lonlat[0] <= 180 and -90 <= lonlat[1] <= 90  # noqa: PLR2004 - the globe


def _check_table(table: FloatMatrix, size: int) -> None:
    """Refuse what is no table of costs: of another size, with a negative or no number."""
    if table.shape != (size, size) or not bool((table >= 0).all()):
        raise EngineSilentError(f"its table is no {size} by {size} table of costs")


def _check_path(found: Found) -> None:
    last = len(found.coordinates) - 1
    whole = last > 0 and all(map(_on_globe, found.coordinates))
    measured = 0 <= found.length_m < np.inf and 0 <= found.duration_s < np.inf
    begins = [piece.first for piece in found.pieces]
    ordered = begins == sorted(begins) and all(
        0 <= piece.first <= piece.last <= last for piece in found.pieces
    )
    if not (whole and measured and ordered):
        raise EngineSilentError("its path is no path")


def _spans(found: Found) -> tuple[Span, ...]:
    """Return the roads of a path, those of one name after another as one, without gaps."""
    spans: list[Span] = []
    for piece in found.pieces:
        road = _road(piece)
        if piece.first == piece.last:
            continue  # an arrival
        if spans and spans[-1].road == road:
            before = spans.pop()
            spans.append(
                Span(
                    road,
                    before.length_m + piece.length_m,
                    before.duration_s + piece.duration_s,
                    before.first,
                    piece.last,
                )
            )
        else:
            begin = spans[-1].last if spans else 0
            spans.append(Span(road, piece.length_m, piece.duration_s, begin, piece.last))
    last = len(found.coordinates) - 1
    if not spans or spans[-1].last != last:
        begin = spans[-1].last if spans else 0
        length_m = max(0.0, found.length_m - sum(span.length_m for span in spans))
        duration_s = max(0.0, found.duration_s - sum(span.duration_s for span in spans))
        spans.append(Span(Road("", "", "", "road"), length_m, duration_s, begin, last))
    return tuple(spans)


def _road(piece: Piece) -> Road:
    """Return the road of a piece; `road` is OpenStreetMap's word for a class not known."""
    return Road(piece.name, "", piece.ref, "ferry" if piece.ferry else "road")


@dataclass(frozen=True)
class Failover:
    """Has work done with the engine and, where it does not answer, anew with the local network."""

    engine: EngineRouter
    told: Callable[[str], None] = field(default=lambda reason: log.warning("%s", reason))

    def answer(self, work: Callable[[Router], T], local: Router) -> T:
        """Return what `work` makes of the engine, else of the local network, which says so.

        The whole of the work is repeated: an answer rests on one network.
        """
        try:
            return work(self.engine)
        except OtherModeError:
            notice = Notice("engine-other-mode", "info", {"engine": self.engine.name})
        except EngineSilentError as error:
            self.told(f"{self.engine.name}: {error}; the local network answers")
            notice = Notice("engine-silent", values={"engine": self.engine.name})
        return work(StandIn(local, notice))


def engine_router(options: EngineOptions, breaker: Breaker | None = None) -> EngineRouter:
    """Return the router of an engine."""
    kind = KINDS[options.kind]
    engines = {
        mode: kind(
            options.url.replace("{mode}", mode),
            options.key,
            kind.profiles[mode],
            timeout=options.timeout_s,
            retries=options.retries,
        )
        for mode in options.modes or modes_of(options.kind)
    }
    return EngineRouter(NAMES[options.kind], engines, breaker or Breaker())
