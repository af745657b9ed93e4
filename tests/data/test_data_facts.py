"""The shipped facts: whole, inside Qingdao, each site named by a source."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import pytest
import shapely

from geo.crs import frame_to_metric
from geo.districts import DISTRICT_NAMES, DISTRICTS
from geo.schema import QINGDAO_BBOX
from routes_data.loading import Facts, load_facts

PRECISE_M = 1000.0
# The outlines are generalised: a vertex every few kilometres, off the true border by up to this.
OUTLINE_M = 1500.0
# The exceptions, in metres from the outline: on the shore, which the outlines cut short (the
# navy museum's ships lie beyond the coast of any land outline).
ON_THE_SHORE = {"liweinong-park": 843, "navy-museum": 274, "jiaoji-railway-museum-qd": 20}


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load_facts()


def test_there_are_as_many_records_as_the_readme_says(shipped: Facts) -> None:
    assert {kind: len(records) for kind, records in shipped.records.items()} == {
        "sites": 89,
        "routes": 57,
        "collections": 7,
        "places": 37,
        "districts": 10,
    }
    assert len(shipped.candidates) == 22


def test_every_frame_passes_its_own_check(shipped: Facts) -> None:
    assert len(shipped.sites()) == 89
    assert len(shipped.routes()) == 57
    assert len(shipped.collections()) == 7
    assert len(shipped.places()) == 37
    assert len(shipped.districts()) == 10


def test_every_site_is_named_by_a_source(shipped: Facts) -> None:
    assert all(site["sources"] for site in shipped.records["sites"])


def test_no_two_sites_share_a_name_or_a_place_and_kind(shipped: Facts) -> None:
    sites = shipped.sites()
    assert sites["name_zh"].is_unique
    assert sites["name_en"].is_unique


def test_no_curated_route_claims_a_year_or_another_publisher(shipped: Facts) -> None:
    """What this project composed must not look published."""
    routes = shipped.routes()
    curated = routes[routes["provenance"] == "curated"]
    assert curated["year"].isna().all()
    assert curated["publisher"].str.contains("composed by this project").all()


def test_the_collections_hold_what_the_issue_says(shipped: Facts) -> None:
    held = Counter((r["collection"], r["provenance"]) for r in shipped.records["routes"])
    assert held["2021-9-centenary", "curated"] == 9
    assert held["2021-9-centenary", "official"] == 0
    assert held["2021-32-rural", "curated"] == 32
    collections = shipped.collections()
    assert collections.loc["2021-9-centenary", "published"] == 9
    assert collections.loc["2021-9-centenary", "held_official"] == 0
    assert collections.loc["2021-9-centenary", "held_curated"] == 9


def test_every_start_has_a_name_in_both_languages(shipped: Facts) -> None:
    starts = [start for start in shipped.routes()["start"] if start is not None]
    assert len(starts) == 51
    assert all(start.name_zh and start.name_en for start in starts)


def test_the_districts_are_ten_valid_outlines_that_share_their_borders(shipped: Facts) -> None:
    districts = shipped.districts()
    assert tuple(districts.index) == DISTRICT_NAMES
    assert tuple(districts["key"]) == tuple(district.key for district in DISTRICTS)
    assert districts.geometry.is_valid.all()
    assert shapely.coverage_is_valid(districts.geometry.values)
    assert shapely.box(*QINGDAO_BBOX).contains(shapely.box(*districts.total_bounds))


def test_the_outlines_are_light_and_near_the_published_areas(shipped: Facts) -> None:
    districts = shipped.districts()
    assert len(districts.to_json().encode()) <= 60_000
    areas_km2 = frame_to_metric(districts).area / 1e6
    # Statistical yearbook of Qingdao: the prefecture has 11,293 km² of land; Pingdu 3,176.
    assert areas_km2.sum() == pytest.approx(11_293, rel=0.03)
    assert areas_km2["平度市"] == pytest.approx(3_176, rel=0.03)


def off_district_m(sites: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> dict[str, float]:
    """Return how far each site lies from the district it names, by id; 0 inside it."""
    points = frame_to_metric(sites)
    outlines = frame_to_metric(districts).geometry.loc[list(sites["district"])]
    away = shapely.distance(points.geometry.values, outlines.values)
    return dict(zip(sites.index, away.tolist(), strict=True))


def test_a_precise_site_lies_in_the_district_it_names_but_for_three_on_the_shore(
    shipped: Facts,
) -> None:
    sites = shipped.sites()
    precise = sites[sites["accuracy_m"] <= PRECISE_M]
    off = {
        key: round(away)
        for key, away in off_district_m(precise, shipped.districts()).items()
        if away > 0
    }
    assert off == ON_THE_SHORE
    assert all(away <= OUTLINE_M for away in off.values())


def test_every_site_lies_in_its_district_within_its_own_accuracy(shipped: Facts) -> None:
    sites = shipped.sites()
    off = off_district_m(sites, shipped.districts())
    contradicted = {
        key: round(away)
        for key, away in off.items()
        if away > sites.loc[key, "accuracy_m"] + OUTLINE_M
    }
    assert contradicted == {}
