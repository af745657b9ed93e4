"""Five real trips made from the page in a browser, down to the PDF that a teacher prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page
from trips_world import TRIPS

pytestmark = pytest.mark.browser

CHOICES = {"transport", "langs", "paper", "order"}


def fill(page: Page, trip: dict[str, str]) -> None:
    """Type a trip into the form as a teacher would."""
    for details in page.locator(".trip details").all():
        if details.get_attribute("open") is None:
            details.locator("summary").first.click()
    for name, value in trip.items():
        if name == "stops":
            for stop in value.split(","):
                page.check(f'input[name="stops"][value="{stop}"]')
        elif name in CHOICES:
            page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()
        elif name == "wheelchair":
            page.check('input[name="wheelchair"]')
        elif page.locator(f'select[name="{name}"]').count():
            page.select_option(f'select[name="{name}"]', value)
        else:
            page.fill(f'[name="{name}"]', value)


@pytest.mark.parametrize("name", sorted(TRIPS))
@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_trip_is_made_from_the_page(
    visiting: Callable[..., Any], name: str, scripts: bool
) -> None:
    visit = visiting("zh", java_script_enabled=scripts)
    page = visit.open("/trip")
    fill(page, dict(TRIPS[name]))
    page.locator(".plan-form > .btn-primary").click()
    page.wait_for_selector(".times")
    wanted = TRIPS[name]["stops"].count(",") + 1
    shown = page.locator(".row-visit").count()
    assert 0 < shown <= wanted
    link = page.locator('a[href*="/pack.pdf"]').get_attribute("href")
    answer = page.request.get(visit.url + link)
    assert answer.ok
    pages = pypdf.PdfReader(io.BytesIO(answer.body())).pages
    assert len(pages) > 12
    if not scripts:
        return
    assert "title=&" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_school_is_clicked_on_the_map_without_a_script(visiting: Callable[..., Any]) -> None:
    page = visiting("en", java_script_enabled=False).open("/trip")
    for level in ("1", "2", "3"):
        page.locator(".picker-map").click(position={"x": 150, "y": 200})
        page.wait_for_url(f"**level={level}**")
    spot = page.input_value('[name="at"]')
    lon, lat = (float(part) for part in spot.split(","))
    assert 119 < lon < 121.5
    assert 35 < lat < 37.5


def test_the_pack_is_read_on_a_phone(visiting: Callable[..., Any]) -> None:
    query = "&".join(f"{key}={value}" for key, value in TRIPS["old-town"].items())
    page = visiting("zh", phone=True).open(f"/trip/pack?{query}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".pack-part").count() > 12
    page.goto(page.url.replace("/trip/pack", "/trip"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_and_the_pack_can_be_used_by_everybody(visiting: Callable[..., Any]) -> None:
    query = "&".join(f"{key}={value}" for key, value in TRIPS["old-town"].items())
    for path in ("/trip?", f"/trip?{query}", f"/trip/pack?{query}"):
        assert violations(visiting("zh").open(path)) == [], path


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_trip_is_kept_changed_and_deleted_from_the_page(
    visiting: Callable[..., Any], scripts: bool
) -> None:
    query = "&".join(f"{key}={value}" for key, value in TRIPS["old-town"].items())
    visit = visiting("zh", java_script_enabled=scripts)
    page = visit.open(f"/trip?{query}")
    page.click("#keep button")
    key = page.inner_text("#edit-key")
    assert key.count("-") == 6
    if scripts:
        assert violations(page) == []
    page.click(".kept .btn-primary")
    page.wait_for_selector(".times")
    address = page.url
    assert key not in page.content()
    if scripts:
        assert violations(page) == []

    page.click('a[href*="edit="]')
    page.fill('[name="pupils"]', "28")
    page.locator(".plan-form > .btn-primary").click()
    page.fill('#keep [name="key"]', "wrong")
    with page.expect_response("**/t/*") as refused:
        page.click("#keep button")
    assert refused.value.status == 403
    page.fill('#keep [name="key"]', key)
    page.click("#keep button")
    page.wait_for_url(address)
    assert "第 2 版" in page.inner_text(".kept-head")
    (told,) = visit.faults  # a browser tells every answer of 400 and more
    assert "403" in told
    visit.faults.clear()

    page.click("#remove summary")
    page.fill('#remove [name="key"]', key)
    page.check('#remove [name="sure"]')
    page.click("#remove button")
    assert "行程已删除" in page.inner_text("h1")
    gone = page.request.get(address)
    assert gone.status == 410


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what keeps somebody from using a page."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
