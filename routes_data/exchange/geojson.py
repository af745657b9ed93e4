"""GeoJSON in (RFC 7946, and the older member `crs`) and out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .errors import broken
from .limits import MAX_ROWS, too_many_rows
from .outgoing import Feature
from .places import Point, in_degrees
from .tables import LAT, LON, Cell, Table, table_of

FORM = "GeoJSON"
_MOST_MARKS = 2_000_000  # brackets and commas: each may become an object in memory
_MOST_NAMES = 500


def read_geojson(file: str, content: bytes) -> Table:
    """Return the features of a GeoJSON.

    Raises
    ------
    ImportFileError
        It is no GeoJSON of features, its reference system is unknown, or it is over a limit.
    """
    if sum(content.count(mark) for mark in (b"[", b"{", b",")) > _MOST_MARKS:
        raise too_many_rows(file)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise broken(file, FORM) from error
    features = _features(file, document)
    names: dict[str, None] = {}
    for one in features:
        for name in one["properties"]:
            if len(names) < _MOST_NAMES:
                names[name] = None
    columns = [*(["id"] if "id" not in names else []), *names, LON, LAT]
    points = in_degrees(file, [_point(one) for one in features], _crs(document))
    rows = (_row(one, columns, where) for one, where in zip(features, points, strict=True))
    return table_of(file, FORM, columns, enumerate(rows, start=1))


def _features(file: str, document: object) -> list[dict[str, Any]]:
    found = document.get("features") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise broken(file, FORM)
    if len(found) > MAX_ROWS:
        raise too_many_rows(file)
    for one in found:
        if not isinstance(one, dict):
            raise broken(file, FORM)
        if not isinstance(one.get("properties"), dict):
            one["properties"] = {}
    return found


def _crs(document: Mapping[str, Any]) -> str | None:
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _point(feature: Mapping[str, Any]) -> Point:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return None, None
    numbers = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(numbers, list) or len(numbers) < 2:  # noqa: PLR2004 - lon, lat
        return str(geometry.get("type"))[:40], None
    lon, lat = (_number(one) for one in numbers[:2])
    return lon, lat


def _number(value: object) -> Cell:
    return value if isinstance(value, int | float | str) or value is None else str(value)[:40]


def _row(feature: Mapping[str, Any], columns: Sequence[str], where: Point) -> list[Cell]:
    values = {"id": feature.get("id"), **feature["properties"], LON: where[0], LAT: where[1]}
    return [_cell(values.get(name)) for name in columns]


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str | int | float) else None


def write_geojson(features: Iterable[Feature], bodies: Iterator[Mapping[str, object]]) -> bytes:
    """Return features as GeoJSON; lists stay lists, as `bodies` have them."""
    made = [
        {
            "type": "Feature",
            "id": values["id"],
            "geometry": {"type": "Point", "coordinates": [lon, lat]} if lon is not None else None,
            "properties": {name: body.get(name, values[name]) for name in values if name != "id"},
        }
        for (lon, lat, values), body in zip(features, bodies, strict=True)
    ]
    document = {"type": "FeatureCollection", "features": made}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()
