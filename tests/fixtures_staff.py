"""A service of a test's own in which staff have accounts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from staff_world import ENGLISH, GOOD, PEOPLE, QUICK

from api.main import create_app
from api.settings import Settings
from routes_data.store import Store


@pytest.fixture(scope="session")
def staffed_data(service_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with everybody of `PEOPLE`; to be copied."""
    folder = tmp_path_factory.mktemp("staffed")
    shutil.copytree(service_data / "networks", folder / "networks")
    store = Store.open(f"sqlite:///{folder / 'redtrails.db'}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("routes_data.accounts.passwords._hasher", lambda: QUICK)
        for one in PEOPLE:
            store.accounts.add(one, GOOD, "test")
    store.close()
    return folder


@pytest.fixture
def service(staffed_data: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A service of a test's own, with everybody of `PEOPLE`."""
    data = tmp_path / "data"
    shutil.copytree(staffed_data, data)
    with TestClient(create_app(Settings(data_dir=data)), headers=ENGLISH) as started:
        yield started
