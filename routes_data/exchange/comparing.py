"""The dry run: what each row would do, what is wrong with it, what it may be a second time of."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from geo.columns import Record, show
from geo.wanted import Wanted
from routes_data.accounts import Person
from routes_data.kinds import kind_of, referred
from routes_data.revisions import HIDING, FieldChange, Revision, State, diff, merge
from routes_data.seeding import FACTS_AUTHOR
from routes_data.whereabouts import lying_at

from .alike import SAME_M, Alike, Likenesses
from .ids import free_id, stem_of
from .rows import CellFault, How, Reading, heading_of, read_rows
from .subjects import SITES, subject_of
from .suspicion import datum_suspected
from .tables import Table
from .twins import Twins

Status = Literal["faulty", "undecided", "new", "changed", "unchanged", "skipped"]
STATUSES: tuple[Status, ...] = ("faulty", "undecided", "new", "changed", "unchanged", "skipped")
Decisions = Mapping[int, str]
"""What was decided of a row: `skip`, `new`, or the id of the record it is."""
SKIP, NEW = "skip", "new"
_UNKNOWN = ("hours_basis", "ticket", "booking", "indoor", "step_free", "toilets")


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are compared with.

    Parameters
    ----------
    heads
        The newest revision of every record of the kind, by id; deleted ones too.
    bases
        Bodies of older revisions that rows rest on, by (id, revision).
    referred
        Bodies of the records of other kinds that rows may refer to, by kind and id.
    """

    heads: Mapping[str, Revision]
    bases: Mapping[tuple[str, int], Record] = field(default_factory=dict)
    referred: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)

    @property
    def sites(self) -> Mapping[str, Record]:
        """Bodies of the sites that rows of other kinds may refer to, by id."""
        return self.referred.get(SITES, {})


@dataclass(frozen=True, slots=True)
class Row:
    """What one row would do."""

    number: int
    status: Status
    id: str
    name: str
    body: Record
    state: State = State.REVIEW
    expected: int | None = None
    changes: tuple[FieldChange, ...] = ()
    faults: tuple[CellFault, ...] = ()
    missing: tuple[str, ...] = ()
    alike: tuple[Alike, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would do; `suspect` says that its positions look like those of another datum."""

    rows: tuple[Row, ...]
    suspect: str = ""
    kind: str = SITES

    @property
    def counts(self) -> dict[Status, int]:
        """How many rows there are of each status."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in STATUSES}

    @property
    def applicable(self) -> bool:
        """Whether it can be applied: nothing is faulty or undecided, and something would change."""
        counts = self.counts
        return not (counts["faulty"] or counts["undecided"]) and bool(self.changing)

    @property
    def changing(self) -> tuple[Row, ...]:
        """The rows that would change something."""
        return tuple(row for row in self.rows if row.status in {"new", "changed"})

    @property
    def digest(self) -> str:
        """What it would do, in short: it is applied only as it was seen."""
        told = [[row.id, row.expected, str(row.state), row.body] for row in self.changing]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def dry_run(
    table: Table, how: How, known: Known, person: Person, decisions: Decisions | None = None
) -> DryRun:
    """Return what a table would do to the records of a kind.

    Parameters
    ----------
    table
        The file.
    how
        How it is read.
    known
        The records as they are.
    person
        Who imports: what lies outside their unit is faulty.
    decisions
        What was decided of rows that may be a second time of something.
    """
    readings = read_rows(table, how)
    comparison = _Comparison(table, how, known, person, decisions or {})
    rows = comparison.rows(readings)
    return DryRun(rows, datum_suspected(rows, known.heads, how.datum), how.mapping.kind)


class _Comparison:
    """Compares rows with what is known, one after the other."""

    def __init__(
        self, table: Table, how: How, known: Known, person: Person, decisions: Decisions
    ) -> None:
        self.table, self.how, self.known = table, how, known
        self.person, self.decisions = person, decisions
        self.kind, self.subject = kind_of(how.mapping.kind), subject_of(how.mapping.kind)
        self.taken = set(known.heads)
        self.lines: dict[object, int] = {}

    def rows(self, readings: Sequence[Reading]) -> tuple[Row, ...]:
        living = [
            (head.id, head.body)
            for head in self.known.heads.values()
            if head.state is not State.DELETED
        ]
        if self.kind.name != SITES:
            twins = Twins(self.subject, living, self.known.sites)
            return tuple(self._row(one, twins.of(one.values)) for one in readings)
        own = [(f"row {one.number}", one.values) for one in readings]
        index = Likenesses([*living, *own])
        return tuple(
            self._row(one, index.of(f"row {one.number}", one.values, len(living) + at))
            for at, one in enumerate(readings)
        )

    def _row(self, reading: Reading, alike: tuple[Alike, ...]) -> Row:
        decision = self.decisions.get(reading.number, "")
        if decision == SKIP:
            name = self._title(reading.values)
            return Row(reading.number, "skipped", reading.id, name, reading.values)
        if reading.id in self.known.heads:
            return self._checked(reading, reading.id)
        if decision in self.known.heads:
            return self._checked(reading, decision, said=("decided",))
        if decision == NEW or not alike:
            return self._checked(reading, "")
        same = [one for one in alike if _same(one) and one.key in self.known.heads]
        if not reading.id and len(same) == 1:
            said = "by-name" if self.kind.name == SITES else "by-key"
            return self._checked(reading, same[0].key, said=(said,))
        row = self._checked(reading, "", alike=alike)
        return row if row.status == "faulty" else replace(row, status="undecided")

    def _checked(
        self,
        reading: Reading,
        site_id: str,
        *,
        said: tuple[str, ...] = (),
        alike: tuple[Alike, ...] = (),
    ) -> Row:
        head = self.known.heads.get(site_id)
        said += ("swapped",) if reading.swapped else ()
        row = self._new(reading) if head is None else self._changed(reading, head)
        faults = [*reading.faults, *row.faults, *self._repeated(reading, row.id)]
        status: Status = "faulty" if faults else row.status
        return replace(
            row, status=status, faults=tuple(faults), alike=alike, said=(*said, *row.said)
        )

    def _repeated(self, reading: Reading, site_id: str) -> list[CellFault]:
        """Return the fault of a row whose record another row was already."""
        marks: list[object] = [site_id] if site_id else []
        key = None if self.kind.name == SITES else self.subject.key_of(reading.values)
        if key is not None and self.decisions.get(reading.number) != NEW:
            marks.append(key)
        for mark in marks:
            first = self.lines.setdefault(mark, reading.number)
            if first != reading.number:
                got = site_id if mark == site_id else self._title(reading.values)
                return [self._fault(reading, "id", got, "repeated", row=str(first))]
        return []

    def _title(self, body: Record) -> str:
        return self.subject.title(body, self.known.sites)

    def _new(self, reading: Reading) -> Row:
        name, is_site = self._title(reading.values), self.kind.name == SITES
        own = reading.id or free_id(name if is_site else stem_of(reading.values), self.taken)
        self.taken.add(own)
        body = _blank(self.kind.name) | reading.values | {"id": own}
        found = self._body_faults(reading, body)
        empty = {one.column for one in found if body.get(one.column) in (None, "", [])}
        faults = [one for one in found if one.column not in empty]
        if not name and is_site:
            faults.append(self._fault(reading, "name_zh", "", "name"))
        elif not own:
            faults.append(self._fault(reading, "id", "", "id"))
        faults += self._unit_faults(reading, body)
        lacking = tuple(dict.fromkeys(one.column for one in found if one.column in empty))
        state = State.DRAFT if lacking else State.REVIEW
        changes = diff({}, body)
        return Row(
            reading.number, "new", own, name, body, state, None, changes, tuple(faults), lacking
        )

    def _changed(self, reading: Reading, head: Revision) -> Row:
        given = {name: value for name, value in reading.values.items() if name != "id"}
        body, clashes, said = self._merged(reading, given, head)
        faults = [
            one
            for one in self._body_faults(reading, body)
            if one.column in given and body.get(one.column) != head.body.get(one.column)
        ]
        faults += [self._clash(reading, name, head) for name in clashes]
        changes = diff(head.body, body)
        if head.state in HIDING:
            faults.append(self._fault(reading, "id", head.id, f"is-{head.state}"))
        if changes:
            faults += self._unit_faults(reading, head.body, body)
        whole = not self.kind.faults(body)
        others = head.state is State.DRAFT and head.author not in {FACTS_AUTHOR, self.person.name}
        said += ("being-written",) if others and changes else ()
        state = State.REVIEW if whole and not others else State.DRAFT
        return Row(
            reading.number,
            "changed" if changes else "unchanged",
            head.id,
            self._title(head.body) or head.id,
            body,
            state,
            head.revision,
            changes,
            tuple(faults),
            () if whole else tuple(dict.fromkeys(one.column for one in self.kind.faults(body))),
            (),
            said,
        )

    def _merged(
        self, reading: Reading, given: Record, head: Revision
    ) -> tuple[Record, list[str], tuple[str, ...]]:
        """Return the body with the row's values in it: those that the file changed, if it says so.

        A file that was exported knows the revision it shows. What it left as it was is no change,
        even where somebody else changed it meanwhile.
        """
        base = self.known.bases.get((head.id, reading.revision or 0))
        if base is None or reading.revision == head.revision:
            return {**head.body, **given}, [], ()
        both = merge(base, {**base, **given}, head.body)
        clashes = [one.column for one in both.clashes if one.column not in reading.mended]
        body = both.body | {name: given[name] for name in reading.mended if name in given}
        return body, clashes, ("merged",)

    def _body_faults(self, reading: Reading, body: Record) -> list[CellFault]:
        hanging = self._hanging(reading, body)
        told = {one.column for one in hanging}
        own = [
            CellFault(
                reading.number,
                heading_of(self.table, self.how.mapping, one.column),
                one.column,
                one.got,
                one.wanted,
            )
            for one in self.kind.faults(body)
            if one.column not in told
        ]
        return own + hanging

    def _hanging(self, reading: Reading, body: Record) -> list[CellFault]:
        """Return the faults of a body that refers to what nobody knows."""
        mapping, known = self.how.mapping, self.known.referred
        return [
            CellFault(
                reading.number,
                heading_of(self.table, mapping, one.column),
                one.column,
                show(got),
                Wanted.of("published", kind=one.kind),
            )
            for one in self.kind.references
            for got in referred(one, body)
            if got and got not in known.get(one.kind, {})
        ]

    def _unit_faults(self, reading: Reading, *bodies: Record) -> list[CellFault]:
        for body in bodies:
            for place in lying_at(self.known.sites.get, self.kind.name, body):
                if self.person.unit.holds(place):
                    continue
                got = f"{place.get('district') or ''} {place.get('address') or ''}".strip()
                refers = next((one.column for one in self.kind.references), "district")
                return [self._fault(reading, refers, got, "unit", unit=str(self.person.unit))]
        return []

    def _clash(self, reading: Reading, name: str, head: Revision) -> CellFault:
        theirs, mine = show(head.body.get(name)), show(reading.values.get(name))
        return self._fault(reading, name, mine, "clash", theirs=theirs, author=head.author)

    def _fault(
        self, reading: Reading, column: str, got: str, rule: str, **values: str
    ) -> CellFault:
        heading = heading_of(self.table, self.how.mapping, column)
        return CellFault(reading.number, heading, column, show(got), rule, rule, values)


def _same(one: Alike) -> bool:
    return one.same_name and (one.distance_m is None or one.distance_m <= SAME_M)


def _blank(kind: str) -> Record:
    """Return a record of which nothing is known, said outright where a column can say so."""
    blank: Record = {}
    for column in kind_of(kind).columns:
        if column.name == "start" or column.dtype not in {"object", "str"}:
            blank[column.name] = None
        elif column.dtype == "object":
            blank[column.name] = []
        else:
            blank[column.name] = "unknown" if column.name in _UNKNOWN else ""
    return blank
