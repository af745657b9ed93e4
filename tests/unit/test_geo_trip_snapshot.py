"""What a print knew and what is different: no input of a pack may change without a word."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.web.texts import Texts
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import InvalidParameterError
from geo.messages import Notice
from geo.models import TIME_ZONE, Closure, Site
from geo.trip import Check, Pause, SitePrompt, TripFacts, TripPlan, plan_trip, read_trip_request
from geo.trip.changes import FACTS, differences
from geo.trip.snapshot import TOLD, Printed, Snapshot, read_snapshot, snapshot_of
from maps.pack import PARTS

ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")
EDITION = "e5527098eee49dc4"
PRINTED = Printed("zh", "a4", PARTS)
WISH = {
    "at": (120.3802, 36.0612),
    "date": "2026-11-27",
    "stops": ("navy-museum", "ww1-museum", "may-fourth-square"),
    "back_by": "17:00",
    "school": "某中学",
}


@pytest.fixture(scope="module")
def plan(qingdao: Catalogue, qingdao_router: CchRouter) -> TripPlan:
    made = plan_trip(read_trip_request(WISH), qingdao, qingdao_router).classes[0]
    assert made.rain is not None
    return made


@pytest.fixture(scope="module")
def records(qingdao: Catalogue) -> tuple[Site, ...]:
    return qingdao.sites_by_id(list(qingdao.sites.index))


def known(plan: TripPlan, edition: str = EDITION, printed: Printed = PRINTED) -> Snapshot:
    return snapshot_of(plan, edition, printed)


def said(was: Snapshot, now: Snapshot, records: tuple[Site, ...]) -> list[tuple[str, str, str]]:
    """Code, Chinese and English of every difference."""
    read = read_snapshot(str(was))
    return [
        (one.notice.code, one.text(ZH), one.text(EN)) for one in differences(read, now, records)
    ]


def test_nothing_is_different_where_nothing_changed(
    plan: TripPlan, records: tuple[Site, ...]
) -> None:
    assert read_snapshot(str(known(plan))) == known(plan)
    assert said(known(plan), known(plan), records) == []
    assert said(snapshot_of(plan), known(plan), records) == []


def other(value: object) -> object:
    """Another value of the same kind."""
    words = {"packed": "booked", "coach": "walk", "junior": "senior"}
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return words.get(value, value + "（改）")
    return value + (timedelta(minutes=30) if not isinstance(value, int | float) else 7)  # type: ignore[operator]


@pytest.mark.parametrize("name", [one.name for one in fields(TripFacts)])
def test_whatever_a_teacher_says_otherwise_is_said_with_the_old_and_the_new(
    name: str, plan: TripPlan, records: tuple[Site, ...]
) -> None:
    value = other(getattr(plan.facts, name))
    changed = replace(plan, facts=replace(plan.facts, **{name: value}))
    (found,) = said(known(plan), known(changed), records)
    assert found[0] == "trip-now-wish"
    label, group = FACTS[name]
    was, now = (known(one).facts[name] for one in (plan, changed))
    for text, voice in ((found[1], ZH), (found[2], EN)):
        assert voice(label) in text
        for one in (was, now):
            shown = voice(f"{group}.{one}") if group else one or voice("trip.now.none")
            assert shown in text


@pytest.mark.parametrize("name", TOLD)
def test_a_fact_of_a_card_is_said_with_the_old_and_the_new(
    name: str, plan: TripPlan, records: tuple[Site, ...]
) -> None:
    values = {"opening_hours": "Tu-Su 09:00-16:30", "phone": "0532-1", "ticket": "10元"}
    site = plan.sites[0]
    value = values.get(name) or ("no" if getattr(site, name) != "no" else "yes")
    if name == "booking":
        value = "groups"
    changed = replace(plan, sites=(replace(site, **{name: value}), *plan.sites[1:]))
    ((code, zh, en),) = said(known(plan), known(changed), records)
    assert code == "trip-now-fact"
    assert zh.startswith(site.name_zh)
    assert en.startswith(site.name_en)
    if name in values:
        assert value in zh
        assert value in en


def with_site(plan: TripPlan, **changes: Any) -> TripPlan:
    return replace(plan, sites=(replace(plan.sites[0], **changes), *plan.sites[1:]))


def with_prompt(plan: TripPlan) -> TripPlan:
    return replace(plan, prompts=(SitePrompt(plan.sites[0].id, "几门炮？"),))


def with_other_rain(plan: TripPlan) -> TripPlan:
    assert plan.rain is not None
    (out, _), *others = plan.rain.swaps
    return replace(plan, rain=replace(plan.rain, swaps=((out, None), *others)))


def with_rain_later(plan: TripPlan) -> TripPlan:
    assert plan.rain is not None
    day = plan.rain.itinerary.days[0]
    later = tuple(
        replace(stop, arrival=stop.arrival and stop.arrival + timedelta(minutes=5))
        for stop in day.stops
    )
    days = (replace(day, stops=later),)
    itinerary = replace(plan.rain.itinerary, days=days)
    return replace(plan, rain=replace(plan.rain, itinerary=itinerary))


def with_stops(plan: TripPlan, change: Callable[[Any], Any]) -> TripPlan:
    day = plan.itinerary.days[0]
    days = (replace(day, stops=tuple(change(stop) for stop in day.stops)),)
    return replace(plan, itinerary=replace(plan.itinerary, days=days))


def with_lunch(plan: TripPlan) -> TripPlan:
    noon = datetime(2026, 11, 27, 12, tzinfo=TIME_ZONE)
    return replace(plan, pauses=(Pause("lunch", 0, 1, noon, noon + timedelta(minutes=45)),))


def moved_school(plan: TripPlan) -> TripPlan:
    return with_stops(
        plan, lambda stop: stop if stop.site_id else replace(stop, lon=stop.lon + 0.01)
    )


def on_other_roads(plan: TripPlan) -> TripPlan:
    network = replace(plan.itinerary.network, date="2027-01", fidelity="street")
    return replace(plan, itinerary=replace(plan.itinerary, network=network))


CHANGES: dict[str, tuple[Callable[[TripPlan], TripPlan], str]] = {
    "trip-now-place": (lambda plan: with_site(plan, address="新址"), ""),
    "trip-now-words": (lambda plan: with_site(plan, notes_zh="另有说明"), ""),
    "trip-now-prompts": (with_prompt, "0"),
    "trip-now-rain": (with_other_rain, "取消"),
    "trip-now-rain-times": (with_rain_later, ""),
    "trip-now-fact": (with_lunch, "现在为“12:00–12:45”"),
    "trip-now-ends": (moved_school, ""),
    "trip-now-roads": (on_other_roads, "2026-11"),
    "trip-now-other": (lambda plan: replace(plan, checks=(Check(Notice("trip-relax-none")),)), ""),
}


@pytest.mark.parametrize("code", CHANGES)
def test_everything_else_a_pack_is_made_of_is_said_too(
    code: str, plan: TripPlan, records: tuple[Site, ...]
) -> None:
    change, words = CHANGES[code]
    found = said(known(plan), known(change(plan)), records)
    assert [one[0] for one in found] == [code]
    assert words in found[0][1]


def test_moments_are_said_with_the_site_they_are_about(
    plan: TripPlan, records: tuple[Site, ...]
) -> None:
    first = plan.sites[0].id
    late = timedelta(minutes=10)
    later = with_stops(
        plan,
        lambda stop: (
            replace(stop, arrival=stop.arrival + late, departure=stop.departure + late)
            if stop.site_id == first
            else stop
        ),
    )
    codes = {one[0]: one[2] for one in said(known(plan), known(later), records)}
    assert set(codes) == {"trip-now-time", "trip-now-leave"}
    assert plan.sites[0].name_en in codes["trip-now-leave"]


def test_print_options_and_editions_are_said(plan: TripPlan, records: tuple[Site, ...]) -> None:
    parts = tuple(part for part in PARTS if part != "quiz")
    now = known(plan, printed=Printed("both", "a5", parts))
    found = said(known(plan), now, records)
    assert [one[0] for one in found] == ["trip-now-print", "trip-now-print", "trip-now-part-out"]
    assert EN("pack.part.quiz") in found[2][2]
    ((code, _, en),) = said(known(plan), known(plan, "0123456789"), records)
    assert code == "trip-now-catalogue"
    assert "e5527098 → 01234567" in en


def test_a_closure_is_the_reason_why_a_site_is_gone(
    plan: TripPlan, qingdao: Catalogue, qingdao_router: CchRouter, records: tuple[Site, ...]
) -> None:
    fewer = read_trip_request({**WISH, "stops": WISH["stops"][1:]})  # type: ignore[index]
    now = plan_trip(fewer, qingdao, qingdao_router).classes[0]
    gone = next(site for site in plan.sites if site.id not in {one.id for one in now.sites})
    codes = {one[0] for one in said(known(plan), known(now), records)}
    assert {"trip-now-gone", "trip-now-back"} <= codes
    closure = Closure("2026-11-20", "2026-11-30", "布展", "being refitted", "t")
    shut = tuple(replace(one, closures=(closure,)) if one is gone else one for one in records)
    shut = tuple(replace(one, closures=(closure,)) if one.id == gone.id else one for one in shut)
    found = {one[0]: one[2] for one in said(known(plan), known(now), shut)}
    assert "being refitted" in found["trip-now-closed"]


def test_questions_that_the_code_has_no_room_for_are_not_said_to_be_the_same(
    plan: TripPlan, records: tuple[Site, ...]
) -> None:
    was = replace(known(with_prompt(plan)), prompts=None, whole="")
    assert [one[0] for one in said(was, known(plan), records)] == ["trip-now-prompts-unknown"]


def test_a_print_of_the_first_version_is_still_read(
    plan: TripPlan, records: tuple[Site, ...]
) -> None:
    now = known(plan)
    stops = "".join(f"~{s.site}.{s.record}.{s.minute}" for s in now.stops)
    old = f"1~{now.network}~{now.back}{stops}"
    assert differences(read_snapshot(old), now, records) == ()
    (found,) = differences(read_snapshot(old), known(with_site(plan, phone="1")), records)
    assert (found.notice.code, found.site.id) == ("trip-now-record", plan.sites[0].id)  # type: ignore[union-attr]
    codes = [
        one.notice.code for one in differences(read_snapshot(f"1~00000~700{stops}"), now, records)
    ]
    assert codes == ["trip-now-back", "trip-now-network"]


def packed(data: bytes) -> str:
    packer = zlib.compressobj(wbits=-15)
    return "2~" + base64.urlsafe_b64encode(packer.compress(data) + packer.flush()).decode().strip(
        "="
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1~x",
        "2~abcde~900",
        "1~abcde~900~zz",
        "1~abcde~٩٠٠",
        "2~",
        "2~A",
        "2~AAAA",
        packed(b"{}"),
        packed(b'{"network":"x","stops":[],"back":1}'),
        packed(b'{"network":"","stops":[],"back":-1}'),
        packed(b" " * 10_000_000),
    ],
)
def test_a_link_that_was_not_ours_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterError):
        read_snapshot(text)
