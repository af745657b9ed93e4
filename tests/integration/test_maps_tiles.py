"""The basemap of our own, from the command to the page and its tiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.basemap import basemap_file
from api.cli.app import run
from api.main import create_app
from api.settings import Settings
from maps.basemap import build_basemap


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("basemap"))
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as client:
        assert "/basemap/" not in client.get("/routes/hd-01").text
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REDTRAILS_DATA_DIR", str(settings.data_dir))
            assert run(["--lang", "en", "basemap", "build"]) == 0
        yield client


def tiles_of(page: str) -> str:
    found = re.search(r'"url":"(/basemap/[0-9a-f]{16}/)\{tile\}\.mvt"', page)
    assert found
    return found.group(1)


def test_pages_take_their_roads_from_the_tiles(service: TestClient) -> None:
    page = service.get("/routes/hd-01").text
    # over Zhongshan Road (120.317, 36.066) at zoom 14
    answer = service.get(f"{tiles_of(page)}14/13667/6430.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer.headers["cache-control"]
    assert "中山路".encode() in answer.content


def test_where_nothing_is_nothing_comes(service: TestClient) -> None:
    base = tiles_of(service.get("/routes/hd-01").text)
    assert service.get(f"{base}12/0/0.mvt").status_code == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [("/basemap/0123456789abcdef/12/1/1.mvt", 404), ("/basemap/x/99/1/1.mvt", 400)],
)
def test_other_addresses_are_refused(service: TestClient, path: str, status: int) -> None:
    assert service.get(path).status_code == status


def test_tiles_of_another_network_are_not_used(service: TestClient) -> None:
    state = service.app.state.holder.state  # type: ignore[attr-defined]
    path = basemap_file(state.settings)
    kept = path.read_bytes()
    try:
        build_basemap(
            state.catalogue.districts, state.network.roads().iloc[:50], path, source="older 2020"
        )
        page = service.get("/routes/hd-01").text
        assert "/basemap/" not in page
    finally:
        path.write_bytes(kept)
    assert "/basemap/" in service.get("/routes/hd-01").text


def test_the_approval_number_stands_on_a_map_over_chinese_tiles(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("amap"),
        basemap="amap",
        online_basemaps=True,
        approval_number="GS(2026)0000",
    )
    with TestClient(create_app(settings)) as client:
        page = client.get("/routes/hd-01?lang=zh")
        assert "© 高德地图 · GS(2026)0000" in page.text
        hosts = re.findall(r"https://[a-z0-9.]+", page.headers["content-security-policy"])
        assert sorted(set(hosts)) == [f"https://webrd0{n}.is.autonavi.com" for n in range(1, 5)]
