"""Leaving out roads cut off from all others: nobody snapped to one would get anywhere."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from geo.network.lines import FloatArray

from . import speeds


def kept_nodes(
    size: int, tail: NDArray[np.integer], head: NDArray[np.integer], weight_m: FloatArray
) -> NDArray[np.bool_]:
    """Return which nodes of a search graph belong to a part worth keeping.

    Parts are strongly connected: from everywhere in one, everywhere in it can be reached. The
    biggest is kept, and others whose roads run to `speeds.MAIN_PART_M`.

    Parameters
    ----------
    size
        How many nodes there are.
    tail, head
        Its edges.
    weight_m
        Metres of road each node stands for.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(zip(tail.tolist(), head.tolist(), strict=True))
    kept = np.zeros(size, dtype=bool)
    parts = [np.fromiter(part, dtype=np.int64) for part in nx.strongly_connected_components(graph)]
    metres = [float(weight_m[part].sum()) for part in parts]
    limit = min(max(metres, default=0.0), speeds.MAIN_PART_M)
    for part, length in zip(parts, metres, strict=True):
        if length >= limit:
            kept[part] = True
    return kept
