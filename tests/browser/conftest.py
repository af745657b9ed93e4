"""A real service on loopback and a real Chromium, each once a session.

Every visit is watched: a request that leaves loopback, an error in the console, an uncaught
exception or a violation of the Content-Security-Policy fails the test it happened in.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Route,
    expect,
)
from staff_world import GOOD, PEOPLE

from api.main import create_app
from api.settings import Settings
from routes_data.store import Store

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OURS = {"127.0.0.1", "localhost"}
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


# What a page has to come to it may take its time for on a busy machine; only a failure waits.
expect.set_options(timeout=30_000)


class Service:
    """The application in a thread of its own, on a free port that it keeps when started again."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        # Bound and never listening: nobody else gets the port while the service is stopped.
        self._reserve = socket.socket()
        self._reserve.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._reserve.bind(("127.0.0.1", 0))
        self.port = int(self._reserve.getsockname()[1])
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen; returns once it answers."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", self.port))
        app = create_app(Settings(data_dir=self.data_dir))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        run = self._server.run
        self._thread = threading.Thread(target=lambda: run(sockets=[listener]), daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the service ended while starting"
            self._thread.join(0.02)

    def stop(self) -> None:
        """End it; its port stays reserved."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._server = self._thread = None

    def close(self) -> None:
        """End it for good."""
        self.stop()
        self._reserve.close()


SHOTS = os.environ.get("REDTRAILS_TEST_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """Keep a picture of a page for whoever asked for them."""
    if SHOTS:
        page.wait_for_timeout(500)  # maps and fading notes come to rest
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or critical on a page, one line a rule."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {[node['html'][:160] for node in rule['nodes']]}"
        f" {rule['nodes'][0]['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds; Playwright's own waiting asks in a way our policy forbids."""
    for _ in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {expression}")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with the shipped data, on loopback."""
    running = Service(tmp_path_factory.mktemp("service"))
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="session")
def staffed(service: Service) -> Service:
    """The service, with everybody of `PEOPLE`."""
    store = Store.open(f"sqlite:///{service.data_dir / 'redtrails.db'}")
    for one in PEOPLE:
        store.accounts.add(one, GOOD, "test")
    store.close()
    return service


def chromium_path(playwright: Playwright) -> str | None:
    """Return the Chromium to use, None where there is none."""
    own = playwright.chromium.executable_path
    return (
        os.environ.get("REDTRAILS_TEST_CHROMIUM")
        or shutil.which("chromium")
        or (own if Path(own).exists() else None)
    )


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium, or every test that wants one is skipped, which says how to get it."""
    path = chromium_path(playwright)
    if path is None:
        pytest.skip(
            "browser tests need Chromium: put `chromium` on PATH, name it in "
            "REDTRAILS_TEST_CHROMIUM, or run `playwright install chromium`"
        )
    browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
    yield browser
    browser.close()


@dataclass
class Visit:
    """A visitor's browser window, and everything that went wrong in it."""

    context: BrowserContext
    page: Page
    url: str
    lang: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of ours in the visitor's language."""
        joint = "&" if "?" in path else "?"
        self.page.goto(f"{self.url}{path}{joint}lang={self.lang}")
        return self.page

    def watch(self, page: Page) -> None:
        """Write down what goes wrong in a page."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))

    def guard(self, route: Route) -> None:
        """Let a request to loopback pass; refuse any other and write it down."""
        if urlsplit(route.request.url).hostname in OURS:
            route.continue_()
        else:
            self.faults.append(f"foreign request: {route.request.url}")
            route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(service: Service, chromium: Browser) -> Iterator[Visiting]:
    """Make visitors: `visiting("en", phone=True)`; at the end none may have met a fault."""
    visits: list[Visit] = []

    def make(lang: str = "zh", *, phone: bool = False, **options: object) -> Visit:
        context = chromium.new_context(viewport=PHONE if phone else WIDE, **options)
        context.set_default_timeout(60_000)
        visit = Visit(context, context.new_page(), service.url, lang)
        context.route("**/*", visit.guard)
        if options.get("java_script_enabled", True):
            context.add_init_script(WATCH_POLICY)
        visit.watch(visit.page)
        visits.append(visit)
        return visit

    yield make
    faults = [fault for visit in visits for fault in visit.faults]
    for visit in visits:
        visit.context.close()
    assert faults == []
