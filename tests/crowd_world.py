"""A crowd of editors and readers at work on a service, and whether all they did is kept."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from load_people import MARK
from load_world import TESTS, Service

from routes_data.revisions import Revision, State
from routes_data.store import Store

HOT_SITES = 12
PATIENCE_S = 600

Journal = dict[str, Any]
"""What `load_people.Journal` holds, read back."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many work on a service, how fast, and for how long or how many edits each."""

    editors: int
    admins: int
    by_form: int
    readers: int
    edit_every_s: float
    read_every_s: float
    seconds: float = math.inf
    edits_each: float = math.inf

    def at_work(
        self,
        service: Service,
        people: list[dict[str, str]],
        folder: Path,
        meanwhile: Callable[[], None],
        *,
        watched: bool = True,
    ) -> Journal:
        """Let the crowd work in a process of its own while something is done; then it goes home.

        Parameters
        ----------
        meanwhile
            Done while they work. A crowd without an end of its own stops when it is done.
        watched
            Whether each worker is asked when it shows a publication; not if one is to be killed.
        """
        workers = service.workers() if watched else []
        own = {"url": service.url, "people": people, "workers": workers, "seed": 1921}
        wish = asdict(self) | own | {"sites": hot_sites(service)}
        (folder / "wish.json").write_text(json.dumps(wish), "utf-8")
        program = [sys.executable, TESTS / "load_people.py", "wish.json", "journal.json"]
        with subprocess.Popen(
            program, cwd=folder, env=service.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "at work\n"
                meanwhile()
                if math.inf == self.seconds == self.edits_each:
                    process.terminate()
                assert (
                    process.wait(
                        PATIENCE_S if math.isinf(self.seconds) else self.seconds + PATIENCE_S
                    )
                    == 0
                )
            finally:
                process.kill()
        journal: Journal = json.loads((folder / "journal.json").read_text("utf-8"))
        return journal


def hot_sites(service: Service) -> list[str]:
    """Return the few sites that everybody edits."""
    store = Store.open(service.environment["REDTRAILS_DATABASE_URL"])
    ids = [str(one) for one in store.sites().index[:HOT_SITES]]
    store.close()
    return ids


def revisions(store: Store) -> list[Revision]:
    """Return every revision of every site, in the order in which they were made."""
    heads = store.editor.worklist("sites", list(State))
    every = [one for head in heads for one in store.editor.history("sites", head.id)]
    return sorted(every, key=lambda one: (one.time, one.id, one.revision))


def check_nothing_is_lost(store: Store, journal: Journal) -> None:
    """Every edit that was acknowledged is there, whole, by its author, on the one before it.

    An edit whose answer was lost on the way is there whole, or not at all.
    """
    by_mark: defaultdict[str, list[Revision]] = defaultdict(list)
    by_site: defaultdict[str, list[Revision]] = defaultdict(list)
    for one in revisions(store):
        by_site[one.id].append(one)
        if MARK.fullmatch(one.reason):
            by_mark[f"{one.id} {one.reason}"].append(one)
    for edit in journal["edits"]:
        assert edit["revision"] in (None, by_mark[f"{edit['site']} {edit['mark']}"][-1].revision)
    for edit in [*journal["edits"], *journal["unsure"]]:
        if made := by_mark.pop(f"{edit['site']} {edit['mark']}", []):
            states = [one.state for one in made]
            assert (
                states == [State.REVIEW, State.PUBLISHED] if edit["published"] else len(made) == 1
            )
            assert {(one.author, one.body["phone"]) for one in made} == {(edit["by"], edit["mark"])}
    assert not by_mark, "edits that nobody made"
    for site, history in by_site.items():
        assert [one.revision for one in history] == list(range(1, len(history) + 1)), site
        phones = dict.fromkeys(str(one.body.get("phone")) for one in history)
        numbers = [int(found[1]) for one in phones if (found := MARK.fullmatch(one))]
        assert numbers == [*range(min(numbers, default=0), max(numbers, default=-1) + 1)], site
