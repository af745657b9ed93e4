"""What a compiled network says of itself: `manifest.json` in its directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.models import Fidelity, NetworkInfo

FORMAT = "redtrails-network"
VERSION = 2
"""Of the layout written: 2 may hold how far roads climb."""

READ_VERSIONS = (1, VERSION)
"""Layouts that can be read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Origin, extent and counts of a network.

    Parameters
    ----------
    id
        Name of the network.
    fidelity
        `schematic` or `street`.
    date
        Of the data, as its source states it.
    licence, attribution
        As they must be shown wherever the network is.
    source
        What it was built from.
    metric
        Reference system lengths on the plane are measured in, as `EPSG:4549`.
    bbox
        (west, south, east, north) in degrees.
    counts
        Nodes, segments, roads and, by mode, arcs.
    length_km
        Of all segments together.
    length_factors
        By mode: what lengths were multiplied by, because the drawing runs short.
    accuracy
        By mode: measured median relative error of lengths, empty where not measured.
    tools
        Versions of what built it.
    dem
        Name of the elevation model; empty: none.
    dem_share
        Share of the roads' length whose relief is known, 0 to 1.
    """

    id: str
    fidelity: Fidelity
    date: str
    licence: str
    attribution: str
    source: str
    metric: str
    bbox: tuple[float, float, float, float]
    counts: Mapping[str, int]
    length_km: float
    length_factors: Mapping[str, float]
    accuracy: Mapping[str, float] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    dem: str = ""
    dem_share: float = 0.0

    @property
    def info(self) -> NetworkInfo:
        """The part of it that every itinerary carries."""
        return NetworkInfo(
            id=self.id,
            fidelity=self.fidelity,
            date=self.date,
            licence=self.licence,
            attribution=self.attribution,
            accuracy=tuple(sorted(self.accuracy.items())),
        )
