"""What may be asked of each collection by CQL2, and the schemas of its features (JSON Schema)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.catalogue import Catalogue
from geo.messages import Messages
from geo.schema import CATEGORIES, PROVENANCES, ROUTE_MODES, THEMES

from .links import Links

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
JsonSchema = dict[str, Any]

_TEXT: JsonSchema = {"type": "string"}
_WHOLE: JsonSchema = {"type": "integer"}
_NUMBER: JsonSchema = {"type": "number"}
_TEXTS: JsonSchema = {"type": "array", "items": _TEXT}


def _texts(*names: str) -> dict[str, JsonSchema]:
    return dict.fromkeys(names, _TEXT)


def _one_of(words: Sequence[str]) -> JsonSchema:
    return {"type": "string", "enum": list(words)}


QUERYABLES: Mapping[str, Mapping[str, JsonSchema]] = MappingProxyType(
    {
        "sites": {
            **_texts("id", "name_zh", "name_en", "district", "address", "period"),
            "category": _one_of(CATEGORIES),
            "period_from": _WHOLE,
            "period_to": _WHOLE,
            "themes": {"type": "array", "items": _one_of(THEMES)},
            "accuracy_m": _NUMBER,
            "visit_min": _WHOLE,
            **_texts("position_basis", "opening_hours", "hours_basis", "ticket", "indoor"),
            **_texts("booking", "toilets", "step_free", "honours", "grade"),
            "geometry": {"format": "geometry-point"},
        },
        "routes": {
            **_texts("id", "collection", "name_zh", "name_en", "theme_zh", "theme_en"),
            "provenance": _one_of(PROVENANCES),
            "mode": _one_of(ROUTE_MODES),
            "year": _WHOLE,
            **_texts("publisher", "audience", "duration"),
            "stops": _TEXTS,
            "geometry": {"format": "geometry-linestring"},
        },
    }
)
_RETURNED_ONLY: Mapping[str, Mapping[str, JsonSchema]] = MappingProxyType(
    {
        "sites": {
            "aliases": _TEXTS,
            **_texts("summary_zh", "summary_en", "position_source", "phone", "notes_zh"),
            "sources": {"type": "array", "items": {"type": "object"}},
            "closures": {"type": "array", "items": {"type": "object"}, "readOnly": True},
            "is_area": {"type": "boolean", "readOnly": True},
        },
        "routes": {
            **_texts("description_zh", "description_en", "source", "order_reason_zh", "notes_zh"),
            "lunch_after": _WHOLE,
            "start": {"type": "object"},
            "geometry_basis": {**_TEXT, "readOnly": True},
        },
    }
)


def queryables_document(key: str, links: Links, texts: Messages) -> JsonSchema:
    """Return the queryables of a collection (OGC 19-079r2, 6.2); no others are known."""
    return {
        "$schema": SCHEMA,
        "$id": links.url(f"/api/collections/{key}/queryables"),
        "type": "object",
        "title": texts(f"api.{key}.title"),
        "properties": {name: {"title": name, **kind} for name, kind in QUERYABLES[key].items()},
        "additionalProperties": False,
    }


def schema_document(key: str, links: Links, texts: Messages) -> JsonSchema:
    """Return the schema of the features of a collection (OGC 23-058r1)."""
    known = {**QUERYABLES[key], **_RETURNED_ONLY[key]}
    roles = {"id": {"x-ogc-role": "id"}, "geometry": {"x-ogc-role": "primary-geometry"}}
    return {
        "$schema": SCHEMA,
        "$id": links.url(f"/api/collections/{key}/schema"),
        "type": "object",
        "title": texts(f"api.{key}.title"),
        "properties": {
            name: {"title": name, **kind, **roles.get(name, {}), "x-ogc-propertySeq": place}
            for place, (name, kind) in enumerate(known.items(), start=1)
        },
    }


def site_frame(catalogue: Catalogue, ids: pd.Index) -> gpd.GeoDataFrame:
    """Return the queryables of some sites, in their order."""
    frame = catalogue.sites.loc[ids]
    return frame.assign(id=frame.index.astype("str"))[list(QUERYABLES["sites"])]


def route_frame(catalogue: Catalogue, ids: pd.Index) -> gpd.GeoDataFrame:
    """Return the queryables of some routes, in their order; lines straight from stop to stop."""
    frame = catalogue.routes.loc[ids]
    points = catalogue.sites.geometry
    lines = [shapely.LineString(list(points.loc[list(stops)])) for stops in frame["stops"]]
    asked = [name for name in QUERYABLES["routes"] if name != "geometry"]
    told = frame.assign(id=frame.index.astype("str"))[asked]
    return gpd.GeoDataFrame(told, geometry=gpd.GeoSeries(lines, index=frame.index))
