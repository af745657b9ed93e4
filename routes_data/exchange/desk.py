"""Importing as one person may: the dry run, and sets of changes made, passed on and taken back.

A set is made, published, sent back or undone as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select, tuple_

from geo.columns import Record
from geo.errors import ConflictError, UnknownRecordError
from routes_data.accounts import Person, Role
from routes_data.desk import Desk, published_body, unpublished_authors
from routes_data.editing import HEAD, as_revision
from routes_data.editor import Editor
from routes_data.engine import reading
from routes_data.kinds import kind_of
from routes_data.models import RECORDS, REVISIONS
from routes_data.revisions import Change, Revision, Signature, State

from .comparing import Decisions, DryRun, Known, dry_run
from .errors import ImportFileError
from .mapping import REVISION
from .rows import How
from .tables import Table

PREFIX = "import-"
"""How the sets of imports are named."""
_IN_ONE_QUERY = 400


@dataclass(frozen=True, slots=True)
class Summary:
    """A set of changes: who made it, why, when, how many records of which kind it touched."""

    change_set: str
    author: str
    reason: str
    time: datetime
    count: int
    kind: str


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a set: its history, and which of its revisions belong to the set."""

    history: tuple[Revision, ...]
    own: tuple[Revision, ...]

    @property
    def head(self) -> Revision:
        """Its newest revision."""
        return self.history[-1]

    @property
    def before(self) -> Record:
        """Its body before the set; empty for a new record."""
        first = self.own[0].revision
        return self.history[first - 2].body if first > 1 else {}

    @property
    def touched_since(self) -> bool:
        """Whether somebody changed it after the set."""
        return self.head.change_set != self.own[0].change_set


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """Imports into a store, as one person may make them.

    Parameters
    ----------
    editor, engine
        Of the store.
    person
        Who imports.
    """

    editor: Editor
    engine: Engine
    person: Person

    def check(self, table: Table, how: How, decisions: Decisions | None = None) -> DryRun:
        """Return what a file would do; nothing is changed.

        Raises
        ------
        RoleError
            This person may not edit.
        ImportFileError
            The file says where things are, and nobody said in which datum.
        """
        self.person.require(Role.EDITOR)
        if how.mapping.places and how.datum is None:
            wanted = "the datum of the positions: wgs84, gcj02 or bd09; it is never guessed"
            raise ImportFileError(table.form, wanted, "import_datum")
        return dry_run(table, how, self._known(table, how), self.person, decisions)

    def apply(self, run: DryRun, change_set: str, reason: str) -> tuple[Revision, ...]:
        """Make every change of a dry run, or none.

        Raises
        ------
        RoleError, OutsideUnitError
            This person may not.
        ImportFileError
            Rows are faulty or undecided, or nothing would change.
        ConflictError
            A record changed since the dry run.
        """
        self.person.require(Role.EDITOR)
        if not run.applicable:
            wanted = "rows without faults and doubts, and at least one change"
            raise ImportFileError(change_set, wanted, "import_not_applicable")
        kind = run.kind
        changes = [Change(kind, row.id, row.state, row.expected, row.body) for row in run.changing]
        self._desk.require_unit(kind, *(row.body for row in run.changing))
        by = Signature(self.person.name, reason, change_set)
        return self.editor.apply(changes, by, any_step=True)

    def sets(self, most: int = 30) -> tuple[Summary, ...]:
        """Return the newest sets of imports."""
        first = (
            select(
                REVISIONS.c.change_set,
                func.min(REVISIONS.c.time).label("time"),
                func.count(REVISIONS.c.id.distinct()).label("count"),
            )
            .where(REVISIONS.c.change_set.startswith(PREFIX))
            .group_by(REVISIONS.c.change_set)
            .order_by(func.min(REVISIONS.c.time).desc(), REVISIONS.c.change_set)
            .limit(most)
            .subquery()
        )
        query = (
            select(first, REVISIONS.c.author, REVISIONS.c.reason, REVISIONS.c.kind)
            .join(
                REVISIONS,
                (REVISIONS.c.change_set == first.c.change_set) & (REVISIONS.c.time == first.c.time),
            )
            .order_by(first.c.time.desc(), first.c.change_set)
        )
        with reading(self.engine) as connection:
            found = {row["change_set"]: row for row in connection.execute(query).mappings()}
        return tuple(Summary(**row) for row in found.values())

    def kind_of(self, change_set: str) -> str:
        """Return the kind of the records of a set.

        Raises
        ------
        UnknownRecordError
            There is no such set.
        """
        return self.members(change_set)[0].head.kind

    def members(self, change_set: str) -> tuple[Member, ...]:
        """Return the records of a set, all of one kind, by id.

        Raises
        ------
        UnknownRecordError
            There is no such set.
        """
        touched = select(REVISIONS.c.kind, REVISIONS.c.id).where(
            REVISIONS.c.change_set == change_set
        )
        query = (
            select(REVISIONS)
            .where(tuple_(REVISIONS.c.kind, REVISIONS.c.id).in_(touched))
            .order_by(REVISIONS.c.id, REVISIONS.c.revision)
        )
        histories: dict[str, list[Revision]] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(query).mappings():
                histories.setdefault(row["id"], []).append(as_revision(row))
        if not histories:
            raise UnknownRecordError(
                f"no set of changes {change_set}", kind="imports", id=change_set, revision=None
            )
        return tuple(_member(history, change_set) for history in histories.values())

    def publish(self, change_set: str, reason: str) -> tuple[Revision, ...]:
        """Show the records of a set that were handed in to visitors, all or none.

        Raises
        ------
        RoleError, OutsideUnitError, OwnWorkError
            This person may not.
        ConflictError
            A record was changed since.
        TransitionError
            None of them is handed in.
        SchemaError
            Every fault of every record.
        """
        self.person.require(Role.REVIEWER)
        waiting = self._waiting(change_set)
        for one in waiting:
            authors = unpublished_authors(one.history)
            self.person.require_other_eyes(one.head.id, authors)
        return self._step(waiting, State.PUBLISHED, change_set, reason)

    def send_back(self, change_set: str, reason: str) -> tuple[Revision, ...]:
        """Return the records of a set that were handed in to their author, all or none.

        Raises
        ------
        RoleError, OutsideUnitError, ConflictError, TransitionError
            As `publish`.
        """
        self.person.require(Role.REVIEWER)
        return self._step(self._waiting(change_set), State.DRAFT, change_set, reason)

    def undo(self, change_set: str, reason: str) -> tuple[Revision, ...]:
        """Put every record of a set back to what it was before, all or none.

        Its author may do so as long as visitors have seen nothing of it; a reviewer always.

        Raises
        ------
        RoleError, OutsideUnitError
            This person may not.
        ConflictError
            A record was changed since; nothing is undone.
        """
        members = self.members(change_set)
        author = members[0].own[0].author
        seen = any(r.state is State.PUBLISHED for one in members for r in one.own)
        own = author == self.person.name and not seen
        self.person.require(Role.EDITOR if own else Role.REVIEWER)
        self._require_units(members)
        by = Signature(self.person.name, reason, f"undo-{change_set}")
        return self.editor.undo_set(change_set, by)

    def _known(self, table: Table, how: How) -> Known:
        kind = kind_of(how.mapping.kind)
        others = {one.kind for one in kind.references}
        referred = {
            other: {
                own: one.body
                for own, one in self._heads(other).items()
                if one.state is not State.DELETED
            }
            for other in sorted(others)
        }
        return Known(self._heads(kind.name), self._bases(table, how), referred)

    def _heads(self, kind: str) -> dict[str, Revision]:
        query = select(REVISIONS).join_from(RECORDS, REVISIONS, HEAD).where(RECORDS.c.kind == kind)
        with reading(self.engine) as connection:
            found = connection.execute(query).mappings()
            return {row["id"]: as_revision(row) for row in found}

    @property
    def _desk(self) -> Desk:
        return Desk(self.editor, self.person)

    def _bases(self, table: Table, how: How) -> Mapping[tuple[str, int], Record]:
        """Return the bodies of the revisions that rows of an exported file rest on."""
        own, version = how.mapping.at("id"), how.mapping.at(REVISION)
        if own is None or version is None:
            return {}
        wanted = {
            (cells[own], cells[version])
            for _, cells in table.rows
            if isinstance(cells[own], str) and type(cells[version]) is int
        }
        keys = sorted(key for key in wanted if 0 < int(str(key[1])) < 10**9)
        found: dict[tuple[str, int], Record] = {}
        with reading(self.engine) as connection:
            for start in range(0, len(keys), _IN_ONE_QUERY):
                query = select(REVISIONS.c.id, REVISIONS.c.revision, REVISIONS.c.body).where(
                    REVISIONS.c.kind == how.mapping.kind,
                    tuple_(REVISIONS.c.id, REVISIONS.c.revision).in_(
                        keys[start : start + _IN_ONE_QUERY]
                    ),
                )
                for site_id, revision, body in connection.execute(query):
                    found[site_id, revision] = body
        return found

    def _waiting(self, change_set: str) -> tuple[Member, ...]:
        members = self.members(change_set)
        changed = next((one for one in members if one.touched_since), None)
        if changed is not None:
            own = changed.own[-1]
            raise ConflictError(own.kind, own.id, own.revision, changed.head.revision)
        self._require_units(members)
        return tuple(one for one in members if one.head.state is State.REVIEW)

    def _require_units(self, members: Sequence[Member]) -> None:
        for one in members:
            shown = published_body(one.history)
            bodies = [one.head.body, *([shown] if shown is not None else [])]
            self._desk.require_unit(one.head.kind, *bodies)

    def _step(
        self, members: Sequence[Member], state: State, change_set: str, reason: str
    ) -> tuple[Revision, ...]:
        if not members:
            raise ImportFileError(change_set, "records that wait for review", "import_none_waiting")
        changes = [Change(one.head.kind, one.head.id, state, one.head.revision) for one in members]
        return self.editor.apply(changes, Signature(self.person.name, reason, change_set))


def _member(history: Sequence[Revision], change_set: str) -> Member:
    own = tuple(one for one in history if one.change_set == change_set)
    return Member(tuple(history), own)
