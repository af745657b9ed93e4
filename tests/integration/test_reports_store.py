"""Reports are received on both databases: whole, and at most so many an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from additions_world import SITE, STAFF
from sqlalchemy import insert

from geo.errors import StoreError
from routes_data.accounts.errors import TooManyAttemptsError
from routes_data.checking import check
from routes_data.copying import backup, restore
from routes_data.engine import open_engine, reading, writing
from routes_data.migrations import migrate
from routes_data.models import CONTACTS, RECORDS, REVISIONS
from routes_data.reports import FREE, KEPT, KEPT_CLOSED, OPEN, Report
from routes_data.revisions import State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

REPORT = Report(SITE, "rating", 4, "一\n二", "13800000000")


def test_a_report_waits_and_is_served_once_published(store: Store) -> None:
    version = store.version()
    sent = store.reports.receive(REPORT, "203.0.113.9")
    assert (sent.state, sent.revision) == (State.REVIEW, 2)
    assert store.version() == version  # visitors see no difference
    assert store.additions().reviews == ()
    store.editor.publish("reports", sent.id, sent.revision, STAFF)
    (review,) = store.additions().reviews
    assert (review.site, review.rating, review.text) == (SITE, 4, "一\n二")


def test_of_many_at_once_from_one_address_no_more_than_allowed_are_kept(store: Store) -> None:
    now = datetime.now(UTC)
    store.reports.clock = lambda: now

    def send(_: int) -> bool:
        try:
            store.reports.receive(REPORT, "2001:db8::1")
        except TooManyAttemptsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(send, range(16)))
    assert kept == FREE == len(store.editor.worklist("reports", OPEN))
    with pytest.raises(TooManyAttemptsError):
        store.reports.receive(REPORT, "2001:db8::2")  # of the same /64


def test_a_contact_stands_in_no_revision_and_is_erased_with_a_line_in_the_log(
    store: Store, store_url: str
) -> None:
    sent = store.reports.receive(REPORT, "203.0.113.9")
    assert store.reports.contact(sent.id) == "13800000000"
    assert all("contact" not in one.body for one in store.editor.history("reports", sent.id))
    assert store.reports.erase(sent.id, "li")
    assert store.reports.contact(sent.id) == ""
    assert not store.reports.erase(sent.id, "li")  # nothing is there, nothing is logged
    lines = store.accounts.log()
    assert [(one.who, one.act, one.subject) for one in lines] == [("li", "contact-erased", sent.id)]
    assert "13800000000" not in str(lines)
    assert store.editor.head("reports", sent.id) == sent
    assert check(store_url) == ()


def test_contacts_go_by_themselves_after_their_report_was_closed(store: Store) -> None:
    reports, now = store.reports, datetime.now(UTC)
    closed, waiting = (reports.receive(REPORT, f"203.0.113.{n}") for n in (1, 2))
    store.editor.archive("reports", closed.id, closed.revision, STAFF)
    assert reports.forget() == 0

    reports.clock = lambda: now + KEPT_CLOSED + timedelta(minutes=5)
    assert reports.forget() == 1
    assert [reports.contact(one.id) for one in (closed, waiting)] == ["", "13800000000"]
    assert [(one.who, one.subject) for one in store.accounts.log()] == [("(service)", closed.id)]

    reports.clock = lambda: now + KEPT + timedelta(minutes=5)  # however long it waits
    assert reports.forget() == 1
    assert reports.contact(waiting.id) == ""


def test_contacts_are_backed_up_and_checked(
    store: Store, store_url: str, empty_url: str, tmp_path: Path
) -> None:
    sent = store.reports.receive(REPORT, "203.0.113.9")
    assert backup(store_url, tmp_path / "kept.db")["contacts"] == 1
    restore(tmp_path / "kept.db", empty_url)
    again = Store.open(empty_url)
    assert again.reports.contact(sent.id) == "13800000000"
    again.close()
    with writing(store.engine) as connection:
        stray = {"id": "report-none", "contact": "1", "kept": datetime.now(UTC)}
        connection.execute(insert(CONTACTS).values(stray))
    assert [(one.file, one.row) for one in check(store_url)] == [("contacts", "report-none")]


def test_contacts_of_older_stores_move_out_of_their_revisions(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        migrate(connection, "0008")
        for own, contact in (("report-a", "a@example.org"), ("report-b", "")):
            for number, state in ((1, "draft"), (2, "review")):
                body = {"id": own, "site": SITE, "text": "开“门”\n😀", "contact": contact}
                row = {"kind": "reports", "id": own, "revision": number, "state": state}
                own_row = row | {"body": body, "author": "(visitor)", "reason": ""}
                connection.execute(insert(REVISIONS).values(time=datetime.now(UTC), **own_row))
            at = {"kind": "reports", "id": own, "position": 1, "head": 2, "deleted": False}
            connection.execute(insert(RECORDS).values(at))
        migrate(connection)
    engine.dispose()
    store = Store.open(empty_url)
    assert store.reports.contact("report-a") == "a@example.org"
    assert store.reports.contact("report-b") == ""
    for one in store.editor.history("reports", "report-a"):
        assert one.body == {"id": "report-a", "site": SITE, "text": "开“门”\n😀"}
    with reading(store.engine) as connection:
        (row,) = connection.execute(CONTACTS.select()).mappings().all()
    assert row["id"] == "report-a"
    with pytest.raises(StoreError, match="append-only"), writing(store.engine) as connection:
        connection.execute(REVISIONS.update().values(reason="changed"))
    store.close()
