"""GeoJSON features that are sent, as records; records as they stand newest, as features."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from geo.catalogue import Catalogue
from geo.columns import Record, show
from geo.errors import Fault, RecordFaultsError, UnknownSiteError
from geo.models import AREA_ACCURACY_M
from routes_data.kinds import kind_of
from routes_data.revisions import Revision

from .features import GEOMETRY_BASIS, Feature, position
from .systems import CRS84, position_to_crs84

COMPUTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {"sites": frozenset({"is_area", "closures"}), "routes": frozenset({"geometry_basis"})}
)
"""Properties that are made of others: they may be sent as they were read, and are passed over."""
ELSEWHERE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sites": {"id": "the member `id`", "lon": "the geometry", "lat": "the geometry"},
        "routes": {"id": "the member `id`"},
    }
)
"""Columns that are no properties of a feature, and where they stand instead."""
MOST_DEEP = 6
MOST_MEMBERS = 200
MOST_CHARS = 4_000
"""More than any column takes: what is larger is not looked at any further."""
_AXES = (2, 3)
_NOTHING = object()

Json = dict[str, Any]


def merged(target: object, patch: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return what a JSON merge patch makes of a document (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def read_feature(
    kind: str, feature: Json, record_id: str, before: Record | None = None, *, crs: str = CRS84
) -> Record:
    """Return the record that a feature says, whole and without a fault.

    Columns that may be empty may be left out. A position that is, to the decimals features are
    given with, the one of `before` is left as it stands there.

    Parameters
    ----------
    kind
        `sites` or `routes`.
    feature
        What was sent.
    record_id
        The id it is to have.
    before
        The record it is to replace.
    crs
        The reference system of its position.

    Raises
    ------
    RecordFaultsError
        Every fault of it.
    """
    faults = [Fault(kind, record_id, *found) for found in _form_faults(feature, record_id)]
    sent = feature.get("properties")
    properties = sent if isinstance(sent, dict) else {}
    given = {name: one for name, one in properties.items() if name not in COMPUTED[kind]}
    faults += [Fault(kind, record_id, *found) for found in _size_faults(kind, given)]
    if faults:
        raise RecordFaultsError(faults)
    body: Record = {"id": record_id, **_filled(kind, given)}
    if kind == "sites":
        body |= _place(kind, feature.get("geometry"), record_id, before or {}, crs)
    elif isinstance(body.get("start"), dict):
        body["start"] = _start(body["start"], (before or {}).get("start"))
    faults = kind_of(kind).faults(body)
    if faults:
        raise RecordFaultsError(faults)
    return body


def read_id(kind: str, own: object) -> str:
    """Return the id that a new record is to have.

    Raises
    ------
    RecordFaultsError
        It is none.
    """
    if not isinstance(own, str) or not own:
        wanted = "a text of small letters, digits and hyphens"
        raise RecordFaultsError([Fault(kind, "", "id", _short(own), wanted)])
    return own


def _form_faults(feature: Json, record_id: str) -> Iterator[tuple[str, str, str]]:
    """Yield (member, got, wanted) of what makes this no feature of its address."""
    if feature.get("type") != "Feature":
        yield "type", _short(feature.get("type")), "Feature"
    if not isinstance(feature.get("properties"), dict):
        yield "properties", _short(feature.get("properties")), "an object"
    own = feature.get("id")
    if own is not None and own != record_id:
        yield "id", _short(own), record_id


def _size_faults(kind: str, given: Json) -> Iterator[tuple[str, str, str]]:
    """Yield properties that are too large to be looked at, or stand elsewhere."""
    if len(given) > MOST_MEMBERS:
        yield "properties", str(len(given)), f"at most {MOST_MEMBERS} members"
        return
    for name, value in given.items():
        if name in ELSEWHERE[kind]:
            yield name, "a property", ELSEWHERE[kind][name]
        elif wanted := _too_large(value, MOST_DEEP) or _too_large(name, 1):
            yield show(name), "more", wanted


def _too_large(value: object, deep: int) -> str:
    """Return what was wanted of a value that is too large; empty where it is not."""
    if isinstance(value, str):
        return f"at most {MOST_CHARS} characters" if len(value) > MOST_CHARS else ""
    if not isinstance(value, dict | list):
        return ""
    if not deep:
        return f"at most {MOST_DEEP} levels"
    if len(value) > MOST_MEMBERS:
        return f"at most {MOST_MEMBERS} members"
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    return next((found for one in inner if (found := _too_large(one, deep - 1))), "")


def _filled(kind: str, given: Json) -> Record:
    """Return the columns of a record, those left out as empty as they may be, others last."""
    columns = [one for one in kind_of(kind).columns if one.name not in ELSEWHERE[kind]]
    filled: Record = {}
    for column in columns:
        value = given.get(column.name)
        value = _empty(kind, column.name) if value is None else value
        if value is not _NOTHING:
            filled[column.name] = list(value) if isinstance(value, tuple) else value
    known = {column.name for column in columns}
    return {**filled, **{name: value for name, value in given.items() if name not in known}}


@cache
def _empty(kind: str, name: str) -> object:
    """Return the empty value that a column may hold; `_NOTHING` where it must say something."""
    (column,) = (one for one in kind_of(kind).columns if one.name == name)
    fitting = (one for one in ("", None, ()) if not list(column.check(one)))
    return next(fitting, _NOTHING)


def _place(kind: str, geometry: object, record_id: str, before: Record, crs: str) -> Record:
    """Return longitude and latitude of a geometry that is a point.

    Raises
    ------
    RecordFaultsError
        It is none.
    """
    wanted = "a Point of two finite numbers in the order of the axes"
    coordinates: Any = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if (
        not isinstance(geometry, dict)
        or geometry.get("type") != "Point"
        or not _is_position(coordinates)
    ):
        got = _short(geometry.get("type") if isinstance(geometry, dict) else geometry)
        raise RecordFaultsError([Fault(kind, record_id, "geometry", got, wanted)])
    lon, lat = position_to_crs84(coordinates, crs)
    return _unmoved(before, lon, lat) or {"lon": lon, "lat": lat}


def _short(value: object) -> str:
    """Return a value as a fault shows it: one that is no text, however deep, by what it is."""
    return show(value) if isinstance(value, str) else type(value).__name__


def _is_position(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return (
        isinstance(value, list)
        and len(value) in _AXES
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
        and all(abs(one) < 1e15 and math.isfinite(one) for one in value)  # noqa: PLR2004
    )


def _unmoved(before: Mapping[str, Any], lon: float, lat: float) -> Record:
    """Return the position of a record that is the one given, but for its last decimals."""
    known = [before.get("lon"), before.get("lat")]
    if not _is_position(known) or not math.isfinite(lon) or not math.isfinite(lat):
        return {}
    same = position(known[0], known[1]) == position(lon, lat)  # type: ignore[arg-type]
    return {"lon": known[0], "lat": known[1]} if same else {}


def _start(sent: Any, before: object) -> Record:  # noqa: ANN401 - an object of the feature
    """Return the start of a route as records hold it."""
    coordinates = sent.get("coordinates")
    start: Record = {name: one for name, one in sent.items() if name != "coordinates"}
    if _is_position(coordinates):
        lon, lat = coordinates[:2]
        known = before if isinstance(before, dict) else {}
        start |= _unmoved(known, lon, lat) or {"lon": lon, "lat": lat}
    return start


def newest_feature(kind: str, revision: Revision, catalogue: Catalogue) -> Feature:
    """Return a record as it stands newest; what it does not say yet is not there.

    Parameters
    ----------
    kind
        `sites` or `routes`.
    revision
        The newest one.
    catalogue
        Knows the closures of the site, the sites of the route.
    """
    body: Json = dict(revision.body)
    made = _site(body, catalogue) if kind == "sites" else _route(body, catalogue)
    told = {"number": revision.revision, "state": str(revision.state), "author": revision.author}
    told |= {"time": revision.time.isoformat(), "reason": revision.reason}
    return {"type": "Feature", "id": revision.id, **made, "revision": told}


def _site(body: Json, catalogue: Catalogue) -> Json:
    properties = {name: one for name, one in body.items() if name not in ELSEWHERE["sites"]}
    accuracy_m = body.get("accuracy_m")
    if isinstance(accuracy_m, int | float):
        properties["is_area"] = accuracy_m > AREA_ACCURACY_M
    try:
        closures = catalogue.site(str(body["id"])).closures
    except UnknownSiteError:
        closures = ()
    properties["closures"] = [
        {name: getattr(one, name) for name in one.__slots__} for one in closures
    ]
    place: list[Any] = [body.get("lon"), body.get("lat")]
    geometry = {"type": "Point", "coordinates": position(*place)} if _is_position(place) else None
    return {"geometry": geometry, "properties": properties}


def _route(body: Json, catalogue: Catalogue) -> Json:
    properties = {name: one for name, one in body.items() if name not in ELSEWHERE["routes"]}
    properties["geometry_basis"] = GEOMETRY_BASIS
    start = body.get("start")
    if isinstance(start, dict) and _is_position([start.get("lon"), start.get("lat")]):
        named = {name: one for name, one in start.items() if name not in ("lon", "lat")}
        properties["start"] = {**named, "coordinates": position(start["lon"], start["lat"])}
    return {"geometry": _line(body.get("stops"), catalogue), "properties": properties}


def _line(stops: Any, catalogue: Catalogue) -> Json | None:  # noqa: ANN401 - of a draft
    """Return the line from stop to stop; None while one of them is not published."""
    points = catalogue.sites.geometry
    known = isinstance(stops, list) and all(one in points.index for one in stops)
    if not known or len(stops) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    line = [position(one.x, one.y) for one in points.loc[stops]]
    return {"type": "LineString", "coordinates": line}
