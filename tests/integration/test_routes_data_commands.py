"""`redtrails db` as a person and a script use it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.app import run
from api.settings import PREFIX, Settings

pytest_plugins = ("fixtures_store",)

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def command(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command line in this process: exit code, stdout, stderr."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(data))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def one(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return one


def test_from_nothing_to_a_backup_and_back(command: Command, data: Path, tmp_path: Path) -> None:
    code, out, _ = command("db", "migrate", "--json")
    assert (code, set(json.loads(out))) == (0, {"tables", "catalogue"})
    assert command("db", "check") == (0, "0 faults found.\n", "")
    kept = tmp_path / "kept.db"
    code, out, _ = command("db", "backup", str(kept))
    assert (code, out) == (0, "Backed up: 222 records, 222 revisions.\n")
    code, out, err = command("db", "restore", str(kept))
    assert (code, out, err.count("\n")) == (1, "", 1)  # the store is not empty
    shutil.rmtree(data)
    code, out, _ = command("db", "restore", str(kept))
    assert (code, out) == (0, "Restored: 222 records, 222 revisions.\n")
    assert json.loads(command("db", "check", "--json")[1]) == {"faults": []}
    assert command("sites", "--limit", "1")[0] == 0


def test_a_move_says_what_to_do_next(command: Command, tmp_path: Path) -> None:
    command("db", "migrate")
    target = f"sqlite:///{tmp_path / 'other.db'}"
    code, out, _ = command("db", "move", target)
    assert code == 0
    assert "REDTRAILS_DATABASE_URL" in out
    assert command("db", "move", target)[0] == 1


@pytest.mark.parametrize("arguments", [("check",), ("backup", "kept.db"), ("move", "sqlite:///x")])
def test_looking_at_no_store_makes_none(
    command: Command, data: Path, arguments: tuple[str, ...]
) -> None:
    code, out, err = command("db", *arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert not data.exists()


def test_a_store_that_is_not_whole_fails_the_check(command: Command, data: Path) -> None:
    data.mkdir()
    (data / "redtrails.db").touch()
    code, out, _ = command("db", "check")
    assert code == 1
    assert out.endswith("1 fault found.\n")
