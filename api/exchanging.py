"""Import and export in words: what columns, values and faults are called, the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from geo.wanted import Wanted
from routes_data.exchange.cells import Vocabulary
from routes_data.exchange.comparing import DryRun, Row
from routes_data.exchange.mapping import fields_of
from routes_data.exchange.outgoing import LIVING
from routes_data.exchange.rows import CellFault
from routes_data.exchange.subjects import SITES, SUBJECTS
from routes_data.exchange.workbook_out import TemplateColumn, TemplateWords, write_template
from routes_data.kinds import kind_of

from .web.texts import LANGS, Texts

if TYPE_CHECKING:
    from routes_data.editor import Editor

    from .web.pages.staff.fields import Field

NEEDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sites": frozenset({"name_zh", "district", "address", "lon", "lat", "category"}),
        "routes": frozenset({"name_zh", "name_en", "collection", "provenance", "mode", "stops"}),
        "closures": frozenset({"site", "date_from", "date_to", "reason_zh"}),
        "events": frozenset({"type", "name_zh", "starts", "ends", "visit_min"}),
        "media": frozenset({"site", "medium", "url", "title_zh", "alt_zh", "credit", "licence"}),
        "oral-histories": frozenset({"site", "narrator", "title_zh", "text_zh", "consent"}),
    }
)
"""The columns of the template that are marked: without them a record is not much of one."""
_OTHER_WORDS = {
    "ticket": {"免费": "free", "未知": "unknown", "不详": "unknown"},
    "type": {"主题展": "exhibition", "展": "exhibition", "讲座": "lecture", "宣讲会": "lecture"},
}


def _fields(kind: str) -> Mapping[str, Field]:
    from .web.pages.staff.sheets import SHEETS  # noqa: PLC0415 - the pages import this module

    return SHEETS[kind].fields


@cache
def vocabulary(kind: str = SITES) -> Vocabulary:
    """Return the words for the values of a kind's columns, in both languages."""
    words: dict[str, dict[str, str]] = {name: dict(one) for name, one in _OTHER_WORDS.items()}
    for field in _fields(kind).values():
        for texts in map(Texts.for_lang, LANGS):
            for choice in field.choices:
                said = texts.word(field.group, choice).casefold()
                words.setdefault(field.name, {}).setdefault(said, choice)
    return words


def words_with_names(kind: str, editor: Editor) -> Vocabulary:
    """Return the vocabulary of a kind, and ids by the names of the records it refers to.

    A name that two records share stands for neither.
    """
    found: dict[str, Mapping[str, str]] = dict(vocabulary(kind))
    for reference in kind_of(kind).references:
        ids: dict[str, set[str]] = {}
        for head in editor.worklist(reference.kind, LIVING):
            for name in ("name_zh", "name_en"):
                said = str(head.body.get(name) or "").casefold()
                ids.setdefault(said, set()).add(head.id)
        names = {name: min(own) for name, own in ids.items() if name and len(own) == 1}
        found[reference.column] = names
    return found


def site_names_of(editor: Editor, texts: Texts) -> tuple[str, ...]:
    """Return the names of the sites visitors see, for the drop-downs of templates."""
    names = {
        texts.pick(str(one.body["name_zh"]), str(one.body["name_en"]))
        for one in editor.published(SITES)
    }
    return tuple(sorted(names))


def column_text(name: str, texts: Texts) -> str:
    """Return what a column of a table is called."""
    return texts.word("staff.column", name)


def headings(kind: str, texts: Texts) -> Mapping[str, str]:
    """Return what the columns of a spreadsheet are called, for those that have words."""
    if kind not in SUBJECTS:
        return {}
    return {name: column_text(name, texts) for name in fields_of(kind) if name != "position"}


def fault_text(fault: CellFault, texts: Texts, kind: str = SITES) -> str:
    """Return what is wrong with a cell of a kind of records, its place not said."""
    key = f"exchange.fault.{fault.rule}"
    if texts.has(key):
        return texts(key, got=fault.got, **fault.values)
    field = _fields(kind).get(fault.column)
    wanted = said_wanted(fault.wanted, texts, field.group if field else "")
    return texts("exchange.fault", got=said_wanted(fault.got, texts), wanted=wanted)


def said_wanted(wanted: str, texts: Texts, group: str = "") -> str:
    """Return what a cell should have held, or held, in a language where its rule has words.

    Parameters
    ----------
    group
        Where the texts of the column's choices stand, if it has choices.
    """
    if not isinstance(wanted, Wanted) or not texts.has(f"wanted.{wanted.rule}"):
        return wanted
    values = {name: _said_value(name, one, texts, group) for name, one in wanted.values.items()}
    return texts(f"wanted.{wanted.rule}", **values)


def _said_value(name: str, value: str | int, texts: Texts, group: str) -> str | int:
    if isinstance(value, Wanted):
        return said_wanted(value, texts, group)
    if name == "column":
        return texts.word("staff.column", str(value))
    if name == "kind":
        return texts.word("exchange.kind-of", str(value))
    if name == "allowed" and group:
        joint = texts("page.plan.road-separator")
        return joint.join(texts.word(group, one) for one in str(value).split())
    return value


def fault_line(fault: CellFault, texts: Texts, kind: str = SITES) -> str:
    """Return one fault of a kind of records as a line: row, heading, got, wanted."""
    said = fault_text(fault, texts, kind)
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


def template(texts: Texts, kind: str = SITES, sites: Sequence[str] = ()) -> bytes:
    """Return the workbook of a kind to be filled in, in a language.

    Parameters
    ----------
    sites
        Names of sites, for the drop-down of a kind that speaks of one.
    """
    words = TemplateWords(
        sheet=kind,
        notes=texts("exchange.template.notes"),
        choices=texts("exchange.template.choices"),
        heads=(
            texts("exchange.template.column"),
            texts("exchange.template.help"),
            texts("exchange.template.allowed"),
        ),
        lines=tuple(_lines(kind, texts)),
        wrong=texts("exchange.template.wrong"),
    )
    columns = [_template_column(kind, one.name, texts, sites) for one in kind_of(kind).columns]
    return write_template(words, columns)


def _lines(kind: str, texts: Texts) -> Iterator[str]:
    named = texts(f"exchange.kind-of.{kind}")
    for number in range(1, 6):
        if number == 4 and "lon" not in fields_of(kind):  # noqa: PLR2004 - the line on positions
            continue
        yield texts(f"exchange.template.line.{number}", kind=named)


def _template_column(kind: str, name: str, texts: Texts, sites: Sequence[str]) -> TemplateColumn:
    field = _fields(kind).get(name)
    key = f"staff.help.{name}"
    single = field is not None and field.shape == "choice"
    choices = tuple(texts.word(field.group, one) for one in field.choices if one) if field else ()
    if field is not None and field.shape == "site":
        single, choices = True, tuple(sites)
    told = texts(key) if texts.has(key) else ""
    if field is not None and field.shape == "many":
        told = texts("exchange.template.many", choices=" | ".join(choices))
    elif name in {"aliases", "sources"} or name in {"stops", "start", "starts", "ends"}:
        told = texts(f"exchange.template.{name}")
    elif name in {"lon", "lat"}:
        told = texts("exchange.template.degrees")
    elif name == "id":
        told = texts("exchange.template.id")
    return TemplateColumn(
        column_text(name, texts), told, choices if single else (), name in NEEDED[kind]
    )
