"""What somebody may do with records: every step of `Editor`, by the rights of who takes it.

Rights are checked on the very revision a step rests on: if that is no longer the newest, the
editor refuses the step, so nothing slips in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from geo.columns import Record
from geo.errors import ConflictError

from .accounts import Person, Role
from .editor import Editor
from .revisions import Clash, Revision, Signature, State
from .whereabouts import whereabouts

_TRIES = 8
"""Times a draft is put together with what others save in the same moment."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was saved; `merged` are columns that somebody else had changed meanwhile."""

    revision: Revision
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An edit that was not saved: two people changed the same columns to different values.

    `body` is both edits put together, their value where they clash; `head` is the newest revision.
    """

    head: Revision
    body: Record
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The editor of a store, as one person may use it.

    Parameters
    ----------
    editor
        Of the store.
    person
        Who works with it.
    """

    editor: Editor
    person: Person

    def may_edit(self, kind: str, body: Record) -> bool:
        """Return whether a record of this body is this person's to edit."""
        where = whereabouts(self.editor, kind, body)
        return self.person.role.reaches(Role.EDITOR) and all(map(self.person.unit.holds, where))

    def may_archive(self, kind: str, head: Revision) -> bool:
        """Return whether a record is this person's to take away."""
        able = self.person.role.reaches(Role.REVIEWER) and self.may_edit(kind, head.body)
        return able and head.state in (State.DRAFT, State.PUBLISHED)

    def save(
        self, kind: str, record_id: str, body: Record, expected: int, reason: str
    ) -> Saved | Unsettled:
        """Write a draft, put together with what others wrote since the revision it rests on.

        Columns that only one side changed are merged and saved; where both changed the same one
        nothing is written, for people to settle it.

        Raises
        ------
        RoleError, OutsideUnitError
            This person may not.
        UnknownRecordError
            There is no such record or revision.
        SchemaError
            What not even a draft may hold.
        ConflictError
            Others were faster every time it was tried.
        """
        self.person.require(Role.EDITOR)
        by = Signature(self.person.name, reason)
        for _ in range(_TRIES - 1):
            with suppress(ConflictError):  # saved by another just now: put together with that, too
                return self._save((kind, record_id), body, expected, by)
        return self._save((kind, record_id), body, expected, by)

    def _save(
        self, key: tuple[str, str], body: Record, expected: int, by: Signature
    ) -> Saved | Unsettled:
        kind, record_id = key
        head = self.editor.head(kind, record_id)
        merged: tuple[str, ...] = ()
        if head.revision != expected:
            both = self.editor.merge(kind, record_id, expected, body)
            if both.clashes:
                return Unsettled(head, both.body, both.clashes)
            theirs = self.editor.diff(kind, record_id, expected, head.revision)
            merged, body = tuple(change.column for change in theirs), both.body
        self.require_unit(kind, head.body, body)
        return Saved(self.editor.edit(kind, record_id, body, head.revision, by), merged)

    def create(self, kind: str, body: Record, reason: str) -> Revision:
        """Write a new record as a draft; its id stands in the body.

        Raises
        ------
        RoleError, OutsideUnitError
            This person may not.
        ConflictError
            A record of this id exists.
        SchemaError
            What not even a draft may hold.
        """
        self.person.require(Role.EDITOR)
        self.require_unit(kind, body)
        return self.editor.create(kind, body, Signature(self.person.name, reason))

    def hand_in(
        self,
        kind: str,
        body: Record,
        expected: int | None,
        reason: str,
        *,
        publish: bool = False,
    ) -> Revision:
        """Write a whole record and hand it in for review, perhaps publish it, all or nothing.

        Parameters
        ----------
        kind, body
            The record; its id stands in the body.
        expected
            The newest revision this person has seen, None for a new record.
        reason
            Why.
        publish
            Whether to show it to visitors at once.

        Raises
        ------
        RoleError, OutsideUnitError, OwnWorkError
            This person may not.
        ConflictError, UnknownRecordError, TransitionError
            As `submit`; a record of this id exists.
        SchemaError
            What may not be written, or not be published.
        """
        role, record_id = Role.REVIEWER if publish else Role.EDITOR, str(body.get("id"))
        self.person.require(role)
        history: tuple[Revision, ...] = ()
        if expected is not None:
            self._own(kind, record_id, expected, role)
            history = self.editor.history(kind, record_id)
        self.require_unit(kind, body)
        if publish:
            same = bool(history) and history[-1].body == body
            own = frozenset() if same else frozenset({self.person.name})
            self.person.require_other_eyes(record_id, unpublished_authors(history) | own)
        by = Signature(self.person.name, reason)
        return self.editor.hand_in(kind, body, expected, by, publish=publish)

    def submit(self, kind: str, record_id: str, expected: int, reason: str) -> Revision:
        """Hand a draft in for review.

        Raises
        ------
        RoleError, OutsideUnitError, ConflictError, UnknownRecordError, TransitionError
            This person may not, somebody was faster, or it is no draft.
        """
        self._own(kind, record_id, expected, Role.EDITOR)
        return self.editor.submit(kind, record_id, expected, Signature(self.person.name, reason))

    def undo(self, kind: str, record_id: str, to: int, expected: int, reason: str) -> Revision:
        """Bring any revision back, as a new draft.

        Raises
        ------
        RoleError, OutsideUnitError, ConflictError, UnknownRecordError
            As `submit`.
        """
        self._own(kind, record_id, expected, Role.EDITOR)
        self.require_unit(kind, self.editor.at(kind, record_id, to).body)
        by = Signature(self.person.name, reason)
        return self.editor.undo(kind, record_id, to, expected, by)

    def publish(self, kind: str, record_id: str, expected: int, reason: str) -> Revision:
        """Show what others wrote to visitors.

        Raises
        ------
        RoleError, OutsideUnitError, OwnWorkError
            This person may not.
        ConflictError, UnknownRecordError, TransitionError
            As `submit`.
        SchemaError
            Every fault of the record.
        """
        self._own(kind, record_id, expected, Role.REVIEWER)
        history = self.editor.history(kind, record_id)
        self.person.require_other_eyes(record_id, unpublished_authors(history))
        return self.editor.publish(kind, record_id, expected, Signature(self.person.name, reason))

    def send_back(self, kind: str, record_id: str, expected: int, reason: str) -> Revision:
        """Return what was handed in to its author, with the reason.

        Raises
        ------
        RoleError, OutsideUnitError, ConflictError, UnknownRecordError, TransitionError
            As `submit`.
        """
        self._own(kind, record_id, expected, Role.REVIEWER)
        by = Signature(self.person.name, reason)
        return self.editor.send_back(kind, record_id, expected, by)

    def archive(self, kind: str, record_id: str, expected: int, reason: str) -> Revision:
        """Take a record away from visitors; staff keep it.

        Raises
        ------
        RoleError, OutsideUnitError, ConflictError, UnknownRecordError, TransitionError
            As `submit`, for reviewers.
        SchemaError
            Something published needs it.
        """
        self._own(kind, record_id, expected, Role.REVIEWER)
        return self.editor.archive(kind, record_id, expected, Signature(self.person.name, reason))

    def require_own(self, kind: str, record_id: str) -> None:
        """Refuse a record that is not this person's to edit, as it stands.

        Raises
        ------
        RoleError, OutsideUnitError
            This person may not.
        UnknownRecordError
            There is no such record.
        """
        self._own(kind, record_id, self.editor.head(kind, record_id).revision, Role.EDITOR)

    def _own(self, kind: str, record_id: str, expected: int, role: Role) -> None:
        """Refuse a record that is not this person's, or is not as they have seen it."""
        self.person.require(role)
        head = self.editor.head(kind, record_id)
        if head.revision != expected:
            raise ConflictError(kind, record_id, expected, head.revision)
        shown = published_body(self.editor.history(kind, record_id))
        # Moved by a draft into another unit, it is still that of its visitors' district, too.
        self.require_unit(kind, head.body, *([shown] if shown is not None else []))

    def require_unit(self, kind: str, *bodies: Record) -> None:
        """Refuse bodies that lie outside this person's unit.

        Raises
        ------
        OutsideUnitError
            One of them does.
        """
        for body in bodies:
            self.person.require_unit(*whereabouts(self.editor, kind, body))


def published_body(history: Sequence[Revision]) -> Record | None:
    """Return what visitors saw last of a record, None where they never saw it.

    Parameters
    ----------
    history
        All revisions of one record, the oldest first.
    """
    shown = (one.body for one in reversed(history) if one.state is State.PUBLISHED)
    return next(shown, None)


def unpublished_authors(history: Sequence[Revision]) -> frozenset[str]:
    """Return who wrote what visitors do not see yet; who only passed it on is no author.

    Parameters
    ----------
    history
        All revisions of one record, the oldest first.
    """
    authors: set[str] = set()
    before: Record | None = None
    for one in history:
        if one.state is State.PUBLISHED:
            authors.clear()
        elif one.body != before:
            authors.add(one.author)
        before = one.body
    return frozenset(authors)
