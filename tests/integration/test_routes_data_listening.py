"""Publications are heard by whoever waits, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from geo.errors import StoreError
from routes_data.engine import writing
from routes_data.revisions import Signature
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

STAFF = Signature("staff")
PUBLISH = """
import sys
from routes_data.revisions import Signature
from routes_data.store import Store
store = Store.open(sys.argv[1])
by = Signature("another process")
site = str(store.sites().index[0])
body = {**store.editor.head("sites", site).body, "name_en": "Published"}
draft = store.editor.edit("sites", site, body, 1, by)
review = store.editor.submit("sites", site, draft.revision, by)
store.editor.publish("sites", site, review.revision, by)
store.close()
"""


def draft(store: Store, *, publish: bool) -> None:
    site = str(store.sites().index[0])
    head = store.editor.head("sites", site)
    head = store.editor.edit("sites", site, head.body, head.revision, STAFF)
    if publish:
        head = store.editor.submit("sites", site, head.revision, STAFF)
        store.editor.publish("sites", site, head.revision, STAFF)


def test_what_another_process_publishes_is_heard_and_seen(store: Store, store_url: str) -> None:
    with store.publications() as publications:
        process = subprocess.Popen([sys.executable, "-W", "error", "-c", PUBLISH, store_url])
        assert publications.wait(60)
        assert "Published" in set(store.sites()["name_en"])
        assert process.wait(60) == 0
        assert not publications.wait(0.3)


def test_a_draft_is_not_announced(store: Store) -> None:
    with store.publications() as publications:
        draft(store, publish=False)
        assert not publications.wait(0.3)
        draft(store, publish=True)
        assert publications.wait(10)


def test_what_is_published_before_waiting_is_not_missed(store: Store) -> None:
    with store.publications() as publications:
        for _ in range(3):
            draft(store, publish=True)
        assert publications.wait(10)


def test_everybody_who_waits_hears(store: Store) -> None:
    ready = threading.Barrier(5)

    def wait() -> bool:
        with store.publications() as publications:
            ready.wait(30)
            return publications.wait(30)

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(wait) for _ in range(4)]
        ready.wait(30)
        draft(store, publish=True)
        assert [one.result() for one in waiting] == [True] * 4


def test_a_lost_connection_is_told_and_made_anew(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connection to lose")
    end = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )
    with store.publications() as publications:
        with writing(store.engine) as connection:
            connection.execute(end)
        with pytest.raises(StoreError):
            publications.wait(10)
        assert publications.wait(10)
        assert not publications.wait(0.2)
        draft(store, publish=True)
        assert publications.wait(10)
