"""Days over the real sites and roads, replayed by a checker that shares no code with the planner.

The sites are given hours here, since those of few are known. Travel times are taken from two-stop
plans, everything else from the request: hours are spans of minutes, not expressions.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from geo.errors import InvalidParameterError
from geo.models import Itinerary, Site
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 28)
HOURS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 1440),),
    ((540, 990),),
    ((510, 690), (810, 1020)),
    ((780, 1080),),
    (),
)


def expression(spans: tuple[tuple[int, int], ...]) -> str:
    """Return spans of minutes as an opening_hours text; none: closed at weekends, as DAY is."""
    texts = [f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans]
    return f"Mo-Su {','.join(texts)}" if spans else "Mo-Fr 09:00-17:00"


@dataclass
class Opened:
    """The real catalogue, its sites with the hours of the test."""

    catalogue: Any
    spans: dict[str, tuple[tuple[int, int], ...]]

    def sites_by_id(self, ids: Any) -> tuple[Site, ...]:
        return tuple(
            replace(site, opening_hours=expression(self.spans[site.id]))
            for site in self.catalogue.sites_by_id(ids)
        )

    def __getattr__(self, name: str) -> Any:
        """Return whatever else is asked of a catalogue."""
        return getattr(self.catalogue, name)


def random_day(catalogue: Any, seed: int, most: int) -> tuple[Opened, dict[str, Any]]:
    random = np.random.default_rng(seed)
    chosen = random.choice(catalogue.sites.index, int(random.integers(1, most + 1)), replace=False)
    ids = [str(one) for one in chosen]
    spans = {one: HOURS[int(random.choice(5, p=[0.3, 0.25, 0.2, 0.15, 0.1]))] for one in ids}
    cut = int(random.integers(1, len(ids) + 1))
    wish: dict[str, Any] = {
        "stops": ids[:cut],
        "optional": ids[cut:],
        "mode": "drive",
        "hours": "keep",
        "depart": f"{DAY}T{random.integers(8, 12):02d}:00",
        "until": f"{random.integers(14, 21):02d}:30",
        "visits": [[one, int(random.integers(2, 24)) * 5] for one in ids],
    }
    if random.random() < 0.5:
        wish["lunch"] = int(random.choice([30, 45, 60]))
    if random.random() < 0.4:
        wish["start"] = [120.3125, 36.0645]
    if random.random() < 0.4:
        wish["end"] = [120.3125, 36.0645]
    if len(ids) > 1 and random.random() < 0.3:
        wish["before"] = [ids[:2]]
    if random.random() < 0.3:
        wish["appointments"] = [[ids[-1], f"{random.integers(10, 16):02d}:00"]]
    return Opened(catalogue, spans), wish


def minutes_of(moment: datetime) -> float:
    return (moment.replace(tzinfo=None) - datetime.combine(DAY, datetime.min.time())) / timedelta(
        minutes=1
    )


def clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def check(found: Itinerary, wish: dict[str, Any], opened: Opened) -> None:
    """Assert that the day keeps every limit of the wish."""
    (day,) = found.days
    visited = [stop.site_id for stop in day.stops if stop.site_id]
    assert sorted(visited + [out.site_id for out in found.left_out]) == sorted(
        wish["stops"] + wish["optional"]
    )
    lengths, fixed = dict(wish["visits"]), dict(wish.get("appointments", ()))
    for leg, one, two in zip(day.legs, day.stops, day.stops[1:], strict=False):
        assert two.arrival is not None
        assert one.departure is not None
        assert two.arrival - one.departure == timedelta(seconds=leg.duration_s)
    for stop in day.stops:
        if stop.site_id is None:
            continue
        assert stop.arrival is not None
        begins = minutes_of(stop.arrival) + stop.wait_s / 60
        ends = begins + lengths[stop.site_id]
        assert any(a <= begins and ends <= b for a, b in opened.spans[stop.site_id])
        if stop.site_id in fixed:
            assert begins == clock(fixed[stop.site_id])
    for first, second in wish.get("before", ()):
        assert second not in visited or first in visited[: visited.index(second)]
    last = day.stops[-1].departure or day.stops[-1].arrival
    assert last is not None
    assert minutes_of(last) <= clock(wish["until"])
    pauses = [stop for stop in day.stops if stop.pause_s]
    if "lunch" in wish and minutes_of(last) > 810:
        assert len(pauses) == 1
    for stop in pauses:
        assert stop.departure is not None
        begun = minutes_of(stop.departure) - wish["lunch"]
        assert 660 <= begun <= 810


def times_of(wish: dict[str, Any], opened: Opened, router: Any) -> dict[tuple[str, str], float]:
    """Return the minutes from each place to each other, by plans of two stops."""
    ids, times = wish["stops"] + wish["optional"], {}
    for a, b in itertools.permutations(ids, 2):
        request = read_request({"stops": [a, b], "mode": "drive", "order": "given"})
        times[a, b] = plan(request, opened, router, now=NOW).travel_s / 60
    for name in ("start", "end"):
        for one in ids if name in wish else ():
            ends = {"stops": [one], "mode": "drive", "order": "given", name: wish[name]}
            key = ("start", one) if name == "start" else (one, "end")
            times[key] = plan(read_request(ends), opened, router, now=NOW).travel_s / 60
    return times


def ends_at(
    order: tuple[str, ...], pause: int, wish: dict[str, Any], world: tuple[Opened, Any]
) -> float | None:
    opened, times = world
    now, at = clock(wish["depart"][11:]), "start"
    lengths, fixed = dict(wish["visits"]), dict(wish.get("appointments", ()))
    for first, second in wish.get("before", ()):
        if second in order and first not in order[: order.index(second)]:
            return None
    for count, one in enumerate(order, 1):
        now += times.get((at, one), 0)
        spans = [(a, b - lengths[one]) for a, b in opened.spans[one]]
        if one in fixed:
            t = clock(fixed[one])
            spans = [(t, t) for a, b in spans if a <= t <= b]
        begins = [max(now, a) for a, b in spans if b >= a and now <= b]
        if not begins:
            return None
        now, at = min(begins) + lengths[one], one
        if count == pause:
            if now > 810:
                return None
            now = max(now, 660) + wish["lunch"]
    now += times.get((at, "end"), 0)
    return (
        None if now > clock(wish["until"]) or ("lunch" in wish and not pause and now > 810) else now
    )


def best_by_force(wish: dict[str, Any], world: tuple[Opened, Any]) -> tuple[float, float, float]:
    ids = wish["stops"] + wish["optional"]
    best: tuple[float, float, float] = (0, 0, 0)
    for size in range(1, len(ids) + 1):
        for order in itertools.permutations(ids, size):
            required = len(set(order) & set(wish["stops"]))
            for pause in range(size + 1 if "lunch" in wish else 1):
                ends = ends_at(order, pause, wish, world)
                if ends is not None:
                    value = (required, size - required, -ends)
                    best = value if not any(best[:2]) else max(best, value)
    return best


def try_case(catalogue: Any, router: Any, seed: int, most: int) -> None:
    opened, wish = random_day(catalogue, seed, most)
    world = (opened, times_of(wish, opened, router))
    required, optional, end = best_by_force(wish, world)
    if not required + optional:
        with pytest.raises(InvalidParameterError) as caught:
            plan(read_request(wish), opened, router, now=NOW)
        assert caught.value.data["rule"] == "nothing_fits"
        return
    found = plan(read_request(wish), opened, router, now=NOW)
    check(found, wish, opened)
    visited = {stop.site_id for stop in found.stops if stop.site_id}
    counts = (len(visited & set(wish["stops"])), len(visited & set(wish["optional"])))
    assert counts == (required, optional)
    assert found.most_sites == required + optional
    last = found.stops[-1].departure or found.stops[-1].arrival
    assert last is not None
    assert minutes_of(last) == pytest.approx(-end, abs=1e-6)
    for out in found.left_out:
        check_later(out, visited, wish, world)


def check_later(out: Any, visited: Any, wish: dict[str, Any], world: Any) -> None:
    """Assert that the later end admits the site beside all visited, and 5 minutes less do not."""
    wanted = [one for one in wish["stops"] + wish["optional"] if one in {*visited, out.site_id}]

    def fits(later: int) -> bool:
        until = clock(wish["until"]) + later
        day = {**wish, "until": f"{until // 60:02d}:{until % 60:02d}"}
        return any(
            ends_at(order, pause, day, world) is not None
            for order in itertools.permutations(wanted)
            for pause in range(len(wanted) + 1 if "lunch" in wish else 1)
        )

    if out.later_min is None:
        assert not fits((1440 - clock(wish["until"])) // 5 * 5)
    else:
        assert fits(out.later_min)
        assert not fits(out.later_min - 5)


@pytest.mark.parametrize("seed", range(12))
def test_no_day_is_better_and_every_limit_is_kept(
    seed: int, qingdao: Any, qingdao_router: Any
) -> None:
    try_case(qingdao, qingdao_router, seed, 5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 600))
def test_five_hundred_days(seed: int, qingdao: Any, qingdao_router: Any) -> None:
    try_case(qingdao, qingdao_router, seed, 6)
