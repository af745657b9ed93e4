"""Import and export in words: what columns, values and faults are called, the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from geo.schema import SITE_COLUMNS
from geo.wanted import Wanted
from routes_data.exchange.cells import Vocabulary
from routes_data.exchange.comparing import DryRun, Row
from routes_data.exchange.mapping import FIELDS as FILLED
from routes_data.exchange.rows import CellFault
from routes_data.exchange.workbook_out import TemplateColumn, TemplateWords, write_template

from .web.texts import LANGS, Texts

if TYPE_CHECKING:
    from .web.pages.staff.fields import Field

NEEDED = frozenset({"name_zh", "district", "address", "lon", "lat", "category"})
"""The columns of the template that are marked: without them a site is not much of one."""
_OTHER_WORDS = {"ticket": {"免费": "free", "未知": "unknown", "不详": "unknown"}}


def _fields() -> Mapping[str, Field]:
    from .web.pages.staff.sheets import SHEETS  # noqa: PLC0415 - the pages import this module

    return SHEETS["sites"].fields


@cache
def vocabulary() -> Vocabulary:
    """Return the words for the values of columns, in both languages."""
    words: dict[str, dict[str, str]] = {name: dict(one) for name, one in _OTHER_WORDS.items()}
    for field in _fields().values():
        for texts in map(Texts.for_lang, LANGS):
            for choice in field.choices:
                said = texts.word(field.group, choice).casefold()
                words.setdefault(field.name, {}).setdefault(said, choice)
    return words


def column_text(name: str, texts: Texts) -> str:
    """Return what a column of a table is called."""
    return texts.word("staff.column", name)


def headings(kind: str, texts: Texts) -> Mapping[str, str]:
    """Return what the columns of a spreadsheet are called, for those that have words."""
    if kind != "sites":
        return {}
    return {name: column_text(name, texts) for name in FILLED if name != "position"}


def fault_text(fault: CellFault, texts: Texts) -> str:
    """Return what is wrong with a cell, its place not said."""
    key = f"exchange.fault.{fault.rule}"
    if texts.has(key):
        return texts(key, got=fault.got, **fault.values)
    return texts("exchange.fault", got=fault.got, wanted=said_wanted(fault.wanted, texts))


def said_wanted(wanted: str, texts: Texts) -> str:
    """Return what a cell should have held, in a language where its rule has words."""
    if not isinstance(wanted, Wanted) or not texts.has(f"wanted.{wanted.rule}"):
        return wanted
    values = {
        name: texts.word("staff.column", str(one)) if name == "column" else one
        for name, one in wanted.values.items()
    }
    return texts(f"wanted.{wanted.rule}", **values)


def fault_line(fault: CellFault, texts: Texts) -> str:
    """Return one fault as a line: row, heading, got, wanted."""
    said = fault_text(fault, texts)
    return texts("exchange.fault-line", row=fault.row, column=fault.heading, said=said)


def row_notes(row: Row, texts: Texts) -> tuple[str, ...]:
    """Return what must be known of a row that is no fault."""
    notes = [texts(f"exchange.row.{one}") for one in row.said]
    if row.missing and row.status in {"new", "changed"}:
        joint = texts("page.plan.road-separator")
        names = joint.join(column_text(name, texts) for name in row.missing)
        notes.append(texts("exchange.row.incomplete", columns=names))
    return tuple(notes)


def alike_lines(row: Row, texts: Texts) -> Iterator[str]:
    """Yield the sites that a row may be a second time."""
    for one in row.alike:
        apart = "" if one.distance_m is None else texts("cli.metres", value=one.distance_m)
        yield texts(
            "exchange.alike",
            id=one.key,
            name=one.name,
            likeness=one.likeness,
            distance=apart or "?",
        )


def run_document(run: DryRun) -> dict[str, object]:
    """Return a dry run as JSON, whole."""
    return {
        "counts": dict(run.counts),
        "suspect_datum": run.suspect or None,
        "applicable": run.applicable,
        "rows": [_row_document(row) for row in run.rows],
    }


def _row_document(row: Row) -> dict[str, object]:
    return {
        "row": row.number,
        "status": row.status,
        "id": row.id,
        "name": row.name,
        "state": str(row.state),
        "changes": [
            {"column": one.column, "before": one.before, "after": one.after}
            for one in row.changes
            if row.status != "new" or one.after not in (None, "", [])
        ],
        "faults": [
            {"heading": one.heading, "column": one.column, "got": one.got, "wanted": one.wanted}
            for one in row.faults
        ],
        "missing": list(row.missing),
        "alike": [
            {"id": one.key, "name": one.name, "distance_m": one.distance_m} for one in row.alike
        ],
    }


def template(texts: Texts) -> bytes:
    """Return the workbook to be filled in, in a language."""
    words = TemplateWords(
        sheet="sites",
        notes=texts("exchange.template.notes"),
        choices=texts("exchange.template.choices"),
        heads=(
            texts("exchange.template.column"),
            texts("exchange.template.help"),
            texts("exchange.template.allowed"),
        ),
        lines=tuple(texts(f"exchange.template.line.{number}") for number in range(1, 6)),
        wrong=texts("exchange.template.wrong"),
    )
    return write_template(words, [_template_column(one.name, texts) for one in SITE_COLUMNS])


def _template_column(name: str, texts: Texts) -> TemplateColumn:
    field = _fields().get(name)
    key = f"staff.help.{name}"
    single = field is not None and field.shape == "choice"
    choices = tuple(texts.word(field.group, one) for one in field.choices) if field else ()
    told = texts(key) if texts.has(key) else ""
    if field is not None and field.shape == "many":
        told = texts("exchange.template.many", choices=" | ".join(choices))
    elif name in {"aliases", "sources"}:
        told = texts(f"exchange.template.{name}")
    elif name in {"lon", "lat"}:
        told = texts("exchange.template.degrees")
    elif name == "id":
        told = texts("exchange.template.id")
    return TemplateColumn(column_text(name, texts), told, choices if single else (), name in NEEDED)
