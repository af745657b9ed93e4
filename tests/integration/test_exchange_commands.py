"""`redtrails sites import|export|template|imports|undo`, run as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from api.cli.app import run
from routes_data.exchange.forms import FORMS, read_file

SITE = "navy-museum"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command line over a store of this test's own; its code, stdout and stderr."""
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--lang", "en", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_file_is_looked_at_applied_and_taken_back(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"编号,咨询\n{SITE},0532-1\n", encoding="gb18030")
    looked = ("sites", "import", str(file), "--column", "咨询=phone")
    code, out, _ = command(*looked)
    assert (code, f"2: changed {SITE}" in out, "(phone)" in out) == (0, True, True)
    assert json.loads(command(*looked, "--json")[1])["counts"]["changed"] == 1
    code, out, _ = command(*looked, "--apply", "--reason", "census")
    change_set = out.strip().rpartition(" ")[2]
    assert (code, change_set.startswith("import-")) == (0, True)
    assert json.loads(command("sites", "imports", "--json")[1])[0]["reason"] == "census"
    assert change_set in command("sites", "imports")[1]
    again = command(*looked, "--apply")
    assert (again[0], "unchanged 1" in again[1]) == (1, True)
    assert "1 record as before" in command("sites", "undo", change_set, "--reason", "oh")[1]
    assert "changed 1" in command(*looked)[1]


def test_faults_are_lines_and_nothing_is_done(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"id,name,lon,lat,visit_min\n{SITE},,1,36,x\n,新馆,120.3,36.1,\n", "utf-8")
    assert command("sites", "import", str(file))[0] == 1  # no datum
    code, out, _ = command("sites", "import", str(file), "--datum", "wgs84", "--apply")
    assert code == 1
    assert "Row 2, lon: “1" in out
    assert "Row 2, visit_min: “x”" in out
    assert command("sites", "imports", "--json")[1].strip() == "[]"
    code, out, _ = command("sites", "import", str(file), "--datum", "wgs84", "--decide", "2=skip")
    assert (code, "new 1" in out, "left out 1" in out) == (0, True, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sites", "import", "none.csv"), "none.csv"),
        (("sites", "import", "list.exe"), "must end in one of"),
        (("sites", "import", "list.csv", "--column", "x=phone"), "heading"),
        (("sites", "import", "list.csv", "--decide", "x"), "ROW=skip"),
        (("sites", "import", "list.csv", "--datum", "utm"), "wgs84"),
        (("sites", "export", "list.doc"), "must end in one of"),
        (("sites", "export", "routes.kml", "--kind", "routes"), "no positions"),
        (("sites", "export", "x.csv", "--kind", "reports"), "one of"),
        (("sites", "undo", "import-none"), "import-none"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(f"id,phone\n{SITE},1\n")
    (tmp_path / "list.exe").write_text("MZ")
    code, out, err = command(*arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert not (tmp_path / "routes.kml").exists()


def test_everything_is_exported_and_imported_without_a_change(
    command: Command, tmp_path: Path
) -> None:
    for form in ("xlsx", "geojson", "gpkg", "kmz"):
        file = tmp_path / f"sites.{form}"
        assert "111 records" in command("sites", "export", str(file), "--all")[1]
        code, out, _ = command("sites", "import", str(file), "--datum", "wgs84")
        assert (code, "unchanged 111" in out) == (0, True)
    public = tmp_path / "public.csv"
    assert "89 records" in command("sites", "export", str(public), "--form", "csv-gb18030")[1]
    assert len(read_file("a.csv", public.read_bytes()).rows) == 89
    public.read_bytes().decode("gb18030")
    assert set(FORMS) >= {"parquet"}


def test_a_template_is_written_and_the_list_goes_on_working(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "template.xlsx"
    assert command("sites", "template", str(file))[0] == 0
    assert openpyxl.load_workbook(file).sheetnames[0] == "sites"
    assert SITE in command("sites", "navy", "--limit", "5")[1]
    assert SITE in command("sites", "list", "navy")[1]
    assert json.loads(command("sites", "--limit", "2", "--json")[1])["numberReturned"] == 2
    assert "import" in command("sites", "--help")[1]
