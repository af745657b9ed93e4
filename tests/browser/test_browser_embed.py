"""Our frames inside a page of another origin: they draw, and only they may be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from conftest import serious
from playwright.sync_api import expect
from test_browser_maps import serving
from test_browser_visitor import THREE

if TYPE_CHECKING:
    from conftest import Visit, Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HEAD = "<!doctype html><html lang=en><title>x</title><link rel=icon href=data:,><h1>School</h1>"
PLAN = f"/embed/plan?stops={THREE}&depart=2026-11-28T09:00"


@contextmanager
def hosted(visit: Visit, html: str) -> Iterator[Page]:
    """Open a page of another origin, on a server of its own, that holds `html`."""
    pages = {"/": (f"{HEAD}{html}".encode(), "text/html; charset=utf-8")}
    with serving(pages, "default-src *; style-src * 'unsafe-inline'; img-src data:") as address:
        visit.page.goto(address)
        yield visit.page


def test_a_school_shows_a_route_by_oembed_and_its_links_open_outside(visiting: Visiting) -> None:
    visit = visiting("en")
    with urlopen(f"{visit.url}/oembed?url={visit.url}/routes/hd-01?lang=en") as answer:  # noqa: S310
        html = json.load(answer)["html"]
    with hosted(visit, html) as page:
        inside = page.frame_locator("iframe")
        expect(inside.locator(".rt-icon").first).to_be_visible(timeout=15_000)
        expect(inside.get_by_role("heading", level=1)).to_be_visible()
        expect(inside.locator("header p")).to_contain_text("omposed")
        inside.get_by_text("As a list").click()
        with page.context.expect_page() as opened:
            inside.locator("details li a").first.click()
        expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
        assert "/sites/" in opened.value.url


@pytest.mark.parametrize("path", ["/embed/map?district=shinan", PLAN])
def test_a_map_and_a_tour_show_in_a_frame(visiting: Visiting, path: str) -> None:
    visit = visiting("zh", phone=True)
    frame = f'<iframe src="{visit.url}{path}" title="x" width=360 height=420></iframe>'
    with hosted(visit, frame) as page:
        inside = page.frame_locator("iframe")
        expect(inside.locator(".rt-icon, .rt-cluster").first).to_be_visible(timeout=15_000)
        box = inside.locator(".leaflet-container").bounding_box()
        assert box is not None
        assert box["height"] > 150


def test_no_other_page_shows_in_a_frame(visiting: Visiting) -> None:
    visit = visiting("en")
    with hosted(visit, f'<iframe src="{visit.url}/routes/hd-01" title="x"></iframe>') as page:
        page.wait_for_timeout(300)
        assert page.frame_locator("iframe").locator(".brand").count() == 0
        # The browser says in the console that it refused; that is what is wanted.
        assert any("frame-ancestors" in fault for fault in visit.faults)
        visit.faults.clear()


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
def test_axe_finds_nothing_serious_in_a_frame(visiting: Visiting, phone: bool, dark: bool) -> None:
    visit = visiting("en", phone=phone, color_scheme="dark" if dark else "light")
    for path in ("/embed/map", "/embed/routes/hd-01", PLAN):
        page = visit.open(path)
        page.wait_for_selector(".leaflet-container")
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
