"""Packs for a whole sheet of schools: a row a trip, on one machine or a cluster, resumable.

The ledger (`done.jsonl` in the target folder) gets a line when a row's files are whole on disk.
A run that was killed goes on where the ledger ends; a pack whose file is there already is not
made again, because a file gets its name only when it is complete.

This module is what the leading process holds; what costs memory is imported by workers alone
(`api.trip_work`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .settings import Settings
from .trip_told import Told, Wrong

LEDGER = "done.jsonl"
AHEAD = 2
"""Rows handed out for each worker: none waits for the next, and few are lost when killed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: its number as people count (the header is 1), its cells."""

    number: int
    cells: tuple[tuple[str, str], ...]

    @property
    def stem(self) -> str:
        """How the names of its files begin."""
        return f"{self.number:04d}-{self.digest}"

    @property
    def digest(self) -> str:
        """The row's content, for the ledger and the names of its files."""
        text = json.dumps([self.number, *self.cells], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Visit:
    """When a class is at a site, arrival to departure, in minutes after midnight of `date`."""

    date: str
    site: str
    begin: int
    end: int
    people: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, in values that are said in a language when the summary is written.

    `wrong` are the faults of its cells; `impossible` tells that it was understood and cannot be
    met; `reasons` say why each site left out is, `changes` which one limit would let more in,
    `remarks` what was understood how. `away` are (date, leave, back) in minutes after midnight,
    one a day and coach.
    """

    number: int
    digest: str
    school: str = ""
    impossible: bool = False
    wrong: tuple[Wrong, ...] = ()
    reasons: tuple[Told, ...] = ()
    changes: tuple[Told, ...] = ()
    remarks: tuple[Told, ...] = ()
    files: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    away: tuple[tuple[str, int, int], ...] = ()
    coach: bool = False

    @property
    def failed(self) -> bool:
        """Whether there is no trip."""
        return self.impossible or bool(self.wrong)


@dataclass(slots=True)
class Batch:
    """A sheet being worked off into a folder.

    Parameters
    ----------
    rows
        The rows of the sheet.
    folder
        Where packs and ledger go.
    settings
        Where workers find catalogue and network.
    version
        The catalogue every worker must have.
    origin
        Scheme and host of the links behind the QR codes.
    """

    rows: Sequence[Row]
    folder: Path
    settings: Settings
    version: str
    origin: str
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def run(self, executor: Executor, workers: int) -> Iterator[Outcome]:
        """Yield what became of each row as it is finished; those done before come first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        known = read_ledger(self.folder / LEDGER)
        mend_ledger(self.folder / LEDGER)
        todo: list[Row] = []
        for row in self.rows:
            done = known.get(row.digest)
            # Who failed is tried again: data and program may have been mended since.
            if done is not None and not done.failed:
                self.outcomes[row.number] = done
                yield done
            else:
                todo.append(row)
        yield from self._work(executor, todo, workers)

    def _work(self, executor: Executor, todo: Sequence[Row], workers: int) -> Iterator[Outcome]:
        waiting = iter(todo)
        under_way: set[Future[tuple[Outcome, list[bytes]]]] = set()
        while True:
            for row in waiting:
                job = executor.submit(work, row, self._job(row))
                under_way.add(job)
                if len(under_way) >= workers * AHEAD:
                    break
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for job in sorted(finished, key=lambda one: one.result()[0].number):
                yield self._kept(*job.result())

    def _job(self, row: Row) -> Job:
        there = tuple(sorted(p.name for p in self.folder.glob(f"{row.stem}*.pdf")))
        return Job(self.settings.model_dump_json(), self.version, self.origin, there)

    def _kept(self, outcome: Outcome, packs: Sequence[bytes]) -> Outcome:
        for name, content in zip(outcome.files, packs, strict=bool(outcome.files)):
            if content:
                part = self.folder / f".{name}.part"
                part.write_bytes(content)
                part.replace(self.folder / name)
        with (self.folder / LEDGER).open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(asdict(outcome), ensure_ascii=False, default=str) + "\n")
        self.outcomes[outcome.number] = outcome
        return outcome


@dataclass(frozen=True, slots=True)
class Described:
    """What a worker holds: the catalogue's version, its sites' names, whether it can make PDFs."""

    version: str
    names: Mapping[str, str]
    can_print: bool


def described(executor: Executor, settings: Settings, lang: str) -> Described:
    """Return what the workers hold."""
    return executor.submit(_describe, settings.model_dump_json(), lang).result()


def _describe(settings: str, lang: str) -> Described:
    from .trip_work import describe  # noqa: PLC0415 - in workers only

    return describe(settings, lang)


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know besides the row; `there` are the files made before."""

    settings: str
    version: str
    origin: str = ""
    there: tuple[str, ...] = ()


def checked(executor: Executor, rows: Sequence[Row], job: Job) -> list[Outcome]:
    """Return what each row would fail by before anything is planned: a dry run."""
    return executor.submit(_check, tuple(rows), job).result()


def _check(rows: Sequence[Row], job: Job) -> list[Outcome]:
    from .trip_work import check_row  # noqa: PLC0415 - in workers only

    return [check_row(row, job) for row in rows]


def work(row: Row, job: Job) -> tuple[Outcome, list[bytes]]:
    """Return what becomes of a row, and its packs; runs in a worker."""
    from .trip_work import make_row  # noqa: PLC0415 - geopandas and the typesetter, in workers only

    return make_row(row, job)


def mend_ledger(path: Path) -> None:
    """End a line that a crash cut off, so that the next one begins where a line begins."""
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        with path.open("a", encoding="utf-8") as ledger:
            ledger.write("\n")


def read_ledger(path: Path) -> dict[str, Outcome]:
    """Return what the ledger holds by row digest; a line cut off by a crash is passed over."""
    if not path.exists():
        return {}
    known: dict[str, Outcome] = {}
    for line in path.read_text("utf-8").splitlines():
        try:
            values = json.loads(line)
            values["visits"] = tuple(Visit(**visit) for visit in values["visits"])
            values["away"] = tuple((day, leave, back) for day, leave, back in values["away"])
            values["wrong"] = tuple(Wrong(**one) for one in values["wrong"])
            for name in ("reasons", "changes", "remarks"):
                values[name] = tuple(Told(**one) for one in values[name])
            values["files"] = tuple(values["files"])
            outcome = Outcome(**values)
        except (ValueError, KeyError, TypeError):
            continue
        known[outcome.digest] = outcome
    return known
