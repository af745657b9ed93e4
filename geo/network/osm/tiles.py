"""The tiles an area is downloaded in: cut, kept as one OpenStreetMap file each, read as one.

A tile's file is written beside its place, read back and renamed, so a kill at any moment leaves it
whole or absent.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import NetworkSourceError

TILE_KM2 = 500.0
"""Largest tile; a server answers one of a dense city of this size well within its limits."""

SUFFIX = ".osm.pbf"

Document = Mapping[str, Any]
"""An answer of Overpass: `elements`, and the date of the data in `osm3s`."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of an area: where it is, and the name its file is kept under."""

    name: str
    outline: Polygon | MultiPolygon

    @property
    def file_name(self) -> str:
        """The name, and what tells it from a tile of another outline."""
        digest = hashlib.sha256(shapely.to_wkb(self.outline.normalize())).hexdigest()
        return f"{self.name}-{digest[:12]}{SUFFIX}"


def _area_km2(outline: BaseGeometry) -> float:
    """Return the area of an outline in degrees, as on a sphere: good to a percent."""
    _, south, _, north = outline.bounds
    narrower = affinity.scale(outline, 111.32 * _cosine((south + north) / 2), 110.6, origin=(0, 0))
    return float(narrower.area)


def _cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _halves(outline: BaseGeometry, largest_km2: float) -> Iterator[Polygon | MultiPolygon]:
    """Yield an outline in parts of at most that size, cutting across its longer side."""
    areas = [part for part in shapely.get_parts(outline) if isinstance(part, Polygon)]
    whole = shapely.union_all(areas)
    if whole.is_empty or not isinstance(whole, Polygon | MultiPolygon):
        return
    if _area_km2(whole) <= largest_km2:
        yield whole
        return
    west, south, east, north = whole.bounds
    if (east - west) * _cosine((south + north) / 2) > north - south:
        middle = (west + east) / 2
        boxes = (west, south, middle, north), (middle, south, east, north)
    else:
        middle = (south + north) / 2
        boxes = (west, south, east, middle), (west, middle, east, north)
    for box in boxes:
        yield from _halves(whole.intersection(shapely.box(*box)), largest_km2)


def cut_tiles(areas: Mapping[str, BaseGeometry], largest_km2: float = TILE_KM2) -> list[Tile]:
    """Cut areas into tiles.

    Parameters
    ----------
    areas
        Outlines (degrees) by name, as the districts by their keys.
    largest_km2
        Largest tile.
    """
    return [
        Tile(f"{name}-{at}", part)
        for name, outline in areas.items()
        for at, part in enumerate(_halves(outline, largest_km2), 1)
    ]


def write_tile(documents: Sequence[Document], path: Path) -> None:
    """Write answers of Overpass as one OpenStreetMap file, whole or not at all.

    Raises
    ------
    NetworkSourceError
        An element is none of OpenStreetMap's.
    OSError
        It cannot be written.
    """
    part = path.with_name(f".{path.name.removesuffix(SUFFIX)}.part{SUFFIX}")
    part.unlink(missing_ok=True)
    try:
        count = _write(documents, part)
        if objects_in(part) != count:
            raise OSError(None, "it does not read back as it was written", str(path))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (KeyError, TypeError, ValueError) as error:
        raise NetworkSourceError(
            f"{path.name}: an answer of Overpass has an element that cannot be used ({error})",
            source=path.name,
        ) from error
    except RuntimeError as error:  # what osmium raises where it cannot write
        raise OSError(None, str(error), str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def _write(documents: Sequence[Document], path: Path) -> int:
    """Write each object once, in the order of OpenStreetMap files; return how many."""
    import osmium  # noqa: PLC0415 - only building needs it

    objects: dict[str, dict[int, Mapping[str, Any]]] = {"node": {}, "way": {}, "relation": {}}
    for document in documents:
        for element in document["elements"]:
            objects[element["type"]][element["id"]] = element
    header = osmium.io.Header()
    date = min(
        str(document.get("osm3s", {}).get("timestamp_osm_base", "")) for document in documents
    )
    if date:
        header.set("osmosis_replication_timestamp", date)
    make = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for at, node in sorted(objects["node"].items()):
            where = (node["lon"], node["lat"])
            writer.add_node(make.Node(id=at, location=where, tags=node.get("tags", {})))
        for at, way in sorted(objects["way"].items()):
            writer.add_way(make.Way(id=at, nodes=way["nodes"], tags=way.get("tags", {})))
        for at, relation in sorted(objects["relation"].items()):
            members = [(m["type"][0], m["ref"], m["role"]) for m in relation["members"]]
            tags = relation.get("tags", {})
            writer.add_relation(make.Relation(id=at, members=members, tags=tags))
    return sum(map(len, objects.values()))


def objects_in(path: Path) -> int | None:
    """Return how many objects a file holds; None if it is missing or not whole."""
    import osmium  # noqa: PLC0415

    try:
        return sum(1 for _ in osmium.FileProcessor(str(path)))
    except (RuntimeError, OSError):
        return None
