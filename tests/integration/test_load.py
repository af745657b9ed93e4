"""Many editors and readers of a service of several workers: nothing is lost, nothing is late.

The full count (`make check-long`) is 4 workers, 20 editors and 100 readers for 5 minutes on each
database, or for REDTRAILS_TEST_LOAD_S seconds; its figures go to `test-output/load-*.json`.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from crowd_world import Crowd, Journal, check_nothing_is_lost, revisions
from load_world import Service, busy_s, employ, furnished, serving, wait_until
from store_world import content

from routes_data.checking import check
from routes_data.copying import restore
from routes_data.engine import open_engine
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)
FULL_S = float(os.environ.get("REDTRAILS_TEST_LOAD_S", "300"))
FEW = Crowd(3, 2, 1, 4, edit_every_s=0.2, read_every_s=1.0, edits_each=3)
MANY = Crowd(14, 6, 4, 100, edit_every_s=10.0, read_every_s=12.0, seconds=FULL_S)
SHOWN_WITHIN_S = 1.0
CORES = len(os.sched_getaffinity(0))
FOREIGN = 0.3
"""A machine of which others take more than this share is too busy to time anything."""


def backed_up(service: Service, file: Path) -> tuple[float, float]:
    """Make a backup while the service is used; return when it began and ended."""
    began = time.time()
    made = service.run("db", "backup", file, "--json")
    assert made.returncode == 0, made.stderr
    return began, time.time()


def check_backup(service: Service, journal: Journal, empty: str, file: Path) -> None:
    """What was backed up under load is one moment of the store, and restores equal."""
    restore(file, empty)
    assert check(empty) == ()
    urls = (f"sqlite:///{file}", empty, service.environment["REDTRAILS_DATABASE_URL"])
    kept, restored, newest = (Store(open_engine(url)) for url in urls)
    assert content(kept) == content(restored)
    had, every = revisions(restored), revisions(newest)
    assert had == every[: len(had)]
    began, ended = journal["backup"]
    marks = {(one.id, one.reason) for one in had}
    for edit in journal["edits"]:
        there = (edit["site"], edit["mark"]) in marks
        assert there or edit["told"] > began, edit
        assert not there or edit["sent"] < ended, edit
    for one in (kept, restored, newest):
        one.close()


def figures(journal: Journal) -> dict[str, Any]:
    """Return what is to be told of a run: counts, and times in seconds."""
    edits, seen = journal["edits"], journal["seen"]
    kinds = sorted(journal["reads"].items())
    reads = [one for _, times in kinds for one in times]
    return {
        "edits": len(edits),
        "published": sum(edit["published"] for edit in edits),
        "refused": journal["refused"],
        "reads": len(reads),
        "read p50": statistics.median(reads),
        "read p95": percentile(reads, 95),
        "read p95 by kind": {kind: percentile(times, 95) for kind, times in kinds},
        "edit p95": percentile([edit["told"] - edit["sent"] for edit in edits], 95),
        "seen p50": {pid: percentile(times, 50) for pid, times in seen.items()},
        "seen p95": {pid: percentile(times, 95) for pid, times in seen.items()},
        "seen at most": {pid: max(times) for pid, times in seen.items()},
        "load of the machine": os.getloadavg()[0],
    }


def percentile(values: Sequence[float], share: int) -> float:
    return round(sorted(values)[min(len(values) * share // 100, len(values) - 1)], 3)


def own_s(service: Service) -> float:
    """Return the processor time of the service, and of the crowds and commands that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return service.spent_s() + ended.ru_utime + ended.ru_stime


def run_of(
    crowd: Crowd, workers: int, urls: tuple[str, str], networks: Path, folder: Path
) -> dict[str, Any]:
    """Let a crowd work on a service, hold it to its promises, return the figures."""
    url, empty = urls
    people, times = employ(url, crowd.editors, crowd.admins), []
    with serving(url, furnished(folder / "data", networks), workers) as service:
        before = service.workers()
        assert len(before) == workers

        def meanwhile() -> None:
            time.sleep(0 if crowd is FEW else crowd.seconds / 2)
            times.append(backed_up(service, folder / "kept.db"))

        begun, taken = time.monotonic(), busy_s() - own_s(service)
        journal = crowd.at_work(service, people, folder, meanwhile)
        share = (busy_s() - own_s(service) - taken) / (time.monotonic() - begun) / CORES
        assert service.workers() == before
        assert b"Traceback" not in (folder / "data" / "service.log").read_bytes()
    journal["backup"] = times[0]
    assert journal["wrong"] == []
    assert journal["broken"] == {}
    store = Store.open(url)
    check_nothing_is_lost(store, journal)
    store.close()
    assert check(url) == ()
    check_backup(service, journal, empty, folder / "kept.db")
    return figures(journal) | {"others' share of the machine": round(share, 2)}


@pytest.mark.parametrize(("store_url", "empty_url"), [("sqlite", "sqlite")], indirect=True)
def test_a_few_at_once_lose_nothing(
    store_url: str, empty_url: str, service_data: Path, tmp_path: Path
) -> None:
    told = run_of(FEW, 2, (store_url, empty_url), service_data / "networks", tmp_path)
    assert told["edits"] > 5
    assert told["published"] > 0
    assert len(told["seen p95"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("store_url", "empty_url"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)
def test_twenty_editors_and_a_hundred_readers_lose_nothing(
    store_url: str, empty_url: str, service_data: Path, tmp_path: Path, root: Path
) -> None:
    told = run_of(MANY, 4, (store_url, empty_url), service_data / "networks", tmp_path)
    file = root / "test-output" / f"load-{store_url.partition(':')[0]}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    assert {"409", "412"} <= told["refused"].keys()
    # The one time that is promised: a publication is seen by every worker within a second.
    late = max(told["seen p95"].values())
    assert late <= SHOWN_WITHIN_S or told["others' share of the machine"] > FOREIGN, told


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing_and_is_replaced(
    store_url: str, service_data: Path, tmp_path: Path
) -> None:
    crowd = Crowd(8, 4, 2, 6, edit_every_s=0.5, read_every_s=1.0)
    people = employ(store_url, crowd.editors, crowd.admins)
    data = furnished(tmp_path / "data", service_data / "networks")
    with serving(store_url, data, 2) as service:

        def meanwhile() -> None:
            for kill in range(10):
                chance = random.Random(kill)  # noqa: S311 - moments, no secrets
                time.sleep(chance.uniform(0.0, 1.0))
                victim = chance.choice(service.workers())
                os.kill(victim, signal.SIGKILL)
                wait_until(lambda gone=victim: gone not in service.workers())
                wait_until(lambda: len(service.workers()) == 2 and service.ready())

        journal = crowd.at_work(service, people, tmp_path, meanwhile, watched=False)
    assert journal["wrong"] == []
    assert len(journal["edits"]) > 10
    store = Store.open(store_url)
    check_nothing_is_lost(store, journal)
    store.close()
    assert check(store_url) == ()
