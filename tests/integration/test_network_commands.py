"""`redtrails network` where something is wrong: one clear line, an exit code, the old network."""

from __future__ import annotations

import bz2
import errno
import gzip
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from network_worlds import DRAWN_OSM

from api.cli.app import run
from api.networks import street_folder
from geo.network.osm import fetching
from geo.network.storage import verify_network

Command = Callable[..., str]
SOURCES = {
    "town.osm": DRAWN_OSM.encode(),
    "town.osm.gz": gzip.compress(DRAWN_OSM.encode()),
    "half.osm": DRAWN_OSM.encode()[:500],
    "half.osm.gz": gzip.compress(DRAWN_OSM.encode())[:200],
    "half.osm.bz2": bz2.compress(DRAWN_OSM.encode())[:200],
    "half.osm.pbf": b"\x00\x00\x00\x0d\x0a\x09OSMHeader",
    "other.osm.pbf": b"%PDF-1.7 this is no map",
    "half.graphml": b"<graphml><graph>",
    "photo.jpg": b"\xff\xd8\xff",
    "motorway.osm": DRAWN_OSM.replace("residential", "motorway")
    .replace("tertiary", "motorway")
    .encode(),
    "stairs.osm": DRAWN_OSM.replace("residential", "steps").replace("tertiary", "steps").encode(),
    "sea.geojson": b'{"type":"FeatureCollection","features":[]}',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in SOURCES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def refused(
    service_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command that must fail, and return its one line."""
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def one(*arguments: object, code: int = 1) -> str:
        assert run(("network", *map(str, arguments))) == code
        told = capsys.readouterr()
        lines = [line for line in told.err.splitlines() if line.startswith("redtrails: ")]
        assert len(lines) == 1, told
        assert "Traceback" not in told.err + told.out
        return lines[0]

    return one


@pytest.fixture
def done(refused: Command) -> Callable[..., None]:
    """Run a command that must succeed."""
    del refused  # sets the environment up

    def one(*arguments: object) -> None:
        assert run(("network", *map(str, arguments))) == 0

    return one


@pytest.fixture
def old(folder: Path, done: Callable[..., None]) -> Iterator[Path]:
    """A network that must outlive every failure, byte for byte, with nothing left beside it."""
    place = folder / "nets" / "net"
    done("build", folder / "town.osm", "--output", place)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    yield place
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert [path.name for path in place.parent.iterdir()] == ["net"]
    verify_network(place)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.osm.pbf",), "missing.osm.pbf"),
        (("half.osm",), "half.osm"),
        (("half.osm.gz",), "half.osm.gz"),
        (("half.osm.bz2",), "half.osm.bz2"),
        (("half.osm.pbf",), "half.osm.pbf"),
        (("other.osm.pbf",), "other.osm.pbf"),
        (("half.graphml",), "half.graphml"),
        (("photo.jpg",), ".osm.pbf"),
        (("town.osm", "--bbox", "7,43,8,44"), "no roads"),
        (("town.osm", "--bbox", "8,44,7,43"), "west"),
        (("town.osm", "--bbox", "here"), "west"),
        (("town.osm", "--boundary", "missing.geojson"), "missing.geojson"),
        (("town.osm", "--boundary", "sea.geojson"), "sea.geojson"),
        (("town.osm", "--profiles", "walk,fly"), "coach"),
        (("town.osm", "--refresh"), "overpass"),
        (("motorway.osm", "--profiles", "drive,walk"), "walk"),
        (("motorway.osm", "--profiles", "cycle"), "cycle"),
        (("stairs.osm", "--profiles", "drive"), "drive"),
        (("stairs.osm", "--profiles", "walk,coach"), "coach"),
    ],
)
def test_a_source_that_cannot_be_used(
    folder: Path, old: Path, refused: Command, arguments: tuple[str, ...], words: str
) -> None:
    files = (folder / word if "." in word and "," not in word else word for word in arguments)
    assert words in refused("build", *files, "--output", old)


def test_a_network_that_misses_sites_is_not_served(
    folder: Path, service_data: Path, refused: Command
) -> None:
    line = refused("build", folder / "town.osm")
    assert "sites" in line
    assert "--output" in line
    assert not street_folder(service_data / "networks").exists()


@pytest.mark.enable_socket
def test_no_internet(old: Path, refused: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FIRST_PAUSE_S", 0.0)
    line = refused("build", "http://127.0.0.1:9/town.osm.pbf", "--output", old)
    assert "127.0.0.1:9" in line


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("call", ["numpy.save", "tempfile.mkdtemp", "pathlib.Path.write_text"])
def test_a_disk_that_refuses(
    folder: Path,
    old: Path,
    refused: Command,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "the disk refuses", "a file")

    with monkeypatch.context() as patched:
        patched.setattr(call, refuse)
        line = refused("build", folder / "town.osm.gz", "--output", old)
    assert str(old) in line


def test_a_full_disk(folder: Path, old: Path, refused: Command) -> None:
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        line = refused("build", folder / "town.osm", "--output", small / "net")
        assert "space" in line
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)
    assert old.exists()


def test_a_folder_that_is_none_of_ours(folder: Path, refused: Command) -> None:
    (folder / "papers").mkdir()
    (folder / "papers" / "letter.txt").write_text("keep me")
    assert "papers" in refused("build", folder / "town.osm", "--output", folder / "papers")
    assert "letter.txt" in refused(
        "build", folder / "town.osm", "--output", folder / "papers" / "letter.txt"
    )
    assert (folder / "papers" / "letter.txt").read_text() == "keep me"


def test_verify_names_what_is_wrong(folder: Path, old: Path, refused: Command) -> None:
    copy = folder / "copy"
    for name in sorted(path.name for path in old.iterdir()):
        shutil.copytree(old, copy)
        (copy / name).write_bytes((copy / name).read_bytes()[:-1] + b"\x07")
        assert name in refused("verify", copy)
        (copy / name).unlink()
        assert name in refused("verify", copy)
        shutil.rmtree(copy)
    assert "copy" in refused("verify", copy)
    assert "town.osm" in refused("verify", folder / "town.osm")


def test_diff_names_the_network_that_cannot_be_read(
    folder: Path, old: Path, refused: Command
) -> None:
    assert "nowhere" in refused("diff", old, folder / "nowhere")
    assert "nowhere" in refused("diff", folder / "nowhere", old)


def test_diff_tells_what_changes(
    folder: Path, old: Path, done: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    done("build", folder / "town.osm", "--output", folder / "walks", "--profiles", "walk")
    capsys.readouterr()
    done("diff", old, folder / "walks")
    out = capsys.readouterr().out
    assert "On foot: 0 pairs" in out
    assert "By car" not in out  # only what both networks have is compared
    done("diff", old, old, "--json")
    found = json.loads(capsys.readouterr().out)
    assert [one["mode"] for one in found] == ["walk", "cycle", "drive", "coach"]
    assert {one["median_time"] for one in found} == {None}  # no site is near this town


def test_info_and_verify_of_what_is_served(
    folder: Path,
    old: Path,
    done: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    service_data: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = folder / "data"
    shutil.copytree(service_data, data)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(data))
    shutil.copytree(old, street_folder(data / "networks"))
    done("verify")
    capsys.readouterr()
    done("info", "--json")
    out = capsys.readouterr().out
    assert json.loads(out)["fidelity"] == "street"
    array = street_folder(data / "networks") / "segments.length_m.npy"
    np.save(array, np.zeros(2))
    done("info", "--json")  # a damaged network is not served, and does not keep from serving
    assert json.loads(capsys.readouterr().out)["fidelity"] == "schematic"
