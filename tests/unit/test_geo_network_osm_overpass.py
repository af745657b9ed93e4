"""Downloading by tiles: what is asked, how patiently, and that nothing half is ever kept."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import osmnx
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from network_worlds import DRAWN_OSM
from overpass_world import (
    BUSY,
    FREE,
    Failure,
    Server,
    World,
    half_a_document,
    overpass_of,
    status,
    timed_out,
    truncated,
)

from geo.catalogue import Catalogue
from geo.errors import NetworkSourceError
from geo.network.osm import overpass
from geo.network.osm.area import with_waters
from geo.network.osm.elements import OTHER_KINDS
from geo.network.osm.files import read_osm_file
from geo.network.osm.overpass import TRIES, Overpass, roads_of
from geo.network.osm.tiles import cut_tiles, objects_in, write_tile

TOWN = shapely.box(120.2995, 36.0995, 120.3025, 36.1015)
HALVES = {"west": shapely.box(120.2995, 36.0995, 120.3010, 36.1015), "east": TOWN}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(DRAWN_OSM, encoding="utf-8")
    return path


@pytest.fixture
def server(town: Path) -> Iterator[Server]:
    with overpass_of(World(town)) as running:
        yield running


@given(
    st.lists(st.tuples(st.floats(119, 121), st.floats(35, 37)), min_size=3, max_size=8),
    st.floats(20, 5000),
)
def test_tiles_cover_an_area_and_do_not_overlap(
    corners: list[tuple[float, float]], largest_km2: float
) -> None:
    outline = shapely.MultiPoint(corners).buffer(0.05)
    tiles = cut_tiles({"area": outline}, largest_km2)
    together = shapely.union_all([tile.outline for tile in tiles])
    assert math.isclose(sum(tile.outline.area for tile in tiles), outline.area, rel_tol=1e-9)
    assert together.symmetric_difference(outline).area < 1e-12
    # A degree is at most 111.32 km wide and 110.6 high.
    assert all(tile.outline.area * 110.6 * 85 <= largest_km2 for tile in tiles)
    assert len({tile.file_name for tile in tiles}) == len(tiles)


def test_the_tiles_of_qingdao_are_of_its_districts_and_the_waters_between(
    qingdao: Catalogue,
) -> None:
    districts = qingdao.districts
    whole = with_waters(districts)
    bay_bridge, tunnel, lingshan = (120.26, 36.17), (120.28, 36.045), (120.16, 35.77)
    for lon, lat in (bay_bridge, tunnel, lingshan):
        assert not districts.intersects(shapely.Point(lon, lat)).any()
        assert whole.contains(shapely.Point(lon, lat))
    assert qingdao.sites.within(whole).all()
    tiles = cut_tiles(dict(zip(districts["key"], districts.geometry, strict=True)))
    assert {tile.name.rsplit("-", 1)[0] for tile in tiles} == set(districts["key"])


@pytest.mark.enable_socket
def test_every_kind_of_way_that_can_be_travelled_is_asked_for(
    server: Server, tmp_path: Path
) -> None:
    roads_of(HALVES, None, Overpass(server.url), tmp_path)
    asked = "".join(server.queries)
    assert 'way["highway"]' in asked
    assert "relation['type'='restriction']" in asked
    assert [kind for kind in OTHER_KINDS if "way['{}'='{}']".format(*kind) not in asked] == []


@pytest.mark.enable_socket
def test_what_was_downloaded_is_kept_and_used_again(
    server: Server, town: Path, tmp_path: Path
) -> None:
    before = {name: getattr(osmnx.settings, name) for name in dir(osmnx.settings)}
    told: list[tuple[int, int]] = []
    client = Overpass(server.url)
    for _ in range(2):
        found = roads_of(
            HALVES, None, client, tmp_path / "kept", progress=lambda *now: told.append(now)
        )
        assert found.ways == read_osm_file(town).ways
        assert found.date == "2026-11-01"
    assert len(server.queries) == 4  # two a tile, once
    assert told == [(0, 2), (1, 2), (2, 2), (2, 2)]
    assert {name: getattr(osmnx.settings, name) for name in dir(osmnx.settings)} == before


@pytest.mark.enable_socket
def test_a_refresh_asks_for_what_is_older_than_a_day_and_keeps_it_until_then(
    server: Server, tmp_path: Path
) -> None:
    roads_of(HALVES, None, Overpass(server.url), tmp_path)
    tiles = sorted(tmp_path.glob("*.osm.pbf"))
    kept = tiles[0].read_bytes()
    os.utime(tiles[0], (0, 0))
    server.failures = {5: status(400)}
    with pytest.raises(NetworkSourceError):
        roads_of(HALVES, None, Overpass(server.url, refresh=True), tmp_path)
    assert tiles[0].read_bytes() == kept
    roads_of(HALVES, None, Overpass(server.url, refresh=True), tmp_path)
    assert len(server.queries) == 4 + 1 + 2  # one refused, then two for the one old tile
    assert tiles[0].stat().st_mtime > 0


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("failure", "pause_s"),
    [
        (status(429, Retry_After="7"), 7),
        (status(429, Retry_After="Tue, 24 Nov 2026 00:00:00 GMT"), None),
        (status(429), overpass.FIRST_PAUSE_S),
        (status(504), overpass.FIRST_PAUSE_S),
        (status(503, Retry_After="soon"), overpass.FIRST_PAUSE_S),
        (truncated, overpass.FIRST_PAUSE_S),
        (half_a_document, overpass.FIRST_PAUSE_S),
        (timed_out, overpass.FIRST_PAUSE_S),
    ],
)
def test_a_server_that_cannot_answer_now_is_asked_again(
    server: Server, town: Path, tmp_path: Path, failure: Failure, pause_s: float | None
) -> None:
    server.failures = {1: failure, 3: failure}
    pauses: list[float] = []
    client = Overpass(server.url, sleep=pauses.append)
    found = roads_of({"town": TOWN}, None, client, tmp_path / "kept")
    assert found.ways == read_osm_file(town).ways
    if pause_s is not None:
        longer = pause_s if pause_s == 7 else 2 * pause_s
        assert pauses == [pause_s, longer]
    assert len(server.queries) == 4  # the answer that came whole is not asked for again


@pytest.mark.enable_socket
def test_a_slot_is_waited_for(server: Server, tmp_path: Path) -> None:
    server.statuses = [BUSY, FREE]
    pauses: list[float] = []
    Overpass(server.url, sleep=pauses.append).download(cut_tiles(HALVES), tmp_path)
    assert pauses == [7.0]


@pytest.mark.enable_socket
def test_after_enough_attempts_it_says_so_and_keeps_what_came(
    server: Server, tmp_path: Path
) -> None:
    tiles = cut_tiles(HALVES)
    pauses: list[float] = []
    server.failures = {number: status(504) for number in range(3, 3 + TRIES)}
    with pytest.raises(NetworkSourceError) as caught:
        Overpass(server.url, sleep=pauses.append).download(tiles, tmp_path)
    assert "504" in caught.value.message
    assert "1 of 2 tiles are kept" in caught.value.message
    assert pauses == [5, 10, 20, 40, 80, 160, 300]
    assert [objects_in(tmp_path / tile.file_name) for tile in tiles] == [6, None]
    Overpass(server.url).download(tiles, tmp_path)
    assert len(server.queries) == 2 + TRIES + 2


@pytest.mark.enable_socket
def test_a_refusal_is_not_asked_again(server: Server, tmp_path: Path) -> None:
    server.always = status(400)
    with pytest.raises(NetworkSourceError, match="400"):
        Overpass(server.url).download(cut_tiles(HALVES), tmp_path)
    assert len(server.queries) == 1


@pytest.mark.enable_socket
def test_a_damaged_tile_is_fetched_again(server: Server, tmp_path: Path) -> None:
    tiles = cut_tiles(HALVES)
    paths = Overpass(server.url).download(tiles, tmp_path)
    paths[0].write_bytes(paths[0].read_bytes()[:-40])
    assert Overpass(server.url).download(tiles, tmp_path) == paths
    assert objects_in(paths[0]) == 6
    assert len(server.queries) == 6


def test_a_tile_is_whole_or_absent(tmp_path: Path) -> None:
    node = {"type": "node", "id": 1, "lat": 36.1, "lon": 120.3}
    path = tmp_path / "tile.osm.pbf"
    for bad in ({"type": "node", "id": 2}, {"type": "way", "id": 3}, {"type": "street", "id": 1}):
        with pytest.raises(NetworkSourceError):
            write_tile([{"elements": [node, bad]}], path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="missing"):
        write_tile([{"elements": [node]}], tmp_path / "missing" / "tile.osm.pbf")


def test_an_outline_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkSourceError, match="outside"):
        roads_of(HALVES, shapely.box(0, 0, 1, 1), Overpass("http://127.0.0.1:9"), tmp_path)


def test_a_service_loads_nothing_that_downloads() -> None:
    program = (
        "import sys, api.main; "
        "print({'geo.network.osm.overpass', 'osmnx', 'osmium', 'geo.engines'} & {*sys.modules})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "set()"
