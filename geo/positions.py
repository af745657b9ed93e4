"""Coordinates as people paste them, from a Chinese map service or another."""

from __future__ import annotations

import re

from .crs import Datum, from_datum
from .errors import InvalidParameterError, not_one_of

DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
DECIMALS = 6
"""A tenth of a metre: no source of ours is better."""

_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d+)?")
_WORDS = re.compile(r"[\s,，;；°东经北纬度EeNn:：()（）]*")
_FARTHEST_NORTH = 90


def read_position(text: str, datum: str) -> tuple[float, float]:
    """Return the WGS-84 position (lon, lat) of a pasted one.

    Two decimal numbers in either order: around Qingdao the larger one is the longitude, whichever
    way a map service writes them.

    Parameters
    ----------
    text
        As pasted, e.g. `120.3201, 36.0662` or `北纬36.0662° 东经120.3201°`.
    datum
        wgs84, gcj02 (高德, 腾讯) or bd09 (百度).

    Raises
    ------
    InvalidParameterError
        It is not two numbers, they are no position, or the datum is unknown.
    """
    numbers = _NUMBER.findall(text)
    if len(numbers) != 2 or not _WORDS.fullmatch(_NUMBER.sub("", text)):  # noqa: PLR2004 - lon, lat
        raise InvalidParameterError("position", text, "LON,LAT in degrees", rule="two_numbers")
    first, second = map(float, numbers)
    lon, lat = (second, first) if abs(first) <= _FARTHEST_NORTH < abs(second) else (first, second)
    given = next((one for one in DATUMS if one == datum), None)
    if given is None:
        raise not_one_of("datum", datum, DATUMS)
    east, north = from_datum(given, [lon], [lat])
    if given == "wgs84":
        return lon, lat
    return round(float(east[0]), DECIMALS), round(float(north[0]), DECIMALS)
