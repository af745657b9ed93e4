"""Positions by name: towns, districts, starts of routes, sites, landmarks; for forms and sheets.

No register of schools is shipped, so a school is placed by what stands near it. A name is taken
only where it is plain what is meant; what is merely like it is offered, never chosen.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo.catalogue import Catalogue
from geo.crs import Datum, from_datum
from geo.errors import InvalidParameterError
from geo.messages import Notice
from geo.models import LonLat, Site
from geo.queries import SiteQuery
from geo.search import normalise

from .state import backbone
from .web.texts import Texts

MOST_OFFERED = 5
DISTRICT_M = 5000.0
"""How far from the middle of a district a school of it may well lie: said, never hidden."""
TOWN_M = 1000.0
"""From here on a place is the middle of a town or district, not a house."""
DRAWN_M = 500.0
"""How far from the point drawn for a landmark its gate may be; its file does not say."""
LONGITUDES, LATITUDES = (73.0, 136.0), (18.0, 54.0)
"""Of China: two numbers in either order are told apart by them."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_AROUND = re.compile(
    r"geo:|longitude|latitude|lon|lat|lng|东经|北纬|经度|纬度|[neNE°:=,;，；、\s()\[\]]"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A place that was found by its name; `accuracy_m` is how exactly it is known."""

    name_zh: str
    name_en: str
    lon: float
    lat: float
    accuracy_m: float = 0.0

    @property
    def text(self) -> str:
        """Its position as an address says it."""
        return f"{self.lon:.9g},{self.lat:.9g}"

    @property
    def notice(self) -> Notice:
        """What whoever typed the name is told."""
        code = "trip-placed-near" if self.accuracy_m >= TOWN_M else "trip-placed"
        names = {"name_zh": self.name_zh, "name_en": self.name_en}
        values = {**names, "lon": f"{self.lon:.4f}", "lat": f"{self.lat:.4f}"}
        return Notice(code, "info", values)


def place_called(parameter: str, name: str, catalogue: Catalogue) -> Found:
    """Return the town, district, station, site or landmark that a name means.

    Raises
    ------
    InvalidParameterError
        Nothing of that name is known, or several are; `near` names what may be meant.
    """
    wanted = _solid(name)
    known = tuple(known_places(catalogue))
    exact = [one for one in known if wanted in (_solid(one.name_zh), _solid(one.name_en))]
    if exact:
        return exact[0]
    if site := _site_by_name(wanted, _placed_sites(catalogue)):
        return _found(site)
    holding, drawn = _holding(wanted, known), _holding(wanted, _drawn_places())
    for one in drawn if not holding else ():
        if wanted in (_solid(one.name_zh), _solid(one.name_en)):
            return one
    if len({(one.lon, one.lat) for one in holding}) == 1:
        return holding[0]
    like = catalogue.sites_by_id(catalogue.select_sites(SiteQuery(q=name)).index)
    offered = _offered((*holding, *drawn, *like))
    rule = "near_several" if holding else "near_like" if offered["near"] else "near"
    raise InvalidParameterError(parameter, name, "a place that is known here", rule=rule, **offered)


def _holding(wanted: str, places: Iterable[Found]) -> list[Found]:
    """Return the places that have these words in their name."""
    return [one for one in places if wanted and wanted in _solid(one.name_zh + one.name_en)]


def known_places(catalogue: Catalogue) -> Iterator[Found]:
    """Yield every place that has a name: starts of routes, towns, sites, districts."""
    for route in catalogue.all_routes:
        if route.start:
            yield Found(route.start.name_zh, route.start.name_en, route.start.lon, route.start.lat)
    for row in catalogue.places.itertuples():
        spot = (float(row.geometry.x), float(row.geometry.y))
        yield Found(str(row.name_zh), str(row.name_en), *spot, float(row.accuracy_m))
    yield from map(_found, _placed_sites(catalogue))
    for row in catalogue.districts.itertuples():
        middle = row.geometry.representative_point()
        spot = (round(middle.x, 4), round(middle.y, 4))
        yield Found(str(row.Index), str(row.name_en), *spot, DISTRICT_M)


@cache
def _drawn_places() -> tuple[Found, ...]:
    """Return what has a name on the shipped roads: landmarks, then crossings ("湖南路/中山路").

    A road by itself is no place: of its crossings one is to be chosen.
    """
    rows = [row for row in _rows("nodes.csv") if row["name_zh"]]
    roads = {row["name_zh"]: row["name_en"] for row in _rows("roads.csv") if row["name_en"]}
    return tuple(
        Found(
            row["name_zh"],
            row["name_en"] or _crossing_en(row["name_zh"], roads),
            float(row["lon"]),
            float(row["lat"]),
            DRAWN_M,
        )
        for kind in ("landmark", "junction")
        for row in rows
        if row["kind"] == kind and (kind == "landmark" or "/" in row["name_zh"])
    )


def _rows(name: str) -> list[dict[str, str]]:
    with backbone().joinpath(name).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _crossing_en(name_zh: str, roads: Mapping[str, str]) -> str:
    """Return the English names of the roads that cross; empty where one of them has none."""
    found = [roads.get(road, "") for road in name_zh.split("/")]
    return " / ".join(found) if all(found) else ""


def _placed_sites(catalogue: Catalogue) -> list[Site]:
    """Return the sites that are known more exactly than to an area."""
    return [site for site in catalogue.all_sites if not site.is_area]


def _found(site: Site) -> Found:
    return Found(site.name_zh, site.name_en, site.lon, site.lat, min(site.accuracy_m, 999.0))


def place_names(catalogue: Catalogue, texts: Texts) -> tuple[str, ...]:
    """Return the name of every place that has one, each once."""
    landmarks = (one for one in _drawn_places() if "/" not in one.name_zh)
    places = (*known_places(catalogue), *landmarks)
    return tuple(dict.fromkeys(texts.name(one) for one in places))


def site_called(parameter: str, name: str, catalogue: Catalogue) -> str:
    """Return the id of the site that an id or a name means.

    Raises
    ------
    InvalidParameterError
        No site is called so, or several are; `near` names what may be meant.
    """
    if name in catalogue.sites.index:
        return name
    sites = catalogue.all_sites
    if site := _site_by_name(_solid(name), sites):
        return site.id
    offered = _offered(catalogue.sites_by_id(catalogue.select_sites(SiteQuery(q=name)).index))
    rule = "site_like" if offered["near"] else "site_name"
    raise InvalidParameterError(parameter, name, "the name or id of a site", rule=rule, **offered)


def _site_by_name(wanted: str, sites: Sequence[Site]) -> Site | None:
    """Return the one site that is called so, in full or, if it is the only one, in part."""
    for site in sites:
        names = (site.name_zh, site.name_en, *site.aliases)
        if wanted and wanted in map(_solid, names):
            return site
    holding = [one for one in sites if wanted and wanted in _solid(one.name_zh + one.name_en)]
    return holding[0] if len(holding) == 1 else None


def _offered(things: Iterable[Found | Site]) -> dict[str, Any]:
    """Return names that may be meant, as an error tells them: in Chinese and in English."""
    names: dict[str, str] = {}
    for one in things:
        names.setdefault(one.name_zh, one.name_en or one.name_zh)
    zh, en = list(names)[:MOST_OFFERED], list(names.values())[:MOST_OFFERED]
    return {"near": zh, "near_en": en, "limits": {"names_zh": zh, "names_en": en}}


def _solid(text: str) -> str:
    return normalise(text).replace(" ", "")


def read_position(parameter: str, text: str, datum: Datum = "wgs84") -> LonLat:
    """Return a position as people paste it: in either order, with or without words and degrees.

    Raises
    ------
    InvalidParameterError
        It is not two numbers of degrees.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    numbers = [float(part) for part in _NUMBER.findall(plain)]
    rest = _AROUND.sub("", _NUMBER.sub("", plain))
    if len(numbers) != 2 or rest:  # noqa: PLR2004 - lon and lat
        raise InvalidParameterError(
            parameter, text, "lon,lat in degrees, e.g. 120.3125,36.0645", rule="lonlat"
        )
    lon, lat = numbers
    if not _within(lon, LONGITUDES) and _within(lon, LATITUDES) and _within(lat, LONGITUDES):
        lon, lat = lat, lon
    if datum == "wgs84" or not (_within(lon, LONGITUDES) and _within(lat, LATITUDES)):
        return lon, lat
    moved = from_datum(datum, [lon], [lat])
    return round(float(moved[0][0]), 6), round(float(moved[1][0]), 6)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
