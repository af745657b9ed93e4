"""The areas `redtrails network build` can be told: a box, an outline, a district, all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from geo.districts import DISTRICTS, district_of
from geo.errors import BboxError, InvalidParameterError, not_one_of
from geo.network.osm import area

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.catalogue import Catalogue

QINGDAO = "qingdao"
"""The name of the prefecture where an area is wanted."""

BETWEEN = "between"
"""The name of what lies between and just around the districts: bays, islands."""


def box_of(text: str) -> BaseGeometry:
    """Return a box written as `W,S,E,N`.

    Raises
    ------
    BboxError
        The box is no box.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BboxError(text) from error
    return area.box_outline((west, south, east, north))


def outline_of(catalogue: Catalogue, bbox: str | None, boundary: str | None) -> BaseGeometry | None:
    """Return the area asked for; None where nothing was: everywhere.

    Raises
    ------
    BboxError
        The box is no box.
    NetworkSourceError
        The boundary cannot be read.
    """
    if bbox is not None:
        return box_of(bbox)
    if boundary == QINGDAO:
        return area.with_waters(catalogue.districts)
    return area.read_outline(Path(boundary)) if boundary else None


def download_areas(catalogue: Catalogue, name: str) -> Mapping[str, BaseGeometry]:
    """Return the outlines to download for what follows `overpass:`.

    Parameters
    ----------
    catalogue
        Has the districts.
    name
        `qingdao`, a district by any of its names, or a box.

    Raises
    ------
    InvalidParameterError
        It is none of these.
    """
    if "," in name:
        return {"box": box_of(name)}
    outlines = dict(zip(catalogue.districts["key"], catalogue.districts.geometry, strict=True))
    if name == QINGDAO:
        whole = area.with_waters(catalogue.districts)
        return {**outlines, BETWEEN: whole.difference(catalogue.districts.geometry.union_all())}
    try:
        key = district_of(name).key
    except InvalidParameterError as error:
        allowed = (QINGDAO, *(district.key for district in DISTRICTS), "W,S,E,N")
        raise not_one_of("overpass:", name, allowed) from error
    return {key: outlines[key]}
