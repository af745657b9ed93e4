"""The OpenAPI document, in version 3.0: what OGC API - Features and most GIS clients read.

FastAPI writes 3.1, whose schemas are JSON Schema 2020-12; `as_openapi_3_0` says the same in the
words of 3.0 (OpenAPI Specification 3.0.3, "Schema Object").
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from geo.exchange.document import document_schema

from .parameter_examples import with_examples
from .refusals import with_problems
from .routers.itineraries import PLAN_PARTS

VERSION = "3.0.3"
MACHINE_PATHS = ("/api", "/healthz", "/readyz")


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the machine interface; made once, then kept by the app."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            license_info=app.license_info,
        )
        made["paths"] = {
            path: operations
            for path, operations in made["paths"].items()
            if path.startswith(MACHINE_PATHS)
        }
        whole = with_examples(with_problems(_with_itinerary(made)))
        app.openapi_schema = _with_ogc_parameters(as_openapi_3_0(whole))
    return app.openapi_schema


def _with_itinerary(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the schema of the JSON form of an itinerary."""
    schema = document_schema("#/components/schemas/{model}")
    parts = {**schema.pop("$defs"), **PLAN_PARTS}
    document["components"]["schemas"] |= {**parts, "Itinerary": schema}
    for operation in document["paths"]["/api/itineraries"].values():
        forms = operation["responses"]["200"]["content"]
        forms["application/json"] = {"schema": {"$ref": "#/components/schemas/Itinerary"}}
    return document


OGC_PARAMETERS: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        # OGC 17-069r4, 7.15.2 to 7.15.4, word for word; the service reads the texts of an address.
        "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
        "bbox": {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "datetime": {"type": "string"},
        "bbox-crs": {"type": "string", "format": "uri"},
        "crs": {"type": "string", "format": "uri"},
        "filter-crs": {"type": "string", "format": "uri"},
    }
)


def _with_ogc_parameters(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the parameters of items as the standard declares them."""
    for path, operations in document["paths"].items():
        if not path.startswith("/api/collections/"):
            continue
        for parameter in operations["get"].get("parameters", ()):
            if parameter["in"] == "query":
                parameter.update(style="form", explode=False)
            if parameter["name"] in OGC_PARAMETERS:
                example = parameter["schema"].get("example")
                parameter["schema"] = dict(OGC_PARAMETERS[parameter["name"]])
                if example is not None:
                    parameter["example"] = (
                        _numbers(example) if parameter["name"] == "bbox" else example
                    )
    return document


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def as_openapi_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """Return a 3.1 document as one of 3.0."""
    made: dict[str, Any] = _converted(document)
    made["openapi"] = VERSION
    made["info"].pop("summary", None)
    licence = made["info"].get("license")
    if licence:
        licence.pop("identifier", None)
    return made


def _converted(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_converted(item) for item in node]
    if not isinstance(node, dict):
        return node
    return _schema({key: _converted(value) for key, value in node.items()})


def _schema(node: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the words that only 3.1 knows replaced.

    Objects that are no schema have none of these words in this meaning, except `examples`, which
    is a list in a schema and an object elsewhere.
    """
    for choice in ("anyOf", "oneOf"):
        node = _nullable(node, choice)
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("examples"), list):
        node["example"] = node.pop("examples")[0]
    for bound, kept in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(node.get(bound), int | float) and not isinstance(node[bound], bool):
            node[kept] = node[bound]
            node[bound] = True
    if "prefixItems" in node:
        members = node.pop("prefixItems")
        same = all(member == members[0] for member in members)
        node["items"] = members[0] if same else {"anyOf": members}
    return node


def _nullable(node: dict[str, Any], choice: str) -> dict[str, Any]:
    """Say `null` as 3.0 does: `nullable: true` beside the one or more other schemas."""
    members = node.get(choice)
    if not isinstance(members, list) or {"type": "null"} not in members:
        return node
    others = [member for member in members if member != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != choice}
    if len(others) == 1 and "$ref" not in others[0]:
        return {**others[0], **rest, "nullable": True}
    return {**rest, choice: others, "nullable": True}
