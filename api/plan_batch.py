"""Many plan requests, one answer a line: in this process or on a cluster, resumable.

The answers are written in the order of the requests, each line when it and all before it are
known. So a file always holds a whole beginning of the result: a run that was stopped goes on
after its last whole line, and the bytes are the same however many workers there were.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo.errors import DataError, not_one_of

from .planning import LISTS, ItineraryQuery
from .settings import Settings

ROWS_A_TASK = 10
"""Rows handed out together: a task of some 100 ms costs a cluster little by comparison."""

TASKS_AHEAD = 64
"""Tasks under way at most: enough for every worker, few enough to hold their answers in memory."""

CSV_COLUMNS = tuple(name for name in ItineraryQuery.model_fields if name not in ("lang", "f"))
"""Whatever an address may say of a plan: `stops`, `mode`, `days`, `nights`, …"""


@dataclass(frozen=True, slots=True)
class Row:
    """One request: its number (the first is 1) and its text, a JSON object or what stood there."""

    number: int
    text: str

    @property
    def digest(self) -> str:
        """The request's content; an answer carries it, so that it is known again."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know besides the rows: where its data lie, what "now" is, which versions.

    `version` and `network` are empty for the worker that tells them (`plan_work.described`).
    """

    settings: str
    now: datetime
    version: str = ""
    network: str = ""


def job_of(settings: Settings, now: datetime) -> Job:
    """Return the job of a batch whose versions are not known yet."""
    return Job(settings.model_dump_json(), now)


def read_rows(path: Path) -> list[Row]:
    """Return the requests of a CSV or JSON Lines file.

    A row that makes no sense is kept: its answer says what is wrong with it.

    Raises
    ------
    DataError
        The file cannot be read, is not UTF-8, or is neither of the two.
    InvalidParameterError
        A column of the CSV is none of `CSV_COLUMNS`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8; save it as CSV UTF-8 or as JSON Lines") from error
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            lines = [line.strip() for line in text.splitlines()]
        case ".csv":
            lines = _csv_lines(text)
        case ending:
            raise DataError(f"{path}: got {ending or 'no ending'}, wanted .csv or .jsonl")
    return [Row(number, line) for number, line in enumerate(filter(None, lines), start=1)]


def _csv_lines(text: str) -> list[str]:
    """Return each record of a CSV as the JSON of its filled cells."""
    records = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    for column in records.fieldnames or ():
        if column not in CSV_COLUMNS:
            raise not_one_of("column", column, CSV_COLUMNS)
    return [json.dumps(values, ensure_ascii=False) for values in map(_filled, records) if values]


def _filled(record: dict[str, str | list[str] | None]) -> dict[str, str]:
    """Return the cells with something in them; the sites of a cell may have ; between."""
    cells = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in record.items()
        if value
    }
    kept = {name: value.strip() for name, value in cells.items() if value.strip()}
    for name in LISTS:  # ; may stand between, since , is that of the CSV itself
        if name in kept:
            kept[name] = kept[name].replace(";", ",").replace("；", ",")
    return kept


def resume(output: Path, rows: Sequence[Row]) -> int:
    """Cut an output after its last whole line, and return how many rows are answered.

    Raises
    ------
    DataError
        It holds the answers to other requests.
    """
    if not output.exists():
        return 0
    content = output.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    digests = [_digest_of(line) for line in whole.splitlines()]
    if digests != [row.digest for row in rows[: len(digests)]]:
        raise DataError(
            f"{output} holds the answers to other requests; name another file with --output, or "
            "delete it"
        )
    if len(whole) < len(content):
        with output.open("r+b") as file:
            file.truncate(len(whole))
    return len(digests)


def _digest_of(line: bytes) -> str:
    try:
        return str(json.loads(line)["digest"])
    except (ValueError, KeyError, TypeError):
        return ""


Answer = Callable[[Sequence[Row], Job], list[str]]


def run(
    rows: Sequence[Row], output: Path, job: Job, answer: Answer, executor: Executor | None = None
) -> Iterator[int]:
    """Answer the rows that are not answered yet; yield how many more are on disk, each time.

    Parameters
    ----------
    rows
        All requests of the batch.
    output
        Where the answers go.
    job
        What a worker must know.
    answer
        The work, `plan_work.answer_rows`.
    executor
        Who does it; this process if None.

    Raises
    ------
    DataError
        The output is another batch's, or a worker holds other data than the batch rests on.
    """
    done = resume(output, rows)
    yield done
    todo = rows[done:]
    size = ROWS_A_TASK if executor else 1
    tasks = (todo[at : at + size] for at in range(0, len(todo), size))
    with output.open("a", encoding="utf-8", newline="\n") as file:
        for lines in _answers(tasks, job, answer, executor):
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            yield len(lines)


def _answers(
    tasks: Iterator[Sequence[Row]], job: Job, answer: Answer, executor: Executor | None
) -> Iterator[list[str]]:
    """Yield the answers of the tasks, in their order."""
    if executor is None:
        for rows in tasks:
            yield answer(rows, job)
        return
    under_way: deque[Future[list[str]]] = deque()
    for rows in itertools.islice(tasks, TASKS_AHEAD):
        under_way.append(executor.submit(answer, rows, job))
    while under_way:
        lines = under_way.popleft().result()
        for rows in itertools.islice(tasks, 1):
            under_way.append(executor.submit(answer, rows, job))
        yield lines
