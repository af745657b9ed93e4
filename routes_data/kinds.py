"""The kinds of records, what each holds, and which other records it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from geo.columns import (
    Check,
    Column,
    Faults,
    Record,
    Table,
    day,
    harmless,
    identifier,
    link,
    moment,
    number,
    one_of,
    opening_hours,
    optional,
    paragraphs,
    partial_date,
    show,
    text,
)
from geo.errors import Fault, not_one_of
from geo.schema import (
    COLLECTION_COLUMNS,
    PLACE_COLUMNS,
    QINGDAO_BBOX,
    ROUTE_COLUMNS,
    SITE_COLUMNS,
    official_faults,
    period_faults,
)
from geo.wanted import Wanted

MAX_DRAFT_CHARS = 200_000
"""Longest text in a draft: an oral history of several hours fits many times."""

_WEST, _SOUTH, _EAST, _NORTH = QINGDAO_BBOX
_LINE = text(empty=True, longest=400)
_HELD = {"held_official", "held_curated"}  # counted when read, never stored


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds the id, or ids, of published records of another kind.

    `blocks` says whether what is referred to may not be taken away while this record is published.
    """

    column: str
    kind: str
    blocks: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its columns, its references, and the rules that span columns."""

    name: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    rules: Callable[[Table, int], Iterator[Fault]] | None = None

    def faults(self, body: Record) -> list[Fault]:
        """Return every fault that keeps a body from being published, references aside."""
        table = Table(self.name, (str(body.get("id")),), (body,))
        faults = table.cell_faults(self.columns)
        return faults + (list(self.rules(table, 0)) if self.rules else [])

    def draft_faults(self, body: Record) -> list[Fault]:
        """Return what not even a draft may hold: strange columns, unfit text, a bad id."""
        table = Table(self.name, (show(body.get("id")),), (body,))
        known = {column.name for column in self.columns}
        faults = [
            table.fault(0, name, show(name), Wanted.of("column"))
            for name in body
            if name not in known
        ]
        checks: dict[str, Check] = {"id": identifier()}
        for name, value in body.items():
            found: Faults = checks.get(name, _clean)(value)
            faults += [table.fault(0, name, got, wanted) for got, wanted in found]
        return faults


def _clean(value: object) -> Faults:
    """Yield what is unfit anywhere inside a value, however it is nested."""
    if isinstance(value, str):
        yield from harmless(longest=MAX_DRAFT_CHARS)(value)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _clean(name)
            yield from _clean(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _clean(one)
    elif isinstance(value, float):
        yield from number(-1e15, 1e15)(value)
    elif value is not None and not isinstance(value, int):
        yield show(value), "a JSON value"


def _in_order(first: str, last: str) -> Callable[[Table, int], Iterator[Fault]]:
    def rule(table: Table, index: int) -> Iterator[Fault]:
        body = table.records[index]
        begin, end = body.get(first), body.get(last)
        if not (isinstance(begin, str) and isinstance(end, str)):
            return
        if begin[:4].isdecimal() and end[:4].isdecimal() and end < begin:
            yield table.fault(index, last, end, Wanted.of("after", column=first, first=str(begin)))

    return rule


def _route_rules(table: Table, index: int) -> Iterator[Fault]:
    yield from official_faults(table, index)
    stops, lunch = table.records[index].get("stops"), table.records[index].get("lunch_after")
    if isinstance(lunch, int) and isinstance(stops, list) and lunch >= len(stops):
        yield table.fault(index, "lunch_after", lunch, Wanted.of("stop", count=len(stops)))


_OF_SITE = Reference("site", "sites")
_DISTRICT_COLUMNS = (
    Column("id", identifier()),
    Column("key", identifier()),
    Column("code", text(longest=6)),
    Column("name_zh", text(longest=20)),
    Column("name_en", text(longest=40)),
    Column("wkt", text(longest=60_000)),
)
_CLOSURE_COLUMNS = (
    Column("id", identifier()),
    Column("site", identifier()),
    Column("date_from", day()),
    Column("date_to", day()),
    Column("reason_zh", text()),
    Column("reason_en", _LINE),
    Column("source", _LINE),
)
_MEDIA_COLUMNS = (
    Column("id", identifier()),
    Column("site", identifier()),
    Column("medium", one_of(("photo", "audio", "video", "panorama", "document"))),
    Column("url", link()),
    Column("title_zh", text()),
    Column("title_en", _LINE),
    Column("alt_zh", text()),
    Column("alt_en", _LINE),
    Column("credit", text()),
    Column("licence", text()),
)
_EVENT_COLUMNS = (
    Column("id", identifier()),
    Column("site", text(empty=True, longest=64)),
    Column("type", one_of(("exhibition", "lecture", "ceremony", "activity"))),
    Column("name_zh", text(longest=80)),
    Column("name_en", text(empty=True, longest=160)),
    Column("starts", moment()),
    Column("ends", moment()),
    Column("opening_hours", opening_hours()),
    Column("place_zh", _LINE),
    Column("place_en", _LINE),
    Column("lon", number(_WEST, _EAST, empty=True), "float64"),
    Column("lat", number(_SOUTH, _NORTH, empty=True), "float64"),
    Column("visit_min", number(5, 600, whole=True), "int64"),
    Column("booking_zh", _LINE),
    Column("booking_en", _LINE),
    Column("description_zh", paragraphs(empty=True)),
    Column("description_en", paragraphs(empty=True)),
    Column("source", _LINE),
)
_ORAL_HISTORY_COLUMNS = (
    Column("id", identifier()),
    Column("site", identifier()),
    Column("narrator", text(longest=80)),
    Column("recorded", partial_date()),
    Column("title_zh", text()),
    Column("title_en", _LINE),
    Column("text_zh", paragraphs()),
    Column("text_en", paragraphs(empty=True)),
    Column("url", link()),
    # Without the narrator's leave nothing is published.
    Column("consent", one_of(("yes",))),
    Column("licence", text()),
)
_REPORT_COLUMNS = (
    Column("id", identifier()),
    Column("site", identifier()),
    Column("type", one_of(("error", "rating", "suggestion"))),
    Column("rating", optional(number(1, 5, whole=True))),
    Column("text", paragraphs(empty=True, longest=2000)),
    Column("received", moment()),
    Column("answer", paragraphs(empty=True, longest=2000)),
    Column("answered", optional(moment())),
)

_ALL = (
    Kind("sites", SITE_COLUMNS, rules=period_faults),
    Kind(
        "routes",
        ROUTE_COLUMNS,
        (
            Reference("stops", "sites", blocks=True),
            Reference("collection", "collections", blocks=True),
        ),
        _route_rules,
    ),
    Kind("collections", tuple(c for c in COLLECTION_COLUMNS if c.name not in _HELD)),
    Kind("places", PLACE_COLUMNS),
    Kind("districts", _DISTRICT_COLUMNS),
    Kind("closures", _CLOSURE_COLUMNS, (_OF_SITE,), _in_order("date_from", "date_to")),
    Kind("media", _MEDIA_COLUMNS, (_OF_SITE,)),
    Kind(
        "events",
        _EVENT_COLUMNS,
        (Reference("site", "sites", empty=True),),
        _in_order("starts", "ends"),
    ),
    Kind("oral-histories", _ORAL_HISTORY_COLUMNS, (_OF_SITE,)),
    Kind("reports", _REPORT_COLUMNS, (_OF_SITE,)),
)
KINDS = {kind.name: kind for kind in _ALL}
"""Every kind by name."""


def kind_of(name: str) -> Kind:
    """Return a kind by its name.

    Raises
    ------
    InvalidParameterError
        There is no such kind.
    """
    if name not in KINDS:
        raise not_one_of("kind", name, KINDS)
    return KINDS[name]


def referred(reference: Reference, body: Record) -> Sequence[str]:
    """Return the ids a body refers to by one of its columns."""
    value = body.get(reference.column)
    if isinstance(value, str):
        return () if reference.empty and not value else (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
