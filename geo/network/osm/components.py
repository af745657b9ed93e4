"""Leaving out roads cut off from all others: nobody snapped to one would get anywhere."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from geo.network.lines import FloatArray
from geo.network.structures import parts_of

from . import speeds

Part = NDArray[np.int64]
"""Nodes of a search graph."""


def _closed_parts(size: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> list[Part]:
    """Return the strongly connected parts: from everywhere in one, everywhere in it is reached."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(zip(tail.tolist(), head.tolist(), strict=True))
    return [np.fromiter(part, dtype=np.int64) for part in nx.strongly_connected_components(graph)]


def parts_kept(
    size: int, tail: NDArray[np.integer], head: NDArray[np.integer], weight_m: FloatArray
) -> NDArray[np.int8]:
    """Return which nodes of a search graph belong to a part worth keeping.

    Of all that hangs together the biggest strongly connected part is looked at: one can neither
    come back from the rest nor get there. The biggest of them is the main part, and others are
    kept whose roads run to `speeds.MAIN_PART_M`: islands.

    Parameters
    ----------
    size
        How many nodes there are.
    tail, head
        Its edges.
    weight_m
        Metres of road each node stands for, a road of two directions being counted once.

    Returns
    -------
    NDArray[np.int8]
        0 in the main part, 1 on an island, -1 left out.
    """
    kept = np.full(size, -1, dtype=np.int8)
    island = parts_of(size, np.column_stack([tail, head]))
    parts = _closed_parts(size, tail, head)
    metres = [float(weight_m[part].sum()) for part in parts]
    # A single node is a one-way road that leads out of the map, however long.
    ranked = sorted(range(len(parts)), key=lambda at: (len(parts[at]) > 1, metres[at]))
    biggest = {int(island[parts[at][0]]): at for at in ranked}  # the last one stays
    main = ranked[-1] if ranked else -1
    for at in biggest.values():
        if at == main or metres[at] >= speeds.MAIN_PART_M:
            kept[parts[at]] = 0 if at == main else 1
    return kept
