"""`CchRouter`: exact shortest paths in this process, by customisable contraction hierarchies.

Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies, JEA 21 (2016), as implemented by
RoutingKit. A query starts and ends on roads: each end of it is a set of (search node, offset), made
by `geo.network.chains`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import routingkit_cch as kit
from numpy.typing import NDArray

from .avoid import Avoid
from .errors import InvalidParameterError, NoPathError
from .memory import give_back
from .models import Mode, NetworkInfo
from .network.avoiding import without
from .network.chains import Answer, Chain, ChainMaker, End
from .network.hierarchy import Hierarchies
from .network.junctions import Crossroads
from .network.otherwise import LOCAL, STRETCH, Way, around, plateaus
from .network.reaching import Spread, tree_labels
from .network.snapping import SnapIndex
from .network.street import StreetNetwork
from .network.tracing import trace_path, way_of
from .router import SNAP_LIMIT_M, FloatMatrix, Lines, Matrix, Path, Position, Snap

MOST_AVOIDING = 4
"""Networks without something that are kept: each has a metric of its own for a mode asked."""

Ends = Mapping[int, End]
Measures = tuple[FloatMatrix, FloatMatrix]


@dataclass(frozen=True, slots=True)
class _Side:
    """Where the search graph is entered or left, and the same as routingkit asks for it."""

    ends: Ends
    offsets: list[tuple[int, int]]


def _both_ms(leave: End, arrive: End) -> int:
    return leave.offset_ms + arrive.offset_ms


def _costs(found: Sequence[int | None]) -> FloatMatrix:
    costs = np.array(found, dtype=np.float64)
    costs[np.isnan(costs)] = np.inf
    return costs


class _Engine:
    """The hierarchy of one mode, and what is needed to ask it."""

    def __init__(self, network: StreetNetwork, mode: str, hierarchies: Hierarchies) -> None:
        profile = network.profile(mode)
        segments = network.segments
        graph = profile.search_graph(segments.ends, len(segments.nodes))
        self._network = network
        self.profile = profile
        self.index = SnapIndex(network, profile)
        self.chains = ChainMaker(profile, segments, graph)
        self.graph = graph
        self._fitted = hierarchies.fit(profile)
        self._threads = threading.local()

    @cached_property
    def crossroads(self) -> Crossroads | None:
        """The junctions of the mode; an outline has none that one could rely on."""
        if self._network.info.fidelity == "schematic":
            return None
        return Crossroads(self._network.segments, self.profile, self._network.compass)

    def _query(self) -> kit.CCHQuery:
        """Return this thread's own query; a query cannot be shared."""
        query = getattr(self._threads, "query", None)
        if query is None:
            query = self._threads.query = kit.CCHQuery(self._fitted.metric)
        return query

    def answer(self, origin: Snap, destination: Snap) -> Answer | None:
        """Return the cheapest way from one position to another; None: there is none."""
        leave, arrive = self.chains.departures(origin), self.chains.arrivals(destination)
        direct = self.chains.direct(origin, destination)
        return self._ask(self._query(), self._side(leave), self._side(arrive), direct)

    def _side(self, ends: Ends) -> _Side:
        return _Side(ends, [(self._place(end.node), end.offset_ms) for end in ends.values()])

    def _place(self, node: int) -> int:
        """Return where a node of the search graph stands in the hierarchy."""
        return int(self._fitted.node[node])

    def _ask(
        self, query: kit.CCHQuery, leave: _Side, arrive: _Side, direct: Answer | None
    ) -> Answer | None:
        if not leave.ends or not arrive.ends:
            return direct
        result = query.run_multi(leave.offsets, arrive.offsets)
        cost = result.distance
        if cost is None or (direct is not None and direct.cost_ms <= cost):
            del result  # the query is busy as long as its result lives
            return direct
        found = self._fitted.edge[result.arc_path]
        del result
        if len(found):
            first, last = int(self.graph.tail[found[0]]), int(self.graph.head[found[-1]])
        else:
            shared = leave.ends.keys() & arrive.ends.keys()
            first = last = min(shared, key=lambda at: _both_ms(leave.ends[at], arrive.ends[at]))
        return Answer(leave.ends[first], arrive.ends[last], found, cost)

    def _sweeps(self) -> tuple[kit.CCHOneToMany, kit.CCHManyToOne]:
        """Return this thread's own sweeps from a position to every search node and back."""
        sweeps = getattr(self._threads, "sweeps", None)
        if sweeps is None:
            everywhere, metric = self._fitted.node.tolist(), self._fitted.metric
            sweeps = self._threads.sweeps = (
                kit.CCHOneToMany(metric, everywhere),
                kit.CCHManyToOne(metric, everywhere),
            )
        return sweeps

    def _costs_from(self, leave: Ends) -> FloatMatrix:
        """Return the cost (ms) of reaching each search node; inf: it is not."""
        return _costs(self._sweeps()[0].distances_from_multi(self._side(leave).offsets))

    def spread(self, origin: Snap) -> Spread:
        """Return what is reached from a position."""
        leave = self.chains.departures(origin)
        costs = self._costs_from(leave) if leave else np.full(self.graph.size, np.inf)
        labels = tree_labels(costs, self.graph, self.profile, leave)
        start = (origin.edge, origin.fraction)
        return Spread(labels, self.profile, self._network.segments.ends, start)

    def alternatives(self, origin: Snap, destination: Snap, count: int) -> list[Chain]:
        """Return up to `count` plausible ways beside the cheapest (`geo.network.otherwise`)."""
        best = self.answer(origin, destination)
        leave, arrive = self.chains.departures(origin), self.chains.arrivals(destination)
        if best is None or best.cost_ms <= 0 or not leave or not arrive:
            return []
        ahead = self._costs_from(leave)
        behind = _costs(self._sweeps()[1].distances_to_multi(self._side(arrive).offsets))
        kept, found = [self._way(self.chains.chain(best))], []
        for node in plateaus(ahead, behind, self.graph, best.cost_ms * STRETCH):
            answer = self._over(self._side(leave), self._side(arrive), node)
            chain = self.chains.chain(answer)
            way = self._way(chain)
            if way.is_plausible(kept) and self._is_direct(answer, node, best.cost_ms * LOCAL):
                kept.append(way)
                found.append(chain)
            if len(found) == count:
                break
        return found

    def _way(self, chain: Chain) -> Way:
        return way_of(self._network, self.profile, chain)

    def _over(self, leave: _Side, arrive: _Side, node: int) -> Answer:
        """Return the cheapest way over a search node that both ends know a way to."""
        query, here = self._query(), self._side({node: End(node, 0, -1, 0.0)})
        to = self._ask(query, leave, here, None)
        on = self._ask(query, here, arrive, None)
        if to is None or on is None:
            raise RuntimeError("a node of a plateau has a way to it and a way on")
        found = np.concatenate([to.edges, on.edges])
        return Answer(to.leave, on.arrive, found, to.cost_ms + on.cost_ms)

    def _is_direct(self, answer: Answer, node: int, reach_ms: float) -> bool:
        """Return whether the part of a way around its node is itself a cheapest path."""
        edges = answer.edges
        nodes = [answer.leave.node, *self.graph.head[edges].tolist()]
        spent = np.cumsum([0, *self.graph.weight[edges].tolist()]).tolist()
        first, last = around(spent, nodes.index(node), reach_ms)
        cheapest = self._query().run(*map(self._place, (nodes[first], nodes[last]))).distance
        return bool(cheapest == spent[last] - spent[first])

    def measures(self, snaps: Sequence[Snap], wanted: NDArray[np.bool_]) -> Measures:
        """Return lengths (m) and durations (s) of the cheapest ways wanted, inf elsewhere."""
        query = self._query()
        leave = [self._side(self.chains.departures(snap)) for snap in snaps]
        arrive = [self._side(self.chains.arrivals(snap)) for snap in snaps]
        answers, places = [], []
        for i, j in np.argwhere(wanted).tolist():
            direct = self.chains.direct(snaps[i], snaps[j])
            answer = self._ask(query, leave[i], arrive[j], direct)
            if answer is not None:
                answers.append(answer)
                places.append((i, j))
        lengths, durations = (np.full((len(snaps), len(snaps)), np.inf) for _ in range(2))
        if answers:
            rows, columns = np.array(places).T
            lengths[rows, columns], durations[rows, columns] = self.chains.totals(answers)
        return lengths, durations

    def costs_ms(self, snaps: Sequence[Snap]) -> FloatMatrix:
        """Return the cost of the cheapest way between every two positions; inf: none."""
        arrivals = [self._side(self.chains.arrivals(snap)).offsets for snap in snaps]
        targets = sorted({node for ends in arrivals for node, _ in ends})
        column = {node: at for at, node in enumerate(targets)}
        columns = [column[node] for ends in arrivals for node, _ in ends]
        extra = np.array([offset for ends in arrivals for _, offset in ends], dtype=np.float64)
        begins = np.cumsum([0, *(len(ends) for ends in arrivals[:-1])])
        table = kit.CCHOneToMany(self._fitted.metric, targets)
        rows = []
        for snap in snaps:
            leave = self._side(self.chains.departures(snap)).offsets
            answer = table.distances_from_multi(leave) if leave else [None] * len(targets)
            reached = np.array(answer, dtype=np.float64)[columns] + extra
            rows.append(np.minimum.reduceat(np.nan_to_num(reached, nan=np.inf), begins))
        return self._with_direct(np.array(rows), snaps)

    def _with_direct(self, costs: FloatMatrix, snaps: Sequence[Snap]) -> FloatMatrix:
        """Lower the cost between positions on one segment to that of going along it."""
        shared: dict[int, list[int]] = {}
        for at, snap in enumerate(snaps):
            shared.setdefault(snap.edge, []).append(at)
        for group in shared.values():
            for i, j in ((i, j) for i in group for j in group):
                direct = self.chains.direct(snaps[i], snaps[j])
                if direct is not None:
                    costs[i, j] = min(costs[i, j], direct.cost_ms)
        return costs


class _LazyMatrix(Matrix):
    """A matrix whose paths are only followed when their lengths or durations are asked for.

    Costs come from one sweep a row; a length needs the path itself, pair by pair, each once.
    """

    def __init__(
        self, cost: FloatMatrix, measure: Callable[[NDArray[np.bool_]], Measures], *, by_time: bool
    ) -> None:
        object.__setattr__(self, "cost", cost)
        unknown = np.full((2, *cost.shape), np.inf)
        open_ = np.isfinite(cost)
        self.__dict__.update(_measure=measure, _by_time=by_time, _known=unknown, _open=open_)

    def _measured(self, wanted: NDArray[np.bool_]) -> Measures:
        """Return what is known after the paths wanted have been followed."""
        known, left = self.__dict__["_known"], self.__dict__["_open"]
        asked = wanted & left
        if asked.any():
            known[:, asked] = np.array(self.__dict__["_measure"](asked))[:, asked]
            left &= ~asked
        return known[0], known[1]

    @property
    def length_m(self) -> FloatMatrix:
        """Length of the cheapest paths (m)."""
        return self._measured(np.ones(self.cost.shape, dtype=bool))[0]

    @property
    def duration_s(self) -> FloatMatrix:
        """Duration of the cheapest paths (s)."""
        if self.__dict__["_by_time"]:
            return self.cost
        return self._measured(np.ones(self.cost.shape, dtype=bool))[1]

    def lengths(self, wanted: NDArray[np.bool_]) -> FloatMatrix:
        """Return the lengths wanted, inf elsewhere (see `geo.router.Matrix.lengths`)."""
        return np.where(wanted, self._measured(wanted)[0], np.inf)


def _one_mode(snaps: Sequence[Snap]) -> Mode:
    modes = sorted({snap.mode for snap in snaps})
    if len(modes) > 1:
        raise InvalidParameterError("mode", " and ".join(modes), "one mode for all positions")
    return modes[0]


class CchRouter:
    """A `geo.router.Router` over a network in this process; safe to share between threads.

    Parameters
    ----------
    network
        Built into hierarchies from its stored orders, each when a mode is first asked for.
    hierarchies
        Those of the network it is a part of; None: it is a whole one.
    """

    def __init__(self, network: StreetNetwork, hierarchies: Hierarchies | None = None) -> None:
        self.network = network
        self._hierarchies = hierarchies or Hierarchies(network)
        self._engines: dict[str, _Engine] = {}
        self._building = threading.Lock()
        self._avoiding: OrderedDict[Avoid, CchRouter] = OrderedDict()

    def warm(self) -> None:
        """Build the hierarchies of all modes, so that no first question waits for its own."""
        for mode in self.network.modes:
            self._engine(mode)
        give_back()

    @property
    def info(self) -> NetworkInfo:
        """The network the answers rest on."""
        return self.network.info

    def avoiding(self, avoid: Avoid) -> CchRouter:
        """Return a router over the same network without what is kept off; the last few are kept.

        Raises
        ------
        InvalidParameterError
            What is to be avoided is not known on this network.
        """
        with self._building:
            if avoid not in self._avoiding:
                self._avoiding[avoid] = CchRouter(without(self.network, avoid), self._hierarchies)
            self._avoiding.move_to_end(avoid)
            while len(self._avoiding) > MOST_AVOIDING:
                self._avoiding.popitem(last=False)
            return self._avoiding[avoid]

    @property
    def metric(self) -> str:
        """The reference system in which the network is measured."""
        return self.network.manifest.metric

    def _engine(self, mode: str) -> _Engine:
        self.network.profile(mode)  # raises for a mode it was built without
        if mode not in self._engines:
            with self._building:
                if mode not in self._engines:
                    self._engines[mode] = _Engine(self.network, mode, self._hierarchies)
        return self._engines[mode]

    def snap(
        self, positions: Sequence[Position], mode: Mode, *, limit_m: float = SNAP_LIMIT_M
    ) -> tuple[Snap, ...]:
        """Tie each position to its nearest road (see `geo.router.Router.snap`)."""
        return self._engine(mode).index.snap(positions, mode, limit_m=limit_m)

    def matrix(self, snaps: Sequence[Snap]) -> Matrix:
        """Return the costs from every snap to every snap (see `geo.router.Router.matrix`)."""
        if not snaps:
            nothing = np.empty((0, 0))
            return Matrix(nothing, nothing, nothing)
        engine = self._engine(_one_mode(snaps))
        return _LazyMatrix(
            engine.costs_ms(snaps) / 1000,
            lambda wanted: engine.measures(snaps, wanted),
            by_time=engine.profile.by_time,
        )

    def reach(self, origin: Snap, limits_s: Sequence[float]) -> tuple[Lines, ...]:
        """Return the roads reached within each time (see `geo.router.NetworkRouter.reach`)."""
        engine = self._engine(origin.mode)
        spread = engine.spread(origin)
        return tuple(engine.index.draw(spread.within(limit * 1000)) for limit in limits_s)

    def alternatives(self, origin: Snap, destination: Snap, count: int) -> tuple[Path, ...]:
        """Return other ways that make sense (see `geo.router.NetworkRouter.alternatives`)."""
        engine = self._engine(_one_mode((origin, destination)))
        chains = engine.alternatives(origin, destination, count)
        return tuple(self._trace(engine, chain, (origin, destination)) for chain in chains)

    def _trace(self, engine: _Engine, chain: Chain, ends: tuple[Snap, Snap]) -> Path:
        return trace_path(self.network, engine.profile, chain, ends, engine.crossroads)

    def path(self, origin: Snap, destination: Snap) -> Path:
        """Return the cheapest path.

        Raises
        ------
        NoPathError
            No path joins them.
        """
        engine = self._engine(_one_mode((origin, destination)))
        answer = engine.answer(origin, destination)
        if answer is None:
            raise NoPathError(origin.position.label, destination.position.label, origin.mode)
        return self._trace(engine, engine.chains.chain(answer), (origin, destination))
