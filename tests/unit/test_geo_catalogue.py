"""Every question asked of the catalogue, against the plain frames."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import Geod

from geo.catalogue import Catalogue, RouteQuery, SiteQuery
from geo.crs import METRIC, frame_to_metric
from geo.districts import DISTRICTS, district_of
from geo.errors import (
    BboxError,
    InvalidParameterError,
    StoreError,
    UnknownCollectionError,
    UnknownRouteError,
    UnknownSiteError,
)
from geo.schema import CATEGORIES, THEMES
from routes_data.loading import Facts, load_facts

STATION = (120.3125, 36.0645)
GEOD = Geod(ellps="WGS84")


def select(catalogue: Catalogue, **query: object) -> list[str]:
    return list(catalogue.select_sites(SiteQuery(**query)).index)  # type: ignore[arg-type]


def test_a_site_is_found_by_its_id(qingdao: Catalogue) -> None:
    assert qingdao.site("may-fourth-square").name_zh == "五四广场"
    both = qingdao.sites_by_id(["navy-museum", "may-fourth-square", "navy-museum"])
    assert [site.id for site in both] == ["navy-museum", "may-fourth-square", "navy-museum"]
    assert qingdao.sites_by_id([]) == ()


def test_unknown_ids_are_all_named_with_ids_like_them(qingdao: Catalogue) -> None:
    with pytest.raises(UnknownSiteError) as caught:
        qingdao.sites_by_id(["cpc-qindao-memorial", "navy-museum", "nowhere"])
    assert caught.value.data["ids"] == ["cpc-qindao-memorial", "nowhere"]
    near = caught.value.data["near"]
    assert isinstance(near, list)
    assert near[0] == "cpc-qingdao-memorial"
    assert len(near) <= 3


def test_an_id_like_no_other_has_no_near_ones(qingdao: Catalogue) -> None:
    with pytest.raises(UnknownSiteError) as caught:
        qingdao.site("%%%")
    assert caught.value.data == {"ids": ["%%%"], "near": []}


def test_unknown_routes_and_collections_are_named(qingdao: Catalogue) -> None:
    with pytest.raises(UnknownRouteError) as route:
        qingdao.route("r2023-1")
    assert "r2023-01" in route.value.data["near"]  # type: ignore[operator]
    with pytest.raises(UnknownCollectionError) as collection:
        qingdao.collection("2021-32-rurals")
    assert "2021-32-rural" in collection.value.data["near"]  # type: ignore[operator]


def test_the_counts_of_a_collection_come_from_the_routes(qingdao: Catalogue) -> None:
    centenary = qingdao.collection_counts("2021-9-centenary")
    assert (centenary.published, centenary.held_official, centenary.held_curated) == (9, 0, 9)
    assert centenary.missing == 9
    boutique = qingdao.collection_counts("2023-7-boutique")
    assert (boutique.published, boutique.held_official, boutique.missing) == (7, 2, 5)
    assert qingdao.collection_counts("field-trip").published is None
    assert qingdao.collection_counts("field-trip").missing is None


class WithoutFirstRoute(Facts):
    """Facts whose collections still claim the counts of all routes."""

    def routes(self) -> pd.DataFrame:
        return super().routes().iloc[1:]


def test_a_count_that_is_claimed_is_not_trusted() -> None:
    facts = load_facts()
    catalogue = Catalogue.load(WithoutFirstRoute(facts.stamp, facts.records))
    assert catalogue.collections.loc["2023-7-boutique", "held_official"] == 2
    assert catalogue.collection_counts("2023-7-boutique").held_official == 1
    assert catalogue.collection("2023-7-boutique").held_official == 1


def test_routes_through_a_site_are_those_that_stop_there(qingdao: Catalogue) -> None:
    routes = qingdao.routes
    expected = [key for key, stops in routes["stops"].items() if "may-fourth-square" in stops]
    assert expected
    assert [route.id for route in qingdao.routes_through("may-fourth-square")] == expected
    with pytest.raises(UnknownSiteError):
        qingdao.routes_through("nowhere")


def test_the_sites_of_a_route_come_in_its_order(qingdao: Catalogue) -> None:
    route = qingdao.route("r2023-01")
    assert tuple(site.id for site in qingdao.route_sites("r2023-01")) == route.stops


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"district": "市南区"}, lambda s: s["district"] == "市南区"),
        ({"district": "shinan"}, lambda s: s["district"] == "市南区"),
        ({"district": "黄岛区"}, lambda s: s["district"] == "西海岸新区"),
        ({"district": "xihaian"}, lambda s: s["district"] == "西海岸新区"),
        ({"district": "West Coast New Area"}, lambda s: s["district"] == "西海岸新区"),
        ({"category": "museum"}, lambda s: s["category"] == "museum"),
        ({"theme": "navy"}, lambda s: s["themes"].map(lambda t: "navy" in t)),
        (
            {"bbox": (120.2, 36.0, 120.4, 36.1)},
            lambda s: s["lon"].between(120.2, 120.4) & s["lat"].between(36.0, 36.1),
        ),
        (
            {"district": "市南区", "category": "museum", "theme": "navy"},
            lambda s: (
                (s["district"] == "市南区")
                & (s["category"] == "museum")
                & s["themes"].map(lambda t: "navy" in t)
            ),
        ),
        ({}, lambda s: s["lon"] > 0),
    ],
)
def test_a_selection_is_the_frame_filtered(
    qingdao: Catalogue, query: dict[str, object], holds: Callable[[gpd.GeoDataFrame], pd.Series]
) -> None:
    found = qingdao.select_sites(SiteQuery(**query))  # type: ignore[arg-type]
    expected = qingdao.sites[holds(qingdao.sites)]
    assert list(found.index) == list(expected.index)
    assert len(found) > 0
    assert list(found.columns) == list(qingdao.sites.columns)
    assert found.crs == qingdao.sites.crs


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_category_can_be_asked_for(qingdao: Catalogue, name: str) -> None:
    assert set(select(qingdao, category=name)) == set(
        qingdao.sites.index[qingdao.sites["category"] == name]
    )


def test_every_site_is_found_by_each_of_its_themes(qingdao: Catalogue) -> None:
    found = {theme: set(select(qingdao, theme=theme)) for theme in THEMES}
    for key, themes in qingdao.sites["themes"].items():
        assert all(key in found[theme] for theme in themes)


def test_a_period_is_an_overlap_with_the_years_known(qingdao: Catalogue) -> None:
    war = set(select(qingdao, period_from=1937, period_to=1945))
    for site in qingdao.sites_by_id(list(qingdao.sites.index)):
        years = [year for year in (site.period_from, site.period_to) if year is not None]
        inside = bool(years) and min(years) <= 1945 and max(years) >= 1937
        assert (site.id in war) == inside, site.id
    assert "jimo-ancient-city" in select(qingdao, period_to=600)  # since 596, no end known
    assert "jimo-ancient-city" not in select(qingdao, period_from=1900)


def test_a_collection_selects_the_sites_on_any_of_its_routes(qingdao: Catalogue) -> None:
    stops = {
        stop
        for route in qingdao.routes.itertuples()
        if route.collection == "redview"
        for stop in route.stops
    }
    assert set(select(qingdao, collection="redview")) == stops


def test_a_text_ranks_and_other_conditions_still_hold(qingdao: Catalogue) -> None:
    found = select(qingdao, q="烈士陵园", district="即墨区")
    assert found == ["jimo-martyrs-cemetery"]
    assert select(qingdao, q="烈士陵园") != sorted(select(qingdao, q="烈士陵园"))
    assert select(qingdao, q="xyzzyq") == []


def test_no_result_is_an_empty_frame_with_every_column(qingdao: Catalogue) -> None:
    for query in (SiteQuery(q="xyzzyq"), SiteQuery(bbox=(0, 0, 1, 1))):
        found = qingdao.select_sites(query)
        assert len(found) == 0
        assert list(found.columns) == list(qingdao.sites.columns)
    assert list(qingdao.select_routes(RouteQuery(q="xyzzyq")).columns) == list(
        qingdao.routes.columns
    )


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"district": "atlantis"}, "district"),
        ({"category": "temple"}, "category"),
        ({"theme": "war"}, "theme"),
        ({"period_from": 1950, "period_to": 1940}, "period_to"),
    ],
)
def test_a_value_that_does_not_exist_is_refused(query: dict[str, object], parameter: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        SiteQuery(**query)  # type: ignore[arg-type]
    assert caught.value.data["parameter"] == parameter


def test_a_collection_that_does_not_exist_is_refused(qingdao: Catalogue) -> None:
    with pytest.raises(InvalidParameterError):
        qingdao.select_sites(SiteQuery(collection="none"))
    with pytest.raises(InvalidParameterError):
        qingdao.select_routes(RouteQuery(collection="none"))


@pytest.mark.parametrize(
    "bbox",
    [
        (121, 36, 120, 37),
        (120, 37, 121, 36),
        (120, 36, 120, 37),
        (math.nan, 36, 121, 37),
        (-181, 36, 121, 37),
        (120, 36, 121, 91),
        (120, 36, 121),
    ],
)
def test_a_bad_bbox_is_refused(bbox: tuple[float, float, float, float]) -> None:
    for query in (SiteQuery, RouteQuery):
        with pytest.raises(BboxError):
            query(bbox=bbox)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"collection": "2024-8-study"}, lambda r: r["collection"] == "2024-8-study"),
        ({"provenance": "official"}, lambda r: r["provenance"] == "official"),
        ({"mode": "walk"}, lambda r: r["mode"] == "walk"),
        (
            {"mode": "walk", "provenance": "curated"},
            lambda r: (r["mode"] == "walk") & (r["provenance"] == "curated"),
        ),
        (
            {"bbox": (120.379, 36.06, 120.382, 36.063)},
            lambda r: r["stops"].map(lambda stops: "may-fourth-square" in stops),
        ),
    ],
)
def test_a_selection_of_routes_is_the_frame_filtered(
    qingdao: Catalogue, query: dict[str, object], holds: Callable[[pd.DataFrame], pd.Series]
) -> None:
    found = qingdao.select_routes(RouteQuery(**query))  # type: ignore[arg-type]
    assert list(found.index) == list(qingdao.routes.index[holds(qingdao.routes)])
    assert len(found) > 0


def test_routes_are_found_by_name_stop_and_collection(qingdao: Catalogue) -> None:
    def first(q: str) -> str:
        return str(qingdao.select_routes(RouteQuery(q=q)).index[0])

    assert first("初心如磐·打卡齐鲁样板") == "r2023-02"
    assert first("qilu model villages") == "r2023-02"
    walks = qingdao.select_routes(RouteQuery(q="老城手绘地图"))
    assert set(walks["collection"]) == {"hand-drawn"}
    stops = qingdao.select_routes(RouteQuery(q="郝建秀"))["stops"]
    assert len(stops) > 0
    assert all("cotton-mill-6-hao-jianxiu" in route for route in stops)


def test_near_is_every_site_within_the_radius_the_nearest_first(qingdao: Catalogue) -> None:
    found = qingdao.near(*STATION, radius_m=5000, limit=100)
    sites = qingdao.sites
    _, _, true_m = GEOD.inv(
        [STATION[0]] * len(sites), [STATION[1]] * len(sites), sites["lon"], sites["lat"]
    )
    # The plane and the ellipsoid differ by less than 1e-4 here (geo.crs).
    expected = pd.Series(true_m, index=sites.index)
    assert set(found.index) == set(expected[expected <= 5000].index)
    assert found["distance_m"].is_monotonic_increasing
    for key, away in found["distance_m"].items():
        assert away == pytest.approx(expected[key], rel=2e-4, abs=0.01)


def test_near_is_measured_in_the_metric_system(qingdao: Catalogue) -> None:
    here = gpd.GeoSeries(gpd.points_from_xy([STATION[0]], [STATION[1]]), crs="EPSG:4326")
    away = frame_to_metric(qingdao.sites).distance(here.to_crs(METRIC).iloc[0])
    found = qingdao.near(*STATION, radius_m=1500)
    assert found["distance_m"].to_list() == pytest.approx(away[found.index].to_list())


def test_near_can_be_limited_or_find_nothing(qingdao: Catalogue) -> None:
    assert len(qingdao.near(*STATION, radius_m=100_000, limit=3)) == 3
    for far in ((-60.0, 36.0), (0.0, -89.0), (121.4, 35.0)):
        nothing = qingdao.near(*far, radius_m=1000)
        assert len(nothing) == 0
        assert "distance_m" in nothing.columns


@pytest.mark.parametrize(
    ("lon", "lat", "radius_m", "limit"),
    [
        (math.nan, 36.0, 1000, 1),
        (120.0, 91.0, 1000, 1),
        (120.0, 36.0, 0, 1),
        (120.0, 36.0, math.inf, 1),
        (120.0, 36.0, math.nan, 1),
        (120.0, 36.0, 1000, 0),
    ],
)
def test_near_refuses_what_is_no_place_or_radius(
    qingdao: Catalogue, lon: float, lat: float, radius_m: float, limit: int
) -> None:
    with pytest.raises(InvalidParameterError):
        qingdao.near(lon, lat, radius_m=radius_m, limit=limit)


def test_what_a_caller_changes_in_a_frame_stays_there(qingdao: Catalogue) -> None:
    sites = qingdao.sites
    sites["name_zh"] = "改"
    found = qingdao.select_sites(SiteQuery(q="党史馆"))
    found["accuracy_m"] = 0.0
    qingdao.near(*STATION, radius_m=1000)["lon"] = 0.0
    assert "改" not in set(qingdao.sites["name_zh"])
    assert (qingdao.sites["accuracy_m"] > 0).all()
    assert (qingdao.sites["lon"] > 119).all()


def test_many_threads_get_the_same_answers() -> None:
    catalogue = Catalogue.load(load_facts())
    answers: list[tuple[list[str], list[str]]] = []

    def ask() -> None:
        near = catalogue.near(*STATION, radius_m=3000)
        answers.append((select(catalogue, q="党史", theme="party_founding"), list(near.index)))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert all(answer == answers[0] for answer in answers)


class Moving:
    """A source that somebody publishes to while it is read."""

    def __init__(self, versions: Iterable[str]) -> None:
        self.facts = load_facts()
        self.versions = iter(versions)

    def version(self) -> str:
        return next(self.versions)

    def __getattr__(self, name: str) -> Any:
        """Answer everything else as the facts do."""
        return getattr(self.facts, name)


@pytest.mark.parametrize(
    ("versions", "loaded"), [(["a", "a"], "a"), (["a", "b", "b", "c", "c", "c"], "c")]
)
def test_a_catalogue_is_all_of_one_version(versions: list[str], loaded: str) -> None:
    assert Catalogue.load(Moving(versions)).version == loaded


def test_a_source_that_never_rests_is_an_error() -> None:
    with pytest.raises(StoreError):
        Catalogue.load(Moving(str(number) for number in range(1000)))


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda d: d.key)
def test_a_district_is_known_by_key_code_and_names(district) -> None:  # noqa: ANN001
    for spelling in (
        district.key,
        district.code,
        district.name_zh,
        district.name_en,
        district.name_en.upper(),
        f" {district.key} ",
        *district.others,
    ):
        assert district_of(spelling) == district
