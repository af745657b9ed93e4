"""Frames of the catalogue: what passes, what is refused, and that values survive the way there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.columns import (
    Column,
    Faults,
    Record,
    Table,
    identifier,
    link,
    many,
    number,
    partial_date,
    record_faults,
    show,
    text,
)
from geo.errors import SchemaError
from geo.frames import route_of, routes_of, site_frame, site_of, sites_of
from geo.models import Place, Source
from geo.schema import (
    records_of,
    validate_collections,
    validate_places,
    validate_routes,
    validate_sites,
)
from routes_data.loading import Facts, load_facts


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load_facts()


@pytest.fixture
def sites(shipped: Facts) -> gpd.GeoDataFrame:
    return shipped.sites()


def faults_of(caught: pytest.ExceptionInfo[SchemaError]) -> set[tuple[int | str, str]]:
    return {(fault.row, fault.column) for fault in caught.value.faults}


def test_a_frame_holds_what_its_records_hold(shipped: Facts, sites: gpd.GeoDataFrame) -> None:
    assert list(records_of(sites)) == list(shipped.records["sites"])
    assert list(records_of(shipped.routes())) == list(shipped.records["routes"])


def test_the_dtypes_are_the_documented_ones(sites: gpd.GeoDataFrame) -> None:
    assert sites.index.name == "id"
    assert sites.crs == "EPSG:4326"
    assert str(sites["name_zh"].dtype) == "str"
    assert str(sites["period_from"].dtype) == "Int64"
    assert str(sites["visit_min"].dtype) == "int64"
    assert str(sites["accuracy_m"].dtype) == "float64"


def test_a_row_becomes_a_value_with_plain_members(sites: gpd.GeoDataFrame) -> None:
    site = site_of(sites.loc["cpc-qingdao-memorial"])
    assert site == sites_of(sites)[list(sites.index).index("cpc-qingdao-memorial")]
    assert site.name_zh == "中共青岛党史纪念馆"
    assert site.aliases == ("中共青岛地方支部旧址纪念馆", "海岸路18号")
    assert type(site.visit_min) is int
    assert type(site.lon) is float
    assert isinstance(site.sources[0], Source)


def test_an_unknown_year_becomes_none(sites: gpd.GeoDataFrame) -> None:
    assert site_of(sites.loc["jimo-ancient-city"]).period_to is None


def test_a_route_becomes_a_value(shipped: Facts) -> None:
    routes = shipped.routes()
    official, curated = routes_of(routes)[0], route_of(routes.loc["ft-01"])
    assert (official.id, official.year, official.start) == ("r2023-01", 2023, None)
    assert isinstance(curated.start, Place)
    assert curated.year is None


def test_every_fault_of_a_frame_is_reported_at_once(sites: gpd.GeoDataFrame) -> None:
    sites.loc["datum-zero", "category"] = "temple"
    sites.loc["navy-museum", "accuracy_m"] = np.nan
    sites.loc["maogongshan", "opening_hours"] = "sometimes"
    sites["themes"] = [("war",) if key == "ww1-museum" else t for key, t in sites["themes"].items()]
    with pytest.raises(SchemaError) as caught:
        validate_sites(sites, "sites.gpkg")
    assert faults_of(caught) == {
        ("datum-zero", "category"),
        ("navy-museum", "accuracy_m"),
        ("maogongshan", "opening_hours"),
        ("ww1-museum", "themes"),
    }
    assert {fault.file for fault in caught.value.faults} == {"sites.gpkg"}
    assert len(caught.value.data["faults"]) == 4  # type: ignore[arg-type]


def test_a_value_that_thousands_hold_is_checked_once_and_reported_for_each() -> None:
    looked_at: list[object] = []

    def check(value: object) -> Faults:
        looked_at.append(value)
        if value == "bad":
            yield "bad", "good"

    held = ("good", "bad", 1, 1.0, True, ["x"], ("x",))
    records = tuple({"id": f"s-{n}", "grade": held[n % len(held)]} for n in range(7000))
    table = Table("sites", tuple(range(7000)), records)
    faults = table.cell_faults((Column("id", identifier()), Column("grade", check)))
    assert [fault.row for fault in faults] == list(range(1, 7000, 7))
    assert [repr(one) for one in looked_at] == [repr(one) for one in held]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "n", "list", "strange", "odd"]),
            st.sampled_from(["a", "a", "B", 1, 1.0, True, None, ["a"], ["a", "a"], {"a": 1}]),
        ),
        max_size=12,
    )
)
def test_faults_of_a_table_are_those_of_its_rows_in_order(records: list[Record]) -> None:
    columns = (
        Column("id", identifier()),
        Column("n", number(0, 1)),
        Column("list", many(text())),
    )
    table = Table("t", tuple(range(len(records))), tuple(records))
    found = [
        (one.row, one.column, one.got, one.wanted)
        for one in table.cell_faults(columns)
        if not one.wanted.startswith("an id not used before")
    ]
    assert found == [
        (row, *fault) for row, one in enumerate(records) for fault in record_faults(one, columns)
    ]


def test_a_repeated_id_is_reported(sites: gpd.GeoDataFrame) -> None:
    twice = pd.concat([sites.iloc[:2], sites.iloc[:1]])
    with pytest.raises(SchemaError) as caught:
        validate_sites(twice)
    assert faults_of(caught) == {(sites.index[0], "id")}


def test_points_must_be_wgs84_and_where_the_columns_say(sites: gpd.GeoDataFrame) -> None:
    with pytest.raises(SchemaError) as caught:
        validate_sites(sites.to_crs("EPSG:4549"))
    assert faults_of(caught) == {("*", "geometry")}
    sites["lon"] = sites["lon"].mask(sites.index == "navy-museum", 120.0)
    with pytest.raises(SchemaError) as caught:
        validate_sites(sites)
    assert faults_of(caught) == {("navy-museum", "geometry")}


def test_a_missing_column_is_a_fault_of_every_row(sites: gpd.GeoDataFrame) -> None:
    with pytest.raises(SchemaError) as caught:
        validate_sites(sites.drop(columns="grade").iloc[:3])
    assert faults_of(caught) == {(key, "grade") for key in sites.index[:3]}


def test_routes_collections_and_places_are_checked_alike(shipped: Facts) -> None:
    routes, places = shipped.routes(), shipped.places()
    sites, collections = set(shipped.sites().index), shipped.collections()
    validate_routes(routes, sites, set(collections.index))
    with pytest.raises(SchemaError) as caught:
        validate_routes(routes, sites - {"may-fourth-square"}, set(collections.index))
    assert ("r2023-01", "stops") in faults_of(caught)
    with pytest.raises(SchemaError) as caught:
        validate_collections(collections, routes.iloc[1:])
    assert faults_of(caught) == {("2023-7-boutique", "held_official")}
    places.loc["p041", "kind"] = ""
    with pytest.raises(SchemaError) as caught:
        validate_places(places)
    assert faults_of(caught) == {("p041", "kind")}


def test_no_sites_are_an_empty_frame_with_every_column(sites: gpd.GeoDataFrame) -> None:
    empty = site_frame([])
    assert [*empty.columns, "closures"] == list(sites.columns)
    assert sites_of(empty) == ()
    validate_sites(empty)


@pytest.mark.parametrize(
    ("check", "value", "fits"),
    [
        (text(), "中共青岛党史纪念馆", True),
        (text(), "a\tb", False),
        (text(), "a\x00b", False),
        (text(), "a\u200bb", True),
        (text(), "\ud800", False),
        (text(), 3, False),
        (text(longest=3), "四个字了", False),
        (text(empty=True), "", True),
        (number(0, 10), 10, True),
        (number(0, 10), 10.5, False),
        (number(0, 10), True, False),
        (number(0, 10), float("inf"), False),
        (number(0, 10), "5", False),
        (number(0, 10, whole=True), 5.0, False),
        (number(0, 10, empty=True), None, True),
        (number(0, 10), None, False),
        (partial_date(), "2021", True),
        (partial_date(), "2021-02", True),
        (partial_date(), "2024-02-29", True),
        (partial_date(), "2023-02-29", False),
        (partial_date(), "0000", False),
        (partial_date(), "2021-1-1", False),
        (partial_date(), None, False),
        (link(), "https://www.qingdao.gov.cn/a?b=c", True),
        (link(), "http://[::1", False),
        (link(), "https://host", False),
        (link(), "ftp://example.org/a", False),
        (link(), "https://example.org/a b", False),
        (many(text()), ("a", "b"), True),
        (many(text()), "ab", False),
        (many(text(), least=1), [], False),
    ],
)
def test_a_cell_fits_its_check_or_is_named(check, value: object, fits: bool) -> None:  # noqa: ANN001
    assert (not list(check(value))) is fits


def test_what_was_got_is_short_and_safe_to_print() -> None:
    assert show("a\x1b[31mb") == "a\N{REPLACEMENT CHARACTER}[31mb"
    assert len(show("长" * 500)) == 60
