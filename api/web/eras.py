"""The eras of the time line: the usual division of the Party's history since May Fourth."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.errors import not_one_of
from geo.queries import in_period


@dataclass(frozen=True, slots=True)
class Era:
    """Years `first` to `last`, both included; `last` is None for the present one.

    `word` is how the catalogue's column `period` names it.
    """

    name: str
    first: int
    last: int | None
    word: str

    @property
    def key(self) -> str:
        """The era in an address: 1937-1945, or 2012-."""
        return f"{self.first}-{self.last or ''}"


ERAS = (
    Era("founding", 1919, 1926, "建党"),
    Era("agrarian", 1927, 1936, "土地革命"),
    # Qingdao was taken in January 1938; the nationwide war began in 1937.
    Era("resistance", 1937, 1945, "抗"),
    Era("liberation", 1946, 1949, "解放战争"),
    Era("construction", 1950, 1977, "建设"),
    Era("reform", 1978, 2011, "改革开放"),
    Era("new", 2012, None, "新时代"),
)


def era_of(key: str) -> Era:
    """Return the era an address names.

    Raises
    ------
    InvalidParameterError
        There is no such era.
    """
    for era in ERAS:
        if era.key == key:
            return era
    raise not_one_of("period", key, (era.key for era in ERAS))


def era_mask(sites: gpd.GeoDataFrame, era: Era) -> NDArray[np.bool_]:
    """Return which sites are of an era: by their years, else by what their document says."""
    undated = sites["period_from"].isna() & sites["period_to"].isna()
    said = sites["period"].str.contains(era.word, regex=False)
    dated = in_period(sites, era.first, era.last)
    return np.asarray(dated | (undated & said), dtype=bool)


def in_era(sites: gpd.GeoDataFrame, era: Era) -> gpd.GeoDataFrame:
    """Return the sites of an era."""
    return sites[era_mask(sites, era)]
