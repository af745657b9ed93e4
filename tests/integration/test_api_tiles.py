"""Vector tiles of the catalogue, read by GDAL; OGC API - Tiles: docs/ogc.md has a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient

from api.ogc import CONFORMANCE, TILESETS_REL
from api.state import holder_of
from api.tiles import MVT, SHOWN, layers_of
from geo.catalogue import Catalogue
from geo.exchange.vector_tile import HALF_M, Tile, encoded, limits_of

ALL = "/api/tiles/WebMercatorQuad"
OF_SITES = "/api/collections/sites/tiles/WebMercatorQuad"


@pytest.fixture(scope="module")
def catalogue(client: TestClient) -> Catalogue:
    return holder_of(client.app).state.catalogue  # type: ignore[arg-type]


def tiles(client: TestClient, base: str, zoom: int) -> Iterator[tuple[Tile, bytes]]:
    """Yield every tile of a zoom that a tileset says may hold something."""
    limits = client.get(base).json()["tileMatrixSetLimits"][zoom]
    assert limits["tileMatrix"] == str(zoom)
    for row in range(limits["minTileRow"], limits["maxTileRow"] + 1):
        for column in range(limits["minTileCol"], limits["maxTileCol"] + 1):
            answer = client.get(f"{base}/{zoom}/{row}/{column}")
            assert answer.status_code in {200, 204}
            if answer.content:
                assert answer.headers["content-type"] == MVT
                yield Tile(zoom, column, row), answer.content


def read(folder: Path, tile: Tile, data: bytes, layer: str) -> gpd.GeoDataFrame | None:
    """Read one layer of a tile with GDAL; None: the tile has it not."""
    file = folder / f"{tile.zoom}-{tile.column}-{tile.row}.mvt"
    file.write_bytes(data)
    place = {"X": tile.column, "Y": tile.row, "Z": tile.zoom, "CLIP": "NO"}
    source = f"MVT:{file}"
    if layer not in {str(name) for name, _ in pyogrio.list_layers(source)}:
        return None
    return pyogrio.read_dataframe(source, layer=layer, **place)


def gathered(client: TestClient, folder: Path, zoom: int, layer: str) -> gpd.GeoDataFrame:
    frames = [read(folder, tile, data, layer) for tile, data in tiles(client, ALL, zoom)]
    return pd.concat([one for one in frames if one is not None], ignore_index=True)


def test_tiles_gdal_finds_every_site_once(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    zoom = 9
    found = gathered(client, tmp_path, zoom, "sites").set_index("id")
    known = layers_of(catalogue)["sites"].set_index("id")
    assert sorted(found.index) == sorted(known.index)
    assert found.crs.to_epsg() == 3857
    step_m = Tile(zoom, 0, 0).size_m / 4096
    apart = shapely.distance(found.geometry.to_numpy(), known.geometry.loc[found.index].to_numpy())
    assert apart.max() <= step_m * 2**0.5
    for name in ("name_zh", "district", "accuracy_m", "position_basis"):
        assert list(found[name]) == list(known.loc[found.index, name])
    years = known.loc[found.index, "period_from"]
    assert found["period_from"].isna().to_list() == years.isna().to_list()  # unknown stays unknown


def test_tiles_gdal_finds_every_route(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    zoom = 8
    pieces = gathered(client, tmp_path, zoom, "routes")
    known = layers_of(catalogue)["routes"].set_index("id")
    assert set(pieces["id"]) == set(known.index)
    assert set(pieces.geom_type) <= {"LineString", "MultiLineString"}
    step_m = Tile(zoom, 0, 0).size_m / 4096
    for route_id, parts in pieces.groupby("id"):
        line = known.geometry.loc[route_id]
        assert shapely.hausdorff_distance(parts.geometry.union_all(), line) <= 2 * step_m


def test_tiles_statuses_and_edition(client: TestClient, catalogue: Catalogue) -> None:
    tile = f"{OF_SITES}/10/401/854"
    first = client.get(tile)
    assert first.headers["etag"] == f'W/"{catalogue.version}"'
    assert first.headers["cache-control"] == "no-cache"
    same = client.get(tile, headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get(tile, headers={"If-None-Match": 'W/"older"'}).content == first.content
    assert client.get(f"{ALL}/10/0/0").status_code == 204
    for wrong in ("23/0/0", "-1/0/0", "3/8/0", "3/0/8", "3/-1/0", f"3/0/{10**30}"):
        assert client.get(f"{ALL}/{wrong}").status_code == 404, wrong
    for wrong in ("x/0/0", "3/y/0", "3/0/1.5", "3/0/0?f=png", "3/0/0?bbox=1"):
        assert client.get(f"{ALL}/{wrong}").status_code == 400, wrong
    assert client.get("/api/collections/nope/tiles").status_code == 404
    assert client.get("/api/tiles/WorldCRS84Quad").status_code == 404


def test_tiles_are_found_from_the_landing_page(client: TestClient) -> None:
    collections = client.get("/api/collections").json()["collections"]
    for document in (client.get("/api").json(), *collections):
        names = [document["id"]] if "id" in document else ["sites", "routes"]
        listed = client.get(linked(document, TILESETS_REL)).json()["tilesets"]
        assert len(listed) == 1
        tileset = client.get(linked(listed[0], "self")).json()
        assert {key: tileset[key] for key in listed[0] if key != "links"} == {
            key: listed[0][key] for key in listed[0] if key != "links"
        }
        (item,) = (link for link in tileset["links"] if link["rel"] == "item")
        assert (item["templated"], item["type"]) == (True, MVT)
        assert [layer["id"] for layer in tileset["layers"]] == names
        for layer in tileset["layers"]:
            assert list(layer["propertiesSchema"]["properties"]) == list(SHOWN[layer["id"]])
        place = {"tileMatrix": 6, "tileRow": 25, "tileCol": 53}
        assert client.get(item["href"].format_map(place)).status_code == 200
    for name in ("core", "tileset", "tilesets-list", "mvt", "dataset-tilesets"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in CONFORMANCE


def linked(document: dict[str, Any], rel: str) -> str:
    (found,) = (link["href"] for link in document["links"] if link["rel"] == rel)
    return str(found)


def test_a_tile_is_the_same_whichever_way_it_is_asked_for(
    client: TestClient, tmp_path: Path
) -> None:
    tile = Tile(10, 854, 401)
    both = client.get(f"{ALL}/10/401/854").content
    assert client.get(f"{ALL}/10/401/854").content == both
    alone = client.get(f"{OF_SITES}/10/401/854").content
    assert both.startswith(alone)
    assert read(tmp_path, tile, alone, "routes") is None


def test_what_values_and_lines_become(tmp_path: Path) -> None:
    """A line that leaves the tile and comes back is two; a value keeps its type."""
    tile = Tile(0, 0, 0)
    size = tile.size_m
    line = shapely.LineString([(-0.9, 0.1), (0.2, 0.1), (0.2, 0.1), (0.2, -0.4)])
    table = {"text": ["青岛"], "whole": [-7], "part": [2.5], "yes": [True], "none": [None]}
    frame = gpd.GeoDataFrame(
        table, geometry=[shapely.transform(line, lambda at: at * size / 2)], crs="EPSG:3857"
    )
    shown = read(tmp_path, tile, encoded({"red": frame}, tile), "red")
    assert shown is not None
    row = shown.iloc[0]
    assert (row["text"], row["whole"], row["part"], bool(row["yes"])) == ("青岛", -7, 2.5, True)
    assert "none" not in shown.columns
    assert len(row.geometry.coords) == 3  # twice at one place is once
    away = Tile(4, 15, 15)
    assert encoded({"red": frame}, away) == b""
    quarter = Tile(1, 1, 0)
    part = read(tmp_path, quarter, encoded({"red": frame}, quarter), "red")
    assert part is not None
    west = part.geometry.total_bounds[0]
    assert west == pytest.approx(-quarter.size_m * 64 / 4096, abs=quarter.size_m / 4096)


def test_the_limits_of_a_box() -> None:
    assert limits_of((-1, -1, 1, 1), 0) == (0, 0, 0, 0)
    assert limits_of((-1, -1, 1, 1), 1) == (0, 1, 0, 1)
    assert limits_of((1, 1, 2, 2), 1) == (0, 0, 1, 1)
    assert limits_of((-HALF_M, -HALF_M, HALF_M, HALF_M), 2) == (0, 3, 0, 3)
    assert np.allclose(Tile(1, 1, 1).corner, (0, 0))


def test_every_requirement_has_a_row(root: Path) -> None:
    table = (root / "docs" / "ogc.md").read_text("utf-8")
    rows = set(re.findall(r"`(test_tiles_\w+)` \|$", table, re.MULTILINE))
    own = Path(__file__).read_text("utf-8")
    assert rows == set(re.findall(r"^def (test_tiles_\w+)", own, re.MULTILINE))
