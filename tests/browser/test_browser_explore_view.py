"""What the first page shows is in its address: back, forward, reload and a link bring it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import until
from playwright.sync_api import expect
from test_browser_visitor import MEMORIAL, query_of

if TYPE_CHECKING:
    from conftest import Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STANDS = """() => {
  const seen = [];
  for (const node of document.querySelectorAll(".leaflet-marker-icon")) {
    const { x, y } = node.getBoundingClientRect();
    seen.push(`${node.getAttribute("aria-label")} ${Math.round(x / 4)} ${Math.round(y / 4)}`);
  }
  return seen.sort();
}"""


def at_rest(page: Page) -> str:
    """Return the address once the map has stood still for as long as it waits, and a little."""
    before = ""
    while before != page.url:
        before = page.url
        page.wait_for_timeout(500)
    return before


def test_back_forward_and_reload_bring_filters_place_and_card_again(visiting: Visiting) -> None:
    page = visiting("en").open("/")
    page.wait_for_selector(".rt-cluster")
    # Nobody has moved the map: the address says nothing of it.
    assert "at" not in query_of(page)
    page.get_by_label("District").select_option("shinan")
    page.wait_for_url("**district=shinan**")
    first = at_rest(page)
    sites = page.locator("[data-site]").count()
    page.locator("[data-focus]").first.click()
    card = page.locator(".rt-popup-name").last  # the one before it may still be fading
    expect(card).to_be_visible()
    second = at_rest(page)
    assert query_of(page)["card"][0] == page.locator("[data-focus]").first.get_attribute(
        "data-focus"
    )
    assert len(query_of(page)["at"][0].split(",")) == 3
    stood, name = page.evaluate(STANDS), card.inner_text()
    page.locator("[data-focus]").nth(3).click()
    expect(card).not_to_have_text(name)
    third = at_rest(page)

    page.go_back()
    expect(card).to_have_text(name)
    assert at_rest(page) == second
    assert page.evaluate(STANDS) == stood
    page.go_back()
    expect(card).to_have_count(0)
    assert at_rest(page).startswith(first)
    assert page.locator("[data-site]").count() == sites
    page.go_forward()
    expect(card).to_have_text(name)
    page.go_forward()
    expect(card).not_to_have_text(name)
    assert at_rest(page) == third
    page.reload()
    expect(card).not_to_have_text(name)
    assert at_rest(page) == third


def test_a_link_shows_another_visitor_the_same_in_the_other_language(visiting: Visiting) -> None:
    page = visiting("zh").open(f"/?at=120.33000,36.07000,13&card={MEMORIAL}")
    card = page.locator(".rt-popup-name").last  # the one before it may still be fading
    expect(card).to_have_text("中共青岛党史纪念馆")
    assert query_of(page)["at"] == ["120.33000,36.07000,13"]
    page.get_by_role("link", name="English").click()
    expect(card).to_contain_text("Party History")
    assert query_of(page)["card"] == [MEMORIAL]
    page.keyboard.press("Escape")
    page.locator(".leaflet-popup-close-button").click()
    expect(card).to_have_count(0)
    until(page, "!location.search.includes('card=')")


def test_a_view_is_in_the_address_and_nonsense_is_passed_over(visiting: Visiting) -> None:
    page = visiting("en").open("/?view=heat")
    group = page.get_by_role("group", name="View of the map")
    heat = group.get_by_role("button", name="Heat")
    expect(heat).to_have_attribute("aria-pressed", "true")
    group.get_by_role("button", name="Districts").click()
    page.wait_for_url("**view=districts**")
    page.go_back()
    expect(heat).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(heat).to_have_attribute("aria-pressed", "true")
    other = visiting("en").open("/?at=here,there&card=<b>&view=none")
    other.wait_for_selector(".rt-cluster")
    expect(other.locator(".rt-popup-name")).to_have_count(0)
