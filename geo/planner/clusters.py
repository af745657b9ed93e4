"""Near places that are walked between from one stopping place, where the car is left."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from geo.router import FloatMatrix


def stopping_places(
    apart: FloatMatrix, fixed: Collection[int], alone: Collection[int]
) -> tuple[int, ...]:
    """Return for each row the row at which the car stands while that one is visited.

    Rows are joined nearest first, as long as all of a cluster are to be walked between (complete
    linkage), and the car is left where the walks to the others are shortest in all.

    Parameters
    ----------
    apart
        How far rows are apart on foot, symmetric; inf where nobody walks.
    fixed
        Rows where the car must be when it is there: starts, ends and lodgings. Two in one cluster
        are at no distance.
    alone
        Rows that are joined to none.
    """
    clusters = _clusters(_linkable(apart, fixed, alone))
    base = list(range(len(apart)))
    for members in clusters:
        stays = [row for row in members if row in fixed]
        far = apart[np.ix_(members, members)].sum(axis=1)
        middle = stays[0] if stays else members[int(far.argmin())]
        for row in members:
            base[row] = middle
    return tuple(base)


def _linkable(apart: FloatMatrix, fixed: Collection[int], alone: Collection[int]) -> FloatMatrix:
    linked = apart.astype(np.float64, copy=True)
    for row in alone:
        linked[row] = linked[:, row] = np.inf
    places = np.array(sorted(fixed), dtype=np.intp)
    between = linked[np.ix_(places, places)]
    linked[np.ix_(places, places)] = np.where(between > 0, np.inf, between)
    np.fill_diagonal(linked, np.inf)
    return linked


def _clusters(linked: FloatMatrix) -> list[list[int]]:
    """Join the two nearest clusters while any two may be joined; `linked` is used up."""
    clusters = {row: [row] for row in range(len(linked))}
    while linked.size:
        one, other = (int(i) for i in np.unravel_index(int(linked.argmin()), linked.shape))
        if not np.isfinite(linked[one, other]):
            break
        clusters[one] += clusters.pop(other)
        linked[one] = np.maximum(linked[one], linked[other])
        linked[:, one] = linked[one]
        linked[other] = linked[:, other] = np.inf
        linked[one, one] = np.inf
    return [sorted(members) for members in clusters.values()]
