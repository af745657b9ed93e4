"""The pages as a visitor's browser meets them: a real Chromium on loopback.

First paint and first use are medians over first visits (an empty browser each time) with the
processor slowed fourfold, as a plain phone's is. Frames are counted at full speed while the mouse
drags the map about, once over the shipped sites and once over 5,000 made of them.
"""

from __future__ import annotations

import csv
import math
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from benchmarks.bench_service import Figure, Server, serving
from routes_data.loading import packaged_facts
from routes_data.store import Store

ROUNDS = 5
SLOWER = 4
MANY = 5000
SPREAD = 0.05
SEED = 1921
QUIET_MS = 2000
DRAG_S = 4.0
PATIENCE_MS = 120_000
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WATCH = """
window.busyUntil = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.busyUntil = one.startTime + one.duration;
}).observe({ type: "longtask", buffered: true });
"""
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const ready = Math.max(paint, page.domContentLoadedEventEnd, window.busyUntil);
  return [paint, ready, performance.now() - Math.max(ready, page.loadEventEnd)];
}"""
COUNT = """() => {
  window.frames = [];
  const next = (now) => { window.frames.push(now); window.counting = requestAnimationFrame(next); };
  window.counting = requestAnimationFrame(next);
}"""
COUNTED = "() => { cancelAnimationFrame(window.counting); return window.frames; }"


def launched(playwright: Playwright) -> Browser:
    """Return a headless Chromium: the one of `REDTRAILS_TEST_CHROMIUM`, of PATH, or Playwright's.

    Raises
    ------
    SystemExit
        There is none.
    """
    own = playwright.chromium.executable_path
    path = os.environ.get("REDTRAILS_TEST_CHROMIUM") or shutil.which("chromium") or own
    if not Path(path).exists():
        raise SystemExit("this benchmark needs Chromium: `playwright install chromium`")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def visiting(browser: Browser, size: dict[str, int]) -> Iterator[tuple[BrowserContext, Page]]:
    """Open a window of a browser that has seen nothing yet."""
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context, context.new_page()
    finally:
        context.close()


def first_visit(browser: Browser, url: str, size: dict[str, int]) -> tuple[float, float, int]:
    """Return milliseconds to the first paint, to first use, and the bytes that were sent.

    First use: all scripts have run and the last task above 50 ms is over; two seconds without
    another one follow.
    """
    with visiting(browser, size) as (context, page):
        session = context.new_cdp_session(page)
        received: list[int] = []
        session.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url)
        paint, ready, quiet = page.evaluate(TIMES)
        while quiet < QUIET_MS:
            page.wait_for_timeout(QUIET_MS - quiet)
            paint, ready, quiet = page.evaluate(TIMES)
        return paint, ready, round(sum(received))


def dragged(page: Page) -> list[float]:
    """Drag the map about in circles; return the moments of the frames meanwhile, in ms."""
    box = page.locator(".leaflet-container").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT)
    end, turn = time.monotonic() + DRAG_S, 0.0
    while time.monotonic() < end:
        turn += 0.08
        page.mouse.move(x + 160 * math.sin(turn), y + 160 * (1 - math.cos(turn)))
    frames: list[float] = page.evaluate(COUNTED)
    page.mouse.up()
    return frames


def rate(frames: list[float]) -> tuple[float, float]:
    """Return frames a second, and the time that 95 of 100 frames take at most, in ms."""
    gaps = [after - before for before, after in pairwise(frames)]
    return 1000 * len(gaps) / sum(gaps), statistics.quantiles(gaps, n=20)[18]


def visit_figures(browser: Browser, server: Server) -> Iterable[Figure]:
    """Measure first visits of the first page, on a desk and on a phone."""
    url = f"http://127.0.0.1:{server.port}/?lang=zh"
    for name, size in (("desk", WIDE), ("phone", PHONE)):
        visits = [first_visit(browser, url, size) for _ in range(ROUNDS)]
        paint, ready, sent = (statistics.median(column) for column in zip(*visits, strict=True))
        yield Figure(f"first visit, {name}: first paint, 4 × slower", f"{paint:.0f} ms", "800 ms")
        yield Figure(f"first visit, {name}: interactive, 4 × slower", f"{ready:.0f} ms", "1500 ms")
        yield Figure(f"first visit, {name}: transferred", f"{sent / 1000:.0f} kB", "350 kB")


def pan_figures(browser: Browser, server: Server, sites: int, aim: str) -> Iterable[Figure]:
    """Count frames while the map of the first page is dragged, from afar and from near."""
    for name, place in (("all of it", ""), ("old town", "&at=120.33,36.07,13")):
        with visiting(browser, WIDE) as (_, page):
            page.goto(f"http://127.0.0.1:{server.port}/?lang=zh{place}")
            page.wait_for_selector(".leaflet-marker-icon")
            fps, slow = rate(dragged(page))
        yield Figure(
            f"{sites} sites, {name}: dragged (95 of 100 frames ≤ {slow:.0f} ms)",
            f"{fps:.0f} fps",
            aim,
        )


def many(folder: Path) -> Path:
    """Write the shipped facts with sites made of the real ones, a few km off; return the folder."""
    with as_file(packaged_facts()) as shipped:
        facts = Path(shutil.copytree(shipped, folder / "facts"))
    with (facts / "sites.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rng = random.Random(SEED)  # noqa: S311 - a benchmark, and the same one each time
    made = []
    for number in range(MANY - len(rows)):
        row = dict(rows[number % len(rows)])
        row |= {"id": f"made-{number}", "name_zh": f"{row['name_zh']}{number}"}
        row["lon"] = f"{float(row['lon']) + rng.uniform(-SPREAD, SPREAD):.4f}"
        row["lat"] = f"{float(row['lat']) + rng.uniform(0, SPREAD):.4f}"
        made.append(row)
    with (facts / "sites.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows + made)
    return facts


def figures(browser: Browser, folder: Path) -> Iterable[Figure]:
    """Measure over the shipped sites, then over many."""
    with serving(folder / "few") as server:
        yield from visit_figures(browser, server)
        yield from pan_figures(browser, server, 89, "50 fps")
    (folder / "many").mkdir()
    store = f"sqlite:///{folder / 'many' / 'redtrails.db'}"
    Store.open(store, facts=many(folder)).close()
    with serving(folder / "many") as server:
        yield from pan_figures(browser, server, MANY, "30 fps")


def main() -> None:
    """Print what was measured beside its aim."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launched(playwright)
        for one in figures(browser, Path(folder)):
            aim = one.aim and f"aim {'≥' if one.aim.endswith('fps') else '≤'} {one.aim}"
            print(f"{one.what:<62}{one.value:>12}   {aim}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
