"""The fields of a site's form: a body as texts, and texts as a body.

A field that was not touched gives back exactly what it was made of, so that saving a form nobody
changed changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.columns import Record
from geo.districts import DISTRICT_NAMES
from geo.errors import BadRequestError, InvalidParameterError
from geo.schema import CATEGORIES, GRADES, POSITION_BASES, THEMES, YES_PARTIAL_NO

from .positions import read_position

Shape = Literal["line", "text", "choice", "many", "number", "position", "hours"]
Fields = Mapping[str, tuple[str, ...]]
"""What a form sends: the values of each field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the column it fills (`position` fills two), its shape, its choices.

    `group` is where the texts of its choices stand.
    """

    name: str
    shape: Shape = "line"
    choices: tuple[str, ...] = ()
    group: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it fills."""
        return ("lon", "lat") if self.shape == "position" else (self.name,)


_WHETHER = ("yes", "no", "both", "unknown")
_BOOKING = ("required", "groups", "none", "unknown")
SECTIONS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "names": (Field("name_zh"), Field("name_en"), Field("aliases", "text")),
        "what": (
            Field("category", "choice", CATEGORIES, "category"),
            Field("themes", "many", THEMES, "theme"),
            Field("period"),
            Field("period_from", "number"),
            Field("period_to", "number"),
            Field("summary_zh", "text"),
            Field("summary_en", "text"),
            Field("honours", "text"),
            Field("grade", "choice", GRADES, "page.site.grade"),
        ),
        "where": (
            Field("district", "choice", DISTRICT_NAMES, "district"),
            Field("address"),
            Field("position", "position"),
            Field("accuracy_m", "number"),
            Field("position_basis", "choice", POSITION_BASES, "basis"),
            Field("position_source"),
        ),
        "visit": (
            Field("opening_hours", "hours"),
            Field("hours_basis"),
            Field("ticket"),
            Field("phone"),
            Field("visit_min", "number"),
            Field("booking", "choice", _BOOKING, "page.booking"),
            Field("indoor", "choice", _WHETHER, "page.indoor"),
            Field("step_free", "choice", YES_PARTIAL_NO, "page.yes"),
            Field("toilets", "choice", YES_PARTIAL_NO, "page.yes"),
        ),
        "sources": (Field("sources", "text"), Field("notes_zh", "text")),
    }
)
FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: field for fields in SECTIONS.values() for field in fields}
)
FIELD_OF: Mapping[str, Field] = MappingProxyType(
    {column: field for field in FIELDS.values() for column in field.columns}
)
"""The field of each column."""
DATUM = "datum"


@dataclass(frozen=True, slots=True)
class Reading:
    """A form read: the body it makes, and what is wrong, by field."""

    body: Record
    problems: Mapping[str, BadRequestError]


def fields_of(body: Record) -> dict[str, tuple[str, ...]]:
    """Return a body as the form shows it."""
    return {name: _shown(field, body) for name, field in FIELDS.items()}


def read_fields(fields: Fields, base: Record) -> Reading:
    """Return the body a form makes of the one it was opened on."""
    shown, body = fields_of(base), dict(base)
    problems: dict[str, BadRequestError] = {}
    for name, field in FIELDS.items():
        given = tuple(_clean(one) for one in fields.get(name, ()))
        datum = next(iter(fields.get(DATUM, ())), "wgs84")
        if field.shape == "many":
            # Those that stay keep their order: the first theme of a site is its main one.
            kept = tuple(one for one in shown[name] if one in given)
            given = kept + tuple(one for one in field.choices if one in set(given) - set(kept))
        same = given == tuple(_clean(one) for one in shown[name])
        moved = field.shape == "position" and datum != "wgs84"
        if same and not moved and all(column in base for column in field.columns):
            continue
        try:
            body.update(_read(field, given, datum))
        except BadRequestError as error:
            problems[name] = error
    return Reading(body, problems)


def _clean(text: str) -> str:
    # Browsers send line ends as CR LF (HTML, 4.10.21.8).
    return text.replace("\r\n", "\n").strip()


def _shown(field: Field, body: Record) -> tuple[str, ...]:
    if field.shape == "position":
        values = [body.get(name) for name in ("lon", "lat")]
        return ("" if None in values else ", ".join(map(_figure, values)),)
    value = body.get(field.name)
    if field.shape == "many":
        return tuple(map(str, value)) if isinstance(value, list) else ()
    if field.name == "sources":
        return ("\n".join(_source_line(one) for one in value) if isinstance(value, list) else "",)
    if isinstance(value, list):
        return ("\n".join(map(str, value)),)
    return (_figure(value),)


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def _source_line(source: Mapping[str, str]) -> str:
    parts = [str(source.get(name) or "") for name in ("publisher", "date", "url")]
    return " | ".join(parts).rstrip(" |")


def _read(field: Field, given: tuple[str, ...], datum: str) -> Record:
    """Return the columns a field fills."""
    text = given[0] if given else ""
    if field.shape == "position":
        if not text:
            return {"lon": None, "lat": None}
        lon, lat = read_position(text, datum)
        return {"lon": lon, "lat": lat}
    if field.shape == "many":
        return {field.name: list(given)}
    if field.shape == "number":
        return {field.name: _number(field.name, text)}
    own = _OWN.get(field.name)
    return {field.name: own(text) if own else text}


def _number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as error:
        raise InvalidParameterError(name, text, "a number", rule="number") from error
    if name == "accuracy_m" and math.isfinite(number):
        return number
    if not number.is_integer():
        raise InvalidParameterError(name, text, "a whole number", rule="whole_number")
    return int(number)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _sources(text: str) -> list[dict[str, str]]:
    """Return sources written one a line: publisher | date | address."""
    made = []
    for line in _lines(text):
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        if len(parts) > 3:  # noqa: PLR2004 - publisher, date, address
            raise InvalidParameterError("sources", line, "PUBLISHER | DATE | URL", rule="source")
        publisher, date, url = [*parts, "", ""][:3]
        made.append({"publisher": publisher, "date": date, "url": url})
    return made


_OWN: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"aliases": _lines, "sources": _sources}
)
