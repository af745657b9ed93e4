"""Backup, restore, move and check: equal after the way there and back, on both databases."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from store_world import content

from geo.errors import StoreError
from geo.plans import PlanEdition
from routes_data.checking import check
from routes_data.copying import backup, move, restore
from routes_data.engine import writing
from routes_data.models import RECORDS, REVISIONS
from routes_data.revisions import Change, Signature, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

STAFF = Signature("staff", "红色")


def edited(store: Store) -> None:
    site = str(store.sites().index[0])
    body = {**store.editor.head("sites", site).body, "name_en": "Edited"}
    store.editor.edit("sites", site, body, 1, STAFF)
    store.plans.keep({"stops": [site]}, PlanEdition("0", "1", "2"))


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = Store.open(url)
    try:
        yield store
    finally:
        store.close()


def test_a_backup_restores_equal_and_can_be_written_to(
    store: Store, store_url: str, empty_url: str, tmp_path: Path
) -> None:
    edited(store)
    counts = backup(store_url, tmp_path / "kept.db")
    assert counts["plans"] == 1
    assert restore(tmp_path / "kept.db", empty_url) == counts
    with opened(empty_url) as again:
        assert content(again) == content(store)
        assert check(empty_url) == ()
        edited_again = again.editor.create("sites", {"id": "another"}, STAFF)
        assert edited_again.revision == 1


def test_a_move_takes_everything_to_the_other_database(
    store: Store, store_url: str, empty_url: str
) -> None:
    edited(store)
    before = content(store)
    move(store_url, empty_url)
    with opened(empty_url) as moved:
        assert content(moved) == before
        assert moved.version() == store.version()
    assert content(store) == before


def test_nothing_is_overwritten(store: Store, store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    backup(store_url, file)
    kept, before = file.read_bytes(), content(store)
    with pytest.raises(StoreError):
        backup(store_url, file)
    with pytest.raises(StoreError):
        restore(file, store_url)
    assert file.read_bytes() == kept
    assert content(store) == before
    assert list(tmp_path.glob(".backup-*")) == []


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'target.db'}"
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE x (y)")
    (tmp_path / "text.db").write_text("not a database " * 100, encoding="utf-8")
    for name in ("foreign.db", "text.db", "missing.db"):
        with pytest.raises(StoreError):
            restore(tmp_path / name, target)


def test_a_damaged_backup_is_refused(seeded_sqlite: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    backup(f"sqlite:///{seeded_sqlite}", file)
    damaged = bytearray(file.read_bytes())
    for place in range(4096 * 3, len(damaged) - 4096, 4096 * 2):
        damaged[place : place + 4096] = bytes(4096)
    file.write_bytes(damaged)
    with pytest.raises(StoreError):
        restore(file, f"sqlite:///{tmp_path / 'target.db'}")


def test_a_backup_is_one_moment_while_others_write(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    ended, written = threading.Event(), []

    def write() -> None:
        while not ended.is_set():
            number = len(written)
            # Two drafts in one change: a backup has both or neither.
            pair = [
                Change("sites", f"{letter}{number}", State.DRAFT, None, {"id": f"{letter}{number}"})
                for letter in "ab"
            ]
            store.editor.apply(pair, STAFF)
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(store_url, tmp_path / f"{number}.db")
    finally:
        ended.set()
        writer.join()
    for number in range(3):
        address = f"sqlite:///{tmp_path / f'{number}.db'}"
        assert check(address) == ()
        with opened(address) as kept:
            ids = {r.id for r in kept.editor.worklist("sites")}
        assert {one[1:] for one in ids if one[:1] == "a" and one[1:].isdigit()} == {
            one[1:] for one in ids if one[:1] == "b" and one[1:].isdigit()
        }
    assert written


def test_a_check_finds_what_is_wrong(store: Store, store_url: str) -> None:
    assert check(store_url) == ()
    with writing(store.engine) as connection:
        route = connection.scalar(select(func.min(RECORDS.c.id)).where(RECORDS.c.kind == "routes"))
        stops = connection.scalar(
            select(REVISIONS.c.body).where(REVISIONS.c.kind == "routes", REVISIONS.c.id == route)
        )["stops"]
        gone = (RECORDS.c.kind == "sites", RECORDS.c.id == stops[0])
        connection.execute(update(RECORDS).where(*gone).values(published=None))
    assert stops[0] in {fault.got for fault in check(store_url)}


def test_a_store_of_an_older_version_is_told_to_migrate(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="db migrate"):
        backup(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "kept.db")
    (fault,) = check(f"sqlite:///{tmp_path / 'empty.db'}")
    assert fault.column == "version"


def test_from_sqlite_to_postgresql_and_back(
    seeded_sqlite: Path, empty_postgres: str, tmp_path: Path
) -> None:
    origin = f"sqlite:///{seeded_sqlite}"
    back = f"sqlite:///{tmp_path / 'back.db'}"
    move(origin, empty_postgres)
    move(empty_postgres, back)
    with opened(origin) as first, opened(back) as last:
        assert content(last) == content(first)
