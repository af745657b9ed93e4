"""GDAL and QGIS against 10,000 sites: every page, a box, a filter. Slow: `make check-long`."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx2
import pytest
from sqlalchemy import func, insert, select
from test_api_ogc_clients import serving

from routes_data.engine import writing
from routes_data.models import RECORDS, REVISIONS
from routes_data.store import Store

pytest_plugins = ("fixtures_staff",)
pytestmark = pytest.mark.slow

COUNT = 10_000
BOX = (120.3, 36.05, 120.4, 36.1)
QGIS_PYTHON = "/usr/bin/python3"
FILTER = "category = 'museum' AND visit_min >= 30"


def crowd(store: Store, count: int) -> None:
    """Publish so many sites beside the shipped ones, each near one of them."""
    chance = random.Random(20261124)  # noqa: S311 - no secret
    with writing(store.engine) as connection:
        shipped = connection.execute(
            select(REVISIONS).where(REVISIONS.c.kind == "sites", REVISIONS.c.state == "published")
        )
        models = [dict(row) for row in shipped.mappings()]
        last = connection.scalar(select(func.max(RECORDS.c.position))) or 0
        rows = []
        for number in range(count):
            row = chance.choice(models)
            body = {**row["body"], "id": f"many-{number:05}", "name_zh": f"测试点{number}"}
            for axis in ("lon", "lat"):
                body[axis] = round(body[axis] + chance.uniform(-0.003, 0.003), 6)
            rows.append({**row, "id": body["id"], "body": body})
        connection.execute(insert(REVISIONS), rows)
        common = {"kind": "sites", "head": 1, "published": 1, "deleted": False}
        connection.execute(
            insert(RECORDS),
            [{**common, "id": row["id"], "position": last + n} for n, row in enumerate(rows, 1)],
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with 10,089 sites."""
    data = tmp_path_factory.mktemp("crowded")
    store = Store.open(f"sqlite:///{data / 'redtrails.db'}")
    crowd(store, COUNT)
    store.close()
    with serving(data, patience_s=300) as address:
        yield address


def matched(served: str, **query: str) -> int:
    address, asked = f"{served}/collections/sites/items", {**query, "limit": 1}
    answer = httpx2.get(address, params=asked, timeout=60)
    return int(answer.json()["numberMatched"])


def test_gdal_pages_through_ten_thousand(served: str) -> None:
    whole = gpd.read_file(f"OAPIF:{served}", layer="sites", PAGE_SIZE=1000)
    assert len(whole) == whole["id"].nunique() == COUNT + 89 == matched(served)
    boxed = gpd.read_file(f"OAPIF:{served}", layer="sites", bbox=BOX)
    inside = whole.cx[BOX[0] : BOX[2], BOX[1] : BOX[3]]
    assert sorted(boxed["id"]) == sorted(inside["id"])
    assert len(boxed) == matched(served, bbox=",".join(map(str, BOX))) > 1000


@pytest.fixture(scope="module")
def qgis(served: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What QGIS says of the service."""
    home = tmp_path_factory.mktemp("qgis")
    bare = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    environment = {**bare, "QT_QPA_PLATFORM": "offscreen"}
    if not Path(QGIS_PYTHON).exists() or subprocess.call(
        [QGIS_PYTHON, "-c", "import qgis.core"], env=environment, stderr=subprocess.DEVNULL
    ):
        pytest.skip("QGIS is not installed (Debian: qgis-providers python3-qgis)")
    script = Path(__file__).resolve().parents[1] / "qgis_client.py"
    run = subprocess.run(
        [QGIS_PYTHON, script, served], env=environment, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return told


def test_qgis_reads_all_pages_and_a_box(served: str, qgis: dict[str, Any]) -> None:
    assert (qgis["valid"], qgis["geometry"]) == (True, "Point")
    assert {"name_zh", "accuracy_m", "position_basis"} <= set(qgis["fields"])
    assert len(qgis["ids"]) == len(set(qgis["ids"])) == COUNT + 89
    assert len(qgis["boxed"]) == matched(served, bbox=",".join(map(str, BOX)))


def test_qgis_filters_as_our_cql2_does(served: str, qgis: dict[str, Any]) -> None:
    """QGIS 3.22 knows no part 3: it filters what it has read, and finds what CQL2 finds."""
    assert qgis["filter_accepted"]
    assert len(qgis["filtered"]) == matched(served, filter=FILTER) > 0


def test_qgis_draws_the_tiles(qgis: dict[str, Any]) -> None:
    assert qgis["tile_colours"] > 3


def test_qgis_before_3_28_does_not_edit(qgis: dict[str, Any]) -> None:
    major, minor = (int(part) for part in qgis["version"].split("-")[0].split(".")[:2])
    if (major, minor) >= (3, 28):
        pytest.skip("newer than what was tried: this QGIS may edit, but sends no If-Match")
    assert qgis["edits"] == []
