"""The other ways of one leg of a plan, as its page shows them: `ways=3` asks for the third's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.state import AppState
from api.ways import other_ways, rides_of
from api.web.texts import Texts
from api.web.view import Page
from geo.avoid import Avoid
from geo.errors import InvalidParameterError
from geo.exchange import say_climb, say_leg
from geo.models import Fidelity, Itinerary, Leg
from geo.ways import Ways


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The ways of a leg, `number` counted from 1."""

    number: int
    ways: Ways


@dataclass(frozen=True, slots=True)
class WayRow:
    """Another way in words: its figures, the roads it takes, what it shares with the best."""

    length: str
    duration: str
    climb: str
    roads: str
    shared: int


@dataclass(frozen=True, slots=True)
class WaysRow:
    """Where a leg's other ways are shown, and the ways if they are; None: not asked for."""

    number: int
    href: str
    ways: tuple[WayRow, ...] | None


def otherwise_of(
    itinerary: Itinerary, text: str, state: AppState, avoid: Avoid
) -> Otherwise | None:
    """Return the other ways of the leg a page's address names, if it names one.

    Raises
    ------
    InvalidParameterError
        The plan has no such leg.
    """
    if not text:
        return None
    rides = rides_of(itinerary)
    if not text.isdecimal() or not 1 <= int(text[:4]) <= len(rides):
        raise InvalidParameterError(
            "ways", text, f"a leg from 1 to {len(rides)}",
            rule="leg_number", limits={"last": len(rides)},
        )  # fmt: skip
    return Otherwise(int(text), other_ways(rides[int(text) - 1], state, avoid))


def ways_row(
    number: int, itinerary: Itinerary, settled: Mapping[str, str], page: Page,
    otherwise: Otherwise | None,
) -> WaysRow:  # fmt: skip
    """Return what the page says of the other ways of a leg."""
    href = page.href("/plan", **settled, ways=number) + f"#leg-{number}"
    if otherwise is None or otherwise.number != number:
        return WaysRow(number, href, None)
    fidelity = itinerary.network.fidelity
    rows = [_row(one.leg, one.shared, fidelity, page.texts) for one in otherwise.ways.others]
    return WaysRow(number, href, tuple(rows))


def _row(leg: Leg, shared: float, fidelity: Fidelity, texts: Texts) -> WayRow:
    said = say_leg(leg, fidelity, texts)
    names = dict.fromkeys(texts.name(road) or road.ref for road in leg.roads)
    roads = texts("page.plan.road-separator").join(list(names)[:6])
    return WayRow(said.length, said.duration, say_climb(leg, texts), roads, round(shared * 100))
