"""`redtrails network build --dem` as a person runs it, and models that are none."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from fastapi.testclient import TestClient
from httpx2 import Response
from network_worlds import DRAWN_OSM, METRES_PER_DEGREE
from rasterio.transform import Affine
from relief_world import write_dem

from api.cli.app import run
from api.main import create_app
from api.networks import street_folder
from api.settings import Settings
from geo.network import StreetNetwork
from geo.network.osm.build import BuildOptions, build_network
from geo.network.osm.elements import Extract, Way


def raster(path: Path, *, bands: int = 1, crs: str | None = "EPSG:4326", unit: str = "") -> None:
    place = {} if crs is None else {"transform": Affine(0.001, 0, 120.2, 0, -0.001, 36.2)}
    shape = {"width": 200, "height": 200, "count": bands, "dtype": "int16"}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, **shape, **place) as file:
        file.write(np.full((bands, 200, 200), 30, dtype=np.int16))
        if unit:
            file.units = (unit,)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "town.osm").write_text(DRAWN_OSM, "utf-8")
    (tmp_path / "text.tif").write_text("no raster", "utf-8")
    raster(tmp_path / "photo.tif", bands=3)
    raster(tmp_path / "feet.tif", unit="foot")
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        raster(tmp_path / "nowhere.tif", crs=None)
    write_dem(tmp_path / "ramp.tif", lambda x, y: 100 + 0.1 * x + 0 * y)
    whole = (tmp_path / "ramp.tif").read_bytes()
    (tmp_path / "half.tif").write_bytes(whole[: len(whole) // 4])
    write_dem(tmp_path / "unknown.tif", lambda x, y: np.nan * (x + y))
    return tmp_path


@pytest.mark.parametrize(
    ("dem", "words"),
    [
        ("missing.tif", "is not a file"),
        ("text.tif", "cannot be read as a raster"),
        ("half.tif", "cannot be read as a raster"),
        ("photo.tif", "has 3 bands"),
        ("feet.tif", "holds heights in foot"),
        ("nowhere.tif", "names no reference system"),
        ("unknown.tif", "knows no height where the network lies"),
    ],
)
def test_a_file_that_is_no_model_is_one_line(
    folder: Path, capfd: pytest.CaptureFixture[str], dem: str, words: str
) -> None:
    arguments = ["network", "build", folder / "town.osm", "--output", folder / "net"]
    assert run((*map(str, arguments), "--dem", str(folder / dem))) == 1
    told = capfd.readouterr().err
    lines = [line for line in told.splitlines() if line.startswith("redtrails: ")]
    assert len(lines) == 1, told
    assert words in lines[0]
    assert dem in lines[0]
    assert "Traceback" not in told
    assert "ERROR" not in told
    assert not (folder / "net").exists()


def test_without_the_extra_the_line_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    dem = ("--dem", str(folder / "ramp.tif"))
    assert run(("network", "build", str(folder / "town.osm"), *dem)) == 1
    assert "pip install 'qingdao-red-trails[dem]'" in capsys.readouterr().err


def told_of(capsys: pytest.CaptureFixture[str]) -> tuple[object, object]:
    capsys.readouterr()
    assert run(("network", "info", "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    return document["dem"], document["dem_share"]


def test_a_network_with_a_model_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told_of(capsys) == (None, None)
    net = street_folder(folder / "data" / "networks")
    arguments = ["network", "build", folder / "town.osm", "--output", net]
    assert run((*map(str, arguments), "--dem", str(folder / "ramp.tif"))) == 0
    assert "covers 100%" in capsys.readouterr().err
    assert told_of(capsys) == ("ramp.tif", 1.0)
    assert run(("network", "info")) == 0
    assert "ramp.tif" in capsys.readouterr().out
    climb_m = StreetNetwork.load(net).segments.climb_m
    assert climb_m is not None
    assert float(climb_m.sum()) == pytest.approx(18.0, abs=0.2)  # 180 m from west to east at 10 %


A, B = "navy-museum", "ww1-museum"


@pytest.fixture
def hilly(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A service over one street between two sites, which climbs 2 m in 100 m to the east."""
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(tmp_path))
    dem = write_dem(tmp_path / "d.tif", lambda x, y: 200 + 0.02 * x + 0 * y, cell=50.0)
    extract = Extract(date="2026-11-01")
    for number, site in enumerate((A, B)):
        found = client.get(f"/api/collections/sites/items/{site}").json()
        lon, lat = found["geometry"]["coordinates"]
        extract.places[number] = (round(lon * 1e7), round(lat * 1e7))
    extract.ways.append(Way(1, {"highway": "residential"}, array("q", [0, 1])))
    settings = Settings(data_dir=tmp_path)
    options = BuildOptions("street", "a drawing", ("walk", "drive"), dem=dem)
    build_network(extract, options).save(street_folder(settings.networks_dir))
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as started:
        yield started


def test_every_form_of_a_plan_tells_the_climb(
    hilly: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = {"stops": f"{A},{B}", "order": "given", "mode": "walk", "depart": "2026-11-28T09:00"}

    def answer(form: str, lang: str = "en") -> Response:
        found = hilly.get("/api/itineraries", params={**wish, "f": form, "lang": lang})
        assert found.status_code == 200, found.text
        return found

    (leg,) = answer("json").json()["days"][0]["legs"]
    (west, lat), *_, (east, _) = leg["coordinates"]
    eastward_m = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(lat))
    assert leg["ascent_m"] == pytest.approx(0.02 * eastward_m, rel=0.02)
    assert leg["descent_m"] == 0
    up = round(leg["ascent_m"])
    (line,) = [
        one["properties"]
        for one in answer("geojson").json()["features"]
        if one["properties"]["kind"] == "leg"
    ]
    assert (line["ascent_m"], line["descent_m"]) == (leg["ascent_m"], 0)
    rows = list(csv.DictReader(io.StringIO(answer("csv").text.removeprefix("\ufeff"))))
    told = [(row["Next leg ascent (m)"], row["Next leg descent (m)"]) for row in rows]
    assert told == [(str(up), "0"), ("", "")]
    page = hilly.get("/plan", params={**wish, "lang": "en"}).text
    assert f'<span class="climb">{up} m up, 0 m down</span>' in page
    assert f'<dd class="sum-climb">{up} m up, 0 m down</dd>' in page
    followed = hilly.get("/follow/tour", params={**wish, "lang": "en"}).text
    assert f'<span class="climb">{up} m up, 0 m down</span>' in followed
    assert f"上坡 {up} 米，下坡 0 米" in hilly.get("/plan", params={**wish, "lang": "zh"}).text
    capsys.readouterr()
    assert run(("ways", A, B, "--lang", "en")) == 0
    assert f"{up} m up, 0 m down" in capsys.readouterr().out
    words = ("plan", A, B, "--order", "given", "--mode", "walk", "--lang", "en")
    assert run((*words, "--depart", wish["depart"])) == 0
    assert f"{up} m up, 0 m down" in capsys.readouterr().out


def test_the_schematic_network_tells_no_climb(client: TestClient) -> None:
    wish = {"stops": f"{A},{B}", "mode": "walk", "depart": "2026-11-28T09:00"}
    (leg,) = client.get("/api/itineraries", params=wish).json()["days"][0]["legs"]
    assert (leg["ascent_m"], leg["descent_m"]) == (None, None)
    assert 'class="climb"' not in client.get("/plan", params=wish).text
