"""Broken copies of the facts: every fault of every file is named at once, by row and column."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest

from geo.errors import SchemaError
from routes_data.loading import load_facts, packaged_facts


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with as_file(packaged_facts()) as folder:
        for file in folder.iterdir():
            if file.is_file():
                shutil.copy(file, tmp_path)
    return tmp_path


def edit_csv(file: Path, change: Callable[[list[list[str]]], None]) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def edit_json(file: Path, change: Callable[[Any], None]) -> None:
    values = json.loads(file.read_text(encoding="utf-8"))
    change(values)
    file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def faults_of(folder: Path) -> set[tuple[str, int | str, str]]:
    with pytest.raises(SchemaError) as caught:
        load_facts(folder)
    return {(fault.file, fault.row, fault.column) for fault in caught.value.faults}


def set_cell(file: Path, line: int, column: str, value: str) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[line - 1][rows[0].index(column)] = value

    edit_csv(file, change)


CELLS = [
    ("id", "No Such Id"),
    ("name_zh", ""),
    ("name_zh", "中共\x0b旧址"),
    ("name_en", "a" * 200),
    ("name_en", " padded "),
    ("aliases", "一|一"),
    ("district", "黄岛区"),
    ("category", "temple"),
    ("period_from", "1937年"),
    ("period_to", "1300"),  # row 5 begins in 1402
    ("themes", "martyrs|heroes"),
    ("themes", ""),
    ("lon", "36.06"),
    ("lon", "nan"),
    ("lat", "120.3"),
    ("lat", ""),
    ("accuracy_m", "0"),
    ("accuracy_m", "50000"),
    ("position_basis", "guess"),
    ("opening_hours", "每天9点到17点"),
    ("hours_basis", ""),
    ("ticket", "10元"),
    ("phone", "0532-1234<script>"),
    ("visit_min", "1.5"),
    ("visit_min", "2"),
    ("indoor", "maybe"),
    ("booking", "perhaps"),
    ("toilets", "two"),
    ("step_free", ""),
    ("grade", "E"),
    ("sources", ""),
    ("sources", "青岛日报"),
    ("sources", "青岛日报|2021-13-01|"),
    ("sources", "青岛日报|2021|javascript:alert(1)"),
    ("notes_zh", "a\u202eb"),
]


@pytest.mark.parametrize(("column", "value"), CELLS)
def test_a_bad_cell_of_a_site_is_named(copy: Path, column: str, value: str) -> None:
    set_cell(copy / "sites.csv", 5, column, value)
    found = faults_of(copy)
    assert ("sites.csv", 5, column) in found
    # An id that changed is missed by the routes that stop there; nothing else goes wrong.
    assert {fault for fault in found if fault[0] == "sites.csv"} == {("sites.csv", 5, column)}


def test_every_fault_of_every_file_comes_in_one_error(copy: Path) -> None:
    for column, value in CELLS:
        line = 2 + CELLS.index((column, value))
        if column == "period_to":
            set_cell(copy / "sites.csv", line, "period_from", "1402")
        set_cell(copy / "sites.csv", line, column, value)
    set_cell(copy / "candidates.csv", 2, "grade", "Z")
    set_cell(copy / "places.csv", 3, "lat", "north")
    edit_json(copy / "routes.json", lambda routes: routes[0].update(mode="fly"))
    edit_json(copy / "collections.json", lambda all_: all_[0].update(held_curated=8))
    found = faults_of(copy)
    expected = {("sites.csv", 2 + i, column) for i, (column, _) in enumerate(CELLS)}
    expected |= {
        ("candidates.csv", 2, "grade"),
        ("places.csv", 3, "lat"),
        ("routes.json", "r2023-01", "mode"),
        ("collections.json", "2021-9-centenary", "held_curated"),
    }
    assert expected <= found


def test_an_id_that_stands_twice_is_named_with_its_first_row(copy: Path) -> None:
    edit_csv(copy / "sites.csv", lambda rows: rows.append(rows[1]))
    with pytest.raises(SchemaError) as caught:
        load_facts(copy)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("sites.csv", 91, "id")
    assert "row 2" in fault.wanted


def test_a_candidate_that_is_a_site_already_is_named(copy: Path) -> None:
    set_cell(copy / "candidates.csv", 2, "id", "may-fourth-square")
    assert faults_of(copy) == {("candidates.csv", 2, "id")}


def change_route(**values: object) -> Callable[[Any], None]:
    return lambda routes: routes[0].update(values)


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        (change_route(stops=["may-fourth-square", "atlantis"]), {"stops"}),
        (change_route(stops=["may-fourth-square"]), {"stops"}),
        (change_route(stops="may-fourth-square"), {"stops"}),
        (change_route(stops=["may-fourth-square", "may-fourth-square"]), {"stops"}),
        (change_route(stops=[3, "may-fourth-square"]), {"stops"}),
        (change_route(lunch_after=7), {"lunch_after"}),
        (change_route(lunch_after="noon"), {"lunch_after"}),
        (change_route(provenance="semi-official"), {"provenance"}),
        (change_route(year=None), {"year"}),
        (change_route(publisher="", source=""), {"publisher", "source"}),
        (change_route(mode="bus"), {"mode"}),
        (change_route(audience="everyone"), {"audience"}),
        (change_route(duration="a week"), {"duration"}),
        (change_route(start_hint={"lon": 0, "lat": 36, "name_zh": "海", "name_en": ""}), {"start"}),
        (change_route(start_hint="站前"), {"start"}),
        (change_route(colour="red"), {"colour"}),
        (lambda routes: routes[0].pop("theme_zh"), {"theme_zh"}),
    ],
)
def test_a_bad_route_is_named(copy: Path, change: Callable[[Any], None], columns: set[str]) -> None:
    edit_json(copy / "routes.json", change)
    found = faults_of(copy)
    assert {f for f in found if f[0] == "routes.json"} == {
        ("routes.json", "r2023-01", column) for column in columns
    }


def test_a_route_of_an_unknown_collection_is_named_and_missed_by_its_own(copy: Path) -> None:
    edit_json(copy / "routes.json", change_route(collection="2099-none"))
    assert faults_of(copy) == {
        ("routes.json", "r2023-01", "collection"),
        ("collections.json", "2023-7-boutique", "held_official"),
    }


def test_more_held_than_published_is_named(copy: Path) -> None:
    edit_json(copy / "collections.json", lambda all_: all_[3].update(published=1))
    assert faults_of(copy) == {("collections.json", "2023-7-boutique", "held_official")}


@pytest.mark.parametrize(
    ("name", "content", "row", "column"),
    [
        ("sites.csv", b"id,name_zh\n", 1, "*"),
        ("sites.csv", b"\xff\xfe\x00", 1, "*"),
        ("sites.csv", "名".encode("gb18030"), 1, "*"),
        ("routes.json", b"[{", 1, "*"),
        ("routes.json", b"{}", 1, "*"),
        ("routes.json", b"[3]", 0, "*"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(
    copy: Path, name: str, content: bytes, row: int, column: str
) -> None:
    (copy / name).write_bytes(content)
    assert (name, row, column) in faults_of(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "places.csv").unlink()
    assert ("places.csv", 1, "*") in faults_of(copy)


def test_a_row_with_a_cell_too_many_is_named_by_its_line(copy: Path) -> None:
    edit_csv(copy / "places.csv", lambda rows: rows[3].append("extra"))
    assert faults_of(copy) == {("places.csv", 4, "*")}


def test_a_byte_order_mark_is_no_fault(copy: Path) -> None:
    file = copy / "sites.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert len(load_facts(copy).records["sites"]) == 89


def test_the_stamp_follows_the_content(copy: Path) -> None:
    assert load_facts(copy).version() == load_facts().version()
    set_cell(copy / "sites.csv", 5, "visit_min", "77")
    assert load_facts(copy).version() != load_facts().version()
