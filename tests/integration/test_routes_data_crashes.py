"""Killed at any moment (kill -9), or out of disk: what was acknowledged is there, nothing half.

A seeded handful in every run; 200 moments in `make check-long`.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from cluster_world import cluster, filled, scratch_folder, small_disk
from crash_world import (
    DONE,
    Victim,
    back_up,
    edit_pairs,
    import_phones,
    imported,
    open_store,
    pairs_of,
    seconds_of,
)
from exchange_world import store_sites

from routes_data.checking import check
from routes_data.copying import _copy
from routes_data.engine import open_engine, reading, writing
from routes_data.migrations import current, migrate, newest
from routes_data.models import RECORDS, REVISIONS, STAMPS
from routes_data.revisions import State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)


def moments(few: int, many: int) -> pytest.MarkDecorator:
    """So many in every run, so many more by `make check-long`."""
    return pytest.mark.parametrize("kills", [few, pytest.param(many, marks=pytest.mark.slow)])


def chances(kills: int) -> Iterator[random.Random]:
    return (random.Random(f"{kills}-{kill}") for kill in range(kills))  # noqa: S311 - no secrets


def check_pairs(store: Store, url: str, told: list[object]) -> int:
    """Every pair that was acknowledged is there, and no half of one; return the next number."""
    first, second = pairs_of(store)
    assert first == second
    assert set(told) <= first
    assert check(url) == ()
    return max(first, default=-1) + 1


@moments(2, 25)
def test_an_editor_that_is_killed_loses_nothing_it_was_told_is_kept(
    store: Store, store_url: str, kills: int
) -> None:
    number = 0
    for chance in chances(kills):
        victim = Victim.start(edit_pairs, store_url, number).first()
        time.sleep(chance.uniform(0.0, 0.3))
        number = check_pairs(store, store_url, victim.kill())


@moments(2, 20)
def test_an_import_that_is_killed_is_whole_or_was_never_there(
    store: Store, store_url: str, kills: int
) -> None:
    number, span = 1, 0.5
    for chance in chances(kills):
        victim = Victim.start(import_phones, store_url, number).first()
        time.sleep(chance.uniform(0.0, span))
        told = [one for one in victim.kill() if isinstance(one, int)]
        ((_, made),) = imported(store_sites(store)).items()
        assert not told or int(str(made)) >= told[-1]
        assert check(store_url) == ()
        number = int(str(made)) + 1 if str(made).isdigit() else number


@moments(1, 10)
def test_a_backup_that_is_killed_leaves_none(store_url: str, tmp_path: Path, kills: int) -> None:
    span = seconds_of(back_up, store_url, tmp_path / "whole.db")
    for number, chance in enumerate(chances(kills)):
        file = tmp_path / f"{number}.db"
        victim = Victim.start(back_up, store_url, file)
        time.sleep(chance.uniform(0.0, span))
        assert victim.kill() in ([], [DONE])
        if file.exists():
            assert check(f"sqlite:///{file}") == ()
    assert check(store_url) == ()


def of_before(url: str, seeded: Path) -> None:
    """Make a store as the first version of this program left it."""
    source, target = open_engine(f"sqlite:///{seeded}"), open_engine(url)
    with reading(source) as origin, writing(target) as destination:
        migrate(destination, "0001")
        for table in (REVISIONS, RECORDS, STAMPS):
            _copy(origin, destination, table)
    source.dispose()
    target.dispose()


Copies = Callable[[], AbstractContextManager[str]]


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[bool], Copies]]:
    """Give what makes copies of an empty database, or of a store of before, of either kind."""
    seeded = request.getfixturevalue("seeded_sqlite")
    if request.param == "sqlite":

        def of_files(old: bool) -> Copies:
            if old:
                of_before(f"sqlite:///{tmp_path / 'before.db'}", seeded)

            @contextmanager
            def copy() -> Iterator[str]:
                file = tmp_path / "copy.db"
                for one in tmp_path.glob("copy.db*"):
                    one.unlink()
                if old:
                    shutil.copy(tmp_path / "before.db", file)
                yield f"sqlite:///{file}"

            return copy

        yield of_files
        return
    from fixtures_store import database_url, scratch_database  # noqa: PLC0415 - a plugin

    request.getfixturevalue("seeded_postgres")  # skips where no server answers
    with scratch_database() as url:
        name = url.rpartition("/")[2]

        def of_databases(old: bool) -> Copies:
            if old:
                of_before(database_url(name), seeded)
            return lambda: scratch_database(name)

        yield of_databases


@moments(1, 10)
@pytest.mark.parametrize("old", [False, True], ids=["first", "migrating"])
def test_a_start_that_is_killed_can_be_repeated(
    copies: Callable[[bool], Copies], newer: Callable[..., Path], old: bool, kills: int
) -> None:
    """A first start, and one that migrates an older store and takes in newer facts."""
    facts = newer(lambda rows: rows[3].update(name_en="Newer name")) if old else None
    copy = copies(old)
    with copy() as url:
        span = seconds_of(open_store, url, facts)
    for chance in chances(kills):
        with copy() as url:
            victim = Victim.start(open_store, url, facts)
            time.sleep(chance.uniform(0.0, span))
            victim.kill()
            with closing(Store(open_engine(url))) as left, reading(left.engine) as connection:
                assert current(connection) in (newest(), "0001" if old else None)
            with closing(Store.open(url, facts=facts)) as store:
                assert len(store.sites()) == 89
                proposed = store.editor.worklist("sites", [State.REVIEW])
                assert [one.revision for one in proposed] == ([2] if old else [])
            assert check(url) == ()


@moments(2, 10)
def test_a_full_disk_loses_nothing(seeded_sqlite: Path, kills: int) -> None:
    with small_disk(8) as disk:
        file = shutil.copy(seeded_sqlite, disk / "red.db")
        url, number = f"sqlite:///{file}", 0
        for chance in chances(kills):
            with filled(disk, chance.randrange(400_000)):
                *told, fault = Victim.start(edit_pairs, url, number).end()
                assert "disk" in fault, fault
                with closing(Store(open_engine(url))) as store:
                    number = check_pairs(store, url, told)
            with closing(Store.open(url)) as store:
                number = check_pairs(store, url, told)
        assert number > 0


@pytest.mark.slow
def test_a_database_server_that_is_killed_loses_nothing(seeded_postgres: str) -> None:
    del seeded_postgres  # where there is no PostGIS, none of this can be
    with scratch_folder() as folder, cluster(folder) as server:
        url, number = server.make("red"), 0
        Store.open(url).close()
        for chance in chances(20):
            victim = Victim.start(edit_pairs, url, number).first()
            time.sleep(chance.uniform(0.0, 0.3))
            server.kill(chance)
            *told, fault = victim.end()
            assert "the database does not answer" in fault
            server.start()
            with closing(Store.open(url)) as store:
                number = check_pairs(store, url, told)


@pytest.mark.slow
def test_a_database_server_without_disk_loses_nothing(seeded_postgres: str) -> None:
    del seeded_postgres
    with small_disk(250) as disk, cluster(disk) as server:
        url, number = server.make("red"), 0
        Store.open(url).close()
        for chance in chances(10):
            with filled(disk, chance.randrange(3_000_000)):
                *told, fault = Victim.start(edit_pairs, url, number).end()
                assert "the database does not answer" in fault
            if not server.processes():
                server.start()
            with closing(Store.open(url)) as store:
                number = check_pairs(store, url, told)
        assert number > 0
