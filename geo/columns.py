"""What one cell may hold: small checks that name every fault instead of stopping at the first.

A check takes a value and yields (got, wanted) for each thing wrong with it. A column is a name, a
check and the dtype it has in a frame.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from opening_hours import validate as parses_as_opening_hours

from .errors import Fault
from .wanted import Wanted

Record = dict[str, object]
Faults = Iterator[tuple[str, str]]
Check = Callable[[object], Faults]

# Control characters, line and paragraph separators, byte-order mark, direction overrides and lone
# surrogates: none belongs in a cell, and several break XML, CSV or a page's layout.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# One zone for all, so that moments in order as text are in order in time.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?\+08:00")
_MAX_ID = 64
_GOT_CHARS = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame and of the record behind it."""

    name: str
    check: Check
    dtype: str = "str"


def show(value: object) -> str:
    """Return a value as it stands in a fault: short, and safe to print."""
    if isinstance(value, Wanted):
        return value  # words of ours, which pages say in their own language
    text = value if isinstance(value, str) else repr(value)
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)[:_GOT_CHARS]


def tidy(value: str) -> str:
    """Return what somebody typed as it may be kept: plain line ends, nothing that hides."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "\n".join(_UNFIT.sub("", line).strip() for line in plain.split("\n")).strip()


def text(*, empty: bool = False, longest: int = 400) -> Check:
    """Check for one line of text without control characters."""

    def check(value: object) -> Faults:
        if not isinstance(value, str):
            yield show(value), Wanted.of("text")
        elif not value.strip():
            if not empty:
                yield show(value), Wanted.of("not-empty")
        elif bad := _UNFIT.search(value):
            yield show(value), _no_controls(bad)
        elif len(value) > longest:
            yield show(value), Wanted.of("short", longest=longest, count=len(value))
        elif value != value.strip():
            yield repr(value)[:_GOT_CHARS], Wanted.of("no-blanks")

    return check


def _no_controls(bad: re.Match[str]) -> Wanted:
    return Wanted.of("no-controls", sign=f"U+{ord(bad[0]):04X}", at=bad.start())


def paragraphs(*, empty: bool = False, longest: int = 20_000) -> Check:
    """Check for text of any number of lines, each without control characters."""
    line = text(empty=True, longest=longest)

    def check(value: object) -> Faults:
        if isinstance(value, str) and "\n" in value.strip("\n"):
            yield from line(" ".join(part.strip() for part in value.split("\n")))
        else:
            yield from text(empty=empty, longest=longest)(value)

    return check


def harmless(*, longest: int) -> Check:
    """Check for text that may still be unfinished, but hides no control characters."""

    def check(value: object) -> Faults:
        if not isinstance(value, str):
            yield show(value), Wanted.of("text")
        elif bad := _UNFIT.search(re.sub(r"[\r\n\t]", " ", value)):
            yield show(value), _no_controls(bad)
        elif len(value) > longest:
            yield show(value), Wanted.of("short", longest=longest, count=len(value))

    return check


def identifier() -> Check:
    """Check for a stable id: lower-case ASCII words joined by hyphens."""

    def check(value: object) -> Faults:
        if not isinstance(value, str) or len(value) > _MAX_ID or not _ID.fullmatch(value):
            yield show(value), Wanted.of("id", longest=_MAX_ID)

    return check


def number(low: float, high: float, *, empty: bool = False, whole: bool = False) -> Check:
    """Check for a finite number within [low, high]; None only where it may be empty."""
    kind = "whole" if whole else "number"

    def check(value: object) -> Faults:
        if value is None and empty:
            return
        fits = (
            isinstance(value, int if whole else int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and low <= value <= high
        )
        if not fits:
            wanted = Wanted.of(kind, low=f"{low:g}", high=f"{high:g}")
            yield show("" if value is None else value), wanted

    return check


def one_of(allowed: Sequence[str], *, empty: bool = False) -> Check:
    """Check for one of the allowed words."""

    def check(value: object) -> Faults:
        if value not in allowed and not (empty and value == ""):
            yield show(value), Wanted.of("one-of", allowed=" ".join(allowed))

    return check


def pattern(expression: str, rule: str) -> Check:
    """Check for text that matches a regular expression as a whole; `rule` is one of `WANTED`."""
    compiled = re.compile(expression)

    def check(value: object) -> Faults:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield show(value), Wanted.of(rule)

    return check


def many(member: Check, *, least: int = 0, repeats: bool = False) -> Check:
    """Check for a list whose members each pass `member`, in which none stands twice."""

    def check(value: object) -> Faults:
        if not isinstance(value, list | tuple):
            yield show(value), Wanted.of("list")
            return
        if len(value) < least:
            yield Wanted.of("few", count=len(value)), Wanted.of("least", least=least)
        for one in value:
            yield from member(one)
        if not repeats:
            yield from _twice(value)

    return check


def _twice(values: Sequence[object]) -> Faults:
    seen: set[str] = set()
    for value in values:
        own = repr(value)  # members may be objects, which no set takes
        if own in seen:
            yield show(value), Wanted.of("once")
        seen.add(own)


def opening_hours() -> Check:
    """Check for the OpenStreetMap `opening_hours` syntax, or empty: unknown."""

    def check(value: object) -> Faults:
        if not isinstance(value, str) or (value and not parses_as_opening_hours(value)):
            yield show(value), Wanted.of("hours")

    return check


def partial_date() -> Check:
    """Check for a year, a month or a day (2021, 2021-01, 2021-01-21), or empty: unknown."""

    def check(value: object) -> Faults:
        if value == "":
            return
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        if found is None or not _exists(*(int(part or 1) for part in found.groups())):
            yield show(value), Wanted.of("date")

    return check


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def day() -> Check:
    """Check for a calendar day, YYYY-MM-DD."""

    def check(value: object) -> Faults:
        if not isinstance(value, str) or not _DAY.fullmatch(value) or not _reads(date, value):
            yield show(value), Wanted.of("day")

    return check


def moment() -> Check:
    """Check for a moment with its zone, such as 2026-11-28T09:00+08:00."""

    def check(value: object) -> Faults:
        fits = isinstance(value, str) and _MOMENT.fullmatch(value) and _reads(datetime, value)
        if not fits:
            yield show(value), Wanted.of("moment")

    return check


def _reads(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True


def link() -> Check:
    """Check for an http or https address, or empty."""

    def check(value: object) -> Faults:
        if value != "" and not (isinstance(value, str) and _is_link(value)):
            yield show(value), Wanted.of("link")

    return check


def _is_link(value: str) -> bool:
    if _UNFIT.search(value) or " " in value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def record(columns: Sequence[Column]) -> Check:
    """Check for a mapping with exactly these members, each of which passes its own check."""

    def check(value: object) -> Faults:
        if not isinstance(value, dict):
            yield show(value), Wanted.of("object")
            return
        for name, got, wanted in record_faults(value, columns):
            yield Wanted.of("member", column=name, got=got), wanted

    return check


def optional(inner: Check) -> Check:
    """Check for None, or what passes `inner`."""

    def check(value: object) -> Faults:
        if value is not None:
            yield from inner(value)

    return check


def record_faults(
    values: Record, columns: Sequence[Column], *, strict: bool = True
) -> Iterator[tuple[str, str, str]]:
    """Yield (column, got, wanted) for every fault of one record.

    Parameters
    ----------
    strict
        Whether a column that is not known is a fault.
    """
    for column in columns:
        if column.name not in values:
            yield column.name, Wanted.of("nothing"), Wanted.of("value")
            continue
        for got, wanted in column.check(values[column.name]):
            yield column.name, got, wanted
    known = {column.name for column in columns}
    if strict:
        yield from ((name, show(name), Wanted.of("column")) for name in values if name not in known)


@dataclass(frozen=True, slots=True)
class Table:
    """Records with where each stands in its file, so that a fault can point there."""

    file: str
    labels: tuple[int | str, ...]
    records: tuple[Record, ...]

    def fault(self, index: int, column: str, got: object, wanted: str) -> Fault:
        """Return a fault of the record at `index`."""
        return Fault(self.file, self.labels[index], column, show(got), wanted)

    def cell_faults(self, columns: Sequence[Column]) -> list[Fault]:
        """Return every fault of every cell, row by row, and every id that stands twice.

        A column is checked as a whole: of thousands of records many hold the same value, and each
        value is looked at once.
        """
        found = [one for column in columns for one in self._column_faults(column)]
        known = {column.name for column in columns}
        found += [
            (index, self.fault(index, name, show(name), Wanted.of("column")))
            for index, values in enumerate(self.records)
            for name in values
            if name not in known
        ]
        found.sort(key=lambda one: one[0])
        faults = [fault for _, fault in found]
        first: dict[str, int] = {}
        for index, values in enumerate(self.records):
            name = str(values.get("id"))
            at = first.setdefault(name, index)
            if at != index:
                wanted = f"an id not used before (row {self.labels[at]})"
                faults.append(self.fault(index, "id", name, wanted))
        return faults

    def _column_faults(self, column: Column) -> Iterator[tuple[int, Fault]]:
        """Yield the faults of one column, each with the index of its record."""
        name, checked = column.name, dict[object, tuple[tuple[str, str], ...]]()
        for index, values in enumerate(self.records):
            if name not in values:
                yield index, self.fault(index, name, Wanted.of("nothing"), Wanted.of("value"))
                continue
            value = values[name]
            key = _known_again(value)
            if key not in checked:
                checked[key] = tuple(column.check(value))
            for got, wanted in checked[key]:
                yield index, self.fault(index, name, got, wanted)


def _known_again(value: object) -> object:
    """Return what the same value has again, and no other: 1, 1.0 and True are three."""
    plain = value is None or isinstance(value, str | int | float)
    return type(value), value if plain else repr(value)
