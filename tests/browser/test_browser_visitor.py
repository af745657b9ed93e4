"""What visitors do, in a real browser, with the network cut to loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import serious
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MEMORIAL = "cpc-qingdao-memorial"
THREE = "jiaoji-railway-museum-qd,qingdao-guest-house,wen-yiduo-house"
PAGES = {
    "explore": "/",
    "explore narrowed": "/?q=dangshi&period=1919-1926",
    "explore empty": "/?q=zzzzzz",
    "site": f"/sites/{MEMORIAL}",
    "site with an area": "/sites/danshan-battle",
    "routes": "/routes",
    "official route": "/routes/r2023-01",
    "composed route": "/routes/hd-01",
    "plan empty": "/plan",
    "plan": "/plan?route=hd-01&depart=2026-11-28T09:00",
    "plan within limits": f"/plan?stops={THREE}&until=10:30&lunch=30&depart=2026-11-28T09:00",
    "unknown apart": "/?free=1&open_on=2026-11-28",
    "about": "/about",
    "events": "/events",
    "stories": "/stories",
}
STATES = ("explore narrowed", "explore empty", "site with an area", "official route")
"""What `test_browser_every_page.py` does not look at: pages in other states."""


def query_of(page: Page) -> dict[str, list[str]]:
    """Return the parameters of the page's address."""
    return parse_qs(urlsplit(page.url).query)


def test_a_visitor_searches_opens_a_route_plans_three_sites_and_changes_language(
    visiting: Visiting,
) -> None:
    page = visiting("zh").open("/")
    # Search: suggestions come while typing, the list and the map narrow on Enter.
    search = page.get_by_role("combobox", name="搜索地点")
    search.press_sequentially("党史")
    suggestions = page.get_by_role("listbox").get_by_role("option")
    expect(suggestions.first).to_contain_text("党史")
    search.press("Enter")
    expect(page.locator("[data-site]").first).to_contain_text("党史")
    assert query_of(page)["q"] == ["党史"]
    assert page.locator("[data-site]").count() < 89

    # A route: opened from the list of collections; nothing composed is called official.
    page.get_by_role("link", name="线路", exact=True).click()
    expect(page.get_by_text("官方公布 9 条；其中已收录 0 条；本项目编排 9 条")).to_be_visible()
    page.get_by_role("link", name="手绘地图①站前老街").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("手绘地图①站前老街")
    expect(page.locator(".prov-banner")).to_contain_text("不是官方公布的线路")

    # Three sites, added one by one, planned on foot.
    for site in THREE.split(","):
        page.goto(page.url.split("/routes")[0].split("/sites")[0] + f"/sites/{site}?lang=zh")
        page.locator(".buttons [data-add]").first.click()
    expect(page.locator("[data-tour-count]")).to_have_text("3")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="行程").click()
    expect(page.locator(".trail > .stop")).to_have_count(3)
    expect(page.locator(".trail")).to_contain_text("步行 ≈")
    expect(page.locator(".leaflet-container")).to_have_count(1)

    # The same plan in English: one click, the same stops.
    stops = query_of(page)["stops"]
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Timetable")).to_be_visible()
    assert query_of(page)["stops"] == stops
    expect(page.locator(".trail > .stop")).to_have_count(3)


@pytest.mark.parametrize(("lang", "phone"), [("zh", False), ("en", True)])
def test_axe_finds_nothing_serious(visiting: Visiting, lang: str, phone: bool) -> None:
    visit = visiting(lang, phone=phone)
    found = {name: serious(visit.open(PAGES[name])) for name in STATES}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("lang", "phone"), [("zh", True), ("en", True), ("en", False)])
def test_no_page_is_wider_than_its_window(visiting: Visiting, lang: str, phone: bool) -> None:
    visit = visiting(lang, phone=phone)
    wider = "document.documentElement.scrollWidth - innerWidth"
    over = {name: visit.open(path).evaluate(wider) for name, path in PAGES.items()}
    assert {name: pixels for name, pixels in over.items() if pixels > 0} == {}


def test_axe_finds_nothing_serious_in_the_dark(visiting: Visiting) -> None:
    visit = visiting("zh", color_scheme="dark")
    dark = ("explore", "site with an area", "official route", "plan")
    found = {name: serious(visit.open(PAGES[name])) for name in dark}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_an_unknown_site_says_so_in_the_language(visiting: Visiting) -> None:
    visit = visiting("en")
    page = visit.open("/sites/no-such-place")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    # The browser itself reports the 404; that is no fault of the page.
    assert [fault for fault in visit.faults if "404" not in fault] == []
    visit.faults.clear()
    assert serious(page) == []


def test_a_plan_is_made_without_any_script(visiting: Visiting) -> None:
    page = visiting("en", java_script_enabled=False).open("/plan")
    for site in THREE.split(","):
        page.locator(f"input[value={site}]").check()
    page.locator("#plan-form").get_by_label("Leave at").fill("2026-11-28T09:30")
    page.get_by_role("button", name="Plan it").click()
    expect(page.locator(".trail > .stop")).to_have_count(3)
    expect(page.locator(".sums")).to_contain_text("09:30")
    # And the list narrows with an ordinary form.
    page.get_by_role("link", name="Explore").first.click()
    page.get_by_label("Search sites").fill("dangshi")
    page.get_by_role("button", name="Search").click()
    assert 0 < page.locator("[data-site]").count() < 89
    expect(page.locator("[data-site]").first).to_contain_text("Party History")


def test_a_plan_is_reordered_and_taken_back_by_keyboard_alone(visiting: Visiting) -> None:
    page = visiting("en").open(f"/plan?stops={THREE}&order=given&depart=2026-11-28T09:00")
    before = page.locator(".trail h3").all_inner_texts()
    page.locator("[data-chosen] li").nth(0).get_by_role("button", name="later").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**order=given**")
    expect(page.locator(".trail h3").first).to_have_text(before[1])
    assert page.locator(".trail h3").all_inner_texts() == [before[1], before[0], before[2]]
    page.go_back()
    expect(page.locator(".trail h3").first).to_have_text(before[0])


def test_everything_on_the_map_is_reached_from_the_list(visiting: Visiting) -> None:
    page = visiting("zh").open("/")
    card = page.locator(f"[data-site={MEMORIAL}]")
    card.get_by_role("button", name="在地图上看").click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("中共青岛党史纪念馆")
    popup.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("中共青岛党史纪念馆")


def test_a_site_is_put_into_the_tour_from_the_list(visiting: Visiting) -> None:
    """The scripts of a page share one copy of `app.js`: a second one would take it out again."""
    page = visiting("en").open("/")
    page.locator("[data-add]").first.click()
    expect(page.locator("[data-tour-count]")).to_have_text("1")
