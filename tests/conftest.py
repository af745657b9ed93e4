"""Worlds the tests share. The real one is made once a session from the shipped facts."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling
    from xdist.workermanage import WorkerController

    from geo.catalogue import Catalogue
    from geo.cch import CchRouter
    from geo.network import StreetNetwork
    from routes_data.store import Store

pytest_plugins = ["fixtures_service"]
ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(optionalhook=True)  # without `-n` there is no such hook
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: WorkerController
) -> LoadScopeScheduling:
    """Keep a file's tests on one process, and every browser's on the same one.

    A file shares its worlds; all browser tests share one service and one Chromium.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - only where it is installed

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return "browser" if file.startswith("tests/browser/") else file

    return ByFile(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def facts() -> Traversable:
    """The shipped facts."""
    return files("routes_data") / "facts"


@pytest.fixture(scope="session")
def qingdao_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store on SQLite, seeded from the shipped facts; for reading only."""
    from routes_data.store import Store  # noqa: PLC0415 - costly, and only where it is used

    return Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'red.db'}")


@pytest.fixture(scope="session")
def qingdao(qingdao_store: Store) -> Catalogue:
    """The catalogue of the 89 sites."""
    from geo.catalogue import Catalogue  # noqa: PLC0415

    return Catalogue.load(qingdao_store)


@pytest.fixture(scope="session")
def qingdao_network(facts: Traversable) -> StreetNetwork:
    """The schematic road network of the prefecture."""
    from geo.network import build_schematic  # noqa: PLC0415

    return build_schematic(facts / "backbone")


@pytest.fixture(scope="session")
def qingdao_router(qingdao_network: StreetNetwork) -> CchRouter:
    """A router over the schematic network."""
    from geo.cch import CchRouter  # noqa: PLC0415

    return CchRouter(qingdao_network)
