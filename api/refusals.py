"""What an operation may answer instead of what was asked for, as its OpenAPI document says it.

FastAPI writes a 422 of its own shape into every operation; this service sends RFC 9457 problems
(api/errors.py). A 405 is of no operation: it is the answer where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .errors import MEDIA_TYPE

PROBLEM: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "description": "What went wrong (RFC 9457); other fields are ids and numbers of it.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string", "description": "In the language of the request."},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What was got, wanted, what to do."},
            "code": {"type": "string", "description": "For machines; `/api/docs` lists them."},
            "parameter": {"type": "string", "description": "The parameter that is wrong."},
            "got": {"type": "string"},
            "wanted": {"type": "string"},
            "rule": {"type": "string", "description": "The rule that was broken."},
            "limits": {"type": "object", "description": "Numbers and words of the rule."},
            "faults": {"type": "array", "items": {"type": "string"}},
            "ids": {"type": "array", "items": {"type": "string"}},
            "near": {"type": "array", "items": {"type": "string"}, "description": "Ids like it."},
        },
        "additionalProperties": True,
        "example": {
            "parameter": "mode",
            "got": "fly",
            "wanted": "one of walk, drive",
            "rule": "one_of",
            "limits": {"allowed": "walk, drive"},
            "type": "/api/docs#problem-invalid-parameter",
            "title": "A parameter is not valid",
            "status": 400,
            "detail": 'The parameter mode is "fly": it must be one of walk, drive.',
            "code": "invalid-parameter",
        },
    }
)

MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        400: "A parameter is unknown or not what it must be, or a body cannot be read: "
        "`invalid-request`, `invalid-parameter`, `bad-bbox`.",
        401: "No API token was sent, or it is not valid: `not-signed-in`, `bad-token`.",
        403: "The key, the token or its account does not allow this: `wrong-edit-key`, "
        "`scope-needed`, `role-needed`, `outside-unit`, `own-work`.",
        404: "Nothing has this id: `unknown-site`, `unknown-route`, `unknown-record`.",
        406: "None of the forms in Accept is made here: `not-acceptable`.",
        409: "Somebody else changed it in the meantime, or it exists: `edit-conflict`, "
        "`record-exists`.",
        410: "Who kept it has removed it: `removed-trip`.",
        412: "Somebody else changed it in the meantime; ETag is that of the newest revision: "
        "`precondition-failed`.",
        413: "The body is too large: `content-too-large`.",
        415: "The body is not of a type that is read here: `unsupported-media-type`.",
        422: "Understood, but it cannot be met: `invalid-request`, `bad-request`, `no-plan`, "
        "`no-path`, `off-network`, `avoided`, `too-many-stops`, `trip-closed`, "
        "`trip-impossible`, `unfit-record`, `bad-transition`.",
        428: "If-Match is missing: `precondition-required`.",
        500: "A fault of this service: `internal-error`.",
        503: "Not available at the moment: `store-unavailable`, `pack-unavailable`.",
    }
)
"""What each status means here, and the codes it comes with."""

PLANS = (400, 404, 422)
"""Of what is planned: a wish that is wrong, names what is not there, or cannot be met."""
BY_ADDRESS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "/api/itineraries": (*PLANS, 406),
        "/api/plans": (503,),
        "/api/plans/{plan_id}": PLANS,
        "/api/suggestions/": PLANS,
        "/api/isochrones": PLANS,
        "/api/ways": PLANS,
        "/api/trips": PLANS,
        "/api/trips/pack.": (503,),
        "/api/kept-trips": (503,),
        "/api/kept-trips/{trip_id}": (404, 410),
        "/api/kept-trips/{trip_id}/": PLANS,
        "/readyz": (503,),
    }
)
"""The statuses of every operation whose address begins so."""


def statuses_of(path: str, operation: Mapping[str, Any]) -> list[int]:
    """Return the statuses of the problems that an operation may answer with."""
    found = {500}
    for beginning, statuses in BY_ADDRESS.items():
        found |= set(statuses) if path.startswith(beginning) else set()
    return sorted(found.union(*_by_what_it_takes(operation)))


def _by_what_it_takes(operation: Mapping[str, Any]) -> Iterator[tuple[int, ...]]:
    parameters = operation.get("parameters", ())
    keyed = any(one["name"] == "Edit-Key" for one in parameters)
    if any(one["in"] != "path" for one in parameters):
        yield (400,)
    if any(one["in"] == "path" for one in parameters):
        yield (404,)
    if "requestBody" in operation:
        yield (*PLANS, 413, 415)
    if keyed:
        yield (403, 409)
    if keyed and "requestBody" in operation:
        yield (428,)
    if operation.get("security"):
        yield (401, 403, 503)
    if operation.get("security") and any(one["name"] == "If-Match" for one in parameters):
        yield (412, 422, 428)
    elif operation.get("security") and "requestBody" in operation:
        yield (409,)


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with our problems in the place of FastAPI's errors."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = dict(PROBLEM)
    document["components"]["responses"] = {
        _name(status): _answer(meaning) for status, meaning in MEANINGS.items()
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= {
                str(status): {"$ref": f"#/components/responses/{_name(status)}"}
                for status in statuses_of(path, operation)
            }
    return document


def _name(status: int) -> str:
    return f"Problem{status}"


def _answer(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": schema}}}
