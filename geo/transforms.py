"""Between positions in degrees and a plane; finding the way from one to another takes 0.1 s.

Loads no frames, so that a router can use it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

DEGREES = "EPSG:4326"


@cache
def transformer(source: str, target: str) -> Transformer:
    """Return the transformer from one reference system to another, made once; threads share it.

    Always (east, north): EPSG:4549 is declared the other way round. PROJ makes each thread one of
    its own: from what was found once, or it would look for it again in every thread (0.1 s each).
    """
    found = Transformer.from_crs(source, target, always_xy=True)
    try:
        return Transformer.from_pipeline(found.definition)
    except ProjError:  # several ways, chosen by place: it has no one definition
        return found


def on_plane(lonlat: ArrayLike, metric: str) -> NDArray[np.float64]:
    """Return positions (degrees, (n, 2)) in metres on the plane of `metric`."""
    lon, lat = np.asarray(lonlat, dtype=np.float64).T
    return np.column_stack(transformer(DEGREES, metric).transform(lon, lat))


def in_degrees(places: ArrayLike, metric: str) -> NDArray[np.float64]:
    """Return places on the plane of `metric` (metres, (n, 2)) as (lon, lat)."""
    east, north = np.asarray(places, dtype=np.float64).T
    return np.column_stack(transformer(metric, DEGREES).transform(east, north))
