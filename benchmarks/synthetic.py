"""A town that does not exist, of Qingdao's size, as an OpenStreetMap file: a drawing, no place."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any

SIDE = 330
"""Junctions along one side: 330² = 108,900."""

STEP_DEG = 0.001
BLOCKS = 10
"""Links of a street between two of which it is drawn as one way."""

SMALL = (("residential", 60), ("footway", 25), ("service", 9), ("living_street", 4), ("steps", 2))
BENDS = (0.35, 0.65)
"""Where on a link it bends, and `ASKEW` by how many blocks at most."""

ASKEW = 0.15
ONE_WAY, FORBIDDEN = 0.1, 0.3
"""Shares of the small streets and of the junctions where ways end."""

Corner = tuple[int, int]
"""Column and row."""


def _kind(line: int, chance: random.Random) -> dict[str, str]:
    """Return the tags of a street by its number: every 16th a main road, every 4th a lesser one."""
    name = {"name": f"虚构路{line}", "name:en": f"Synthetic Road {line}"}
    if line % 16 == 0:
        return {"highway": "primary", "maxspeed": "60", "sidewalk": "both", **name}
    if line % 4 == 0:
        return {"highway": "tertiary", **name}
    kinds, weights = zip(*SMALL, strict=True)
    tags = {"highway": chance.choices(kinds, weights)[0], **name}
    return tags | ({"oneway": "yes"} if chance.random() < ONE_WAY else {})


def _streets() -> Iterator[tuple[int, list[Corner]]]:
    """Yield the street's number and the junctions of every way, of either direction."""
    for line in range(SIDE):
        for begin in range(0, SIDE - 1, BLOCKS):
            along = range(begin, min(begin + BLOCKS, SIDE - 1) + 1)
            yield line, [(at, line) for at in along]
            yield line, [(line, at) for at in along]


def _junction(corner: Corner) -> int:
    """Return the id of the node at a junction."""
    return 1 + corner[1] * SIDE + corner[0]


class _Drawer:
    """Draws the nodes of the town, a little out of line."""

    def __init__(self, writer: Any, chance: random.Random) -> None:  # noqa: ANN401 - osmium's
        self._writer, self._chance = writer, chance
        self._next = SIDE * SIDE

    def node(self, number: int, column: float, row: float, tags: Mapping[str, str]) -> None:
        import osmium  # noqa: PLC0415

        east, north = (self._chance.uniform(-ASKEW, ASKEW) for _ in "xy")
        at = 120 + (column + east) * STEP_DEG, 36 + (row + north) * STEP_DEG
        node = osmium.osm.mutable.Node(id=number, location=at, tags=dict(tags), version=1)
        self._writer.add_node(node)

    def bends(self, start: Corner, end: Corner) -> list[int]:
        """Draw the bends between two junctions and return their ids."""
        found = []
        for share in BENDS:
            self._next += 1
            column, row = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            self.node(self._next, column, row, {})
            found.append(self._next)
        return found


def _drawn_ways(drawer: _Drawer, chance: random.Random) -> list[tuple[list[int], dict[str, str]]]:
    """Draw the bends of all ways and return the nodes and tags of each."""
    ways = []
    for line, corners in _streets():
        nodes = [_junction(corners[0])]
        for start, end in pairwise(corners):
            nodes += [*drawer.bends(start, end), _junction(end)]
        ways.append((nodes, _kind(line, chance)))
    return ways


def write_town(path: Path) -> None:
    """Write the town as .osm.pbf: streets with bends, signals, one-ways, forbidden turns."""
    import osmium  # noqa: PLC0415 - only building needs it

    chance, make = random.Random(1921), osmium.osm.mutable  # noqa: S311 - a drawing, no secret
    with osmium.SimpleWriter(str(path)) as writer:
        drawer = _Drawer(writer, chance)
        for row, column in product(range(SIDE), range(SIDE)):
            lit = row % 16 == column % 16 == 0
            tags = {"highway": "traffic_signals"} if lit else {}
            drawer.node(_junction((column, row)), column, row, tags)
        ways = _drawn_ways(drawer, chance)
        for number, (nodes, tags) in enumerate(ways, 1):
            writer.add_way(make.Way(id=number, nodes=nodes, tags=tags, version=1))
        for number, (into, out, via) in enumerate(_forbidden(ways, chance), 1):
            members = [("w", into, "from"), ("n", via, "via"), ("w", out, "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(make.Relation(id=number, members=members, tags=tags, version=1))


def _forbidden(
    ways: Sequence[tuple[list[int], dict[str, str]]], chance: random.Random
) -> Iterator[tuple[int, int, int]]:
    """Yield (way, way, junction) of turns that are forbidden, where ways end."""
    ends: dict[int, list[int]] = {}
    for number, (nodes, _) in enumerate(ways, 1):
        for end in (nodes[0], nodes[-1]):
            ends.setdefault(end, []).append(number)
    for via, meeting in sorted(ends.items()):
        if len(meeting) > 1 and chance.random() < FORBIDDEN:
            yield meeting[0], meeting[1], via
