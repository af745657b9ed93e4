"""Values of records as cells of a table, and back, without loss.

Lists stand in a cell as in the shipped facts (`a|b`, sources as `publisher|date|url ; …`); where a
member holds such a sign itself, as JSON.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from geo.columns import Column
from geo.districts import district_of
from geo.errors import InvalidParameterError

from .tables import Cell

Vocabulary = Mapping[str, Mapping[str, str]]
"""Words people use for the values of a column, by column: 纪念馆 → memorial_hall."""

SOURCE_PARTS = ("publisher", "date", "url")
_BETWEEN = re.compile(r"[|｜;；、\n]")
_BETWEEN_SOURCES = re.compile(r"\s*;\s+|\s+;\s*|；|\n")
_YUAN = re.compile(
    r"(?:CNY|RMB|¥|￥)?\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:元|yuan)?(?:/人)?", re.IGNORECASE
)
_MOST = 1e15


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
    return cell if isinstance(cell, str) else repr(cell) if isinstance(cell, float) else str(cell)


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
    return [words.get(one.casefold(), one) for one in _split(text)]


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
