"""Field trips over the real catalogue and roads: every limit is kept, every advice is true."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from api.web.texts import Texts
from geo.breaks import REST_MIN
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import (
    BadRequestError,
    InvalidParameterError,
    TooManyStopsError,
    UnknownSiteError,
)
from geo.exchange import to_ics
from geo.models import TIME_ZONE, Leg, Site
from geo.trip import (
    PRESETS,
    STAGES,
    Pause,
    Relaxation,
    Trip,
    TripClosedError,
    TripImpossibleError,
    TripPlan,
    TripRequest,
    pauses_at,
    plan_trip,
    read_trip_request,
    rests_from,
)
from geo.trip.candidates import indoors
from geo.trip.exports import timetable, to_timetable_csv
from geo.trip.presets import ASSUMED_OPEN, COACH_FACTOR
from geo.trip.timing import is_open, opening

SCHOOL = (120.3802, 36.0612)
TOWN = (
    "navy-museum",
    "ww1-museum",
    "qd-martyrs-memorial",
    "cpc-qingdao-memorial",
    "textile-museum",
)
ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")


def wish(**changes: Any) -> TripRequest:
    values = {"at": SCHOOL, "date": "2026-11-27", "stops": TOWN, "back_by": "17:00"}
    return read_trip_request({**values, **changes})


def broken(trip: Trip) -> list[str]:
    """Every limit that a trip breaks, found from its clock times alone."""
    return [fault for plan in trip.classes for fault in _broken(trip.request, plan)]


def _broken(request: TripRequest, plan: TripPlan) -> list[str]:
    faults: list[str] = []
    for number, day in enumerate(plan.itinerary.days):
        first, last = day.stops[0].departure, day.stops[-1].arrival
        assert first is not None
        assert last is not None
        if day.date != request.date + timedelta(days=number):
            faults.append("date")
        if first.time() < request.depart or last.time() > request.back_by:
            faults.append(f"window {first} {last}")
        if plan.walked_m(number) > request.walk_limit:
            faults.append(f"walked {plan.walked_m(number)}")
        toilet = first
        for index, (stop, leg) in enumerate(zip(day.stops[1:], day.legs, strict=True), start=1):
            before = day.stops[index - 1].departure
            assert before is not None
            assert stop.arrival is not None
            rests = rests_from(plan.pauses, number, index - 1)
            rested = sum((rest.end - rest.begin for rest in rests), start=timedelta())
            if stop.arrival - before != timedelta(seconds=leg.duration_s) + rested:
                faults.append(f"teleports {stop.name_zh}")
            faults += _unrested(rests, leg, toilet, timedelta(minutes=request.break_every))
            toilet = rests[-1].end if rests else toilet
            begin = plan.visit_begins(number, index) or stop.arrival
            if begin - toilet > timedelta(minutes=request.break_every):
                faults.append(f"no toilet {begin - toilet}")
            if stop.kind == "site":
                site = next(s for s in plan.sites if s.id == stop.site_id)
                faults += _closed(site, begin, stop.stay_s)
                assert stop.departure is not None
                faults += _gaps(plan, number, index, begin)
                toilet = toilet if site.toilets == "no" else stop.departure
        faults += _hungry(request, plan, number)
    return faults


def _unrested(rests: Sequence[Pause], leg: Leg, toilet: datetime, most: timedelta) -> list[str]:
    """What is wrong with the breaks on a way: a ride only, as far apart as allowed, long enough."""
    faults = ["a break of a walk"] if rests and leg.mode == "walk" else []
    for rest in rests:
        if rest.begin - toilet > most:
            faults.append(f"no break {rest.begin - toilet}")
        if rest.end - rest.begin != timedelta(minutes=REST_MIN):
            faults.append("length of a break")
        toilet = rest.end
    return faults


def _gaps(plan: TripPlan, day: int, index: int, begin: datetime) -> list[str]:
    """Wherever the pauses at a site and its visit do not fill the time there, one after another."""
    stop = plan.itinerary.days[day].stops[index]
    assert stop.arrival is not None
    before, after = pauses_at(plan.pauses, day, index, begin)
    visit = (begin, begin + timedelta(seconds=stop.stay_s))
    spans = [*((p.begin, p.end) for p in before), visit, *((p.begin, p.end) for p in after)]
    edges = [stop.arrival, *(moment for span in spans for moment in span), stop.departure]
    whole = all(a == b for a, b in zip(edges[::2], edges[1::2], strict=True))
    seconds = stop.wait_s + stop.stay_s + stop.pause_s
    told = stop.departure == stop.arrival + timedelta(seconds=seconds)
    return [] if whole and told else [f"gap at {stop.name_zh}"]


def _hungry(request: TripRequest, plan: TripPlan, number: int) -> list[str]:
    day = plan.itinerary.days[number]
    last = day.stops[-1].arrival
    assert last is not None
    lunch = [p for p in plan.pauses if p.day == number and p.kind == "lunch"]
    spans_noon = request.depart < time(12, 45) < last.time()
    if request.lunch != "none" and spans_noon and len(lunch) != 1:
        return ["no lunch"]
    window = request.lunch_begin, request.lunch_last
    late = any(not window[0] <= pause.begin.time() <= window[1] for pause in lunch)
    return ["lunch hour"] if late else []


def _closed(site: Site, begin: datetime, stay_s: int) -> list[str]:
    spans = opening(site, begin.date(), stay_s)
    second = begin.hour * 3600 + begin.minute * 60 + begin.second
    return [] if any(first <= second <= last for first, last in spans) else [f"closed {site.id}"]


@pytest.mark.parametrize("seed", range(40))
def test_no_limit_is_ever_broken(seed: int, qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    dice = random.Random(seed)  # noqa: S311 - test cases, not secrets
    transport = dice.choice(("coach", "coach", "walk"))
    near = [
        i for i in qingdao.sites.index if qingdao.sites.loc[i, "district"] in ("市南区", "市北区")
    ]
    ids = dice.sample(
        near if transport == "walk" else list(qingdao.sites.index), dice.randint(1, 7)
    )
    request = wish(
        stops=ids,
        transport=transport,
        stage=dice.choice(STAGES),
        depart=dice.choice(("07:30", "08:30", "12:50")),
        back_by=dice.choice(("13:30", "16:30", "18:00")),
        lunch=dice.choice(("packed", "booked", "none")),
        walk_limit_m=dice.choice((None, 800, 3000)),
        break_every_min=dice.choice((None, 45, 120)),
        order=dice.choice(("best", "given")),
        classes=dice.choice((1, 1, 1, 3)),
        wheelchair=dice.random() < 0.2,
    )
    try:
        trip = plan_trip(request, qingdao, qingdao_router)
    except TripImpossibleError:
        return
    assert broken(trip) == []
    visited = {site.id for plan in trip.classes for site in plan.sites}
    assert visited | {one.site.id for one in trip.left_out} == set(ids)
    assert not visited & {one.site.id for one in trip.left_out}
    if request.order == "given":
        order = [stop.site_id for stop in trip.classes[0].itinerary.stops if stop.site_id]
        assert request.classes > 1 or order == sorted(order, key=ids.index)


@pytest.mark.parametrize("stage", ["primary_lower", "primary_upper", "junior", "senior"])
def test_a_ride_longer_than_the_limit_is_broken_on_the_way(
    stage: str, qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    """The old town to 平度 is more than two hours by coach: every class gets its breaks."""
    request = wish(at=(120.3247, 36.0600), stops=["pingdu-first-branch"], stage=stage)
    trip = plan_trip(request, qingdao, qingdao_router)
    assert trip.left_out == ()
    assert broken(trip) == []
    plan = trip.classes[0]
    rests = [pause for pause in plan.pauses if pause.kind == "rest"]
    assert {pause.stop for pause in rests} == {0, 1}
    assert "trip-check-rests" in {check.notice.code for check in plan.checks}
    for messages in (ZH, EN):
        rows = list(timetable(plan, messages))
        assert [row.begin for row in rows if row.kind == "rest"] == [p.begin for p in rests]
        assert all(before.end == after.begin for before, after in pairwise(rows))
        calendar = to_ics(plan.itinerary, messages, datetime.now(UTC)).decode().replace("\r\n ", "")
        table = to_timetable_csv(plan, messages)
        for pause in rests:
            assert f"{pause.begin:%H:%M},{pause.end:%H:%M}" in table
            assert f"{pause.begin:%H:%M}–{pause.end:%H:%M}" in calendar


def test_two_days_see_a_district_a_day_where_that_is_less_driving(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    stops = (
        "liu-qianchu-park",
        "yang-mingzhai-hall",
        "laixi-conference-hall",
        "laixi-martyrs-cemetery",
    )
    lodging = (119.96, 36.78)
    changes = {"days": 2, "lodging": lodging, "stage": "senior", "back_by": "18:00"}
    trip = plan_trip(wish(stops=stops, **changes), qingdao, qingdao_router)
    assert broken(trip) == []
    names = {site.id: site.district for site in trip.classes[0].sites}
    days = [
        {names[stop.site_id] for stop in day.stops if stop.site_id}
        for day in trip.classes[0].itinerary.days
    ]
    assert sorted(days, key=str) == [{"平度市"}, {"莱西市"}]


def test_lunch_is_waited_for(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    """A visit over at 9:40 and nothing to see afterwards: lunch at 12:00, and then home."""
    request = wish(stops=TOWN[:1], lunch_from="12:30", lunch_to="12:30", back_by="16:00")
    assert plan_trip(request, qingdao, qingdao_router).left_out == ()
    both = wish(stops=TOWN[:3], lunch_from="12:30", lunch_to="12:30", back_by="16:00")
    trip = plan_trip(both, qingdao, qingdao_router)
    assert trip.left_out == ()
    assert broken(trip) == []
    (lunch,) = [pause for pause in trip.classes[0].pauses if pause.kind == "lunch"]
    assert f"{lunch.begin:%H:%M}" == "12:30"


def test_lunch_is_as_near_noon_as_the_same_end_allows(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    trip = plan_trip(wish(back_by="17:00"), qingdao, qingdao_router)
    plan = trip.classes[0]
    (lunch,) = [pause for pause in plan.pauses if pause.kind == "lunch"]
    end = plan.itinerary.stops[-1].arrival
    for clock in ("11:00", "11:15", "11:30", "11:45", "12:00", "12:15", "12:30", "12:45"):
        nearer = abs(_minutes(clock) - 720) < abs(_minutes(f"{lunch.begin:%H:%M}") - 720)
        try:
            other = plan_trip(
                wish(back_by="17:00", lunch_from=clock, lunch_to=clock), qingdao, qingdao_router
            )
        except TripImpossibleError:
            continue
        ends = other.classes[0].itinerary.stops[-1].arrival
        assert not (nearer and ends == end and not other.left_out)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def test_a_lunch_that_is_not_planned_is_said(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    for stops, lunch, said in ((TOWN[:1], "packed", True), (TOWN[:1], "none", False)):
        trip = plan_trip(wish(stops=stops, lunch=lunch, back_by="12:00"), qingdao, qingdao_router)
        codes = {check.notice.code for check in trip.classes[0].checks}
        assert ("trip-check-no-lunch" in codes) == said


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"depart": "09:30"}, "depart"),
        ({"back_by": "15:00"}, "back_by"),
        ({"walk_limit_m": 900}, "walk_limit_m"),
        (
            {
                "at": (120.3247, 36.0600),
                "stops": ["navy-museum", "wen-yiduo-house"],
                "transport": "walk",
                "walk_limit_m": 19000,
                "break_every_min": 20,
            },
            "break_every_min",
        ),
    ],
)
def test_each_advice_lets_everything_in_and_a_step_less_does_not(
    qingdao: Catalogue, qingdao_router: CchRouter, changes: Any, limit: str
) -> None:
    request = wish(**changes)
    trip = plan_trip(request, qingdao, qingdao_router)
    assert trip.left_out
    assert limit in {one.limit for one in trip.relaxations}
    for one in trip.relaxations:
        asked = request.model_dump() | {one.limit: one.value}
        assert plan_trip(read_trip_request(asked), qingdao, qingdao_router).left_out == ()
        less = read_trip_request(request.model_dump() | {one.limit: _a_step_less(one)})
        assert plan_trip(less, qingdao, qingdao_router).left_out


def _a_step_less(one: Relaxation) -> str:
    if one.limit == "lunch_min":
        return str(int(one.value) + 5)
    if one.limit in {"walk_limit_m", "break_every_min"}:
        return str(int(one.value) - (100 if one.limit == "walk_limit_m" else 5))
    moment = datetime.combine(date(2026, 1, 1), time.fromisoformat(one.value))
    return f"{moment + timedelta(minutes=-5 if one.limit in {'back_by', 'lunch_to'} else 5):%H:%M}"


class Changed:
    """The catalogue with other opening hours of some sites."""

    def __init__(self, catalogue: Catalogue, hours: dict[str, str]) -> None:
        self._catalogue, self._hours = catalogue, hours
        self.all_sites = tuple(
            replace(site, opening_hours=hours.get(site.id, site.opening_hours))
            for site in catalogue.all_sites
        )

    def __getattr__(self, name: str) -> Any:
        """Everything else as it is."""
        return getattr(self._catalogue, name)

    def sites_by_id(self, ids: Any) -> tuple[Site, ...]:
        found = self._catalogue.sites_by_id(ids)
        return tuple(replace(s, opening_hours=self._hours.get(s.id, "")) for s in found)


def test_a_closed_site_is_said_to_be_closed_and_when_it_opens(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    """2026-11-27 is a Friday; the site opens on Sundays only: the 29th."""
    changed: Any = Changed(qingdao, {TOWN[0]: "Su 09:00-16:30"})
    with pytest.raises(TripClosedError) as caught:
        plan_trip(wish(stops=TOWN[:1]), changed, qingdao_router)
    assert caught.value.relaxations == ()
    (reason,) = [one.reason for one in caught.value.left_out]
    assert (reason.code, reason.values) == ("trip-out-closed-until", {"next": "2026-11-29"})
    assert all("2026-11-29" in reason.text(texts) for texts in (ZH, EN))
    trip = plan_trip(wish(stops=TOWN[:2]), changed, qingdao_router)
    assert [one.reason.code for one in trip.left_out] == ["trip-out-closed-until"]
    assert trip.relaxations == ()
    assert "trip-relax-none" not in {check.notice.code for check in trip.classes[0].checks}
    assert not plan_trip(wish(stops=TOWN[:1], date="2026-11-29"), changed, qingdao_router).left_out
    brief: Any = Changed(qingdao, {TOWN[0]: "Fr 09:00-09:10"})
    with pytest.raises(TripImpossibleError) as none:
        plan_trip(wish(stops=TOWN[:1]), brief, qingdao_router)
    assert [one.reason.code for one in none.value.left_out] == ["trip-out-brief"]


def test_plan_b_asks_whether_its_sites_are_open_then(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    request = wish(stops=["may-fourth-square"])
    rain = plan_trip(request, qingdao, qingdao_router).classes[0].rain
    assert rain is not None
    ((_, first),) = rain.swaps
    assert first is not None
    for hours in ("Su 09:00-16:30", "Fr 17:00-20:00"):
        shut: Any = Changed(qingdao, {first.id: hours})
        other = plan_trip(request, shut, qingdao_router).classes[0].rain
        assert other is not None
        assert other.swaps[0][1] not in (None, first)
    (begin,) = [s.arrival for s in rain.itinerary.stops if s.kind == "site"]
    assert begin is not None
    assert is_open(first, begin, 60)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        (
            {"stops": TOWN[:1], "depart": "11:30", "lunch_from": "13:15", "back_by": "14:10"},
            "lunch_from",
        ),
        ({"stops": TOWN[:3], "lunch_min": 150, "back_by": "15:00"}, "lunch_min"),
        (
            {"stops": TOWN[:1], "depart": "11:50", "lunch_from": "11:00", "lunch_to": "11:00"},
            "lunch_to",
        ),
    ],
)
def test_lunch_is_among_the_limits_that_are_offered(
    qingdao: Catalogue, qingdao_router: CchRouter, changes: Any, limit: str
) -> None:
    request = wish(**changes)

    def missed(asked: TripRequest) -> tuple[int, tuple[Relaxation, ...]]:
        try:
            trip = plan_trip(asked, qingdao, qingdao_router)
        except TripImpossibleError as error:
            return len(request.stops), error.relaxations
        return len(trip.left_out), trip.relaxations

    left, found = missed(request)
    assert left
    (one,) = [change for change in found if change.limit == limit]
    asked = request.model_dump() | {limit: one.value}
    assert missed(read_trip_request(asked))[0] < left
    less = read_trip_request(request.model_dump() | {limit: _a_step_less(one)})
    assert missed(less)[0] == left


def test_nothing_possible_is_an_error_that_says_what_would_help(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    with pytest.raises(TripImpossibleError) as caught:
        plan_trip(wish(back_by="08:30", stops=["navy-museum"]), qingdao, qingdao_router)
    (change,) = [one for one in caught.value.relaxations if one.limit == "back_by"]
    later = wish(back_by=change.value, stops=["navy-museum"])
    assert plan_trip(later, qingdao, qingdao_router).classes


@pytest.mark.parametrize(
    ("classes", "capacity", "room", "changes"),
    [
        (3, None, 1, {}),
        (6, 100, 2, {}),
        (6, 150, 3, {"lunch": "none"}),
        (5, 100, 2, {"order": "given", "stops": TOWN[:3]}),
        (4, None, 1, {"stops": TOWN[:2], "back_by": "18:00"}),
        (2, None, 1, {"stops": TOWN[:1], "back_by": "12:30"}),
    ],
)
def test_classes_see_the_same_sites_and_never_meet_beyond_the_capacity(
    classes: int,
    capacity: int | None,
    room: int,
    changes: Any,
    qingdao: Catalogue,
    qingdao_router: CchRouter,
) -> None:
    """Whoever waits at a door or has lunch at a site is there: from arrival to departure."""
    request = wish(classes=classes, stage="junior", capacity=capacity, **changes)
    trip = plan_trip(request, qingdao, qingdao_router)
    assert broken(trip) == []
    assert len({frozenset(site.id for site in plan.sites) for plan in trip.classes}) == 1
    codes = {check.notice.code for check in trip.classes[0].checks}
    assert ("trip-check-capacity" in codes) == (capacity is None)
    turns = trip.classes[0].turns
    assert {turn.number for turn in turns} == set(range(1, classes + 1))
    said = [(t.number, t.site_id, t.begin, t.end) for t in turns]
    assert said == [
        (number, stop.site_id, stop.arrival, stop.departure)
        for number, plan in enumerate(trip.classes, start=1)
        for stop in plan.itinerary.stops
        if stop.kind == "site"
    ]
    for turn in turns:
        here = [
            other
            for other in turns
            if other.site_id == turn.site_id and other.begin <= turn.begin < other.end
        ]
        assert len(here) <= room
    assert len(trip.classes[0].sites) == len(request.stops)


@pytest.mark.parametrize("classes", [4, 6, 8])
def test_a_roomier_site_is_advised_by_whole_classes(
    classes: int, qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    request = wish(classes=classes, back_by="14:30", stops=TOWN[:2] + TOWN[3:4])

    def seen(capacity: int | None) -> tuple[int, tuple[Relaxation, ...]]:
        asked = read_trip_request(request.model_dump() | {"capacity": capacity})
        try:
            trip = plan_trip(asked, qingdao, qingdao_router)
        except TripImpossibleError as error:
            return 0, error.relaxations
        return min(len(plan.sites) for plan in trip.classes), trip.relaxations

    now, changes = seen(None)
    wanted = 3 if now else 1
    assert now < wanted
    (change,) = [one for one in changes if one.limit == "capacity"]
    assert int(change.value) == request.people + change.by
    assert seen(int(change.value))[0] >= wanted
    assert seen(int(change.value) - 1)[0] < wanted


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"capacity": 47, "pupils": 45, "adults": 3}, "capacity_of_a_class"),
        ({"days": 2, "classes": 2, "lodging": SCHOOL}, "turns_on_one_day"),
    ],
)
def test_what_cannot_be_kept_is_refused(changes: Any, rule: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        wish(**changes)
    assert caught.value.data["rule"] == rule


def test_a_wheelchair_never_meets_recorded_steps(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    class Stepped:
        """The catalogue with one site recorded as not step-free."""

        def __getattr__(self, name: str) -> Any:
            return getattr(qingdao, name)

        def sites_by_id(self, ids: Any) -> tuple[Site, ...]:
            found = qingdao.sites_by_id(ids)
            return tuple(replace(s, step_free="no") if s.id == TOWN[0] else s for s in found)

    changed: Any = Stepped()
    trip = plan_trip(wish(wheelchair=True), changed, qingdao_router)
    assert [(one.site.id, one.reason.code) for one in trip.left_out] == [
        (TOWN[0], "trip-out-steps")
    ]
    assert "trip-check-steps" in {check.notice.code for check in trip.classes[0].checks}
    assert not plan_trip(wish(), changed, qingdao_router).left_out


def test_plan_b_is_indoors(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    outdoors = [i for i in qingdao.sites.index if qingdao.sites.loc[i, "indoor"] == "no"][:2]
    stops = ["may-fourth-square", "navy-museum", *outdoors[:1]]
    trip = plan_trip(wish(stops=stops, back_by="18:00"), qingdao, qingdao_router)
    rain = trip.classes[0].rain
    assert rain is not None
    assert all(site.indoor in {"yes", "both"} for site in rain.sites)
    assert {out.indoor for out, _ in rain.swaps} <= {"no", "unknown"}
    dry = qingdao.sites_by_id(["navy-museum"])
    assert indoors(dry, qingdao, lambda _one, _other: True) == ((dry[0], dry[0]),)


def test_plan_b_tries_others_where_the_most_alike_does_not_fit(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    """On foot the site most alike is too far; one nearer takes the place, asked for before."""
    stops = ("wen-yiduo-house", "huangdao-bookshop-site", "german-prison-museum",
             "qingdao-guest-house")  # fmt: skip
    on_foot = {"stage": "primary_upper", "transport": "walk", "walk_limit_m": 3000}
    request = wish(stops=stops, at=(120.3292, 36.0655), lunch="none", back_by="11:45", **on_foot)
    plan = plan_trip(request, qingdao, qingdao_router).classes[0]
    assert plan.rain is not None
    first = dict(indoors(plan.sites, qingdao, lambda *_: True))
    ((out, put),) = plan.rain.swaps
    assert put is not None
    assert put != first[out]
    stay = {site.id for site in plan.sites} - {out.id}
    assert {site.id for site in plan.rain.sites} == {*stay, put.id}
    walked = sum(leg.length_m for leg in plan.rain.itinerary.legs)
    assert walked <= 3000


def test_a_theme_gives_sites_of_it(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    request = wish(stops=(), theme="party_founding", stage="junior")
    trip = plan_trip(request, qingdao, qingdao_router)
    sites = trip.classes[0].sites
    assert 0 < len(sites) <= PRESETS["junior"].most_sites
    assert all("party_founding" in site.themes for site in sites)
    assert trip.left_out == ()


def test_times_are_on_the_slow_side(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    """A coach leg takes the road time of a car by the coach's factor, and boarding, at least."""
    trip = plan_trip(wish(), qingdao, qingdao_router)
    for leg in trip.classes[0].itinerary.legs:
        road_s = sum(span.duration_s for span in leg.spans)
        assert leg.duration_s % 60 == 0
        assert leg.duration_s >= road_s * COACH_FACTOR + 300 or leg.mode == "walk"


def test_pupils_of_a_lower_stage_walk_slower(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    def walking(stage: str) -> int:
        request = wish(
            at=(120.3247, 36.0600),
            stops=["navy-museum"],
            transport="walk",
            stage=stage,
            walk_limit_m=9000,
        )
        trip = plan_trip(request, qingdao, qingdao_router)
        return trip.classes[0].itinerary.travel_s

    assert walking("primary_lower") > walking("primary_upper") > walking("senior")


def test_the_timetable_is_in_clock_order_and_has_no_gap(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    plan = plan_trip(wish(), qingdao, qingdao_router).classes[0]
    rows = list(timetable(plan, ZH))
    assert all(before.end == after.begin for before, after in pairwise(rows))
    table = to_timetable_csv(plan, EN)
    assert table.startswith("\ufeff")
    assert len(table.splitlines()) == 1 + len(rows)


def test_a_class_of_several_is_named_in_both_languages(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    trip = plan_trip(wish(classes=2, group="初一", stops=TOWN[:2]), qingdao, qingdao_router)
    assert [plan.facts.group_name(ZH) for plan in trip.classes] == ["初一1班", "初一2班"]
    assert [plan.facts.group_name(EN) for plan in trip.classes] == ["初一 Class 1", "初一 Class 2"]
    bare = plan_trip(wish(classes=2, stops=TOWN[:2]), qingdao, qingdao_router)
    assert bare.classes[1].facts.group_name(EN) == "Class 2"
    alone = plan_trip(wish(group="初一（3）班", stops=TOWN[:2]), qingdao, qingdao_router)
    assert alone.classes[0].facts.group_name(ZH) == "初一（3）班"


def test_a_cell_is_never_a_formula(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    plan = plan_trip(wish(school="=HYPERLINK(1)"), qingdao, qingdao_router).classes[0]
    cells = [cell for line in to_timetable_csv(plan, EN).splitlines() for cell in line.split(",")]
    assert not any(cell.startswith("=") for cell in cells)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"stops": ()}, BadRequestError),
        ({"stops": [f"s{n}" for n in range(11)]}, TooManyStopsError),
        ({"back_by": "07:00"}, BadRequestError),
        ({"back_by": 1600}, InvalidParameterError),
        ({"date": "tomorrow"}, InvalidParameterError),
        ({"date": "1850-01-01"}, InvalidParameterError),
        ({"at": None}, InvalidParameterError),
        ({"at": [float("nan"), 36.0]}, InvalidParameterError),
        ({"pupils": 0}, InvalidParameterError),
        ({"days": 2}, BadRequestError),
        ({"days": 2, "lodging": SCHOOL, "transport": "walk"}, BadRequestError),
        ({"days": 2, "lodging": SCHOOL, "classes": 2}, BadRequestError),
        ({"pupil_names": ["somebody"]}, InvalidParameterError),
        ({"school": "x" * 81}, InvalidParameterError),
    ],
)
def test_a_request_that_cannot_be_is_refused(changes: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        wish(**changes)


def test_the_same_wish_has_the_same_digest() -> None:
    said = wish(at=["120.3802000001", "36.0612"], pupils="45", title="  a   b ")
    assert said.digest == wish(title="a b").digest
    assert said.digest != wish(title="a b", pupils=44).digest


def test_an_unknown_site_is_named(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    with pytest.raises(UnknownSiteError):
        plan_trip(wish(stops=["no-such-site"]), qingdao, qingdao_router)


def test_unknown_hours_are_those_we_say(qingdao: Catalogue) -> None:
    site = replace(qingdao.site("navy-museum"), opening_hours="")
    opens, closes = ASSUMED_OPEN
    assert opening(site, date(2026, 11, 27), 3600) == (
        (opens.hour * 3600, closes.hour * 3600 + closes.minute * 60 - 3600),
    )
    closed = replace(site, opening_hours="Sa,Su 09:00-16:30")
    assert opening(closed, date(2026, 11, 27), 3600) == ()
    assert opening(closed, date(2026, 11, 28), 3600) == ((9 * 3600, 15 * 3600 + 1800),)


def test_every_stage_has_adults_enough_and_says_what_its_figures_rest_on() -> None:
    for stage, preset in PRESETS.items():
        request = wish(stage=stage)
        assert request.adult_count * preset.pupils_per_adult >= request.pupils
        assert preset.basis("walk_limit_m") == "default"
    assert PRESETS["junior"].basis("pupils_per_adult") == "lbt054"
    facts = wish(group="初二").facts(3)
    assert (facts.group_name(ZH), facts.group_name(EN)) == ("初二3班", "初二 Class 3")
    assert facts.back_by == datetime(2026, 11, 27, 17, 0, tzinfo=TIME_ZONE)


def test_plan_b_promises_only_what_it_visits(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    outdoors = [
        i for i in qingdao.sites.index if qingdao.sites.loc[i, "indoor"] == "no"
        and qingdao.sites.loc[i, "district"] in ("市南区", "市北区")
    ]  # fmt: skip
    seen = 0
    for back_by in ("10:30", "11:45", "17:00"):
        try:
            wanted = wish(stops=[*outdoors[:3], TOWN[0]], back_by=back_by, lunch="none")
            trip = plan_trip(wanted, qingdao, qingdao_router)
        except TripImpossibleError:
            continue
        for rain in (plan.rain for plan in trip.classes if plan.rain is not None):
            seen += 1
            visited = {stop.site_id for day in rain.itinerary.days for stop in day.stops}
            assert {other.id for _, other in rain.swaps if other is not None} <= visited
    assert seen
