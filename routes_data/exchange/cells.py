"""Values of records as cells of a table, and back, without loss.

Lists stand in a cell as in the shipped facts (`a|b`, sources as `publisher|date|url ; …`); where a
member holds such a sign itself, as JSON.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from geo.columns import Column
from geo.districts import district_of
from geo.errors import InvalidParameterError
from geo.positions import read_position

from .tables import Cell

Vocabulary = Mapping[str, Mapping[str, str]]
"""Words people use for the values of a column, by column: 纪念馆 → memorial_hall."""

SOURCE_PARTS = ("publisher", "date", "url")
_BETWEEN = re.compile(r"[|｜;；、\n]")
_BETWEEN_NAMES = re.compile(r"[|｜\n]")
_BETWEEN_SOURCES = re.compile(r"\s*;\s+|\s+;\s*|；|\n")
_YUAN = re.compile(
    r"(?:CNY|RMB|¥|￥)?\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:元|yuan)?(?:/人)?", re.IGNORECASE
)
_MOST = 1e15
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"[T\s]*(\d{1,2})[:：](\d\d)(?:[:：](\d\d))?(?:\s*\+08:?00)?")
_PLACE_PARTS = 3  # name in Chinese, name in English, longitude and latitude


def write_cell(value: object) -> Cell:
    """Return a value as a cell."""
    if isinstance(value, list | tuple):
        return _list_cell(list(value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str | int | float) else None


def _list_cell(values: list[object]) -> str:
    if all(isinstance(one, str) for one in values):
        text = "|".join(map(str, values))
        plain = _split(text) == values
    elif all(isinstance(one, Mapping) and tuple(one) == SOURCE_PARTS for one in values):
        parts = [[str(one[name]) for name in SOURCE_PARTS] for one in values]  # type: ignore[index]
        text = " ; ".join("|".join(one) for one in parts)
        plain = _sources(text) == values
    else:
        plain, text = False, ""
    return text if plain else json.dumps(values, ensure_ascii=False)


def read_cell(column: Column, cell: Cell, words: Vocabulary) -> object:
    """Return the value a cell holds, as its column wants it; what cannot be read stays as it is.

    The checks of the column tell what is wrong with it, with all other faults of the row.
    """
    if column.dtype in {"Int64", "int64", "float64"}:
        return _number(cell, whole=column.dtype != "float64")
    text = _text(cell)
    if column.name in _READ:
        return _READ[column.name](text)
    if column.dtype == "object":
        return _list(column.name, text, words.get(column.name, {}))
    if column.name == "district":
        return _district(text)
    said = words.get(column.name, {}).get(text.casefold(), text)
    if column.name == "ticket" and (price := _YUAN.fullmatch(said)):
        return f"CNY {price[1]}"
    return said


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n")  # as a spreadsheet ends the lines within a cell
    return repr(cell) if isinstance(cell, float) else str(cell)


def _day(text: str) -> str:
    """Return a day as records have it; what is none stays, for the check of its column."""
    found = _DAY.fullmatch(text)
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else text


def _moment(text: str) -> str:
    """Return a moment in Qingdao as records have it; what is none, a bare day too, stays."""
    day = _DAY.match(text)
    clock = _CLOCK.fullmatch(text, day.end()) if day else None
    if day is None or clock is None:
        return text
    hour, minute, second = clock.groups()
    seconds = f":{second}" if second and second != "00" else ""
    return f"{_day(day[0])}T{hour:0>2}:{minute}{seconds}+08:00"


def _place(text: str) -> object:
    """Return a place written as JSON, or as names and degrees of WGS-84 with | between."""
    if not text:
        return None
    if text.startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    parts = [part.strip() for part in text.replace("｜", "|").split("|")]
    if len(parts) != _PLACE_PARTS:
        return text
    try:
        lon, lat = read_position(parts[2], "wgs84")
    except InvalidParameterError:
        return text
    return {"name_zh": parts[0], "name_en": parts[1], "lon": lon, "lat": lat}


_READ: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "start": _place,
        **dict.fromkeys(("starts", "ends"), _moment),
        **dict.fromkeys(("date_from", "date_to", "recorded"), _day),
    }
)
"""Columns that are written in ways of their own."""


def _number(cell: Cell, *, whole: bool) -> object:
    if cell is None or isinstance(cell, int):
        return cell if whole or cell is None else float(cell)
    if isinstance(cell, float):
        return int(cell) if whole and cell.is_integer() else cell
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    try:
        number = float(text.replace("−", "-"))
    except ValueError:
        return cell
    if not abs(number) < _MOST:
        return cell
    return int(number) if whole and number.is_integer() else number


def _list(name: str, text: str, words: Mapping[str, str]) -> object:
    if not text:
        return []
    if text.startswith("["):
        try:
            made = json.loads(text)
        except (ValueError, RecursionError):
            made = None
        if isinstance(made, list):
            return made
    if name == "sources":
        return _sources(text)
    # A name may hold a sign that parts others: 中共即东县委、县政府旧址.
    wholes = [part.strip() for part in _BETWEEN_NAMES.split(text) if part.strip()]
    return [
        words.get(one.casefold(), one)
        for whole in wholes
        for one in ([whole] if whole.casefold() in words else _split(whole))
    ]


def _split(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _sources(text: str) -> list[object]:
    return [_source(one.strip()) for one in _BETWEEN_SOURCES.split(text) if one.strip()]


def _source(text: str) -> object:
    parts = [part.strip() for part in text.replace("｜", "|").split("|")]
    if len(parts) > len(SOURCE_PARTS):
        return text
    filled: Sequence[str] = [*parts, "", ""][: len(SOURCE_PARTS)]
    return dict(zip(SOURCE_PARTS, filled, strict=True))


def _district(text: str) -> str:
    short = text.removeprefix("山东省").removeprefix("青岛市")
    try:
        return district_of(short or text).name_zh
    except InvalidParameterError:
        return text
