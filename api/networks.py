"""Which street network the service rests on: the one built into the data folder, if any."""

from __future__ import annotations

import logging
from pathlib import Path

from geo.errors import NetworkFileError
from geo.network import StreetNetwork
from geo.network.storage import MANIFEST_FILE

log = logging.getLogger(__name__)

STREET = "street"
"""Name of the built network in the folder of networks."""

Stamp = tuple[int, int]


def street_folder(networks_dir: Path) -> Path:
    """Return where `redtrails network build` puts the network the service uses."""
    return networks_dir / STREET


def street_stamp(networks_dir: Path) -> Stamp | None:
    """Return what changes whenever another street network is put in place; None: there is none."""
    try:
        found = (street_folder(networks_dir) / MANIFEST_FILE).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def street_network(networks_dir: Path) -> StreetNetwork | None:
    """Return the built network; None if there is none, or it cannot be used (then logged)."""
    if street_stamp(networks_dir) is None:
        return None
    try:
        return StreetNetwork.load(street_folder(networks_dir))
    except NetworkFileError as error:
        log.error("%s", error.message)  # noqa: TRY400 - one line says it all
        return None
