"""Which rows of a frame a filter keeps: whole columns at once, unknown values in three states.

A comparison with a value that is not known is neither true nor false (CQL2, 6.2); a record is kept
only where the filter is true.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pygeofilter import ast, values

from geo.errors import InvalidParameterError, not_one_of

Answer = pd.Series
Node = Any  # pygeofilter is not typed


def select(tree: Node, frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which rows a filter keeps.

    Parameters
    ----------
    tree
        The filter, as `read_filter` returns it.
    frame
        The queryables as columns, geometries in the CRS of the filter's own.

    Raises
    ------
    InvalidParameterError
        It names what is no queryable, or compares what cannot be compared.
    """
    try:
        answer = _condition(tree, frame)
    except RecursionError as error:
        raise _refuse("NOT (NOT (…))", "fewer levels of NOT and brackets", "cql2_depth") from error
    return np.asarray(answer.fillna(value=False), dtype=bool)


def _refuse(got: object, wanted: str, rule: str) -> InvalidParameterError:
    return InvalidParameterError("filter", got, wanted, rule=rule)


def _condition(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    """Return a condition as true, false or unknown, a row."""
    for kind, rule in _RULES.items():
        if isinstance(node, kind):
            return rule(node, frame).astype("boolean")
    if isinstance(node, bool):
        return pd.Series(node, index=frame.index, dtype="boolean")
    wanted = "conditions of CQL2: comparisons, AND, OR, NOT, S_…, A_…"
    raise _refuse(type(node).__name__, wanted, "cql2_condition")


def _and(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    return _condition(node.lhs, frame) & _condition(node.rhs, frame)


def _or(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    return _condition(node.lhs, frame) | _condition(node.rhs, frame)


def _not(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    return ~_condition(node.sub_node, frame)


def _reversed(answer: Answer, node: Node) -> Answer:
    return ~answer if node.not_ else answer


_COMPARE: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Equal: operator.eq,
    ast.NotEqual: operator.ne,
    ast.LessThan: operator.lt,
    ast.LessEqual: operator.le,
    ast.GreaterThan: operator.gt,
    ast.GreaterEqual: operator.ge,
}


def _comparison(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    return _compared(_COMPARE[type(node)], _value(node.lhs, frame), _value(node.rhs, frame))


def _compared(compare: Callable[[Any, Any], Any], left: pd.Series, right: pd.Series) -> Answer:
    if _is_text(left) != _is_text(right):
        raise _refuse("'a' < 1", "both sides of a comparison of one kind", "cql2_kinds")
    answer = pd.Series(compare(left, right)).astype("boolean")
    return answer.mask(left.isna() | right.isna())


def _between(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    value, low, high = (_value(part, frame) for part in (node.lhs, node.low, node.high))
    inside = _compared(operator.ge, value, low) & _compared(operator.le, value, high)
    return _reversed(inside, node)


def _in(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    value = _value(node.lhs, frame)
    found = pd.Series(data=False, index=frame.index, dtype="boolean")
    for member in node.sub_nodes:
        found |= _compared(operator.eq, value, _value(member, frame))
    return _reversed(found, node)


def _like(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    value, pattern, flags = _value(node.lhs, frame), node.pattern, re.DOTALL
    if isinstance(pattern, ast.Function) and pattern.name == "lower":
        (pattern,), flags = pattern.arguments, flags | re.IGNORECASE
    if not isinstance(pattern, str) or not _is_text(value):
        raise _refuse(pattern, "a text on both sides of LIKE", "cql2_like")
    matches = re.compile(_expression(pattern), flags).fullmatch
    answer = value.map(lambda text: None if pd.isna(text) else bool(matches(text)))
    return _reversed(answer.astype("boolean"), node)


def _expression(pattern: str) -> str:
    r"""Return a pattern of LIKE as a regular expression: % any text, _ one character, \ as it is.

    Every `%` but the last takes the nearest match only and keeps it, so that no pattern is slow.
    """
    words = [""]
    for part in re.findall(r"\\.|[^\\]|\\$", pattern, re.DOTALL):
        if part == "%":
            words.append("")
        else:
            one = part[1:] if len(part) > 1 else part
            words[-1] += "." if part == "_" else re.escape(one)
    if len(words) == 1:
        return words[0]
    first, *middle, last = words
    return f"{first}{''.join(f'(?>.*?{word})' for word in middle)}.*{last}"


def _is_null(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    return _reversed(_value(node.lhs, frame, any_kind=True).isna().astype("boolean"), node)


_ARRAYS: Mapping[type, Callable[[frozenset[Any], frozenset[Any]], bool]] = {
    ast.ArrayEquals: operator.eq,
    ast.ArrayContains: operator.ge,
    ast.ArrayContainedBy: operator.le,
    ast.ArrayOverlaps: lambda left, right: bool(left & right),
}


def _arrays(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    compare = _ARRAYS[type(node)]
    left, right = _members(node.lhs, frame), _members(node.rhs, frame)
    answers = [compare(frozenset(a), frozenset(b)) for a, b in zip(left, right, strict=True)]
    return pd.Series(answers, index=frame.index, dtype="boolean")


def _members(node: Node, frame: gpd.GeoDataFrame) -> list[tuple[Any, ...]]:
    if isinstance(node, list):
        return [tuple(node)] * len(frame)
    column = _column(node, frame)
    if not column.map(lambda value: isinstance(value, tuple)).all():
        raise _refuse(node.name, "a queryable that is a list, e.g. themes", "cql2_list")
    return list(column)


_SPATIAL: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.GeometryIntersects: shapely.intersects,
    ast.GeometryDisjoint: shapely.disjoint,
    ast.GeometryContains: shapely.contains,
    ast.GeometryWithin: shapely.within,
    ast.GeometryTouches: shapely.touches,
    ast.GeometryCrosses: shapely.crosses,
    ast.GeometryOverlaps: shapely.overlaps,
    ast.GeometryEquals: shapely.equals,
}


def _spatial(node: Node, frame: gpd.GeoDataFrame) -> Answer:
    answers = _SPATIAL[type(node)](_place(node.lhs, frame), _place(node.rhs, frame))
    return pd.Series(answers, index=frame.index).astype("boolean")


def _place(node: Node, frame: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - geometry or an array
    if isinstance(node, ast.Attribute):
        if node.name != "geometry":
            raise _refuse(node.name, "the queryable geometry", "cql2_position")
        return frame.geometry.array
    if isinstance(node, values.Geometry | values.Envelope):
        return _geometry(node)
    raise _refuse(node, "a geometry", "cql2_geometry")


def _geometry(node: Node) -> shapely.Geometry:
    try:
        made = shapely.geometry.shape(node.__geo_interface__)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise _refuse(node, "a geometry as WKT or GeoJSON", "cql2_geometry") from error
    except shapely.errors.ShapelyError as error:
        raise _refuse(node, "a geometry as WKT or GeoJSON", "cql2_geometry") from error
    if not np.isfinite(shapely.get_coordinates(made)).all():
        raise _refuse(made.wkt, "a geometry of finite coordinates", "finite_number")
    return made


_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mul: operator.mul,
    ast.Div: operator.truediv,
}


def _value(node: Node, frame: gpd.GeoDataFrame, *, any_kind: bool = False) -> pd.Series:
    """Return an expression as a column: of texts or of numbers, unless any kind will do."""
    if isinstance(node, ast.Attribute):
        return _scalar(node, frame) if not any_kind else _column(node, frame)
    if isinstance(node, ast.Function) and node.name == "lower":
        return _folded(node, frame)
    if type(node) in _ARITHMETIC:
        return _calculated(node, frame)
    if isinstance(node, str):
        return pd.Series(node, index=frame.index, dtype="str")
    if isinstance(node, int | float):
        return pd.Series(float(node), index=frame.index)
    raise _refuse(node, "a queryable, a text or a number", "cql2_value")


def _folded(node: Node, frame: gpd.GeoDataFrame) -> pd.Series:
    inner = _value(node.arguments[0], frame)
    if not _is_text(inner):
        raise _refuse("CASEI(1)", "a text", "cql2_text")
    return inner.str.casefold()


def _calculated(node: Node, frame: gpd.GeoDataFrame) -> pd.Series:
    left, right = _value(node.lhs, frame), _value(node.rhs, frame)
    if _is_text(left) or _is_text(right):
        raise _refuse("'a' + 1", "numbers on both sides", "cql2_numbers")
    return _ARITHMETIC[type(node)](left, right)  # type: ignore[no-any-return]


def _scalar(node: Node, frame: gpd.GeoDataFrame) -> pd.Series:
    column = _column(node, frame)
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64").astype("float64")
    if not pd.api.types.is_string_dtype(column):
        raise _refuse(node.name, "a queryable that is a text or a number", "cql2_scalar")
    return column


def _column(node: Node, frame: gpd.GeoDataFrame) -> pd.Series:
    if not isinstance(node, ast.Attribute) or node.name not in frame.columns:
        name = getattr(node, "name", node)
        raise not_one_of("filter", name, map(str, frame.columns))
    column: pd.Series = frame[node.name]
    return column


def _is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column)


_RULES: Mapping[type, Callable[[Node, gpd.GeoDataFrame], Answer]] = {
    ast.And: _and,
    ast.Or: _or,
    ast.Not: _not,
    ast.Comparison: _comparison,
    ast.Between: _between,
    ast.In: _in,
    ast.Like: _like,
    ast.IsNull: _is_null,
    ast.ArrayPredicate: _arrays,
    ast.SpatialComparisonPredicate: _spatial,
}
