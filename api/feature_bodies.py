"""Bodies of features as they come over the wire: their type, and JSON of the strict kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from .errors import UnsupportedMediaTypeError
from .links import GEOJSON, JSON

MERGE_PATCH = "application/merge-patch+json"
FEATURE_TYPES = (GEOJSON, JSON)
MOST_DEEP = 32

Json = dict[str, Any]


def body_reader(*media_types: str) -> Callable[[Request], Coroutine[Any, Any, Json]]:
    """Return what reads a body of one of these types as a JSON object.

    It raises `UnsupportedMediaTypeError` (415) for another type, and what answers 400 for what is
    no JSON (NaN is none: RFC 8259, section 6), 422 for JSON that is no object.
    """

    async def read(request: Request) -> Json:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent not in media_types:
            raise UnsupportedMediaTypeError(sent, " / ".join(media_types))
        return _object(await request.body())

    return read


def _object(text: bytes) -> Json:
    try:
        found = json.loads(text, parse_constant=_refuse)
        _check_depth(found)
    except json.JSONDecodeError as error:
        raise _invalid("json_invalid", error.msg) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body cannot be read") from error
    if not isinstance(found, dict):
        raise _invalid("dict_type", "a JSON object")
    return found


def _check_depth(found: object) -> None:
    """Refuse what is nested deeper than any feature is.

    Raises
    ------
    ValueError
        It is.
    """
    level = [found]
    for _ in range(MOST_DEEP):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    if level:
        raise ValueError(MOST_DEEP)


def _refuse(constant: str) -> NoReturn:
    raise json.JSONDecodeError(f"{constant} is no JSON", constant, 0)


def _invalid(kind: str, message: str) -> RequestValidationError:
    fault: dict[str, Any] = {
        "type": kind,
        "loc": ("body",),
        "msg": message,
        "input": None,
        "ctx": {},
    }
    return RequestValidationError([fault])


FeatureDep = Annotated[Json, Depends(body_reader(*FEATURE_TYPES))]
PatchDep = Annotated[Json, Depends(body_reader(MERGE_PATCH))]
