"""Making revisions: all of a set or none, each on the newest one, each fit for its state.

Every function here works within the transaction of its connection (`routes_data.engine.writing`),
which no other writer shares: what is read here is still true when it is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, text, update

from geo.columns import Record
from geo.errors import ConflictError, Fault, UnknownRecordError
from geo.schema import refuse
from geo.wanted import Wanted

from .kinds import KINDS, Kind, kind_of, referred
from .loading import digest
from .models import RECORDS, REVISIONS, STAMPS
from .revisions import HIDING, Change, Revision, Signature, State, check_step

CHANNEL = "redtrails_published"
"""The PostgreSQL channel on which a publication is announced, its version as payload."""

_IN_ONE_QUERY = 500  # SQLite takes at most 32,766 parameters in one statement
HEAD = and_(
    REVISIONS.c.kind == RECORDS.c.kind,
    REVISIONS.c.id == RECORDS.c.id,
    REVISIONS.c.revision == RECORDS.c.head,
)
"""Joins a record to its newest revision."""

PUBLISHED = and_(
    REVISIONS.c.kind == RECORDS.c.kind,
    REVISIONS.c.id == RECORDS.c.id,
    REVISIONS.c.revision == RECORDS.c.published,
)
"""Joins a record to the revision visitors see."""

Heads = Mapping[tuple[str, str], Revision]


def as_revision(row: RowMapping) -> Revision:
    """Return a row of `revisions` as a value."""
    members = {name: row[name] for name in Revision.__dataclass_fields__}
    return Revision(**{**members, "state": State(row["state"])})


def published(connection: Connection, kind: str) -> tuple[Record, ...]:
    """Return the bodies visitors see, in the order of the listing."""
    query = (
        select(REVISIONS.c.body)
        .join_from(RECORDS, REVISIONS, PUBLISHED)
        .where(RECORDS.c.kind == kind)
        .order_by(RECORDS.c.position)
    )
    return tuple(connection.scalars(query))


def published_ids(connection: Connection, kind: str) -> frozenset[str]:
    """Return the ids of the records visitors see."""
    query = select(RECORDS.c.id).where(RECORDS.c.kind == kind, RECORDS.c.published.is_not(None))
    return frozenset(connection.scalars(query))


def published_revisions(connection: Connection, kind: str) -> dict[str, int]:
    """Return the numbers of the revisions visitors see, by id."""
    query = select(RECORDS.c.id, RECORDS.c.published).where(
        RECORDS.c.kind == kind, RECORDS.c.published.is_not(None)
    )
    return {str(row.id): int(row.published) for row in connection.execute(query)}


def heads(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Revision]:
    """Return the newest revisions of records, by (kind, id); none for a record that is new."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, record_id in wanted:
        by_kind[kind].append(record_id)
    found = {}
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), _IN_ONE_QUERY):
            query = (
                select(REVISIONS)
                .join_from(RECORDS, REVISIONS, HEAD)
                .where(RECORDS.c.kind == kind, RECORDS.c.id.in_(ids[start : start + _IN_ONE_QUERY]))
            )
            for row in connection.execute(query).mappings():
                found[row["kind"], row["id"]] = as_revision(row)
    return found


def get_stamp(connection: Connection, name: str) -> str | None:
    """Return the stamp of this name, None where it was never set."""
    return connection.scalar(select(STAMPS.c.value).where(STAMPS.c.name == name))


def set_stamp(connection: Connection, name: str, value: str) -> None:
    """Set a stamp."""
    changed = connection.execute(update(STAMPS).where(STAMPS.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(STAMPS).values(name=name, value=value))


def apply(
    connection: Connection,
    changes: Sequence[Change],
    by: Signature,
    now: datetime,
    *,
    any_step: bool = False,
) -> tuple[Revision, ...]:
    """Make the revisions of a set of changes, at most one a record.

    Parameters
    ----------
    now
        The time they are signed with.
    any_step
        Whether a record may go from any state to any other, as an undo must.

    Raises
    ------
    ConflictError
        A record changed since its author read it, or exists already.
    UnknownRecordError
        A record that is to be changed does not exist.
    TransitionError
        A record cannot take that step.
    SchemaError
        Every body that is not fit for its state, and every reference that would hang in the air.
    """
    before = heads(connection, [(change.kind, change.id) for change in changes])
    made = [_revision(change, before.get((change.kind, change.id)), by, now) for change in changes]
    if not any_step:
        for revision in made:
            head = before.get((revision.kind, revision.id))
            check_step(revision.kind, revision.id, head.state if head else None, revision.state)
    refuse([fault for revision in made for fault in body_faults(revision)])
    _write(connection, made, before)
    refuse(list(_reference_faults(connection, made)))
    _announce(connection, made)
    return tuple(made)


def _revision(change: Change, head: Revision | None, by: Signature, now: datetime) -> Revision:
    """Return the revision a change makes on the newest one."""
    kind_of(change.kind)
    if head is None and change.expected is not None:
        raise UnknownRecordError(
            f"no record {change.kind}/{change.id}", kind=change.kind, id=change.id, revision=None
        )
    found = head.revision if head else None
    if change.expected != found:
        raise ConflictError(change.kind, change.id, change.expected, found)
    body = change.body if change.body is not None else (head.body if head else {})
    return Revision(
        kind=change.kind,
        id=change.id,
        revision=(found or 0) + 1,
        state=change.state,
        body=dict(body),
        author=by.author,
        time=now,
        reason=by.reason,
        change_set=by.change_set,
    )


def body_faults(revision: Revision) -> Iterator[Fault]:
    """Yield what makes a body unfit for its state: unfinished is fit for a draft only."""
    kind = kind_of(revision.kind)
    body = revision.body
    if body.get("id") != revision.id:
        yield Fault(kind.name, revision.id, "id", str(body.get("id")), revision.id)
    if revision.state is State.PUBLISHED:
        yield from kind.faults(body)
    else:
        yield from kind.draft_faults(body)


def _write(connection: Connection, made: Sequence[Revision], before: Heads) -> None:
    connection.execute(insert(REVISIONS), [_row(revision) for revision in made])
    position = connection.scalar(select(func.coalesce(func.max(RECORDS.c.position), 0))) or 0
    for revision in made:
        pointers: dict[str, object] = {
            "head": revision.revision,
            "deleted": revision.state is State.DELETED,
        }
        if revision.state is State.PUBLISHED:
            pointers["published"] = revision.revision
        elif revision.state in HIDING:
            pointers["published"] = None
        if (revision.kind, revision.id) in before:
            same = and_(RECORDS.c.kind == revision.kind, RECORDS.c.id == revision.id)
            connection.execute(update(RECORDS).where(same).values(pointers))
        else:
            position += 1
            key = {"kind": revision.kind, "id": revision.id, "position": position}
            connection.execute(insert(RECORDS).values(key | pointers))


def _row(revision: Revision) -> dict[str, object]:
    return {name: getattr(revision, name) for name in Revision.__dataclass_fields__}


def _reference_faults(connection: Connection, made: Sequence[Revision]) -> Iterator[Fault]:
    """Yield references that hang in the air, as the records stand after the changes."""
    seen: dict[str, frozenset[str]] = {}

    def known(kind: str) -> frozenset[str]:
        if kind not in seen:
            seen[kind] = published_ids(connection, kind)
        return seen[kind]

    for revision in made:
        if revision.state is State.PUBLISHED:
            yield from _hanging(revision, known)
    for kind in KINDS.values():
        yield from _orphans(connection, kind, made)


def _hanging(revision: Revision, known: Callable[[str], frozenset[str]]) -> Iterator[Fault]:
    """Yield references of a published body to what visitors do not see."""
    for reference in kind_of(revision.kind).references:
        wanted = Wanted.of("published", kind=reference.kind)
        for one in referred(reference, revision.body):
            if one not in known(reference.kind):
                yield Fault(revision.kind, revision.id, reference.column, one, wanted)


def _orphans(connection: Connection, kind: Kind, made: Sequence[Revision]) -> Iterator[Fault]:
    """Yield published records of a kind that refer to something just taken away."""
    for reference in kind.references:
        gone = {r.id for r in made if r.kind == reference.kind and r.state in HIDING}
        if not gone or not reference.blocks:
            continue
        for body in published(connection, kind.name):
            for one in gone.intersection(referred(reference, body)):
                needed = Wanted.of("needed-by", kind=kind.name, id=str(body["id"]))
                yield Fault(reference.kind, one, "state", needed, Wanted.of("unneeded"))


def _announce(connection: Connection, made: Sequence[Revision]) -> None:
    """Move the version if visitors see a difference, and tell who listens."""
    seen = [r for r in made if r.state is State.PUBLISHED or r.state in HIDING]
    if not seen:
        return
    content = [[r.kind, r.id, r.revision, str(r.state), r.body] for r in seen]
    version = digest([get_stamp(connection, "catalogue"), content])
    set_stamp(connection, "catalogue", version)
    if connection.dialect.name == "postgresql":
        # Delivered when the transaction commits, and not at all if it does not.
        connection.execute(
            text("SELECT pg_notify(:channel, :version)"), {"channel": CHANNEL, "version": version}
        )
