"""A filter as text or JSON → the syntax tree of pygeofilter.

The tree, its transformer and the reader of JSON are pygeofilter's; the grammar of the text is
ours: that of pygeofilter 0.4 gives AND and OR the same rank, and reads `notes_zh` as NOT
(docs/decisions/050).
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import shapely
from lark import Lark, v_args
from lark.exceptions import LarkError
from pygeofilter import ast, values
from pygeofilter.cql2 import ARRAY_PREDICATES_MAP
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text.parser import CQLTransformer

from geo.errors import InvalidParameterError

Language = Literal["cql2-text", "cql2-json"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

DEEPEST = 40
"""Levels a filter in JSON may be nested; nobody writes more by hand."""


@v_args(inline=True)
class _Tree(CQLTransformer):  # type: ignore[misc] # pygeofilter is not typed
    """The transformer of pygeofilter, with what its grammar does not read."""

    def geometry(self, kind: str, body: str) -> values.Geometry:
        """Read WKT by shapely, which knows when it is none."""
        return values.Geometry(shapely.geometry.mapping(shapely.from_wkt(f"{kind} {body}")))

    def body(self, *items: object) -> str:
        """Put the WKT together again."""
        return f"({', '.join(_wkt(item) for item in items)})"

    def coordinate(self, *numbers: float) -> str:
        """Put one position together again."""
        return " ".join(str(number) for number in numbers)

    def box(self, west: float, south: float, east: float, north: float) -> values.Envelope:
        """Return a box; the envelope of pygeofilter wants both x before both y."""
        return values.Envelope(west, east, south, north)

    def array(self, *members: object) -> list[object]:
        """Return a list of literals."""
        return list(members)

    def array_predicate(self, name: str, left: object, right: object) -> ast.Node:
        """Return the comparison of two lists."""
        return ARRAY_PREDICATES_MAP[name.lower()](left, right)

    def casei(self, value: object) -> ast.Node:
        """Return CASEI(…) as pygeofilter's reader of JSON does."""
        return ast.Function("lower", [value])

    def NAME(self, token: str) -> str:  # noqa: N802 - lark calls it by the terminal
        """Return the name of a property."""
        return str(token)

    def QUOTED(self, token: str) -> str:  # noqa: N802
        """Return a text; a quote inside is written twice."""
        return token[1:-1].replace("''", "'")


def _wkt(item: object) -> str:
    return shapely.geometry.shape(item).wkt if isinstance(item, values.Geometry) else str(item)


@cache
def _parser() -> Lark:
    grammar = (files(__package__) / "grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False, transformer=_Tree())


def read_filter(text: str, language: Language) -> Any:  # noqa: ANN401 - pygeofilter is not typed
    """Return the syntax tree of a filter.

    Raises
    ------
    InvalidParameterError
        It is not a filter in this language; the message says where.
    """
    try:
        return _parser().parse(text) if language == "cql2-text" else parse_json(_json(text))
    except LarkError as error:
        raise _unreadable(text, error) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        wanted = "CQL2 JSON, e.g. {'op': '=', 'args': [{'property': …}, …]}"
        raise _refused(text, wanted, "cql2_json") from error
    except shapely.errors.ShapelyError as error:
        raise _refused(text, "geometries as WKT", "cql2_geometry") from error


def _refused(text: str, wanted: str, rule: str) -> InvalidParameterError:
    return InvalidParameterError("filter", text, wanted, rule=rule)


def _unreadable(text: str, error: LarkError) -> InvalidParameterError:
    """Return the error of a text that is not CQL2, with the character where it stops being so."""
    column = getattr(error, "column", None)
    if isinstance(column, int) and column > 0 and not math.isnan(column):
        wanted = f"CQL2 text; it cannot be read at character {column}"
        return InvalidParameterError(
            "filter", text, wanted, rule="cql2_read", limits={"column": column}
        )
    return _refused(text, "CQL2 text; it ends too early", "cql2_end")


def _json(text: str) -> Any:  # noqa: ANN401
    """Return the JSON of a filter with its `between` and `bbox` as pygeofilter 0.4 wants them."""
    try:
        return _nested(json.loads(text), 0)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _nested(node: Any, depth: int) -> Any:  # noqa: ANN401
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(node, list):
        return [_nested(item, depth + 1) for item in node]
    if not isinstance(node, dict) or "coordinates" in node:
        return node
    made = {key: _nested(value, depth + 1) for key, value in node.items()}
    if made.get("op") == "between" and len(made["args"]) == 3:  # noqa: PLR2004 - value, low, high
        value, low, high = made["args"]
        made["args"] = [value, [low, high]]
    if "bbox" in made:
        west, south, east, north = made["bbox"]
        made["bbox"] = [west, east, south, north]
    return made
