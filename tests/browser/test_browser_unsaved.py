"""What is typed and not saved, in a real browser: a closed tab, no connection, an ended session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import serious, shot, until
from playwright.sync_api import Page
from staff_world import GOOD
from test_browser_staff import sign_in

from routes_data.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("staffed")]

Visiting = Callable[..., Any]
EDIT = "/staff/sites/jidong-committee-site"


def says(page: Page, words: str) -> None:
    until(page, f"document.querySelector('[data-unsaved-said]').textContent.includes('{words}')")


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "phone"])
def test_what_was_typed_survives(visiting: Visiting, staffed: Any, narrow: bool) -> None:
    lang, kept, off = ("en", "Kept", "No conn") if narrow else ("zh", "已自动保存", "网络不通")
    visit = sign_in(visiting, "editor", lang, phone=narrow)
    page = visit.open(EDIT)
    page.fill('input[name="phone"]', "0532-7")
    says(page, kept)
    page.close()
    page = visit.page = visit.context.new_page()
    visit.watch(page)
    visit.open(EDIT)
    assert page.input_value('input[name="phone"]') == "0532-7"
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"unsaved-{lang}")

    visit.context.set_offline(True)
    page.fill('input[name="ticket"]', "CNY 5")
    says(page, off)
    visit.context.set_offline(False)
    says(page, kept)

    store = Store.open(f"sqlite:///{staffed.data_dir / 'redtrails.db'}")
    store.accounts.sign_out_everywhere("editor", "test")
    page.fill('input[name="visit_min"]', "44")
    page.wait_for_selector("[data-unsaved-said] a")
    with visit.context.expect_page() as opened:
        page.click("[data-unsaved-said] a")
    window = opened.value
    window.fill('input[name="name"]', "editor")
    window.fill('input[name="password"]', GOOD)
    window.click('.staff form button[type="submit"]')
    window.wait_for_selector("#work")
    window.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    says(page, kept)
    (typed,) = store.unsaved.of("editor")
    store.close()
    assert [typed.fields[name][0] for name in ("phone", "ticket", "visit_min")] == [
        "0532-7",
        "CNY 5",
        "44",
    ]
    page.click(".unsaved-note button")
    page.wait_for_selector('[role="status"]')
    assert page.input_value('input[name="phone"]') != "0532-7"
    # What Chromium tells its console of a lost connection and an ended session.
    expected = ("ERR_INTERNET_DISCONNECTED", "401", "403")
    visit.faults[:] = [one for one in visit.faults if not any(part in one for part in expected)]
