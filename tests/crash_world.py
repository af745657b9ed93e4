"""Work on a store that is killed (signal 9) at any moment, in processes of its own.

The processes are forked off one that has everything imported: hundreds of them cost little.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from exchange_world import checked, desk_of, rows_table, store_sites

from geo.errors import StoreError
from routes_data.copying import backup
from routes_data.revisions import Change, Revision, Signature, State
from routes_data.store import Store

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["crash_world"])
PAIR = "ab"
DONE = "done"
Tell = Callable[[object], None]


@dataclass
class Victim:
    """Something at work in a process of its own, and what it has told so far."""

    process: Any
    ear: Connection
    told: list[Any]

    @classmethod
    def start(cls, work: Callable[..., None], *arguments: object) -> Victim:
        ear, mouth = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=at_work, args=(mouth, work, *arguments), daemon=True)
        process.start()
        mouth.close()
        return cls(process, ear, [])

    def first(self) -> Victim:
        """Wait for the first it tells."""
        self.told.append(self.ear.recv())
        return self

    def kill(self) -> list[Any]:
        """End it at once; return all it had told."""
        os.kill(self.process.pid, signal.SIGKILL)
        return self.end()

    def end(self) -> list[Any]:
        """Wait for its end; return all it had told."""
        try:
            while True:
                self.told.append(self.ear.recv())
        except EOFError:
            self.ear.close()
        self.process.join()
        return self.told


def at_work(mouth: Connection, work: Callable[..., None], *arguments: object) -> None:
    work(mouth.send, *arguments)


def seconds_of(work: Callable[..., None], *arguments: object) -> float:
    """Let something be done to its end; return how long it takes."""
    begin = time.monotonic()
    assert Victim.start(work, *arguments).end() == [DONE]
    return time.monotonic() - begin


def edit_pairs(tell: Tell, url: str, number: int) -> None:
    """Make two sites as one set of changes, again and again, until the database fails."""
    try:
        store = Store.open(url)
        while True:
            ids = [f"{letter}{number}" for letter in PAIR]
            pair = [Change("sites", one, State.DRAFT, None, {"id": one}) for one in ids]
            store.editor.apply(pair, Signature("crash", "", f"set-{number}"))
            tell(number)
            number += 1
    except StoreError as error:
        tell(error.message)


def import_phones(tell: Tell, url: str, number: int) -> None:
    """Import the phone of every site, all the same number, again and again."""
    store = Store.open(url)
    ids = [one.id for one in store_sites(store)]
    while True:
        run = checked(store, rows_table(["id", "phone"], *([one, str(number)] for one in ids)))
        tell("ready")
        desk_of(store).apply(run, f"import-{number}", "crash")
        tell(number)
        number += 1


def back_up(tell: Tell, url: str, file: Path) -> None:
    backup(url, file)
    tell(DONE)


def open_store(tell: Tell, url: str, facts: Path | None = None) -> None:
    """Start: migrate, take in the facts."""
    Store.open(url, facts=facts).close()
    tell(DONE)


def pairs_of(store: Store) -> list[set[int]]:
    """Return the numbers of the sites of each letter that `edit_pairs` has made."""
    drafts = [one for one in store.editor.worklist("sites") if one.author == "crash"]
    return [{int(one.id[1:]) for one in drafts if one.id[0] == letter} for letter in PAIR]


def imported(heads: tuple[Revision, ...]) -> dict[str | None, object]:
    """Return the phones that sites have, by the set of changes they were made in."""
    return {head.change_set: head.body["phone"] for head in heads}
