"""The basemap of our own: every tile holds what is there, read by GDAL and not by us."""

from __future__ import annotations

import gzip
import math
import sqlite3
from pathlib import Path

import maps_world as world
import pyogrio
import pytest
from shapely.geometry import Point

from maps.basemap import MAX_ZOOM, Basemap, build_basemap
from maps.basemap.build import BANDS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("basemap") / "basemap.mbtiles"
    count = build_basemap(world.districts(), world.roads(), path, source="tiny 2026-11")
    with sqlite3.connect(path) as store:
        assert store.execute("select count(*) from tiles").fetchone() == (count,)
    store.close()
    return path


@pytest.fixture
def basemap(built: Path) -> Basemap:
    found = Basemap.find(built)
    assert found is not None
    return found


def address(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """Return the tile over a position (OSM wiki, Slippy map tilenames)."""
    many = 1 << zoom
    x = (lon + 180) / 360 * many
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * many
    return zoom, int(x), int(y)


def features(basemap: Basemap, lon: float, lat: float, zoom: int, folder: Path) -> object:
    at = address(lon, lat, zoom)
    tile = basemap.tile(*at)
    assert tile is not None
    file = folder / f"{at[2]}.mvt"
    file.write_bytes(gzip.decompress(tile))
    options = dict(zip(("Z", "X", "Y"), map(str, at), strict=True))
    return pyogrio.read_dataframe(file, layer="red", **options).set_crs(3857, allow_override=True)


def test_the_bands_cover_every_zoom_once() -> None:
    zooms = [zoom for band in BANDS for zoom in range(band.first, band.last + 1)]
    assert zooms == list(range(BANDS[0].first, MAX_ZOOM + 1))


def test_a_deep_tile_holds_the_roads_that_run_there(basemap: Basemap, tmp_path: Path) -> None:
    found = features(basemap, 120.305, 36.05, 14, tmp_path)
    roads = found[found["kind"] == "road"]  # type: ignore[index]
    assert set(roads["en"]) >= {"Walking Street"}
    street = roads[roads["en"] == "Walking Street"].to_crs(4326).geometry.union_all()
    # a tile of zoom 14 is 4096 units across 2.4 km: half a metre each
    assert street.distance(Point(120.305, 36.05)) < 1e-5


def test_a_shallow_tile_leaves_small_roads_out(basemap: Basemap, tmp_path: Path) -> None:
    found = features(basemap, 120.5, 35.95, 8, tmp_path)
    assert set(found[found["kind"] == "road"]["en"]) == {"Sea Bridge"}  # type: ignore[index]
    assert {"land", "far", "border"} <= set(found["kind"])  # type: ignore[index]


def test_land_is_where_it_is(basemap: Basemap, tmp_path: Path) -> None:
    found = features(basemap, 120.3, 36.1, 11, tmp_path).to_crs(4326)  # type: ignore[attr-defined]
    ground = found[found["kind"] == "land"].geometry.union_all()
    assert ground.contains(Point(120.3, 36.1))
    assert not ground.contains(Point(120.3, 35.9))


def test_nothing_is_at_sea(basemap: Basemap) -> None:
    assert basemap.tile(*address(122.5, 35.0, 12)) is None


def test_the_same_roads_give_the_same_version(built: Path, tmp_path: Path) -> None:
    again = tmp_path / "b.mbtiles"
    build_basemap(world.districts(), world.roads(), again, source="tiny 2026-11")
    other = tmp_path / "c.mbtiles"
    build_basemap(world.districts(), world.roads().iloc[:3], other, source="tiny 2026-11")
    versions = [getattr(Basemap.find(path), "version", None) for path in (built, again, other)]
    assert versions[0] == versions[1] != versions[2]


def test_it_says_what_it_was_made_from(basemap: Basemap) -> None:
    assert basemap.source == "tiny 2026-11"


def test_what_we_did_not_build_is_left_alone(tmp_path: Path) -> None:
    assert Basemap.find(tmp_path / "none.mbtiles") is None
    (tmp_path / "text.mbtiles").write_text("x" * 5000)
    assert Basemap.find(tmp_path / "text.mbtiles") is None
    with sqlite3.connect(tmp_path / "foreign.mbtiles") as store:
        store.execute("create table metadata (name text, value text)")
    store.close()
    assert Basemap.find(tmp_path / "foreign.mbtiles") is None


def test_a_build_that_fails_leaves_the_old_one(built: Path) -> None:
    before = built.read_bytes()
    with pytest.raises(KeyError):
        build_basemap(world.districts(), world.roads().drop(columns="highway"), built, source="x")
    assert built.read_bytes() == before
    assert [path.name for path in built.parent.iterdir()] == [built.name]
