"""The store: what the catalogue is read from while serving.

Opening it brings its tables to the version of this program and takes in the shipped facts: as first
revisions on the first start, as proposals when they are newer. All in one transaction that other
processes wait for.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from typing import Self

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.additions import Additions

from .accounts import Accounts
from .editing import get_stamp, published, published_revisions, set_stamp
from .editor import Editor
from .engine import open_engine, reading, writing
from .exchange.staging import Uploads
from .listening import Publications
from .loading import load_facts, packaged_facts
from .migrations import migrate
from .plans import KeptPlans
from .records import SERVED_KINDS, RecordSource
from .reports import Reports
from .seeding import fingerprint, seed
from .trips import KeptTrips
from .unsaved import Unsaved
from .upgrading import propose, remember, shipped_by

log = logging.getLogger(__name__)


class Store:
    """Records with their revisions in a database; a `geo.source.CatalogueSource`.

    Safe for threads. Use `Store.open`.

    Parameters
    ----------
    engine
        From `routes_data.engine.open_engine`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.editor = Editor(engine)
        self.plans = KeptPlans(engine)
        self.trips = KeptTrips(engine)
        self.accounts = Accounts(engine)
        self.reports = Reports(engine)
        self.uploads = Uploads(engine)
        self.unsaved = Unsaved(engine)
        self._lock = threading.Lock()
        self._latest: RecordSource | None = None

    @classmethod
    def open(cls, url: str, *, facts: Traversable | None = None) -> Self:
        """Open a store, bring its tables up to date, and seed it on the first start.

        Parameters
        ----------
        url
            `sqlite:///PATH` or `postgresql://USER@HOST/NAME` (with PostGIS).
        facts
            The folder of facts; the packaged ones if None.

        Raises
        ------
        SchemaError
            The facts are not what they must be: every fault of every file; nothing was written.
        StoreError
            The database cannot be used.
        InvalidParameterError
            The address is not of a database this store knows.
        """
        engine = open_engine(url)
        try:
            prepare(engine, facts or packaged_facts())
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def version(self) -> str:
        """Return a stamp that changes with every publication; one row is read."""
        with reading(self.engine) as connection:
            return get_stamp(connection, "catalogue") or ""

    def publications(self) -> Publications:
        """Return what waits for publications, as a context for one thread."""
        return Publications(self.engine)

    def snapshot(self) -> RecordSource:
        """Return everything that is published at one moment.

        The last snapshot is kept and returned again while the version stands.
        """
        with reading(self.engine) as connection:
            version = get_stamp(connection, "catalogue") or ""
            latest = self._latest
            if latest is None or latest.stamp != version:
                records = {kind: published(connection, kind) for kind in SERVED_KINDS}
                numbers = {kind: published_revisions(connection, kind) for kind in SERVED_KINDS}
                latest = RecordSource(version, records, revisions=numbers)
        with self._lock:
            self._latest = latest
        return latest

    def sites(self) -> gpd.GeoDataFrame:
        """Return the published sites, index = id, EPSG:4326 points."""
        return self.snapshot().sites()

    def routes(self) -> pd.DataFrame:
        """Return the published routes, index = id."""
        return self.snapshot().routes()

    def collections(self) -> pd.DataFrame:
        """Return the collections, index = id, with the routes held counted."""
        return self.snapshot().collections()

    def places(self) -> gpd.GeoDataFrame:
        """Return towns and villages, index = id, EPSG:4326 points."""
        return self.snapshot().places()

    def additions(self) -> Additions:
        """Return what was added to the sites: media, events, oral histories, reviews."""
        return self.snapshot().additions()

    def districts(self) -> gpd.GeoDataFrame:
        """Return the outlines of the ten districts, index = name_zh, EPSG:4326 polygons."""
        return self.snapshot().districts()


def prepare(engine: Engine, folder: Traversable) -> None:
    """Migrate, and seed or propose what newer facts say, in one transaction.

    Raises
    ------
    SchemaError
        The facts are not what they must be.
    StoreError
        The database cannot be used.
    """
    shipped = fingerprint(folder)
    with writing(engine) as connection:
        migrate(connection)
        if get_stamp(connection, "facts") != shipped:
            _take_in(connection, folder, shipped)


def _take_in(connection: Connection, folder: Traversable, shipped: str) -> None:
    """Seed on the first start; later, propose what newer facts say."""
    facts, now = load_facts(folder), datetime.now(UTC)
    if get_stamp(connection, "facts") is None:
        log.info("first start: taking in the shipped facts (%s)", facts.version())
        seed(connection, facts, now)
        remember(connection, shipped_by(facts))
        set_stamp(connection, "catalogue", facts.version())
    else:
        made = propose(connection, facts, now, f"facts-{shipped[:12]}")
        log.info("newer facts (%s): %d proposals wait for review", facts.version(), len(made))
    set_stamp(connection, "facts", shipped)
