"""Packs for a sheet of schools: read, made once each, resumed, the same on a cluster."""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from api.cli.app import run
from api.settings import Settings
from api.trip_batch import LEDGER, Batch, Outcome, Row, described
from api.trip_query import TripPackQuery
from api.trip_sheets import COLUMNS, coaches, column_names, read_sheet, site_clashes, write_summary
from api.trip_work import Visit
from api.web.texts import Texts
from geo.errors import DataError, InvalidParameterError

ZH = Texts.for_lang("zh")
HEAD = ["学校名称", "near", "date", "stage", "stops", "back_by", "pupils"]
STOPS = "navy-museum,cpc-qingdao-memorial"


def line(number: int, day: str = "2026-11-27", stops: str = STOPS) -> list[str]:
    return [f"第{number}中学", "青岛站", day, "junior", stops, "16:30", str(40 + number)]


def sheet_of(folder: Path, lines: list[list[str]], name: str = "schools.csv") -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEAD, *lines])
    return file


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batch-data")


@pytest.fixture(scope="module")
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    """One thread: the work of a worker without the time to start one."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def batch_of(rows: list[Row], folder: Path, settings: Settings, executor: Executor) -> Batch:
    version = described(executor, settings, "zh").version
    return Batch(rows, folder, settings, version, "https://trails.example.org")


class Counting(ThreadPoolExecutor):
    """Counts what is handed out, and breaks after so many."""

    def __init__(self, most: int = 99) -> None:
        super().__init__(1)
        self.handed: list[Any] = []
        self.most = most

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if len(self.handed) >= self.most:
            raise KeyboardInterrupt
        self.handed.append(args[0])
        return super().submit(fn, *args, **kwargs)


def test_a_run_that_was_stopped_goes_on_and_makes_each_pack_once(
    tmp_path: Path, settings: Settings, executor: Executor
) -> None:
    rows = read_sheet(sheet_of(tmp_path, [line(n) for n in range(1, 5)]))
    folder = tmp_path / "packs"
    with Counting(most=3) as first, pytest.raises(KeyboardInterrupt):
        list(batch_of(rows, folder, settings, executor).run(first, 1))
    made = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.pdf")}
    assert 0 < len(made) < 4
    with (folder / LEDGER).open("a", encoding="utf-8") as ledger:
        ledger.write('{"number": 9, "dig')  # a line cut off by the crash
    with Counting() as second:
        found = list(batch_of(rows, folder, settings, executor).run(second, 1))
    assert [one.error for one in found] == [""] * 4
    assert len(second.handed) == 4 - len(made)
    now = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.pdf")}
    assert len(now) == 4
    assert made.items() <= now.items()
    assert not list(folder.glob("*.part"))
    with Counting() as third:
        again = list(batch_of(rows, folder, settings, executor).run(third, 1))
    assert third.handed == []
    assert {one.number for one in again} == {2, 3, 4, 5}


def test_a_row_that_cannot_be_is_told_and_stops_nobody(
    tmp_path: Path, settings: Settings, executor: Executor
) -> None:
    lines = [line(1, day="someday"), line(2), [*line(3)[:1], "Atlantis", *line(3)[2:]]]
    rows = read_sheet(sheet_of(tmp_path, lines))
    found = {
        one.number: one
        for one in batch_of(rows, tmp_path / "packs", settings, executor).run(executor, 1)
    }
    assert found[2].error.startswith("invalid-parameter")
    assert found[3].error == ""
    assert found[4].error.startswith("invalid-parameter")
    pdf = (tmp_path / "packs" / found[3].files[0]).read_bytes()
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 10


def test_the_command_writes_packs_and_a_summary(
    tmp_path: Path,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(data_dir))
    sheet = sheet_of(tmp_path, [line(1), line(2)])
    into = tmp_path / "packs"
    arguments = ["--lang", "en", "trips", str(sheet), "--into", str(into), "--workers", "1"]
    assert run(arguments) == 0
    assert "2 packs, 0 failed rows" in capfd.readouterr().out
    book = openpyxl.load_workbook(into / "summary.xlsx")
    assert book.sheetnames == ["Packs", "Clashes", "Coaches"]
    # Both schools want the same two museums at the same hour.
    assert book["Clashes"].max_row > 1
    assert [cell.value for cell in book["Coaches"][2]] == ["2026-11-27", 2]
    assert not multiprocessing.active_children()


def test_an_address_without_a_cluster_is_said(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, [line(1)])
    assert run(["trips", str(sheet), "--scheduler", "tcp://127.0.0.1:1"]) == 1


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_packs_as_one_process(
    tmp_path: Path, settings: Settings, executor: Executor
) -> None:
    from distributed import Client, LocalCluster  # noqa: PLC0415 - slow to import

    rows = read_sheet(sheet_of(tmp_path, [line(n) for n in range(1, 4)]))
    alone, spread = tmp_path / "alone", tmp_path / "spread"
    list(batch_of(rows, alone, settings, executor).run(executor, 1))
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address=None,
        ) as cluster,
        Client(cluster) as client,
    ):
        pool = client.get_executor(pure=False)
        list(batch_of(rows, spread, settings, pool).run(pool, 2))
    packs = {file.name: file.read_bytes() for file in alone.glob("*.pdf")}
    assert len(packs) == 3
    assert {file.name: file.read_bytes() for file in spread.glob("*.pdf")} == packs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("count", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_a_cluster_that_loses_a_worker_makes_each_pack_once(
    count: int, tmp_path: Path, settings: Settings
) -> None:
    from distributed import Client, LocalCluster  # noqa: PLC0415 - slow to import

    rows = read_sheet(sheet_of(tmp_path, [line(n) for n in range(1, count + 1)]))
    folder = tmp_path / "packs"
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        workers = list(client.run(os.getpid).values())
        pool = client.get_executor(pure=False, retries=2)
        found = []
        for outcome in batch_of(rows, folder, settings, pool).run(pool, 2):
            found.append(outcome)
            if len(found) == count // 4:
                os.kill(workers[0], signal.SIGKILL)
    assert sorted(one.number for one in found) == [row.number for row in rows]
    assert [one.error for one in found] == [""] * count
    assert len(list(folder.glob("*.pdf"))) == count
    assert len((folder / LEDGER).read_text("utf-8").splitlines()) == count


def test_excel_sheets_are_read_with_their_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["school", "date", "back_by", "pupils"])
    sheet.append(["一中", datetime(2026, 11, 27), time(16, 30), 45.0])
    sheet.append([None, None, None, None])
    book.save(tmp_path / "schools.xlsx")
    (row,) = read_sheet(tmp_path / "schools.xlsx")
    assert row.number == 2
    assert dict(row.cells) == {
        "school": "一中",
        "date": "2026-11-27",
        "back_by": "16:30",
        "pupils": "45",
    }


def test_a_sheet_saved_by_excel_in_china_is_read(tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    file.write_bytes("学校名称,date\n青岛一中,2026-11-27\n".encode("gb18030"))
    (row,) = read_sheet(file)
    assert dict(row.cells) == {"school": "青岛一中", "date": "2026-11-27"}


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("s.csv", b"", DataError),
        ("s.csv", b"pupil names\nA\n", InvalidParameterError),
        ("s.xlsx", b"not a workbook", DataError),
        ("s.ods", b"", InvalidParameterError),
    ],
)
def test_a_sheet_that_is_none_is_refused(
    tmp_path: Path, name: str, content: bytes, error: type[Exception]
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(error):
        read_sheet(file)


def test_every_parameter_has_a_column_in_each_language() -> None:
    fields = TripPackQuery.model_fields.keys() - {"lang", "number", "parts"}
    assert set(COLUMNS) == fields | {"near"}
    assert set(column_names().values()) == set(COLUMNS)


def outcome(number: int, begin: int, end: int, *, people: int = 48, capacity: int = 48) -> Outcome:
    visit = Visit("2026-11-27", "navy-museum", begin, end, people, capacity)
    away = (("2026-11-27", begin - 30, end + 30),)
    return Outcome(number, f"{number}", visits=(visit,), away=away, coach=True, school="=1+1")


def test_clashes_are_schools_that_meet_beyond_the_capacity() -> None:
    first, second, third = outcome(2, 540, 600), outcome(3, 570, 630), outcome(4, 630, 660)
    assert list(site_clashes([first, second, third])) == [
        ("2026-11-27", "navy-museum", 570, 600, 96, "2, 3")
    ]
    roomy = [outcome(n, 540, 600, capacity=200) for n in (2, 3)]
    assert list(site_clashes(roomy)) == []
    assert list(coaches([first, second, third])) == [("2026-11-27", 3)]


def test_a_summary_holds_names_never_formulas(tmp_path: Path) -> None:
    file = tmp_path / "summary.xlsx"
    assert write_summary(file, [outcome(2, 540, 600)], {"navy-museum": "海军博物馆"}, ZH) == 0
    packs = openpyxl.load_workbook(file)["手册"]
    assert packs["B2"].value == "=1+1"
    assert packs["B2"].data_type == "s"
    assert packs["F2"].value == "海军博物馆"
