"""Values of editing: revisions, changes, the steps a record may take, and how two bodies differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from geo.columns import Record
from geo.errors import ConflictError, TransitionError


class State(StrEnum):
    """Where a revision stands. `DELETED` hides the record; its history stays."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


NEXT: Mapping[State | None, frozenset[State]] = {
    None: frozenset({State.DRAFT}),
    State.DRAFT: frozenset({State.DRAFT, State.REVIEW, State.ARCHIVED, State.DELETED}),
    State.REVIEW: frozenset(State),
    State.PUBLISHED: frozenset({State.DRAFT, State.REVIEW, State.ARCHIVED, State.DELETED}),
    State.ARCHIVED: frozenset({State.DRAFT, State.REVIEW, State.DELETED}),
    State.DELETED: frozenset({State.DRAFT}),
}
"""The states that may follow a state. What visitors see goes through review, without exception."""

HIDING = frozenset({State.ARCHIVED, State.DELETED})
"""The states that take a record away from visitors."""

_SEEN = HIDING | {State.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who changes something, and why; `change_set` ties changes that are undone together."""

    author: str
    reason: str = ""
    change_set: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A revision to be made.

    `expected` is the newest revision the author has seen, None for a record that must not exist
    yet. `body` None keeps the body of the newest revision.
    """

    kind: str
    id: str
    state: State
    expected: int | None
    body: Record | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a record, as it was written and will always be."""

    kind: str
    id: str
    revision: int
    state: State
    body: Record
    author: str
    time: datetime
    reason: str
    change_set: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column that differs between two bodies; None where a body does not have it."""

    column: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Clash:
    """One column that two people changed from the same value to different ones."""

    column: str
    base: object
    mine: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Merge:
    """Two edits of one body put together; `body` has their value wherever they clash."""

    body: Record
    clashes: tuple[Clash, ...]


def check_step(kind: str, record_id: str, now: State | None, wanted: State) -> None:
    """Refuse a step that a record may not take.

    Raises
    ------
    TransitionError
        `wanted` does not follow `now`.
    """
    if wanted not in NEXT[now]:
        allowed = ", ".join(sorted(NEXT[now]))
        raise TransitionError(
            f"{kind}/{record_id} is {now or 'new'}, it cannot become {wanted}; possible: {allowed}",
            kind=kind,
            id=record_id,
            state=str(now or "new"),
            wanted=str(wanted),
        )


def diff(before: Record, after: Record) -> tuple[FieldChange, ...]:
    """Return the columns that differ, in the order of `before`, new ones last."""
    columns = [*before, *(name for name in after if name not in before)]
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in columns
        if before.get(name) != after.get(name)
    )


def merge(base: Record, mine: Record, theirs: Record) -> Merge:
    """Put two edits of one body together.

    Columns that only one of them changed are taken from that one. A column both changed, and not
    to the same, is a clash for people to settle.
    """
    body, clashes = dict(theirs), []
    for change in diff(base, mine):
        name = change.column
        if theirs.get(name) == base.get(name):
            body[name] = mine.get(name)
            if name not in mine:
                del body[name]
        elif theirs.get(name) != mine.get(name):
            clashes.append(Clash(name, base.get(name), mine.get(name), theirs.get(name)))
    return Merge(body, tuple(clashes))


def undoing(history: Sequence[Revision], change_set: str) -> Change:
    """Return the change that puts a record back to what it was before a set of changes.

    Parameters
    ----------
    history
        All revisions of one record, the oldest first; some belong to the set.

    Raises
    ------
    ConflictError
        Somebody changed the record after the set; undoing it would lose that.
    """
    head = history[-1]
    own = [r for r in history if r.change_set == change_set]
    if head.change_set != change_set:
        raise ConflictError(head.kind, head.id, own[-1].revision, head.revision)
    before = history[: own[0].revision - 1]
    state, body = _as_before(before, head, any(r.state in _SEEN for r in own))
    return Change(head.kind, head.id, state, head.revision, body)


def _as_before(
    before: Sequence[Revision],
    head: Revision,
    seen: bool,  # noqa: FBT001
) -> tuple[State, Record]:
    """Return state and body as they were; `seen` says whether visitors saw a difference."""
    if not before:
        return State.DELETED, head.body
    if not seen:
        return before[-1].state, before[-1].body
    shown = next((r for r in reversed(before) if r.state in _SEEN), None)
    if shown is not None and shown.state is State.PUBLISHED:
        return State.PUBLISHED, shown.body
    return (shown.state if shown else State.ARCHIVED), before[-1].body
