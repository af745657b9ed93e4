"""Reading the schematic backbone: three CSV files, every fault of them reported at once.

The folder's own README explains the columns; it is `routes_data/facts/backbone` as shipped, but any
folder (or package resource) of the same shape does.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import pairwise

from geo.errors import Fault, SchemaError

NODE_KINDS = frozenset({"junction", "interchange", "town", "village", "landmark", "shape"})
FOOT_ONLY = frozenset({"pedestrian", "footway", "steps"})
DRIVABLE = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nodes.csv": ("id", "name_zh", "name_en", "lon", "lat", "kind"),
    "roads.csv": (
        *("id", "name_zh", "name_en", "ref", "class", "oneway"),
        *("bridge_tunnel", "walk", "urban", "nodes"),
    ),
    "speeds.csv": ("class", "rural_kmh", "urban_kmh"),
}

Row = Mapping[str, str]
Rule = tuple[str, Callable[[str], bool], str]


@dataclass(frozen=True, slots=True)
class BackboneNode:
    """A point of the backbone, degrees."""

    id: str
    lon: float
    lat: float
    kind: str


@dataclass(frozen=True, slots=True)
class BackboneRoad:
    """A road of the backbone: the ids of its nodes in order."""

    id: str
    name_zh: str
    name_en: str
    ref: str
    highway: str
    oneway: bool
    structure: str
    walk: bool
    urban: bool
    nodes: tuple[str, ...]

    @property
    def drivable(self) -> bool:
        """Whether a car may use it."""
        return self.highway in DRIVABLE

    @property
    def walkable(self) -> bool:
        """Whether one may walk on it; nobody walks on a motorway."""
        return self.walk and self.highway != "motorway"


@dataclass(frozen=True, slots=True)
class Backbone:
    """The whole of it; `speeds[class]` is (rural, urban) in km/h."""

    nodes: Mapping[str, BackboneNode]
    roads: tuple[BackboneRoad, ...]
    speeds: Mapping[str, tuple[float, float]]


def _number_within(low: float, high: float) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        return math.isfinite(value) and low <= value <= high

    return check


def _one_of(*values: str) -> Callable[[str], bool]:
    return lambda text: text in values


_yes_no = _one_of("yes", "no")
_classes = sorted(DRIVABLE | FOOT_ONLY)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "nodes.csv": (
        ("id", bool, "an id"),
        ("lon", _number_within(-180, 180), "degrees, -180 to 180"),
        ("lat", _number_within(-90, 90), "degrees, -90 to 90"),
        ("kind", _one_of(*NODE_KINDS), " or ".join(sorted(NODE_KINDS))),
    ),
    "roads.csv": (
        ("id", bool, "an id"),
        ("class", _one_of(*_classes), " or ".join(_classes)),
        ("oneway", _yes_no, "yes or no"),
        ("bridge_tunnel", _one_of("", "bridge", "tunnel"), "bridge, tunnel or nothing"),
        ("walk", _yes_no, "yes or no"),
        ("urban", _yes_no, "yes or no"),
        ("nodes", lambda text: len(text.split()) > 1, "two or more node ids"),
    ),
    "speeds.csv": (
        ("class", _one_of(*sorted(DRIVABLE)), " or ".join(sorted(DRIVABLE))),
        ("rural_kmh", _number_within(1, 150), "km/h, 1 to 150"),
        ("urban_kmh", _number_within(1, 150), "km/h, 1 to 150"),
    ),
}


class _Reader:
    """Reads the files of one folder and gathers what is wrong in them."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.faults: list[Fault] = []

    def fault(self, file: str, row: int, column: str, got: str, wanted: str) -> None:
        self.faults.append(Fault(file, row, column, got[:80], wanted))

    def rows(self, file: str) -> list[tuple[int, Row]]:
        """Return (line, row) of a file; a missing file or column is a fault and gives none."""
        try:
            text = (self.folder / file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.fault(
                file,
                1,
                "",
                "no such file" if isinstance(error, FileNotFoundError) else str(error),
                "a readable UTF-8 file",
            )
            return []
        reader = csv.DictReader(text.splitlines(), restval="", restkey="more")
        missing = [name for name in COLUMNS[file] if name not in (reader.fieldnames or ())]
        for name in missing:
            self.fault(file, 1, name, ",".join(reader.fieldnames or ()), "this column")
        return [] if missing else list(self._checked(file, reader))

    def _checked(self, file: str, reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
        seen: set[str] = set()
        key = COLUMNS[file][0]
        for row in reader:
            line = reader.line_num
            bad = [rule for rule in RULES[file] if not rule[1](row[rule[0]])]
            for column, _, wanted in bad:
                self.fault(file, line, column, row[column], wanted)
            if row[key] in seen:
                self.fault(file, line, key, row[key], "unique values")
            seen.add(row[key])
            if not bad:
                yield line, row

    def check_ends(self, line: int, nodes: tuple[str, ...], known: Mapping[str, object]) -> None:
        """Report nodes a road names that do not exist or that it repeats on the spot."""
        for node in nodes:
            if node not in known:
                self.fault("roads.csv", line, "nodes", node, "an id of nodes.csv")
        for node, following in pairwise(nodes):
            if node == following:
                self.fault("roads.csv", line, "nodes", f"{node} {node}", "another node next")


def _road(row: Row) -> BackboneRoad:
    return BackboneRoad(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        ref=row["ref"],
        highway=row["class"],
        oneway=row["oneway"] == "yes",
        structure=row["bridge_tunnel"],
        walk=row["walk"] == "yes",
        urban=row["urban"] == "yes",
        nodes=tuple(row["nodes"].split()),
    )


def read_backbone(folder: Traversable) -> Backbone:
    """Read and check the backbone.

    Parameters
    ----------
    folder
        Holds nodes.csv, roads.csv and speeds.csv.

    Raises
    ------
    SchemaError
        With every fault of the three files.
    """
    reader = _Reader(folder)
    nodes = {
        row["id"]: BackboneNode(row["id"], float(row["lon"]), float(row["lat"]), row["kind"])
        for _, row in reader.rows("nodes.csv")
    }
    roads = [(line, _road(row)) for line, row in reader.rows("roads.csv")]
    speeds = {
        row["class"]: (float(row["rural_kmh"]), float(row["urban_kmh"]))
        for _, row in reader.rows("speeds.csv")
    }
    for line, road in roads:
        if nodes:
            reader.check_ends(line, road.nodes, nodes)
        if road.drivable and road.highway not in speeds:
            reader.fault("roads.csv", line, "class", road.highway, "a class with a speed")
    if reader.faults:
        raise SchemaError(reader.faults)
    return Backbone(nodes, tuple(road for _, road in roads), speeds)
