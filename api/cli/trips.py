"""`redtrails trips`: packs for every row of a bureau's sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.errors import InvalidParameterError, file_ending
from geo.messages import Lang

from .console import Exit, tell, write

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from api.trip_batch import Batch, Outcome
    from api.trip_sheets import Sheet
    from api.web.texts import Texts

Path_ = Annotated[Path, typer.Argument(help="cli.trips.sheet", show_default=False)]
Into = Annotated[Path, typer.Option("--into", "-o", help="cli.trips.into")]
Workers = Annotated[int, typer.Option(help="cli.trips.workers", min=1, max=64)]
Scheduler = Annotated[
    str | None, typer.Option(help="cli.trips.scheduler", metavar="tcp://HOST:PORT")
]
Origin = Annotated[str, typer.Option(help="cli.trips.origin", metavar="https://HOST")]
Check = Annotated[bool, typer.Option("--check", help="cli.trips.check")]
Template = Annotated[bool, typer.Option("--template", help="cli.trips.template")]
SUMMARY = "summary.xlsx"
ROWS_A_WORKER = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trips", help="cli.trips")(trips)


def trips(
    context: typer.Context,
    sheet: Path_,
    *,
    into: Into = Path("packs"),
    workers: Workers = 2,
    scheduler: Scheduler = None,
    origin: Origin = "",
    check: Check = False,
    template: Template = False,
) -> int:
    """Make the packs of a sheet; a run that was stopped goes on where it ended."""
    from api.trip_sheets import read_sheet

    if template:
        return new_template(sheet, context.obj)
    try:
        read = read_sheet(sheet.name, sheet.read_bytes())
    except IsADirectoryError as error:
        raise file_ending("sheet", sheet.name, ("csv", "xlsx")) from error
    texts = texts_for(context, read.lang)
    tell_columns(read, texts)
    with executor_of(workers, scheduler) as executor:
        if check:
            outcomes, names = checked_rows(read, executor, texts)
            return tell_check(outcomes, names, read, texts)
        batch, names = packed(read, into, (executor, workers), origin, texts)
    return tell_result(batch, names, read, texts)


def texts_for(context: typer.Context, sheet: Lang) -> Texts:
    """Return the texts of the language asked for, else of the one the sheet is written in."""
    from api.web.texts import Texts

    texts: Texts = context.obj
    asked = context.find_root().params.get("lang")
    return texts if asked or texts.lang == "zh" else Texts.for_lang(sheet)


def packed(
    sheet: Sheet, into: Path, hands: tuple[Executor, int], origin: str, texts: Texts
) -> tuple[Batch, Mapping[str, str]]:
    """Make the packs; return the batch with its outcomes, and the names of the sites.

    Raises
    ------
    PackUnavailableError
        The workers cannot make PDFs.
    """
    from api.settings import load_settings
    from api.trip_batch import Batch, described
    from geo.errors import PackUnavailableError

    executor, workers = hands
    settings = load_settings()
    known = described(executor, settings, texts.lang)
    if not known.can_print:
        raise PackUnavailableError
    url = origin or settings.public_url
    batch = Batch(sheet.rows, into, settings, known.version, url)
    follow(batch, executor, workers, texts)
    return batch, known.names


def checked_rows(
    sheet: Sheet, executor: Executor, texts: Texts
) -> tuple[list[Outcome], Mapping[str, str]]:
    """Return what each row would fail by, and the names of the sites."""
    from api.settings import load_settings
    from api.trip_batch import Job, checked, described

    settings = load_settings()
    known = described(executor, settings, texts.lang)
    job = Job(settings.model_dump_json(), known.version)
    return checked(executor, sheet.rows, job), known.names


def tell_columns(sheet: Sheet, texts: Texts) -> None:
    """Say on stderr which heading was understood as what."""
    from api.trip_summary import read_as

    tell(texts("cli.trips.columns"))
    for heading, known in read_as(sheet, texts):
        tell(f"  {heading} → {known}")


def tell_check(
    outcomes: Sequence[Outcome], names: Mapping[str, str], sheet: Sheet, texts: Texts
) -> int:
    """Say what is wrong in which row, what was understood how, and how many rows can be used."""
    for one in outcomes:
        lines = [fault.line(texts, sheet.label) for fault in one.wrong]
        lines += [told.text(texts, names) for told in one.remarks]
        for line in lines:
            write(texts("cli.trips.row", row=one.number, school=one.school, said=line))
    failed = sum(one.failed for one in outcomes)
    write(texts("cli.trips.checked", good=len(outcomes) - failed, failed=failed))
    return Exit.FAILED if failed else Exit.DONE


def tell_result(batch: Batch, names: Mapping[str, str], sheet: Sheet, texts: Texts) -> int:
    """Write the summary, and say which rows failed, why and what would help."""
    from api.trip_summary import changes_of, result_of, why_of, write_summary

    outcomes = [batch.outcomes[number] for number in sorted(batch.outcomes)]
    clashes = write_summary(batch.folder / SUMMARY, outcomes, names, sheet, texts)
    for one in outcomes:
        if one.failed:
            lines = (*why_of(one, names, sheet, texts), *changes_of(one, names, texts))
            said = f"{result_of(one, texts)} · {' '.join(lines)}"
            write(texts("cli.trips.row", row=one.number, school=one.school, said=said))
    failed = sum(one.failed for one in outcomes)
    made = sum(len(one.files) for one in outcomes)
    done = texts("cli.trips.done", packs=made, failed=failed, clashes=clashes)
    write(f"{done} {batch.folder / SUMMARY}")
    return Exit.FAILED if failed else Exit.DONE


def new_template(path: Path, texts: Texts) -> int:
    """Write an empty sheet with its headings and lists to choose from; never over another file."""
    from api.trip_template import template

    if path.suffix.lower() != ".xlsx":
        raise file_ending("sheet", path.name, ("xlsx",))
    content = template(texts)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise InvalidParameterError(
            "sheet", path.name, "a name that is not taken", rule="file_taken"
        ) from error
    write(texts("cli.trips.template-done", file=str(path)))
    return Exit.DONE


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

    The typesetter keeps what it has seen, 20 MB a pack and more for large ones. A worker therefore
    ends after `ROWS_A_WORKER` rows; a new one is a fork of a server that has imported everything.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    from api.processes import begin_worker

    shares = "forkserver" in get_all_start_methods()
    start = get_context("forkserver" if shares else "spawn")
    if shares:
        start.set_forkserver_preload(["api.trip_work"])
    return ProcessPoolExecutor(workers, start, begin_worker, max_tasks_per_child=ROWS_A_WORKER)


@contextmanager
def executor_of(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Give worker processes of this machine, or those of a Dask cluster.

    Raises
    ------
    InvalidParameterError
        Dask is not installed, or no cluster answers at the address.
    """
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
