"""`redtrails network build overpass:…` as a person runs it, on real streets, and killed on the way.

The streets are those of a real extract, moved to where Qingdao is and stretched over several
districts; tags, ids and shapes are as they were.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from network_worlds import osm_files
from overpass_world import Server, World, half_a_document, moved, overpass_of, status, truncated

from api.cli.app import run
from geo.network.osm.files import read_osm_file
from geo.network.storage import read_document, verify_network

REDTRAILS = Path(sys.executable).with_name("redtrails")
WEST, SOUTH, ACROSS, UP = 120.15, 36.0, 0.45, 0.25
"""Where the streets are laid, in degrees: over five districts and the bay."""

BOX = "120.2,36.02,120.45,36.2"


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = [path for path in osm_files() if path.stat().st_size < 5_000_000]
    if not files:
        pytest.skip("no OpenStreetMap extracts on this machine (REDTRAILS_TEST_OSM)")
    roads = read_osm_file(files[0])
    spots = np.array(list(roads.places.values())) / 1e7
    corner, size = spots.min(axis=0), np.ptp(spots, axis=0)

    def move(lon: float, lat: float) -> tuple[float, float]:
        across, up = (np.array((lon, lat)) - corner) / size
        return WEST + across * ACROSS, SOUTH + up * UP

    return moved(files[0], tmp_path_factory.mktemp("osm") / "streets.osm.pbf", move)


@pytest.fixture(scope="module")
def world(streets: Path) -> World:
    return World(streets)


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with overpass_of(world) as running:
        yield running


class Command:
    """The command in a process of its own, over a data folder of its own."""

    def __init__(self, service_data: Path, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "REDTRAILS_DATA_DIR": str(folder / "data"),
            "REDTRAILS_DATABASE_URL": f"sqlite:///{service_data / 'redtrails.db'}",
            "LC_ALL": "C.UTF-8",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [REDTRAILS, "network", "build", *arguments],
            env=self._environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        with self.start(*arguments) as running:
            assert running.stderr is not None
            told = running.stderr.read()
        assert running.returncode == 0, told
        return told


@pytest.fixture
def command(service_data: Path, tmp_path: Path) -> Command:
    return Command(service_data, tmp_path)


def contents(folder: Path) -> dict[str, Any]:
    """Return every file of a bundle by its checksum, and what its manifest says of the data."""
    document = read_document(folder)
    told = ("bbox", "counts", "date", "length_km", "licence", "metric", "profiles")
    return {"files": document["files"], **{name: document[name] for name in told}}


@pytest.mark.enable_socket
def test_a_killed_download_goes_on_and_gives_the_network_of_the_file(
    command: Command, server: Server, streets: Path, tmp_path: Path
) -> None:
    now = {"Retry_After": "0"}
    server.failures = {
        2: status(429, **now),
        3: status(504, **now),
        6: status(503, **now),
        13: status(429, **now),
    }
    server.hold_at = 10
    ask = ("overpass:qingdao", "--bbox", BOX, "--overpass-url", server.url)
    with command.start(*ask, "--output", str(tmp_path / "net")) as running:
        assert server.held.wait(60)
        os.kill(running.pid, signal.SIGKILL)
    assert not (tmp_path / "net").exists()
    kept = list((tmp_path / "data" / "sources" / "overpass").glob("[!.]*.osm.pbf"))
    assert len(kept) == 3  # two queries a tile; of the ten, three failed and one was never answered

    told = command.run(*ask, "--output", str(tmp_path / "net"))
    assert "Wrote" in told
    answered = len(server.queries)
    assert len(set(server.queries)) == answered - 5  # only the five that failed are repeated
    command.run(str(streets), "--bbox", BOX, "--output", str(tmp_path / "file"))
    downloaded = contents(tmp_path / "net")
    assert downloaded == contents(tmp_path / "file")
    assert downloaded["date"] == "2026-11-01"
    assert verify_network(tmp_path / "net").modes == ("walk", "cycle", "drive", "coach")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_all_of_qingdao_killed_again_and_again_is_the_network_of_the_file(
    command: Command, server: Server, streets: Path, tmp_path: Path
) -> None:
    server.failures = {20: truncated, 21: half_a_document, 60: truncated}
    ask = ("overpass:qingdao", "--overpass-url", server.url, "--output", str(tmp_path / "net"))
    for seconds in (2.0, 3.1, 4.3, 5.2):
        with command.start(*ask) as running:
            time.sleep(seconds)
            os.kill(running.pid, signal.SIGKILL)
    command.run(*ask)
    command.run(str(streets), "--boundary", "qingdao", "--output", str(tmp_path / "file"))
    assert contents(tmp_path / "net") == contents(tmp_path / "file")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("overpass:atlantis",), "shinan"),
        (("overpass:1,2,3",), "west,south,east,north"),
        (("overpass:qingdao", "--bbox", "7.4,43.7,7.5,43.8"), "outside"),
        (("overpass:shinan", "--overpass-url", "http://127.0.0.1:9/api"), "127.0.0.1:9"),
    ],
)
def test_what_cannot_be_downloaded_is_one_line(
    service_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setattr("geo.network.osm.overpass.TRIES", 1)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    assert run(("network", "build", *arguments)) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines[-1].startswith("redtrails: ")
    assert words in lines[-1]
