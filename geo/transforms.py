"""Between positions in degrees and a plane; making a transformer takes a tenth of a second.

Loads no frames, so that a router can use it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

DEGREES = "EPSG:4326"


@cache
def transformer(source: str, target: str) -> Transformer:
    """Return the transformer from one reference system to another, made once; threads share it.

    Always (east, north): EPSG:4549 is declared the other way round.
    """
    return Transformer.from_crs(source, target, always_xy=True)


def on_plane(lonlat: ArrayLike, metric: str) -> NDArray[np.float64]:
    """Return positions (degrees, (n, 2)) in metres on the plane of `metric`."""
    lon, lat = np.asarray(lonlat, dtype=np.float64).T
    return np.column_stack(transformer(DEGREES, metric).transform(lon, lat))


def in_degrees(places: ArrayLike, metric: str) -> NDArray[np.float64]:
    """Return places on the plane of `metric` (metres, (n, 2)) as (lon, lat)."""
    east, north = np.asarray(places, dtype=np.float64).T
    return np.column_stack(transformer(metric, DEGREES).transform(east, north))
