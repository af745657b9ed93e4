"""Which junction deserves a word, and which word.

**Words.** The angle from straight on: up to 10° straight, to 40° slight, to 120° a plain turn,
beyond that sharp: the classes of OSRM (`getTurnDirection` in its guidance/turn_instruction.hpp).
From 170° on it is a U-turn.

**Whether.** A step is told where
- the road gets another name: one that has a name, and not the one told last;
- a bridge, a tunnel, stairs or a ferry begins or ends (`MIN_PASSAGE_M`);
- other ways lead on and the way is not obvious. It is obvious
  - straight on (25° or less, OSRM's FUZZY_ANGLE_DIFFERENCE), if it keeps its name or no other way
    is within 40° of straight;
  - by up to 40°, if it keeps its name and no other way is straighter;
  - by any angle, if the road goes on (same name; or both without, and of one class) and every
    other way leaves it by 40° more.

Everything else is merged into the step before. Two steps within 15 m are one, their angles added:
the two halves of a crossing, both lefts of a U-turn on a dual carriageway.

An outline (the schematic network) has roads, but not their junctions: there a step is told where
the road gets another name, and no turn is named. Pieces below 30 m are crossings, not roads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from geo.models import Road, Turn
from geo.router import Junction

STRAIGHT_DEG, SLIGHT_DEG, NORMAL_DEG, UTURN_DEG = 10.0, 40.0, 120.0, 170.0
AS_STRAIGHT_DEG = 25.0
CLEAR_DEG = 40.0
BACK_DEG = 179.0
"""The way just come by, and no hairpin."""
MERGE_M = 15.0
SCRAP_M = 30.0

Passage = Literal["", "bridge", "tunnel", "ferry", "stairs"]
MIN_PASSAGE_M: Mapping[Passage, float] = {
    "bridge": 100.0,
    "tunnel": 50.0,
    "ferry": 0.0,
    "stairs": 0.0,
}
"""From this length on it is told: every stair, no culvert."""


def passage_of(road: Road) -> Passage:
    """Return what a road leads over or through."""
    return {"ferry": "ferry", "steps": "stairs"}.get(road.highway) or road.structure  # type: ignore[return-value]


def same_name(one: Road, other: Road) -> bool:
    """Return whether two roads go by one name; a number names those that have no other."""
    if (one.name_zh or one.name_en) and (other.name_zh or other.name_en):
        return (one.name_zh or one.name_en) == (other.name_zh or other.name_en)
    return bool(one.ref) and one.ref == other.ref


def is_named(road: Road) -> bool:
    """Return whether a road has a name or a number."""
    return bool(road.name_zh or road.name_en or road.ref)


def goes_on(before: Road, after: Road) -> bool:
    """Return whether a road is the continuation of another."""
    if is_named(before) or is_named(after):
        return same_name(before, after)
    return before.highway == after.highway


def is_obvious(junction: Junction, before: Road, after: Road) -> bool:
    """Return whether one would go that way without being told (see above)."""
    angle = abs(junction.turn_deg)
    if not junction.others:
        return angle < BACK_DEG
    nearest = min(map(abs, junction.others))
    keeps_name = same_name(before, after)
    if angle <= AS_STRAIGHT_DEG and (keeps_name or nearest > SLIGHT_DEG):
        return True
    if keeps_name and angle <= SLIGHT_DEG and nearest > angle:
        return True
    return goes_on(before, after) and nearest >= angle + CLEAR_DEG


def turn_word(degrees: float) -> Turn:
    """Return the word for an angle."""
    angle = abs(degrees)
    if angle <= STRAIGHT_DEG:
        return "straight"
    side = "right" if degrees > 0 else "left"
    if angle <= SLIGHT_DEG:
        return f"slight-{side}"  # type: ignore[return-value]
    return side if angle <= NORMAL_DEG else f"sharp-{side}"  # type: ignore[return-value]


def turn_at(junction: Junction, *, renamed: bool) -> Turn:
    """Return the word for a junction that is told.

    Where there is no other way a bend is none; at a fork it is the side that counts.
    """
    degrees = junction.turn_deg
    if abs(degrees) >= UTURN_DEG:
        return turn_word(degrees)
    if not junction.others and not (renamed and abs(degrees) > SLIGHT_DEG):
        return "straight"
    rivals = [other for other in junction.others if abs(other) <= SLIGHT_DEG]
    if rivals and abs(degrees) <= AS_STRAIGHT_DEG:
        if degrees < min(rivals):
            return "slight-left"
        if degrees > max(rivals):
            return "slight-right"
    return turn_word(degrees)
