"""The store: seeded once, read while others write, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError, SchemaError, StoreError
from routes_data.editing import set_stamp
from routes_data.engine import is_sqlite, open_engine, reading, writing
from routes_data.loading import load_facts
from routes_data.migrations import current, migrate, newest
from routes_data.models import METADATA, RECORDS, REVISIONS, STAMPS
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)


def count(store: Store) -> int:
    with reading(store.engine) as connection:
        return connection.scalar(select(func.count()).select_from(REVISIONS)) or 0


def test_a_first_start_holds_the_facts(store: Store) -> None:
    facts = load_facts()
    assert store.version() == facts.version()
    assert_geodataframe_equal(store.sites(), facts.sites())
    assert_frame_equal(store.routes(), facts.routes())
    assert_frame_equal(store.collections(), facts.collections())
    assert_geodataframe_equal(store.places(), facts.places())
    assert_geodataframe_equal(store.districts(), facts.districts())


def test_candidates_are_drafts_that_no_visitor_sees(store: Store) -> None:
    drafts = select(REVISIONS.c.id).where(REVISIONS.c.state == "draft")
    with reading(store.engine) as connection:
        candidates = set(connection.scalars(drafts))
    assert candidates == {str(one["id"]) for one in load_facts().candidates}
    assert candidates.isdisjoint(store.sites().index)


def test_opening_again_changes_nothing(store: Store, store_url: str) -> None:
    before, version = count(store), store.version()
    again = Store.open(store_url)
    assert (count(again), again.version()) == (before, version)
    again.close()


def test_the_catalogue_loads_from_the_store(store: Store) -> None:
    catalogue = Catalogue.load(store)
    assert len(catalogue.sites) == 89
    assert catalogue.version == store.version()


OPEN = """
import sys
from routes_data.store import Store
store = Store.open(sys.argv[1])
print(store.version(), len(store.sites()))
store.close()
"""


def start(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", OPEN, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_start_at_once_seed_once(empty_url: str) -> None:
    answers = [process.communicate(timeout=120) for process in [start(empty_url), start(empty_url)]]
    assert [err for _, err in answers] == ["", ""]
    assert answers[0] == answers[1]
    store = Store.open(empty_url)
    # 89 sites, 57 routes, 7 collections, 37 places, 10 districts, 22 candidates.
    assert count(store) == 222
    store.close()


def test_broken_facts_stop_the_first_start_and_leave_nothing(
    empty_url: str, tmp_path: Path
) -> None:
    for name in ("sites.csv", "candidates.csv", "places.csv"):
        (tmp_path / name).write_text("id,name\n", encoding="utf-8")
    for name in ("routes.json", "collections.json"):
        (tmp_path / name).write_text("[{}]", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        Store.open(empty_url, facts=tmp_path)
    files = {fault.file for fault in caught.value.faults}
    assert files == {
        "sites.csv",
        "candidates.csv",
        "places.csv",
        "routes.json",
        "collections.json",
    }
    store = Store.open(empty_url)  # the same database, with good facts
    assert count(store) == 222
    store.close()


def test_a_reader_sees_one_moment_and_waits_for_nobody(store: Store) -> None:
    with reading(store.engine) as reader:
        before = reader.scalar(select(STAMPS.c.value).where(STAMPS.c.name == "catalogue"))
        with writing(store.engine) as writer:
            set_stamp(writer, "catalogue", "next")
            assert store.version() == before  # not committed yet, and nobody is blocked
        assert store.version() == "next"
        during = reader.scalar(select(STAMPS.c.value).where(STAMPS.c.name == "catalogue"))
        assert during == before


def test_an_error_while_writing_leaves_nothing(store: Store) -> None:
    before = store.version()

    def fail() -> None:
        with writing(store.engine) as connection:
            set_stamp(connection, "catalogue", "half")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert store.version() == before


@pytest.mark.parametrize("change", [update(REVISIONS).values(author="x"), REVISIONS.delete()])
def test_revisions_cannot_be_changed_or_removed(store: Store, change) -> None:  # noqa: ANN001
    with pytest.raises(StoreError, match="append-only"), writing(store.engine) as connection:
        connection.execute(change)
    assert count(store) == 222


def test_a_record_cannot_point_at_a_revision_that_is_not_there(store: Store) -> None:
    with pytest.raises(StoreError), writing(store.engine) as connection:
        connection.execute(update(RECORDS).values(published=99))


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_the_tables_are_those_of_the_models(store: Store) -> None:
    with reading(store.engine) as connection:
        assert current(connection) == newest()
        context = MigrationContext.configure(
            connection,
            opts={
                # PostGIS' own table, and the geometry that only PostgreSQL has.
                "include_object": lambda _, name, kind, *__: (
                    (kind, name) not in {("table", "spatial_ref_sys"), ("column", "geom")}
                    and name != "ix_records_geom"
                )
            },
        )
        assert compare_metadata(context, METADATA) == []


def test_a_database_of_a_newer_program_is_refused(store: Store, store_url: str) -> None:
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="another version"):
        Store.open(store_url)


def test_sqlite_is_in_wal_mode_and_writes_through(seeded_sqlite: Path) -> None:
    engine = open_engine(f"sqlite:///{seeded_sqlite}")
    with reading(engine) as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_postgis_holds_what_is_published_as_geometry(store: Store) -> None:
    if is_sqlite(store.engine):
        pytest.skip("SQLite keeps no geometry column")
    with reading(store.engine) as connection:
        shapes = dict(
            connection.execute(
                text("SELECT kind || ST_GeometryType(geom), count(*) FROM records GROUP BY 1")
            ).all()
        )
        assert shapes["sitesST_Point"] == 89
        assert shapes["districtsST_MultiPolygon"] == 10
        near = connection.execute(
            text(
                "SELECT id FROM records WHERE kind = 'sites' AND ST_DWithin(geom::geography,"
                " ST_SetSRID(ST_MakePoint(120.3125, 36.0645), 4326)::geography, 1500)"
            )
        ).scalars()
        assert set(near) == set(Catalogue.load(store).near(120.3125, 36.0645, 1500).index)
        # On so few rows a planner may rather read them all: asked not to, it must have the index.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            connection.execute(
                text(
                    "EXPLAIN SELECT id FROM records"
                    " WHERE geom && ST_MakeEnvelope(120.3, 36.0, 120.4, 36.1, 4326)"
                )
            ).scalars()
        )
    assert "ix_records_geom" in plan


@pytest.mark.parametrize(
    "url", ["mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:", "nonsense", ""]
)
def test_an_address_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        Store.open(url)
    assert caught.value.data["parameter"] == "database_url"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "red.db"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_bytes() == b"not a database at all" * 100


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'red.db'}")


def test_a_server_that_does_not_answer_is_refused() -> None:
    with pytest.raises(StoreError, match="does not answer"):
        Store.open("postgresql://nobody@127.0.0.1:9/none")


def test_a_migration_that_fails_halfway_leaves_nothing(empty_url: str) -> None:
    engine = open_engine(empty_url)

    def fail() -> None:
        with writing(engine) as connection:
            migrate(connection)
            connection.execute(insert(STAMPS).values(name="half", value="1"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with reading(engine) as connection:
        assert current(connection) is None
    with pytest.raises(StoreError), reading(engine) as connection:
        connection.execute(select(STAMPS))
    engine.dispose()


def test_an_error_of_the_database_is_one_of_ours(store: Store) -> None:
    with pytest.raises(StoreError) as caught, reading(store.engine) as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    assert isinstance(caught.value.__cause__, DBAPIError)
