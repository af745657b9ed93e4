"""A file of sites on its way through a real browser: columns, faults mended, applied, undone."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page
from test_browser_staff import serious, sign_in

Visiting = Callable[..., Any]
SITES = ("navy-museum", "jimo-ancient-city", "jidong-committee-site")
SHOTS = os.environ.get("REDTRAILS_TEST_SHOTS", "")


pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("staffed")]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编号", "名称", "电话", "经度", "纬度"])
    for number, one in enumerate(SITES):
        sheet.append([one, None, f"0532-{number}", None, None])
    sheet.cell(3, 3, "电话待查")
    sheet.append([None, "海军博物馆新馆", "0532-9", 36.0563, 120.3287])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever asked for them."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "phone"])
def test_a_workbook_is_mended_applied_and_undone(visiting: Visiting, narrow: bool) -> None:
    label = "phone" if narrow else "wide"
    visit = sign_in(visiting, "editor", "en" if narrow else "zh", phone=narrow)
    page = visit.open("/staff/import")
    shot(page, f"{label}-1-file")
    assert serious(page) == []
    file = {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    page.set_input_files('input[name="file"]', files=[file])  # type: ignore[list-item]
    page.click('.card button[type="submit"]')
    page.wait_for_selector('select[name="datum"]')
    assert page.locator("tbody select").count() == 5
    shot(page, f"{label}-2-columns")
    assert serious(page) == []
    page.select_option('select[name="datum"]', "gcj02")
    page.click('.site-form button[type="submit"]')
    page.wait_for_selector("[data-row]")
    assert page.locator("[data-row]").count() == 1
    shot(page, f"{label}-3-faulty")
    assert serious(page) == []
    page.fill('input[name="cell.3.phone"]', "0532-1")
    page.click('button[type="submit"].btn-primary')
    page.wait_for_selector('select[name="row.5"]')
    shot(page, f"{label}-4-undecided")
    page.select_option('select[name="row.5"]', "new")
    page.click('button[type="submit"].btn-primary')
    page.wait_for_selector('input[name="reason"]')
    shot(page, f"{label}-5-new")
    page.fill('input[name="reason"]', "电话普查")
    page.click('form[action*="/apply"] button')
    page.wait_for_selector('button[value="undo"]')
    assert "/staff/import/sets/" in page.url
    assert page.locator('[data-field="phone"]').count() == 4
    shot(page, f"{label}-6-set")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill('input[name="reason"]', "试一试")
    page.click('button[value="undo"]')
    page.wait_for_selector('[role="status"]')
    page.wait_for_selector('button[value="undo"]', state="detached")
    shot(page, f"{label}-7-undone")


def test_what_was_published_is_downloaded(visiting: Visiting) -> None:
    page = sign_in(visiting, "viewer").open("/staff/export")
    shot(page, "wide-8-export")
    assert serious(page) == []
    page.select_option('select[name="content"]', "public")
    with page.expect_download() as waiting:
        page.click('.card button[type="submit"]')
    assert waiting.value.suggested_filename == "red-trails-sites.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    assert book.worksheets[0].max_row == 90
