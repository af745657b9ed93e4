"""`redtrails trips`: packs for every row of a bureau's sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import Exit, write

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from api.trip_batch import Batch
    from api.web.texts import Texts

Sheet = Annotated[Path, typer.Argument(help="cli.trips.sheet", show_default=False)]
Into = Annotated[Path, typer.Option("--into", "-o", help="cli.trips.into")]
Workers = Annotated[int, typer.Option(help="cli.trips.workers", min=1, max=64)]
Scheduler = Annotated[
    str | None, typer.Option(help="cli.trips.scheduler", metavar="tcp://HOST:PORT")
]
Origin = Annotated[str, typer.Option(help="cli.trips.origin", metavar="https://HOST")]
SUMMARY = "summary.xlsx"
ROWS_A_WORKER = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trips", help="cli.trips")(trips)


def trips(
    context: typer.Context,
    sheet: Sheet,
    *,
    into: Into = Path("packs"),
    workers: Workers = 2,
    scheduler: Scheduler = None,
    origin: Origin = "",
) -> int:
    """Make the packs of a sheet; a run that was stopped goes on where it ended."""
    from api.settings import load_settings
    from api.trip_batch import Batch, described
    from api.trip_sheets import read_sheet, write_summary
    from geo.errors import PackUnavailableError

    texts: Texts = context.obj
    rows = read_sheet(sheet)
    settings = load_settings()
    with executor_of(workers, scheduler) as executor:
        known = described(executor, settings, texts.lang)
        if not known.can_print:
            raise PackUnavailableError
        url = origin or settings.public_url
        batch = Batch(rows, into, settings, known.version, url, texts.lang)
        follow(batch, executor, workers, texts)
    clashes = write_summary(into / SUMMARY, batch.outcomes.values(), known.names, texts)
    failed = [one for one in batch.outcomes.values() if one.error]
    for one in failed:
        write(texts("cli.trips.failed", row=one.number, school=one.school, error=one.error))
    made = sum(len(one.files) for one in batch.outcomes.values())
    said = texts("cli.trips.done", packs=made, failed=len(failed), clashes=clashes)
    write(f"{said} {into / SUMMARY}")
    return Exit.FAILED if failed else Exit.DONE


def follow(batch: Batch, executor: Executor, workers: int, texts: Texts) -> None:
    """Work the batch off with a bar on stderr: how many, how fast, how long still."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(texts("cli.trips.working"), total=len(batch.rows))
        for _ in batch.run(executor, workers):
            progress.advance(task)


def local_workers(workers: int) -> Executor:
    """Return processes of this machine that share what they import and end before they grow.

    The typesetter keeps what it has seen: about 20 MB a pack. A worker therefore ends after
    `ROWS_A_WORKER` rows; a new one is a fork of a server that has imported everything.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    shares = "forkserver" in get_all_start_methods()
    start = get_context("forkserver" if shares else "spawn")
    if shares:
        start.set_forkserver_preload(["api.trip_work"])
    return ProcessPoolExecutor(workers, start, max_tasks_per_child=ROWS_A_WORKER)


@contextmanager
def executor_of(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Give worker processes of this machine, or those of a Dask cluster.

    Raises
    ------
    InvalidParameterError
        Dask is not installed, or no cluster answers at the address.
    """
    from geo.errors import InvalidParameterError

    if scheduler is None:
        with local_workers(workers) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError as error:
        wanted = "`pip install distributed` first, or leave it out to work on this machine"
        raise InvalidParameterError("scheduler", scheduler, wanted, rule="no_dask") from error
    try:
        client = Client(scheduler, timeout="10s")
    except OSError as error:
        raise InvalidParameterError(
            "scheduler", scheduler, "a Dask scheduler that answers", rule="scheduler"
        ) from error
    with client:
        yield client.get_executor(pure=False, retries=2)
