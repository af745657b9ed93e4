"""Kept field trips: opened by a link, changed by a key that stands nowhere, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from geo.errors import (
    ConflictError,
    InvalidParameterError,
    RemovedTripError,
    StoreError,
    UnknownRecordError,
    WrongEditKeyError,
)
from geo.trip import TripContent, TripStore, read_trip_request
from routes_data.copying import move
from routes_data.engine import is_sqlite, open_engine, reading, writing
from routes_data.migrations import migrate
from routes_data.models import TRIPS
from routes_data.plans import ID_LETTERS
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

WISH = {"school": "某中学", "at": [120.38, 36.06], "date": "2026-11-27", "stops": ["navy-museum"]}


def content(**changes: object) -> TripContent:
    request = read_trip_request({**WISH, "depart": "07:45", "prompts": [], **changes})
    return TripContent(request, {"langs": "both", "omit": "quiz"}, ("1~abcde~900",))


def test_a_trip_comes_back_as_it_was_kept_also_to_another_process(
    store: Store, store_url: str
) -> None:
    trips: TripStore = store.trips
    kept, key = trips.keep(content())
    other = Store.open(store_url)
    assert other.trips.get(kept.id) == kept
    other.close()
    assert (kept.edition, kept.content) == (1, content())
    assert timedelta(0) <= datetime.now(UTC) - kept.kept < timedelta(minutes=1)
    assert len(key.replace("-", "")) == 28
    assert set(key) <= {*ID_LETTERS, "-"}


def test_a_key_stands_nowhere_in_the_database(store: Store) -> None:
    _, key = store.trips.keep(content())
    letters = key.replace("-", "")
    with reading(store.engine) as connection:
        rows = [str(dict(row)) for row in connection.execute(select(TRIPS)).mappings()]
    assert rows
    spellings = (key, letters, letters.upper())
    assert not any(one in row for row in rows for one in spellings)
    if is_sqlite(store.engine):
        assert not any(one in database_bytes(store) for one in spellings)


def database_bytes(store: Store) -> str:
    """Everything in the file of a store and in its log, readable where it is text."""
    file = make_url(str(store.engine.url)).database or ""
    with store.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    files = [Path(file), Path(f"{file}-wal")]
    return "".join(one.read_bytes().decode("utf-8", "replace") for one in files if one.exists())


@pytest.mark.parametrize("typed", [str.upper, lambda key: key.replace("-", " "), "\n{} ".format])
def test_a_key_may_be_typed_as_it_is_read(store: Store, typed) -> None:  # noqa: ANN001
    kept, key = store.trips.keep(content())
    assert store.trips.change(kept.id, typed(key), content(pupils=30), 1).edition == 2


def test_a_change_is_there_for_everybody_and_counts(store: Store) -> None:
    kept, key = store.trips.keep(content())
    changed = store.trips.change(kept.id, key, content(pupils=30), kept.edition)
    assert store.trips.get(kept.id) == changed
    assert (changed.edition, changed.content.request.pupils) == (2, 30)
    assert changed.kept == kept.kept
    assert changed.changed > kept.changed
    assert store.trips.change(kept.id, key, content(), None).edition == 3


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "钥匙", "\ud800", "2" * 28, "a" * 100_000])
def test_another_key_changes_nothing(store: Store, wrong: str) -> None:
    kept, _ = store.trips.keep(content())
    for act in (
        lambda: store.trips.change(kept.id, wrong, content(pupils=30), 1),
        lambda: store.trips.remove(kept.id, wrong),
    ):
        with pytest.raises(WrongEditKeyError) as caught:
            act()
        assert caught.value.data == {"id": kept.id}
    assert store.trips.get(kept.id) == kept


def test_the_key_of_one_trip_opens_no_other(store: Store) -> None:
    kept, _ = store.trips.keep(content())
    _, other = store.trips.keep(content())
    with pytest.raises(WrongEditKeyError):
        store.trips.remove(kept.id, other)


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(store: Store) -> None:
    kept, key = store.trips.keep(content())
    told: list[ConflictError] = []
    ready = threading.Barrier(2)

    def change(pupils: int) -> None:
        ready.wait()
        try:
            store.trips.change(kept.id, key, content(pupils=pupils), kept.edition)
        except ConflictError as error:
            told.append(error)

    threads = [threading.Thread(target=change, args=(pupils,)) for pupils in (20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(error.data["expected"], error.data["found"]) for error in told] == [(1, 2)]
    assert store.trips.get(kept.id).edition == 2


def test_a_removed_trip_is_gone_for_good_and_says_so(store: Store) -> None:
    kept, key = store.trips.keep(content(school="一所没有人知道的学校"))
    with pytest.raises(ConflictError):
        store.trips.remove(kept.id, key, 7)
    store.trips.remove(kept.id, key, 1)
    for act in (
        lambda: store.trips.get(kept.id),
        lambda: store.trips.change(kept.id, key, content(), None),
        lambda: store.trips.remove(kept.id, key),
        lambda: store.trips.remove(kept.id, ""),
    ):
        with pytest.raises(RemovedTripError):
            act()
    with reading(store.engine) as connection:
        row = connection.execute(select(TRIPS).where(TRIPS.c.id == kept.id)).mappings().one()
    assert (row["key_hash"], row["content"], row["edition"]) == ("", {}, 2)
    if is_sqlite(store.engine):
        assert "一所没有人知道的学校" not in database_bytes(store)


@pytest.mark.parametrize("trip_id", ["", "nosuchtrip", "a\x00b", "行程", "x" * 5000, "' OR 1=1"])
def test_an_id_of_nothing(store: Store, trip_id: str) -> None:
    with pytest.raises(UnknownRecordError):
        store.trips.get(trip_id)
    with pytest.raises(UnknownRecordError):
        store.trips.remove(trip_id, "key")


def test_what_is_not_kept(store: Store) -> None:
    kept, key = store.trips.keep(content())
    for wrong in (content(title="a\x00b"), TripContent(kept.content.request, {"x": {1}}, ())):
        with pytest.raises(InvalidParameterError):
            store.trips.keep(wrong)
        with pytest.raises(InvalidParameterError):
            store.trips.change(kept.id, key, wrong, 1)


def test_kept_trips_move_with_their_keys(store: Store, store_url: str, empty_url: str) -> None:
    kept, key = store.trips.keep(content())
    assert move(store_url, empty_url)["trips"] == 1
    moved = Store.open(empty_url)
    assert moved.trips.get(kept.id) == kept
    moved.trips.remove(kept.id, key)
    moved.close()


def test_a_database_with_a_kept_trip_is_not_filled(store: Store, empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        migrate(connection)
        row = {"key_hash": "", "edition": 1, "content": {}, "removed": True}
        now = datetime.now(UTC)
        connection.execute(TRIPS.insert().values(id="x", kept=now, changed=now, **row))
    engine.dispose()
    with pytest.raises(StoreError, match="trips"):
        move(store.engine.url.render_as_string(hide_password=False), empty_url)


def test_a_store_of_before_gets_the_table_when_it_is_opened(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        migrate(connection, "0003")
    engine.dispose()
    opened = Store.open(empty_url)
    kept, _ = opened.trips.keep(content())
    assert opened.trips.get(kept.id) == kept
    opened.close()
