"""Stores to test with: SQLite always, PostgreSQL with PostGIS where a server answers.

The server is looked for at REDTRAILS_TEST_POSTGRES, else at 127.0.0.1:5432 as `postgres`. Each
session makes its own databases there and drops them at its end.
"""

from __future__ import annotations

import csv
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from routes_data.store import Store

SERVER = os.environ.get("REDTRAILS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
NO_SERVER = (
    f"no PostgreSQL answers at {SERVER}: `apt-get install postgresql-15-postgis-3`, start it with "
    "trust for 127.0.0.1, or name another in REDTRAILS_TEST_POSTGRES"
)

Rows = list[dict[str, str]]


def run_on_server(*statements: str) -> None:
    """Run statements outside a transaction, as CREATE DATABASE must be."""
    url = make_url(SERVER).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def database_url(name: str) -> str:
    url: URL = make_url(SERVER).set(database=name)
    return url.render_as_string(hide_password=False)


@contextmanager
def scratch_database(template: str | None = None) -> Iterator[str]:
    """Make a database of our own, give its address, and drop it."""
    name = f"redtrails_test_{uuid.uuid4().hex[:12]}"
    run_on_server(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield database_url(name)
    finally:
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def seeded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store file as after a first start; to be copied."""
    file = tmp_path_factory.mktemp("seeded") / "red.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def seeded_postgres() -> Iterator[str]:
    """Make a PostgreSQL database as after a first start; its name, to be copied."""
    try:
        run_on_server("SELECT 1")
    except OperationalError:
        pytest.skip(NO_SERVER)
    with scratch_database() as url:
        Store.open(url).close()
        yield str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with nothing in it, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'red.db'}"
        return
    request.getfixturevalue("seeded_postgres")  # skips where no server answers
    with scratch_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a seeded store of a test's own, of either kind."""
    if request.param == "sqlite":
        file = tmp_path / "red.db"
        shutil.copy(request.getfixturevalue("seeded_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("seeded_postgres")
    with scratch_database(template) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open a seeded store of a test's own, of either kind."""
    opened = Store.open(store_url)
    yield opened
    opened.close()


@pytest.fixture
def empty_postgres(seeded_postgres: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database with nothing in it."""
    del seeded_postgres  # skips where no server answers
    with scratch_database() as url:
        yield url


@pytest.fixture
def newer(tmp_path: Path) -> Callable[[Callable[[Rows], None]], Path]:
    """Give a function that makes facts whose sites.csv is changed by a function."""

    def make(change: Callable[[Rows], None]) -> Path:
        folder = tmp_path / "newer-facts"
        shutil.copytree(str(resources.files("routes_data") / "facts"), folder)
        file = folder / "sites.csv"
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        change(rows)
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return make
