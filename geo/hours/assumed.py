"""The hours a plan assumes where nobody recorded any: by kind of place, and always said to be so.

They are this project's assumption about a kind, not a fact about a place: nothing but a plan uses
them, and whoever asks whether a site is open is told that it is not known (`geo.known`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from geo.models import Site

ALWAYS = "24/7"
INDOORS = "09:00-16:30"
"""The winter hours of both museums of the catalogue whose hours are known; closing days are not
assumed, for nobody knows which."""
GROUNDS = "08:00-17:00"
"""Daylight in winter: gates of cemeteries and parks."""

BY_CATEGORY: Mapping[str, str] = MappingProxyType(
    {
        "martyrs_cemetery": GROUNDS,
        "memorial_park": GROUNDS,
        "memorial_square": ALWAYS,
        "battlefield": ALWAYS,
        "village": ALWAYS,
    }
)
"""Where a kind is not named: `INDOORS`."""
BASIS = "assumed"
"""`hours_basis` of a site with such hours."""


def assumed_hours(site: Site) -> str:
    """Return the hours assumed of a site as an opening_hours text; in the open air: always."""
    return ALWAYS if site.indoor == "no" else BY_CATEGORY.get(site.category, INDOORS)


def with_assumed_hours(site: Site) -> Site:
    """Return a site with hours: its own, else those assumed, with `BASIS` as their basis."""
    if site.opening_hours:
        return site
    return replace(site, opening_hours=assumed_hours(site), hours_basis=BASIS)


def is_assumed(site: Site) -> bool:
    """Return whether the hours of a site are assumed."""
    return site.hours_basis == BASIS
