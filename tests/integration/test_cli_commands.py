"""The command `redtrails` as a person and a script use it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import gpxpy
import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from api.settings import PREFIX, Settings

Command = Callable[..., tuple[int, str, str]]
REDTRAILS = Path(sys.executable).with_name("redtrails")
PLAN = ("plan", "redview-core", "cpc-qingdao-memorial", "may-fourth-square", "--mode", "walk")
DEPART = ("--depart", "2026-11-28T09:00")


@pytest.fixture
def command(
    service_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command line in this process: exit code, stdout, stderr."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def one(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return one


def test_a_plan_is_compared_with_the_one_before(command: Command, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    assert command(*PLAN, *DEPART, "-o", str(before))[0] == 0
    order = ("--sequence", "may-fourth-square,redview-core", "--was", str(before))
    code, out, _ = command(*PLAN, *DEPART, *order)
    assert code == 0
    assert "Against the plan before" in out
    assert "~ " in out
    before.write_text("[]")
    assert command(*PLAN, "--was", str(before))[0] == 1


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (("sites",), "/api/collections/sites/items"),
        (("sites", "党史"), "/api/collections/sites/items?q=党史"),
        (
            ("sites", "--district", "shinan", "--limit", "3"),
            "/api/collections/sites/items?district=shinan&limit=3",
        ),
        (
            ("routes", "--provenance", "official"),
            "/api/collections/routes/items?provenance=official",
        ),
        (
            (*PLAN, *DEPART),
            f"/api/itineraries?stops={','.join(PLAN[1:4])}&mode=walk&depart={DEPART[1]}",
        ),
        (
            ("plan", "--route", "r2023-01", *DEPART),
            "/api/itineraries?route=r2023-01&depart=2026-11-28T09:00",
        ),
    ],
)
def test_json_is_that_of_the_api(
    command: Command, client: TestClient, arguments: tuple[str, ...], address: str
) -> None:
    code, out, _ = command(*arguments, "--json")
    ours, theirs = json.loads(out), client.get(address).json()
    for document in (ours, theirs):
        document.pop("links", None)  # each names the address it was asked at
        for feature in document.get("features", ()):
            feature.pop("links", None)
    assert code == 0
    assert ours == theirs


def test_sites_are_a_table_that_says_what_they_are(command: Command) -> None:
    code, out, _ = command("sites", "memorial", "--limit", "5")
    assert code == 0
    assert "not the official list" in out
    assert len([line for line in out.splitlines() if " m " in line]) == 5


def test_routes_say_how_many_were_published(command: Command) -> None:
    code, out, _ = command("routes")
    assert code == 0
    assert "published 9; held as published 0; composed by this project 9" in out


def test_a_plan_is_a_timetable_with_its_doubts(command: Command) -> None:
    code, out, _ = command(*PLAN, *DEPART)
    assert code == 0
    assert re.search(r"1\s+09:00\s+\d\d:\d\d\s+\S", out)
    assert "estimates on a schematic road network" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "--modee", "x"), "没有选项 --modee"),
        (("fly",), "没有命令 fly"),
        (("plan", "--route"), "选项 --route 后面要写一个值"),
        (("network", "diff"), "缺少参数 OLD"),
        (("sites", "--limit", "x"), "参数 --limit 的值不可用"),
        (("validate", "a", "b"), "多出了参数"),
        (("plan", "redview-core", "--mode", "fly"), "应为下列之一：walk, cycle, drive, coach"),
    ],
)
def test_a_wrong_line_is_said_in_chinese(
    command: Command, arguments: tuple[str, ...], words: str
) -> None:
    code, _, err = command(*arguments, "--lang", "zh")
    assert code in {1, 2}
    assert words in err
    assert len(err.splitlines()) == 1


def test_help_is_in_chinese_whole(command: Command) -> None:
    for arguments in (("--help",), ("plan", "--help"), ("db", "--help")):
        shown = command("--lang", "zh", *arguments)[1]
        assert "用法：redtrails" in shown
        assert "选项:" in shown
        for word in ("Usage", "Options", "Commands", "Arguments", "Show this"):
            assert word not in shown


def test_a_group_called_bare_shows_its_help(command: Command) -> None:
    code, _, err = command("db")
    assert code == 2
    assert "Usage: redtrails db" in err.splitlines()[0]
    assert len(err.splitlines()) > 5


def test_the_language_is_the_option_then_the_locale(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Distances and times" in command(*PLAN, *DEPART)[1]
    assert "示意路网" in command("--lang", "zh", *PLAN, *DEPART)[1]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "示意路网" in command(*PLAN, *DEPART)[1]
    assert "列出场馆" in command("sites", "--help")[1]
    assert command("--lang=fr", "sites")[0] == 2


@pytest.mark.parametrize("ending", ["gpx", "kml", "ics", "csv", "geojson", "json", "html"])
def test_a_file_has_the_form_of_its_ending(command: Command, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"day.{ending}"
    code, _, _ = command(*PLAN, *DEPART, "-o", str(file))
    assert code == 0
    assert file.stat().st_size > 500
    if ending == "gpx":
        assert len(gpxpy.parse(file.read_text("utf-8")).waypoints) == 3


def test_a_map_is_one_file_that_asks_nobody(command: Command, tmp_path: Path) -> None:
    for options in ((), ("--route", "c9-01"), ("--site", "navy-museum", "--site", "datum-zero")):
        file = tmp_path / "map.html"
        assert command("map", str(file), *options)[0] == 0
        assert "<script src=" not in file.read_text("utf-8")


def test_the_network_says_how_far_it_can_be_trusted(command: Command) -> None:
    code, out, _ = command("network", "info")
    assert code == 0
    assert "schematic" in out.lower()


def test_the_shipped_facts_have_no_fault(command: Command) -> None:
    assert command("validate")[:2] == (0, "No fault: 89 sites, 57 routes.\n")


def test_broken_facts_are_told_all_at_once(command: Command, root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(root / "routes_data" / "facts", folder)
    sites = folder / "sites.csv"
    lines = sites.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace("120.", "220.", 1)
    lines[2] = lines[3]
    sites.write_text("\n".join(lines) + "\n", "utf-8")
    code, out, _ = command("validate", str(folder))
    assert code == 1
    assert "lon" in out
    assert "sites.csv" in out
    assert len(out.splitlines()) >= 3


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("plan", "nope"), 1, "nope"),
        (("plan", "navy-musem"), 1, "navy-museum"),
        (("plan",), 1, "at least one site"),
        (("plan", "redview-core", "--mode", "fly"), 1, "walk, cycle, drive, coach"),
        (("plan", "redview-core", "--start", "121.9,35.2"), 1, "at most 2000 m"),
        (("plan", "redview-core", "--start", "nan,36"), 1, "finite"),
        (("plan", "redview-core", "--depart", "soon"), 1, "2026-11-28T09:00"),
        (("plan", "--route", "nope"), 1, "nope"),
        (("plan", *["redview-core"] * 200), 1, "at most 60"),
        (("plan", "redview-core", "-o", "/nowhere/day.gpx"), 1, "/nowhere"),
        (("plan", "redview-core", "-o", "day.docx"), 1, "docx"),
        (("sites", "--bbox", "121,36,120,37"), 1, "west less than east"),
        (("sites", "--district", "东区"), 1, "shinan"),
        (("routes", "--mode", "fly"), 1, "mode"),
        (("map", "/nowhere/map.html"), 1, "/nowhere"),
        (("validate", "/nowhere"), 1, "/nowhere"),
        (("sites", "--colour", "red"), 2, "--colour"),
        (("fly",), 2, "fly"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    command: Command, arguments: tuple[str, ...], exit_code: int, words: str
) -> None:
    code, out, err = command(*arguments)
    assert code == exit_code
    line = [text for text in err.splitlines() if text.startswith("redtrails: ")]
    said = (line or out.splitlines() or [""])[0]
    assert words in said
    assert "Traceback" not in err + out


def test_a_damaged_network_is_told_in_one_line_and_made_anew(
    service_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(service_data, data)
    files = [file for file in (data / "networks").rglob("*") if file.is_file()]
    largest = max(files, key=lambda file: file.stat().st_size)
    with largest.open("r+b") as file:
        file.seek(largest.stat().st_size // 2)
        file.write(b"\x00\xff" * 64)
    environment = {**os.environ, "REDTRAILS_DATA_DIR": str(data), "LC_ALL": "C"}
    for told in ([f"{largest.name} is damaged"], []):
        ended = subprocess.run(
            [REDTRAILS, "plan", "redview-core", "navy-museum"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0
        lines = ended.stderr.splitlines()
        assert len(lines) == len(told)
        assert all(words in line for words, line in zip(told, lines, strict=True))


def test_wrong_settings_are_refused_in_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [REDTRAILS, "serve"],
        env={**os.environ, "REDTRAILS_DATA_DIR": str(tmp_path), "REDTRAILS_PORT": "eighty"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "REDTRAILS_PORT" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_service_starts_answers_and_stops(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "REDTRAILS_DATA_DIR": str(tmp_path), "LC_ALL": "C"}
    served = subprocess.Popen(
        [REDTRAILS, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert b'"numberMatched":89' in patient(f"http://127.0.0.1:{port}", served)
        again = subprocess.run(
            [REDTRAILS, "serve", "--port", str(port)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert again.returncode == 1
        assert str(port) in again.stderr
    finally:
        served.terminate()
    assert served.wait(20) in {0, -15}


def patient(url: str, served: subprocess.Popen[bytes]) -> bytes:
    """Return the first answer of a service that is starting."""
    address = f"{url}/api/collections/sites/items?limit=1"
    while True:
        assert served.poll() is None, "the service ended while starting"
        try:
            with urlopen(address) as answer:  # noqa: S310 - loopback
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)


def test_several_days_are_a_table_each(command: Command) -> None:
    limits = ("--days", "2", "--until", "11:00", "--nights", "120.3125,36.0645", "--mode", "drive")
    code, said, _ = command("plan", "navy-museum", "ww1-museum", *DEPART, *limits)
    assert code == 0
    assert "Day 1 · Saturday, 28 November 2026" in said
    assert "Day 2 · Sunday, 29 November 2026: nothing planned" in said
    assert "To make room for" in said
