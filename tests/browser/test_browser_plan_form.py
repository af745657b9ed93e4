"""The form of a plan in a browser: where it starts, what a change means, dragging, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from test_browser_visitor import THREE, query_of

if TYPE_CHECKING:
    from conftest import Visiting

pytestmark = pytest.mark.browser

PLAN = f"/plan?stops={THREE}&order=given&depart=2026-11-28T09:00"
STATION = {"latitude": 36.066, "longitude": 120.32}


def test_a_start_is_where_one_is_found_by_name_or_clicked_on_the_map(visiting: Visiting) -> None:
    visit = visiting("en", permissions=["geolocation"], geolocation=STATION)
    page = visit.open(PLAN)
    page.get_by_role("button", name="Start from: my location").click()
    expect(page.locator("select[name=start]")).to_have_value("120.32,36.066")
    # What that would mean is told before the form is sent.
    expect(page.locator("[data-preview]")).to_contain_text("With these changes")
    expect(page.locator("[data-preview]")).to_contain_text("Opening hours are not known")
    page.get_by_label("Finish at: find a place or site").fill("dangshi")
    hit = page.locator("[data-where] ul button").first
    expect(hit).to_be_visible()
    hit.click()
    found = page.locator("select[name=end]").input_value()
    assert found.startswith("120.")
    page.get_by_role("button", name="Finish at: click on the map").click()
    page.locator(".leaflet-container").click(position={"x": 120, "y": 200})
    expect(page.locator("select[name=end]")).not_to_have_value(found)
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url("**start=120.32,36.066**")
    expect(page.locator(".trail > li")).to_have_count(5)


def test_a_stop_is_dragged_and_the_change_taken_back_with_the_tour(visiting: Visiting) -> None:
    page = visiting("en").open(PLAN)
    ids = THREE.split(",")
    rows = page.locator("[data-chosen] li")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 30, "y": 4})
    moved = [ids[2], ids[0], ids[1]]
    page.wait_for_url(f"**stops={','.join(moved)}**")
    assert page.evaluate("JSON.parse(localStorage['redtrails.tour'])") == moved
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**stops={THREE}**")
    expect(page.locator("[data-tour-count]")).to_have_text("3")
    assert page.evaluate("JSON.parse(localStorage['redtrails.tour'])") == ids
    assert query_of(page)["order"] == ["given"]


def test_a_tour_begins_on_the_map_of_the_empty_form(visiting: Visiting) -> None:
    page = visiting("en").open("/plan")
    page.locator(".leaflet-marker-icon.rt-icon").first.focus()
    page.keyboard.press("Enter")
    # By keyboard: the map may still move under a pointer, to make room for what was opened.
    page.locator(".leaflet-popup").get_by_role("button", name="Add to tour").press("Enter")
    expect(page.locator("[data-tour-count]")).to_have_text("1")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My tour").click()
    expect(page.locator("[data-chosen] li")).to_have_count(1)
    code = page.locator(".share details").filter(has_text="Open on a phone")
    code.locator("summary").click()
    expect(code.locator(".qr svg")).to_be_visible()
