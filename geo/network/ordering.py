"""The order in which the nodes of a search graph are contracted.

Inertial flow cuts the map along lines. Over turns a line is cut by arcs of both directions. An arc
leads to no other of its direction but over one of the other direction, so with all arcs of one
direction contracted before those of the other, a quarter of the shortcuts along the cut are never
a way, and are left out (Buchhold, Wagner, Zeitz, Zündorf: Customizable Contraction Hierarchies with
Turn Costs, ATMOS 2020).
"""

from __future__ import annotations

import numpy as np
import routingkit_cch

from .lines import FloatArray, IntArray, LongArray
from .profile import SearchGraph

NOWHERE = -1


def contraction_order(graph: SearchGraph, lonlat: FloatArray, *, turns: bool) -> IntArray:
    """Return the order of a search graph whose nodes lie at `lonlat` (degrees).

    `turns`: its nodes are arcs.
    """
    order = routingkit_cch.compute_order_inertial(
        graph.size,
        graph.tail.tolist(),
        graph.head.tolist(),
        lonlat[:, 1].tolist(),
        lonlat[:, 0].tolist(),
    )
    found = np.asarray(order, dtype=np.int32)
    return by_direction(found, graph) if turns else found


def by_direction(order: IntArray, graph: SearchGraph) -> IntArray:
    """Return an order in which the arcs of each cut stand by their direction.

    A cut is a chain of the elimination tree: below it lie the parts it keeps apart.
    """
    size = len(order)
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    tail, head = rank[graph.tail], rank[graph.head]
    parent = elimination_tree(tail, head, size)
    first = _chains(parent)
    from_part = _part_below(parent, first, head, tail)
    to_part = _part_below(parent, first, tail, head)
    ranks = np.arange(size)
    sorted_ = np.lexsort((ranks, from_part >= to_part, first))
    moved = np.empty(size, dtype=np.int64)
    moved[np.lexsort((ranks, first))] = sorted_  # each chain keeps its ranks
    return order[moved]


def elimination_tree(tail: LongArray, head: LongArray, size: int) -> LongArray:
    """Return the parent of each rank; `NOWHERE`: none (Liu's algorithm, paths compressed)."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    pairs = np.unique(high * size + low)
    parent, highest = [NOWHERE] * size, [NOWHERE] * size
    for upper, at in zip(*(one.tolist() for one in np.divmod(pairs, size)), strict=True):
        lower = at
        while lower not in (NOWHERE, upper):
            above, highest[lower] = highest[lower], upper
            if above == NOWHERE:
                parent[lower] = upper
            lower = above
    return np.array(parent)


def _chains(parent: LongArray) -> LongArray:
    """Return the first rank of the chain each rank is in: all but it have just one child."""
    size = len(parent)
    below = np.flatnonzero(parent != NOWHERE)
    link = np.arange(size)
    only = np.bincount(parent[below], minlength=size)[parent[below]] == 1
    link[parent[below[only]]] = below[only]
    while not np.array_equal(link[link], link):
        link = link[link]
    return link


def _part_below(
    parent: LongArray, first: LongArray, node: LongArray, other: LongArray
) -> LongArray:
    """Return for each rank the part below its chain that a neighbour lies in; `NOWHERE`: none.

    `other[k]` are the neighbours of `node[k]`; a part is named by its highest rank.
    """
    size = len(parent)
    found = np.full(size, NOWHERE)
    under = other < first[node]
    node, at = node[under], other[under]
    ups = [np.append(np.where(parent == NOWHERE, size, parent), size)]
    while not (ups[-1] == size).all():
        ups.append(ups[-1][ups[-1]])
    for up in reversed(ups):
        higher = up[at]
        at = np.where(higher < first[node], higher, at)
    found[node] = at
    return found
