"""Imports to test with: who imports, what is there, a table as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from routes_data.accounts import Person, Role, Unit
from routes_data.exchange.cells import Vocabulary
from routes_data.exchange.comparing import DryRun, Known, dry_run
from routes_data.exchange.desk import ImportDesk
from routes_data.exchange.mapping import guess
from routes_data.exchange.rows import How
from routes_data.exchange.tables import Cell, Table, table_of
from routes_data.revisions import Revision, State
from routes_data.store import Store


def person(name: str = "wang", role: Role = Role.ADMIN, unit: str = "") -> Person:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return Person(name, name, role, Unit.read(unit), disabled=False, created=created)


def desk_of(store: Store, who: Person | None = None) -> ImportDesk:
    return ImportDesk(store.editor, store.engine, who or person())


def store_sites(store: Store) -> tuple[Revision, ...]:
    """Every site of a store, candidates too."""
    return store.editor.worklist("sites", list(State))


def as_new(table: Table, words: Vocabulary | None = None) -> DryRun:
    """What a table would do to an empty catalogue."""
    how = How(guess(table.columns), "wgs84", clear=True, words=words or {})
    decisions = {number: "new" for number, _ in table.rows}
    return dry_run(table, how, Known({}), person(), decisions)


def sites_of(store: Store, table: Table) -> DryRun:
    """What a table would do to a store, empty cells counted."""
    return desk_of(store).check(table, How(guess(table.columns), "wgs84", clear=True))


def rows_table(columns: Sequence[str], *rows: Sequence[Cell]) -> Table:
    return table_of("test.csv", "CSV", columns, enumerate(rows, start=2))


def checked(
    store: Store,
    table: Table,
    who: Person | None = None,
    *,
    datum: str | None = "wgs84",
    decisions: Mapping[int, str] | None = None,
    **how: object,
) -> DryRun:
    """What a table would do to a store."""
    read = How(guess(table.columns), datum, **how)  # type: ignore[arg-type]
    return desk_of(store, who).check(table, read, decisions)
