"""The service in this process, over a data folder of the test run; shared by test_api_* files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings


@pytest.fixture(scope="session")
def service_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service nobody has started yet; the environment is not read for the folder."""
    return Settings(data_dir=tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="session")
def client(service_settings: Settings) -> Iterator[TestClient]:
    """A client of the running service; answers in English where a test does not say otherwise."""
    with TestClient(create_app(service_settings), headers={"Accept-Language": "en"}) as started:
        yield started


@pytest.fixture(scope="session")
def service_data(service_settings: Settings, client: TestClient) -> Path:
    """The data folder, after the first start."""
    assert client.get("/readyz").status_code == 200
    return service_settings.data_dir
