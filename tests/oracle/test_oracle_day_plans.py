"""Days over the real sites and roads, replayed by a checker that shares no code with the planner.

Every order, subset and division over days is tried, and every smallest change is tried too.

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
from geo.limits import LeftOut, Relaxation
from geo.models import Day, Itinerary, Site
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 28)
PLACE = (120.3125, 36.0645)
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


def spans_on(spans: tuple[tuple[int, int], ...], day: date) -> tuple[tuple[int, int], ...]:
    """Return the minutes a site is open on a day."""
    return spans or (((540, 1020),) if day.weekday() < 5 else ())


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
        wish["start"] = list(PLACE)
    if random.random() < 0.4:
        wish["end"] = list(PLACE)
    if len(ids) > 1 and random.random() < 0.3:
        wish["before"] = [ids[:2]]
    if random.random() < 0.3:
        wish["appointments"] = [[ids[-1], f"{random.integers(10, 16):02d}:00"]]
    if len(ids) > 2 and random.random() < 0.3:
        first = ids[:2] if "before" in wish else ids[1::-1]
        wish["sequence"] = [*first, *ids[3:4], ids[2]]
    return Opened(catalogue, spans), wish


def random_days(catalogue: Any, seed: int, most: int) -> tuple[Opened, dict[str, Any]]:
    """Return a wish for two or three days, with hours, nights, priorities and dates."""
    opened, wish = random_day(catalogue, seed, most)
    random = np.random.default_rng(seed + 10_000)
    count = int(random.integers(2, 4))
    dates = [f"{DAY + timedelta(days=int(n))}" for n in np.cumsum(random.integers(1, 3, count))]
    first = f"{DAY}"
    texts = [first, *dates[: count - 1]]
    hours = [f"@{random.integers(8, 11):02d}:30-{random.integers(12, 18):02d}:15" for _ in texts]
    wish["dates"] = [
        t + (h if random.random() < 0.6 else "") for t, h in zip(texts, hours, strict=True)
    ]
    wish["priorities"] = [[one, int(random.integers(1, 6))] for one in wish["optional"]]
    if random.random() < 0.7:
        wish["nights"] = (
            [list(PLACE)]
            if random.random() < 0.5
            else [list(PLACE) if random.random() < 0.6 else None for _ in texts[1:]]
        )
    if random.random() < 0.3:
        wish["a_day"] = int(random.integers(1, 4))
    if "appointments" in wish and random.random() < 0.7:
        ((one, at),) = wish["appointments"]
        on = str(random.choice(texts))
        wish["appointments"] = [[one, f"{on}T{at}" if random.random() < 0.5 else on]]
    return opened, wish


def days_of(wish: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each day of a wish as a wish of its own, by what the request means."""
    if "dates" not in wish:
        return [{**wish, "date": DAY, "from": wish["depart"][11:]}]
    days, nights = [], wish.get("nights", [None])
    count = len(wish["dates"])
    nights = nights * (count - 1) if len(nights) == 1 else nights
    for number, text in enumerate(wish["dates"]):
        day, _, hours = text.partition("@")
        depart, _, until = hours.partition("-")
        one = {**wish, "date": date.fromisoformat(day), "from": depart or wish["depart"][11:]}
        one["until"] = until or wish["until"]
        for end, night in (("start", number - 1), ("end", number)):
            if 0 <= night < count - 1:
                one.pop(end, None)
                if nights[night] is not None:
                    one[end] = nights[night]
        days.append(one)
    return days


def fixed_on(site: str, wish: dict[str, Any]) -> tuple[bool, int | None]:
    """Return whether a site may be visited on a day, and at which minute it must begin."""
    when = dict(wish.get("appointments", ())).get(site)
    if when is None:
        return True, None
    day, _, at = when.partition("T") if "-" in when else ("", "", when)
    return day in {"", f"{wish['date']}"}, clock(at) if at else None


def minutes_of(moment: datetime, day: date) -> float:
    midnight = datetime.combine(day, datetime.min.time())
    return (moment.replace(tzinfo=None) - midnight) / timedelta(minutes=1)


def clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def check(found: Itinerary, wish: dict[str, Any], opened: Opened) -> None:
    """Assert that the days keep every limit of the wish."""
    visited = [stop.site_id for stop in found.stops if stop.site_id]
    assert sorted(visited + [out.site_id for out in found.left_out]) == sorted(
        wish["stops"] + wish["optional"]
    )
    wishes = days_of(wish)
    assert [day.date for day in found.days] == [one["date"] for one in wishes]
    for day, one in zip(found.days, wishes, strict=True):
        if day.stops:
            check_day(day, one, opened)
    for first, second in wish.get("before", ()):
        assert second not in visited or first in visited[: visited.index(second)]
    for first, second in in_sequence(wish):
        if first in visited and second in visited:
            assert visited.index(first) < visited.index(second)


def check_day(day: Day, wish: dict[str, Any], opened: Opened) -> None:
    """Assert that one day begins and ends as it must, and never enters a closed site."""
    lengths = dict(wish["visits"])
    begun = day.stops[0].arrival or day.stops[0].departure
    assert begun is not None
    assert minutes_of(begun, day.date) == clock(wish["from"])
    for end, at in (("start", 0), ("end", -1)):
        assert (day.stops[at].site_id is None) == (end in wish)
        if end in wish:
            assert (day.stops[at].lon, day.stops[at].lat) == tuple(wish[end])
    for leg, one, two in zip(day.legs, day.stops, day.stops[1:], strict=False):
        assert two.arrival is not None
        assert one.departure is not None
        assert two.arrival - one.departure == timedelta(seconds=leg.duration_s)
    sites = [stop for stop in day.stops if stop.site_id is not None]
    assert len(sites) <= wish.get("a_day", 60)
    for stop in sites:
        assert stop.arrival is not None
        assert stop.site_id is not None
        begins = minutes_of(stop.arrival, day.date) + stop.wait_s / 60
        ends = begins + lengths[stop.site_id]
        open_on = spans_on(opened.spans[stop.site_id], day.date)
        assert any(a <= begins and ends <= b for a, b in open_on)
        allowed, at = fixed_on(stop.site_id, wish)
        assert allowed
        assert at is None or begins == at
    check_end(day, wish)


def check_end(day: Day, wish: dict[str, Any]) -> None:
    """Assert that a day ends in time, with lunch if it is owed."""
    last = day.stops[-1].departure or day.stops[-1].arrival
    assert last is not None
    visits = any(stop.site_id for stop in day.stops)
    assert minutes_of(last, day.date) <= clock(wish["until"]) or not visits
    pauses = [stop for stop in day.stops if stop.pause_s]
    if "lunch" in wish and minutes_of(last, day.date) > 810 and visits:
        assert len(pauses) == 1
    for stop in pauses:
        assert stop.departure is not None
        begun = minutes_of(stop.departure, day.date) - wish["lunch"]
        assert 660 <= begun <= 810


Times = dict[tuple[str, str], float]


def times_of(wish: dict[str, Any], opened: Opened, router: Any) -> Times:
    """Return the minutes from each place to each other, by plans of two stops."""
    ids, times = wish["stops"] + wish["optional"], {}
    for a, b in itertools.permutations(ids, 2):
        request = read_request({"stops": [a, b], "mode": "drive", "order": "given"})
        times[a, b] = plan(request, opened, router, now=NOW).travel_s / 60
    for name in ("start", "end"):
        for one in ids:
            ends = {"stops": [one], "mode": "drive", "order": "given", name: list(PLACE)}
            key = ("start", one) if name == "start" else (one, "end")
            times[key] = plan(read_request(ends), opened, router, now=NOW).travel_s / 60
    return times


def ends_at(
    order: tuple[str, ...], pause: int, wish: dict[str, Any], world: tuple[Opened, Times]
) -> float | None:
    """Return when one day ends that visits `order`, lunch after so many visits; None: broken."""
    opened, times = world
    now, at = float(clock(wish["from"])), "start" if "start" in wish else ""
    lengths = dict(wish["visits"])
    for count, one in enumerate(order, 1):
        now += times.get((at, one), 0)
        open_on = spans_on(opened.spans[one], wish["date"])
        spans = [(a, b - lengths[one]) for a, b in open_on]
        allowed, t = fixed_on(one, wish)
        if t is not None:
            spans = [(t, t) for a, b in spans if a <= t <= b]
        begins = [max(now, a) for a, b in spans if b >= a and now <= b]
        if not begins or not allowed:
            return None
        now, at = min(begins) + lengths[one], one
        if count == pause:
            if now > 810:
                return None
            now = max(now, 660) + wish["lunch"]
    now += times.get((at, "end"), 0) if "end" in wish else 0
    return (
        None if now > clock(wish["until"]) or ("lunch" in wish and not pause and now > 810) else now
    )


def shortest_day(
    sites: frozenset[str], wish: dict[str, Any], world: tuple[Opened, Times]
) -> float | None:
    """Return how long a day of these sites is at the least, None where they do not fit."""
    if not sites:
        return 0.0  # where a day starts and ends is one place here
    if len(sites) > wish.get("a_day", 60):
        return None
    late = "lunch" in wish and clock(wish["from"]) > 810
    pauses = range(len(sites) + 1 if "lunch" in wish and not late else 1)
    wish = {name: value for name, value in wish.items() if not (late and name == "lunch")}
    ends = [
        end
        for order in itertools.permutations(sorted(sites))
        if all(
            a not in sites or b not in sites or order.index(a) < order.index(b)
            for a, b in (*wish.get("before", ()), *in_sequence(wish))
        )
        for pause in pauses
        if (end := ends_at(order, pause, wish, world)) is not None
    ]
    return min(ends) - clock(wish["from"]) if ends else None


def in_sequence(wish: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of sites of which the first goes first, where both are visited."""
    return list(itertools.combinations(wish.get("sequence", ()), 2))


Worth = tuple[int, int, int, float]


def best_by_force(wish: dict[str, Any], world: tuple[Opened, Times]) -> Worth:
    """Return (promised, required, points, -length) of the best days, zeros where none fits."""
    ids, wishes = wish["stops"] + wish["optional"], days_of(wish)
    points = dict.fromkeys(wish["optional"], 3) | dict(wish.get("priorities", ()))
    known: dict[tuple[int, frozenset[str]], float | None] = {}
    best: Worth = (0, 0, 0, 0)
    promised = {one for one, _ in wish.get("appointments", ())} | set(wish.get("sequence", ()))
    promised &= set(wish["stops"])
    for where in itertools.product(range(-1, len(wishes)), repeat=len(ids)):
        day_of = {one: day for one, day in zip(ids, where, strict=True) if day >= 0}
        if any(b in day_of and day_of.get(a, 9) > day_of[b] for a, b in wish.get("before", ())):
            continue
        if any(b in day_of and a in day_of and day_of[a] > day_of[b] for a, b in in_sequence(wish)):
            continue
        kept = len(day_of.keys() & promised)
        required = len(day_of.keys() & set(wish["stops"]))
        worth = sum(points[one] for one in day_of if one in wish["optional"])
        if (kept, required, worth) < best[:3] or not day_of:
            continue
        total: float | None = 0.0
        for day, one in enumerate(wishes):
            key = (day, frozenset(site for site, d in day_of.items() if d == day))
            if key not in known:
                known[key] = shortest_day(key[1], one, world)
            length = known[key]
            total = None if total is None or length is None else total + length
        if total is not None:
            found = (kept, required, worth, -total)
            best = max(best, found) if any(best[:3]) else found
    return best


def try_case(opened: Opened, wish: dict[str, Any], router: Any) -> None:
    world = (opened, times_of(wish, opened, router))
    _, required, points, length = best_by_force(wish, world)
    if not required + points:
        with pytest.raises(InvalidParameterError) as caught:
            plan(read_request(wish), opened, router, now=NOW)
        assert caught.value.data["rule"] == "nothing_fits"
        return
    found = plan(read_request(wish), opened, router, now=NOW)
    check(found, wish, opened)
    quality = found.quality
    assert quality is not None
    assert quality.exact
    assert (quality.required, quality.points) == (required, points)
    assert (quality.required_most, quality.points_most) == (required, points)
    assert quality.length_s / 60 == pytest.approx(-length, abs=1e-6)
    visited = {stop.site_id for stop in found.stops if stop.site_id}
    assert found.most_sites is not None
    assert found.most_sites >= len(visited)
    for out in found.left_out:
        check_changes(out, visited, wish, world)


def check_changes(
    out: LeftOut, visited: set[str], wish: dict[str, Any], world: tuple[Opened, Times]
) -> None:
    """Assert that each change lets the site in beside all visited, and one step less does not."""
    wanted = frozenset({*visited, out.site_id})
    wish = {**wish, "stops": sorted(wanted), "optional": [], "priorities": []}
    if any(b in wanted and a not in wanted for a, b in wish.get("before", ())):
        assert out.relaxations == ()
        return
    for change in out.relaxations:
        step = 1 if change.limit == "a_day" else 5
        assert fits(changed(wish, change, out.site_id, change.by), wanted, world)
        assert not fits(changed(wish, change, out.site_id, change.by - step), wanted, world)
    later = [one.by for one in out.relaxations if one.limit == "until"]
    assert out.later_min == min(later, default=None)
    if not later and len(days_of(wish)) == 1:
        most = (1440 - clock(wish["until"])) // 5 * 5
        longest = Relaxation("until", DAY, "", most)
        assert not fits(changed(wish, longest, out.site_id, most), wanted, world)


def fits(wishes: list[dict[str, Any]], wanted: frozenset[str], world: tuple[Opened, Times]) -> bool:
    """Return whether these days can hold all that is wanted."""
    sites = sorted(wanted)
    for where in itertools.product(range(len(wishes)), repeat=len(sites)):
        day_of = dict(zip(sites, where, strict=True))
        if any(b in day_of and day_of[a] > day_of[b] for a, b in wishes[0].get("before", ())):
            continue
        both = ((a, b) for a, b in in_sequence(wishes[0]) if a in day_of and b in day_of)
        if any(day_of[a] > day_of[b] for a, b in both):
            continue
        if all(
            shortest_day(frozenset(s for s, d in day_of.items() if d == day), one, world)
            is not None
            for day, one in enumerate(wishes)
        ):
            return True
    return False


def changed(wish: dict[str, Any], change: Relaxation, site: str, by: int) -> list[dict[str, Any]]:
    """Return the days of a wish with one limit changed by so much."""
    days = days_of(wish)
    for day in days:
        if change.limit == "a_day":
            day["a_day"] += by
        elif change.limit == "visit":
            day["visits"] = [[one, m - by * (one == site)] for one, m in day["visits"]]
        elif day["date"] == change.date:
            name, sign = ("until", 1) if change.limit == "until" else ("from", -1)
            minutes = clock(day[name]) + sign * by
            day[name] = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return days


@pytest.mark.parametrize("seed", range(12))
def test_no_day_is_better_and_every_limit_is_kept(
    seed: int, qingdao: Any, qingdao_router: Any
) -> None:
    try_case(*random_day(qingdao, seed, 5), qingdao_router)


@pytest.mark.parametrize("block", range(8))
def test_no_days_are_better_and_every_limit_is_kept(
    block: int, qingdao: Any, qingdao_router: Any
) -> None:
    for seed in range(6):
        try_case(*random_days(qingdao, 6 * block + seed, 4), qingdao_router)


def replay_requests(catalogue: Any, router: Any, seeds: range) -> int:
    """Replay plans of random requests, also ones too large to be tried whole; return how many."""
    replayed = 0
    for seed in seeds:
        make = random_days if seed % 2 else random_day
        opened, wish = make(catalogue, seed, 16 if seed % 8 == 0 else 9)
        try:
            found = plan(read_request(wish), opened, router, now=NOW)
        except InvalidParameterError as error:
            assert error.data["rule"] == "nothing_fits"  # noqa: PT017 - any other is a failure
            continue
        check(found, wish, opened)
        assert found.quality is not None
        assert found.quality.required <= found.quality.required_most
        replayed += 1
    return replayed


def test_no_request_breaks_a_limit(qingdao: Any, qingdao_router: Any) -> None:
    assert replay_requests(qingdao, qingdao_router, range(20_000, 20_040)) > 30


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_requests_break_no_limit(
    block: int, qingdao: Any, qingdao_router: Any
) -> None:
    seeds = range(30_000 + 1000 * block, 31_000 + 1000 * block)
    assert replay_requests(qingdao, qingdao_router, seeds) > 900


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 350))
def test_five_hundred_days(seed: int, qingdao: Any, qingdao_router: Any) -> None:
    try_case(*random_day(qingdao, seed, 6), qingdao_router)
    try_case(*random_days(qingdao, seed, 5 + (seed % 10 == 0)), qingdao_router)
