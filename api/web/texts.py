"""The message catalogue: one flat JSON file a language, read by pages, maps, exports and errors.

A text holds `{name}` for a value and `{name|one|other}` for a word that follows a number
(`{count} {count|site|sites}`). Nothing else in braces is read, and a value is never read as a
text, so a name of a site with braces in it is only a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from geo.messages import Lang, Value, name_in
from geo.models import TIME_ZONE, Fidelity, Mode

LANGS: tuple[Lang, ...] = ("zh", "en")
HTML_LANG: Mapping[Lang, str] = MappingProxyType({"zh": "zh-CN", "en": "en"})
"""The BCP 47 tag a page carries for each language."""

HAN = re.compile("[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, and its habits of writing figures.

    Implements `geo.messages.Messages`.

    Parameters
    ----------
    lang
        The language.
    table
        Text by key.
    """

    lang: Lang
    table: Mapping[str, str]

    @staticmethod
    def for_lang(lang: Lang) -> Texts:
        """Return the shipped texts of a language (read once)."""
        return _read(lang)

    def __call__(self, key: str, /, **values: Value) -> str:
        """Return the text of `key`, its placeholders filled.

        Raises
        ------
        KeyError
            The catalogue has no such key, or the text asks for a value that was not given.
        """
        return fill(self.table[key], values)

    def has(self, key: str) -> bool:
        """Return whether the catalogue holds `key`."""
        return key in self.table

    def word(self, group: str, value: str) -> str:
        """Return the text at `group.value`, or the value itself where the catalogue has none.

        For words that come from data (a category, a district): staff may add one before its
        translation exists, and a page shows it as it is.
        """
        return self.table.get(f"{group}.{value}", value)

    def name(self, thing: object) -> str:
        """Return the name of anything that has `name_zh` and `name_en`."""
        return name_in(self.lang, getattr(thing, "name_zh", ""), getattr(thing, "name_en", ""))

    def spoken(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values, a list `x_zh` and `x_en` also as `x`: written out in this language."""
        between, ending = self("page.plan.road-separator"), f"_{self.lang}"
        own = {
            name.removesuffix(ending): between.join(value)
            for name, value in values.items()
            if name.endswith(ending) and isinstance(value, list)
        }
        return {**values, **own}

    def date(self, day: date, *, weekday: bool = True) -> str:
        """Return a date as it is written: 2026年11月28日（星期六） / Saturday, 28 November 2026."""
        return self(
            "figure.date-weekday" if weekday else "figure.date",
            year=day.year,
            month=day.month,
            day=day.day,
            month_name=self(f"month.{day.month}"),
            weekday=self(f"weekday.{day.isoweekday()}"),
        )

    def clock(self, moment: datetime) -> str:
        """Return the time of day in Qingdao, 24 hours, as both languages' timetables write it."""
        return moment.astimezone(TIME_ZONE).strftime("%H:%M")

    def moment(self, moment: datetime) -> str:
        """Return a date and a time of day in Qingdao."""
        day = self.date(moment.astimezone(TIME_ZONE).date(), weekday=False)
        return f"{day} {self.clock(moment)}"

    def duration(self, seconds: float) -> str:
        """Return a duration in hours and whole minutes."""
        from geo.exchange.figures import say_duration  # noqa: PLC0415 - `redtrails --help`

        return say_duration(seconds, self)

    def distance(self, metres: float, mode: Mode = "walk", fidelity: Fidelity = "street") -> str:
        """Return a length no more exactly than it is known (`geo.exchange.figures`)."""
        from geo.exchange.figures import say_length  # noqa: PLC0415 - must not load geopandas

        return say_length(metres, mode, fidelity, self)

    def pick(self, text_zh: str, text_en: str) -> str:
        """Return the text in this language, else the one there is."""
        return name_in(self.lang, text_zh, text_en)


def is_chinese(text: str) -> bool:
    """Return whether a text holds Chinese characters."""
    return HAN.search(text) is not None


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return `text` with its placeholders filled.

    Raises
    ------
    KeyError
        A placeholder has no value.
    """

    def one(match: re.Match[str]) -> str:
        value = values[match[1]]
        if match[2] is None:
            return "" if value is None else str(value)
        return match[2] if value == 1 else match[3]

    return PLACEHOLDER.sub(one, text)


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the values a text asks for."""
    return frozenset(match[1] for match in PLACEHOLDER.finditer(text))


@cache
def _read(lang: Lang) -> Texts:
    """Read the shipped texts of one language."""
    path = files("api.web") / "locales" / f"{lang}.json"
    return Texts(lang, MappingProxyType(json.loads(path.read_text("utf-8"))))
