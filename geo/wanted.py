"""What a cell should have held, or held, in English that knows its rule, for other languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

WANTED: Mapping[str, str] = MappingProxyType(
    {
        "after": "{column} ({first}) or later",
        "column": "a known column",
        "date": "a date as YYYY, YYYY-MM or YYYY-MM-DD, or empty",
        "day": "a day as YYYY-MM-DD",
        "hours": "OSM opening_hours syntax, or empty where unknown",
        "few": "{count} in the list",
        "id": "lower-case ASCII letters, digits and single hyphens, at most {longest}",
        "least": "at least {least}",
        "link": "an http or https address, or empty",
        "list": "a list",
        "moment": "a moment as YYYY-MM-DDThh:mm+08:00",
        "member": "{column}: {got}",
        "needed-by": "{kind}/{id} needs it",
        "no-blanks": "text without blanks around it",
        "no-controls": "text without control characters ({sign} at {at})",
        "not-empty": "text that is not empty",
        "nothing": "nothing",
        "number": "a number from {low} to {high}",
        "object": "an object",
        "official": "a value: the route is official",
        "once": "no member twice",
        "one-of": "one of {allowed}",
        "phone": "digits, blanks and + ( ) / ; , -",
        "published": "the id of a published record of {kind}",
        "short": "at most {longest} characters (has {count})",
        "stop": "an index below {count} stops",
        "text": "text",
        "ticket": "free, unknown or CNY n",
        "unneeded": "nothing needs it",
        "value": "a value",
        "whole": "a whole number from {low} to {high}",
    }
)
"""The text of each rule in English; `wanted.*` has them in the language of a page."""


class Wanted(str):
    """A text of `WANTED` that knows its rule and the values in it.

    Machines and logs read the text; a page says the rule in its own language.
    """

    __slots__ = ("rule", "values")
    rule: str
    values: Mapping[str, str | int]

    @classmethod
    def of(cls, rule: str, **values: str | int) -> Self:
        """Return the text of a rule with its values in it."""
        made = cls(WANTED[rule].format(**values))
        made.rule, made.values = rule, values
        return made
