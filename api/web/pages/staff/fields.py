"""The fields of a form: a body as texts, and texts as a body.

A field that was not touched gives back exactly what it was made of, so that saving a form nobody
changed changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from geo.columns import Record
from geo.errors import BadRequestError, InvalidParameterError
from geo.positions import read_position

Shape = Literal[
    "line", "text", "choice", "many", "number", "date", "moment", "position", "hours",
    "lines", "sources", "site", "stops", "place",
]  # fmt: skip
Fields = Mapping[str, tuple[str, ...]]
"""What a form sends: the values of each field."""

ZONE = "+08:00"
"""Of every moment of a record; forms do not say it."""


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


@dataclass(frozen=True)
class Sheet:
    """The form of one kind of record: its fields, in sections."""

    kind: str
    sections: Mapping[str, tuple[Field, ...]]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field by its name, in the order of the form."""
        found = {field.name: field for fields in self.sections.values() for field in fields}
        return MappingProxyType(found)

    @cached_property
    def field_of(self) -> Mapping[str, Field]:
        """The field of each column."""
        return {column: field for field in self.fields.values() for column in field.columns}

    def shown(self, body: Record) -> dict[str, tuple[str, ...]]:
        """Return a body as the form shows it."""
        return {name: _shown(field, body) for name, field in self.fields.items()}

    def read(self, fields: Fields, base: Record) -> Reading:
        """Return the body a form makes of the one it was opened on."""
        shown, body = self.shown(base), dict(base)
        problems: dict[str, BadRequestError] = {}
        datum = next(iter(fields.get(DATUM, ())), "wgs84")
        for name, field in self.fields.items():
            given = _given(field, fields, shown[name])
            same = given == tuple(_clean(one) for one in shown[name])
            moved = field.shape == "position" and datum != "wgs84"
            if same and not moved and all(column in base for column in field.columns):
                continue
            try:
                body.update(_read(field, given, datum))
            except BadRequestError as error:
                problems[name] = error
        return Reading(body, problems)


DATUM = "datum"
PLACE_OF = "at."
"""Begins the name of the numbers that say in which order the values of a field come."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A form read: the body it makes, and what is wrong, by field."""

    body: Record
    problems: Mapping[str, BadRequestError]


def _clean(text: str) -> str:
    # Browsers send line ends as CR LF (HTML, 4.10.21.8).
    return text.replace("\r\n", "\n").strip()


def _given(field: Field, fields: Fields, shown: Sequence[str]) -> tuple[str, ...]:
    """Return the values sent for a field, in the order they are meant."""
    given = tuple(_clean(one) for one in fields.get(field.name, ()))
    if field.shape == "many":
        # Those that stay keep their order: the first theme of a site is its main one.
        kept = tuple(one for one in shown if one in given)
        return kept + tuple(one for one in field.choices if one in set(given) - set(kept))
    if field.shape == "stops":
        places = [_place(one) for one in fields.get(PLACE_OF + field.name, ())]
        places += [math.inf] * (len(given) - len(places))
        in_order = sorted(zip(places, given, strict=False), key=lambda pair: pair[0])
        return tuple(one for _, one in in_order if one)
    return given


def _place(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return number if math.isfinite(number) else math.inf


def _shown(field: Field, body: Record) -> tuple[str, ...]:
    value = body.get(field.name)
    if field.shape in ("many", "stops"):
        return tuple(map(str, value)) if isinstance(value, list) else ()
    return (_pair(body) if field.shape == "position" else _text(field.shape, value),)


def _text(shape: Shape, value: object) -> str:
    """Return the value of a field that has one as its text."""
    if shape == "sources":
        return "\n".join(map(_source_line, value)) if isinstance(value, list) else ""
    if isinstance(value, dict):
        return _place_line(value)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return _figure(value).removesuffix(ZONE if shape == "moment" else "")


def _pair(body: Record) -> str:
    values = [body.get(name) for name in ("lon", "lat")]
    return "" if None in values else ", ".join(map(_figure, values))


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def _source_line(source: Mapping[str, str]) -> str:
    parts = [str(source.get(name) or "") for name in ("publisher", "date", "url")]
    return " | ".join(parts).rstrip(" |")


def _place_line(place: Record) -> str:
    return " | ".join([str(place.get("name_zh")), str(place.get("name_en") or ""), _pair(place)])


def _read(field: Field, given: tuple[str, ...], datum: str) -> Record:
    """Return the columns a field fills."""
    text = given[0] if given else ""
    if field.shape == "position":
        if not text:
            return {"lon": None, "lat": None}
        lon, lat = read_position(text, datum)
        return {"lon": lon, "lat": lat}
    if field.shape in ("many", "stops"):
        return {field.name: list(given)}
    if field.shape == "number":
        return {field.name: _number(field.name, text)}
    own = _READ.get(field.shape)
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


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.replace("｜", "|").split("|")]


def _sources(text: str) -> list[dict[str, str]]:
    """Return sources written one a line: publisher | date | address."""
    made = []
    for line in _lines(text):
        parts = _parts(line)
        if len(parts) > 3:  # noqa: PLR2004 - publisher, date, address
            raise InvalidParameterError("sources", line, "PUBLISHER | DATE | URL", rule="source")
        publisher, date, url = [*parts, "", ""][:3]
        made.append({"publisher": publisher, "date": date, "url": url})
    return made


def _place_of(text: str) -> Record | None:
    """Return a place written as Chinese name | English name | coordinates (WGS-84)."""
    if not text:
        return None
    parts = _parts(text)
    if len(parts) != 3:  # noqa: PLR2004 - two names, coordinates
        raise InvalidParameterError("start", text, "ZH | EN | LON, LAT", rule="place_line")
    lon, lat = read_position(parts[2], "wgs84")
    return {"name_zh": parts[0], "name_en": parts[1], "lon": lon, "lat": lat}


def _moment(text: str) -> str:
    """Return a moment as a browser's field sends it (2026-11-28T09:00) with its zone."""
    return text and text.removesuffix(ZONE) + ZONE


_READ: Mapping[Shape, Callable[[str], object]] = MappingProxyType(
    {"lines": _lines, "sources": _sources, "place": _place_of, "moment": _moment}
)
