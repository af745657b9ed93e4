"""Reports are received on both databases: whole, and at most so many an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from additions_world import SITE, STAFF

from routes_data.accounts.errors import TooManyAttemptsError
from routes_data.reports import FREE, OPEN, Report
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
