"""How much one worker takes on at once."""

from __future__ import annotations

from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings


def test_a_worker_takes_on_as_many_requests_as_it_is_told(service_data: Path) -> None:
    settings = Settings(data_dir=service_data, threads=3)
    with TestClient(create_app(settings)) as client:
        assert client.portal is not None
        limiter = client.portal.call(current_default_thread_limiter)
        assert limiter.total_tokens == 3
        assert client.get("/healthz").status_code == 200
