"""A visitor on a phone reports, staff answer and publish: in a real browser, with axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from additions_world import SITE, event, medium, publish, story
from conftest import serious
from test_browser_staff import assert_seen, sign_in

from routes_data.store import Store

pytestmark = pytest.mark.browser


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_visitor_reports_by_phone_and_reads_the_answer(
    staffed: Any, visiting: Callable[..., Any]
) -> None:
    store = Store.open(f"sqlite:///{staffed.data_dir / 'redtrails.db'}")
    publish(store.editor, "media", medium("phone-ship"))
    publish(store.editor, "events", event("phone-talk", 24, 26))
    publish(store.editor, "oral-histories", story("phone-story"))
    store.close()

    visitor = visiting("zh", phone=True, java_script_enabled=False)
    page = assert_seen(visitor, f"/sites/{SITE}", "phone-talk")
    page.click("#reviews summary")
    page.select_option('select[name="type"]', "rating")
    page.fill('textarea[name="text"]', "讲解员很耐心")
    page.click(".report-form button")
    assert "请选择 1 到 5 分" in page.inner_text('[role="alert"]')
    # The browser itself reports the refusal; that is no fault of the page.
    assert [fault for fault in visitor.faults if "422" not in fault] == []
    visitor.faults.clear()
    page.select_option('select[name="rating"]', "5")
    page.click(".report-form button")
    assert "已收到" in page.inner_text('[role="status"]')

    editor = sign_in(visiting, "editor", phone=True)
    queue = editor.open("/staff/reports")
    assert (serious(queue), fits(queue)) == ([], True)
    queue.click("tbody a")
    assert (serious(queue), fits(queue)) == ([], True)
    queue.fill('textarea[name="answer"]', "谢谢，欢迎再来")
    queue.click('form[action*="/answer"] button')
    reviewer = sign_in(visiting, "reviewer", phone=True).page
    reviewer.click('a[href^="/staff/reports"].tag')
    reviewer.click("tbody a")
    reviewer.click('button[value="publish"]')
    assert "已发布" in reviewer.inner_text('[role="status"]')
    stale = editor.open("/staff?list=stale")
    assert (serious(stale), fits(stale)) == ([], True)

    public = visiting("zh", phone=True)
    page = assert_seen(public, f"/sites/{SITE}", "谢谢，欢迎再来")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert (serious(page), fits(page)) == ([], True)
    for path in ("/stories", "/events", f"/sites/{SITE}/report"):
        page = public.open(path)
        assert (path, serious(page), fits(page)) == (path, [], True)
