"""`redtrails sites`: the list of sites, and the catalogue in and out as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from . import records
from .console import Exit, working, write, write_json, write_table

if TYPE_CHECKING:
    from api.web.texts import Texts
    from routes_data.exchange.comparing import DryRun
    from routes_data.exchange.desk import ImportDesk
    from routes_data.exchange.mapping import ColumnMapping
    from routes_data.exchange.rows import How
    from routes_data.exchange.tables import Table
    from routes_data.store import Store


class ListByDefault(TyperGroup):
    """A group that lists where no command of it is named: `redtrails sites 党史` still works."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Put the name of the list in front of a line that names no command."""
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["list", *args])


app = typer.Typer(cls=ListByDefault, help="cli.sites", rich_markup_mode=None)
app.command("list", help="cli.sites.list")(records.sites)

File = Annotated[Path, typer.Argument(metavar="FILE", help="cli.exchange.file")]
NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="cli.exchange.new-file")]
DatumName = Annotated[
    str | None, typer.Option("--datum", metavar="wgs84|gcj02|bd09", help="cli.exchange.datum")
]
Columns = Annotated[
    list[str], typer.Option("--column", metavar="HEADING=COLUMN", help="cli.exchange.column")
]
Decided = Annotated[
    list[str], typer.Option("--decide", metavar="ROW=skip|new|ID", help="cli.exchange.decide")
]
Clear = Annotated[bool, typer.Option("--clear-empty", help="cli.exchange.clear")]
Apply = Annotated[bool, typer.Option("--apply", help="cli.exchange.apply")]
Reason = Annotated[str, typer.Option("--reason", help="cli.exchange.reason")]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]
KindName = Annotated[str, typer.Option("--kind", help="cli.exchange.kind")]
FormName = Annotated[str | None, typer.Option("--form", help="cli.exchange.form")]
All = Annotated[bool, typer.Option("--all", help="cli.exchange.all")]
SetName = Annotated[str, typer.Argument(metavar="SET", help="cli.exchange.set")]


@app.command("import", help="cli.exchange.import")
def import_file(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    file: File,
    *,
    datum: DatumName = None,
    column: Columns = [],  # noqa: B006 - typer reads the default, nobody changes it
    decide: Decided = [],  # noqa: B006
    clear_empty: Clear = False,
    kind: KindName = "sites",
    apply: Apply = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Say what a file would change; with `--apply`, change it, all or nothing."""
    from routes_data.exchange.forms import read_file

    texts: Texts = context.obj
    table = read_file(file.name, _content(file))
    mapping = _mapping(file.name, table, column, kind)
    with _desk() as desk, working(texts("cli.exchange.working")):
        how = _how(mapping, datum, desk, clear=clear_empty)
        run = desk.check(table, how, _decisions(decide))
        applied = _apply(desk, run, reason or file.name) if apply and run.applicable else ""
    if json:
        from api.exchanging import run_document

        write_json({**run_document(run), "change_set": applied or None})
    else:
        _report(run, table, applied, texts)
    if not run.applicable and (apply or run.counts["faulty"] or run.counts["undecided"]):
        raise typer.Exit(Exit.FAILED)


@app.command("export", help="cli.exchange.export")
def export_file(
    context: typer.Context,
    file: NewFile,
    *,
    kind: KindName = "sites",
    form: FormName = None,
    everything: All = False,
) -> None:
    """Write records into a file, in the form its name ends in."""
    from routes_data.exchange.forms import form_of, form_of_file
    from routes_data.exchange.outgoing import exported

    texts: Texts = context.obj
    chosen = form_of(form) if form else form_of_file(file.name)
    with _store() as store:
        table = exported(store.editor, kind, public=not everything)
    file.write_bytes(chosen.content(file.name, table))
    write(texts("cli.exchange.exported", count=len(table.revisions), file=str(file)))


@app.command("template", help="cli.exchange.template")
def write_template(context: typer.Context, file: NewFile, *, kind: KindName = "sites") -> None:
    """Write the workbook to be filled in."""
    from api.exchanging import site_names_of, template
    from routes_data.exchange.subjects import subject_of

    texts, chosen = context.obj, subject_of(kind).kind
    with _store() as store:
        names = site_names_of(store.editor, texts)
    file.write_bytes(template(texts, chosen, names))
    write(texts("cli.exchange.template-written", file=str(file)))


@app.command("imports", help="cli.exchange.imports")
def list_imports(context: typer.Context, *, json: Json = False) -> None:
    """List the newest imports."""
    texts: Texts = context.obj
    with _desk() as desk:
        found = desk.sets()
    names = ("change_set", "time", "kind", "author", "count", "reason")
    rows = [
        (one.change_set, one.time.isoformat(), one.kind, one.author, str(one.count), one.reason)
        for one in found
    ]
    if json:
        write_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        write_table([texts(f"cli.exchange.heading.{name}") for name in names], rows)


@app.command("undo", help="cli.exchange.undo")
def undo(context: typer.Context, change_set: SetName, *, reason: Reason = "") -> None:
    """Put every record of an import back to what it was."""
    texts: Texts = context.obj
    with _desk() as desk:
        made = desk.undo(change_set, reason or change_set)
    write(texts("cli.exchange.undone", count=len(made), set=change_set))


def _content(file: Path) -> bytes:
    """Return a file; of one that is too large anyway no more than shows it."""
    from routes_data.exchange.limits import MAX_BYTES

    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _mapping(name: str, table: Table, columns: Sequence[str], kind: str) -> ColumnMapping:
    from geo.errors import InvalidParameterError
    from routes_data.exchange.mapping import check_mapping, guess
    from routes_data.exchange.subjects import subject_of

    fields = list(guess(table.columns, subject_of(kind).kind).fields)
    for one in columns:
        heading, sign, field = one.rpartition("=")
        if not sign or heading not in table.columns:
            wanted = f"HEADING=COLUMN with one of the headings {', '.join(table.columns)}"
            raise InvalidParameterError("column", one, wanted, rule="heading")
        fields = ["" if old == field else old for old in fields]
        fields[table.columns.index(heading)] = field
    return check_mapping(name, table.columns, fields, kind)


def _how(mapping: ColumnMapping, datum: str | None, desk: ImportDesk, *, clear: bool) -> How:
    from api.exchanging import words_with_names
    from geo.errors import not_one_of
    from geo.positions import DATUMS
    from routes_data.exchange.rows import How

    chosen = next((one for one in DATUMS if one == datum), None)
    if datum is not None and chosen is None:
        raise not_one_of("datum", datum, DATUMS)
    return How(mapping, chosen, clear, words_with_names(mapping.kind, desk.editor))


def _decisions(decided: Sequence[str]) -> dict[int, str]:
    from geo.errors import InvalidParameterError

    made = {}
    for one in decided:
        row, _, said = one.partition("=")
        if not (row.isdecimal() and said):
            wanted = "ROW=skip, ROW=new or ROW=ID"
            raise InvalidParameterError("decide", one, wanted, rule="decision")
        made[int(row)] = said
    return made


def _apply(desk: ImportDesk, run: DryRun, reason: str) -> str:
    import secrets

    change_set = f"import-{secrets.token_hex(8)}"
    desk.apply(run, change_set, reason)
    return change_set


def _report(run: DryRun, table: Table, applied: str, texts: Texts) -> None:
    from api.exchanging import alike_lines, fault_line, row_notes

    for key, value in table.said:
        write(texts(f"exchange.said.{key}", value=value))
    if run.suspect:
        write(texts("exchange.suspect", datum=texts(f"staff.datum.{run.suspect}")))
    for row in run.rows:
        for fault in row.faults:
            write(fault_line(fault, texts, run.kind))
        if row.status in {"faulty", "unchanged", "skipped"}:
            continue
        said = texts(f"exchange.status.{row.status}")
        columns = ", ".join(one.column for one in row.changes) if row.status == "changed" else ""
        write(f"{row.number}: {said} {row.id} {row.name}" + (f" ({columns})" if columns else ""))
        for line in (*alike_lines(row, texts), *row_notes(row, texts)):
            write(f"    {line}")
    write(counts_line(run, texts))
    if applied:
        write(texts("cli.exchange.applied", count=len(run.changing), set=applied))


def counts_line(run: DryRun, texts: Texts) -> str:
    """Return how many rows there are of each status, as one line."""
    return " · ".join(
        f"{texts(f'exchange.status.{status}')} {count}"
        for status, count in run.counts.items()
        if count
    )


@contextmanager
def _store() -> Iterator[Store]:
    from api.settings import load_settings
    from api.state import opened_store

    with opened_store(load_settings()) as store:
        yield store


@contextmanager
def _desk() -> Iterator[ImportDesk]:
    """Open the store for who sits at this machine: an administrator of the whole city."""
    import getpass

    from routes_data.accounts import Person, Role, Unit
    from routes_data.exchange.desk import ImportDesk

    name = f"{getpass.getuser()} (command line)"
    person = Person(name, name, Role.ADMIN, Unit(), disabled=False, created=datetime.now(UTC))
    with _store() as store:
        yield ImportDesk(store.editor, store.engine, person)
