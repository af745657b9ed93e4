"""What staff do with records: write, hand in, publish, take back, look back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from geo.columns import Record
from geo.errors import UnknownRecordError

from .editing import HEAD, PUBLISHED, apply, as_revision, heads
from .engine import reading, writing
from .models import RECORDS, REVISIONS
from .part import Part
from .revisions import (
    Change,
    FieldChange,
    Merge,
    Revision,
    Signature,
    State,
    diff,
    merge,
    undoing,
)


class Editor(Part):
    """The revisions of a store; safe for threads and processes.

    Every change names the revision it rests on (`expected`): if somebody else was faster, nothing
    is written and a `ConflictError` says so. Nothing is ever overwritten or lost.
    """

    def head(self, kind: str, record_id: str) -> Revision:
        """Return the newest revision of a record.

        Raises
        ------
        UnknownRecordError
            There is no such record.
        """
        with reading(self._engine) as connection:
            found = heads(connection, [(kind, record_id)])
        if not found:
            raise _unknown(kind, record_id, None)
        return found[kind, record_id]

    def heads(self, kind: str, ids: Iterable[str]) -> dict[str, Revision]:
        """Return the newest revisions of some records by id; of those that are not, none."""
        with reading(self._engine) as connection:
            found = heads(connection, [(kind, record_id) for record_id in ids])
        return {one.id: one for one in found.values()}

    def history(self, kind: str, record_id: str) -> tuple[Revision, ...]:
        """Return every revision of a record, the oldest first.

        Raises
        ------
        UnknownRecordError
            There is no such record.
        """
        query = (
            select(REVISIONS)
            .where(REVISIONS.c.kind == kind, REVISIONS.c.id == record_id)
            .order_by(REVISIONS.c.revision)
        )
        with reading(self._engine) as connection:
            found = tuple(as_revision(row) for row in connection.execute(query).mappings())
        if not found:
            raise _unknown(kind, record_id, None)
        return found

    def at(self, kind: str, record_id: str, revision: int) -> Revision:
        """Return one revision of a record.

        Raises
        ------
        UnknownRecordError
            There is no such record, or not that many revisions of it.
        """
        history = self.history(kind, record_id)
        if not 1 <= revision <= len(history):
            raise _unknown(kind, record_id, revision)
        return history[revision - 1]

    def worklist(
        self, kind: str, states: Collection[State] = (State.DRAFT, State.REVIEW)
    ) -> tuple[Revision, ...]:
        """Return the newest revisions that stand in one of the states, in listing order."""
        query = (
            select(REVISIONS)
            .join_from(RECORDS, REVISIONS, HEAD)
            .where(RECORDS.c.kind == kind, REVISIONS.c.state.in_([str(s) for s in states]))
            .order_by(RECORDS.c.position)
        )
        with reading(self._engine) as connection:
            return tuple(as_revision(row) for row in connection.execute(query).mappings())

    def published(self, kind: str) -> tuple[Revision, ...]:
        """Return the revisions that visitors see, in listing order."""
        query = (
            select(REVISIONS)
            .join_from(RECORDS, REVISIONS, PUBLISHED)
            .where(RECORDS.c.kind == kind)
            .order_by(RECORDS.c.position)
        )
        with reading(self._engine) as connection:
            return tuple(as_revision(row) for row in connection.execute(query).mappings())

    def diff(self, kind: str, record_id: str, first: int, second: int) -> tuple[FieldChange, ...]:
        """Return the columns in which two revisions of a record differ.

        Raises
        ------
        UnknownRecordError
            There is no such record or revision.
        """
        before, after = (self.at(kind, record_id, number) for number in (first, second))
        return diff(before.body, after.body)

    def merge(self, kind: str, record_id: str, base: int, mine: Record) -> Merge:
        """Put an edit that rests on an older revision together with the newest one.

        Raises
        ------
        UnknownRecordError
            There is no such record or revision.
        """
        history = self.history(kind, record_id)
        if not 1 <= base <= len(history):
            raise _unknown(kind, record_id, base)
        return merge(history[base - 1].body, mine, history[-1].body)

    def apply(
        self, changes: Sequence[Change], by: Signature, *, any_step: bool = False
    ) -> tuple[Revision, ...]:
        """Make a set of changes, all or none; see `routes_data.editing.apply` for the errors."""
        with writing(self._engine) as connection:
            return apply(connection, changes, by, self.clock(), any_step=any_step)

    def create(self, kind: str, body: Record, by: Signature) -> Revision:
        """Write a new record as a draft; its id stands in the body.

        Raises
        ------
        ConflictError
            A record of this id exists.
        SchemaError
            What not even a draft may hold.
        """
        return self._one(Change(kind, str(body.get("id")), State.DRAFT, None, body), by)

    def edit(
        self, kind: str, record_id: str, body: Record, expected: int, by: Signature
    ) -> Revision:
        """Write a draft of a record; visitors go on seeing what is published.

        Raises
        ------
        ConflictError
            Somebody else was faster; `merge` puts the two together.
        UnknownRecordError
            There is no such record.
        SchemaError
            What not even a draft may hold.
        """
        return self._one(Change(kind, record_id, State.DRAFT, expected, body), by)

    def hand_in(
        self,
        kind: str,
        body: Record,
        expected: int | None,
        by: Signature,
        *,
        publish: bool = False,
    ) -> Revision:
        """Write a body, hand it in for review and perhaps publish it: all of it or nothing.

        Parameters
        ----------
        kind, body
            The record; its id stands in the body.
        expected
            The newest revision its author has seen, None for a record that must not exist yet.
        by
            Who hands it in.
        publish
            Whether visitors see it from now on.

        Raises
        ------
        ConflictError, UnknownRecordError, TransitionError
            See `edit`.
        SchemaError
            What a draft, or where it is published a record, may not hold.
        """
        steps = [*([State.DRAFT] if expected is None else []), State.REVIEW]
        last = expected
        with writing(self._engine) as connection:
            now = self.clock()  # after the others: times stand in the order of the revisions
            for state in [*steps, *([State.PUBLISHED] if publish else [])]:
                change = Change(kind, str(body.get("id")), state, last, body)
                (made,) = apply(connection, [change], by, now)
                last = made.revision
        return made

    def submit(self, kind: str, record_id: str, expected: int, by: Signature) -> Revision:
        """Hand a draft in for review.

        Raises
        ------
        ConflictError, UnknownRecordError, TransitionError
            See `edit`; a record that is published already.
        """
        return self._step(kind, record_id, State.REVIEW, expected, by)

    def send_back(self, kind: str, record_id: str, expected: int, by: Signature) -> Revision:
        """Return what was handed in to its author, with the reason.

        Raises
        ------
        ConflictError, UnknownRecordError, TransitionError
            See `edit`.
        """
        return self._step(kind, record_id, State.DRAFT, expected, by)

    def publish(self, kind: str, record_id: str, expected: int, by: Signature) -> Revision:
        """Show what was reviewed to visitors.

        Raises
        ------
        SchemaError
            Every fault of the record, references to what is not published included.
        ConflictError, UnknownRecordError, TransitionError
            See `edit`; a draft that was not handed in.
        """
        return self._step(kind, record_id, State.PUBLISHED, expected, by)

    def archive(self, kind: str, record_id: str, expected: int, by: Signature) -> Revision:
        """Take a record away from visitors; staff keep it.

        Raises
        ------
        SchemaError
            A published record needs it, such as a route that stops there.
        ConflictError, UnknownRecordError, TransitionError
            See `edit`.
        """
        return self._step(kind, record_id, State.ARCHIVED, expected, by)

    def delete(self, kind: str, record_id: str, expected: int, by: Signature) -> Revision:
        """Hide a record from everybody; its history stays and `undo` brings it back.

        Raises
        ------
        SchemaError, ConflictError, UnknownRecordError, TransitionError
            See `archive`.
        """
        return self._step(kind, record_id, State.DELETED, expected, by)

    def undo(self, kind: str, record_id: str, to: int, expected: int, by: Signature) -> Revision:
        """Bring any revision back, as a new draft.

        Raises
        ------
        UnknownRecordError
            There is no such record or revision.
        ConflictError
            Somebody else was faster.
        """
        body = self.at(kind, record_id, to).body
        return self._one(Change(kind, record_id, State.DRAFT, expected, body), by)

    def undo_set(self, change_set: str, by: Signature) -> tuple[Revision, ...]:
        """Put every record of a set of changes back to what it was before, at once.

        Raises
        ------
        UnknownRecordError
            There is no such set.
        ConflictError
            A record was changed since; nothing is undone.
        """
        touched = (
            select(REVISIONS.c.kind, REVISIONS.c.id)
            .where(REVISIONS.c.change_set == change_set)
            .distinct()
            .order_by(REVISIONS.c.kind, REVISIONS.c.id)
        )
        with writing(self._engine) as connection:
            keys = [(str(kind), str(one)) for kind, one in connection.execute(touched)]
            if not keys:
                raise _unknown("change sets", change_set, None)
            changes = [
                undoing(self.history(kind, record_id), change_set) for kind, record_id in keys
            ]
            return apply(connection, changes, by, self.clock(), any_step=True)

    def _step(
        self, kind: str, record_id: str, state: State, expected: int, by: Signature
    ) -> Revision:
        return self._one(Change(kind, record_id, state, expected), by)

    def _one(self, change: Change, by: Signature) -> Revision:
        return self.apply([change], by)[0]


def _unknown(kind: str, record_id: str, revision: int | None) -> UnknownRecordError:
    which = f" revision {revision} of" if revision is not None else ""
    return UnknownRecordError(
        f"no{which} record {kind}/{record_id}", kind=kind, id=record_id, revision=revision
    )
