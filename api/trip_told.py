"""What is told of a wish for a trip: each fault with its field, in whatever language is asked for.

The values hold no text: a sheet's ledger keeps them, so that a summary can be written in another
language later, and a form says the same with the labels it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from geo.errors import HeritageError
from geo.faults import every_fault
from geo.messages import Notice

from .web.texts import Texts

FIELD_OF_RULE: Mapping[str, str] = MappingProxyType(
    {
        "back_by": "back_by",
        "lunch_to": "lunch_to",
        "lodging": "lodging",
        "needs_coach": "transport",
        "turns_on_one_day": "classes",
        "capacity_of_a_class": "capacity",
        "no_stop_or_theme": "stops",
    }
)
"""Where a form shows a fault that is about several fields."""
FIELD_OF_CODE: Mapping[str, str] = MappingProxyType(
    {"unknown-site": "stops", "too-many-stops": "stops", "unknown-route": "route"}
)
FIELD_OF_PARAMETER: Mapping[str, str] = MappingProxyType({"prompts": "ask", "parts": "omit"})
LABELS: Mapping[str, str] = MappingProxyType({"title": "trip.own-title", "stops": "trip.sites"})
"""Texts of labels that are not called as their field is."""
WORDS_OF: Mapping[str, str] = MappingProxyType({"theme": "theme", "omit": "pack.part"})


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to be told, and the site it is about (empty: the trip)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    site: str = ""

    def text(self, texts: Texts, names: Mapping[str, str]) -> str:
        """Return it in a language; `names` are those of the sites by id."""
        said = Notice(self.code, values=self.values).text(texts)
        if not self.site:
            return said
        return texts("trip.about", name=names.get(self.site, self.site), said=said)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault: the name of the field it belongs to (empty: none), what was got, which problem."""

    name: str
    got: str
    code: str
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, texts: Texts) -> str:
        """Return what is wrong, to stand beside the field."""
        rule = f"fault.{self.data.get('rule')}"
        if not texts.has(rule):
            from .errors import Problem  # noqa: PLC0415 - fastapi, only where it is said

            document = Problem(422, self.code, self.detail, self.data).document(texts)
            return str(document["detail"])
        limits = texts.spoken(self.data.get("limits", {}))
        if "allowed" in limits:
            words = (self._word(one.strip(), texts) for one in limits["allowed"].split(","))
            limits["allowed"] = texts("page.plan.road-separator").join(words)
        return texts(rule, **limits)

    def line(self, texts: Texts, label: Callable[[str, Texts], str]) -> str:
        """Return the fault with its field and what was got."""
        said = self.sentence(texts)
        if not self.name:
            return said
        values = {"label": label(self.name, texts), "got": self.got, "wrong": said}
        return texts("trip.wrong" if self.got else "trip.wrong-empty", **values)

    def _word(self, value: str, texts: Texts) -> str:
        return texts.word(WORDS_OF.get(self.name, f"trip.{self.name}"), value)


def wrong_of(error: HeritageError) -> tuple[Wrong, ...]:
    """Return every fault behind an error, each with its field."""
    return tuple(map(_wrong, every_fault(error)))


def _wrong(error: HeritageError) -> Wrong:
    data = dict(error.data)
    parameter = str(data.get("parameter", "")).partition(".")[0]
    name = (
        FIELD_OF_PARAMETER.get(parameter, parameter)
        or FIELD_OF_RULE.get(str(data.get("rule")), "")
        or FIELD_OF_CODE.get(error.code, "")
    )
    return Wrong(name, str(data.get("got") or ""), error.code, error.message, data)


def label_of(name: str, texts: Texts) -> str:
    """Return the label of a field as the form shows it."""
    key = LABELS.get(name, f"trip.{name}")
    return texts(key) if texts.has(key) else name
