"""Killed at any moment (kill -9): every acknowledged change is there, and no half of one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from routes_data.checking import check
from routes_data.revisions import State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)
pytestmark = pytest.mark.slow

KILLS = 20
PAIR = "ab"
EDIT = """
import sys
from routes_data.revisions import Change, Signature, State
from routes_data.store import Store
store, number = Store.open(sys.argv[1]), int(sys.argv[2])
while True:
    ids = [f"{letter}{number}" for letter in "ab"]
    pair = [Change("sites", one, State.DRAFT, None, {"id": one}) for one in ids]
    store.editor.apply(pair, Signature("crash", "", f"set-{number}"))
    print(number, flush=True)
    number += 1
"""
BACKUP = """
import sys
from pathlib import Path
from routes_data.copying import backup
backup(sys.argv[1], Path(sys.argv[2]))
print("done", flush=True)
"""
OPEN = """
import sys
from routes_data.store import Store
Store.open(sys.argv[1]).close()
print("done", flush=True)
"""


def killed(program: str, *arguments: str, after_s: float, ready: bool) -> list[str]:
    """Run a program and kill it; return the lines it had written."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = [process.stdout.readline()] if ready else []
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    return [line for line in (*first, *rest.splitlines(keepends=True)) if line.endswith("\n")]


def test_an_editor_that_is_killed_loses_nothing_it_was_told_is_kept(
    store: Store, store_url: str
) -> None:
    chance, number = random.Random(7), 0  # noqa: S311 - moments, no secrets
    for _ in range(KILLS):
        lines = killed(EDIT, store_url, str(number), after_s=chance.uniform(0.0, 0.2), ready=True)
        drafts = {r.id for r in store.editor.worklist("sites") if r.author == "crash"}
        first, second = ({one[1:] for one in drafts if one[0] == letter} for letter in PAIR)
        assert first == second
        assert {line.strip() for line in lines} <= first
        assert check(store_url) == ()
        number = max(int(one) for one in first) + 1


def test_a_backup_that_is_killed_leaves_none(store_url: str, tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311 - moments, no secrets
    for kill in range(KILLS):
        file = tmp_path / f"{kill}.db"
        killed(BACKUP, store_url, str(file), after_s=chance.uniform(0.5, 3.0), ready=False)
        if file.exists():
            assert check(f"sqlite:///{file}") == ()
    assert check(store_url) == ()


def test_a_first_start_that_is_killed_can_be_repeated(empty_url: str) -> None:
    chance = random.Random(9)  # noqa: S311 - moments, no secrets
    for _ in range(KILLS // 2):
        killed(OPEN, empty_url, after_s=chance.uniform(0.5, 3.0), ready=False)
    store = Store.open(empty_url)
    assert len(store.sites()) == 89
    store.close()
    assert check(empty_url) == ()


IMPORT = """
import sys
sys.path.insert(0, sys.argv[3])
from exchange_world import checked, desk_of, rows_table, store_sites
from routes_data.store import Store
store, number = Store.open(sys.argv[1]), int(sys.argv[2])
ids = [one.id for one in store_sites(store)]
while True:
    table = rows_table(["id", "phone"], *([one, str(number)] for one in ids))
    run = checked(store, table, datum=None)
    print("ready", flush=True)
    desk_of(store).apply(run, f"import-{number}", "crash")
    print(number, flush=True)
    number += 1
"""


def test_an_import_that_is_killed_is_whole_or_was_never_there(
    store: Store, store_url: str, root: Path
) -> None:
    chance, number = random.Random(10), 1  # noqa: S311 - moments, no secrets
    tests = str(root / "tests")
    for _ in range(KILLS):
        after_s = chance.uniform(0.0, 0.4)
        lines = killed(IMPORT, store_url, str(number), tests, after_s=after_s, ready=True)
        heads = store.editor.worklist("sites", list(State))
        numbers = {head.change_set: head.body["phone"] for head in heads}
        assert len(numbers) == 1, numbers
        assert check(store_url) == ()
        told = [int(line) for line in lines if line.strip().isdigit()]
        (made,) = numbers.values()
        if told:
            assert int(str(made)) >= told[-1]
            number = int(str(made)) + 1
        elif numbers.keys() != {None}:
            number = int(str(made)) + 1
