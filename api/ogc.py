"""The machine interface as OGC API - Features (OGC 17-069r4): its documents, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from geo.catalogue import Catalogue
from geo.messages import Messages

from .links import GEOJSON, HTML, OPENAPI, Link, Links

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)

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
            links.link("self", "/api"),
            links.link("service-desc", "/api/openapi.json", media_type=OPENAPI),
            links.link("service-doc", "/api/docs", media_type=HTML),
            links.link("conformance", "/api/conformance"),
            links.link("data", "/api/collections"),
            links.link("alternate", "/", media_type=HTML, title=texts("api.title")),
        ],
    }


def collections(catalogue: Catalogue, links: Links, texts: Messages) -> Document:
    """Return the collections of features."""
    return {
        "links": [links.link("self", "/api/collections")],
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
        "crs": [CRS84],
        "links": [
            links.link("self", path, title=title),
            links.link("items", f"{path}/items", media_type=GEOJSON, title=title),
        ],
    }


def _extent(catalogue: Catalogue) -> list[float]:
    """Return west, south, east, north of all sites; every route runs between them."""
    return [round(float(edge), 6) for edge in catalogue.sites.total_bounds]


def page_links(links: Links, path: str, query: Mapping[str, object], page: Page) -> list[Link]:
    """Return the links of one page of items: self, next and prev, its collection."""
    made = [links.link("self", path, media_type=GEOJSON, query=query)]
    if page.offset + page.limit < page.matched:
        later = {**query, "limit": page.limit, "offset": page.offset + page.limit}
        made.append(links.link("next", path, media_type=GEOJSON, query=later))
    if page.offset:
        earlier = {**query, "limit": page.limit, "offset": max(0, page.offset - page.limit)}
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
