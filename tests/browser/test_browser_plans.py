"""A day with limits, and a plan that is kept, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import serious
from playwright.sync_api import expect
from test_browser_visitor import THREE, query_of

if TYPE_CHECKING:
    from conftest import Visiting

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = THREE.split(",")
DAY = f"/plan?stops={THREE}&depart=2026-11-28T09:00"


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_day_is_limited_lengthened_and_kept(visiting: Visiting, scripts: bool) -> None:
    visit = visiting("en", phone=True, java_script_enabled=scripts)
    page = visit.open(DAY)
    page.get_by_text("More wishes").click()
    page.get_by_label("End by").fill("10:30")
    page.locator(f'[name="room.{THIRD}"]').check()
    page.get_by_role("button", name="Plan it").click()
    left_out = page.get_by_role("region", name="Left out")
    expect(left_out).to_be_visible()
    assert query_of(page)["until"] == ["10:30"]
    while left_out.count():
        left_out.get_by_role("link").last.click()
        page.wait_for_load_state()
    expect(page.locator(".trail > .stop")).to_have_count(3)

    page.get_by_role("button", name="Keep this plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A kept plan")
    assert urlsplit(page.url).path.startswith("/p/")
    expect(page.locator(".trail > .stop")).to_have_count(3)
    expect(page.get_by_role("region", name="What has changed since")).to_contain_text("Nothing")
    box = page.get_by_role("img", name="code").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    if scripts:
        assert serious(page) == []

    page.get_by_role("link", name="Change it").click()
    expect(page.locator(f'[name="room.{THIRD}"]')).to_be_checked()
    expect(page.get_by_label("End by")).not_to_have_value("")


def test_a_refusal_is_seen_first_on_a_phone_and_leads_on(visiting: Visiting) -> None:
    visit = visiting("zh", phone=True)
    page = visit.open(f"{DAY}&order=given&until=17:00")
    box = page.get_by_role("alert").bounding_box()
    assert box is not None
    assert box["y"] < page.locator("#plan-form").bounding_box()["y"]
    # The console says that the page was answered with 422.
    visit.faults.clear()
    assert serious(page) == []
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator(".trail > .stop")).to_have_count(3)


def test_an_optional_site_is_taken_out_with_its_button(visiting: Visiting) -> None:
    page = visiting("en").open(f"{DAY}&optional={THIRD}")
    item = page.locator(f"[data-chosen] [data-stop={THIRD}]")
    item.get_by_role("button", name="Take out").click()
    expect(item).to_have_count(0)
    (stops,) = query_of(page)["stops"]
    assert set(stops.split(",")) == {FIRST, SECOND}
    expect(page.locator("[data-chosen] li")).to_have_count(2)
    # Nothing is left of the limits: the order is the visitor's again.
    expect(page.get_by_role("radio", name="As listed")).to_have_count(1)
