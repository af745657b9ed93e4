"""Published records of every kind, and the catalogue's frames made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.additions import KINDS as ADDED_KINDS
from geo.additions import Additions
from geo.columns import Record
from geo.frames import (
    collection_frame,
    district_frame,
    place_frame,
    route_frame,
    site_frame,
    with_closures,
)
from geo.schema import (
    PROVENANCES,
    count_held,
    validate_collections,
    validate_places,
    validate_routes,
    validate_site_records,
)

CATALOGUE_KINDS = ("sites", "routes", "collections", "places", "districts")
"""The kinds that make up a catalogue, in the order in which one refers to another."""
SERVED_KINDS = (*CATALOGUE_KINDS, "closures", *ADDED_KINDS)
"""With what staff add to it while it is served; the shipped facts hold none."""


def with_counts(collections: Iterable[Record], routes: Iterable[Record]) -> tuple[Record, ...]:
    """Return the collections with how many of their routes are held, by provenance.

    The counts are never stored: what is held changes with every route published.
    """
    held = count_held(routes)
    return tuple(
        {
            **collection,
            **{f"held_{name}": held.get((str(collection["id"]), name), 0) for name in PROVENANCES},
        }
        for collection in collections
    )


@dataclass(frozen=True)
class RecordSource:
    """A `geo.source.CatalogueSource` over records held in memory.

    Parameters
    ----------
    stamp
        What `version` says.
    records
        By kind, each with its `id`; sites, routes, collections, places, districts, and closures
        and additions where there are any.
    revisions
        The number of each record's published revision, by kind and id, where a store keeps them.
    """

    stamp: str
    records: Mapping[str, tuple[Record, ...]]
    revisions: Mapping[str, Mapping[str, int]] = field(default_factory=dict, kw_only=True)

    def version(self) -> str:
        """Return the stamp of these records."""
        return self.stamp

    def sites(self) -> gpd.GeoDataFrame:
        """Return the sites, each with its closures.

        Raises
        ------
        SchemaError
            With every fault of them.
        """
        records = self.records["sites"]
        # The records themselves, not the frame made of them: ten thousand are not turned twice.
        validate_site_records(records)
        return with_closures(site_frame(records), self.records.get("closures", ()))

    def routes(self) -> pd.DataFrame:
        """Return the routes.

        Raises
        ------
        SchemaError
            With every fault of them, unknown stops and collections included.
        """
        frame = route_frame(self.records["routes"])
        known = {str(site["id"]) for site in self.records["sites"]}
        collections = {str(one["id"]) for one in self.records["collections"]}
        validate_routes(frame, known, collections)
        return frame

    def collections(self) -> pd.DataFrame:
        """Return the collections with their counts.

        Raises
        ------
        SchemaError
            With every fault of them.
        """
        routes = self.records["routes"]
        frame = collection_frame(with_counts(self.records["collections"], routes))
        validate_collections(frame, route_frame(routes))
        return frame

    def places(self) -> gpd.GeoDataFrame:
        """Return the places.

        Raises
        ------
        SchemaError
            With every fault of them.
        """
        frame = place_frame(self.records["places"])
        validate_places(frame)
        return frame

    def additions(self) -> Additions:
        """Return what was added to the sites: media, events, oral histories, reviews."""
        return Additions.of(self.records)

    def districts(self) -> gpd.GeoDataFrame:
        """Return the outlines of the districts."""
        return district_frame(self.records["districts"])
