"""A plan over several days, from the empty form to its files, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gpxpy
import icalendar
import pytest
from conftest import serious
from playwright.sync_api import expect
from test_browser_visitor import THREE, query_of

from maps.style import DAY_COLOURS

if TYPE_CHECKING:
    from conftest import Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DATES = ("2026-11-28", "2026-11-30")
LODGING = "120.312,36.0645"


def downloaded(page: Page, name: str) -> bytes:
    """Return the file behind a button of the page."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()


def ask_for_two_days(page: Page) -> None:
    """Fill in the form: two days that are not neighbours, other hours each, a lodging."""
    page.get_by_label("How many days").select_option("2")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_label("Date of day 2").fill(DATES[1])
    page.get_by_label("Day 1 ends by").fill("11:00")
    page.get_by_label("Day 2 begins").fill("09:30")
    page.get_by_label("Night after day 1").select_option(LODGING)
    page.get_by_role("button", name="Plan it").click()


def assert_two_days(page: Page) -> int:
    """Hold a page to two days; return how many stops it has."""
    days = page.locator(".day-name")
    expect(days).to_have_count(2)
    expect(days.nth(0)).to_contain_text("Day 1 · Saturday, 28 November 2026")
    expect(days.nth(1)).to_contain_text("Day 2 · Monday, 30 November 2026")
    trails = page.locator(".trail")
    expect(trails).to_have_count(2)
    # A night is where the first day ends and the second begins.
    expect(trails.nth(0).locator(".stop").last).to_contain_text("Lodging")
    expect(trails.nth(1).locator(".stop").first).to_contain_text("Lodging")
    for colour in DAY_COLOURS[:2]:
        expect(page.locator(f'.map path[stroke="{colour}" i]').first).to_be_attached()
    assert page.locator(f'.map path[stroke="{DAY_COLOURS[2]}" i]').count() == 0
    # Nothing of the plan is wider than the window.
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((one) =>
            one.getBoundingClientRect().width > 0
            && one.getBoundingClientRect().right > innerWidth && !one.closest(".map"))
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    assert serious(page) == []
    return page.locator(".trail > .stop").count()


@pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
def test_two_days_with_a_lodging_are_asked_for_seen_kept_and_taken_along(
    visiting: Visiting, phone: bool
) -> None:
    page = visiting("en", phone=phone).open(f"/plan?stops={THREE}&depart={DATES[0]}T09:00")
    ask_for_two_days(page)
    asked = query_of(page)
    assert asked["night.1"] == [LODGING]
    stops = assert_two_days(page)

    page.get_by_role("button", name="Keep this plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A kept plan")
    assert urlsplit(page.url).path.startswith("/p/")
    assert assert_two_days(page) == stops

    calendar: Any = icalendar.Calendar.from_ical(downloaded(page, "Calendar (ICS)"))
    events = calendar.walk("VEVENT")
    assert len(events) == stops
    assert {f"{event['dtstart'].dt.date()}" for event in events} == set(DATES)
    gpx = gpxpy.parse(downloaded(page, "GPX track").decode())
    assert len(gpx.routes) == 2
    for route, date in zip(gpx.routes, DATES, strict=True):
        assert date in f"{route.name} {route.description}"
    assert sum(len(route.points) for route in gpx.routes) == stops
