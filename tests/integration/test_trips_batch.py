"""Packs for a sheet of schools: read, made once each, resumed, the same on a cluster."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from api import trip_work
from api.cli.app import run
from api.cli.trips import tell_result
from api.settings import Settings
from api.trip_batch import LEDGER, Batch, Job, Outcome, Row, Visit, checked, described
from api.trip_cells import READERS
from api.trip_columns import COLUMNS, columns_of, spellings
from api.trip_query import TripPackQuery
from api.trip_sheets import Sheet
from api.trip_sheets import read_sheet as read_content
from api.trip_summary import coaches, site_clashes, why_of, write_summary
from api.trip_told import wrong_of
from api.web.texts import HAN, Texts
from geo.errors import DataError, InvalidParameterError
from geo.trip import plan_trip

ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")
HEAD = ["学校名称", "near", "date", "stage", "stops", "back_by", "pupils"]
NAMES = {"navy-museum": "海军博物馆"}
STOPS = "navy-museum,cpc-qingdao-memorial"


def line(number: int, day: str = "2026-11-27", stops: str = STOPS) -> list[str]:
    return [f"第{number}中学", "青岛站", day, "junior", stops, "16:30", str(40 + number)]


def read(path: Path) -> Sheet:
    return read_content(path.name, path.read_bytes())


def read_sheet(path: Path) -> tuple[Row, ...]:
    return read(path).rows


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


def batch_of(rows: Sequence[Row], folder: Path, settings: Settings, executor: Executor) -> Batch:
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
    assert not any(one.failed for one in found)
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
    assert [one.name for one in found[2].wrong] == ["date"]
    assert not found[3].failed
    assert [(one.name, one.got) for one in found[4].wrong] == [("near", "Atlantis")]
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
    assert book.sheetnames == ["Results", "Clashes", "Coaches", "Columns"]
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
    assert not any(one.failed for one in found)
    assert len(list(folder.glob("*.pdf"))) == count
    assert len((folder / LEDGER).read_text("utf-8").splitlines()) == count


COMMAND = "import sys; from api.cli.app import run; sys.exit(run(sys.argv[1:]))"
LEADER = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from api.processes import end_with_leader

pool = ProcessPoolExecutor(1, get_context("spawn"), end_with_leader)
pool.submit(os.open, sys.argv[1], os.O_WRONLY).result()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_command_that_is_killed_and_given_again_makes_each_pack_once(
    tmp_path: Path, data_dir: Path
) -> None:
    """Killed (signal 9) after a quarter and again after half, with real PDFs and two workers."""
    count = 24
    sheet = sheet_of(tmp_path, [line(n) for n in range(1, count + 1)])
    into = tmp_path / "packs"
    command = [sys.executable, "-c", COMMAND, "trips", str(sheet), "--into", str(into)]
    environment = {**os.environ, "REDTRAILS_DATA_DIR": str(data_dir)}
    made: dict[str, int] = {}
    for most in (count // 4, count // 2, count):
        with subprocess.Popen(
            [*command, "--workers", "2"], env=environment, stdout=subprocess.DEVNULL
        ) as run_:
            while run_.poll() is None and len(done_in(into)) < most:
                select.select([], [], [], 0.05)
            if most < count:
                run_.kill()
        lines = done_in(into)
        assert len({one["number"] for one in lines}) == len(lines) >= most
        for name in (name for one in lines for name in one["files"]):
            stamp = (into / name).stat().st_mtime_ns
            assert made.setdefault(name, stamp) == stamp, "made again"
    assert run_.returncode == 0
    assert {file.name for file in into.glob("*.pdf")} == made.keys()
    assert len(made) == count
    assert not list(into.glob("*.part"))
    assert all(len(pypdf.PdfReader(file).pages) > 10 for file in into.glob("*.pdf"))


def done_in(folder: Path) -> list[dict[str, Any]]:
    """Return the whole lines of the ledger of a folder."""
    ledger = folder / LEDGER
    text = ledger.read_text("utf-8") if ledger.exists() else ""
    return [json.loads(one) for one in text.splitlines(keepends=True) if one.endswith("\n")]


def test_no_worker_outlives_a_command_that_is_killed(tmp_path: Path) -> None:
    pipe = tmp_path / "held-by-the-worker"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    arguments = [sys.executable, "-c", LEADER, str(pipe)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"up\n"
        leader.kill()
    closed, _, _ = select.select([end], [], [], 60)
    os.close(end)
    assert closed, "the pipe is closed when the worker has ended"


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
        ("s.csv", "序号,备注\n1,无\n".encode(), InvalidParameterError),
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
    assert set(COLUMNS) == fields | {"near", "start_near", "lodging_near", "total"}
    assert set(spellings().values()) == set(COLUMNS)


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


def test_a_class_counts_as_at_a_site_from_its_arrival_to_its_departure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lunch on site and a wait at the door are time at the site as well."""
    monkeypatch.setattr(trip_work, "_pdf", lambda *_: b"")
    cells = zip(["school", *HEAD[1:]], line(1), strict=True)
    row = Row(2, (*cells, ("lunch_from", "11:30")))
    told = trip_work.describe(settings.model_dump_json(), "zh")
    job = Job(settings.model_dump_json(), told.version)
    outcome, _ = trip_work.make_row(row, job)
    state = trip_work._opened(job.settings)
    read = trip_work.read_row(dict(row.cells), state.catalogue, date(2026, 11, 1))
    assert read.request is not None
    trip = plan_trip(read.request, state.catalogue, state.router)
    stops = [stop for stop in trip.classes[0].itinerary.stops if stop.kind == "site"]
    assert any(stop.wait_s + stop.pause_s for stop in stops)
    assert [(v.site, v.begin, v.end) for v in outcome.visits] == [
        (stop.site_id, *(m.hour * 60 + m.minute for m in (stop.arrival, stop.departure) if m))
        for stop in stops
    ]


def test_a_summary_holds_names_never_formulas(tmp_path: Path) -> None:
    file = tmp_path / "summary.xlsx"
    sheet = Sheet((), (), "zh")
    assert write_summary(file, [outcome(2, 540, 600)], NAMES, sheet, ZH) == 0
    packs = openpyxl.load_workbook(file)["结果"]
    assert packs["B2"].value == "=1+1"
    assert packs["B2"].data_type == "s"
    assert packs["C2"].value == "已排好"
    assert packs["I2"].value == "海军博物馆"


def test_what_is_impossible_is_said_with_its_reasons_and_what_to_relax(
    tmp_path: Path, settings: Settings, executor: Executor
) -> None:
    early, late = line(1), line(2)
    early[5] = "8:35"
    late[4] = "海军博物馆、中共青岛党史纪念馆、青岛一战遗址博物馆"
    late[5] = "11点半"
    bad = [*line(3)[:2], "12月2日", "中学", "某博物馆", "下午", "四十五人"]
    sheet = read(sheet_of(tmp_path, [early, late, bad]))
    batch = batch_of(sheet.rows, tmp_path / "packs", settings, executor)
    list(batch.run(executor, 1))
    outcomes = list(batch.outcomes.values())
    for texts, result in ((ZH, ["排不成", "已排好", "填写有误"]), (EN, ["Impossible", "Planned"])):
        write_summary(tmp_path / "s.xlsx", outcomes, NAMES, sheet, texts)
        rows = list(openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[0].values)
        assert [row[2] for row in rows[1:]][: len(result)] == result
        assert all(row[3] for row in rows[1:]), "each of the three has a why"
        assert [bool(row[4]) for row in rows[1:]] == [True, True, False], "and what to relax"
        assert not any("primary_" in str(cell) for row in rows[1:] for cell in row[2:5])
    (one,) = [one for one in outcomes if one.number == 4]
    said = why_of(one, NAMES, sheet, ZH)
    assert len(said) == 5
    assert said[0].startswith("“date”写的是“12月2日”：应为带年份的日期")
    assert "小学 1–3 年级" in said[1]
    assert "某博物馆" in said[2]
    assert not any(HAN.search(line.split("“")[0]) for line in why_of(one, NAMES, sheet, EN))


def test_a_sheet_as_a_school_office_makes_it_is_understood(
    tmp_path: Path, settings: Settings, executor: Executor
) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["2026 年秋季研学计划"])
    page.merge_cells("A1:L1")
    page.append([])
    page.append([*HEADINGS_ZH, "备注", "联系人"])
    stops = "海军博物馆，中共青岛党史纪念馆"
    rest = ["２人", "8：00", "下午4点半", stops, "大巴", "自带", "否"]
    page.append(
        ["第一中学", "青岛站", datetime(2099, 12, 2), "初二（3）班", "４５人", *rest, "急", "张"]
    )
    page.append([None, None, "2099年12月3日", "小学", 40.0, *rest])
    page.merge_cells("A4:A5")
    page.merge_cells("B4:B5")
    page.append([None] * 12)
    page.append(["第二小学", "36.0645, 120.3125", "2099.12.4", "小学高年级", "30", *rest])
    book.save(tmp_path / "plan.xlsx")
    sheet = read(tmp_path / "plan.xlsx")
    assert [one.number for one in sheet.rows] == [4, 5, 7]
    assert [one.heading for one in sheet.columns if not one.name] == ["备注", "联系人"]
    job = Job(settings.model_dump_json(), described(executor, settings, "zh").version)
    found = checked(executor, sheet.rows, job)
    assert [one.wrong for one in found] == [(), (), ()]
    assert found[1].school == "第一中学"
    told = {one.number: {told.code for told in one.remarks} for one in found}
    assert "trip-placed" in told[4]
    assert "trip-only-primary" in told[5]
    assert told[7] == set()


HEADINGS_ZH = (
    *("学校", "学校位置", "日期", "年级", "人数", "带队教师", "出发", "返回", "景点", "交通方式"),
    *("午餐", "轮椅"),
)


ENGLISH = "School,Location,Date,Grade,Number of students,Teachers,Departure,Return,Sites,Topic"
OTHERS = "学校名称 出行日期 学段 班级 班数 总人数 主题 步行上限（米） 住宿"


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (" ".join(HEADINGS_ZH), "school near date stage pupils adults depart back_by stops "),
        (ENGLISH, "school near date stage pupils adults depart back_by stops theme"),
        (OTHERS, "school date stage group classes total theme walk_limit_m lodging_near"),
        ("School_Name,DATE:,stage*,线路,at", "school date stage route at"),
    ],
)
def test_usual_headings_are_understood(headings: str, names: str) -> None:
    parts = headings.split("," if "," in headings else " ")
    known = [one.name for one in columns_of(parts)]
    assert "" not in known
    assert known[: len(names.split())] == names.split()


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        *(("date", text, "2026-12-02") for text in (
            "2026/12/2", "2026年12月2日", "2026.12.2", "2026-12-02", "20261202",
            "２０２６/12/2",
            "2026年12月2日（星期三）", "2026/12/2 周三", "2026-12-02 00:00:00", "2 Dec 2026",
            "December 2, 2026", "46358",
        )),
        *(("back_by", text, "16:30") for text in (
            "16:30", "１６：３０", "16点半", "16时30分",
            "下午4:30", "4:30 PM", "0.6875", "16:30:00",
        )),
        *(("pupils", text, "45") for text in ("45", "４５", "45人", "45名学生", "45.0")),
        ("days", "两天", "2"), ("classes", "六个班", "6"), ("walk_limit_m", "1.5公里", "1500"),
        ("break_every_min", "1小时", "60"),
        *(("stage", text, "primary_lower") for text in (
            "小学低年级", "一年级", "3年级2班", "小学", "小学 1–3 年级", "Grade 2",
        )),
        *(("stage", text, "primary_upper") for text in ("小学高年级", "六年级", "Year 5")),
        *(("stage", text, "junior") for text in (
            "初中", "初一", "初二（3）班", "初中一年级", "七年级", "9年级", "Grade 7", "Junior")),
        *(("stage", text, "senior") for text in (
            "高中", "高一", "高三", "高中二年级", "Grade 10", "high school")),
        ("stage", "大一", "university"),
        ("transport", "大巴", "coach"), ("transport", "徒步", "walk"),
        ("lunch", "统一订餐", "booked"),
        ("wheelchair", "是", "true"), ("wheelchair", "无", "false"), ("langs", "中英双语", "both"),
        ("paper", "A5 骑马订", "booklet"), ("theme", "五四运动", "may_fourth"),
        ("omit", "知识问答、答案（教师用）", "quiz,answers"),
    ],
)  # fmt: skip
def test_cells_are_read_as_people_write_them(name: str, cell: str, value: str) -> None:
    assert READERS[name](name, cell) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [("date", "12月2日"), ("date", "2026-13-40"), ("date", "3/4/2026"), ("back_by", "傍晚"),
     ("back_by", "25:00"), ("pupils", "很多"), ("pupils", "4.5"), ("stage", "中学"),
     ("transport", "地铁"), ("theme", "恐龙"), ("omit", "封底")],
)  # fmt: skip
def test_a_cell_that_may_mean_anything_is_refused(name: str, cell: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        READERS[name](name, cell)
    (wrong,) = wrong_of(error.value)
    assert (wrong.name, wrong.got) == (name, cell)
    assert wrong.sentence(ZH)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_of_any_program_is_read(encoding: str, mark: str) -> None:
    asked = '"海军博物馆|几门炮\n海军博物馆|几艘艇"'
    text = f"学校{mark}日期{mark}题目\n青岛一中{mark}2026/12/2{mark}{asked}\n\n"
    sheet = read_content("s.csv", text.encode(encoding))
    (row,) = sheet.rows
    assert dict(row.cells)["ask"].count("\n") == 1
    assert (row.number, sheet.lang) == (2, "zh")


def test_questions_about_nothing_of_the_trip_are_faults(
    settings: Settings, executor: Executor
) -> None:
    head = ["school", *HEAD[1:], "ask"]
    asks = ["海军博物馆|几门炮？", "几门炮？", "水族馆|有鱼吗？", "青岛一战遗址博物馆|哪一年？"]
    rows = [Row(n, tuple(zip(head, [*line(n), ask], strict=True))) for n, ask in enumerate(asks, 2)]
    job = Job(settings.model_dump_json(), described(executor, settings, "zh").version)
    found = checked(executor, rows, job)
    rules = [[one.data.get("rule") for one in each.wrong] for each in found]
    assert rules == [[], ["ask_line"], ["site_name"], ["ask_site"]]


def test_the_template_is_read_again_and_planned(
    tmp_path: Path,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(data_dir))
    for lang in ("zh", "en"):
        file = tmp_path / f"{lang}.xlsx"
        assert run(["--lang", lang, "trips", str(file), "--template"]) == 0
        book = openpyxl.load_workbook(file)
        page = book.worksheets[0]
        texts = Texts.for_lang("zh" if lang == "zh" else "en")
        row = {
            "school": "第一中学", "near": "青岛站", "date": datetime(2099, 12, 2),
            "stage": texts("trip.stage.junior"), "transport": texts("trip.transport.coach"),
            "stops": STOPS, "theme": texts("theme.navy"), "wheelchair": texts("trip.word.no"),
        }  # fmt: skip
        names = [one.name for one in columns_of([str(cell.value) for cell in page[1]])]
        assert "" not in names
        for number, name in enumerate(names, start=1):
            page.cell(2, number, row.get(name))
        page.cell(3, 1, "第二中学")
        book.save(file)
        assert len(page.data_validations.dataValidation) > 5
        capfd.readouterr()
        assert run(["trips", str(file), "--check", "--workers", "1"]) == 1
        said = capfd.readouterr()
        assert "→" in said.err
        lines = said.out.splitlines()
        # The school that is named and nothing else lacks its place, its date and its sites.
        assert len([line for line in lines if "第二中学" in line]) == 3
        assert lines[-1] == texts("cli.trips.checked", good=1, failed=1)
    assert run(["trips", str(tmp_path / "zh.xlsx"), "--template"]) == 1
    assert not (tmp_path / "packs").exists()


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_three_faults_in_a_long_sheet_are_three_lines(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], settings: Settings, executor: Executor,
) -> None:  # fmt: skip
    monkeypatch.setattr(trip_work, "_pdf", lambda *_: b"%PDF")
    lines = [[*line(n)[:6], "45"] for n in range(1, count + 1)]
    lines[1][2], lines[4][1], lines[7][6] = "someday", "青岛一中", "many"
    sheet = read(sheet_of(tmp_path, lines))
    batch = batch_of(sheet.rows, tmp_path / "packs", settings, executor)
    list(batch.run(executor, 1))
    assert tell_result(batch, NAMES, sheet, ZH) == 1
    *told, last = capfd.readouterr().out.splitlines()
    assert [text.split(" ")[1] for text in told] == ["3", "6", "9"]
    assert "“near”写的是“青岛一中”：不是已知的地名" in told[1]
    assert last.startswith(f"手册 {count - 3} 份，失败 3 行")
    rows = list(openpyxl.load_workbook(tmp_path / "packs" / "summary.xlsx").worksheets[0].values)
    assert len(rows) == count + 1
    assert [row[2] for row in rows].count("已排好") == count - 3
