"""Records of staff in words: values of fields, differences, states, times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.web.texts import Texts
from geo.columns import Record
from geo.errors import Fault
from routes_data.kinds import kind_of
from routes_data.revisions import FieldChange, Revision, diff

from .fields import FIELD_OF, FIELDS, Field, fields_of


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


def label_of(name: str, texts: Texts) -> str:
    """Return the name of a field or column in words."""
    field = FIELD_OF.get(name)
    return texts.word("staff.column", field.name if field else name)


def field_text(field: Field, body: Record, texts: Texts) -> tuple[str, ...]:
    """Return the value of a field in words, a line each."""
    shown = [line for value in fields_of(body)[field.name] for line in value.split("\n") if line]
    if field.group:
        return tuple(texts.word(field.group, line) for line in shown)
    return tuple(shown)


def differences(before: Record, after: Record, texts: Texts) -> tuple[Difference, ...]:
    """Return the fields in which two bodies differ, in the order of the form."""
    names = changed_fields(diff(before, after))
    return tuple(
        Difference(
            name,
            label_of(name, texts),
            field_text(FIELDS[name], before, texts),
            field_text(FIELDS[name], after, texts),
        )
        for name in names
    )


def changed_fields(changes: Iterable[FieldChange]) -> tuple[str, ...]:
    """Return the fields that changed columns belong to, in the order of the form."""
    touched = {FIELD_OF[one.column].name for one in changes if one.column in FIELD_OF}
    return tuple(name for name in FIELDS if name in touched)


def history_lines(history: Sequence[Revision], texts: Texts) -> tuple[Line, ...]:
    """Return the revisions of a record, the newest first, each with what it changed."""
    before: list[Record] = [{}, *(one.body for one in history)]
    made = []
    for one, earlier in zip(history, before, strict=False):
        names = changed_fields(diff(earlier, one.body)) if one.revision > 1 else ()
        changed = texts("page.plan.road-separator").join(label_of(name, texts) for name in names)
        state = texts(f"staff.state.{one.state}")
        made.append(Line(one, state, texts.moment(one.time), changed))
    return tuple(reversed(made))


def fault_lines(body: Record, texts: Texts) -> tuple[str, ...]:
    """Return what keeps a site from being published, references aside."""
    return tuple(fault_line(fault, texts) for fault in kind_of("sites").faults(body))


def fault_line(fault: Fault, texts: Texts) -> str:
    """Return one fault as a line."""
    label = label_of(fault.column, texts)
    return texts("staff.fault", column=label, got=fault.got, wanted=fault.wanted)
