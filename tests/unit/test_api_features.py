"""Sites and routes as GeoJSON features."""

from __future__ import annotations

import json

from api.features import collection_document, route_feature, site_feature
from geo.catalogue import Catalogue


def test_a_site_keeps_everything_but_its_position_as_properties(qingdao: Catalogue) -> None:
    site = qingdao.site("cpc-qingdao-memorial")
    feature = json.loads(json.dumps(site_feature(site)))
    assert feature["id"] == site.id
    assert feature["geometry"] == {"type": "Point", "coordinates": [site.lon, site.lat]}
    properties = feature["properties"]
    assert set(properties) == set(site.__slots__) - {"id", "lon", "lat"} | {"is_area"}
    assert properties["sources"][0]["publisher"] == site.sources[0].publisher
    assert properties["accuracy_m"] == site.accuracy_m
    assert properties["is_area"] is False


def test_an_estimated_position_says_that_it_is_an_area(qingdao: Catalogue) -> None:
    site = qingdao.site("laoshan-party-history-hall")
    assert site.accuracy_m > 500
    assert site_feature(site)["properties"]["is_area"] is True


def test_a_route_runs_straight_from_stop_to_stop_and_says_so(qingdao: Catalogue) -> None:
    route = qingdao.route("r2023-01")
    stops = {site.id: site for site in qingdao.route_sites(route.id)}
    feature = route_feature(route, stops)
    assert feature["properties"]["geometry_basis"] == "straight-lines"
    assert feature["properties"]["provenance"] == "official"
    assert feature["geometry"]["type"] == "LineString"
    assert feature["geometry"]["coordinates"] == [
        [stops[stop].lon, stops[stop].lat] for stop in route.stops
    ]


def test_a_start_is_a_named_position(qingdao: Catalogue) -> None:
    route = qingdao.route("c9-01")
    stops = {site.id: site for site in qingdao.route_sites(route.id)}
    start = route_feature(route, stops)["properties"]["start"]
    assert start["name_zh"] == "青岛站"
    assert start["coordinates"] == [120.3125, 36.0645]


def test_a_page_counts_what_it_holds_and_what_there_is() -> None:
    page = collection_document([{"id": "a"}], matched=7, links=[])
    assert (page["numberMatched"], page["numberReturned"]) == (7, 1)
    assert page["type"] == "FeatureCollection"
