"""Query parameters: what is read, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.params import RoutesQuery, SitesQuery, read_bbox
from geo.errors import BboxError, InvalidParameterError
from geo.faults import read_model
from geo.queries import RouteQuery, SiteQuery


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("120.3,36.05,120.4,36.1", (120.3, 36.05, 120.4, 36.1)),
        (" 120.3 , 36.05,120.4 ,36.1", (120.3, 36.05, 120.4, 36.1)),
        ("120.3,36.05,0,120.4,36.1,400", (120.3, 36.05, 120.4, 36.1)),
        ("-180,-90,180,90", (-180, -90, 180, 90)),
        # Across the antimeridian, 100° wide: what lies east of 0° is kept.
        ("100,-90,-160,90", (100, -90, 180, 90)),
    ],
)
def test_a_box_is_read(text: str, box: tuple[float, float, float, float]) -> None:
    assert read_bbox(text) == box


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "120.3;36;120.4;37",
        "nan,36,121,37", "120,36,inf,37", "181,36,182,37", "120,-91,121,37", "120,36,121,91",
        "120.4,36,120.3,37", "120.3,37,120.4,36", "120.3,36,120.3,37",
    ],
)  # fmt: skip
def test_a_box_that_is_none_is_refused_and_repeated(text: str) -> None:
    with pytest.raises(BboxError) as refused:
        read_bbox(text)
    assert refused.value.data["got"] == text


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_as_a_box(text: str) -> None:
    try:
        west, south, east, north = read_bbox(text)
    except BboxError:
        return
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90


def test_a_query_asks_the_catalogue_for_all_it_was_given() -> None:
    query = read_model(
        SitesQuery, {"bbox": "120,36,121,37", "theme": "liberation", "limit": 3, "lang": "en"}
    )
    assert query.wanted() == {
        "bbox": (120.0, 36.0, 121.0, 37.0), "theme": "liberation", "district": None,
        "category": None, "collection": None, "q": None, "period_from": None, "period_to": None,
    }  # fmt: skip
    assert query.as_asked() == {
        "bbox": "120,36,121,37", "theme": "liberation", "limit": 3, "lang": "en",
    }  # fmt: skip


def test_what_a_query_asks_for_is_what_the_catalogue_knows() -> None:
    SiteQuery(**SitesQuery().wanted())
    RouteQuery(**RoutesQuery().wanted())


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
        ({"q": ""}, "q"),
        ({"q": "长" * 101}, "q"),
        ({"period_from": 99999}, "period_from"),
        ({"colour": "red"}, "colour"),
        ({"bbox": "1,2,3"}, "bbox"),
    ],
)
def test_a_wrong_value_names_its_parameter(values: dict[str, object], parameter: str) -> None:
    with pytest.raises(InvalidParameterError) as refused:
        read_model(SitesQuery, values)
    assert refused.value.data["parameter"] == parameter
