"""A service of several workers over a store of a test's own, and whom it is used by."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from staff_world import GOOD, QUICK

from routes_data.accounts import NewPerson, Role, Unit, read_wish
from routes_data.store import Store

START_LIMIT_S = 600
TESTS = Path(__file__).parent
REDTRAILS = Path(sys.executable).with_name("redtrails")


@dataclass(frozen=True, slots=True)
class Service:
    """`redtrails serve` with several workers, in processes of its own."""

    process: subprocess.Popen[bytes]
    port: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The processes that answer: children of the one that was started, bar its tracker."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [int(one) for one in children if b"spawn_main" in command_of(int(one))]

    def spent_s(self) -> float:
        """Return the processor time (seconds) its processes have had so far."""
        return sum(map(spent_s, (self.process.pid, *self.workers())))

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `redtrails` on the store of this service, while it serves."""
        return subprocess.run(
            [REDTRAILS, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def spent_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def busy_s() -> float:
    """Return the processor time (seconds) that everybody on this machine has had since it began."""
    user, nice, system, _, _, irq, soft, *_ = map(
        int, Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(url: str, data: Path, workers: int) -> Iterator[Service]:
    """Serve a store by several workers; every process of it has ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "PYTHONPATH": f"{TESTS.parent}:{TESTS}",
        "REDTRAILS_DATA_DIR": str(data),
        "REDTRAILS_DATABASE_URL": url,
        "REDTRAILS_LOG_LEVEL": "warning",
    }
    environment = {**os.environ, **own}
    with (data / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [REDTRAILS, "serve", "--port", str(port), "--workers", str(workers)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    service = Service(process, port, environment)
    try:
        wait_until(lambda: process.poll() is not None or service.ready())
        assert process.poll() is None, (data / "service.log").read_text("utf-8")
        yield service
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        finally:
            kill_group(process.pid)


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_until(true: object, limit_s: float = START_LIMIT_S) -> None:
    """Ask again and again until something is so."""
    assert callable(true)
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, f"not so within {limit_s} s"
        time.sleep(0.05)


def furnished(data: Path, networks: Path) -> Path:
    """Make a data folder with the compiled networks of another."""
    data.mkdir()
    shutil.copytree(networks, data / "networks")
    return data


def employ(url: str, editors: int, admins: int) -> list[dict[str, str]]:
    """Give a store people who edit, and people who publish; their names, roles and tokens."""
    store = Store.open(url)
    people = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("routes_data.accounts.passwords._hasher", lambda: QUICK)
        for number in range(editors + admins):
            role = Role.EDITOR if number < editors else Role.ADMIN
            name, scopes = f"load{number}", ["read", "edit", "review"][: 2 + (number >= editors)]
            store.accounts.add(NewPerson(name, name, role, Unit()), GOOD, "test")
            _, text = store.accounts.make_token(name, read_wish("load", scopes, 30), "test")
            people.append({"name": name, "role": str(role), "token": text, "password": GOOD})
    store.close()
    return people
