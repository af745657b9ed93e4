"""Every number of the street profiles, in one place. docs/networks.md shows the same table.

Speeds are those people drive at when the road is free, not limits. Where a way has `maxspeed` it
wins, times `LIMIT_SHARE`. Sources: limits of the Regulation on the Implementation of the Road
Traffic Safety Law of China, art. 45, 46 (urban road without centre line 30 km/h, with one lane a
direction 50; country road 40 and 70) and art. 78 (expressway 60 to 120); design speeds of CJJ
37-2012 (urban expressway 60-100, arterial 40-60, secondary 30-50, local 20-40) and JTG B01-2014.
Typical speeds are set about 10 to 20 % below, as vehicles rarely hold a limit.
"""

from __future__ import annotations

from collections.abc import Mapping

LIMIT_SHARE = 0.9
"""Of a posted limit that is driven on average when the road is free."""

DRIVE_KMH: Mapping[str, float] = {
    "motorway": 100,
    "motorway_link": 50,
    "trunk": 70,
    "trunk_link": 40,
    "primary": 50,
    "primary_link": 35,
    "secondary": 42,
    "secondary_link": 30,
    "tertiary": 35,
    "tertiary_link": 25,
    "unclassified": 30,
    "residential": 25,
    "living_street": 10,
    "service": 15,
    "road": 25,
}
"""Cars. A class that is not here is closed to them."""

COACH_MAX_KMH = 100.0
"""Art. 45 and 78: buses on expressways."""

COACH_SHARE = 0.9
"""A coach of 12 m is that much slower than a car below expressways."""

COACH_SHORTCUT = 3.0
"""A coach takes a street of `COACH_SHUNS` only where the way round takes this many times longer."""

COACH_SHUNS = frozenset({"residential", "living_street", "service", "unclassified", "road"})

COACH_SIZE: Mapping[str, float] = {
    "maxheight": 3.8,
    "maxweight": 18.0,
    "maxlength": 12.0,
    "maxwidth": 2.55,
}
"""Metres and tonnes of a two-axle touring coach; GB 1589-2016 allows 4.0, 18, 12 and 2.55."""

CYCLE_KMH: Mapping[str, float] = {
    "cycleway": 16,
    "path": 12,
    "track": 12,
    "bridleway": 8,
    "primary": 16,
    "primary_link": 16,
    "secondary": 16,
    "secondary_link": 16,
    "tertiary": 16,
    "tertiary_link": 16,
    "unclassified": 16,
    "residential": 15,
    "living_street": 12,
    "service": 12,
    "road": 15,
    "busway": 16,
    "pedestrian": 4,
    "footway": 4,
    "corridor": 4,
    "platform": 4,
    "pier": 4,
    "steps": 1.5,
}
"""Bicycles. 4 km/h is pushing, 1.5 carrying it up or down."""

RIDE_KMH = 12.0
"""Where cycling is allowed on a path for walkers."""

PUSH_KMH = 4.0
"""Where it is not."""

WALK_KMH = 4.5
"""As off the network (`geo.router.APPROACH_SPEED_MS`): an unhurried group."""

STEPS_KMH = 2.2
"""Along the ground, up and down averaged: about half the level speed."""

WALKABLE = frozenset(
    {
        *("trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
        *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service"),
        *("road", "pedestrian", "footway", "path", "track", "steps", "cycleway", "bridleway"),
        *("corridor", "platform", "pier"),
    }
)
"""Classes open on foot unless tagged otherwise; `trunk` only with a sidewalk or `foot=yes`."""

SLOW_ACCESS_KMH = 10.0
"""Roads for those who have business there (`destination`, `customers`, `delivery`)."""

FERRY_KMH = 15.0
"""Where a ferry has no `duration`."""

FERRY_WAIT_S = 600.0
"""Half of a 20 minutes' service."""

SIGNAL_S = 12.5
"""Straight on or right at signals: red² / (2 · cycle), half red in a cycle of 100 s (uniform
arrivals, the first term of Webster's delay, 1958)."""

SIGNAL_LEFT_S = 28.0
"""Left at signals: red for three quarters of the cycle."""

LEFT_S = 6.0
"""Left across traffic without signals."""

RIGHT_S = 2.0
"""Slowing down to turn right."""

UTURN_S = 20.0
"""Turning round."""

TOLL_BOOTH_S = 10.0
"""Passing a toll gate."""

STRAIGHT_DEG = 35.0
"""A turn by less is straight on."""

MAIN_PART_M = 2000.0
"""Roads cut off from all others (by mode) are left out unless they run to this length."""
