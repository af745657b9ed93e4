"""What visitors report of sites: errors, ratings, suggestions; received, and counted by district.

A report waits for review from the start. Nothing of it is shown before it is published, and who
wrote it never. How to reach who wrote it stands in no revision, but in a table of its own, where it
is erased by staff, or by itself some time after the report was closed.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median

from sqlalchemy import Select, and_, delete, insert, or_, select

from geo.columns import Record
from geo.models import TIME_ZONE

from .accounts import Unit, audit, throttle
from .editing import HEAD, apply
from .editor import Editor
from .engine import reading, writing
from .models import CONTACTS, RECORDS, REVISIONS
from .part import Part
from .revisions import Change, Revision, Signature, State

KIND = "reports"
TYPES = ("error", "rating", "suggestion")
VISITOR = "(visitor)"
"""Who signs a report: no account can be called so."""
FREE = 5
"""So many reports an hour come from one address without a wait."""
ALL = (State.DRAFT, State.REVIEW, State.PUBLISHED, State.ARCHIVED)
OPEN = (State.DRAFT, State.REVIEW)
"""The states of what still waits for staff."""


KEPT_CLOSED = timedelta(days=30)
"""How long a contact is kept after its report was published or archived."""
KEPT = timedelta(days=365)
"""How long a contact is kept at most, whatever became of its report."""
CLOCKWORK = "(service)"
"""Who erases contacts that are out of date, in the log: no account can be called so."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a visitor wrote of a site; `contact` is for staff alone, and can be erased."""

    site: str
    type: str
    rating: int | None
    text: str
    contact: str


class Reports(Part):
    """Where reports are received; safe for threads and processes."""

    def receive(self, report: Report, address: str) -> Revision:
        """Put a report into the queue of staff.

        Parameters
        ----------
        address
            The network address it came from; many from one have to wait. It is not kept with it.

        Raises
        ------
        TooManyAttemptsError
            Too many came from there; nothing was kept.
        SchemaError
            What not even a draft may hold.
        """
        now, by = self.clock(), Signature(VISITOR)
        body = _body(report, now)
        own = str(body["id"])
        with writing(self._engine) as connection:
            throttle.count_attempt(connection, [_counter(address)], now)
            apply(connection, [Change(KIND, own, State.DRAFT, None, body)], by, now)
            if report.contact:
                values = {"id": own, "contact": report.contact, "kept": now}
                connection.execute(insert(CONTACTS).values(values))
            return apply(connection, [Change(KIND, own, State.REVIEW, 1)], by, now)[0]

    def contact(self, report_id: str) -> str:
        """Return how who wrote a report can be reached; empty: not said, or erased."""
        query = select(CONTACTS.c.contact).where(CONTACTS.c.id == report_id)
        with reading(self._engine) as connection:
            return connection.scalar(query) or ""

    def erase(self, report_id: str, who: str) -> bool:
        """Erase how who wrote a report can be reached; return whether there was anything.

        Parameters
        ----------
        report_id
            Of the report, which stays as it is.
        who
            Signs the line in the log, which says nothing of what was erased.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            done = connection.execute(delete(CONTACTS).where(CONTACTS.c.id == report_id))
            if done.rowcount:
                audit.write(connection, now, audit.Deed(who, "contact-erased", report_id))
        return bool(done.rowcount)

    def forget(self) -> int:
        """Erase the contacts that were kept long enough; return how many."""
        now = self.clock()
        with reading(self._engine) as connection:
            if connection.scalar(_outdated(now).limit(1)) is None:
                return 0  # no writer waits for nothing
        with writing(self._engine) as connection:
            ids = list(connection.scalars(_outdated(now)))
            for one in ids:
                connection.execute(delete(CONTACTS).where(CONTACTS.c.id == one))
                audit.write(connection, now, audit.Deed(CLOCKWORK, "contact-erased", str(one)))
        return len(ids)


def _outdated(now: datetime) -> Select[tuple[str]]:
    """Return the query of the reports whose contact was kept long enough."""
    of_contact = and_(RECORDS.c.kind == KIND, RECORDS.c.id == CONTACTS.c.id)
    closed = and_(
        REVISIONS.c.state.not_in([str(one) for one in OPEN]), REVISIONS.c.time < now - KEPT_CLOSED
    )
    return (
        select(CONTACTS.c.id)
        .join_from(CONTACTS, RECORDS, of_contact, isouter=True)
        .join(REVISIONS, HEAD, isouter=True)
        .where(or_(closed, CONTACTS.c.kept < now - KEPT))
        .order_by(CONTACTS.c.id)
    )


def _counter(address: str) -> throttle.Counter:
    return throttle.Counter(f"report:{throttle.of_address(address).key}", FREE)


def _body(report: Report, now: datetime) -> Record:
    return {
        "id": f"report-{secrets.token_hex(8)}",
        "site": report.site,
        "type": report.type,
        "rating": report.rating,
        "text": report.text,
        "received": moment(now),
        "answer": "",
        "answered": None,
    }


def reports_of(editor: Editor, unit: Unit, states: Sequence[State] = ALL) -> tuple[Revision, ...]:
    """Return the newest revisions of the reports of a unit's sites, the oldest first."""
    found = editor.worklist(KIND, states)
    if not found or not unit.parts:
        return tuple(found)
    about = {str(one.body.get("site")) for one in found}
    heads = editor.heads("sites", about).values()
    sites = {one.id: one.body for one in heads if one.state in ALL}
    return tuple(one for one in found if unit.holds(sites.get(str(one.body.get("site")), {})))


def waiting(editor: Editor, unit: Unit) -> int:
    """Return how many reports of a unit wait for staff."""
    return len(reports_of(editor, unit, OPEN))


def moment(now: datetime) -> str:
    """Return a moment as records have it, in Qingdao time."""
    return now.astimezone(TIME_ZONE).isoformat(timespec="seconds")


def answered(body: Record, answer: str, now: datetime) -> Record:
    """Return a report with an answer; the first one says when it was answered."""
    first = body.get("answered") or moment(now)
    return {**body, "answer": answer, "answered": first if answer else None}


@dataclass(frozen=True, slots=True)
class Figures:
    """The reports of a district: `mean_rating` of those that rate, `median_s` to the answer."""

    count: int
    waiting: int
    mean_rating: float | None
    median_s: float | None


def figures_by_district(
    heads: Iterable[Revision], sites: Mapping[str, Record]
) -> dict[str, Figures]:
    """Return the figures of each district that has reports, archived ones left out.

    Parameters
    ----------
    heads
        Newest revisions of reports.
    sites
        Bodies of sites by id.
    """
    groups: defaultdict[str, list[Revision]] = defaultdict(list)
    for head in heads:
        if head.state is not State.ARCHIVED:
            site = sites.get(str(head.body.get("site")), {})
            groups[str(site.get("district") or "")].append(head)
    return {name: _figures(group) for name, group in sorted(groups.items())}


def _figures(heads: list[Revision]) -> Figures:
    ratings = [rating for one in heads if isinstance(rating := one.body.get("rating"), int)]
    waits = [_wait_s(one.body) for one in heads if one.body.get("answered")]
    return Figures(
        count=len(heads),
        waiting=sum(one.state in OPEN for one in heads),
        mean_rating=fmean(ratings) if ratings else None,
        median_s=median(waits) if waits else None,
    )


def _wait_s(body: Record) -> float:
    begin, end = (datetime.fromisoformat(str(body[name])) for name in ("received", "answered"))
    return (end - begin).total_seconds()
