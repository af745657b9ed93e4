"""Drawings by hand: nothing over anything else, everything named, the same hand every time."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from itertools import combinations, groupby

import maps_world as world
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.catalogue import Catalogue
from geo.network import StreetNetwork
from maps.poster import Way, Words, ground_of, poster_svg, sites_card, stops_card
from maps.poster.icons import icon, strokes_of
from maps.poster.labels import Label, Room, arrange, text_width, wrapped
from maps.poster.panel import Window
from maps.poster.pen import Pen
from maps.printing import printed
from maps.sites import site_rows
from maps.style import CATEGORIES

SVG = "{http://www.w3.org/2000/svg}"
SHEET = (0.0, 0.0, 200.0, 200.0)


def test_the_same_hand_draws_the_same_line_and_another_hand_another() -> None:
    line = [(0.0, 0.0), (30.0, 0.0), (30.0, 20.0)]
    assert Pen(1).line(line, "a") == Pen(1).line(line, "a")
    assert Pen(1).line(line, "a") != Pen(2).line(line, "a")
    assert Pen(1).line(line, "a") != Pen(1).line(line, "b")


def test_a_line_by_hand_wavers_but_goes_where_it_should() -> None:
    path = Pen(7).line([(0.0, 0.0), (100.0, 0.0)], "x", waver=0.2)
    numbers = [float(part) for part in path.translate(str.maketrans("MQL", "   ")).split()]
    heights = np.array(numbers[1::2])
    assert 0.02 < np.abs(heights).max() < 1.2
    assert numbers[-2] == pytest.approx(100, abs=1.2)


def test_hatching_stays_within_its_area() -> None:
    area = shapely.Point(50, 50).buffer(20)
    path = Pen(3).hatch(area, "wood", angle=35, gap=2.0, waver=0.0)
    strokes = path.split("M")[1:]
    # 40 mm across, 2 mm apart
    assert 17 <= len(strokes) <= 21
    for stroke in strokes:
        start = stroke.split("Q")[0].split()
        assert area.buffer(0.1).contains(shapely.Point(*map(float, start)))


def test_nothing_is_hatched_where_nothing_is() -> None:
    assert Pen(3).hatch(shapely.Polygon(), "sea", angle=0, gap=1.0) == ""
    assert Pen(3).scatter(shapely.Polygon(), "sea", apart=1.0) == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_an_icon_drawn_within_its_radius(category: str) -> None:
    strokes = strokes_of(CATEGORIES[category].sign)
    assert strokes
    assert all(0 <= number <= 24 for stroke in strokes for spot in stroke for number in spot)
    ET.fromstring(f"<g>{icon(Pen(1), category, 'a', 10, 10, 3)}</g>")  # noqa: S314 - our own


def test_an_arc_of_a_sign_is_round() -> None:
    # from (10, 0), half a circle of radius 5 down to (10, 10)
    ((start, *points),) = strokes_of("M10 0a5 5 0 0 1 0 10")
    assert start == (10, 0)
    assert points[-1] == pytest.approx((10, 10))
    assert all(math.hypot(x - 10, y - 5) == pytest.approx(5) for x, y in points)
    assert max(x for x, _ in points) == pytest.approx(15, abs=0.1)


def test_a_quarter_of_an_arc_takes_the_short_way_unless_told_otherwise() -> None:
    ((_, *short),) = strokes_of("M5 0a5 5 0 0 1-5 5")
    ((_, *long),) = strokes_of("M5 0a5 5 0 1 1-5 5")
    assert all(math.hypot(x, y) == pytest.approx(5) for x, y in short)
    assert all(math.hypot(x - 5, y - 5) == pytest.approx(5) for x, y in long)


places = st.lists(
    st.tuples(st.floats(20, 180), st.floats(20, 180)), min_size=1, max_size=25, unique=True
)


@settings(deadline=None, max_examples=40)
@given(places)
def test_no_name_lies_over_another_or_over_an_icon(spots: list[tuple[float, float]]) -> None:
    labels = [Label(wrapped(f"党史教育地点{i}"), 2.5) for i in range(len(spots))]
    room = Room(SHEET)
    found = arrange(spots, labels, room, radii=[2.0] * len(spots))
    names = [shapely.box(*one.box) for one in found if one.box]
    icons = [shapely.box(x - 2, y - 2, x + 2, y + 2) for x, y in (one.icon for one in found)]
    for a, b in combinations([*names, *icons], 2):
        assert shapely.intersection(a, b).area < 1e-9
    assert all(shapely.box(*SHEET).contains(name) for name in names)


def test_a_name_is_broken_into_even_lines() -> None:
    assert wrapped("青岛一战遗址博物馆") == ("青岛一战遗址博物馆",)
    assert wrapped("中国人民解放军海军博物馆") == ("中国人民解放", "军海军博物馆")
    assert wrapped("PLA Navy Museum") == ("PLA Navy Museum",)
    lines = wrapped("Former Site of the Huangtai Road Underground Station")
    assert " ".join(lines) == "Former Site of the Huangtai Road Underground Station"
    assert max(map(len, lines)) <= 26
    assert text_width("青岛", 2.0) == 4.0


def test_a_window_shows_its_bounds_true_to_scale() -> None:
    window = Window("w", (0, 0, 1000, 500), (10, 10, 110, 110), 3)
    assert window.m_per_mm == 10
    assert window.at(0, 0) == (10, 85)  # the lower left: the height is centred
    assert window.at(1000, 500) == (110, 35)
    assert window.holds(500, 250)
    assert not window.holds(2000, 250)
    assert window.on_paper(shapely.LineString([(0, 0), (1000, 0)])).length == pytest.approx(100)


@pytest.fixture(scope="module", params=["zh", "en"])
def poster(
    request: pytest.FixtureRequest, qingdao: Catalogue, qingdao_network: StreetNetwork
) -> str:
    return draw(request.param, qingdao, qingdao_network)


def draw(lang: str, qingdao: Catalogue, network: StreetNetwork) -> str:
    texts = world.RealTexts(lang)  # type: ignore[arg-type]
    quarter = qingdao.route("rv-01").stops
    args = (qingdao.sites, quarter, qingdao.districts, network.roads(), texts)
    return poster_svg(*args, credit="Drawn for Red Trails")


def test_the_poster_names_every_site(poster: str, qingdao: Catalogue) -> None:
    root = ET.fromstring(poster)  # noqa: S314 - our own
    texts = [node.text or "" for node in root.iter(f"{SVG}text")]
    said = "".join(text for text, _ in groupby(texts))  # each line twice: its rim, then itself
    flat = said.replace(" ", "")
    lang = "zh" if "图例" in said else "en"
    names = qingdao.sites[f"name_{lang}"]
    short = [name.split("(")[0].split("（")[0].replace("’", "'").strip() for name in names]
    missing = [name for name in short if not all(word in flat for word in name.split())]
    assert missing == []


def test_the_poster_is_the_same_every_time(
    qingdao: Catalogue, qingdao_network: StreetNetwork
) -> None:
    assert draw("zh", qingdao, qingdao_network) == draw("zh", qingdao, qingdao_network)


def test_the_poster_asks_for_nothing(poster: str) -> None:
    root = ET.fromstring(poster)  # noqa: S314 - our own
    assert (root.get("width"), root.get("height")) == ("420mm", "297mm")
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        *("svg", "title", "path", "text", "g", "circle", "clipPath")
    }
    assert not [value for node in root.iter() for value in node.attrib.values() if "//" in value]


def test_hostile_names_stay_text() -> None:
    ground = ground_of(world.districts(), world.roads())
    words = Words("<script>x</script>", "a & b", '"')
    root = ET.fromstring(sites_card(world.hostile_sites(), ground, words))  # noqa: S314 - our own
    texts = world.RealTexts("zh")
    svg = poster_svg(
        world.hostile_sites(), (), world.districts(), world.roads(), texts, credit="<img src=x>"
    )
    for tree in (root, ET.fromstring(svg)):  # noqa: S314 - our own
        assert not list(tree.iter(f"{SVG}script"))
        assert not list(tree.iter(f"{SVG}img"))


def test_a_card_numbers_its_stops_and_draws_its_ways() -> None:
    ground = ground_of(world.districts(), world.roads())
    stops = [(120.25, 36.05, 100.0), (120.3, 36.08, 3000.0)]
    way = Way("walk", ((120.25, 36.05), (120.28, 36.06), (120.3, 36.08)))
    words = Words("试线", "官方", "青岛红迹")
    planned, only = (stops_card(stops, ways, ground, words) for ways in ([way], []))
    for svg in (planned, only):
        root = ET.fromstring(svg)  # noqa: S314 - our own
        said = {node.text for node in root.iter(f"{SVG}text")}
        assert {"1", "2", "试线", "官方", "青岛红迹"} <= said
    assert "0.1 1.7" in only  # no way is known: the stops are joined by a broken line
    assert "0.1 1.7" not in planned


def test_a_drawing_is_printed_at_its_size() -> None:
    ground = ground_of(world.districts(), world.roads())
    svg = sites_card(site_rows(world.sites()), ground, Words("图", "下", "名"))
    png = printed(svg, "png", title="图", wide_mm=120, high_mm=63, ppi=254)
    # the head of a PNG: width and height in pixels, big-endian
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1200, 630)
    pdf = printed(svg, "pdf", title="图", wide_mm=120, high_mm=63)
    assert pdf[:5] == b"%PDF-"
    assert pdf == printed(svg, "pdf", title="图", wide_mm=120, high_mm=63)
