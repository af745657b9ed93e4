"""The small form beside a trip that keeps it, or saves it in the place of the one that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .trip_form import Asked

NOT_KEPT = frozenset({"was", "number", "level", "edit", "edition"})
"""Fields of the form that say how a trip is looked at, not what it is."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Why a change was not saved; `newest` leads to the version somebody else saved meanwhile."""

    status: int
    problem: Mapping[str, Any]
    newest: str = ""


@dataclass(frozen=True, slots=True)
class KeepForm:
    """What the form sends: the trip as it would stand in an address, and which kept trip it is."""

    query: str
    trip_id: str
    edition: str
    problem: Mapping[str, Any] | None
    newest: str


def keep_form(asked: Asked, unsaved: Unsaved | None) -> KeepForm:
    """Return the form that keeps what was asked for."""
    said = {name: value for name, value in asked.query().items() if value and name not in NOT_KEPT}
    return KeepForm(
        query=urlencode(said, safe=",:"),
        trip_id=asked.edit,
        edition=asked["edition"],
        problem=unsaved.problem if unsaved else None,
        newest=unsaved.newest if unsaved else "",
    )
