"""What is reached within some times, the other ways of a leg and areas kept off, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import serious
from playwright.sync_api import expect
from test_browser_visitor import query_of

if TYPE_CHECKING:
    from conftest import Visiting

pytestmark = pytest.mark.browser

HERE, THERE = "liweinong-park", "navy-museum"
AREA = "120.3172,36.0605,150"


def test_what_is_reached_is_drawn_and_changed_by_the_form(visiting: Visiting) -> None:
    page = visiting("en").open(f"/reach?from={HERE}&mode=walk&minutes=15&minutes=30")
    bands = page.locator(".rt-reach")
    expect(bands).to_have_count(2)
    near, far = (bands.nth(at).bounding_box() for at in (0, 1))
    assert near is not None
    assert far is not None
    assert far["width"] > near["width"] > 0
    expect(page.locator(".reach-band")).to_have_count(2)
    assert serious(page) == []
    page.get_by_label("60 min", exact=True).check()
    page.get_by_role("button", name="Show it").click()
    expect(bands).to_have_count(3)
    assert query_of(page)["minutes"] == ["15", "30", "60"]


def test_other_ways_of_a_leg_are_drawn_where_they_are_listed(visiting: Visiting) -> None:
    plan = f"/plan?stops={HERE},{THERE}&order=given&mode=walk&depart=2026-11-28T09:00"
    page = visiting("en", phone=True).open(f"{plan}&avoid_areas={AREA}")
    expect(page.locator(".rt-avoided")).to_have_count(1)
    expect(page.locator(".rt-other-way")).to_have_count(0)
    page.locator("#leg-1").get_by_role("link", name="Show other ways").click()
    listed = page.locator(".leg-ways li")
    expect(listed.first).to_contain_text("%")
    expect(page.locator(".rt-other-way")).to_have_count(listed.count())
    assert page.locator("#leg-1").bounding_box()["y"] < page.viewport_size["height"]
    assert query_of(page)["ways"] == ["1"]
    assert query_of(page)["avoid_areas"] == [AREA]
    assert serious(page) == []
