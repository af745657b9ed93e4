"""A running service uses a street network as soon as one is in place, and never a broken one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from network_worlds import extract_of

from api.networks import street_folder, street_network, street_stamp
from api.settings import Settings
from api.state import Holder, running
from geo.network import StreetNetwork
from geo.network.osm.build import BuildOptions, build_network


def drawn(name: str) -> StreetNetwork:
    extract = extract_of("a---b---c", {"abc": {"highway": "residential"}})
    return build_network(extract, BuildOptions(name, "a drawing", ("walk", "drive")))


def test_a_running_service_picks_a_new_network_up(service_data: Path, tmp_path: Path) -> None:
    del service_data
    settings = Settings(data_dir=tmp_path)
    with running(settings) as state:
        holder = Holder(state)
        assert state.router.info.id == "schematic"
        assert not holder.refresh()
        drawn("first").save(street_folder(settings.networks_dir))
        assert holder.refresh()
        assert holder.state.router.info.id == "first"
        assert state.router.info.id == "schematic"  # a request under way keeps what it took
        drawn("second").save(street_folder(settings.networks_dir))
        assert holder.refresh()
        assert holder.state.router.info.id == "second"
        (street_folder(settings.networks_dir) / "manifest.json").write_text("broken")
        assert not holder.refresh()
        assert holder.state.router.info.id == "second"
    with running(settings) as state:  # a broken one does not keep the service from starting
        assert state.router.info.id == "schematic"


def test_without_a_street_network_there_is_none(tmp_path: Path) -> None:
    assert street_stamp(tmp_path) is None
    assert street_network(tmp_path) is None


@pytest.mark.parametrize("delay", ["0", "0.01", "0.03"])
def test_a_killed_save_leaves_a_whole_network(tmp_path: Path, delay: str) -> None:
    drawn("old").save(tmp_path / "net")
    program = (
        "import sys; sys.path.insert(0, 'tests'); sys.path.insert(0, 'tests/unit');"
        "from test_api_networks import drawn; from pathlib import Path;"
        "n = drawn('new'); print('ready', flush=True)\n"
        f"while True: n.save(Path({str(tmp_path / 'net')!r}))"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root
    ) as saving:
        assert saving.stdout is not None
        assert saving.stdout.readline() == b"ready\n"
        subprocess.run(["sleep", delay], check=True)
        os.kill(saving.pid, signal.SIGKILL)
    assert StreetNetwork.load(tmp_path / "net").info.id in {"old", "new"}
