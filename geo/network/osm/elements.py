"""What is kept of an OpenStreetMap extract: ways to travel on, their nodes, forbidden turns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]

WAY_KEYS = ("highway", "route", "railway", "man_made")
"""A way without one of these tags is none to travel on."""

OTHER_KINDS = {("route", "ferry"): "ferry", ("railway", "platform"): "platform",
               ("man_made", "pier"): "pier"}  # fmt: skip
"""What ways without `highway` are that one may travel on nevertheless."""

NODE_KEYS = ("barrier", "highway", "crossing", "traffic_signals")
"""Nodes with one of these tags change how a road through them is travelled."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way: its tags and the ids of its nodes in order."""

    id: int
    tags: Tags
    nodes: array[int]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn that is forbidden (`no_…`) or the only one allowed (`only_…`).

    `via` is one node, or one or more ways.
    """

    id: int
    tags: Tags
    from_way: int
    to_way: int
    via_node: int | None
    via_ways: tuple[int, ...] = ()

    def kind(self, *vehicles: str) -> str:
        """Return `no_left_turn`, … for the first of these vehicles it is made for, else ""."""
        for key in (*(f"restriction:{vehicle}" for vehicle in vehicles), "restriction"):
            if key in self.tags:
                return self.tags[key]
        return ""

    def excepts(self, vehicles: Iterable[str]) -> bool:
        """Whether one of these vehicles is excepted."""
        excepted = {word.strip() for word in self.tags.get("except", "").split(";")}
        return not excepted.isdisjoint(vehicles)


@dataclass
class Extract:
    """The roads of an area, as OpenStreetMap has them.

    Parameters
    ----------
    ways
        In the order of the file. A way that leaves the area is cut there, its parts share an id.
    places
        (lon, lat) of every node of a way, in 1e-7 degrees.
    node_tags
        Tags of those nodes that have any of `NODE_KEYS`.
    restrictions
        Forbidden turns.
    date
        Of the data: the file's own stamp, else its newest object's day, else "".
    """

    ways: list[Way] = field(default_factory=list)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    date: str = ""


def kind_of(tags: Tags) -> str:
    """Return what a way is to travellers: its `highway`, `ferry`, `platform`, `pier`; "": none."""
    found = (kind for (key, value), kind in OTHER_KINDS.items() if tags.get(key) == value)
    return tags.get("highway") or next(found, "")


def is_routable(tags: Tags) -> bool:
    """Whether a way with these tags may be one to travel on."""
    return bool(kind_of(tags))


def restriction_of(
    relation_id: int, tags: Tags, members: Iterable[tuple[str, str, int]]
) -> Restriction | None:
    """Return a relation as a restriction; None if it is none, or not whole.

    Parameters
    ----------
    relation_id, tags
        Of the relation.
    members
        (role, type, id), type being `n` or `w`.
    """
    if not tags.get("type", "").startswith("restriction"):
        return None
    by_role: dict[tuple[str, str], list[int]] = {}
    for role, kind, ref in members:
        by_role.setdefault((role, kind), []).append(ref)
    from_ways, to_ways = by_role.get(("from", "w"), []), by_role.get(("to", "w"), [])
    nodes, ways = by_role.get(("via", "n"), []), by_role.get(("via", "w"), [])
    whole = len(from_ways) == len(to_ways) == 1 and (len(nodes) == 1) != bool(ways)
    if not whole:
        return None
    node = nodes[0] if nodes else None
    return Restriction(relation_id, tags, from_ways[0], to_ways[0], node, tuple(ways))
