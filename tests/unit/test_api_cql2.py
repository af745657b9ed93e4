"""Filters: CQL2 in text and JSON, over a frame of three rows worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cql2 import read_filter, select
from geo.errors import InvalidParameterError

THREE = gpd.GeoDataFrame(
    {
        "id": ["a", "b", "c"],
        "notes_zh": ["x", "Yy", "z'q"],
        "year": pd.array([1919, None, 1949], dtype="Int64"),
        "themes": [("l", "m"), ("l",), ()],
    },
    geometry=gpd.points_from_xy([120.3, 120.5, 121.0], [36.0, 36.1, 36.5]),
)


def kept(text: str, language: str = "cql2-text") -> str:
    rows = select(read_filter(text, language), THREE)  # type: ignore[arg-type]
    return "".join(THREE["id"][rows])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # OR is weaker than AND: a OR (b AND false).
        ("id='a' OR id='b' AND year=1", "a"),
        ("(id='a' OR id='b') AND year=1", ""),
        ("NOT (id='a' AND year>1900)", "bc"),
        ("NOT id='a' AND NOT id='b'", "c"),
        # A year that is not known is neither equal nor unequal.
        ("NOT year=1919", "c"),
        ("year<>1919", "c"),
        ("year IS NULL", "b"),
        ("year IS NOT NULL", "ac"),
        ("year BETWEEN 1900 AND 1930", "a"),
        ("year NOT BETWEEN 1900 AND 1930", "c"),
        ("year + 1 = 1920", "a"),
        ("year * 2 > 3880 - 1", "c"),
        ("year > -1", "ac"),
        ("id IN ('a','c')", "ac"),
        ("id NOT IN ('a','c')", "b"),
        # A name that begins like a keyword is a name.
        ("notes_zh = 'x'", "a"),
        ("\"notes_zh\" = 'x'", "a"),
        ("notes_zh LIKE '%q'", "c"),
        ("notes_zh LIKE '_y'", "b"),
        ("notes_zh LIKE '.y'", ""),
        ("notes_zh NOT LIKE '%q'", "ab"),
        ("notes_zh = 'z''q'", "c"),
        ("CASEI(notes_zh) = CASEI('yY')", "b"),
        ("CASEI(notes_zh) LIKE CASEI('YY')", "b"),
        ("S_INTERSECTS(geometry, BBOX(120.2,35.9,120.6,36.2))", "ab"),
        ("S_WITHIN(geometry, POLYGON((120 35,120.4 35,120.4 37,120 37,120 35)))", "a"),
        ("s_disjoint(geometry, POINT(120.3 36))", "bc"),
        ("S_INTERSECTS(geometry, MULTIPOINT((120.3 36),(121 36.5)))", "ac"),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(120.3 36)))", "a"),
        ("A_CONTAINS(themes, ('l','m'))", "a"),
        ("A_OVERLAPS(themes, ('m','n'))", "a"),
        ("A_EQUALS(themes, ('l'))", "b"),
        ("A_CONTAINEDBY(themes, ('l','k'))", "bc"),
    ],
)
def test_a_text_keeps_what_it_says(text: str, ids: str) -> None:
    assert kept(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('{"op":"=","args":[{"property":"id"},"a"]}', "a"),
        ('{"op":"between","args":[{"property":"year"},1900,1930]}', "a"),
        ('{"op":"not","args":[{"op":"=","args":[{"property":"year"},1919]}]}', "c"),
        ('{"op":"isNull","args":[{"property":"year"}]}', "b"),
        ('{"op":"like","args":[{"property":"id"},"_"]}', "abc"),
        ('{"op":"in","args":[{"property":"id"},["a","c"]]}', "ac"),
        (
            '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[120,35,120.4,37]}]}',
            "a",
        ),
        (
            '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point",'  # noqa: ISC004
            '"coordinates":[120.3,36]}]}',
            "a",
        ),
        ('{"op":"a_contains","args":[{"property":"themes"},["l"]]}', "ab"),
    ],
)
def test_json_keeps_the_same(text: str, ids: str) -> None:
    assert kept(text, "cql2-json") == ids


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("id=", "cql2-text"),
        ("id='a'; drop", "cql2-text"),
        ("nope=1", "cql2-text"),
        ("year='x'", "cql2-text"),
        ("year + 'x' = 1", "cql2-text"),
        ("themes = 'l'", "cql2-text"),
        ("A_CONTAINS(id, ('a'))", "cql2-text"),
        ("S_INTERSECTS(id, POINT(1 1))", "cql2-text"),
        ("S_INTERSECTS(geometry, POLYGON((120 35,120.4 35)))", "cql2-text"),
        ("CASEI(year) = 'a'", "cql2-text"),
        ("NOT " * 900 + "id='a'", "cql2-text"),
        ("[1", "cql2-json"),
        ("{}", "cql2-json"),
        ("null", "cql2-json"),
        ('{"op":"="}', "cql2-json"),
        ('{"op":"=","args":[1]}', "cql2-json"),
        ("[" * 2000, "cql2-json"),
        ('{"op":"system","args":["x"]}', "cql2-json"),
        ('{"op":"s_within","args":[{"property":"geometry"},{"bbox":[1,2]}]}', "cql2-json"),
    ],
)
def test_what_is_no_filter_is_refused(text: str, language: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        kept(text, language)
    assert caught.value.data["parameter"] == "filter"


@given(st.text(alphabet="ab%_\\", max_size=12), st.text(alphabet="ab%_\\", max_size=8))
def test_like_is_a_glob(text: str, pattern: str) -> None:
    """Against the textbook recursion over text and pattern."""
    frame = gpd.GeoDataFrame({"word": pd.Series([text], dtype="str")}, geometry=[None])
    rows = select(read_filter(f"word LIKE '{pattern}'", "cql2-text"), frame)
    assert bool(rows[0]) == glob(text, pattern)


def glob(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(glob(text[skip:], pattern[1:]) for skip in range(len(text) + 1))
    if pattern[0] == "\\" and len(pattern) > 1:
        return text[:1] == pattern[1] and glob(text[1:], pattern[2:])
    return bool(text) and pattern[0] in ("_", text[0]) and glob(text[1:], pattern[1:])


def test_no_pattern_is_searched_backwards() -> None:
    """A backtracking search of this one would never end."""
    frame = gpd.GeoDataFrame({"word": pd.Series(["a" * 3000], dtype="str")}, geometry=[None])
    assert not select(read_filter(f"word LIKE '{'%a' * 200}b'", "cql2-text"), frame)[0]
