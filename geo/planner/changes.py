"""What is different from the plan before: which visits moved, and what that costs.

The plan before is told in the characters of an address: each visit with the moment it begins,
then the seconds of its ways and of its days. Nothing has to be kept anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from geo.errors import InvalidParameterError
from geo.messages import Notice
from geo.models import TIME_ZONE, Itinerary, Stop

MoveKind = Literal["new", "gone", "day", "order", "time"]

_VISIT = re.compile(
    r"[a-z0-9][a-z0-9-]{0,79}@[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
)
_SUMS = re.compile(r"[0-9]{1,7};[0-9]{1,7}")
_WANTED = "visits such as navy-museum@2026-11-28T10:00, commas between, or the id of a kept plan"


@dataclass(frozen=True, slots=True)
class PlanBefore:
    """A plan as it was: its visits in order, each with its begin; sums of seconds, if known.

    `travel_s` are the ways, `away_s` the days from their first departure to their last arrival.
    """

    visits: tuple[tuple[str, datetime], ...]
    travel_s: int | None = None
    away_s: int | None = None

    def __str__(self) -> str:
        """Return it as it stands in an address."""
        visits = ",".join(f"{site}@{at:%Y-%m-%dT%H:%M:%S}" for site, at in self.visits)
        return visits if self.travel_s is None else f"{visits};{self.travel_s};{self.away_s}"


@dataclass(frozen=True, slots=True)
class Move:
    """A visit that is new, gone, on another day, at another place in the order, or later."""

    kind: MoveKind
    site_id: str
    before: datetime | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What is different: the visits that moved, and the seconds it costs (negative: it saves).

    None: the plan before did not say how long it was.
    """

    moves: tuple[Move, ...]
    travel_s: int | None
    away_s: int | None


def plan_before(itinerary: Itinerary) -> PlanBefore:
    """Return a plan as the next one is compared with it."""
    return PlanBefore(tuple(_visits(itinerary)), itinerary.travel_s, away_s(itinerary))


def read_before(text: str) -> PlanBefore:
    """Return the plan before of an address.

    Raises
    ------
    InvalidParameterError
        It is not one of ours.
    """
    visits, _, sums = text.partition(";")
    parts = [part.strip() for part in visits.split(",")]
    if not all(map(_VISIT.fullmatch, parts)) or (sums and not _SUMS.fullmatch(sums)):
        raise InvalidParameterError("was", text[:200], _WANTED, rule="plan_before")
    try:
        found = tuple(
            (site, datetime.fromisoformat(at).replace(tzinfo=TIME_ZONE))
            for site, _, at in (part.partition("@") for part in parts)
        )
    except ValueError as error:
        raise InvalidParameterError("was", text[:200], _WANTED, rule="plan_before") from error
    travel, _, away = sums.partition(";")
    return PlanBefore(found, int(travel), int(away)) if sums else PlanBefore(found)


def away_s(itinerary: Itinerary) -> int:
    """Return how long all days are, from first departure to last arrival, in seconds."""
    total = timedelta()
    for day in itinerary.days:
        if day.stops:
            first, last = day.stops[0], day.stops[-1]
            begins, ends = first.arrival or first.departure, last.departure or last.arrival
            total += ends - begins if begins and ends else timedelta()
    return round(total.total_seconds())


def change_since(before: PlanBefore, itinerary: Itinerary) -> PlanChange:
    """Return what is different in a plan from the one before."""
    was, now = dict(before.visits), dict(_visits(itinerary))
    moves = [Move("gone", site, at, None) for site, at in was.items() if site not in now]
    common = [site for site in now if site in was]
    steady = _in_old_order(common, was)
    for site, at in now.items():
        if site not in was:
            moves.append(Move("new", site, None, at))
        elif was[site].date() != at.date():
            moves.append(Move("day", site, was[site], at))
        elif site not in steady:
            moves.append(Move("order", site, was[site], at))
        elif _minute(was[site]) != _minute(at):
            moves.append(Move("time", site, was[site], at))
    travel = None if before.travel_s is None else itinerary.travel_s - before.travel_s
    away = None if before.away_s is None else away_s(itinerary) - before.away_s
    return PlanChange(tuple(moves), travel, away)


def change_notices(change: PlanChange, names: Mapping[str, tuple[str, str]]) -> tuple[Notice, ...]:
    """Return a change as it is told; `names` (Chinese, English) by site, else the id is said."""
    return (*_cost(change), *(_told(move, names) for move in change.moves))


def _cost(change: PlanChange) -> Iterator[Notice]:
    if not change.moves and not change.travel_s and not change.away_s:
        yield Notice("change-none", "info")
    for what, seconds in (("travel", change.travel_s), ("away", change.away_s)):
        minutes = round((seconds or 0) / 60)
        if minutes:
            code = f"change-{what}-{'more' if minutes > 0 else 'less'}"
            yield Notice(code, "info", {"minutes": abs(minutes)})


def _told(move: Move, names: Mapping[str, tuple[str, str]]) -> Notice:
    name_zh, name_en = names.get(move.site_id, (move.site_id, move.site_id))
    written = "%Y-%m-%d %H:%M" if move.kind == "day" else "%H:%M"
    said = {
        name: at.strftime(written)
        for name, at in (("before", move.before), ("now", move.now))
        if at is not None
    }
    return Notice(f"change-{move.kind}", "info", {"name_zh": name_zh, "name_en": name_en, **said})


def _visits(itinerary: Itinerary) -> Iterator[tuple[str, datetime]]:
    for stop in itinerary.stops:
        if stop.site_id is not None and (begins := visit_begin(stop)):
            yield stop.site_id, begins


def visit_begin(stop: Stop) -> datetime | None:
    """Return when the visit of a stop begins: once it has been waited for."""
    return stop.arrival and stop.arrival + timedelta(seconds=stop.wait_s)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0)


def _in_old_order(sites: Sequence[str], was: Mapping[str, datetime]) -> frozenset[str]:
    """Return the most of `sites` that still follow each other as they did."""
    order = {site: number for number, site in enumerate(was)}
    tails: list[int] = []
    ends: list[str] = []
    came_from: dict[str, str | None] = {}
    for site in sites:
        at = bisect_left(tails, order[site])
        came_from[site] = ends[at - 1] if at else None
        tails[at : at + 1], ends[at : at + 1] = [order[site]], [site]
    kept: list[str] = []
    one = ends[-1] if ends else None
    while one is not None:
        kept.append(one)
        one = came_from[one]
    return frozenset(kept)
