"""What of a site or a route can be found by its text, and how much each part counts."""

from __future__ import annotations

from collections.abc import Sequence

from .districts import district_of
from .models import Collection, Route, Site
from .search import Document

_NAME, _ALIAS, _DISTRICT, _STOP, _COLLECTION, _ADDRESS, _SUMMARY = (
    1.0,
    0.9,
    0.45,
    0.4,
    0.4,
    0.35,
    0.3,
)


def site_document(site: Site) -> Document:
    """Return what a site is found by: names, aliases, id; less: district, address, summary."""
    district = district_of(site.district)
    others = tuple((other, _DISTRICT) for other in district.others)
    return Document(
        site.id,
        chinese=(
            (site.name_zh, _NAME),
            *((alias, _ALIAS) for alias in site.aliases),
            (district.name_zh, _DISTRICT),
            *others,
            (site.address, _ADDRESS),
            (site.summary_zh, _SUMMARY),
        ),
        english=(
            (site.name_en, _NAME),
            (site.id.replace("-", " "), _ALIAS),
            (district.name_en, _DISTRICT),
            (site.summary_en, _SUMMARY),
        ),
    )


def route_document(route: Route, stops: Sequence[Site], collection: Collection) -> Document:
    """Return what a route is found by: name, theme; less: its stops, its collection, its text."""
    return Document(
        route.id,
        chinese=(
            (route.name_zh, _NAME),
            (route.theme_zh, _ALIAS),
            (collection.name_zh, _COLLECTION),
            (route.description_zh, _SUMMARY),
            *((stop.name_zh, _STOP) for stop in stops),
            *((alias, _STOP) for stop in stops for alias in stop.aliases),
        ),
        english=(
            (route.name_en, _NAME),
            (route.theme_en, _ALIAS),
            (collection.name_en, _COLLECTION),
            (route.description_en, _SUMMARY),
            *((stop.name_en, _STOP) for stop in stops),
        ),
    )
