"""`redtrails plan --batch`: a file of requests, an answer a line, with a bar on stderr."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .console import Exit, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.web.texts import Texts

MANY = 10**6
"""Workers of a cluster are not counted here: it takes what it can."""


def plan_batch(requests: Path, output: Path | None, scheduler: str | None, texts: Texts) -> int:
    """Answer the requests of a file; a run that was stopped goes on where it ended.

    Returns
    -------
    int
        `Exit.DONE`; requests that could not be planned are answers too, and are counted.
    """
    from api.plan_batch import job_of, read_rows, run
    from api.plan_work import answer_rows, described
    from api.settings import load_settings

    from .trips import executor_of

    rows = read_rows(requests)
    target = output or requests.with_name(f"{requests.stem}.plans.jsonl")
    job = job_of(load_settings(), datetime.now(UTC).replace(microsecond=0))
    with executor_of(MANY, scheduler) if scheduler else nullcontext() as executor:
        known = executor.submit(described, job).result() if executor else described(job)
        follow(run(rows, target, known, answer_rows, executor), len(rows), texts)
    failed = count_errors(target)
    write(texts("cli.plan.batch-done", rows=len(rows), failed=failed, path=str(target)))
    return Exit.DONE


def count_errors(output: Path) -> int:
    """Return how many answers say what is wrong instead of a plan."""
    import json

    with output.open(encoding="utf-8") as lines:
        return sum("error" in json.loads(line) for line in lines)


def follow(steps: Iterator[int], total: int, texts: Texts) -> None:
    """Work a batch off with a bar on stderr: how many, how long still."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(texts("cli.plan.batch-working"), total=total)
        for count in steps:
            progress.advance(task, count)
