"""Clients that nobody here wrote, over HTTP on loopback: GDAL's OAPIF driver and OWSLib."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from urllib.error import URLError
from urllib.request import urlopen

import geopandas as gpd
import httpx2
import pytest
from owslib.ogcapi.features import Features

from routes_data.accounts import read_wish
from routes_data.store import Store

pytest_plugins = ("fixtures_staff",)


@contextmanager
def serving(data: Path, patience_s: float = 60) -> Iterator[str]:
    """Serve a data folder in a process of its own: GDAL keeps this one's threads waiting."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).with_name("redtrails"), "serve", "--port", str(port)]
    environment = {**os.environ, "REDTRAILS_DATA_DIR": str(data)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process, patience_s)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def served(service_data: Path) -> Iterator[str]:
    """The address of a service."""
    with serving(service_data) as address:
        yield address


def wait_for(url: str, process: subprocess.Popen[bytes], patience_s: float) -> None:
    end = time.monotonic() + patience_s
    while True:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - our own loopback
        except URLError:
            assert process.poll() is None
            assert time.monotonic() < end, "the service did not start"
            time.sleep(0.1)
        else:
            return


def test_gdal_reads_everything_page_by_page(served: str) -> None:
    sites = gpd.read_file(f"OAPIF:{served}", layer="sites", PAGE_SIZE=20)
    assert len(sites) == sites["id"].nunique() == 89
    assert sites.crs.to_epsg() == 4326 or sites.crs.to_authority() == ("OGC", "CRS84")
    assert sites.geometry.x.between(119, 122).all()
    routes = gpd.read_file(f"OAPIF:{served}", layer="routes")
    assert set(routes.geom_type) == {"LineString"}


def test_gdal_filters_by_box_and_by_attribute(served: str) -> None:
    boxed = gpd.read_file(f"OAPIF:{served}", layer="sites", bbox=(120.3, 36.05, 120.4, 36.1))
    assert 0 < len(boxed) < 89
    museums = gpd.read_file(f"OAPIF:{served}", layer="sites", where="category = 'museum'")
    assert set(museums["category"]) == {"museum"}


def test_gdal_reads_another_reference_system(served: str) -> None:
    plane = gpd.read_file(f"OAPIF:{served}", layer="sites", CRS="EPSG:3857", engine="pyogrio")
    degrees = gpd.read_file(f"OAPIF:{served}", layer="sites")
    moved = degrees.set_index("id").to_crs(3857).geometry
    assert plane.crs.to_epsg() == 3857
    assert plane.set_index("id").geometry.distance(moved).max() < 0.5


def test_owslib_reads_pages_and_filters(served: str) -> None:
    client = Features(served)
    assert client.feature_collections() == ["sites", "routes"]
    assert client.conformance()["conformsTo"]
    assert "geometry" in client.collection_queryables("sites")["properties"]
    page = client.collection_items("sites", limit=10, offset=80)
    assert (page["numberMatched"], page["numberReturned"]) == (89, 9)
    boxed = client.collection_items("sites", bbox=[120.3, 36.05, 120.4, 36.1])
    assert 0 < boxed["numberMatched"] < 89
    museums = client.collection_items("sites", filter="category = 'museum'")
    assert {item["properties"]["category"] for item in museums["features"]} == {"museum"}
    assert client.collection_item("sites", "redview-core")["id"] == "redview-core"
    assert client.api()["openapi"].startswith("3.0")


def test_owslib_creates_updates_and_deletes(
    staffed_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OWSLib's methods take no If-Match: its headers, the same for every request, do."""
    data = tmp_path / "data"
    shutil.copytree(staffed_data, data)
    store = Store.open(f"sqlite:///{data / 'redtrails.db'}")
    wish = read_wish("OWSLib", ["read", "edit", "review"], 1)
    _, token = store.accounts.make_token("admin", wish, "test")
    store.close()
    # OWSLib keeps the headers of every client in one dictionary of its module.
    monkeypatch.setattr("owslib.ogcapi.REQUEST_HEADERS", {})
    bearer = {"Authorization": f"Bearer {token}"}
    with serving(data) as address:
        item = f"{address}/collections/sites/items/owslib"
        client = Features(address, headers=dict(bearer))

        def newest() -> httpx2.Response:
            return httpx2.get(item, params={"state": "draft"}, headers=bearer)

        feature = {**client.collection_item("sites", "redview-core"), "id": "owslib"}
        assert client.collection_item_create("sites", feature)
        feature["properties"]["phone"] = "0532-1"
        client.headers["Content-Type"] = "application/geo+json"
        with pytest.raises(RuntimeError, match="precondition-required"):
            client.collection_item_update("sites", "owslib", json.dumps(feature))
        first = newest().headers["etag"]
        client.headers["If-Match"] = first
        assert client.collection_item_update("sites", "owslib", json.dumps(feature))
        assert newest().json()["properties"]["phone"] == "0532-1"
        with pytest.raises(RuntimeError, match="precondition-failed"):
            client.collection_item_delete("sites", "owslib")
        # Locking in plain HTTP: the refusal has the tag of the newest revision.
        stale = httpx2.put(item, json=feature, headers={**bearer, "If-Match": first})
        assert (stale.status_code, stale.headers["etag"]) == (412, newest().headers["etag"])
        client.headers["If-Match"] = stale.headers["etag"]
        assert client.collection_item_delete("sites", "owslib")
        assert newest().status_code == 404
        assert client.collection_items("sites", limit=1)["numberMatched"] == 89
