"""The passport: stamps by position and by code, kept in the browser and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Visit, Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHELL_KEPT = """async () => {
  const last = "/follow/passport?lang=en";
  while (!(await caches.match(last, { ignoreVary: true }))) {
    await new Promise((next) => setTimeout(next, 50));
  }
}"""

METRES_A_DEGREE = 111_195
PIN = "qingdao-guest-house"
AREA = "danshan-battle"
PASSPORT = "/follow/passport"


def walker(visiting: Visiting, lang: str = "en") -> Visit:
    """Return a visitor with a phone that tells its position."""
    return visiting(lang, phone=True, permissions=["geolocation"])


def stand(page: Page, site: str, *, north_m: float = 0.0, accuracy: float = 10) -> float:
    """Stand so far north of a site; return how far the site's own position is known, in metres."""
    slot = page.locator(f"[data-slot={site}]")
    lon, lat, known = (
        float(slot.get_attribute(f"data-{name}") or 0) for name in ("lon", "lat", "accuracy")
    )
    spot = {"longitude": lon, "latitude": lat + north_m / METRES_A_DEGREE, "accuracy": accuracy}
    page.context.set_geolocation(spot)
    page.get_by_role("button", name="I am here").click()
    return known


def stamped(page: Page) -> list[str]:
    """Return the sites that have a stamp on the page."""
    found = page.locator(".is-stamped")
    return [one.get_attribute("data-slot") or "" for one in found.all()]


def test_a_stamp_is_given_inside_what_is_known_of_a_site_and_refused_outside(
    visiting: Visiting,
) -> None:
    visit = walker(visiting)
    page = visit.open(PASSPORT)
    said = page.locator("[data-said]")
    known = stand(page, "may-fourth-square", north_m=-3000)
    expect(said).to_contain_text("No site to stamp here")
    assert stamped(page) == []
    # A position known to no better than 200 m says nothing.
    stand(page, "may-fourth-square", accuracy=250)
    expect(said).to_contain_text("known only to about")
    assert stamped(page) == []
    # On the edge of the two circles: 5 m inside, 5 m outside.
    for beyond, given in ((5, False), (-5, True)):
        page.evaluate("localStorage.removeItem('redtrails.stamps')")
        page.reload()
        stand(page, "may-fourth-square", north_m=-(known + 10 + beyond))
        expect(said).not_to_have_text("Finding your position …")
        offered = page.locator("[data-candidates] button").all_inner_texts()
        there = "may-fourth-square" in stamped(page) or any("May Fourth" in one for one in offered)
        assert there == given


def test_where_only_an_area_is_known_the_visitor_chooses_and_the_stamp_says_so(
    visiting: Visiting,
) -> None:
    page = walker(visiting).open(PASSPORT)
    name = page.locator(f"[data-slot={AREA}]").get_attribute("data-name") or ""
    stand(page, AREA, north_m=300)
    expect(page.locator("[data-said]")).to_contain_text("choose where you stand")
    assert stamped(page) == []
    page.locator("[data-candidates]").get_by_role("button", name=name).click()
    expect(page.locator(f"[data-slot={AREA}]")).to_have_class("stamp is-stamped")
    expect(page.locator(f"[data-slot={AREA}] [data-note]")).to_contain_text("within the area")
    expect(page.locator("[data-progress]").first).to_contain_text("1 of 89")
    page.reload()
    assert stamped(page) == [AREA]


def test_the_code_at_a_door_stamps_once_and_nothing_is_sent(visiting: Visiting) -> None:
    visit = walker(visiting, "zh")
    page = visit.open(f"/sites/{PIN}/code")
    link = page.locator(".door .meta").inner_text()
    assert urlsplit(link).path + "?" + urlsplit(link).query == f"{PASSPORT}?stamp={PIN}"
    page.goto(f"{link}&lang=zh")
    expect(page.locator("[data-said]")).to_contain_text("已盖章")
    page.evaluate(SHELL_KEPT)
    # From here on the page may ask for nothing at all.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert stamped(page) == [PIN]
    assert "stamp=" not in page.url
    page.context.set_geolocation({"longitude": 120.3, "latitude": 36.06, "accuracy": 10})
    page.get_by_role("button", name="我到了这里").click()
    expect(page.locator("[data-said]")).not_to_have_text("正在定位……")
    assert [url for url in asked if not url.startswith("blob:")] == []
    # Neither the stamp nor the position is in anything the browser sends later.
    page.reload()
    sent = [url for url in asked if "120.3" in url or "stamp" in urlsplit(url).query]
    assert sent == []
    assert page.context.cookies() == []
    visit.open(f"{PASSPORT}?stamp={PIN}")
    expect(page.locator("[data-said]")).to_contain_text("已经有章了")
    visit.open(f"{PASSPORT}?stamp=no-such-site")
    expect(page.locator("[data-said]")).to_contain_text("不属于任何一处")


def test_stamps_are_exported_imported_and_counted_by_collection(
    visiting: Visiting, tmp_path: Path
) -> None:
    page = walker(visiting).open(f"{PASSPORT}?stamp={PIN}")
    expect(page.locator(f"[data-slot={PIN}]")).to_have_class("stamp is-stamped")
    with page.expect_download() as wait:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "passport.json"
    wait.value.save_as(file)
    kept = json.loads(file.read_text("utf-8"))
    assert [one["site"] for one in kept["stamps"]] == [PIN]

    other = walker(visiting).open(PASSPORT)
    # A site that is in no catalogue any more, under a name that would like to be markup.
    gone = {**kept["stamps"][0], "site": "gone", "name_en": "<img src=x onerror=alert(1)>"}
    file.write_text(json.dumps({**kept, "stamps": [*kept["stamps"], gone]}), "utf-8")
    other.locator("[data-import]").set_input_files(file)
    expect(other.locator("[data-toast]")).to_have_text("2 new stamps imported")
    assert sorted(stamped(other)) == ["gone", PIN]
    expect(other.locator("[data-slot=gone]")).to_contain_text("<img src=x")
    other.locator("[data-import]").set_input_files(file)
    expect(other.locator("[data-toast]")).to_have_text("0 new stamps imported")
    for wrong in ("{", '{"what": "else"}', json.dumps({**kept, "stamps": [{"site": "x"}]})):
        file.write_text(wrong, "utf-8")
        other.locator("[data-import]").set_input_files(file)
        expect(other.locator("[data-toast]")).to_have_text(
            "This is not a file exported from a passport"
        )
        assert len(stamped(other)) == 2

    other.goto(other.url.replace(PASSPORT, "/routes"))
    told = other.locator("[data-progress]")
    assert any("1 of" in text for text in told.all_inner_texts())
    other.go_back()
    other.get_by_role("button", name="Delete all").click()
    other.get_by_role("dialog").get_by_role("button", name="Keep them").click()
    assert len(stamped(other)) == 2
    other.get_by_role("button", name="Delete all").click()
    other.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(other.locator(".is-stamped")).to_have_count(0)


def test_on_paper_the_passport_is_a_page_of_stamps(visiting: Visiting) -> None:
    page = walker(visiting).open(f"{PASSPORT}?stamp={PIN}")
    page.emulate_media(media="print")
    expect(page.locator(f"[data-slot={PIN}]")).to_be_visible()
    expect(page.locator(f"[data-slot={AREA}]")).to_be_hidden()
    expect(page.get_by_role("button", name="Export")).to_be_hidden()
