"""New facts in a store that people have edited: proposals, never changes.

The store remembers what was shipped last (`shipped`). A column that the new facts change and staff
did not touch is proposed, for review; a column staff changed keeps their value. Visitors see
nothing of it until somebody publishes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from geo.columns import Record

from .editing import apply, heads
from .loading import Facts
from .models import SHIPPED
from .records import CATALOGUE_KINDS
from .revisions import HIDING, Change, Revision, Signature, State, merge
from .seeding import FACTS_AUTHOR

REASON = "shipped with a newer version of the program"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One record as it is shipped; a candidate is shipped as a draft."""

    kind: str
    id: str
    body: Record
    candidate: bool = False


def shipped_by(facts: Facts) -> tuple[Shipped, ...]:
    """Return every record of the facts, the candidates last."""
    return tuple(_shipped(facts))


def _shipped(facts: Facts) -> Iterator[Shipped]:
    for kind in CATALOGUE_KINDS:
        for body in facts.records[kind]:
            yield Shipped(kind, str(body["id"]), _plain(body))
    for body in facts.candidates:
        yield Shipped("sites", str(body["id"]), _plain(body), candidate=True)


def _plain(body: Record) -> Record:
    """Return a body as the database gives it back, so that the same compares as the same."""
    plain: Record = json.loads(json.dumps(body, ensure_ascii=False))
    return plain


def remember(connection: Connection, records: Sequence[Shipped]) -> None:
    """Note what was shipped last, in the place of what was noted before."""
    connection.execute(delete(SHIPPED))
    connection.execute(
        insert(SHIPPED), [{"kind": one.kind, "id": one.id, "body": one.body} for one in records]
    )


def propose(
    connection: Connection, facts: Facts, now: datetime, change_set: str
) -> tuple[Revision, ...]:
    """Take in newer facts as proposals and remember them as shipped.

    A record that is shipped no more is left alone: whether to archive it is for staff to say. One
    that staff archived or deleted is not brought back.

    Parameters
    ----------
    change_set
        Ties the proposals together; `routes_data.editor.Editor.undo_set` takes them all back.

    Raises
    ------
    SchemaError
        The facts hold what not even a draft may; nothing is written.
    """
    records = shipped_by(facts)
    before = {
        (kind, record_id): body
        for kind, record_id, body in connection.execute(
            select(SHIPPED.c.kind, SHIPPED.c.id, SHIPPED.c.body)
        )
    }
    newest = heads(connection, [(one.kind, one.id) for one in records])
    changes = [
        change
        for one in records
        if (change := proposal(one, before.get((one.kind, one.id)), newest.get((one.kind, one.id))))
    ]
    made: tuple[Revision, ...] = ()
    if changes:
        signature = Signature(FACTS_AUTHOR, REASON, change_set)
        made = apply(connection, changes, signature, now, any_step=True)
    remember(connection, records)
    return made


def proposal(one: Shipped, before: Record | None, head: Revision | None) -> Change | None:
    """Return the change that newer facts propose to a record, None where they have no news.

    Parameters
    ----------
    one
        The record as it is shipped now.
    before
        Its body as it was shipped last; None if it was not.
    head
        Its newest revision; None if the store has no such record.
    """
    if head is None:
        # Staff never deleted it, for then its history would be here: it is new.
        state = State.DRAFT if one.candidate else State.REVIEW
        return Change(one.kind, one.id, state, None, one.body)
    if head.state in HIDING or one.body == before:
        return None
    merged = merge(before if before is not None else head.body, one.body, head.body)
    if merged.body == head.body:
        return None
    # What somebody is still writing stays with them, with the news in it.
    writing = head.state is State.DRAFT and head.author != FACTS_AUTHOR
    state = State.DRAFT if one.candidate or writing else State.REVIEW
    return Change(one.kind, one.id, state, head.revision, merged.body)
