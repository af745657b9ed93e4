"""Whole pages, read as an HTML parser reads them: nothing foreign, nothing unsafe."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import replace
from html import unescape

import folium
import folium.plugins
import maps_world as world
import numpy as np
import pytest
from fastapi.testclient import TestClient

from geo.catalogue import Catalogue
from geo.crs import gcj02_to_wgs84
from geo.network import StreetNetwork
from maps import (
    MapOptions,
    MapParts,
    UnknownAssetError,
    asset_path,
    itinerary_map,
    map_parts,
    overview_map,
    route_map,
    single_file,
)

KINDS = ["overview", "route", "order", "itinerary"]
# None of these is ever asked for: names of XML namespaces, a comment in Leaflet's style sheet, and
# a link that leaflet.js would write into an attribution prefix, which our maps switch off.
INERT = {
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "https://bugzilla.mozilla.org/show_bug.cgi?id=888319",
    "https://leafletjs.com",
}
PAGE_LIMIT = 400_000  # bytes gzipped


def draw(
    kind: str, lang: str = "zh", options: MapOptions | None = None, *, hostile: bool = False
) -> folium.Map:
    """Return a map of the small city."""
    texts = world.RealTexts(lang)  # type: ignore[arg-type]
    sites = world.hostile_sites() if hostile else world.sites()
    route = world.route(name_zh=world.HOSTILE, name_en=world.HOSTILE) if hostile else world.route()
    ground = (world.districts(), world.roads(), texts)
    kept = {"options": options, "places": world.places()}
    if kind == "overview":
        return overview_map(world.frame_of(sites), *ground, **kept)
    if kind == "itinerary":
        return itinerary_map(world.itinerary(sites), *ground, **kept)
    tour = world.itinerary(sites) if kind == "route" else None
    return route_map(route, sites, tour, *ground, **kept)


def parts_of(kind: str, **choices: object) -> MapParts:
    return map_parts(draw(kind, **choices), asset_url=lambda name: f"/assets/{asset_path(name)}")  # type: ignore[arg-type]


def page_of(kind: str, **choices: object) -> str:
    return single_file(draw(kind, **choices), title="<b>", lang="zh-CN")  # type: ignore[arg-type]


def csp_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_single_file_names_no_foreign_address(kind: str, lang: str) -> None:
    html = page_of(kind, lang=lang)
    page = world.parse(html)
    assert all(url.startswith("data:") for url in page.urls)
    for style in page.styles:
        assert all(url.startswith(("data:", "#")) for url in world.css_urls(style))
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<>)\\]*", html))
    assert {one for one in addresses if one not in INERT} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_parts_name_only_our_assets(kind: str) -> None:
    parts = parts_of(kind)
    assert all(url.startswith("/assets/") for url in (*parts.styles, *parts.scripts))
    assert "//" not in re.sub(r"(?m)^\s*//.*$", "", parts.html + parts.script)
    assert parts.image_hosts == ()
    assert not parts.style


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_in_a_page_needs_unsafe_inline(kind: str, hostile: bool) -> None:
    html = page_of(kind, hostile=hostile)
    page = world.parse(html)
    assert not [name for _, name, _ in page.attributes if name == "style" or name.startswith("on")]
    policy = next(
        value
        for tag, name, value in page.attributes
        if (tag, name) == ("meta", "content") and "default-src" in value
    )
    assert "unsafe" not in policy
    for text in (*page.scripts, *page.styles):
        assert csp_hash(text) in unescape(policy)


@pytest.mark.parametrize("kind", KINDS)
def test_the_hashes_are_of_the_script_as_a_page_will_hold_it(kind: str) -> None:
    parts = parts_of(kind, hostile=True)
    page = world.parse(f"<html><body>{parts.html}{parts.body_end}</body></html>")
    assert [csp_hash(text) for text in page.scripts if text] == list(parts.csp_script_hashes)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_stays_data(kind: str) -> None:
    parts = parts_of(kind, hostile=True, lang="en")
    assert "hacked=1</script>" not in parts.script
    assert "<img" not in parts.script + parts.html
    assert "`" not in parts.script
    factory = "sites" if kind == "overview" else "itinerary"
    key = "sites" if kind == "overview" else "stops"
    names = [one["popup"]["name"] for one in world.data_of(parts.script, factory)[key]]
    assert names == [world.HOSTILE] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_is_the_same_bytes(kind: str) -> None:
    first, again = draw(kind), draw(kind)
    html = single_file(first, title="x", lang="zh")
    assert html == single_file(again, title="x", lang="zh")
    assert html == single_file(first, title="x", lang="zh")  # drawing twice draws nothing twice


def test_two_maps_of_one_page_have_two_names() -> None:
    ids = [
        re.findall(r'id="([^"]+)"', parts_of(kind).html)
        for kind in ("overview", "route", "itinerary")
    ]
    assert len({one for (one,) in ids}) == 3


def test_a_plugin_that_asks_elsewhere_is_refused() -> None:
    drawn = draw("overview")
    folium.plugins.MiniMap().add_to(drawn)
    with pytest.raises(UnknownAssetError) as caught:
        single_file(drawn, title="x", lang="zh")
    assert "cdnjs" in str(caught.value.data["asset"])


def test_a_style_that_a_plugin_writes_into_the_page_is_hashed() -> None:
    drawn = draw("overview")
    drawn.get_root().header.add_child(folium.Element("<style>.x{color:red}</style>"), name="x")
    parts = map_parts(drawn, asset_url=str)
    assert parts.style == ".x{color:red}"
    assert parts.csp_style_hashes == (csp_hash(".x{color:red}"),)
    assert "<style>.x{color:red}</style>" in parts.head


@pytest.mark.parametrize(
    ("basemap", "host"),
    [
        ("osm", "https://tile.openstreetmap.org"),
        ("tianditu", "https://t3.tianditu.gov.cn"),
        ("amap", "https://webrd02.is.autonavi.com"),
    ],
)
def test_an_online_basemap_names_its_hosts_and_its_owner(basemap: str, host: str) -> None:
    options = MapOptions(basemap=basemap, tianditu_key="k<1", approval_number="GS(2026)1号<b>")  # type: ignore[arg-type]
    parts = parts_of("itinerary", options=options)
    assert host in parts.image_hosts
    settings = re.search(r'"attribution":"([^"]*)"', parts.script)
    assert settings is not None
    assert "<b>" not in settings[1]
    assert ("GS(2026)1号" in settings[1]) is (basemap != "osm")
    assert "redTrails.base(" not in parts.script
    assert host.split(".", 1)[1] in page_of("itinerary", options=options)


def test_over_gaode_tiles_every_position_is_shifted() -> None:
    plain, shifted = (
        world.data_of(parts_of("itinerary", options=MapOptions(basemap=base)).script, "itinerary")  # type: ignore[arg-type]
        for base in ("none", "amap")
    )
    for before, after in zip(plain["stops"], shifted["stops"], strict=True):
        lon, lat = gcj02_to_wgs84(after["at"][1], after["at"][0])
        assert [lat, lon] == pytest.approx(before["at"], abs=2e-5)
        assert abs(after["at"][1] - before["at"][1]) > 0.003
    lines = [
        np.array(one["legs"][1]["line"]).reshape(-1, 2).cumsum(axis=0) / 1e5
        for one in (plain, shifted)
    ]
    assert np.allclose(np.column_stack(gcj02_to_wgs84(*lines[1].T)), lines[0], atol=2e-5)


def note(parts: MapParts) -> list[list[str]]:
    return list(world.data_of(parts.script, "note")["lines"])


def test_a_composed_and_a_published_route_say_what_they_are() -> None:
    texts = world.RealTexts("en")
    ground = (world.districts(), world.roads(), texts)
    for provenance, year, wanted in [
        ("curated", 2023, ["curated", "Composed by this project, not an official route"]),
        ("official", 2023, ["official", "Route published by 文旅局, 2023"]),
        ("official", None, ["official", "Route published by 文旅局"]),
    ]:
        route = world.route(provenance=provenance, year=year)
        drawn = route_map(route, world.sites(), None, *ground)
        assert wanted in note(map_parts(drawn, asset_url=str))


@pytest.mark.parametrize("kind", ["route", "itinerary"])
def test_a_schematic_network_is_named_as_one_with_its_error(kind: str) -> None:
    wanted = ["trust", "Schematic roads: distances are estimates (median error 6%)"]
    assert wanted in note(parts_of(kind, lang="en"))


def test_a_street_network_gives_its_date() -> None:
    network = replace(world.NETWORK, fidelity="street", date="2026-10-01")
    tour = replace(world.itinerary(), network=network)
    texts = world.RealTexts("en")
    drawn = itinerary_map(tour, world.districts(), world.roads(), texts)
    assert note(map_parts(drawn, asset_url=str)) == [["trust", "Street network (2026-10-01)"]]


def test_a_route_without_an_itinerary_says_that_its_line_is_no_road() -> None:
    data = world.data_of(parts_of("order", lang="en").script, "legend")
    rows = [row["text"] for row in data["sections"][0]["rows"]]
    assert "Order of visit, not the actual road" in rows
    (leg,) = world.data_of(parts_of("order").script, "itinerary")["legs"]
    assert leg["solid"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_overview_of_all_sites_is_light(
    qingdao: Catalogue, qingdao_network: StreetNetwork, lang: str
) -> None:
    texts = world.RealTexts(lang)  # type: ignore[arg-type]
    drawn = overview_map(
        qingdao.sites, qingdao.districts, qingdao_network.roads(), texts, places=qingdao.places
    )
    html = single_file(drawn, title="红迹", lang=lang)
    assert len(gzip.compress(html.encode())) < PAGE_LIMIT
    parts = map_parts(drawn, asset_url=str)
    sites = world.data_of(parts.script, "sites")["sites"]
    assert [one["id"] for one in sites] == list(qingdao.sites.index)
    unsure = qingdao.sites["accuracy_m"] > 500
    assert [one["radius"] > 0 for one in sites] == unsure.tolist()


def test_a_publisher_is_named_in_the_language_of_the_map() -> None:
    route = world.route(provenance="official", year=2023, publisher="青岛市文化和旅游局")
    for lang, wanted in [
        ("en", "Route published by Qingdao Bureau of Culture and Tourism, 2023"),
        ("zh", "青岛市文化和旅游局"),
    ]:
        texts = world.RealTexts(lang)  # type: ignore[arg-type]
        drawn = route_map(route, world.sites(), None, world.districts(), world.roads(), texts)
        (line,) = [
            text for kind, text in note(map_parts(drawn, asset_url=str)) if kind == "official"
        ]
        assert wanted in line


PLAN = "/api/itineraries?f=html&lang=en&depart=2026-11-28T09:00&route="


@pytest.mark.parametrize(
    ("route", "title", "kind"),
    [
        ("c9-01", "Composed by this project, not an official route", "curated"),
        ("r2023-01", "Route published by Qingdao Bureau of Culture and Tourism, 2023", "official"),
    ],
)
def test_a_single_file_of_a_route_says_whose_it_is(
    client: TestClient, route: str, title: str, kind: str
) -> None:
    html = client.get(PLAN + route).text
    name = client.get(f"/api/collections/routes/items/{route}").json()["properties"]["name_en"]
    said = re.search(r"<title>(.*)</title>", html)
    assert said is not None
    assert unescape(said[1]) == f"{name} ({title}) · Red Trails of Qingdao"
    lines = world.data_of(html, "note")["lines"]
    assert [["title", name], [kind, title]] == lines[:2]
    assert [one for one, _ in lines[2:]] == ["trust"]


def test_a_changed_official_route_is_nobodys(client: TestClient) -> None:
    html = client.get(f"{PLAN}r2023-01&stops=redview-core,navy-museum").text
    assert "<title>Red Trails of Qingdao</title>" in html
    assert [kind for kind, _ in world.data_of(html, "note")["lines"]] == ["trust"]
