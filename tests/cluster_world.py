"""A PostgreSQL server and a small disk of a test's own, to be killed and filled."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from load_world import wait_until

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
QUIET = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
SMALL = "-c min_wal_size=2MB -c max_wal_size=6MB"
ROOT_ALONE = "only root may start a server as another user, and mount a small disk"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server with its data in a folder of its own."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAMS[-1] / program, *arguments],
            user="postgres",
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        """Start it, as after a crash; it answers afterwards."""
        assert not self.processes()
        # Nobody may have reaped the one that was killed: its number would seem to be taken.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = f"-p {self.port} {QUIET} {SMALL}"
        log = self.folder / "log"
        done = self.run(
            "pg_ctl", "start", "-w", "-t", "120", "-D", self.data, "-l", log, "-o", options
        )
        assert done.returncode == 0, done.stderr + log.read_text("utf-8")[-2000:]

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self, database: str, template: str = "template1") -> str:
        done = self.run(
            "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-T", template, database
        )
        assert done.returncode == 0, done.stderr
        return self.url(database)

    def processes(self) -> list[int]:
        """Its processes, the leading one first; none if it has ended."""
        try:
            first = int((self.data / "postmaster.pid").read_text("ascii").splitlines()[0])
            children = Path(f"/proc/{first}/task/{first}/children").read_text("ascii")
        except (OSError, IndexError):
            return []
        return [first, *map(int, children.split())] if alive(first) else []

    def kill(self, chance: random.Random) -> None:
        """Kill the leading process, or all of them, or one that serves; it has ended afterwards."""
        leader, *others = self.processes()
        match chance.randrange(3):
            case 0:
                victims = [leader]
            case 1:
                victims = [leader, *others]
            case _:
                victims = [chance.choice(others), leader]
        for pid in victims:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(alive, (leader, *others))))


def alive(pid: int) -> bool:
    try:
        return b"\nState:\tZ" not in Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        return False


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Make and start a server in an empty folder."""
    if os.geteuid() != 0 or not PROGRAMS:
        pytest.skip(ROOT_ALONE)
    shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Cluster(folder, port)
    done = made.run("initdb", "-D", made.data, "-A", "trust", "-E", "UTF8", "--wal-segsize=1")
    assert done.returncode == 0, done.stderr
    made.start()
    try:
        yield made
    finally:
        made.run("pg_ctl", "stop", "-D", made.data, "-m", "immediate")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder that another user may be let into; pytest's own are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="redtrails-test-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(size_mb: int) -> Iterator[Path]:
    """Mount a file system of so many MB, in memory."""
    with scratch_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip(ROOT_ALONE)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def filled(disk: Path, left: int) -> Iterator[None]:
    """Fill a disk but for so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(shutil.disk_usage(disk).free - left, 1))
    yield
    ballast.unlink()
