"""A small city for tests of the maps: two districts, five roads, sites sure and unsure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from planner_world import make_site
from shapely.geometry import LineString, Point, box

from geo.messages import Lang, Value
from geo.models import TIME_ZONE, Day, Itinerary, Leg, NetworkInfo, Road, Route, Site, Span, Stop

ROOT = Path(__file__).resolve().parents[1]
NETWORK = NetworkInfo(
    "schematic", "schematic", "2026-11", "MIT", "Red Trails", (("walk", 0.06), ("drive", 0.06))
)
HOSTILE = (
    "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
    "`${window.hacked=1}`\\\"'&<!--\u202e\u2028."
)
"""Text that breaks out of scripts, templates, attributes and elements wherever it can."""


class RealTexts:
    """The shipped texts of one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        path = ROOT / "api" / "web" / "locales" / f"{lang}.json"
        self._texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))

    @property
    def lang(self) -> Lang:
        return self._lang

    def __call__(self, key: str, /, **values: Value) -> str:
        return self._texts[key].format(**values)


def districts() -> gpd.GeoDataFrame:
    """Return two districts side by side, 18 km × 22 km each; the sea lies south of 36.0."""
    names = ["市南区", "崂山区"]
    shapes = [box(120.2, 36.0, 120.4, 36.2), box(120.4, 36.0, 120.6, 36.2)]
    return gpd.GeoDataFrame({"name_zh": names}, index=names, geometry=shapes, crs="EPSG:4326")


def roads() -> gpd.GeoDataFrame:
    """Return five roads, one of them along the beach outside the district, one a sea bridge."""
    rows = [
        ("胶州路", "Jiaozhou Road", "primary", "", [(120.22, 36.1), (120.58, 36.1)]),
        ("海边路", "Seaside Road", "residential", "", [(120.3, 35.995), (120.32, 35.995)]),
        ("大桥", "Sea Bridge", "motorway", "bridge", [(120.5, 36.0), (120.5, 35.8)]),
        ("步行街", "Walking Street", "footway", "", [(120.3, 36.05), (120.31, 36.05)]),
        ("", "", "tertiary", "", [(120.3, 36.02), (120.3, 36.1)]),
    ]
    columns = ["name_zh", "name_en", "highway", "structure"]
    data = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    lines = [LineString(row[4]) for row in rows]
    return gpd.GeoDataFrame(data, geometry=lines, crs="EPSG:4326")


def places() -> gpd.GeoDataFrame:
    """Return one town."""
    columns = {"name_zh": ["沙子口"], "name_en": ["Shazikou"]}
    return gpd.GeoDataFrame(columns, index=["p1"], geometry=[Point(120.55, 36.1)], crs="EPSG:4326")


def sites() -> tuple[Site, ...]:
    """Return three sites: two pins close together and one area."""
    return (
        make_site("hall", 120.3, 36.05, category="memorial_hall", accuracy_m=100.0),
        make_site("museum", 120.301, 36.05, accuracy_m=500.0),
        make_site("village", 120.5, 36.12, category="village", accuracy_m=3000.0),
    )


def hostile_sites() -> tuple[Site, ...]:
    """Return the sites with hostile text in every field that is text for people."""
    fields = ("name_zh", "name_en", "address", "period", "summary_zh", "summary_en", "notes_zh")
    return tuple(replace(site, **dict.fromkeys(fields, HOSTILE)) for site in sites())


def frame_of(values: tuple[Site, ...]) -> gpd.GeoDataFrame:
    """Return sites as the frame of a catalogue."""
    records = pd.DataFrame(
        [{name: getattr(one, name) for name in Site.__slots__} for one in values]
    )
    points = gpd.points_from_xy(records["lon"], records["lat"])
    return gpd.GeoDataFrame(records.set_index("id"), geometry=points, crs="EPSG:4326")


def route(**changes: Any) -> Route:
    """Return a composed route over the three sites."""
    values: dict[str, Any] = dict.fromkeys(Route.__slots__, "")
    values |= {"id": "r1", "provenance": "curated", "name_zh": "试线", "name_en": "Trial route"}
    values |= {"stops": ("hall", "museum", "village"), "mode": "drive", "publisher": "文旅局"}
    values |= {"year": 2023, "lunch_after": None, "start": None}
    return Route(**values | changes)


def stop(site: Site, hour: int) -> Stop:
    """Return an hour's visit to a site."""
    day = datetime(2026, 11, 28, tzinfo=TIME_ZONE)
    arrival, departure = day.replace(hour=hour), day.replace(hour=hour + 1)
    place = (site.name_zh, site.name_en, site.lon, site.lat, site.accuracy_m)
    return Stop("site", site.id, *place, arrival, departure, 3600)


def leg(origin: Stop, destination: Stop, *, approach: bool = False) -> Leg:
    """Return a drive straight from stop to stop; with an approach, its first hundredth is one."""
    a, b = (origin.lon, origin.lat), (destination.lon, destination.lat)
    join = (a[0] + (b[0] - a[0]) / 100, a[1] + (b[1] - a[1]) / 100)
    points = (a, join, b) if approach else (a, b)
    first = 1 if approach else 0
    span = Span(
        Road("胶州路", "Jiaozhou Road", "", "primary"), 1000.0, 60.0, first, len(points) - 1
    )
    offset = (20.0, 16) if approach else (0.0, 0)
    return Leg("drive", 1000.0, 60, None, *offset, 0.0, 0, points, (span,))


def itinerary(values: tuple[Site, ...] | None = None) -> Itinerary:
    """Return a day over the sites, the first leg with an approach."""
    visits = tuple(stop(site, 9 + at) for at, site in enumerate(values or sites()))
    legs = tuple(leg(a, b, approach=at == 0) for at, (a, b) in enumerate(pairwise(visits)))
    day = Day(date(2026, 11, 28), visits, legs)
    return Itinerary("drive", "given", None, (day,), 2000.0, 120, 10800, NETWORK)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name in {"src", "href", "action", "data", "poster", "srcset", "formaction"}:
                self.urls.append(value or "")
        texts = {"script": self.scripts, "style": self.styles}
        self._open = texts.get(tag)
        if self._open is not None:
            self._open.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = None if tag in {"script", "style"} else self._open

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data


def parse(html: str) -> _Page:
    """Return a page's URLs, scripts, styles and attributes as an HTML parser reads them."""
    page = _Page()
    page.feed(html)
    page.close()
    return page


def css_urls(style: str) -> list[str]:
    """Return every address a style sheet names."""
    return re.findall(r"url\(\s*['\"]?([^'\")]+)", style) + re.findall(r"@import\s+(\S+)", style)


def data_of(script: str, factory: str) -> dict[str, Any]:
    """Return what a map's script hands to a function of ours, parsed."""
    _, _, rest = script.partition(f"L.redTrails.{factory}(JSON.parse('")
    return dict(json.loads(read_literal(rest.partition("'")[0])))


def read_literal(text: str) -> str:
    """Return what a string of a script says; `script_value` writes two kinds of escapes."""
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|(\\))", lambda m: chr(int(m[1], 16)) if m[1] else m[2], text
    )
