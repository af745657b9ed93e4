"""A file of sites on its way through a real browser: columns, faults mended, applied, undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from conftest import serious, shot
from test_browser_staff import sign_in

from routes_data.loading import load_facts

Visiting = Callable[..., Any]
FAULTS = {3: ("phone", "电话待查"), 11: ("phone", "见官网"), 20: ("visit_min", "一小时")}
"""Row of the sheet: the column that is wrong, and what stands there."""
MENDED = {"phone": "0532-1", "visit_min": "60"}

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("staffed")]


def workbook() -> bytes:
    """Thirty rows as an office sends them: 29 sites, one new one, three wrong cells."""
    sites = load_facts().sites().index[:29]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编号", "名称", "电话", "经度", "纬度", "参观时长（分钟）"])
    for number, one in enumerate(sites, 100):
        sheet.append([one, None, f"0532-{number}", None, None, None])
    for row, (column, wrong) in FAULTS.items():
        sheet.cell(row, 3 if column == "phone" else 6, wrong)
    sheet.append([None, "海军博物馆新馆", "0532-9", 36.0563, 120.3287, None])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "phone"])
def test_a_workbook_of_thirty_rows_is_mended_applied_and_undone(
    visiting: Visiting, narrow: bool
) -> None:
    label = "phone" if narrow else "wide"
    visit = sign_in(visiting, "editor", "en" if narrow else "zh", phone=narrow)
    page = visit.open("/staff/import")
    shot(page, f"{label}-1-file")
    assert serious(page) == []
    file = {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    page.set_input_files('input[name="file"]', files=[file])  # type: ignore[list-item]
    page.click('.card button[type="submit"]')
    page.wait_for_selector('select[name="datum"]')
    assert page.locator("tbody select").count() == 6
    shot(page, f"{label}-2-columns")
    assert serious(page) == []
    page.select_option('select[name="datum"]', "gcj02")
    page.click('.site-form button[type="submit"]')
    page.wait_for_selector("[data-row]")
    assert page.locator("[data-row]").count() == len(FAULTS)
    shot(page, f"{label}-3-faulty")
    assert serious(page) == []
    for row, (column, _) in FAULTS.items():
        page.fill(f'input[name="cell.{row}.{column}"]', MENDED[column])
    page.click('button[type="submit"].btn-primary')
    page.wait_for_selector('select[name="row.31"]')
    shot(page, f"{label}-4-undecided")
    page.select_option('select[name="row.31"]', "new")
    page.click('button[type="submit"].btn-primary')
    page.wait_for_selector('input[name="reason"]')
    shot(page, f"{label}-5-new")
    page.fill('input[name="reason"]', "电话普查")
    page.click('form[action*="/apply"] button')
    page.wait_for_selector('button[value="undo"]')
    assert "/staff/import/sets/" in page.url
    assert page.locator('[data-field="phone"]').count() == 30
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
