"""Files of plan requests: an answer a line, resumed where stopped, the same on a cluster."""

from __future__ import annotations

import json
import os
import random
import signal
from datetime import datetime
from pathlib import Path

import pytest

from api.cli.app import run as command
from api.plan_batch import Job, Row, job_of, read_rows, run
from api.plan_work import answer_rows, described
from api.planning import ItineraryQuery, plan_of_query
from api.settings import PREFIX, Settings
from geo.errors import DataError, InvalidParameterError
from geo.exchange import from_document
from geo.faults import read_model
from geo.models import TIME_ZONE

NOW = datetime(2026, 11, 24, 12, tzinfo=TIME_ZONE)
SITES = (
    "liweinong-park", "german-prison-museum", "wen-yiduo-house", "cpc-qingdao-memorial",
    "may-fourth-square", "qingdao-guest-house", "huangdao-bookshop-site", "police-hq-hubei-rd",
)  # fmt: skip


def requests(count: int) -> list[str]:
    """JSON lines of many kinds of request; every seventh cannot be planned."""
    rng = random.Random(7)  # noqa: S311
    lines = []
    for number in range(count):
        wish: dict[str, object] = {
            "stops": rng.sample(SITES, rng.randint(2, 5)),
            "mode": rng.choice(["walk", "drive"]),
            "depart": f"2026-11-{rng.randint(25, 30)}T{rng.randint(8, 15):02}:00",
        }
        if number % 7 == 3:
            wish["stops"] = ["atlantis"]
        lines.append(json.dumps(wish))
    return lines


def file_of(folder: Path, lines: list[str], name: str = "requests.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def job(service_settings: Settings, service_data: Path) -> Job:
    assert service_data.is_dir()
    return described(job_of(service_settings, NOW))


def worked(rows: list[Row], output: Path, job: Job) -> list[str]:
    assert sum(run(rows, output, job, answer_rows)) == len(rows)
    return output.read_text("utf-8").splitlines()


def test_every_request_gets_one_line_in_its_order(tmp_path: Path, job: Job) -> None:
    rows = read_rows(file_of(tmp_path, [*requests(10), "[]", "{", '{"stops": 3}', "{}"]))
    answers = [json.loads(line) for line in worked(rows, tmp_path / "out.jsonl", job)]
    assert [one["row"] for one in answers] == list(range(1, 15))
    assert [one["row"] for one in answers if "error" in one] == [4, 11, 12, 13, 14]
    assert answers[3]["error"]["code"] == "unknown-site"
    assert answers[12]["error"]["parameter"] == "stops"
    for one in answers[:3]:
        visited = {s.site_id for s in from_document(one["itinerary"]).stops}
        assert visited == set(one["request"]["stops"])
        assert one["catalogue"]
        assert one["network"]


def test_a_sheet_says_days_nights_and_limits(tmp_path: Path) -> None:
    sheet = tmp_path / "days.csv"
    sheet.write_text(
        "stops,mode,dates,nights,optional,longest_walk,appointments\n"
        "a；b,auto,2026-11-28@09:00-17:00;2026-11-30,c,d;e,800,a@10:00\n",
        encoding="utf-8",
    )
    (row,) = read_rows(sheet)
    request = plan_of_query(read_model(ItineraryQuery, json.loads(row.text)))
    assert (request.stops, request.optional) == (("a", "b"), ("d", "e"))
    assert (request.mode, request.nights, request.longest_walk) == ("auto", ("c",), 800)
    assert [day.text() for day in request.dates] == ["2026-11-28@09:00-17:00", "2026-11-30"]
    assert request.appointments == (("a", "10:00"),)


def test_csv_and_json_say_the_same(tmp_path: Path, job: Job) -> None:
    table = "stops,mode,depart,start\n"
    table += 'liweinong-park;wen-yiduo-house,walk,2026-11-28T09:00,"120.3125,36.0645"\n,,,\n'
    line = {
        "stops": ["liweinong-park", "wen-yiduo-house"],
        "mode": "walk",
        "depart": "2026-11-28T09:00",
        "start": [120.3125, 36.0645],
    }
    sheet = tmp_path / "requests.csv"
    sheet.write_text(table, encoding="utf-8-sig")
    (one,) = worked(read_rows(sheet), tmp_path / "a.jsonl", job)
    (two,) = worked(read_rows(file_of(tmp_path, [json.dumps(line)])), tmp_path / "b.jsonl", job)
    assert json.loads(one)["itinerary"] == json.loads(two)["itinerary"]


def test_a_run_that_was_stopped_goes_on_after_its_last_whole_line(tmp_path: Path, job: Job) -> None:
    rows = read_rows(file_of(tmp_path, requests(12)))
    whole = worked(rows, tmp_path / "whole.jsonl", job)
    output = tmp_path / "stopped.jsonl"
    output.write_text("\n".join(whole[:5]) + "\n" + whole[5][:40], encoding="utf-8")
    asked: list[int] = []

    def counted(some: list[Row], one: Job) -> list[str]:
        asked.extend(row.number for row in some)
        return answer_rows(some, one)

    first, *_ = run(rows, output, job, counted)  # type: ignore[arg-type]
    assert first == 5
    assert asked == list(range(6, 13))
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert list(run(rows, output, job, counted)) == [12]  # type: ignore[arg-type]


def test_answers_to_other_requests_are_not_written_over(tmp_path: Path, job: Job) -> None:
    output = tmp_path / "out.jsonl"
    before = worked(read_rows(file_of(tmp_path, requests(2))), output, job)
    with pytest.raises(DataError, match="other requests"):
        list(run([Row(1, "{}")], output, job, answer_rows))
    assert output.read_text("utf-8").splitlines() == before


def test_a_worker_with_other_data_is_refused(tmp_path: Path, job: Job) -> None:
    stale = Job(job.settings, job.now, "another", job.network)
    with pytest.raises(DataError, match="another"):
        list(run([Row(1, "{}")], tmp_path / "out.jsonl", stale, answer_rows))


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"x", DataError),
        ("a.csv", b"stops,colour\na,red\n", InvalidParameterError),
        ("a.csv", "stops\n党史馆\n".encode("gb18030"), DataError),
        ("missing.csv", None, DataError),
    ],
)
def test_a_file_that_is_no_batch_is_refused(
    tmp_path: Path, name: str, content: bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        read_rows(path)


@pytest.fixture
def shell(service_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))


@pytest.mark.usefixtures("shell")
def test_the_command_line_answers_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of(tmp_path, requests(5))
    assert command(["--lang", "en", "plan", "--batch", str(path)]) == 0
    assert "5 requests answered, 1 of them with an error" in capsys.readouterr().out
    assert len((tmp_path / "requests.plans.jsonl").read_text("utf-8").splitlines()) == 5
    assert command(["plan", "--batch", str(path), "--scheduler", "tcp://127.0.0.1:1"]) == 1
    assert command(["plan", "--batch", str(tmp_path / "none.csv")]) == 1


def on_a_cluster_with_one_killed(rows: list[Row], output: Path, job: Job) -> None:
    """Work on two workers, and kill one when a third of the answers are there."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - slow to import

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        workers = list(client.run(os.getpid).values())
        pool = client.get_executor(pure=False, retries=2)
        done, killed = 0, False
        for count in run(rows, output, job, answer_rows, pool):
            done += count
            if done * 3 > len(rows) and not killed:
                os.kill(workers[0], signal.SIGKILL)
                killed = True
        assert killed
        assert done == len(rows)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_cluster_that_loses_a_worker_answers_every_row_once_and_alike(
    count: int, tmp_path: Path, job: Job
) -> None:
    rows = read_rows(file_of(tmp_path, requests(count)))
    alone, spread = tmp_path / "alone.jsonl", tmp_path / "spread.jsonl"
    worked(rows, alone, job)
    on_a_cluster_with_one_killed(rows, spread, job)
    assert spread.read_bytes() == alone.read_bytes()
