"""What may be asked of the catalogue: plain values, checked when they are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .districts import district_of
from .errors import BboxError, InvalidParameterError, not_one_of
from .schema import CATEGORIES, PROVENANCES, ROUTE_MODES, THEMES

Bbox = tuple[float, float, float, float]
"""(west, south, east, north) in WGS-84 degrees."""

_BBOX_LIMITS = (180.0, 90.0, 180.0, 90.0)


def check_bbox(bbox: Sequence[float]) -> Bbox:
    """Return the bounding box, checked.

    Raises
    ------
    BboxError
        Not four finite numbers, outside the world, or reversed.
    """
    if len(bbox) != len(_BBOX_LIMITS):
        raise BboxError(bbox)
    west, south, east, north = (float(value) for value in bbox)
    inside = all(
        math.isfinite(value) and abs(value) <= limit
        for value, limit in zip((west, south, east, north), _BBOX_LIMITS, strict=True)
    )
    if not inside or west >= east or south >= north:
        raise BboxError(bbox)
    return west, south, east, north


def check_years(first: int | None, last: int | None) -> None:
    """Refuse a period that ends before it begins.

    Raises
    ------
    InvalidParameterError
        `last` lies before `first`.
    """
    if first is not None and last is not None and first > last:
        raise InvalidParameterError(
            "period_to",
            last,
            f"period_from ({first}) or later",
            rule="year_after",
            limits={"first": first},
        )


def _check_word(name: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise not_one_of(name, value, allowed)


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """Which sites; every condition given must hold.

    `district` is a key or a name in Chinese or English. A site belongs to a period when the years
    known of it overlap [`period_from`, `period_to`]; one known year stands for both, none for no
    period at all. `collection` means: on any route of that collection. `q` also ranks.

    Raises
    ------
    InvalidParameterError
        A value is not one of those there are.
    """

    bbox: Bbox | None = None
    district: str | None = None
    category: str | None = None
    period_from: int | None = None
    period_to: int | None = None
    theme: str | None = None
    collection: str | None = None
    q: str | None = None

    def __post_init__(self) -> None:
        """Check every value."""
        if self.bbox is not None:
            check_bbox(self.bbox)
        if self.district is not None:
            district_of(self.district)
        _check_word("category", self.category, CATEGORIES)
        _check_word("theme", self.theme, THEMES)
        check_years(self.period_from, self.period_to)


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """Which routes; every condition given must hold.

    `bbox` selects routes with a stop inside it. `q` also ranks; it looks at names, themes and the
    names of the stops.

    Raises
    ------
    InvalidParameterError
        A value is not one of those there are.
    """

    collection: str | None = None
    provenance: str | None = None
    mode: str | None = None
    q: str | None = None
    bbox: Bbox | None = None

    def __post_init__(self) -> None:
        """Check every value."""
        _check_word("provenance", self.provenance, PROVENANCES)
        _check_word("mode", self.mode, ROUTE_MODES)
        if self.bbox is not None:
            check_bbox(self.bbox)


def in_period(sites: pd.DataFrame, first: int | None, last: int | None) -> NDArray[np.bool_]:
    """Return which sites belong to the years [first, last]; see `SiteQuery`."""
    begins = sites["period_from"].fillna(sites["period_to"])
    ends = sites["period_to"].fillna(sites["period_from"])
    mask = begins.notna()
    if first is not None:
        mask &= (ends >= first).fillna(value=False)
    if last is not None:
        mask &= (begins <= last).fillna(value=False)
    return np.asarray(mask, dtype=bool)
