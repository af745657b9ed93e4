"""Positions by name: towns, where routes start, sites; what a form or a sheet may say of a school.

No register of schools is shipped, so a school is placed by what stands near it.
"""

from __future__ import annotations

from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from geo.frames import routes_of, sites_of
from geo.queries import SiteQuery

from .web.texts import Texts


def place_called(name: str, catalogue: Catalogue, texts: Texts) -> tuple[float, float]:
    """Return the position of a town, a station or a site by its name, whole or in part.

    Raises
    ------
    InvalidParameterError
        Nothing of that name is known.
    """
    known = place_names(catalogue, texts)
    exact = known.get(name)
    inside = next((spot for called, spot in known.items() if name in called), None)
    if spot := exact or inside:
        return spot
    if found := sites_of(catalogue.select_sites(SiteQuery(q=name))):
        return found[0].lon, found[0].lat
    raise InvalidParameterError("near", name, "a place that is known here", rule="near")


def place_names(catalogue: Catalogue, texts: Texts) -> dict[str, tuple[float, float]]:
    """Return every place that has a name and a position that is more than an area."""
    named: dict[str, tuple[float, float]] = {}
    for route in routes_of(catalogue.routes):
        if route.start:
            named.setdefault(texts.name(route.start), (route.start.lon, route.start.lat))
    for row in catalogue.places.itertuples():
        named.setdefault(texts.name(row), (float(row.geometry.x), float(row.geometry.y)))
    for site in sites_of(catalogue.sites):
        if not site.is_area:
            named.setdefault(texts.name(site), (site.lon, site.lat))
    return named
