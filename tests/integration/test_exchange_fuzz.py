"""Hostile and damaged files by the thousand: a report or a clean import, in little memory."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange_attack import KINDS, attack, unzipped, zipped

from routes_data.exchange.limits import MAX_ROWS
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)
SAMPLE = 2 * len(KINDS)


def test_hostile_files_are_reported_or_imported(seeded_sqlite: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{shutil.copy(seeded_sqlite, tmp_path / 'red.db')}")
    ends = attack(store, SAMPLE, 1)
    store.close()
    assert sum(sum(one.values()) for one in ends.values()) == SAMPLE
    assert ends["bomb"].keys() <= {"import_unpacked", "import_packed", "checked", "applied"}
    assert ends["foreign entities"].keys() == {"import_doctype"}
    assert ends["endless"].keys() <= {"import_rows", "import_no_rows"}
    for kind in ("swapped", "GCJ-02", "formulas"):
        assert ends[kind].keys() <= {"checked", "applied"}, kind


@pytest.mark.slow
def test_two_thousand_hostile_files(root: Path) -> None:
    """In a process of their own, one after the other: what is left over of each would add up."""
    program = [sys.executable, root / "tests" / "exchange_attack.py", "2000", "2"]
    environment = {"PYTHONPATH": str(root), "PATH": ""}
    run = subprocess.run(program, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr[-4000:]
    told = json.loads(run.stdout)
    file = root / "test-output" / "import-attack.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(told, indent=1), "utf-8")
    ends = sum(map(Counter, told["ends"].values()), Counter())
    assert ends.total() == 2_000
    assert told["peak_mb"] < 500


LARGEST = """
import sys
from pathlib import Path
from routes_data.exchange.comparing import Known, dry_run
from routes_data.exchange.desk import ImportDesk
from routes_data.exchange.forms import read_file
from routes_data.exchange.mapping import guess
from routes_data.exchange.rows import How
from exchange_attack import peak_mb
from exchange_world import person
path = Path(sys.argv[1])
try:
    table = read_file(path.name, path.read_bytes())
    run = dry_run(table, How(guess(table.columns), "wgs84"), Known({}), person())
    end = f"rows {len(run.rows)}"
except Exception as error:
    end = f"{type(error).__name__} {getattr(error, 'data', {}).get('rule')}"
print(end, peak_mb())
"""


def sheet_of(rows: int, columns: int) -> bytes:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("sites")
    sheet.append(["name_zh", "lon", "lat", *(f"c{n}" for n in range(columns))])
    for n in range(rows):
        sheet.append([f"馆{n}", 119.6 + n % 1000 / 1000, 35.6 + n % 997 / 1000, *range(columns)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def strings_of(count: int) -> bytes:
    members = unzipped(sheet_of(1, 1))
    texts = "".join(f"<si><t>{n * 7919 % 1000003}</t></si>" for n in range(count))
    members["xl/sharedStrings.xml"] = f"<sst>{texts}</sst>".encode()
    kinds = members["[Content_Types].xml"]
    office = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/>' % office
    members["[Content_Types].xml"] = kinds.replace(b"</Types>", part + b"</Types>")
    return zipped(members)


def same_spot(rows: int) -> bytes:
    lines = [f"纪念馆{n},120.3,36.1" for n in range(rows)]
    return "\n".join(["名称,经度,纬度", *lines]).encode()


BIG: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "rows": ("a.xlsx", lambda: sheet_of(MAX_ROWS, 20), f"rows {MAX_ROWS}"),
    "strings": ("a.xlsx", lambda: strings_of(700_000), "rows 1"),
    "brackets": ("a.geojson", lambda: b"[" * 1_000_000 + b"]" * 1_000_000, "import_broken"),
    "lists": ("a.geojson", lambda: b"[" + b"[]," * 990_000 + b"[]]", "import_broken"),
    "million": ("a.csv", lambda: b"name,lon\n" + b"a,1\n" * 1_000_000, "import_rows"),
    "cells": ("a.csv", lambda: b"name\n" + b"x" * 19_000_000, "import_broken"),
    "spot": ("a.csv", lambda: same_spot(MAX_ROWS), f"rows {MAX_ROWS}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BIG)
def test_the_largest_file_needs_little_memory(tmp_path: Path, root: Path, case: str) -> None:
    name, make, wanted = BIG[case]
    path = tmp_path / name
    path.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", LARGEST, path],
        capture_output=True,
        text=True,
        check=True,
        timeout=1800,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "PATH": ""},
    )
    end, _, used = run.stdout.strip().rpartition(" ")
    assert wanted in end
    assert int(used) < 500, f"{used} MB"
