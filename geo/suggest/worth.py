"""What a visit to a site counts for when not all fit: points, each with its reason.

The points are this project's own weighting, not a ranking anybody published (docs/suggestions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from geo.models import Site

Reason = Literal["base", "titles", "sources", "theme", "period", "approximate"]

BASE = 10.0
TITLE_POINTS = ((("国家级", "全国"), 6.0), (("山东省", "省级"), 4.0))
"""Words in the record's titles that say who gave them; any other title counts `LOCAL_TITLE`."""

LOCAL_TITLE = 2.0
GRADE_POINTS = {"A": 3.0, "B": 2.0, "C": 1.0}
"""How surely the site's own sources name it; grade D adds nothing."""

WANTED = 10.0
"""For a theme, and again for a period, that was asked for: as much as another visit."""

APPROXIMATE = 0.5
"""What remains of the points where only the area is known."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Points of one site and what they are made of."""

    site_id: str
    points: float
    parts: tuple[tuple[Reason, float], ...]


def worth_of(
    site: Site,
    *,
    themes: Sequence[str] = (),
    period_from: int | None = None,
    period_to: int | None = None,
) -> Worth:
    """Return what a visit counts for, to somebody who prefers these themes and years."""
    parts: list[tuple[Reason, float]] = [
        ("base", BASE),
        ("titles", _titles(site.honours)),
        ("sources", GRADE_POINTS.get(site.grade, 0.0)),
    ]
    if set(themes) & set(site.themes):
        parts.append(("theme", WANTED))
    asked = period_from is not None or period_to is not None
    if asked and _overlaps(site, period_from, period_to):
        parts.append(("period", WANTED))
    points = sum(value for _, value in parts)
    if site.is_area:
        parts.append(("approximate", points * (APPROXIMATE - 1)))
        points *= APPROXIMATE
    return Worth(site.id, points, tuple((name, value) for name, value in parts if value))


def _titles(honours: str) -> float:
    """Return the points of the highest title."""
    for words, points in TITLE_POINTS:
        if any(word in honours for word in words):
            return points
    return LOCAL_TITLE if honours else 0.0


def _overlaps(site: Site, first: int | None, last: int | None) -> bool:
    """Whether the years known of a site touch those asked for; none known: they do not."""
    begins = site.period_from if site.period_from is not None else site.period_to
    ends = site.period_to if site.period_to is not None else site.period_from
    if begins is None or ends is None:
        return False
    return (last is None or begins <= last) and (first is None or ends >= first)
