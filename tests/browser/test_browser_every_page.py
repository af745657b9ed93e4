"""Every page of visitors over a catalogue of hostile texts: nothing runs, and all can be used.

The same walk looks for faults of accessibility, pages wider than their window, and movement where
a visitor asked for none. A new page must be named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from conftest import Service, serious
from fastapi.routing import APIRoute
from playwright.sync_api import expect
from rough_world import HOSTILE, ROUTE, SITE, STOPS, kept_plan, rough_facts, rough_store
from starlette.routing import compile_path

from api.web.pages import router

if TYPE_CHECKING:
    from conftest import Visit, Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PLAN = f"stops={STOPS}&depart=2027-04-10T09:00"
PAGES = (
    "/",
    "/?free=1&open_now=1",
    f"/sites/{SITE}",
    f"/sites/{SITE}/report",
    f"/sites/{SITE}/code",
    "/routes",
    f"/routes/{ROUTE}",
    "/plan",
    f"/plan?{PLAN}&until=10:30",
    "/p/{kept}",
    "/reach?site=wen-yiduo-house",
    "/follow/",
    f"/follow/tour?{PLAN}",
    "/follow/plan/{kept}",
    "/follow/passport",
    "/embed/map",
    f"/embed/routes/{ROUTE}",
    f"/embed/plan?{PLAN}",
    "/embed/p/{kept}",
    "/trip",
    "/trip/sheet",
    "/about",
    "/stories",
    "/events",
)
ELSEWHERE = {"/trip/pack", "/t/{trip_id}", "/t/{trip_id}/pack"}
"""What a field trip makes: `test_browser_trips.py` looks at it."""
NEWER = ("/events", "/stories", f"/sites/{SITE}/report", "/embed/map", "/follow/passport")
HARM = "document.querySelectorAll('img[src=x]').length + (window.hacked ?? 0)"
MOVES = """[...document.querySelectorAll("*")].filter((node) => {
  const { transitionDuration, animationDuration } = getComputedStyle(node);
  return [transitionDuration, animationDuration].some((one) => parseFloat(one) > 0.02);
}).map((node) => node.outerHTML.slice(0, 120))"""
REACHABLE = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled
    && node.type !== "hidden" && !node.closest("[inert], dialog:not([open])")
    && (node.type !== "radio" || node.checked) && node.tabIndex >= 0).length"""
AT = """(() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  window.reached ??= new Set();
  if (node.matches("a[href], button, input, select, textarea, summary")) window.reached.add(node);
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
  const shown = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none"
    || node.matches(".visually-hidden, [type=file]");
  return [window.reached.size, shown || node.matches("main") ? "" : node.outerHTML.slice(0, 160)];
})()"""


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """The service over hostile texts, and the id of a plan it keeps."""
    folder = tmp_path_factory.mktemp("rough")
    running = Service(folder / "data")
    running.data_dir.mkdir()
    rough_store(f"sqlite:///{running.data_dir / 'redtrails.db'}", rough_facts(folder / "facts"))
    running.start()
    yield running, kept_plan(running.url)
    running.close()


def page_routes(routes: list[object]) -> Iterator[APIRoute]:
    """Walk through routers to the routes that answer with a page for visitors."""
    for one in routes:
        if isinstance(one, APIRoute):
            made = str(one.endpoint.__annotations__.get("return"))
            named = one.endpoint.__name__ in {"report_page", "tour_page"}
            wanted = "GET" in one.methods and ("HTMLResponse" in made or named)
            if wanted and not one.path.startswith("/staff"):
                yield one
        elif (inner := getattr(one, "original_router", None)) is not None:
            yield from page_routes(inner.routes)


def test_every_page_of_visitors_is_looked_at_here() -> None:
    paths = {one.path for one in page_routes(list(router.routes))}
    assert len(paths) > 20
    found = {page.partition("?")[0] for page in PAGES}
    unseen = {path for path in paths if not any(compile_path(path)[0].match(p) for p in found)}
    assert unseen == ELSEWHERE


@pytest.mark.parametrize(("lang", "phone"), [("zh", False), ("en", True)])
def test_nothing_runs_nothing_is_too_wide_and_axe_finds_nothing_serious(
    visiting: Visiting, rough: tuple[Service, str], lang: str, phone: bool
) -> None:
    visit = at(rough, visiting(lang, phone=phone))
    found: dict[str, object] = {}
    for path in PAGES:
        page = visit.open(path.format(kept=rough[1]))
        harm = page.evaluate(HARM)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults = [*serious(page), *([f"{wider} px too wide"] if wider > 0 else [])]
        found[path] = [*faults, *(["it ran"] if harm else [])]
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_popups_of_every_map_hold_hostile_names_as_text(
    visiting: Visiting, rough: tuple[Service, str]
) -> None:
    visit = at(rough, visiting("en"))
    for path in ("/?card=navy-museum", f"/sites/{SITE}", f"/routes/{ROUTE}", f"/plan?{PLAN}"):
        page = visit.open(path)
        if "card=" not in path:
            page.locator(".leaflet-marker-icon[aria-label*='<img']").first.focus()
            page.keyboard.press("Enter")
        expect(page.locator(".rt-popup-name")).to_have_text(HOSTILE)
        assert page.evaluate("window.hacked") is None


def test_newer_pages_are_walked_by_keyboard_and_stand_still(
    visiting: Visiting, rough: tuple[Service, str]
) -> None:
    visit = at(rough, visiting("en", reduced_motion="reduce"))
    for path in NEWER:
        page = visit.open(path)
        assert page.evaluate(MOVES) == [], path
        assert walked(page, path) >= page.evaluate(REACHABLE), path


def walked(page: Page, path: str) -> int:
    """Press Tab to the end of a page; return how many controls it reached, each seen to be held."""
    reached = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        at_now = page.evaluate(AT)
        if at_now is None:
            return reached
        reached, unseen = at_now
        assert unseen == "", path
    raise AssertionError(f"no end of {path}")


def at(rough: tuple[Service, str], visit: Visit) -> Visit:
    """Return a visit that goes to the rough service."""
    visit.url = rough[0].url
    return visit
