"""An example of every parameter, by its name: what the documentation shows and tools fill in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

EXAMPLES: Mapping[str, Any] = MappingProxyType(
    {
        "lang": "en",
        "f": "json",
        "q": "dangshi",
        "limit": 10,
        "offset": 0,
        "collection": "2021-9-centenary",
        "district": "市南区",
        "category": "memorial_hall",
        "theme": "liberation",
        "themes": "liberation",
        "period_from": 1919,
        "period_to": 1949,
        "provenance": "official",
        "filter-lang": "cql2-text",
        "site_id": "navy-museum",
        "kind": "sites",
        "file_form": "geojson",
        "route_id": "r2023-01",
        "site": "navy-museum",
        "route": "r2023-01",
        "stops": "cpc-qingdao-memorial,may-fourth-square",
        "optional": "navy-museum",
        "priorities": "navy-museum@5",
        "dates": "2026-11-28@09:30-17:00,2026-11-30",
        "nights": "120.3125,36.0645",
        "a_day": "5",
        "longest_walk": "20000",
        "walk_a_day": "50000",
        "break_every": "90",
        "people": "45",
        "step_free": "false",
        "seconds": "1",
        "seed": "0",
        "mode": "walk",
        "alternatives": 2,
        "avoid": "motorways,stairs",
        "avoid_areas": "120.3746,36.0666,300",
        "order": "best",
        "depart": "2026-11-28T09:00",
        "start": "120.3125,36.0645",
        "end": "120.3125,36.0645",
        "hours": "keep",
        "until": "17:30",
        "lunch": "45",
        "lunch_from": "11:00",
        "lunch_to": "13:15",
        "lunch_min": "45",
        "visits": "cpc-qingdao-memorial@60",
        "before": "cpc-qingdao-memorial@may-fourth-square",
        "minutes": 30,
        "title": "青岛的党史",
        "school": "青岛某中学",
        "group": "初二（3）班",
        "days": "1",
        "near": "青岛站",
        "start_name": "青岛站",
        "lodging": "120.38,36.06",
        "lodging_name": "研学营地",
        "back_by": "16:30",
        "stage": "junior",
        "classes": "1",
        "pupils": "45",
        "adults": "4",
        "transport": "coach",
        "walk_limit_m": "2000",
        "break_every_min": "90",
        "wheelchair": "false",
        "capacity": "60",
        "ask": ["navy-museum|最大的一艘军舰叫什么？"],
        "langs": "both",
        "paper": "a4",
        "parts": "cover,timetable",
        "omit": "quiz,answers",
        "number": 1,
        "form": "ics",
        "If-Match": '"3"',
        "Content-Crs": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
        "reason": "开放时间已核对",
        "publish": False,
        "state": "published",
        "tileMatrix": 10,
        "tileRow": 401,
        "tileCol": 854,
    }
)
"""Ids of kept plans and trips, and edit keys, have none: there is no such thing to be shown."""

TAG: Mapping[str, str] = MappingProxyType({"If-Match": '"3-0123456789abcdef"'})
ELSEWHERE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "/api/collections/{collection}/tiles/WebMercatorQuad/": {
            "collection": "sites",
            "f": "mvt",
        },
        "/api/collections/{collection}": {"collection": "sites"},
        "/api/tiles/WebMercatorQuad/": {"f": "mvt"},
        "/api/collections/routes": {"filter": "mode = 'walk' AND year > 2020", **TAG},
        "/api/collections/sites": TAG,
        "/api/suggestions/day": {"hours": 3, "end": "start"},
        "/api/ways": {"start": "liweinong-park", "end": "german-prison-museum"},
        "/api/isochrones": {"minutes": "15,30,45,60"},
        "/api/trips": {"depart": "08:00", "lunch": "packed"},
    }
)
"""Where a name means something else, by the beginning of the address."""


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with an example of every parameter that declares none."""
    for path, operations in document["paths"].items():
        own = _own(path)
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                name, schema = parameter["name"], parameter["schema"]
                if name in own:
                    schema.pop("examples", None)
                if "examples" not in schema and name in {*own, *EXAMPLES}:
                    parameter["example"] = own.get(name, EXAMPLES.get(name))
    return document


def _own(path: str) -> Mapping[str, Any]:
    """Return the examples that an address has for itself."""
    return next((own for begin, own in ELSEWHERE.items() if path.startswith(begin)), {})
