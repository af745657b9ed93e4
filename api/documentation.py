"""The documentation of the machine interface as a page: written from its OpenAPI document.

No script, nothing foreign: it is read where the service runs, with no internet, and allowed by
the strictest Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, PackageLoader

from geo.errors import HeritageError

from .errors import HTTP_CODES, INVALID_REQUEST, status_of_class, title_of
from .web.texts import Texts
from .web.view import environment

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    required: bool
    kind: str
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    forms: tuple[str, ...]
    examples: tuple[tuple[str, Any], ...]
    try_path: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One code a problem may have."""

    code: str
    statuses: tuple[int, ...]
    title: str

    @property
    def status(self) -> str:
        """The statuses it is sent with."""
        return ", ".join(map(str, self.statuses))


@cache
def template() -> Any:  # noqa: ANN401 - `Page.render` hands it to Jinja, which takes it as it is
    """Return the template of the page; it extends that of all pages."""
    base = environment()
    if base.loader is None:
        raise RuntimeError("the templates of the pages have no loader")
    loader = ChoiceLoader([PackageLoader("api"), base.loader])
    return base.overlay(loader=loader).get_template("docs.html")


def operations(document: Document) -> Iterator[tuple[str, list[Operation]]]:
    """Yield the operations of a document by tag, in the order they stand."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["interface"])[0]
            groups.setdefault(tag, []).append(_operation(path, method, operation))
    yield from groups.items()


def _operation(path: str, method: str, operation: Document) -> Operation:
    parameters = tuple(_parameter(item) for item in operation.get("parameters", ()))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=parameters,
        forms=tuple(operation["responses"].get("200", {}).get("content", {})),
        examples=tuple(
            (example.get("summary", name), example["value"])
            for name, example in body.get("examples", {}).items()
        ),
        try_path=_try_path(path, parameters) if method == "get" else "",
    )


def _parameter(item: Document) -> Parameter:
    schema = item.get("schema", {})
    example = item.get("example", schema.get("example", ""))
    return Parameter(
        name=item["name"],
        place=item["in"],
        required=item.get("required", False),
        kind=" | ".join(map(str, schema["enum"])) if "enum" in schema else schema.get("type", ""),
        description=item.get("description") or schema.get("description", ""),
        example=",".join(map(str, example)) if isinstance(example, list) else str(example),
    )


def _try_path(path: str, parameters: tuple[Parameter, ...]) -> str:
    """Return the address with the examples of its path filled in; empty where one has none."""
    for parameter in parameters:
        if parameter.place == "path":
            if not parameter.example:
                return ""
            path = path.replace(f"{{{parameter.name}}}", quote(parameter.example))
    return path


def problems(texts: Texts) -> list[ProblemRow]:
    """Return every code a problem may have, by status."""
    statuses: dict[str, set[int]] = {}
    for kind in error_classes():
        statuses.setdefault(kind.code, set()).add(status_of_class(kind))
    for status, code in HTTP_CODES.items():
        statuses.setdefault(code, set()).add(status)
    statuses["invalid-request"] |= set(INVALID_REQUEST)
    rows = (
        ProblemRow(code, tuple(sorted(found)), title_of(texts, code, min(found)))
        for code, found in statuses.items()
    )
    return sorted(rows, key=lambda row: (row.statuses, row.code))


def error_classes(root: type[HeritageError] = HeritageError) -> Iterator[type[HeritageError]]:
    """Yield every class of error raised on purpose that this process knows."""
    yield root
    for kind in root.__subclasses__():
        yield from error_classes(kind)


@cache
def style() -> str:
    """Return the style of the page, written into it."""
    return (files("api") / "templates" / "docs.css").read_text("utf-8").strip()


def style_hash() -> str:
    """Return the style as a source of a Content-Security-Policy."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"'sha256-{digest}'"
