"""Every error as one answer: exception class → HTTP status in one table, RFC 9457 bodies.

The title and detail of a problem are texts of the message catalogue (`problem.<code>` and
`problem.<code>.detail`); its ids and numbers are fields beside them. docs/errors.md lists the
codes (a test holds the two together).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Mount

from geo.errors import (
    BadRequestError,
    ConflictError,
    DataError,
    HeritageError,
    InvalidParameterError,
    JsonValue,
    NetworkUnavailableError,
    NotFoundError,
    PackUnavailableError,
    PlanningError,
    RecordExistsError,
    RemovedTripError,
    StoreError,
    WrongEditKeyError,
)
from geo.faults import rule_of
from routes_data.accounts.errors import (
    IdentityTakenError,
    NotAllowedError,
    NotSignedInError,
    TooManyAttemptsError,
    UserExistsError,
    WrongLoginError,
)
from routes_data.exchange.errors import ParquetUnavailableError

from .oidc.errors import BadIdentityError, ProviderUnavailableError
from .security import SECURITY_HEADERS
from .web.language import lenient_lang
from .web.texts import Texts

log = logging.getLogger(__name__)

STATUS: Mapping[type[HeritageError], int] = {
    # A parameter that is not what it must be is 400 in OGC API - Features
    # (/req/core/query-param-invalid); a request that is understood but cannot be met is 422.
    InvalidParameterError: 400,
    BadRequestError: 422,
    NotFoundError: 404,
    RemovedTripError: 410,
    WrongEditKeyError: 403,
    NotSignedInError: 401,
    WrongLoginError: 401,
    BadIdentityError: 401,
    NotAllowedError: 403,
    UserExistsError: 409,
    IdentityTakenError: 409,
    TooManyAttemptsError: 429,
    PlanningError: 422,
    ConflictError: 409,
    RecordExistsError: 409,
    NetworkUnavailableError: 503,
    PackUnavailableError: 503,
    ParquetUnavailableError: 503,
    ProviderUnavailableError: 503,
    StoreError: 503,
    DataError: 500,
    HeritageError: 500,
}

HTTP_CODES: Mapping[int, str] = {
    400: "bad-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "precondition-failed",
    413: "content-too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    428: "precondition-required",
    429: "too-many-requests",
    500: "internal-error",
    501: "not-implemented",
    503: "unavailable",
}
"""The code of a problem that no error class of ours stands for."""

INVALID_REQUEST = (400, 422)
"""Of `invalid-request`: the address or JSON itself is wrong; JSON is of another shape."""
MEDIA_TYPE = "application/problem+json"
GROUPED_FROM = 10_000
"""From here on a number is written with its thousands apart."""
PLACES = frozenset({"position", "origin", "destination"})
ROLES = frozenset({"role", "needed"})
_PAIRED = re.compile(r"\b(start|end|at|lodging)\.([01])$")
_AXES = {"0": "lon", "1": "lat"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_UNREADABLE = (RecursionError, ValueError)
"""What the framework's reader of bodies gives up with: too deep; not UTF-8, a number too long."""
MAX_SHOWN = 80
"""Characters of a refused value that an answer repeats."""


class NotAcceptableError(HTTPException):
    """None of the forms we have is one the client asked for."""

    def __init__(self, wanted: str) -> None:
        super().__init__(406, f"want one of {wanted}")
        self.values = {"wanted": wanted}


class UnknownFormError(HTTPException):
    """An oEmbed answer is wanted in a form we do not have (oEmbed 1.0, 2.3.5: 501)."""

    def __init__(self, wanted: str) -> None:
        super().__init__(501, f"want one of {wanted}")
        self.values = {"wanted": wanted}


class UnsupportedMediaTypeError(HTTPException):
    """A body came in a form we do not read."""

    def __init__(self, got: str, wanted: str) -> None:
        super().__init__(415, f"got a body of {got[:MAX_SHOWN] or 'no type'}, want {wanted}")
        self.values = {"got": got[:MAX_SHOWN] or "?", "wanted": wanted}


class ContentTooLargeError(HTTPException):
    """A body is larger than `REDTRAILS_MAX_BODY_BYTES`."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"a body may have at most {limit} bytes")
        self.values = {"limit": limit}


def status_of_class(kind: type[HeritageError]) -> int:
    """Return the HTTP status of a class of errors: that of the nearest class in the table."""
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def status_of(error: HeritageError) -> int:
    """Return the HTTP status of an error."""
    return status_of_class(type(error))


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, before it is put in a language.

    Parameters
    ----------
    status
        The HTTP status.
    code
        The code of the problem; its texts stand at `problem.<code>`.
    detail
        The detail in English, used where the catalogue has none.
    data
        Ids and numbers, sent as fields; they never replace a standard field.
    """

    status: int
    code: str
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def document(self, texts: Texts) -> dict[str, Any]:
        """Return the RFC 9457 document in a language."""
        return {
            **self.data,
            "type": f"/api/docs#problem-{self.code}",
            "title": title_of(texts, self.code, self.status),
            "status": self.status,
            "detail": _detail(texts, self.code, self.detail, self.data),
            "code": self.code,
        }


def title_of(texts: Texts, code: str, status: int) -> str:
    """Return the title of a code, or of its status where the catalogue has none of its own."""
    key = f"problem.{code}"
    return texts(key if texts.has(key) else f"problem.{HTTP_CODES.get(status, 'error')}")


def problem_of(error: HeritageError) -> Problem:
    """Return the problem an error raised on purpose stands for."""
    return Problem(status_of(error), error.code, error.message, error.data)


def detail_of(error: HeritageError, texts: Texts) -> str:
    """Return what an error raised on purpose says in a language."""
    return str(problem_of(error).document(texts)["detail"])


def _detail(texts: Texts, code: str, detail: str, data: Mapping[str, Any]) -> str:
    """Return the translated detail, its lists written out; the English one where there is none."""
    key = f"problem.{code}.detail"
    rule = f"fault.{data.get('rule')}"
    values = {name: _value(name, value, texts) for name, value in data.items()}
    if texts.has(rule):
        limits = {
            name: _value(name, value, texts)
            for name, value in texts.spoken(data.get("limits", {})).items()
        }
        return texts(f"problem.{code}.rule", **{**values, "wrong": texts(rule, **limits)})
    return texts(key, **values) if texts.has(key) else detail


def _value(name: str, value: Any, texts: Texts) -> Any:  # noqa: ANN401 - a JSON value
    """Return a value of an error as it is written in a text."""
    if name == "allow":
        value = [texts.word("page.plan.avoid", str(kind)) for kind in value]
    if isinstance(value, list):
        return texts("page.plan.road-separator").join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= GROUPED_FROM:
        return f"{value:,}"
    if name in ROLES:
        return texts.word("staff.role", str(value))
    if name == "parameter":
        return _PAIRED.sub(lambda found: f"{found[1]} ({_AXES[found[2]]})", value)
    return texts.word("position", str(value)) if name in PLACES else value


def respond(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as the client reads it: a page for a visitor, JSON for a machine."""
    lang = lenient_lang(request)
    document = problem.document(Texts.for_lang(lang))
    if wants_page(request):
        from .web.errors import error_page  # noqa: PLC0415 - templates, only when a page is wanted

        page = error_page(request, problem.status, document)
        page.headers.update(headers or {})
        return page
    own = {"Content-Language": lang, "Cache-Control": "no-store"}
    return JSONResponse(
        document,
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), **own},
    )


def wants_page(request: Request) -> bool:
    """Return whether an error is shown to a person: any address outside /api, asked by a browser.

    Scripts and styles are asked for with `*/*`: a page would be of no use there.
    """
    path = request.url.path
    machine = path == "/api" or path.startswith(("/api/", "/healthz", "/readyz", "/static/"))
    return not machine and "text/html" in request.headers.get("accept", "")


def install(app: FastAPI) -> None:
    """Give `app` the handlers of this module."""
    app.add_exception_handler(HeritageError, _on_heritage_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, _on_crash)


def _on_heritage_error(request: Request, error: Exception) -> Response:
    """Answer an error raised on purpose."""
    assert isinstance(error, HeritageError)  # noqa: S101 - what it was registered for
    problem = problem_of(error)
    if problem.status >= 500:  # noqa: PLR2004 - from here on it is ours to mend
        log.error("%s %s: %s", request.method, request.url.path, error.message, exc_info=error)
    return respond(request, problem)


def _on_validation_error(request: Request, error: Exception) -> Response:
    """Answer a request whose parameters or body are not what they must be, every fault at once."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = error.errors()
    for fault in faults:
        own = (fault.get("ctx") or {}).get("error")
        if isinstance(own, HeritageError):
            return _on_heritage_error(request, own)
    in_body = any(fault["loc"][0] == "body" for fault in faults)
    readable = not any(fault["type"] == "json_invalid" for fault in faults)
    status = INVALID_REQUEST[in_body and readable]
    lines = fault_lines(faults, Texts.for_lang(lenient_lang(request)))
    return respond(request, Problem(status, "invalid-request", data={"faults": lines}))


def fault_lines(faults: Sequence[Any], texts: Texts) -> list[str]:
    """Return pydantic's faults as lines: where, what is wrong, what was got."""
    return [
        f"{_place(fault)}: {_wrong(fault, texts)}"
        + ("" if isinstance(fault["input"], dict | list | None) else f" ({_shown(fault['input'])})")
        for fault in faults
    ]


def _place(fault: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return the parameter's name; of a body that cannot be read, where that was is no name."""
    path = () if fault["type"] == "json_invalid" else fault["loc"][1:]
    return ".".join(map(str, path)) or str(fault["loc"][0])


def _wrong(fault: Any, texts: Texts) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return what is wrong in the language of `texts`; in the fault's English where it has none."""
    rule, limits = rule_of(fault)
    return texts(f"fault.{rule}", **limits) if texts.has(f"fault.{rule}") else str(fault["msg"])


def _shown(value: object) -> str:
    return repr(value)[:MAX_SHOWN]


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework raises: no such address, wrong method, a body too large."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error.__cause__, _UNREADABLE):
        return _on_unreadable_body(request)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004 - Method Not Allowed
        headers["Allow"] = ", ".join(methods_of(request))
    code = HTTP_CODES.get(error.status_code, "bad-request")
    data: dict[str, JsonValue] = {"path": request.url.path[:200], "method": request.method}
    data |= getattr(error, "values", {})
    problem = Problem(error.status_code, code, str(error.detail), data)
    return respond(request, problem, headers)


def methods_of(request: Request) -> list[str]:
    """Return every method that the address of a request takes, of all its routes."""
    # A mount that the request went through has put its own path into `root_path`.
    root = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    taken = {
        method
        for method in METHODS
        for route in request.app.routes
        # A mount takes any method; what we mount are files, and those are only read.
        if route.matches({**request.scope, "root_path": root, "method": method})[0] is Match.FULL
        and (method == "GET" or not isinstance(route, Mount))
    }
    return [
        method for method in METHODS if method in taken or (method == "HEAD" and "GET" in taken)
    ]


def _on_unreadable_body(request: Request) -> Response:
    """Answer a body that is not UTF-8, or deeper or with longer numbers than JSON is read with."""
    line = f"body: {Texts.for_lang(lenient_lang(request))('fault.body')}"
    return respond(request, Problem(INVALID_REQUEST[0], "invalid-request", data={"faults": [line]}))


def _on_crash(request: Request, _error: Exception) -> Response:
    """Answer a fault of ours; the server logs it with its traceback."""
    answer = respond(request, Problem(500, "internal-error", "a fault of this service"))
    # Outside every middleware: the headers of `SecurityHeaders` are not added on the way out.
    answer.headers.update(SECURITY_HEADERS)
    return answer
