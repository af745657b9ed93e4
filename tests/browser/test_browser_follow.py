"""A tour kept on a phone and followed with no service: after a restart, and under a new version."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ARGUMENTS, PHONE, WATCH_POLICY, Service, Visit, chromium_path, serious
from playwright.sync_api import Page, Playwright, expect
from test_browser_visitor import THREE

from api.web import static_files

if TYPE_CHECKING:
    from conftest import Visiting

pytestmark = pytest.mark.browser

TOUR = f"/follow/tour?stops={THREE}&order=given&depart=2026-11-28T09:00"
STORED = """async () => {
  let sum = 0;
  for (const name of await caches.keys()) {
    if (!name.startsWith("redtrails-tour:")) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      sum += (await (await cache.match(request, { ignoreVary: true })).blob()).size;
    }
  }
  return sum;
}"""
RENEWED = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/follow/");
  await registration.update();
  while (!registration.waiting) await new Promise((next) => setTimeout(next, 50));
  const wanted = await (await fetch("/follow/worker.js", { cache: "reload" })).text();
  return wanted.includes("another edition");
}"""
Phone = Callable[[], AbstractContextManager[Visit]]


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Service]:
    """A service that the test may stop and start again."""
    running = Service(tmp_path / "data")
    running.start()
    yield running
    running.close()


@pytest.fixture
def phone(playwright: Playwright, own_service: Service, tmp_path: Path) -> Phone:
    """A phone whose browser is closed and opened again, and keeps what it kept."""
    program = chromium_path(playwright)
    if program is None:
        pytest.skip("browser tests need Chromium")

    @contextmanager
    def opened() -> Iterator[Visit]:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=program,
            args=[*ARGUMENTS],
            viewport=PHONE,
            geolocation={"longitude": 120.0, "latitude": 36.0, "accuracy": 10},
            permissions=["geolocation"],
        )
        context.set_default_timeout(60_000)
        context.add_init_script(WATCH_POLICY)
        visit = Visit(context, context.pages[0], own_service.url, "en")
        visit.watch(visit.page)
        yield visit
        _settle(tmp_path / "profile", visit)
        context.close()
        assert visit.faults == []

    return opened


def _settle(profile: Path, visit: Visit) -> None:
    """Wait until the browser has written to its disk which caches there are (it takes its time)."""
    names = set(visit.page.evaluate("caches.keys()"))
    for _ in range(100):
        written = [file.read_bytes() for file in profile.glob("**/CacheStorage/*/index.txt")]
        if all(any(name.encode() in content for content in written) for name in names):
            return
        time.sleep(0.1)
    pytest.fail("the browser never wrote its list of caches")


def keep(page: Page) -> None:
    """Keep the tour of the page, and wait until it is."""
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.locator("[data-shelf] [data-bytes]")).to_contain_text("Kept")


def seen(page: Page) -> dict[str, object]:
    """Return everything a visitor needs of a tour's page."""
    page.wait_for_selector(".leaflet-container .rt-icon")
    return {
        "stops": page.locator("[data-stop] h3").all_inner_texts(),
        "times": page.locator(".stop-time").all_inner_texts(),
        "legs": page.locator("[data-stop] .leg-line").all_inner_texts(),
        "directions": page.locator("[data-stop] .leg-steps li").all_text_contents(),
        "sites": page.locator(".site-sheet dd").all_text_contents(),
        "badges": page.locator(".leaflet-container .rt-icon").count(),
        "ground": page.evaluate(INK),
        "styled": page.evaluate("getComputedStyle(document.querySelector('.now')).borderTopWidth"),
    }


INK = """() => {
  const canvas = document.querySelector(".leaflet-rtRoads-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
}"""


def test_a_kept_tour_is_followed_after_a_restart_with_the_service_stopped(
    phone: Phone, own_service: Service
) -> None:
    with phone() as visit:
        page = visit.open(f"/plan?stops={THREE}&order=given&depart=2026-11-28T09:00")
        page.get_by_role("link", name="Follow on this phone").click()
        keep(page)
        shown = page.locator("[data-shelf] [data-bytes]")
        assert int(shown.get_attribute("data-bytes") or 0) == page.evaluate(STORED) > 100_000
        online = seen(page)
        assert online["ground"]
        assert len(online["directions"]) > 3  # type: ignore[arg-type]
    own_service.stop()
    try:
        with phone() as visit:
            page = visit.open("/follow/")
            row = page.locator(".kept-tour")
            assert int(row.locator("[data-bytes]").get_attribute("data-bytes") or 0) == (
                page.evaluate(STORED)
            )
            row.get_by_role("link").click()
            assert seen(page) == online
            _follow(page)
            # The other language is kept, too; what is not kept leads to what is.
            page.get_by_role("link", name="中文").click()
            expect(page.get_by_role("button", name="我到了这里")).to_be_visible()
            visit.open(TOUR.replace("09:00", "10:00"))
            expect(page.locator("[data-missing]")).to_be_visible()
            page.get_by_role("button", name="Remove from phone").click()
            expect(page.locator("[data-state]")).to_have_text("No tour is kept yet.")
            assert page.evaluate(STORED) == 0
    finally:
        own_service.start()


def _follow(page: Page) -> None:
    """Go from the first stop to the last: by hand, by position, and back."""
    names = page.locator("[data-stop] h3").all_inner_texts()
    here, following = page.locator("[data-here]"), page.locator("[data-next]")
    expect(here).to_have_text("Not started yet")
    page.get_by_role("button", name=f"I have reached {names[0]}").click()
    expect(here).to_have_text(f"At: {names[0]}")
    expect(following).to_have_text(f"Next: {names[1]}")
    expect(page.locator("[data-now] .leg-steps li").first).to_be_visible()
    _stand(page, 1)
    expect(page.locator("[data-said]")).to_contain_text(f"You are at {names[1]}. A stamp is in")
    expect(page.locator("[data-distance]")).to_contain_text(names[2])
    expect(page.locator(".rt-here")).to_have_count(1)
    page.reload()
    expect(here).to_have_text(f"At: {names[1]}")
    page.get_by_role("button", name="I have reached").click()
    expect(following).to_have_text("This is the last stop.")
    page.get_by_role("button", name="Back one stop").click()
    expect(here).to_have_text(f"At: {names[1]}")


def _stand(page: Page, index: int, north_m: float = 0.0) -> None:
    """Stand at a stop of the page, or so many metres north of it, and say so."""
    stop = page.locator("[data-stop]").nth(index)
    lon, lat = (float(stop.get_attribute(f"data-{name}") or 0) for name in ("lon", "lat"))
    lat += north_m / 111_195
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 10})
    page.get_by_role("button", name="I am here").click()


def test_a_new_version_leaves_a_kept_tour_as_it_was(
    phone: Phone, own_service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with phone() as visit:
        keep(visit.open(TOUR))
        was = seen(visit.page)
    own_service.stop()
    # Another edition: its scripts do not know our tours' pages, its worker is another file.
    newer = tmp_path / "newer"
    shutil.copytree(static_files.static_folder(), newer)
    (newer / "follow.js").write_text('document.body.dataset.edition = "newer";')
    (newer / "phone.css").write_text(".now { border-width: 9px; }")
    worker = newer / "worker.js"
    worker.write_text(worker.read_text("utf-8") + "\n// another edition\n", "utf-8")
    monkeypatch.setattr(static_files, "static_folder", lambda: newer)
    monkeypatch.setattr("api.web.pages.phone.static_folder", lambda: newer)
    files = sys.modules["api.routers.files"]  # the package gives this name to its router
    monkeypatch.setattr(files, "static_folder", lambda: newer)
    static_files.static_edition.cache_clear()
    try:
        own_service.start()
        with phone() as visit:
            page = visit.open("/follow/")
            assert page.evaluate(RENEWED)
            page.locator(".kept-tour a").click()
            assert seen(page) == was
            assert page.evaluate("document.body.dataset.edition ?? 'older'") == "older"
            # A tour that is not kept comes in the new edition.
            visit.open(TOUR.replace("09:00", "10:00"))
            expect(page.locator("[data-edition=newer]")).to_have_count(1)
        own_service.stop()
        with phone() as visit:
            visit.open("/follow/").locator(".kept-tour a").click()
            assert seen(visit.page) == was
            _follow(visit.page)
    finally:
        monkeypatch.undo()
        static_files.static_edition.cache_clear()


@pytest.mark.parametrize(("lang", "dark"), [("zh", True), ("en", False)])
def test_axe_finds_nothing_serious_on_the_pages_of_a_phone(
    visiting: Visiting, lang: str, dark: bool
) -> None:
    visit = visiting(lang, phone=dark, color_scheme="dark" if dark else "light")
    found = {}
    for path in ("/follow/", TOUR, "/follow/passport", "/sites/qingdao-guest-house/code"):
        page = visit.open(path)
        found[path] = serious(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_tour_is_read_without_any_script(visiting: Visiting) -> None:
    page = visiting("en", java_script_enabled=False).open(TOUR)
    expect(page.locator("[data-stop]")).to_have_count(3)
    page.locator(".site-sheet summary").first.click()
    expect(page.locator(".site-sheet .facts").first).to_be_visible()
    expect(page.locator("[data-now]")).to_be_hidden()


def test_far_from_every_stop_nothing_is_reached(visiting: Visiting) -> None:
    visit = visiting("en", phone=True, permissions=["geolocation"])
    page = visit.open(TOUR)
    accuracy = float(page.locator("[data-stop]").nth(0).get_attribute("data-accuracy") or 0)
    _stand(page, 0, north_m=accuracy + 3000)
    expect(page.locator("[data-said]")).to_contain_text("in a straight line")
    expect(page.locator("[data-here]")).to_have_text("Not started yet")
    assert page.evaluate("localStorage.getItem('redtrails.stamps')") is None
