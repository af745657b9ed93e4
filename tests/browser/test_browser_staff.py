"""Staff at work in a real browser: one edits, one reviews, two collide; phone and dark, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import serious
from staff_world import GOOD

from geo.models import TIME_ZONE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("staffed")]

Visiting = Callable[..., Any]
SITE = "navy-museum"
EDIT = f"/staff/sites/{SITE}"
ROUTE = "/staff/routes/r2023-01"
CLOSED = "police-hq-hubei-rd"
"""Closed by a test: no other test of this service plans it."""


def sign_in(visiting: Visiting, name: str, lang: str = "zh", **options: Any) -> Any:
    """Let somebody sign in by the form."""
    visit = visiting(lang, **options)
    page = visit.open("/staff")
    page.fill('input[name="name"]', name)
    page.fill('input[name="password"]', GOOD)
    page.click('.staff form button[type="submit"]')
    page.wait_for_selector("#work")
    return visit


def assert_seen(visit: Any, path: str, words: str, *, there: bool = True) -> Any:
    """Reload until words are there or gone: a publication takes a moment to reach every worker."""
    for _ in range(40):
        page = visit.open(path)
        if (words in page.content()) is there:
            return page
        visit.page.wait_for_timeout(250)
    raise AssertionError(f"{path} {'does not say' if there else 'still says'} {words}")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_one_edits_and_another_publishes(visiting: Visiting, scripts: bool) -> None:
    phone = "0532-82866784" if scripts else "0532-82866785"
    page = sign_in(visiting, "editor", java_script_enabled=scripts).open(EDIT)
    page.fill('input[name="phone"]', phone)
    page.fill('input[name="opening_hours"]', "Tu-Su 09:00-17:00")
    page.click('button[value="preview"]')
    assert page.locator(".hours-preview li").count() == 14
    page.fill('input[name="reason"]', "电话核实")
    page.click('button[value="submit"]')
    assert "已送审" in page.locator('[role="status"]').first.inner_text()
    reviewer = sign_in(visiting, "reviewer", java_script_enabled=scripts)
    review = reviewer.page
    review.click(f'a[href^="{EDIT}/review"]')
    assert review.locator('[data-field="phone"] .now').inner_text() == phone
    review.click('button[value="publish"]')
    assert "已发布" in review.locator('[role="status"]').first.inner_text()
    assert_seen(reviewer, f"/sites/{SITE}", phone)


def test_what_was_published_is_taken_back(visiting: Visiting) -> None:
    site = "/staff/sites/jimo-ancient-city"
    editor, reviewer = sign_in(visiting, "editor"), sign_in(visiting, "reviewer")
    page = editor.open(site)
    first = int(page.input_value('input[name="expected"]'))
    before = page.input_value('textarea[name="honours"]')
    page.fill('input[name="reason"]', "报纸")
    page.fill('textarea[name="honours"]', "误登的称号")
    page.click('button[value="submit"]')
    reviewer.open(f"{site}/review").click('button[value="publish"]')
    assert_seen(reviewer, "/sites/jimo-ancient-city", "误登的称号")
    history = editor.open(f"{site}/history")
    form = history.locator("form", has=history.locator(f'input[name="to"][value="{first}"]'))
    history.locator("details.more", has=form).locator("summary").click()
    form.locator('input[name="reason"]').fill("登错了")
    form.locator("button").click()
    history.wait_for_selector('button[value="submit"]')
    assert history.input_value('textarea[name="honours"]') == before
    history.fill('input[name="reason"]', "登错了")
    history.click('button[value="submit"]')
    reviewer.open(f"{site}/review").click('button[value="publish"]')
    assert_seen(reviewer, "/sites/jimo-ancient-city", "误登的称号", there=False)


def test_two_editors_collide_and_settle_it(visiting: Visiting) -> None:
    first, second = sign_in(visiting, "editor", "en"), sign_in(visiting, "shinan", "en")
    mine, theirs = first.open(EDIT), second.open(EDIT)
    for page, figure, reason in ((theirs, "61", "counted"), (mine, "62", "asked")):
        page.fill('input[name="visit_min"]', figure)
        page.fill('input[name="reason"]', reason)
        page.click('button[value="save"]')
    assert mine.locator(".side").count() == 2
    assert serious(mine) == []
    assert [one for one in first.faults if "409" not in one] == []
    first.faults.clear()  # Chromium tells the console of a 409
    mine.check('input[name="pick.visit_min"][value="theirs"]')
    mine.click("button.btn-primary")
    assert mine.input_value('input[name="visit_min"]') == "61"


@pytest.mark.parametrize(
    ("lang", "phone", "scheme"), [("zh", False, "light"), ("en", True, "dark")]
)
def test_axe_finds_nothing_serious_and_no_page_is_too_wide(
    visiting: Visiting, lang: str, phone: bool, scheme: str
) -> None:
    stranger = visiting(lang, phone=phone, color_scheme=scheme)
    assert serious(stranger.open("/staff/login")) == []
    visit = sign_in(visiting, "reviewer", lang, phone=phone, color_scheme=scheme)
    for path in (
        "/staff?list=position",
        "/staff/account",
        "/staff/new-site",
        EDIT,
        f"{EDIT}/history?before=1",
        f"{EDIT}/review",
        "/staff/closures",
        "/staff/closures/new",
        "/staff/routes",
        ROUTE,
    ):
        page = visit.open(path)
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_site_is_closed_next_week_and_plans_avoid_it(visiting: Visiting, scripts: bool) -> None:
    first = datetime.now(TIME_ZONE).date() + timedelta(days=7 if scripts else 14)
    editor = sign_in(visiting, "editor", java_script_enabled=scripts)
    page = editor.open("/staff/closures/new")
    page.select_option('select[name="site"]', CLOSED)
    page.fill('input[name="date_from"]', first.isoformat())
    page.fill('input[name="date_to"]', (first + timedelta(days=1)).isoformat())
    page.fill('input[name="reason_zh"]', "布展闭馆")
    page.fill('input[name="reason"]', "馆方电话")
    page.click('button[value="submit"]')
    assert "已送审" in page.locator('[role="status"]').first.inner_text()
    reviewer = sign_in(visiting, "reviewer", java_script_enabled=scripts)
    reviewer.open(f"/staff/closures/{CLOSED}-{first}/review").click('button[value="publish"]')
    asked = f"/plan?stops={CLOSED},redview-core&hours=keep&depart={first}T09:30"
    assert_seen(reviewer, asked, "布展闭馆")


def test_stops_of_a_route_are_moved_by_button_and_by_dragging(visiting: Visiting) -> None:
    page = sign_in(visiting, "editor", "en").open(ROUTE)
    rows = page.locator(".stop-row")

    def order() -> list[str]:
        return [rows.nth(at).locator("select").input_value() for at in range(rows.count() - 3)]

    was = order()
    rows.nth(1).get_by_label("Up").click()
    assert order() == [was[1], was[0], *was[2:]]
    rows.nth(0).locator(".grip").drag_to(rows.nth(2), target_position={"x": 20, "y": 40})
    moved = [was[0], was[2], was[1], *was[3:]]
    assert order() == moved
    page.fill('input[name="reason"]', "nearest first")
    page.click('button[value="save"]')
    page.wait_for_selector('[role="status"]')
    assert order() == moved
