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

from geo.messages import Lang, Value, name_in
from geo.models import TIME_ZONE

LANGS: tuple[Lang, ...] = ("zh", "en")
HTML_LANG: Mapping[Lang, str] = MappingProxyType({"zh": "zh-CN", "en": "en"})
"""The BCP 47 tag a page carries for each language."""

PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}")
EN_DASH = "\u2013"


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

    def duration(self, seconds: float) -> str:
        """Return a duration in hours and whole minutes."""
        minutes = max(1, round(seconds / 60)) if seconds > 0 else 0
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self("figure.minutes", minutes=rest)
        if not rest:
            return self("figure.hours", hours=hours)
        return self("figure.hours-minutes", hours=hours, minutes=rest)

    def distance(self, metres: float, *, about: bool = False) -> str:
        """Return a length: metres to the nearest 10 below 1 km, else kilometres.

        Parameters
        ----------
        metres
            The length.
        about
            Whether it rests on the schematic network: then it is rounded to what that network
            knows (100 m below 10 km, 1 km above) and marked ≈.
        """
        text = self._kilometres(metres, coarse=about) if metres >= 995 or about else None  # noqa: PLR2004
        text = text or self("figure.metres", value=round(metres, -1 if metres > 50 else 0))  # noqa: PLR2004
        return self("figure.about", value=text) if about else text

    def _kilometres(self, metres: float, *, coarse: bool) -> str | None:
        """Return kilometres with one decimal below 10, none above; None below 1 when coarse."""
        if coarse and metres < 950:  # noqa: PLR2004 - it would round to 0.9 km; say 900 m
            return self("figure.metres", value=max(50, round(metres / 50) * 50))
        value = f"{metres / 1000:.1f}" if metres < 9950 else f"{metres / 1000:.0f}"  # noqa: PLR2004
        return self("figure.kilometres", value=value)


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
