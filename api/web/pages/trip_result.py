"""A planned trip as its page shows it: times, checks, changes that would help, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from api.errors import problem_of
from api.state import AppState
from api.trip_keeping import changes_of_plan
from api.trip_query import PackQuery, query_of
from api.trip_told import Wrong, label_of
from api.tripping import class_plan
from api.web.texts import Texts
from api.web.view import Page, address
from geo.errors import HeritageError
from geo.exchange import Link, navigation_links
from geo.messages import Notice
from geo.models import TIME_ZONE
from geo.trip import Advice, Check, Trip, TripImpossibleError, TripPlan
from geo.trip.exports import Row, timetable
from geo.trip.snapshot import read_snapshot
from maps.pack import available

from .plan_result import NoticeText, said_notices
from .trip_form import Asked


@dataclass(frozen=True, slots=True)
class Change:
    """A limit changed: what it gives, and the address that does it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ClassTab:
    """A class of several: its number, its address, whether it is the one shown."""

    number: int
    href: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A trip as the page shows it: one class, and the files of all."""

    plan: TripPlan
    days: tuple[tuple[str, tuple[Row, ...]], ...]
    checks: tuple[NoticeText, ...]
    changes: tuple[Change, ...]
    differences: tuple[NoticeText, ...] | None
    tabs: tuple[ClassTab, ...]
    walked: str
    files: Mapping[str, str]
    transit: tuple[Link, ...]
    exact: bool
    pdf: bool


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field: beside it, in the list of all; names that may be meant."""

    beside: str
    line: str
    offers: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no trip, and what would help."""

    status: int
    problem: Mapping[str, Any]
    changes: tuple[Change, ...]
    reasons: tuple[NoticeText, ...] = ()


def faults_of(wrong: Sequence[Wrong], asked: Asked, page: Page) -> dict[str, FieldFault]:
    """Return the faults by field, each with its label as the page shows it."""
    found: dict[str, FieldFault] = {}
    for one in wrong:
        if one.name:
            offers = (
                Change(name, page.href("/trip", **asked.query(**{one.name: name})) + "#school")
                for name in one.data.get("near" if page.texts.lang == "zh" else "near_en") or ()
                if one.name.endswith("near")
            )
            texts = page.texts
            line = one.line(texts, label_of)
            found.setdefault(one.name, FieldFault(one.sentence(texts), line, tuple(offers)))
    return found


def refusal_of(error: HeritageError, asked: Asked, page: Page) -> Refusal:
    """Return an error as the page shows it."""
    problem = problem_of(error)
    document = problem.document(page.texts)
    if not isinstance(error, TripImpossibleError):
        return Refusal(problem.status, document, ())
    reasons = [Check(one.reason, one.site) for one in error.left_out]
    reasons += map(Check, error.advice.remarks)
    return Refusal(
        problem.status,
        document,
        changes_of(error.advice, asked, page),
        said_notices(reasons, page.texts),
    )


def result_of(trip: Trip, asked: Asked, page: Page, state: AppState) -> Result:
    """Return the trip as the page shows it, one class of it."""
    texts, printed = page.texts, asked.printed()
    plan = class_plan(trip, printed.number)
    relaxed = [one.notice for one in trip.advice.offers]
    checks = [*_past(trip), *(one for one in plan.checks if one.notice not in relaxed)]
    checks += _unasked(trip)
    fidelity = plan.itinerary.network.fidelity
    walked = max(plan.walked_m(day) for day in range(len(plan.itinerary.days)))
    return Result(
        plan=plan,
        days=tuple(_days(plan, texts)),
        checks=said_notices((*checks, *plan.itinerary.notices), texts),
        changes=changes_of(trip.advice, asked, page),
        differences=_differences(plan, asked, state, texts),
        tabs=_tabs(trip, printed, asked, page),
        walked=texts.distance(walked, "walk", fidelity),
        files=_files(trip, printed, texts),
        transit=_transit(trip, plan),
        exact=trip.exact,
        pdf=available(),
    )


def _past(trip: Trip) -> Iterator[Check]:
    """Yield what is said of a trip whose first day is over."""
    if trip.request.date < datetime.now(TIME_ZONE).date():
        yield Check(Notice("trip-date-past", values={"date": trip.request.date.isoformat()}))


def _unasked(trip: Trip) -> list[Check]:
    """Return what is said of questions about a site that no class sees: they are not printed."""
    seen = {site.id for plan in trip.classes for site in plan.sites}
    unseen = len([site for site, _ in trip.request.prompts if site not in seen])
    return [Check(Notice("trip-ask-unseen", values={"count": unseen}))] if unseen else []


def _transit(trip: Trip, plan: TripPlan) -> tuple[Link, ...]:
    """Return the links that lead from school to the start by public transport, in others' apps."""
    day = plan.itinerary.days[0]
    if trip.request.start is None:
        return ()
    lon, lat = trip.request.at
    school = replace(day.stops[0], lon=lon, lat=lat, name_zh=plan.facts.school, name_en="")
    links = navigation_links(day.legs[0], school, day.stops[0])
    return tuple(link for link in links if link.travel == "transit")


def _days(plan: TripPlan, texts: Texts) -> list[tuple[str, tuple[Row, ...]]]:
    rows = list(timetable(plan, texts))
    return [
        (texts.date(day.date), tuple(row for row in rows if row.begin.date() == day.date))
        for day in plan.itinerary.days
    ]


def _differences(
    plan: TripPlan, asked: Asked, state: AppState, texts: Texts
) -> tuple[NoticeText, ...] | None:
    if not asked["was"]:
        return None
    was = read_snapshot(asked["was"])
    found = changes_of_plan(was, plan, asked.printed().printed(), state)
    return said_notices(found, texts)


def _tabs(trip: Trip, printed: PackQuery, asked: Asked, page: Page) -> tuple[ClassTab, ...]:
    if len(trip.classes) == 1:
        return ()
    return tuple(
        ClassTab(n, page.href("/trip", **asked.query(number=str(n), was="")), n == printed.number)
        for n in range(1, len(trip.classes) + 1)
    )


def _files(trip: Trip, printed: PackQuery, texts: Texts) -> dict[str, str]:
    """Return the addresses of everything to take away."""
    own = printed.model_dump(mode="json", exclude_defaults=True)
    query = {**query_of(trip.request), **own, "lang": texts.lang}
    api = "/api/trips"
    return {
        "pdf": address(f"{api}/pack.pdf", query),
        "web": address("/trip/pack", query),
        "coach": address("/trip/pack", {**query, "parts": "coach", "omit": ""}),
        "zip": address(f"{api}/pack.zip", query),
        "csv": address(f"{api}/timetable.csv", query),
        "ics": address(f"{api}/timetable.ics", query),
        "gpx": address(f"{api}/timetable.gpx", query),
    }


def changes_of(advice: Advice, asked: Asked, page: Page) -> tuple[Change, ...]:
    """Return each change that would help with the address that makes it."""
    return tuple(
        Change(
            one.notice.text(page.texts),
            page.href("/trip", **asked.query(**one.settings, was="")),
        )
        for one in advice.offers
    )
