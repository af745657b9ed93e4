"""The catalogue: everything published at one moment, and every question asked of it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from .crs import to_metric
from .directions import Landmarks
from .districts import district_of
from .documents import route_document, site_document
from .errors import (
    InvalidParameterError,
    StoreError,
    UnknownCollectionError,
    UnknownRouteError,
    UnknownSiteError,
    not_one_of,
)
from .frames import collections_of, route_of, routes_of, site_of, sites_of
from .land import Land
from .models import Collection, Provenance, Route, Site
from .queries import Bbox, RouteQuery, SiteQuery, check_bbox, in_period
from .records import Records
from .search import TextIndex
from .source import CatalogueSource

__all__ = [
    "Catalogue",
    "CollectionCounts",
    "RouteQuery",
    "SiteQuery",
    "check_bbox",
    "route_of",
    "site_of",
]

_LOAD_ATTEMPTS = 5

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CollectionCounts:
    """What a page about a collection says first; `published` None: nobody published the set.

    `missing` counts the published routes that are not held as published (None with it).
    """

    published: int | None
    held_official: int
    held_curated: int

    @property
    def missing(self) -> int | None:
        """How many published routes are not held as published."""
        return None if self.published is None else self.published - self.held_official


class Catalogue:
    """The published sites, routes, collections, places and districts; read-only, thread-safe.

    The frames it returns are shallow copies: what a caller changes in one stays there.

    Parameters
    ----------
    version
        Stamp of the source the frames came from.
    sites, routes, collections, places, districts
        Validated frames (`geo.schema`).
    """

    def __init__(
        self,
        version: str,
        *,
        sites: gpd.GeoDataFrame,
        routes: pd.DataFrame,
        collections: pd.DataFrame,
        places: gpd.GeoDataFrame,
        districts: gpd.GeoDataFrame,
    ) -> None:
        self.version = version
        self._sites, self._routes, self._collections = sites, routes, collections
        self._places, self._districts = places, districts
        self._site = Records("site", UnknownSiteError, sites_of(sites))
        self.landmarks, self.land = Landmarks.among(self._site.all), Land.of(districts)
        self._route = Records("route", UnknownRouteError, routes_of(routes))
        self._counts = _count(self._route.all, collections["published"])
        counted = (_counted(one, self._counts[one.id]) for one in collections_of(collections))
        self._collection = Records("collection", UnknownCollectionError, counted)
        self._through = _routes_by_stop(self._route.all)
        self._metres = np.column_stack(to_metric(sites["lon"].to_numpy(), sites["lat"].to_numpy()))
        self._tree = shapely.STRtree([shapely.Point(xy) for xy in self._metres])

    @classmethod
    def load(cls, source: CatalogueSource) -> Catalogue:
        """Read everything published, all of one version.

        Raises
        ------
        SchemaError
            The source holds what it must not.
        StoreError
            The source changed under every attempt to read it.
        """
        for _ in range(_LOAD_ATTEMPTS):
            version = source.version()
            catalogue = cls(
                version,
                sites=source.sites(),
                routes=source.routes(),
                collections=source.collections(),
                places=source.places(),
                districts=source.districts(),
            )
            if source.version() == version:
                return catalogue
        raise StoreError(f"the catalogue changed {_LOAD_ATTEMPTS} times while it was read")

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """The sites: index = id, `geo.schema.SITE_COLUMNS`, points in EPSG:4326."""
        return self._sites.copy(deep=False)

    @property
    def all_sites(self) -> tuple[Site, ...]:
        """Every site as a record, in catalogue order."""
        return self._site.all

    @property
    def all_routes(self) -> tuple[Route, ...]:
        """Every route as a record, in catalogue order."""
        return self._route.all

    @property
    def all_collections(self) -> tuple[Collection, ...]:
        """Every collection as a record, in catalogue order, the routes held counted."""
        return self._collection.all

    @property
    def routes(self) -> pd.DataFrame:
        """The routes: index = id, `geo.schema.ROUTE_COLUMNS`."""
        return self._routes.copy(deep=False)

    @property
    def collections(self) -> pd.DataFrame:
        """The collections of routes: index = id, `geo.schema.COLLECTION_COLUMNS`."""
        return self._collections.copy(deep=False)

    @property
    def places(self) -> gpd.GeoDataFrame:
        """Towns and villages: index = id, `geo.schema.PLACE_COLUMNS`, points in EPSG:4326."""
        return self._places.copy(deep=False)

    @property
    def districts(self) -> gpd.GeoDataFrame:
        """The district outlines: index = name_zh, key, code, name_en, polygons in EPSG:4326."""
        return self._districts.copy(deep=False)

    def site(self, site_id: str) -> Site:
        """Return one site.

        Raises
        ------
        UnknownSiteError
            There is none of this id; `near` has up to three like it.
        """
        return self._site.of([site_id])[0]

    def sites_by_id(self, ids: Iterable[str]) -> tuple[Site, ...]:
        """Return the sites of these ids, in their order.

        Raises
        ------
        UnknownSiteError
            Names every id that is not in the catalogue.
        """
        return self._site.of(ids)

    def route(self, route_id: str) -> Route:
        """Return one route.

        Raises
        ------
        UnknownRouteError
            There is none of this id; `near` has up to three like it.
        """
        return self._route.of([route_id])[0]

    def routes_by_id(self, ids: Iterable[str]) -> tuple[Route, ...]:
        """Return the routes of these ids, in their order.

        Raises
        ------
        UnknownRouteError
            Names every id that is not in the catalogue.
        """
        return self._route.of(ids)

    def collection(self, collection_id: str) -> Collection:
        """Return one collection, the routes held counted.

        Raises
        ------
        UnknownCollectionError
            There is none of this id; `near` has up to three like it.
        """
        return self._collection.of([collection_id])[0]

    def collection_counts(self, collection_id: str) -> CollectionCounts:
        """Return how many routes were published and how many are held, by provenance.

        Raises
        ------
        UnknownCollectionError
            There is none of this id.
        """
        return self._counts[self.collection(collection_id).id]

    def route_sites(self, route_id: str) -> tuple[Site, ...]:
        """Return the sites of a route in its order.

        Raises
        ------
        UnknownRouteError
            There is none of this id.
        """
        return self.sites_by_id(self.route(route_id).stops)

    def routes_through(self, site_id: str) -> tuple[Route, ...]:
        """Return the routes that stop at a site, in the order of the catalogue.

        Raises
        ------
        UnknownSiteError
            There is no such site.
        """
        return tuple(self._through.get(self.site(site_id).id, ()))

    def select_sites(self, query: SiteQuery) -> gpd.GeoDataFrame:
        """Return the sites that meet the query, ranked if it has a text, else in catalogue order.

        Raises
        ------
        InvalidParameterError
            No collection of this id.
        """
        rows = np.flatnonzero(self._site_mask(query))
        if query.q is not None:
            rows = _ranked(rows, self._sites.index, self._site_index, query.q)
        return self._sites.iloc[rows]

    def select_routes(self, query: RouteQuery) -> pd.DataFrame:
        """Return the routes that meet the query, ranked if it has a text, else in catalogue order.

        Raises
        ------
        InvalidParameterError
            No collection of this id.
        """
        rows = np.flatnonzero(self._route_mask(query))
        if query.q is not None:
            rows = _ranked(rows, self._routes.index, self._route_index, query.q)
        return self._routes.iloc[rows]

    def near(self, lon: float, lat: float, radius_m: float, limit: int = 20) -> gpd.GeoDataFrame:
        """Return the sites within a radius, the nearest first, with `distance_m` (metres).

        Parameters
        ----------
        lon, lat
            WGS-84 degrees.
        radius_m
            Metres, measured in EPSG:4549.
        limit
            At most so many.

        Raises
        ------
        InvalidParameterError
            The position is not on Earth, or the radius or limit not positive.
        """
        if not (math.isfinite(radius_m) and radius_m > 0):
            raise InvalidParameterError("radius_m", radius_m, "above 0 m", rule="positive")
        if limit < 1:
            raise InvalidParameterError("limit", limit, "1 or more", rule="positive")
        here = to_metric(lon, lat)
        if not np.isfinite(here).all():  # too far from Qingdao for its projection
            return self._sites.iloc[:0].assign(distance_m=pd.Series(dtype="float64"))
        found = self._tree.query(shapely.Point(here), predicate="dwithin", distance=radius_m)
        away = np.hypot(*(self._metres[found] - here).T)
        order = np.lexsort((found, away))[:limit]
        return self._sites.iloc[found[order]].assign(distance_m=away[order])

    def _site_mask(self, query: SiteQuery) -> Mask:
        sites = self._sites
        mask: Mask = np.ones(len(sites), dtype=bool)
        if query.bbox is not None:
            mask &= self._inside(query.bbox)
        if query.district is not None:
            mask &= (sites["district"] == district_of(query.district).name_zh).to_numpy()
        if query.category is not None:
            mask &= (sites["category"] == query.category).to_numpy()
        if query.theme is not None:
            mask &= np.array([query.theme in themes for themes in sites["themes"]], dtype=bool)
        if query.period_from is not None or query.period_to is not None:
            mask &= in_period(sites, query.period_from, query.period_to)
        if query.collection is not None:
            stops = self._stops_of_collection(query.collection)
            mask &= sites.index.isin(stops)
        return mask

    def _route_mask(self, query: RouteQuery) -> Mask:
        routes = self._routes
        mask: Mask = np.ones(len(routes), dtype=bool)
        if query.collection is not None:
            self._check_collection(query.collection)
            mask &= (routes["collection"] == query.collection).to_numpy()
        if query.provenance is not None:
            mask &= (routes["provenance"] == query.provenance).to_numpy()
        if query.mode is not None:
            mask &= (routes["mode"] == query.mode).to_numpy()
        if query.bbox is not None:
            inside = set(self._sites.index[self._inside(query.bbox)])
            mask &= np.array([not inside.isdisjoint(s) for s in routes["stops"]], dtype=bool)
        return mask

    def _inside(self, bbox: Bbox) -> Mask:
        west, south, east, north = bbox
        lon, lat = self._sites["lon"].to_numpy(), self._sites["lat"].to_numpy()
        return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))

    def _check_collection(self, collection_id: str) -> None:
        if collection_id not in self._collection:
            raise not_one_of("collection", collection_id, self._collection)

    def _stops_of_collection(self, collection_id: str) -> set[str]:
        self._check_collection(collection_id)
        return {
            stop
            for route in self._route.all
            if route.collection == collection_id
            for stop in route.stops
        }

    @cached_property
    def _site_index(self) -> TextIndex:
        return TextIndex(site_document(site) for site in self._site.all)

    @cached_property
    def _route_index(self) -> TextIndex:
        return TextIndex(
            route_document(route, self.route_sites(route.id), self._collection[route.collection])
            for route in self._route.all
        )


def _counted(one: Collection, counts: CollectionCounts) -> Collection:
    return replace(one, held_official=counts.held_official, held_curated=counts.held_curated)


def _count(routes: Iterable[Route], published: pd.Series) -> dict[str, CollectionCounts]:
    held: Counter[tuple[str, Provenance]] = Counter((r.collection, r.provenance) for r in routes)
    return {
        str(key): CollectionCounts(
            None if pd.isna(value) else int(value),
            held[str(key), "official"],
            held[str(key), "curated"],
        )
        for key, value in published.items()
    }


def _routes_by_stop(routes: Iterable[Route]) -> dict[str, list[Route]]:
    through: defaultdict[str, list[Route]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            through[stop].append(route)
    return dict(through)


def _ranked(rows: NDArray[np.intp], keys: pd.Index, index: TextIndex, q: str) -> NDArray[np.intp]:
    place = {keys[row]: row for row in rows}
    hits = [place[hit.id] for hit in index.search(q) if hit.id in place]
    return np.array(hits, dtype=np.intp)
