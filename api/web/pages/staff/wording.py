"""Records of staff in words: names, values of fields, differences, faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.errors import detail_of
from api.exchanging import said_wanted
from api.web.texts import Texts
from geo.columns import Record
from geo.errors import Fault, HeritageError
from routes_data.kinds import kind_of
from routes_data.revisions import FieldChange, Revision, diff
from routes_data.seeding import FACTS_AUTHOR, FIRST_REASON
from routes_data.upgrading import REASON

from .fields import Field, Sheet


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, before and after, as lines of text."""

    name: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One revision, as lists show it."""

    revision: Revision
    state: str
    time: str
    changed: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class Words:
    """How the records of one form are told in one language.

    `sites` are the names of sites by id, for fields that hold them.
    """

    sheet: Sheet
    texts: Texts
    sites: dict[str, str]

    def label(self, name: str) -> str:
        """Return the name of a field or column in words."""
        field = self.sheet.field_of.get(name)
        return self.texts.word("staff.column", field.name if field else name)

    def title(self, head: Revision) -> str:
        """Return what a record is called: its own name, or its site and what of it."""
        body, texts = head.body, self.texts
        stem = "name" if "name_zh" in self.sheet.fields else "title"
        own = texts.pick(*(str(body.get(f"{stem}_{lang}") or "") for lang in ("zh", "en")))
        if self.sheet.kind == "closures":
            days = " – ".join(str(body.get(name) or "?") for name in ("date_from", "date_to"))
            site = str(body.get("site") or head.id)
            own = f"{self.sites.get(site, site)} {days}"
        return own or head.id

    def value(self, name: str, body: Record) -> tuple[str, ...]:
        """Return the value of a field in words, a line each."""
        field = self.sheet.fields[name]
        shown = [line for value in self.sheet.shown(body)[name] for line in value.split("\n")]
        return tuple(self._line(field, line) for line in shown if line)

    def _line(self, field: Field, line: str) -> str:
        if field.group:
            return self.texts.word(field.group, line)
        return self.sites.get(line, line) if field.shape in ("site", "stops") else line

    def differences(self, before: Record, after: Record) -> tuple[Difference, ...]:
        """Return the fields in which two bodies differ, in the order of the form."""
        return tuple(
            Difference(name, self.label(name), self.value(name, before), self.value(name, after))
            for name in self._changed(diff(before, after))
        )

    def _changed(self, changes: Iterable[FieldChange]) -> tuple[str, ...]:
        columns = self.sheet.field_of
        touched = {columns[one.column].name for one in changes if one.column in columns}
        return tuple(name for name in self.sheet.fields if name in touched)

    def lines(self, history: Sequence[Revision]) -> tuple[Line, ...]:
        """Return the revisions of a record, the newest first, each with what it changed."""
        before: list[Record] = [{}, *(one.body for one in history)]
        made = []
        for one, earlier in zip(history, before, strict=False):
            names = self._changed(diff(earlier, one.body)) if one.revision > 1 else ()
            changed = self.texts("page.plan.road-separator").join(map(self.label, names))
            state = self.texts(f"staff.state.{one.state}")
            time = self.texts.moment(one.time)
            made.append(Line(one, state, time, changed, *self._signature(one)))
        return tuple(reversed(made))

    def _signature(self, one: Revision) -> tuple[str, str]:
        """Return who made a revision and why; what came with the program says so in words."""
        if one.author != FACTS_AUTHOR:
            return one.author, one.reason
        said = {FIRST_REASON: "staff.facts.first", REASON: "staff.facts.newer"}.get(one.reason)
        return self.texts("staff.facts.author"), self.texts(said) if said else one.reason

    def faults(self, body: Record) -> tuple[str, ...]:
        """Return what keeps a record from being published, references aside."""
        return tuple(map(self.fault, kind_of(self.sheet.kind).faults(body)))

    def fault(self, fault: Fault) -> str:
        """Return one fault as a line."""
        field = self.sheet.field_of.get(fault.column)
        wanted = said_wanted(fault.wanted, self.texts, field.group if field else "")
        got, label = said_wanted(fault.got, self.texts), self.label(fault.column)
        return self.texts("staff.fault", column=label, got=got, wanted=wanted)


def said_error(error: HeritageError, texts: Texts) -> str:
    """Return what is wrong with a field; its label stands before it."""
    rule, limits = error.data.get("rule"), error.data.get("limits")
    if texts.has(f"fault.{rule}"):
        return texts(f"fault.{rule}", **(limits if isinstance(limits, dict) else {}))
    return detail_of(error, texts)
