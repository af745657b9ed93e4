"""How much one worker takes on at once, and that it does not outlive the command."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi.testclient import TestClient
from load_world import command_of, furnished, serving, wait_until

from api.main import create_app
from api.settings import Settings


def test_a_worker_takes_on_as_many_requests_as_it_is_told(service_data: Path) -> None:
    settings = Settings(data_dir=service_data, threads=3)
    with TestClient(create_app(settings)) as client:
        assert client.portal is not None
        limiter = client.portal.call(current_default_thread_limiter)
        assert limiter.total_tokens == 3
        assert client.get("/healthz").status_code == 200


@pytest.mark.enable_socket
def test_workers_end_with_the_command_that_was_killed(service_data: Path, tmp_path: Path) -> None:
    """Left alone they would hold the port, and the command could not be given again."""
    data = furnished(tmp_path / "data", service_data / "networks")
    with serving(f"sqlite:///{data / 'red.db'}", data, 2) as service:
        workers = service.workers()
        assert len(workers) == 2
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        wait_until(lambda: not any(map(command_of, workers)), 60)


def test_what_a_service_began_with_is_not_swept_while_it_runs(service_data: Path) -> None:
    with TestClient(create_app(Settings(data_dir=service_data))):
        assert gc.get_freeze_count() > 10_000
    assert gc.get_freeze_count() == 0
