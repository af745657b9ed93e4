"""The pin of the editor in a real browser: by mouse, by keys, by coordinates, by a photo."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from conftest import serious, shot, until
from PIL import Image
from playwright.sync_api import Page
from test_browser_staff import EDIT, sign_in

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("staffed")]

Visiting = Callable[..., Any]
PIN = ".rt-pin"


def place(page: Page) -> tuple[float, float]:
    """Where the form says the site lies: lon, lat."""
    lon, lat = page.input_value('input[name="position"]').split(",")
    return float(lon), float(lat)


def photo(datum: str | None = "WGS-84") -> bytes:
    """A photo as a telephone takes it, at 36.0601° N, 120.3301° E, 4.5 m sure."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 10:22:05"
    gps = {1: "N", 2: (36.0, 3.0, 36.36), 3: "E", 4: (120.0, 19.0, 48.36), 31: 4.5}
    exif.get_ifd(0x8825).update(gps | ({18: datum} if datum else {}))
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#885533").save(made, "JPEG", exif=exif)
    return made.getvalue()


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "phone"])
def test_a_pin_is_moved_and_its_circle_set(visiting: Visiting, narrow: bool) -> None:
    lang, label = ("en", "phone") if narrow else ("zh", "wide")
    visit = sign_in(visiting, "editor", lang, phone=narrow)
    page = visit.open(EDIT)
    page.wait_for_selector(PIN)
    start = place(page)
    page.locator(PIN).scroll_into_view_if_needed()
    box = page.locator(PIN).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 15, steps=5)
    page.mouse.up()
    dragged = place(page)
    assert dragged[0] > start[0]
    assert dragged[1] == pytest.approx(start[1], abs=1e-5)
    page.locator(PIN).focus()
    page.keyboard.press("ArrowUp")
    stepped = place(page)
    assert stepped[1] - dragged[1] == pytest.approx(5 / 111_320, abs=2e-6)
    page.keyboard.press("Shift+ArrowLeft")
    assert place(page)[0] < stepped[0]
    page.fill('input[name="accuracy_m"]', "150")
    page.locator(".rt-pin-edge").focus()
    page.keyboard.press("ArrowRight")
    assert page.input_value('input[name="accuracy_m"]') == "155"
    shot(page, f"pin-{label}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("[data-pin-back]")
    assert place(page) == start
    page.locator(".pin-map").click(position={"x": 120, "y": 200})
    assert place(page) != start


def test_pasted_coordinates_of_three_kinds_move_the_pin_and_are_kept(visiting: Visiting) -> None:
    page = sign_in(visiting, "editor").open(EDIT)
    page.wait_for_selector(PIN)
    spot = (120.3251, 36.0547)
    for datum, to in (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)):
        (lon,), (lat,) = to([spot[0]], [spot[1]])
        page.select_option('select[name="datum"]', datum)
        page.fill('input[name="position"]', f"{lat:.7f}，{lon:.7f}")
        until(page, "document.querySelector('[data-pin-said]').textContent.includes('120.3251')")
    page.locator(PIN).focus()
    page.keyboard.press("ArrowUp")
    assert page.input_value('select[name="datum"]') == "wgs84"
    assert place(page) == pytest.approx((spot[0], spot[1] + 5 / 111_320), abs=5e-6)
    page.fill('input[name="reason"]', "现场核对")
    page.click('button[value="submit"]')
    reviewer = sign_in(visiting, "reviewer")
    review = reviewer.open(f"{EDIT}/review")
    review.wait_for_selector(f"{PIN}, .rt-pin-was")
    assert "距原位置" in review.inner_text("[data-pin-said]")
    shot(review, "pin-review")
    assert serious(review) == []
    review.click('button[value="publish"]')
    assert "已发布" in review.locator('[role="status"]').first.inner_text()


def test_a_site_is_made_of_a_photo(visiting: Visiting) -> None:
    page = sign_in(visiting, "editor", "en").open("/staff/new-site")
    plain = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8 no position"}
    page.set_input_files("[data-photo]", files=[plain])  # type: ignore[list-item]
    until(page, "document.querySelector('[data-pin-said]').textContent.includes('no position')")
    for datum, words in ((None, "names no datum"), ("WGS-84", "its datum is WGS-84")):
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(datum)}
        page.set_input_files("[data-photo]", files=[file])  # type: ignore[list-item]
        until(page, f"document.querySelector('[data-pin-said]').textContent.includes('{words}')")
    assert place(page) == pytest.approx((120.3301, 36.0601), abs=1e-6)
    assert page.input_value('input[name="accuracy_m"]') == "5"
    assert "2026-11-03" in page.input_value('input[name="position_source"]')
    page.fill('input[name="name_zh"]', "照片里的旧址")
    page.select_option('select[name="district"]', "市南区")
    page.fill('input[name="address"]', "市南区某路9号")
    page.fill('.card > label input[name="reason"]', "on the spot")
    shot(page, "photo-new-site")
    assert serious(page) == []
    page.click(".site-form .btn-primary")
    page.wait_for_selector(PIN)
    assert page.url.split("?")[0].endswith("/staff/sites/zhao-pian-li-de-jiu-zhi")
    assert place(page) == pytest.approx((120.3301, 36.0601), abs=1e-6)
