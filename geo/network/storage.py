"""A compiled network on disk: a directory of .npy arrays, a table of roads and a manifest.

It is written beside its place, read back and exchanged with it, so a reader finds the old one or
the new one, never half of one. Every file's SHA-256 stands in the manifest and is checked when
loading; arrays are then mapped into memory, so several processes share one copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import NetworkFileError
from geo.models import Road

from .checking import faults_of
from .lines import Lines
from .manifest import FORMAT, READ_VERSIONS, VERSION, Manifest
from .profile import Profile
from .replacing import put_in_place
from .street import Segments, StreetNetwork

MANIFEST_FILE = "manifest.json"
ROADS_FILE = "roads.json"
CLIMB_FILE = "segments.climb_m.npy"
"""Only where the network was built with an elevation model."""
SEGMENT_ARRAYS = ("nodes", "ends", "length_m", "road", "flags")
PROFILE_ARRAYS = (
    *("arcs", "cost_ms", "duration_ms", "order", "turn_first", "turn_to", "turn_ms"),
    "aside",  # missing in networks of older builds, whose parts are not told apart
)

Array = NDArray[Any]


def _arrays(network: StreetNetwork) -> Iterator[tuple[str, Array]]:
    """Yield every array of a network with its file name."""
    segments = network.segments
    for name in SEGMENT_ARRAYS:
        yield f"segments.{name}.npy", getattr(segments, name)
    if segments.climb_m is not None:
        yield CLIMB_FILE, segments.climb_m
    for name in ("first", "steps", "far_at", "far_steps"):
        yield f"lines.{name}.npy", getattr(segments.lines, name)
    for mode, profile in network.profiles.items():
        for name in PROFILE_ARRAYS:
            if name != "cost_ms" or not profile.by_time:
                yield f"{mode}.{name}.npy", getattr(profile, name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _document(network: StreetNetwork, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        **asdict(network.manifest),
        "profiles": list(network.profiles),
        "files": dict(sorted(files.items())),
    }


def _write(network: StreetNetwork, directory: Path) -> None:
    for name, array in _arrays(network):
        np.save(directory / name, array, allow_pickle=False)
    roads = [list(asdict(road).values()) for road in network.road_table]
    text = json.dumps(roads, ensure_ascii=False, separators=(",", ":"))
    (directory / ROADS_FILE).write_text(text, encoding="utf-8")
    files = {path.name: _digest(path) for path in directory.iterdir()}
    text = json.dumps(_document(network, files), ensure_ascii=False, indent=1)
    (directory / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def save_network(network: StreetNetwork, directory: Path) -> None:
    """Write a network as a directory, whole or not at all (see `StreetNetwork.save`)."""
    if directory.exists() and not (directory / MANIFEST_FILE).is_file():
        raise NetworkFileError(
            f"{directory} exists and is not a network; choose another directory",
            directory=str(directory),
        )
    built: Path | None = None
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        built = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
        _write(network, built)
        verify_network(built)
        built.chmod(0o755)  # mkdtemp keeps other users out, the service may be one
        put_in_place(built, directory)
    except OSError as error:
        raise NetworkFileError(
            f"{directory} cannot be written: {error.strerror or error}", directory=str(directory)
        ) from error
    finally:
        if built is not None:
            shutil.rmtree(built, ignore_errors=True)


def _bad(directory: Path, what: str) -> NetworkFileError:
    return NetworkFileError(
        f"{directory} is not a usable network: {what}; build it again", directory=str(directory)
    )


def read_document(directory: Path) -> dict[str, Any]:
    """Return the manifest file of a saved network as it stands.

    Raises
    ------
    NetworkFileError
        It is missing, not ours or of another version.
    """
    path = directory / MANIFEST_FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _bad(directory, f"{MANIFEST_FILE} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _bad(directory, f"{MANIFEST_FILE} is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _bad(directory, f"{MANIFEST_FILE} is of another program")
    if document.get("version") not in READ_VERSIONS:
        wanted = " or ".join(map(str, READ_VERSIONS))
        raise _bad(directory, f"version {document.get('version')}, wanted {wanted}")
    return document


def check_files(directory: Path, document: Mapping[str, Any]) -> None:
    """Compare every file with its checksum.

    Raises
    ------
    NetworkFileError
        Naming the first file that is missing or not as it was written.
    """
    for name, wanted in document["files"].items():
        try:
            found = _digest(directory / os.path.basename(name))  # noqa: PTH119  never leave it
        except OSError as error:
            raise _bad(directory, f"{name} cannot be read ({error.strerror})") from error
        if found != wanted:
            raise _bad(directory, f"{name} is damaged (its checksum differs)")


def _manifest(document: Mapping[str, Any]) -> Manifest:
    known = Manifest.__dataclass_fields__
    fields = {name: document[name] for name in known if name in document}
    return Manifest(**{**fields, "bbox": tuple(document["bbox"])})


def _segments(directory: Path) -> Segments:
    lines = Lines(*(_load(directory, f"lines.{name}") for name in Lines.__dataclass_fields__))
    climbs = (directory / CLIMB_FILE).exists()
    return Segments(
        lines=lines,
        climb_m=_load(directory, CLIMB_FILE.removesuffix(".npy")) if climbs else None,
        **{name: _load(directory, f"segments.{name}") for name in SEGMENT_ARRAYS},
    )


def _load(directory: Path, name: str) -> Array:
    array: Array = np.load(directory / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)  # np.memmap's own __array_finalize__ slows small slices


def _profile(directory: Path, mode: str, factor: float) -> Profile:
    names = [n for n in PROFILE_ARRAYS if (directory / f"{mode}.{n}.npy").exists()]
    arrays = {name: _load(directory, f"{mode}.{name}") for name in names}
    arrays.setdefault("cost_ms", arrays["duration_ms"])
    return Profile(mode=mode, length_factor=factor, **arrays)


def load_network(directory: Path) -> StreetNetwork:
    """Read a saved network (see `StreetNetwork.load`)."""
    document = read_document(directory)
    try:
        check_files(directory, document)
        manifest = _manifest(document)
        roads = json.loads((directory / ROADS_FILE).read_text(encoding="utf-8"))
        return StreetNetwork(
            manifest=manifest,
            segments=_segments(directory),
            road_table=tuple(Road(*row) for row in roads),
            profiles={
                mode: _profile(directory, mode, manifest.length_factors[mode])
                for mode in document["profiles"]
            },
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        if isinstance(error, NetworkFileError):
            raise
        raise _bad(directory, f"{type(error).__name__}: {error}") from error


def verify_network(directory: Path) -> StreetNetwork:
    """Read a saved network and check that its arrays fit together; return it.

    Raises
    ------
    NetworkFileError
        Naming the first fault.
    """
    network = load_network(directory)
    faults = faults_of(network)
    if faults:
        raise _bad(directory, faults[0])
    return network
