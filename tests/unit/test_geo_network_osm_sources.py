"""Every file form of the same roads, areas, and what is said of files that cannot be used."""

from __future__ import annotations

import bz2
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import osmnx
import pytest
from network_worlds import DRAWN_OSM as DRAWN

from geo.errors import BboxError, NetworkSourceError
from geo.network.osm import fetching
from geo.network.osm.area import box_outline, inside_outline, read_outline
from geo.network.osm.build import BuildOptions, build_network
from geo.network.osm.sources import read_file, read_source


@pytest.fixture
def osm(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(DRAWN, encoding="utf-8")
    return path


def test_packed_forms_hold_the_same(osm: Path) -> None:
    packed = {".gz": gzip.compress(osm.read_bytes()), ".bz2": bz2.compress(osm.read_bytes())}
    plain = read_file(osm)
    for suffix, data in packed.items():
        path = osm.with_name(osm.name + suffix)
        path.write_bytes(data)
        assert read_file(path) == plain
    assert len(plain.ways) == 2
    assert plain.date == "2026-11-01"


def test_an_osmnx_graphml_gives_the_same_streets(osm: Path, tmp_path: Path) -> None:
    network = build_network(read_file(osm), BuildOptions("drawn", "a file"))
    osmnx.save_graphml(network.graph("drive"), tmp_path / "town.graphml")
    again = build_network(read_file(tmp_path / "town.graphml"), BuildOptions("again", "a graph"))
    assert again.manifest.length_km == network.manifest.length_km
    for mode in ("walk", "drive"):
        assert len(again.profile(mode).arcs) == len(network.profile(mode).arcs)


def test_a_way_is_cut_where_it_leaves_the_area(osm: Path) -> None:
    extract = read_file(osm, inside_outline(box_outline((120.2999, 36.0, 120.3012, 36.2))))
    assert [len(way.nodes) for way in extract.ways] == [2]


@pytest.mark.parametrize("box", [(1, 0, 0, 1), (0, 0, 0, 1), (0, -91, 1, 1)])
def test_a_box_that_is_none_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(BboxError):
        box_outline(box)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("half.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader"),
        ("half.osm", DRAWN[:400].encode()),
        ("half.osm.gz", gzip.compress(DRAWN.encode())[:200]),
        ("other.osm", b"hello"),
        ("empty.osm", b'<osm version="0.6"></osm>'),
        ("other.graphml", b"<graphml/>"),
        ("half.graphml", b"<graphml><graph>"),
        ("photo.jpg", b""),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NetworkSourceError) as caught:
        read_file(tmp_path / name)
    assert name in caught.value.message
    with pytest.raises(NetworkSourceError):
        read_file(tmp_path / "missing.osm.pbf")


def test_a_boundary_without_an_area_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.geojson").write_text("nothing")
    with pytest.raises(NetworkSourceError):
        read_outline(tmp_path / "b.geojson")


class Breaking(http.server.BaseHTTPRequestHandler):
    """Answers 503, then breaks off half way, then sends the rest that was asked for."""

    asked: list[str | None]

    def do_GET(self) -> None:
        begin = self.headers.get("Range")
        self.asked.append(begin)
        data = DRAWN.encode()
        if self.path.startswith("/gone"):
            self.send_error(404)
        elif len(self.asked) == 1:
            self.send_error(503)
        elif begin is None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:300])
        else:
            rest = data[int(begin.removeprefix("bytes=").removesuffix("-")) :]
            self.send_response(206)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Breaking.asked = []
    with http.server.HTTPServer(("127.0.0.1", 0), Breaking) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.mark.enable_socket
def test_a_download_goes_on_where_it_broke_off(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "CHUNK", 100)
    pauses: list[float] = []
    path = fetching.fetch(f"{server}/town.osm", tmp_path / "cache", sleep=pauses.append)
    assert path.read_text(encoding="utf-8") == DRAWN
    assert pauses == [2.0, 4.0]
    asked = len(Breaking.asked)
    again = read_source(f"{server}/town.osm", lambda lon, lat: True, tmp_path / "cache")  # noqa: ARG005
    assert len(again.ways) == 2
    assert len(Breaking.asked) == asked  # kept from before


@pytest.mark.enable_socket
def test_a_wrong_address_is_refused_at_once(server: str, tmp_path: Path) -> None:
    with pytest.raises(NetworkSourceError, match="404"):
        fetching.fetch(f"{server}/gone.osm", tmp_path)
