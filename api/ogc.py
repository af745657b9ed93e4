"""The machine interface as OGC API - Features (OGC 17-069r4): its documents, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from geo.catalogue import Catalogue
from geo.messages import Messages

from .links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Link, Links
from .systems import CRS84, SYSTEMS

_PART = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CONFORMANCE = (
    *(f"{_PART}1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{_PART}2/1.0/conf/crs",
    *(f"{_PART}3/1.0/conf/{name}" for name in ("queryables", "filter", "features-filter")),
    f"{_PART}4/1.0/conf/create-replace-delete",
    f"{_PART}4/1.0/conf/update",
    f"{_PART}4/1.0/conf/features",
    f"{_PART}4/1.0/conf/optimistic-locking-etags",
    f"{_PART}5/1.0/conf/schemas",
    f"{_PART}5/1.0/conf/core-roles-features",
    *(f"{_CQL2}{name}" for name in ("cql2-text", "cql2-json", "basic-cql2")),
    *(
        f"{_CQL2}{name}"
        for name in ("advanced-comparison-operators", "case-insensitive-comparison")
    ),
    *(f"{_CQL2}{name}" for name in ("basic-spatial-functions", "spatial-functions")),
    *(f"{_CQL2}{name}" for name in ("array-functions", "arithmetic")),
    *(f"{_TILES}{name}" for name in ("core", "tileset", "tilesets-list", "mvt", "oas30")),
    *(f"{_TILES}{name}" for name in ("dataset-tilesets", "geodata-tilesets")),
)
"""The conformance classes that are met; docs/ogc.md names the test of each requirement."""

QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
HTML_FORM = {"f": "html"}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeatureCollection:
    """A collection of features as it is described.

    Titles and descriptions are the texts `api.<id>.title` and `api.<id>.description`; `count`
    tells how many features it has, a value of the description.
    """

    id: str
    count: Callable[[Catalogue], int]


COLLECTIONS: Mapping[str, FeatureCollection] = MappingProxyType(
    {
        "sites": FeatureCollection("sites", lambda catalogue: len(catalogue.sites)),
        "routes": FeatureCollection("routes", lambda catalogue: len(catalogue.routes)),
    }
)


def landing(links: Links, texts: Messages) -> Document:
    """Return the landing page."""
    return {
        "title": texts("api.title"),
        "description": texts("api.description"),
        "links": [
            *both(links, "/api"),
            links.link("service-desc", "/api/openapi.json", media_type=OPENAPI),
            links.link("service-doc", "/api/docs", media_type=HTML),
            links.link("conformance", "/api/conformance"),
            links.link("data", "/api/collections"),
            links.link(TILESETS_REL, "/api/tiles"),
            links.link("related", "/", media_type=HTML, title=texts("api.title")),
        ],
    }


def collections(catalogue: Catalogue, links: Links, texts: Messages) -> Document:
    """Return the collections of features."""
    return {
        "links": both(links, "/api/collections"),
        "collections": [collection(key, catalogue, links, texts) for key in COLLECTIONS],
    }


def collection(key: str, catalogue: Catalogue, links: Links, texts: Messages) -> Document:
    """Return one collection of features."""
    path = f"/api/collections/{key}"
    title = texts(f"api.{key}.title")
    count = COLLECTIONS[key].count(catalogue)
    return {
        "id": key,
        "title": title,
        "description": texts(f"api.{key}.description", count=count),
        "extent": {"spatial": {"bbox": [_extent(catalogue)], "crs": CRS84}},
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": [
            *both(links, path, title=title),
            links.link("items", f"{path}/items", media_type=GEOJSON, title=title),
            links.link("items", f"{path}/items", media_type=HTML, title=title, query=HTML_FORM),
            links.link(QUERYABLES_REL, f"{path}/queryables", media_type=SCHEMA),
            links.link(SCHEMA_REL, f"{path}/schema", media_type=SCHEMA),
            links.link(TILESETS_REL, f"{path}/tiles"),
        ],
    }


def both(
    links: Links,
    path: str,
    *,
    media_type: str = JSON,
    title: str = "",
    query: Mapping[str, object] | None = None,
) -> list[Link]:
    """Return the links of a document to itself and to the page of the same content."""
    page = {**(query or {}), **HTML_FORM}
    return [
        links.link("self", path, media_type=media_type, title=title, query=query),
        links.link("alternate", path, media_type=HTML, title=title, query=page),
    ]


def _extent(catalogue: Catalogue) -> list[float]:
    """Return west, south, east, north of all sites; every route runs between them."""
    return [round(float(edge), 6) for edge in catalogue.sites.total_bounds]


def page_links(links: Links, path: str, query: Mapping[str, object], page: Page) -> list[Link]:
    """Return the links of one page of items: self, next and prev, its collection."""
    made = both(links, path, media_type=GEOJSON, query=query)
    if page.offset + page.limit < page.matched:
        later = {**query, "limit": page.limit, "offset": page.offset + page.limit}
        made.append(links.link("next", path, media_type=GEOJSON, query=later))
    if page.offset and page.matched:
        earlier = {**query, "limit": page.limit, "offset": page.offset_before}
        made.append(links.link("prev", path, media_type=GEOJSON, query=earlier))
    made.append(links.link("collection", path.removesuffix("/items")))
    return made


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of how many records an answer holds."""

    limit: int
    offset: int
    matched: int

    @property
    def rows(self) -> slice:
        """The rows of the frame of all records."""
        return slice(self.offset, self.offset + self.limit)

    @property
    def offset_before(self) -> int:
        """Where the page before begins; of a page beyond all records, the last that has some."""
        last = max(0, self.matched - 1) // self.limit * self.limit
        before = max(0, self.offset - self.limit)
        return before if before < self.matched else last
