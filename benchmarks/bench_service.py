"""The service as its visitors meet it: a real server on loopback, measured from outside."""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

PLANS = 200
PAGES = 40
SITES = 8
SEED = 1921
START_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its aim."""

    what: str
    value: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, its port, and how long its first answer took."""

    process: subprocess.Popen[bytes]
    port: int
    first_answer_s: float

    def get(self, path: str, **headers: str) -> tuple[float, bytes]:
        """Return the milliseconds and the body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return timed(connection, path, headers)

    def resident_mb(self) -> float:
        """Return the resident memory of the process, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000  # type: ignore[index]


def timed(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str]
) -> tuple[float, bytes]:
    """Return the milliseconds and the body of one request."""
    begin = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    elapsed = (time.perf_counter() - begin) * 1000
    assert response.status == 200, (path, response.status, body[:200])
    return elapsed, body


@contextmanager
def serving(data_dir: Path) -> Iterator[Server]:
    """Start `redtrails serve` on a free port and wait for its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("redtrails"), "serve", "--port", str(port)],
        env=environment(data_dir),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process, port)
        yield Server(process, port, time.perf_counter() - begin)
    finally:
        process.terminate()
        process.wait(timeout=30)


def environment(data_dir: Path) -> dict[str, str]:
    """Return what the service is started with; Python keeps its compiled modules, as it does."""
    own = {"REDTRAILS_DATA_DIR": str(data_dir), "REDTRAILS_LOG_LEVEL": "error"}
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **own}


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Ask until the service says that it can plan."""
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            timed(connection, "/readyz", {})
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server did not start")


def plan_paths(server: Server) -> list[str]:
    """Return the addresses of plans of eight sites each, walks and drives in turn."""
    _, body = server.get("/api/collections/sites/items?district=shinan")
    walks = [feature["id"] for feature in json.loads(body)["features"]]
    _, body = server.get("/api/collections/sites/items")
    drives = [feature["id"] for feature in json.loads(body)["features"]]
    rng = random.Random(SEED)  # noqa: S311 - a benchmark, and the same one each time
    wishes = itertools.islice(itertools.cycle([("walk", walks), ("drive", drives)]), PLANS)
    return [
        "/api/itineraries?"
        + urlencode(
            {
                "stops": ",".join(rng.sample(pool, SITES)),
                "mode": mode,
                "order": "best",
                "depart": "2026-11-28T09:00",
            }
        )
        for mode, pool in wishes
    ]


def plan_figures(server: Server) -> list[Figure]:
    """Measure plans of eight sites over HTTP, one after the other on one connection."""
    paths = plan_paths(server)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    times = [timed(connection, path, {})[0] for path in paths]
    cuts = statistics.quantiles(times, n=20)
    return [
        Figure(
            f"plan of {SITES} sites over HTTP, p50", f"{statistics.median(times):.1f} ms", "60 ms"
        ),
        Figure(f"plan of {SITES} sites over HTTP, p95", f"{cuts[18]:.1f} ms"),
    ]


def page_figures(server: Server) -> list[Figure]:
    """Measure the overview page: its own bytes, those of its map, and the server's time."""
    first, body = server.get("/?lang=zh", **{"Accept-Encoding": "gzip"})
    times = [server.get("/?lang=zh", **{"Accept-Encoding": "gzip"})[0] for _ in range(PAGES)]
    sizes = {"page": len(body)}
    for url in linked(gzip.decompress(body).decode()):
        _, part = server.get(url, **{"Accept-Encoding": "gzip"})
        sizes[url] = len(part)
    return [
        Figure("overview page, gzipped", f"{sizes['page'] / 1000:.0f} kB", "400 kB"),
        Figure(
            f"overview page with its {len(sizes) - 1} scripts and styles, gzipped",
            f"{sum(sizes.values()) / 1000:.0f} kB",
            "400 kB",
        ),
        Figure("overview page, first time", f"{first:.0f} ms"),
        Figure("overview page, p50", f"{statistics.median(times):.1f} ms"),
    ]


def linked(page: str) -> list[str]:
    """Return the addresses of the scripts and styles of a page."""
    found = re.findall(r'<(?:script|link)[^>]* (?:src|href)="(/[^"]+)"', page)
    return [url.replace("&amp;", "&") for url in found if re.search(r"\.(js|css)\b", url)]


def main() -> None:
    """Print what was measured beside its aim."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        with serving(Path(folder)) as server:
            took = f"{server.first_answer_s:.2f} s"
            figures.append(Figure("first start of all, to first answer", took))
        with serving(Path(folder)) as server:
            took = f"{server.first_answer_s:.2f} s"
            figures.append(Figure("start to first answer", took, "3 s"))
            figures.append(Figure("resident memory, started", f"{server.resident_mb():.0f} MB"))
            figures += plan_figures(server) + page_figures(server)
            used = f"{server.resident_mb():.0f} MB"
            figures.append(Figure("resident memory, after all this", used, "350 MB"))
    for figure in figures:
        print(f"{figure.what:<62}{figure.value:>12}   {figure.aim and 'aim ≤ ' + figure.aim}")


if __name__ == "__main__":
    main()
