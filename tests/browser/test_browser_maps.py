"""Maps in a real browser: they draw, answer the keyboard and the page, run nothing, ask nobody."""

from __future__ import annotations

import gzip
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import maps_world as world
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from geo.catalogue import Catalogue
from geo.network import StreetNetwork
from maps import (
    MapOptions,
    asset,
    asset_path,
    itinerary_map,
    map_parts,
    media_type,
    overview_map,
    route_map,
    single_file,
)
from maps.basemap import Basemap, build_basemap

if TYPE_CHECKING:
    from conftest import Service

pytestmark = pytest.mark.browser
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
KINDS = ["overview", "route", "order", "itinerary"]
PIXEL = bytes.fromhex(  # a transparent PNG of one pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63000100"
    "000500010d0a2db40000000049454e44ae426082"
)


class Watch:
    """What a page asked for and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self._hear(told.type, told.text))
        page.add_init_script(
            "window.told = []; for (const name of ['select', 'moved', 'viewed', 'district'])"
            " document.addEventListener('redtrails:' + name, (e) => told.push([name, e.detail]));"
        )

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.errors.append(text)

    def told(self, name: str) -> list[Any]:
        return [detail for kind, detail in self.page.evaluate("told") if kind == name]

    def tell(self, name: str, detail: object) -> None:
        self.page.evaluate(
            "([name, detail]) => document.dispatchEvent(new CustomEvent(name, {detail}))",
            [f"redtrails:{name}", detail],
        )

    def foreign(self) -> list[str]:
        here = ("file:", "data:", "http://127.0.0.1:")
        return [url for url in self.requests if not url.startswith(here)]


@contextmanager
def watching(browser: Browser, size: str = "wide") -> Iterator[Watch]:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        yield Watch(page)
    finally:
        page.close()


def draw(kind: str, lang: str, *, hostile: bool = True, **options: Any) -> folium.Map:
    texts = world.RealTexts(lang)  # type: ignore[arg-type]
    sites = world.hostile_sites() if hostile else world.sites()
    ground = (world.districts(), world.roads(), texts)
    kept: dict[str, Any] = {"options": MapOptions(**options), "places": world.places()}
    if kind == "overview":
        return overview_map(sites, *ground, **kept)
    if kind == "itinerary":
        return itinerary_map(world.itinerary(sites), *ground, **kept)
    tour = world.itinerary(sites) if kind == "route" else None
    name = world.HOSTILE if hostile else "试线"
    return route_map(world.route(name_zh=name, name_en=name), sites, tour, *ground, **kept)


def opened(watch: Watch, drawn: folium.Map, folder: Path, lang: str = "zh") -> Page:
    file = folder / "map.html"
    file.write_text(single_file(drawn, title="图", lang=lang), encoding="utf-8")
    watch.page.goto(file.as_uri())
    watch.page.wait_for_selector(".rt-icon, .rt-cluster")
    return watch.page


@pytest.mark.parametrize(("lang", "size"), [("zh", "wide"), ("en", "phone")])
@pytest.mark.parametrize("kind", KINDS)
def test_a_single_file_opens_runs_nothing_foreign_and_asks_nobody(
    chromium: Browser, tmp_path: Path, kind: str, lang: str, size: str
) -> None:
    with watching(chromium, size) as watch:
        page = opened(watch, draw(kind, lang), tmp_path, lang)
        for site in world.sites():
            watch.tell("focus", {"id": site.id})
            page.wait_for_selector(".rt-popup-name")
            page.wait_for_function(
                "id => told.some(([kind, one]) => kind === 'select' && one.id === id)", arg=site.id
            )
        assert page.inner_text(".rt-popup-name").startswith("</script><script>")
        assert page.evaluate("document.querySelectorAll('img, iframe').length") == 0
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert (watch.errors, watch.foreign()) == ([], [])
        assert [detail["id"] for detail in watch.told("select")] == ["hall", "museum", "village"]


def answer(pages: dict[str, tuple[bytes, str]], policy: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = pages.get(self.path, (b"", "text/plain"))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    return Handler


@contextmanager
def serving(pages: dict[str, tuple[bytes, str]], policy: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answer(pages, policy))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_work_under_a_policy_without_unsafe_inline(chromium: Browser, kind: str) -> None:
    parts = map_parts(draw(kind, "zh"), asset_url=lambda name: f"/assets/{asset_path(name)}")
    html = (
        f"<!DOCTYPE html><html lang=zh class=rt-page><head><title>x</title>"
        f"<link rel=icon href=data:,>{parts.head}</head>"
        f"<body>{parts.html}{parts.body_end}</body></html>"
    )
    policy = (
        f"default-src 'none'; script-src 'self' {' '.join(parts.csp_script_hashes)}; "
        f"style-src 'self' {' '.join(parts.csp_style_hashes)}; img-src 'self' data:"
    )
    names = [url.rsplit("/", 1)[1] for url in (*parts.styles, *parts.scripts)]
    pages = {f"/assets/{asset_path(name)}": (asset(name), media_type(name)) for name in names}
    pages["/"] = (html.encode(), "text/html; charset=utf-8")
    with serving(pages, policy) as address, watching(chromium) as watch:
        watch.page.goto(address)
        watch.page.wait_for_selector(".rt-icon, .rt-cluster")
        watch.tell("focus", {"id": "village"})
        watch.page.wait_for_selector(".rt-popup-name")
        watch.page.wait_for_timeout(200)
        assert (watch.errors, watch.foreign()) == ([], [])
        assert watch.page.evaluate("document.querySelector('.rt-map').offsetHeight") > 300


def test_roads_come_from_tiles_of_our_own_in_our_look(chromium: Browser, tmp_path: Path) -> None:
    build_basemap(world.districts(), world.roads(), tmp_path / "b.mbtiles", source="tiny")
    basemap = Basemap.find(tmp_path / "b.mbtiles")
    assert basemap is not None
    drawn = draw("itinerary", "en", hostile=False, tiles_url="/basemap/{tile}.mvt")
    content = single_file(drawn, title="x", lang="en")
    policy = "connect-src 'self'"
    content = content.replace("base-uri", f"{policy}; base-uri", 1)
    pages = {"/": (content.encode(), "text/html; charset=utf-8")}
    with sqlite3.connect(basemap.path) as store:
        for zoom, x, row, data in store.execute("select * from tiles where zoom_level > 9"):
            name = f"/basemap/{zoom}/{x}/{(1 << zoom) - 1 - row}.mvt"
            pages[name] = (gzip.decompress(data), "application/vnd.mapbox-vector-tile")
    store.close()
    with (
        serving(
            pages,
            "default-src *; script-src * 'unsafe-inline'; style-src * 'unsafe-inline'; "
            "img-src * data:",
        ) as address,
        watching(chromium) as watch,
    ):
        page = watch.page
        page.goto(address)
        page.wait_for_selector(".leaflet-tile-loaded")
        # 胶州路, a primary road, in the fill of its class, and nothing that is not a road's
        colours = page.evaluate(COLOURS)
        assert "251,231,198" in colours
        assert "179,38,30" not in colours
        watch.tell("focus", {"id": "hall"})
        for _ in range(3):
            page.click(".leaflet-control-zoom-in")
            page.wait_for_timeout(350)
        page.wait_for_selector(".rt-label-road")
        # below the deepest tile the same tile is drawn larger
        assert page.inner_text(".rt-label-road") in {"Jiaozhou Road", "Walking Street"}
        tiles = [url for url in watch.requests if "/basemap/" in url]
        assert max(int(url.split("/")[4]) for url in tiles) <= 14
        assert [fault for fault in watch.errors if "404" not in fault] == []


COLOURS = """() => {
  const found = new Set();
  for (const tile of document.querySelectorAll('canvas.leaflet-tile-loaded')) {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 255) found.add(data.slice(i, i + 3).join(','));
    }
  }
  return [...found];
}"""


def test_the_page_chooses_which_sites_are_shown(chromium: Browser, tmp_path: Path) -> None:
    with watching(chromium) as watch:
        page = opened(watch, draw("overview", "en", hostile=False), tmp_path)
        assert sorted(labels(page)) == ["2 sites, press Enter to zoom in", VILLAGE]
        watch.tell("show", {"ids": ["museum", "village"]})
        assert sorted(labels(page)) == ["Site museum, Museum", VILLAGE]
        page.click("label:has-text('Red village')")
        assert labels(page) == ["Site museum, Museum"]
        watch.tell("show", {"ids": None})
        assert labels(page) == ["2 sites, press Enter to zoom in"]
        watch.tell("show", {"ids": []})
        assert labels(page) == []


def test_the_same_sites_are_seen_as_heat_or_counted_by_district(
    chromium: Browser, tmp_path: Path
) -> None:
    with watching(chromium, "phone") as watch:
        page = opened(watch, draw("overview", "en", hostile=False), tmp_path)
        watch.tell("view", {"view": "districts"})
        said = "{}: {} sites, press Enter to zoom in".format
        assert sorted(labels(page)) == [said("Laoshan", 0), said("Shinan", 3)]
        watch.tell("show", {"ids": ["museum"]})
        assert sorted(labels(page)) == [said("Laoshan", 0), said("Shinan", 1)]
        focus_on(page, said("Shinan", 1))
        page.keyboard.press("Enter")
        assert watch.told("district") == [{"district": "市南区"}]
        page.click("button:has-text('Heat')")
        assert labels(page) == []
        warm = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)"
        assert page.eval_on_selector("canvas.rt-heat", warm)
        watch.tell("show", {"ids": []})
        assert not page.eval_on_selector("canvas.rt-heat", warm)
        watch.tell("show", {"ids": None})
        watch.tell("focus", {"id": "hall"})  # a single site is seen among sites
        page.wait_for_selector(".rt-popup-name")
        views = [told["view"] for told in watch.told("viewed")]
        assert views == ["sites", "districts", "heat", "sites"]
        assert watch.errors == []


VILLAGE = "Site village, Red village, approximate position"


def labels(page: Page) -> list[str]:
    found = page.query_selector_all(".leaflet-marker-pane [aria-label]")
    return [one.get_attribute("aria-label") or "" for one in found]


def test_everything_on_the_map_is_reached_by_the_keyboard(
    chromium: Browser, tmp_path: Path
) -> None:
    with watching(chromium) as watch:
        page = opened(watch, draw("overview", "en", hostile=False), tmp_path)
        focus_on(page, "2 sites, press Enter to zoom in")
        page.keyboard.press("Enter")
        page.wait_for_selector("[aria-label='Site hall, Memorial hall']")
        focus_on(page, "Site hall, Memorial hall")
        page.keyboard.press("Enter")
        page.wait_for_selector(".rt-popup-name")
        assert page.inner_text(".rt-popup-name") == "Site hall"
        page.keyboard.press("Escape")
        page.wait_for_selector(".rt-popup-name", state="detached")


def focus_on(page: Page, label: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == label:
            return
    pytest.fail(f"forty tabs do not reach {label!r}")


def test_an_unsure_site_is_an_area_of_its_own_radius(chromium: Browser, tmp_path: Path) -> None:
    with watching(chromium) as watch:
        page = opened(watch, draw("overview", "zh", hostile=False), tmp_path)
        watch.tell("focus", {"id": "village"})
        page.wait_for_selector(".rt-popup-hint")
        assert "3 公里" in page.inner_text(".rt-popup-hint")
        circle = page.wait_for_selector("path.rt-area")
        assert circle is not None
        box, scale = circle.bounding_box(), page.query_selector(".leaflet-control-scale-line")
        assert box is not None
        assert scale is not None
        # the scale bar tells metres per pixel, by another way than the circle is drawn
        length, unit = scale.inner_text().split()
        metres = float(length) * (1000 if unit == "km" else 1)
        width = float(scale.evaluate("node => node.offsetWidth"))
        assert box["width"] * metres / width == pytest.approx(6000, rel=0.06)


def test_stops_that_fall_together_step_aside(chromium: Browser, tmp_path: Path) -> None:
    with watching(chromium, "phone") as watch:
        page = opened(watch, draw("itinerary", "zh", hostile=False), tmp_path)
        for press in ("", "-", "-", "+", "+", "+"):
            page.locator(".rt-map").press(press) if press else None
            page.wait_for_timeout(500)
            spots = middles(page, ".rt-icon .rt-badge-outline")
            assert len(spots) == 3
            gaps = [max(abs(a - c), abs(b - d)) for a, b in spots for c, d in spots]
            assert sorted(gaps)[3] > 18  # a badge is 26 px across; they may touch at a corner
            # the two halls are 90 m apart: the second steps aside and its thread ends where it is
            assert len(middles(page, "path.rt-thread-end")) == len(middles(page, "path.rt-thread"))
            assert len(middles(page, "path.rt-thread")) >= 1


def middles(page: Page, what: str) -> list[tuple[float, float]]:
    boxes = [one.bounding_box() for one in page.query_selector_all(what)]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]


def test_the_page_hears_where_the_map_is_in_wgs_84_over_any_tiles(
    chromium: Browser, tmp_path: Path
) -> None:
    def tile(route: Route) -> None:
        route.fulfill(body=PIXEL, content_type="image/png")

    middles = []
    for basemap in ("none", "amap"):
        with watching(chromium) as watch:
            watch.page.route(re.compile("^https://"), tile)
            drawn = draw("itinerary", "zh", hostile=False, basemap=basemap)
            page = opened(watch, drawn, tmp_path)
            page.wait_for_timeout(300)
            west, south, east, north = watch.told("moved")[-1]["bbox"]
            middles.append(((west + east) / 2, (south + north) / 2))
            asked = {url.split("/")[2].split(".", 1)[1] for url in watch.foreign()}
            assert asked == ({"is.autonavi.com"} if basemap == "amap" else set())
            assert watch.errors == []
    # GCJ-02 lies 0.005° off here: a page told in the tiles' datum would be 500 m wrong
    assert middles[1] == pytest.approx(middles[0], abs=1e-3)


def test_a_map_born_in_a_hidden_box_fits_when_it_is_shown(
    chromium: Browser, tmp_path: Path
) -> None:
    with watching(chromium) as watch:
        page = watch.page
        page.add_init_script(
            "document.addEventListener('DOMContentLoaded', () => 0);"
            "new MutationObserver(() => { const m = document.querySelector('.rt-map');"
            " if (m && !window.hidden) { window.hidden = 1; m.hidden = true; } })"
            ".observe(document, {childList: true, subtree: true});"
        )
        file = tmp_path / "map.html"
        drawn = draw("itinerary", "en", hostile=False)
        file.write_text(single_file(drawn, title="x", lang="en"), encoding="utf-8")
        page.goto(file.as_uri())
        page.evaluate("document.querySelector('.rt-map').hidden = false")
        page.wait_for_timeout(400)
        assert page.is_visible("[aria-label='Stop 3: Site village']")
        assert watch.errors == []


def test_the_real_overview_opens_every_site(
    chromium: Browser, tmp_path: Path, qingdao: Catalogue, qingdao_network: StreetNetwork
) -> None:
    texts = world.RealTexts("zh")
    drawn = overview_map(
        qingdao.sites, qingdao.districts, qingdao_network.roads(), texts, places=qingdao.places
    )
    with watching(chromium) as watch:
        page = opened(watch, drawn, tmp_path)
        for site_id, name in list(qingdao.sites["name_zh"].items())[::8]:
            watch.tell("focus", {"id": site_id})
            page.wait_for_function(
                "name => document.querySelector('.rt-popup-name')?.textContent === name", arg=name
            )
        assert (watch.errors, watch.foreign()) == ([], [])


HIDDEN = """() => {
  const map = document.querySelector('.rt-map');
  map.scrollIntoView({block: 'center'});
  const middle = (node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2);
  };
  return [...map.querySelectorAll('.rt-icon .rt-badge')]
    .filter((node) => { const top = middle(node); return !top || top.closest('.leaflet-control'); })
    .map((node) => node.closest('[aria-label]').getAttribute('aria-label'));
}"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("route_id", ["ft-04", "r2023-01", "r2024-02", "c9-01"])
def test_no_stop_lies_under_a_control(
    service: Service, chromium: Browser, route_id: str, lang: str, size: str
) -> None:
    with watching(chromium, size) as watch:
        for path in (f"/routes/{route_id}?", f"/plan?route={route_id}&"):
            watch.page.goto(f"{service.url}{path}lang={lang}")
            watch.page.wait_for_selector(".rt-icon")
            watch.page.wait_for_timeout(150)
            assert watch.page.evaluate(HIDDEN) == []


REACHED = """() => ['.leaflet-popup-close-button', '.rt-popup-name'].every((part) => {
  const node = document.querySelector(part);
  if (!node) return false;
  const { left, top, width, height } = node.getBoundingClientRect();
  return node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
})"""


@pytest.mark.parametrize("path", ["/routes/r2023-01?lang=en", "/routes/ft-04?lang=zh"])
def test_a_popup_opens_in_reach_and_controls_come_back(
    service: Service, chromium: Browser, path: str
) -> None:
    with watching(chromium, "phone") as watch:
        page = watch.page
        page.goto(service.url + path)
        page.wait_for_selector(".rt-icon")
        page.eval_on_selector(".rt-map", "map => map.scrollIntoView({block: 'center'})")
        for badge in page.query_selector_all(".rt-icon:has(text)"):
            badge.evaluate("badge => badge.click()")
            # The one before fades; until it is gone, its × would be the one that is found.
            expect(page.locator(".leaflet-popup")).to_have_count(1)
            page.wait_for_function(REACHED)
        # The × moves with the map, whose pan begins in the frame after, until that is over.
        page.evaluate("new Promise((then) => requestAnimationFrame(then))")
        page.wait_for_selector(".leaflet-pan-anim", state="detached")
        page.click(".leaflet-popup-close-button")
        expect(page.locator(".leaflet-popup")).to_have_count(0)
        expect(page.locator(".rt-under")).to_have_count(0)
        assert watch.errors == []


def test_a_popup_of_the_overview_opens_in_reach(service: Service, chromium: Browser) -> None:
    for size in SIZES:
        with watching(chromium, size) as watch:
            page = watch.page
            page.goto(f"{service.url}/?lang=en")
            page.wait_for_selector(".rt-cluster")
            page.eval_on_selector(".rt-map", "map => map.scrollIntoView({block: 'center'})")
            for site_id in ("liu-qianchu-park", "cosmoplat", "may-fourth-square"):
                watch.tell("focus", {"id": site_id})
                page.wait_for_function(REACHED)


def test_a_small_map_folds_its_note_behind_its_first_line(
    service: Service, chromium: Browser
) -> None:
    with watching(chromium, "phone") as watch:
        watch.page.goto(f"{service.url}/routes/c9-01?lang=en")
        official = watch.page.locator(".rt-note-curated")
        assert not official.is_visible()
        watch.page.click(".rt-note summary")
        assert official.is_visible()


def test_the_legend_counts_what_the_filters_leave(chromium: Browser, tmp_path: Path) -> None:
    with watching(chromium) as watch:
        page = opened(watch, draw("overview", "en", hostile=False), tmp_path)

        def counts() -> list[str]:
            return page.locator(".rt-legend-count").all_inner_texts()

        everything = counts()
        assert sorted(everything) == ["1", "1", "1"]
        page.click("label:has-text('Red village')")
        assert counts() == everything
        watch.tell("show", {"ids": ["museum"]})
        assert sorted(counts()) == ["0", "0", "1"]
        assert page.locator(".rt-none").count() == 2
        watch.tell("show", {"ids": None})
        assert counts() == everything
        assert page.locator(".rt-none").count() == 0


def test_the_legend_is_open_only_where_it_lies_beside_the_sites(
    service: Service, chromium: Browser, tmp_path: Path
) -> None:
    with watching(chromium) as watch:
        assert opened(watch, draw("overview", "zh"), tmp_path).is_visible(".rt-legend-list")
        watch.page.goto(service.url)
        watch.page.wait_for_selector(".rt-legend")
        assert not watch.page.is_visible(".rt-legend-list")


def test_on_paper_the_map_is_whole(service: Service, chromium: Browser) -> None:
    with watching(chromium) as watch:
        page = watch.page
        page.goto(f"{service.url}/plan?route=r2023-01&lang=en")
        page.wait_for_selector(".rt-icon")
        page.set_viewport_size({"width": 1280, "height": 800})
        screen = page.eval_on_selector(".rt-map", "map => [map.offsetWidth, map.offsetHeight]")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 between margins, at 96 dpi
        page.wait_for_timeout(200)
        size = "map => [map.offsetWidth, map.offsetHeight]"
        assert page.eval_on_selector(".rt-map", size) == screen
        frame = page.locator(".map-frame").bounding_box()
        assert frame is not None
        assert frame["width"] <= 718
        spots = middles(page, ".rt-icon .rt-badge-outline")
        assert len(spots) == 7
        right, bottom = frame["x"] + frame["width"], frame["y"] + frame["height"]
        assert all(frame["x"] < x < right and frame["y"] < y < bottom for x, y in spots)
