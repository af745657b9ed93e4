"""Whether the positions of a file look as if they were of another datum than was said.

Nobody's word is overruled: a suspicion is told, and the person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from geo.crs import Datum, to_metric, wgs84_to_bd09, wgs84_to_gcj02
from routes_data.revisions import Revision

from .alike import position_of

if TYPE_CHECKING:
    from .comparing import Row

NEAR_M = 60
"""So near the shifted position of a known site a new one is: it was shifted, not moved."""
LEAST = 2
_SHARE = 0.5


def datum_suspected(rows: Sequence[Row], heads: Mapping[str, Revision], datum: Datum | None) -> str:
    """Return gcj02 or bd09 where sites that are known seem to have moved as that datum would.

    In Qingdao GCJ-02 lies some 500 m beside WGS-84. Where at least two known sites, and half of
    those that moved, come to lie where that datum would put them, it is suspected.
    """
    if datum != "wgs84":
        return ""
    pairs = [
        (before, after)
        for row in rows
        if row.id in heads
        and (before := position_of(heads[row.id].body))
        and (after := position_of(row.body))
        and before != after
    ]
    if len(pairs) < LEAST:
        return ""
    old, new = (np.array(one, dtype=np.float64) for one in zip(*pairs, strict=True))
    for name, shift in (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)):
        moved = np.column_stack(to_metric(*shift(old[:, 0], old[:, 1])))
        apart = np.hypot(*(moved - np.column_stack(to_metric(new[:, 0], new[:, 1]))).T)
        if (apart < NEAR_M).sum() >= max(LEAST, _SHARE * len(pairs)):
            return name
    return ""
