"""The documentation of the machine interface as a page: written from its OpenAPI document.

No script, nothing foreign: it is read where the service runs, with no internet, and allowed by
the strictest Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup, escape

from geo.errors import HeritageError

from .errors import HTTP_CODES, INVALID_REQUEST, status_of_class, title_of
from .web.texts import Texts
from .web.view import environment

Document = Mapping[str, Any]
_CODE = re.compile("`([^`]+)`")


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
    failures: tuple[str, ...]
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
def template(name: str = "docs.html") -> Any:  # noqa: ANN401 - `Page.render` hands it to Jinja
    """Return a template of the machine interface; it extends that of all pages."""
    base = environment()
    if base.loader is None:
        raise RuntimeError("the templates of the pages have no loader")
    own = base.overlay(loader=ChoiceLoader([PackageLoader("api"), base.loader]))
    own.filters = {**base.filters, "coded": coded}
    # People read this JSON: 青岛, not \u9752\u5c9b.
    own.policies = {**base.policies, "json.dumps_kwargs": {"ensure_ascii": False}}
    return own.get_template(name)


def operations(document: Document, texts: Texts) -> Iterator[tuple[str, list[Operation]]]:
    """Yield the operations of a document by tag, in the order they stand and in a language."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["interface"])[0]
            groups.setdefault(tag, []).append(_operation(path, method, operation, texts))
    yield from groups.items()


def text_name(method: str, path: str) -> str:
    """Return how the texts of an operation are named: `api.summary.<name>`, `api.about.<name>`."""
    return re.sub("[^a-z]+", "-", f"{method}{path}".lower()).strip("-")


def coded(text: str) -> Markup:
    """Return a text as HTML, with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _operation(path: str, method: str, operation: Document, texts: Texts) -> Operation:
    parameters = tuple(_parameter(item) for item in operation.get("parameters", ()))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=texts(f"api.summary.{text_name(method, path)}"),
        description=texts(f"api.about.{text_name(method, path)}"),
        parameters=parameters,
        forms=tuple(operation["responses"].get("200", {}).get("content", {})),
        failures=tuple(status for status in operation["responses"] if status >= "4"),
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
