"""Packs for a whole sheet of schools: a row a trip, on one machine or a cluster, resumable.

The ledger (`done.jsonl` in the target folder) gets a line when a row's files are whole on disk.
A run that was killed goes on where the ledger ends; a pack whose file is there already is not
made again, because a file gets its name only when it is complete.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from geo.errors import DataError, HeritageError, InvalidParameterError
from geo.trip import Trip

from .params import read_query
from .places import place_called
from .settings import Settings
from .state import AppState, running
from .tripping import TripPackQuery, make_trip, pack_pdf, trip_of_query
from .web.texts import Texts

LEDGER = "done.jsonl"
AHEAD = 2
"""Rows handed out for each worker: none waits for the next, and few are lost when killed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: its number as people count (the header is 1), its cells."""

    number: int
    cells: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """The row's content, for the ledger and the names of its files."""
        text = json.dumps([self.number, *self.cells], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of a class as the summary needs it: minutes after midnight of `date`."""

    date: str
    site: str
    begin: int
    end: int
    people: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: `error` is empty where packs were made.

    `away` are (date, leave, back) in minutes after midnight, one a day and coach.
    """

    number: int
    digest: str
    school: str = ""
    error: str = ""
    files: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    away: tuple[tuple[str, int, int], ...] = ()
    coach: bool = False
    left_out: tuple[str, ...] = ()


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
    lang: str = "zh"
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def run(self, executor: Executor, workers: int) -> Iterator[Outcome]:
        """Yield what became of each row as it is finished; those done before come first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        known = read_ledger(self.folder / LEDGER)
        todo: list[Row] = []
        for row in self.rows:
            done = known.get(row.digest)
            if done is not None:
                self.outcomes[row.number] = done
                yield done
            else:
                todo.append(row)
        yield from self._work(executor, todo, workers)

    def _work(self, executor: Executor, todo: Sequence[Row], workers: int) -> Iterator[Outcome]:
        waiting = iter(todo)
        running_now: set[Future[tuple[Outcome, list[bytes]]]] = set()
        while True:
            for row in waiting:
                job = executor.submit(make_row, row, self._job(row))
                running_now.add(job)
                if len(running_now) >= workers * AHEAD:
                    break
            if not running_now:
                return
            finished, running_now = wait(running_now, return_when=FIRST_COMPLETED)
            for job in sorted(finished, key=lambda one: one.result()[0].number):
                yield self._kept(*job.result())

    def _job(self, row: Row) -> Job:
        there = tuple(sorted(p.name for p in self.folder.glob(f"{_stem(row)}*.pdf")))
        return Job(self.settings.model_dump_json(), self.version, self.origin, self.lang, there)

    def _kept(self, outcome: Outcome, packs: Sequence[bytes]) -> Outcome:
        for name, content in zip(outcome.files, packs, strict=bool(outcome.files)):
            if content:
                part = self.folder / f".{name}.part"
                part.write_bytes(content)
                part.replace(self.folder / name)
        with (self.folder / LEDGER).open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        self.outcomes[outcome.number] = outcome
        return outcome


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know besides the row; `there` are the files made before."""

    settings: str
    version: str
    origin: str
    lang: str
    there: tuple[str, ...]


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
            for name in ("files", "left_out"):
                values[name] = tuple(values[name])
            outcome = Outcome(**values)
        except (ValueError, KeyError, TypeError):
            continue
        known[outcome.digest] = outcome
    return known


@lru_cache(maxsize=2)
def _opened(settings: str) -> AppState:
    # A worker keeps its state until it ends: nothing in it is written to.
    return running(Settings.model_validate_json(settings)).__enter__()


def make_row(row: Row, job: Job) -> tuple[Outcome, list[bytes]]:
    """Return what becomes of a row, and its packs (empty where the file is there already).

    Raises
    ------
    DataError
        This worker's catalogue is not the one the batch rests on.
    """
    state = _opened(job.settings)
    if state.catalogue.version != job.version:
        raise DataError(
            f"this worker holds catalogue {state.catalogue.version}, the batch rests on "
            f"{job.version}; give every worker the same data folder"
        )
    texts = Texts.for_lang("en" if job.lang == "en" else "zh")
    cells = dict(row.cells)
    try:
        query = _query(cells, state, texts)
        trip = make_trip(trip_of_query(query), state)
        numbers = range(1, len(trip.classes) + 1)
        names = [f"{_stem(row)}-{n}.pdf" for n in numbers]
        packs = [
            b""
            if name in job.there
            else pack_pdf(trip, query.model_copy(update={"number": n}), state, job.origin)
            for n, name in zip(numbers, names, strict=True)
        ]
    except HeritageError as error:
        said = f"{error.code}: {error.message}"
        return Outcome(row.number, row.digest, cells.get("school", ""), said), []
    return _outcome(row, trip, tuple(names)), packs


def _stem(row: Row) -> str:
    return f"{row.number:04d}-{row.digest}"


def _query(cells: Mapping[str, str], state: AppState, texts: Texts) -> TripPackQuery:
    values: dict[str, object] = {name: text for name, text in cells.items() if name != "near"}
    if "near" in cells and "at" not in cells:
        lon, lat = place_called(cells["near"], state.catalogue, texts)
        values["at"] = f"{lon:.6f},{lat:.6f}"
    if "ask" in cells:
        values["ask"] = cells["ask"].splitlines()
    if not values.get("at"):
        raise InvalidParameterError("at", "", "lon,lat of the school, or a column `near`")
    return read_query(TripPackQuery, values)


def _outcome(row: Row, trip: Trip, files: tuple[str, ...]) -> Outcome:
    request = trip.request
    visits: list[Visit] = []
    away: list[tuple[str, int, int]] = []
    for plan in trip.classes:
        for number, day in enumerate(plan.itinerary.days):
            leave, back = day.stops[0].departure, day.stops[-1].arrival
            if leave and back:
                away.append((day.date.isoformat(), _minute(leave), _minute(back)))
            for index, stop in enumerate(day.stops):
                begin = plan.visit_begins(number, index)
                if stop.site_id and begin:
                    first = _minute(begin)
                    last = first + stop.stay_s // 60
                    people, most = plan.facts.people, request.site_capacity
                    visits.append(
                        Visit(day.date.isoformat(), stop.site_id, first, last, people, most)
                    )
    return Outcome(
        number=row.number,
        digest=row.digest,
        school=request.school,
        files=files,
        visits=tuple(visits),
        away=tuple(away),
        coach=request.transport == "coach",
        left_out=tuple(one.site.id for one in trip.left_out),
    )


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
