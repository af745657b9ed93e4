"""Who may travel on a way or past a node, which way, and how fast: OpenStreetMap's tags read.

Defaults follow the OSM wiki (OSM tags for routing/Access restrictions); where China differs from
them, or the wiki leaves a choice, docs/networks.md says what was chosen. Conditional tags
(`*:conditional`) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import speeds
from .elements import Tags, kind_of

CLOSED = frozenset(
    {"no", "private", "agricultural", "forestry", "military", "emergency", "permit", "use_sidepath"}
)
BY_BUSINESS = frozenset({"destination", "customers", "delivery", "residents"})
YES = frozenset({"yes", "designated", "permissive", "official", "public"})
ONEWAY_FORWARD = frozenset({"yes", "true", "1"})
ONEWAY_BACKWARD = frozenset({"-1", "reverse"})
NEVER = frozenset({"reversible"})
"""Roads whose direction changes by the hour; nobody can plan on them."""

WALLS = frozenset({"wall", "fence", "hedge", "jersey_barrier", "debris", "log", "city_wall"})
POSTS = frozenset(
    {
        *("bollard", "block", "cycle_barrier", "motorcycle_barrier", "stile", "turnstile"),
        *("kissing_gate", "full-height_turnstile", "chain", "planter", "spikes", "horse_stile"),
        *("bus_trap", "sump_buster", "barrier_board", "yes"),
    }
)
"""Open to feet (bicycles are pushed), closed to motor vehicles unless tagged otherwise."""


FOR_FEET = frozenset({"footway", "steps", "corridor", "platform", "pier", "pedestrian"})
"""Classes that are open to vehicles only where a tag names them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """How a mode travels a way, along it and against it: km/h, 0 where it may not.

    `wait_s` is spent on the whole way once (a ferry); `shunned` marks a street to be avoided.
    """

    forward_kmh: float
    backward_kmh: float
    wait_s: float = 0.0
    shunned: bool = False


CLOSED_WAY = Passage(0.0, 0.0)


def _permission(tags: Tags, keys: tuple[str, ...], suffix: str = "") -> str:
    """Return the value of the most specific access key, "" if there is none."""
    for key in keys:
        value = tags.get(key + suffix)
        if value:
            return value
    return ""


FOOT = ("foot", "access")
BICYCLE = ("bicycle", "vehicle", "access")
CAR = ("motorcar", "motor_vehicle", "vehicle", "access")
COACH = ("coach", "tourist_bus", "bus", "motor_vehicle", "vehicle", "access")


def parse_number(text: str) -> float | None:
    """Return metres, tonnes or km/h of a tag; None where it says none.

    Understands `3.5`, `3,5 m`, `12'6"`, `7.5 t`, `30 mph` and `walk`.
    """
    text = text.strip().lower()
    if text == "walk":
        return 7.0
    feet = re.fullmatch(r"(\d+)'\s*(?:(\d+)\")?", text)
    if feet:
        return int(feet[1]) * 0.3048 + int(feet[2] or 0) * 0.0254
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(m|t|km/h|kmh|mph|ft|st|lbs)?", text)
    if not found:
        return None
    factor = {"mph": 1.609344, "ft": 0.3048, "st": 0.907185, "lbs": 0.000453592}
    return float(found[1].replace(",", ".")) * factor.get(found[2] or "", 1.0)


def parse_duration(text: str) -> float | None:
    """Return seconds of a ferry's `duration` (`MM`, `HH:MM`, `HH:MM:SS`, `PT1H30M`)."""
    iso = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.strip())
    if iso:
        return sum(
            int(part or 0) * unit for part, unit in zip(iso.groups(), (3600, 60, 1), strict=True)
        )
    parts = text.strip().split(":")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:  # noqa: PLR2004
        return None
    units = (60,) if len(parts) == 1 else (3600, 60, 1)
    return float(sum(int(part) * unit for part, unit in zip(parts, units, strict=False)))


def _directions(tags: Tags) -> tuple[bool, bool]:
    """Return whether traffic may go along a way and against it."""
    oneway = tags.get("oneway", "")
    if oneway in NEVER:
        return False, False
    if oneway in ONEWAY_BACKWARD:
        return False, True
    implied = tags.get("junction") in {"roundabout", "circular"} or tags["highway"] == "motorway"
    if oneway in ONEWAY_FORWARD or (implied and oneway != "no"):
        return True, False
    return True, True


def _posted(tags: Tags, direction: str, default: float) -> float:
    """Return the speed driven: of the posted limit, or the default of the class."""
    limit = parse_number(tags.get(f"maxspeed:{direction}", "") or tags.get("maxspeed", ""))
    return limit * speeds.LIMIT_SHARE if limit else default


def _motor(tags: Tags, keys: tuple[str, ...], base: float | None) -> Passage:
    """Return how a motor vehicle travels; `base` is the speed of the class, None if closed."""
    allowed = _permission(tags, keys)
    if allowed in CLOSED or (base is None and allowed not in YES | BY_BUSINESS):
        return CLOSED_WAY
    open_ = list(_directions(tags))
    top = speeds.SLOW_ACCESS_KMH if allowed in BY_BUSINESS else speeds.DRIVE_KMH["motorway"] * 1.2
    kmh = [0.0, 0.0]
    for at, direction in enumerate(("forward", "backward")):
        here = _permission(tags, keys, f":{direction}")
        usable = open_[at] if not here else here not in CLOSED
        speed = _posted(tags, direction, base or speeds.SLOW_ACCESS_KMH)
        kmh[at] = min(speed, top) if usable else 0.0
    return Passage(kmh[0], kmh[1])


def drive(tags: Tags) -> Passage:
    """Return how a car travels a way."""
    highway = tags["highway"]
    if highway in FOR_FEET and not _car_named(tags):
        return CLOSED_WAY
    return _motor(tags, CAR, speeds.DRIVE_KMH.get(highway))


def _car_named(tags: Tags) -> bool:
    """Whether cars are let onto a way for walkers by name."""
    return any(tags.get(key) in YES for key in ("motorcar", "motor_vehicle"))


def _too_big(tags: Tags) -> bool:
    """Whether a coach does not fit."""
    for key, needed in speeds.COACH_SIZE.items():
        limit = parse_number(tags.get(f"{key}:bus") or tags.get(key, ""))
        if limit is not None and limit < needed:
            return True
    return False


def coach(tags: Tags) -> Passage:
    """Return how a touring coach travels a way: like a car where it fits and is let in."""
    highway = tags["highway"]
    named = any(tags.get(key) in YES for key in ("coach", "tourist_bus", "bus"))
    # On a platform `bus=yes` tells whose passengers wait there.
    if _too_big(tags) or (highway in FOR_FEET and not named) or highway == "platform":
        return CLOSED_WAY
    if tags.get("hgv") in CLOSED and not named:
        # Closed to heavy traffic: a street too narrow or too steep for 12 m.
        return CLOSED_WAY
    passage = _motor(tags, COACH, speeds.DRIVE_KMH.get(highway))
    share = 1.0 if highway == "motorway" else speeds.COACH_SHARE
    return Passage(
        min(passage.forward_kmh * share, speeds.COACH_MAX_KMH),
        min(passage.backward_kmh * share, speeds.COACH_MAX_KMH),
        shunned=highway in speeds.COACH_SHUNS,
    )


def _cycles_against(tags: Tags) -> bool:
    """Whether bicycles may go against a one-way street."""
    if tags.get("oneway:bicycle") == "no":
        return True
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return any(tags.get(side, "").startswith("opposite") for side in sides)


def _cycle_speed(tags: Tags, allowed: str) -> float | None:
    highway = tags["highway"]
    base = speeds.CYCLE_KMH.get(highway)
    if highway == "trunk" and (allowed in YES or tags.get("motorroad") != "yes"):
        base = speeds.CYCLE_KMH["primary"]
    if highway in {"footway", "pedestrian", "path"} and allowed in YES:
        return speeds.RIDE_KMH
    return base


def cycle(tags: Tags) -> Passage:
    """Return how a bicycle travels a way, pushed where it may not be ridden but walked."""
    allowed = _permission(tags, BICYCLE)
    base = _cycle_speed(tags, allowed)
    if base is None or allowed in CLOSED | {"dismount"}:
        return _pushed(tags)
    forward, backward = _directions(tags)
    own = tags.get("oneway:bicycle", "")
    if own in ONEWAY_FORWARD or own in ONEWAY_BACKWARD:
        forward, backward = own in ONEWAY_FORWARD, own in ONEWAY_BACKWARD
    elif not (forward and backward) and (_cycles_against(tags) or base <= speeds.PUSH_KMH):
        forward = backward = True
    return Passage(base * forward, base * backward)


def _pushed(tags: Tags) -> Passage:
    """Return how a bicycle is pushed where one may walk."""
    on_foot = walk(tags)
    if tags["highway"] in {"motorway", "trunk", "motorway_link", "trunk_link"}:
        return CLOSED_WAY
    slow = speeds.CYCLE_KMH["steps"] if tags["highway"] == "steps" else speeds.PUSH_KMH
    return Passage(min(slow, on_foot.forward_kmh), min(slow, on_foot.backward_kmh))


def _has_sidewalk(tags: Tags) -> bool:
    values = [tags.get("sidewalk", ""), *(tags.get(f"sidewalk:{s}", "") for s in ("left", "right"))]
    return any(value in {"both", "left", "right", "yes"} for value in values)


def walk(tags: Tags) -> Passage:
    """Return how a walker travels a way: both ways on one-way streets."""
    highway, allowed = tags["highway"], _permission(tags, FOOT)
    named = tags.get("foot") in YES
    closed = allowed in CLOSED or highway not in speeds.WALKABLE
    by_sidewalk = highway.startswith("trunk") or tags.get("motorroad") == "yes"
    if (closed or (by_sidewalk and not _has_sidewalk(tags))) and not named:
        return CLOSED_WAY
    speed = speeds.STEPS_KMH if highway == "steps" else speeds.WALK_KMH
    own = tags.get("oneway:foot", "") or ("yes" if tags.get("conveying") == "forward" else "")
    against = own in ONEWAY_FORWARD or tags.get("foot:backward") == "no"
    along = own in ONEWAY_BACKWARD or tags.get("conveying") == "backward"
    return Passage(speed * (not along), speed * (not against))


def _ferry(tags: Tags, mode: str) -> Passage:
    """Return how a mode travels by ferry: walkers unless forbidden, cars only if allowed."""
    keys = {"walk": FOOT, "cycle": BICYCLE, "drive": CAR, "coach": COACH}[mode]
    allowed = _permission(tags, keys)
    named = any(tags.get(key) in YES for key in keys[:-1])
    if allowed in CLOSED or (mode in {"drive", "coach"} and not named):
        return CLOSED_WAY
    backward = speeds.FERRY_KMH * (tags.get("oneway") not in ONEWAY_FORWARD)
    return Passage(speeds.FERRY_KMH, backward, wait_s=speeds.FERRY_WAIT_S)


RULES: Mapping[str, Callable[[Tags], Passage]] = {
    "walk": walk,
    "cycle": cycle,
    "drive": drive,
    "coach": coach,
}
"""By mode, the rule for all ways but ferries; `highway` is what `kind_of` calls them."""


def passage(tags: Tags, mode: str) -> Passage:
    """Return how `mode` travels a way."""
    kind = kind_of(tags)
    if kind == "ferry":
        return _ferry(tags, mode)
    return RULES[mode]({**tags, "highway": kind}) if kind else CLOSED_WAY


def node_blocks(tags: Tags, mode: str) -> bool:
    """Whether a node (a gate, a bollard, …) lets nobody of `mode` through."""
    barrier = tags.get("barrier", "")
    if not barrier:
        return False
    if mode in {"walk", "cycle"}:
        # A bicycle is pushed through wherever one can walk.
        allowed = _permission(tags, FOOT)
        closed = barrier in WALLS or tags.get("locked") == "yes"
    else:
        allowed = _permission(tags, COACH if mode == "coach" else CAR)
        closed = barrier in WALLS | POSTS or tags.get("locked") == "yes"
        closed = closed or (mode == "coach" and _too_big(tags))
    if allowed:
        return allowed in CLOSED
    return closed and not (barrier == "bus_trap" and mode == "coach")
