"""Five real trips made from the page in a browser, down to the PDF that a teacher prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pypdf
import pytest
from conftest import until
from playwright.sync_api import Locator, Page, Request
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


SHORT = (
    *(("wide", name) for name in sorted(TRIPS)),
    *(("phone", "old-town"), ("phone", "pingdu-laixi"), ("no-script", "wheelchair")),
)
LONG = tuple((how, name) for how in ("phone", "no-script") for name in sorted(TRIPS))


@pytest.mark.parametrize(
    ("how", "name"),
    [*SHORT, *(pytest.param(*one, marks=pytest.mark.slow) for one in LONG if one not in SHORT)],
)
def test_a_trip_is_made_from_the_page_kept_and_printed(
    visiting: Callable[..., Any], name: str, how: str
) -> None:
    """Form, trip, kept trip with its key, pack as a page, PDF: as a teacher goes through them."""
    lang = "en" if name == "wheelchair" else "zh"
    visit = visiting(lang, phone=how == "phone", java_script_enabled=how != "no-script")
    page = visit.open("/trip")
    fits(page, how)
    fill(page, dict(TRIPS[name]))
    page.locator(".plan-form > .btn-primary").click()
    page.wait_for_selector(".times")
    fits(page, how)
    wanted = TRIPS[name]["stops"].count(",") + 1
    shown = page.locator(".row-visit").count()
    assert 0 < shown <= wanted
    classes = int(TRIPS[name].get("classes", "1"))
    assert page.locator(".tabs a").count() == (classes if classes > 1 else 0)
    if how != "no-script":
        assert "title=&" not in page.url

    page.click("#keep button")
    key = page.inner_text("#edit-key")
    assert key.count("-") == 6
    fits(page, how)
    page.click(".kept .btn-primary")
    page.wait_for_selector(".times")
    fits(page, how)
    kept = page.url
    assert page.locator(".row-visit").count() == shown

    page.click('.share a[href*="/pack?"]:not([href*="parts=coach"])')
    page.wait_for_selector(".pack-part")
    fits(page, how)
    assert page.locator(".pack-part").count() > 12
    page.goto(kept)
    file = download(page, page.locator('a[href*="/pack.pdf"]'), visit.url, how)
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    assert len(pages) > 12
    assert all(len(one.extract_text().split()) > 1 for one in pages)


def fits(page: Page, how: str) -> None:
    """Hold a page to the width of its screen, once its map has come to rest."""
    if how != "no-script":
        until(page, "document.documentElement.scrollWidth <= innerWidth")


def download(page: Page, link: Locator, url: str, how: str) -> bytes:
    """Return what a link gives: saved by the browser where it runs scripts."""
    if how == "no-script":
        answer = page.request.get(url + str(link.get_attribute("href")))
        assert answer.ok
        return answer.body()
    # Chromium shows a PDF in a viewer of its own or saves it, as it is set up: save it.
    link.evaluate("link => { link.download = ''; }")
    with page.expect_download() as saved:
        link.click()
    return Path(saved.value.path()).read_bytes()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_names_typed_into_the_roll_never_leave_the_browser(
    visiting: Callable[..., Any], phone: bool
) -> None:
    query = "&".join(f"{key}={value}" for key, value in TRIPS["old-town"].items())
    visit = visiting("zh", phone=phone)
    sent: list[str] = []
    visit.context.on("request", lambda request: sent.append(told_by(request)))
    page = visit.open(f"/trip/pack?{query}")
    assert sent
    page.locator(".roll-fill summary").click()
    names = ["王小红", "李明明", "Zhang Anna"]
    page.locator("[data-roll]").press_sequentially("\n".join(names))
    filled = page.locator("#roll .pack-table").nth(1).locator("tbody tr > td:nth-child(2)")
    assert filled.all_inner_texts()[:4] == [*names, ""]
    page.fill("[data-roll]", "\n".join(f"学生{n}" for n in range(1, 44)))
    assert "3" in page.inner_text("[data-roll-said]")
    page.emulate_media(media="print")
    assert page.locator("[data-roll]").is_hidden()
    page.emulate_media(media="screen")
    storage = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    page.reload()
    assert page.input_value("[data-roll]") == ""
    page.click("text=回到行程")
    page.wait_for_selector(".times")
    everything = unquote_plus("\n".join(sent)) + storage
    assert not any(name in everything for name in (*names, "学生1"))
    assert "四年级" in everything, "what is asked for is recorded, names or not"


def told_by(request: Request) -> str:
    """Return everything a request tells: address, headers, body."""
    return f"{request.url}\n{request.headers}\n{request.post_data or ''}"


def test_a_teacher_is_placed_by_where_the_browser_is(visiting: Callable[..., Any]) -> None:
    where = {"latitude": 36.0655, "longitude": 120.3292, "accuracy": 20}
    page = visiting("zh", geolocation=where, permissions=["geolocation"]).open("/trip")
    page.fill('[name="near"]', "青岛站")
    page.locator("#school details summary").click()
    page.click("[data-here]")
    until(page, "document.querySelector('[name=at]').value")
    assert page.input_value('[name="at"]') == "120.32920,36.06550"
    assert page.input_value('[name="near"]') == ""
    assert "20" in page.inner_text("[data-here-said]")


def test_without_a_position_the_other_ways_are_named(visiting: Callable[..., Any]) -> None:
    page = visiting("en").open("/trip")
    page.locator("#school details summary").click()
    page.click("[data-here]")
    until(page, "document.querySelector('[data-here-said]').textContent.includes('map')")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_faults_are_shown_at_their_fields_and_mended_there(
    visiting: Callable[..., Any], phone: bool
) -> None:
    visit = visiting("zh", phone=phone)
    page = visit.open("/trip")
    page.fill('[name="school"]', "青岛第一中学")
    page.fill('[name="near"]', "隐珠")
    page.fill('[name="pupils"]', "37")
    page.locator(".plan-form > .btn-primary").click()
    page.wait_for_selector(".faults")
    fits(page, "phone" if phone else "wide")
    assert page.locator(".faults li").count() == 2
    assert page.locator("#fault-near").is_visible()
    assert page.get_attribute('[name="near"]', "aria-describedby") == "fault-near"
    assert violations(page) == []
    # Two places are called so: each is offered, and what was typed is still there.
    page.click(".offers a:has-text('隐珠街道')")
    assert page.input_value('[name="school"]') == "青岛第一中学"
    assert page.input_value('[name="pupils"]') == "37"
    page.check('input[name="stops"][value="navy-museum"]')
    page.locator(".plan-form > .btn-primary").click()
    page.wait_for_selector(".times")
    assert "隐珠" in page.inner_text(".placed")
    told = [one for one in visit.faults if "status of 4" not in one]
    assert told == []
    visit.faults.clear()


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_a_sheet_is_looked_at_in_the_browser(
    visiting: Callable[..., Any], tmp_path: Path, scripts: bool
) -> None:
    file = tmp_path / "schools.csv"
    text = "学校,学校位置,日期,学段,景点\n一中,青岛站,2099/12/2,初中,海军博物馆\n"
    text += "二中,某地,2099/12/2,初中,海军博物馆\n"
    file.write_bytes(text.encode("gb18030"))
    page = visiting("zh", phone=True, java_script_enabled=scripts).open("/trip/sheet")
    page.set_input_files('[name="sheet"]', file)
    page.click(".sheet-form button")
    assert page.locator(".sheet-rows li").count() == 2
    if scripts:
        fits(page, "phone")
        assert violations(page) == []
    page.click(".sheet-rows a")
    page.wait_for_selector(".times")


def test_a_school_is_clicked_on_the_map_without_a_script(visiting: Callable[..., Any]) -> None:
    page = visiting("en", java_script_enabled=False).open("/trip")
    page.locator("#school details summary").click()
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
