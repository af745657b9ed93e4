"""Hours that are not known: assumed by kind of place in plans, said to be so, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from planner_world import HARBOUR, StraightRouter, catalogue_of, make_site

from api.web.texts import Texts
from geo.exchange import to_csv, to_gpx, to_ics
from geo.hours import assumed_hours, check_expression, holidays_are_published, with_assumed_hours
from geo.hours.assumed import BY_CATEGORY, INDOORS
from geo.known import is_open_at, is_open_on
from geo.models import TIME_ZONE, Itinerary
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HALL = make_site("hall", *HARBOUR, opening_hours="", visit_min=60)
SQUARE = make_site("square", *HARBOUR, opening_hours="", category="memorial_square")
KNOWN = make_site("known", *HARBOUR)


def planned(**wish: Any) -> Itinerary:
    said = {"depart": "2026-11-28T09:00", "stops": ["hall", "square", "known"], **wish}
    return plan(read_request(said), catalogue_of(HALL, SQUARE, KNOWN), StraightRouter(), now=NOW)


def told(itinerary: Itinerary) -> dict[str | None, set[str]]:
    return {stop.site_id: {one.code for one in stop.notices} for stop in itinerary.stops}


def test_every_kind_has_hours_that_can_be_read() -> None:
    for text in {INDOORS, *BY_CATEGORY.values()}:
        check_expression(text)
    assert assumed_hours(HALL) == "09:00-16:30"
    assert assumed_hours(make_site("field", *HARBOUR, indoor="no")) == "24/7"
    assert with_assumed_hours(KNOWN) is KNOWN


def test_what_is_assumed_is_said_at_its_stop_and_in_every_export() -> None:
    found = planned(hours="keep")
    codes = told(found)
    assert "assumed-hours" in codes["hall"]
    assert "assumed-open" in codes["square"]
    assert not {"assumed-hours", "assumed-open", "unknown-hours"} & codes["known"]
    texts = Texts.for_lang("en")
    calendar = str(to_ics(found, texts, NOW)).replace("\\r\\n ", "")
    for export in (str(to_csv(found, texts)), str(to_gpx(found, texts)), calendar):
        assert "is assumed" in export


def test_assumed_hours_bind_and_may_be_switched_off() -> None:
    late: dict[str, Any] = {"depart": "2026-11-28T16:00", "hours": "keep"}
    found = planned(**late)
    assert [out.site_id for out in found.left_out] == ["hall"]
    assert "left-out-assumed" in [one.code for one in found.notices]
    free = planned(**late, assume_hours=False)
    assert free.left_out == ()
    assert "unknown-hours" in told(free)["hall"]
    # A plan that only warns assumes nothing.
    assert "unknown-hours" in told(planned())["hall"]


def test_nothing_else_takes_them_for_known() -> None:
    moment = datetime(2026, 11, 28, 10, 0, tzinfo=TIME_ZONE)
    assert is_open_at(HALL, moment) is None
    assert is_open_on(HALL, date(2026, 11, 28)) is None


@pytest.mark.parametrize("hours", ["keep", "warn"])
def test_holidays_that_are_not_published_yet_are_said(hours: str) -> None:
    year = next(one for one in range(2026, 2099) if not holidays_are_published(one))
    found = planned(hours=hours, depart=f"{year}-05-10T09:00")
    (notice,) = (one for one in found.notices if one.code == "holidays-unpublished")
    assert notice.values == {"year": year}
    assert "holidays-unpublished" not in [one.code for one in planned(hours=hours).notices]
