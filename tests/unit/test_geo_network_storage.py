"""A saved network is read back as it was, or refused with one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from network_worlds import write_backbone

from geo.errors import NetworkFileError
from geo.network import StreetNetwork, build_schematic, storage


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return build_schematic(write_backbone(tmp_path_factory.mktemp("backbone")))


@pytest.fixture
def saved(network: StreetNetwork, tmp_path: Path) -> Path:
    network.save(tmp_path / "net")
    return tmp_path / "net"


def test_what_is_saved_is_loaded(qingdao_network: StreetNetwork, tmp_path: Path) -> None:
    qingdao_network.save(tmp_path / "deep" / "net")
    loaded = StreetNetwork.load(tmp_path / "deep" / "net")
    assert loaded.manifest == qingdao_network.manifest
    assert loaded.road_table == qingdao_network.road_table
    assert loaded.roads().equals(qingdao_network.roads())
    for mode, profile in qingdao_network.profiles.items():
        for name in storage.PROFILE_ARRAYS:
            assert np.array_equal(getattr(loaded.profile(mode), name), getattr(profile, name))
        assert loaded.profile(mode).by_time == profile.by_time


def test_the_same_network_gives_the_same_bytes(network: StreetNetwork, tmp_path: Path) -> None:
    for name in ("one", "two"):
        network.save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def refusal(directory: Path) -> str:
    with pytest.raises(NetworkFileError) as caught:
        StreetNetwork.load(directory)
    assert "\n" not in caught.value.message
    assert caught.value.data["directory"] == str(directory)
    return caught.value.message


def test_a_flipped_byte_in_any_file_is_noticed(saved: Path) -> None:
    for path in sorted(saved.iterdir()):
        if path.name == "manifest.json":
            continue
        sound = path.read_bytes()
        damaged = bytearray(sound)
        damaged[-1] ^= 1
        path.write_bytes(damaged)
        assert path.name in refusal(saved)
        path.write_bytes(sound)
    StreetNetwork.load(saved)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "other"}', '{"format": "redtrails-network"}', "\x00"]
)
def test_a_foreign_manifest_is_refused(saved: Path, text: str) -> None:
    (saved / "manifest.json").write_text(text)
    refusal(saved)


@pytest.mark.parametrize("name", ["profiles", "counts", "files", "length_factors"])
def test_an_incomplete_manifest_is_refused(saved: Path, name: str) -> None:
    document = json.loads((saved / "manifest.json").read_text())
    del document[name]
    (saved / "manifest.json").write_text(json.dumps(document))
    refusal(saved)


def test_another_version_is_refused_by_number(saved: Path) -> None:
    document = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps({**document, "version": 99}))
    assert "version 99" in refusal(saved)


def test_a_missing_file_or_directory_is_refused(saved: Path, tmp_path: Path) -> None:
    (saved / "segments.ends.npy").unlink()
    assert "segments.ends.npy" in refusal(saved)
    assert "manifest.json" in refusal(tmp_path / "nowhere")


def test_files_outside_the_directory_are_never_read(saved: Path) -> None:
    document = json.loads((saved / "manifest.json").read_text())
    document["files"]["../../etc/passwd"] = "0" * 64
    (saved / "manifest.json").write_text(json.dumps(document))
    assert "cannot be read" in refusal(saved)


def test_saving_replaces_a_network_and_leaves_nothing_beside_it(
    network: StreetNetwork, saved: Path
) -> None:
    (saved / "old").write_text("")
    network.save(saved)
    assert not (saved / "old").exists()
    assert [path.name for path in saved.parent.iterdir()] == ["net"]
    StreetNetwork.load(saved)


def test_saving_never_replaces_what_is_not_a_network(
    network: StreetNetwork, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("dear")
    with pytest.raises(NetworkFileError):
        network.save(tmp_path / "photos")
    assert (tmp_path / "photos" / "a.jpg").read_text() == "dear"


def test_a_failed_save_leaves_the_old_network(
    network: StreetNetwork, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    monkeypatch.setattr(storage.np, "save", full_disk)
    with pytest.raises(NetworkFileError, match="No space left"):
        network.save(saved)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before
    assert [path.name for path in saved.parent.iterdir()] == ["net"]


def test_serving_paths_needs_no_graph_library(saved: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from geo.network import StreetNetwork; "
        "from geo.cch import CchRouter; "
        f"CchRouter(StreetNetwork.load(Path({str(saved)!r}))); "
        "print([m for m in ('networkx', 'osmnx', 'geopandas', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
