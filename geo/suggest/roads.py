"""Sites tied to their roads, those with no road near left out."""

from __future__ import annotations

from collections.abc import Iterable

from geo.errors import OffNetworkError
from geo.models import Mode, Site
from geo.router import Position, Router, Snap


def snapped(router: Router, sites: Iterable[Site], mode: Mode) -> tuple[list[Site], list[Snap]]:
    """Return the sites that have a road near, and where."""
    kept: list[Site] = []
    snaps: list[Snap] = []
    for site in sites:
        position = Position(site.id, site.lon, site.lat, site.accuracy_m)
        try:
            snaps += router.snap([position], mode)
        except OffNetworkError:
            continue
        kept.append(site)
    return kept, snaps
