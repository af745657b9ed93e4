"""The answers that both the machine interface and the command line give: one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.catalogue import Catalogue, RouteQuery, SiteQuery
from geo.models import Route
from geo.queries import in_period

from .features import Feature, collection_document, route_feature, site_feature
from .links import GEOJSON, Links
from .ogc import Page, both, page_links
from .params import PageQuery, RoutesQuery, SitesQuery
from .queryables import route_frame, site_frame
from .systems import CRS84, feature_in, frame_in
from .timespan import read_datetime

SITES = "/api/collections/sites"
ROUTES = "/api/collections/routes"

Document = dict[str, Any]
Frame = pd.DataFrame
Queryables = Callable[[Catalogue, pd.Index], gpd.GeoDataFrame]


def sites_page(catalogue: Catalogue, query: SitesQuery, links: Links, *, most: int) -> Document:
    """Return one page of the sites asked for.

    Parameters
    ----------
    catalogue
        The published catalogue.
    query
        Which sites, and which page of them.
    links
        Makes the links.
    most
        The most records a page may have.
    """
    found = catalogue.select_sites(SiteQuery(**query.wanted()))
    if query.datetime is not None:
        found = found[in_period(found, *read_datetime(query.datetime))]
    found = _kept(found, query, catalogue, site_frame)
    page = Page(min(query.limit, most), query.offset, len(found))
    features = [site_feature(site) for site in catalogue.sites_by_id(found.index[page.rows])]
    return _document(features, page, query, links, SITES)


def routes_page(catalogue: Catalogue, query: RoutesQuery, links: Links, *, most: int) -> Document:
    """Return one page of the routes asked for; parameters as for `sites_page`."""
    found = catalogue.select_routes(RouteQuery(**query.wanted()))
    found = _kept(found, query, catalogue, route_frame)
    page = Page(min(query.limit, most), query.offset, len(found))
    features = route_features(catalogue, catalogue.routes_by_id(found.index[page.rows]))
    return _document(features, page, query, links, ROUTES)


def _kept(found: Frame, query: PageQuery, catalogue: Catalogue, queryables: Queryables) -> Frame:
    """Return the records that the filter of a query keeps."""
    if query.filter is None:
        return found
    from .cql2 import read_filter, select  # noqa: PLC0415 - its parser, only for who filters

    tree = read_filter(query.filter, query.filter_lang)
    frame = frame_in(queryables(catalogue, found.index), query.filter_crs or CRS84)
    kept: Frame = found[select(tree, frame)]
    return kept


def route_features(catalogue: Catalogue, routes: Sequence[Route]) -> list[Feature]:
    """Return routes as features, their stops looked up once."""
    wanted = sorted({stop for route in routes for stop in route.stops})
    sites = {site.id: site for site in catalogue.sites_by_id(wanted)}
    return [route_feature(route, sites) for route in routes]


def site_document(
    catalogue: Catalogue, site_id: str, links: Links, *, crs: str = CRS84
) -> Document:
    """Return one site, with the links of its record.

    Raises
    ------
    UnknownSiteError
        No published site has this id.
    """
    return _with_links(
        feature_in(site_feature(catalogue.site(site_id)), crs), links, SITES, "/sites"
    )


def route_document(
    catalogue: Catalogue, route_id: str, links: Links, *, crs: str = CRS84
) -> Document:
    """Return one route, with the links of its record.

    Raises
    ------
    UnknownRouteError
        No published route has this id.
    """
    (feature,) = route_features(catalogue, [catalogue.route(route_id)])
    return _with_links(feature_in(feature, crs), links, ROUTES, "/routes")


def _document(
    features: list[Feature], page: Page, query: PageQuery, links: Links, path: str
) -> Document:
    asked = query.as_asked()
    made = page_links(links, f"{path}/items", asked, page)
    features = [feature_in(feature, query.crs or CRS84) for feature in features]
    return collection_document(features, matched=page.matched, links=made)


def _with_links(feature: Feature, links: Links, path: str, pages: str) -> Document:
    record = f"{path}/items/{feature['id']}"
    return {
        **feature,
        "links": [
            *both(links, record, media_type=GEOJSON),
            links.link("related", f"{pages}/{feature['id']}", media_type="text/html"),
            links.link("collection", path),
        ],
    }
