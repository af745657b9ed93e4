"""Small road networks drawn as text, which a reader can check by eye.

In a drawing every letter or digit is a node; a column is 25 m wide, a line 50 m high, and the first
character lies at 120.30 E 36.10 N. What joins the nodes is listed apart: the strokes in a drawing
are for the reader.
"""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from geo.network.osm.elements import Extract, Restriction, Way

WEST, NORTH = 120.30, 36.10
METRES_PER_DEGREE = 111_320.0
COLUMN_M, LINE_M = 25.0, 50.0

LATTICE = """
a---b---c
|   |   |
d---e---f
|   |   |
g---h---i      x---y
"""
"""Nine junctions 100 m apart, and an island of one street, x to y, 150 m away."""

LATTICE_ROADS = (
    "North Street, residential: abc",
    "Middle Street, residential: def",
    "South Street, secondary: ghi",
    "West Lane, residential: adg",
    "One Way, residential oneway: beh",
    "Steps, steps: cf",
    "Motorway, motorway: fi",
    "Island, residential: xy",
)
"""One Way runs south only; Steps are for feet, Motorway for cars."""


def places(drawing: str) -> dict[str, tuple[float, float]]:
    """Return (lon, lat) of every letter and digit of a drawing, rounded to 1e-7 degrees."""
    east = METRES_PER_DEGREE * math.cos(math.radians(NORTH))
    return {
        character: (
            round(WEST + column * COLUMN_M / east, 7),
            round(NORTH - line * LINE_M / METRES_PER_DEGREE, 7),
        )
        for line, text in enumerate(drawing.strip("\n").splitlines())
        for column, character in enumerate(text)
        if character.isalnum()
    }


def _road_line(number: int, road: str) -> str:
    head, nodes = road.split(":")
    name, kind = head.split(",")
    highway, *words = kind.split()
    oneway = "yes" if "oneway" in words else "no"
    structure = next((word for word in words if word in {"bridge", "tunnel"}), "")
    ids = " ".join(nodes.strip())
    return f"r{number},,{name},,{highway},{oneway},{structure},yes,yes,{ids}"


def write_backbone(
    folder: Path, drawing: str = LATTICE, roads: tuple[str, ...] = LATTICE_ROADS
) -> Path:
    """Write a drawing as the three files of a backbone; speeds are 20 m/s on motorways, else 10."""
    nodes = [f"{name},,,{lon},{lat},junction" for name, (lon, lat) in places(drawing).items()]
    lines = [_road_line(number, road) for number, road in enumerate(roads)]
    speeds: Mapping[str, int] = {"motorway": 72, "secondary": 36, "residential": 36}
    files = {
        "nodes.csv": ["id,name_zh,name_en,lon,lat,kind", *nodes],
        "roads.csv": [
            "id,name_zh,name_en,ref,class,oneway,bridge_tunnel,walk,urban,nodes",
            *lines,
        ],
        "speeds.csv": ["class,rural_kmh,urban_kmh", *(f"{k},{v},{v}" for k, v in speeds.items())],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return folder


def extract_of(
    drawing: str,
    ways: Mapping[str, Mapping[str, str]],
    nodes: Mapping[str, Mapping[str, str]] | None = None,
    restrictions: Sequence[tuple[str, str, str, str]] = (),
) -> Extract:
    """Return a drawing as an OpenStreetMap extract.

    Parameters
    ----------
    drawing
        Where the nodes lie.
    ways
        Tags by the nodes of a way in order, as `{"abc": {"highway": "residential"}}`.
    nodes
        Tags of single nodes.
    restrictions
        (kind, from way, via, to way): ways by their nodes, via a node or ways joined by `+`; the
        kind may be followed by ` except=…`.
    """
    ids = {way: 100 + at for at, way in enumerate(ways)}
    extract = Extract(date="2026-11-01")
    for character, (lon, lat) in places(drawing).items():
        extract.places[ord(character)] = (round(lon * 1e7), round(lat * 1e7))
    for way, tags in ways.items():
        extract.ways.append(Way(ids[way], dict(tags), array("q", map(ord, way))))
    for character, tags in (nodes or {}).items():
        extract.node_tags[ord(character)] = dict(tags)
    for at, (words, start, via, end) in enumerate(restrictions):
        kind, *more = words.split()
        tags = {"type": "restriction", "restriction": kind, **dict(w.split("=") for w in more)}
        node = ord(via) if len(via) == 1 else None
        between = () if node else tuple(ids[way] for way in via.split("+"))
        extract.restrictions.append(Restriction(at, tags, ids[start], ids[end], node, between))
    return extract


def osm_folder() -> Path | None:
    """Return where real OpenStreetMap extracts lie, if this machine has them.

    `REDTRAILS_TEST_OSM` names the folder; else one beside the checkout is looked for.
    """
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm"
    folder = Path(os.environ.get("REDTRAILS_TEST_OSM") or beside)
    return folder if folder.is_dir() else None


def osm_files() -> list[Path]:
    """Return the extracts there are."""
    folder = osm_folder()
    return sorted(folder.glob("*.osm.pbf")) if folder else []


DRAWN_OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="drawn">
 <node id="1" lat="36.1" lon="120.300" version="1" timestamp="2026-11-01T00:00:00Z"/>
 <node id="2" lat="36.1" lon="120.301" version="1" timestamp="2026-11-01T00:00:00Z"/>
 <node id="3" lat="36.1" lon="120.302" version="1" timestamp="2026-11-01T00:00:00Z"/>
 <node id="4" lat="36.101" lon="120.302" version="1" timestamp="2026-11-01T00:00:00Z"/>
 <way id="10" version="1" timestamp="2026-11-01T00:00:00Z">
  <nd ref="1"/><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="residential"/><tag k="name" v="中山路"/>
 </way>
 <way id="11" version="1" timestamp="2026-11-01T00:00:00Z">
  <nd ref="3"/><nd ref="4"/>
  <tag k="highway" v="tertiary"/>
 </way>
</osm>
"""
"""Two streets as OpenStreetMap writes them."""
