"""An event as a stop of a tour."""

from __future__ import annotations

from datetime import datetime

import pytest

from api.web.event_stops import event_stop
from geo.additions import Event
from geo.models import TIME_ZONE


def moment(text: str) -> datetime:
    """A moment in Qingdao."""
    return datetime.fromisoformat(text).replace(tzinfo=TIME_ZONE)


NOW = moment("2026-11-24T20:00")


def event(starts: str, ends: str, site: str = "hall") -> Event:
    """An event without words."""
    return Event("e", site, "lecture", *("", ""), moment(starts), moment(ends), *("",) * 7)


def test_an_event_within_a_day_is_an_appointment_for_all_its_time() -> None:
    assert event_stop(event("2026-11-28T14:00", "2026-11-28T16:30"), NOW) == {
        "stops": "hall",
        "appointments": "hall@14:00",
        "visits": "hall@150",
        "depart": "2026-11-28T14:00",
    }


@pytest.mark.parametrize(
    ("starts", "ends", "depart"),
    [
        ("2026-12-01T08:00", "2026-12-20T17:00", "2026-12-01T09:00"),  # to come, for weeks
        ("2026-11-01T08:00", "2026-12-20T17:00", "2026-11-25T09:00"),  # on: tomorrow morning
        ("2026-11-01T08:00", "2026-11-24T21:00", "2026-11-24T20:00"),  # its last hour
        ("2026-11-24T19:00", "2026-11-24T21:00", "2026-11-24T20:00"),  # begun already
        ("2026-12-01T10:00", "2026-12-03T17:00", "2026-12-01T10:00"),  # not before it begins
        ("2026-11-28T06:00", "2026-11-28T18:00", "2026-11-28T09:00"),  # twelve hours of a day
    ],
)
def test_what_lasts_is_a_visit_on_the_first_day_there_is(
    starts: str, ends: str, depart: str
) -> None:
    assert event_stop(event(starts, ends), NOW) == {"stops": "hall", "depart": depart}


def test_an_event_at_no_site_is_no_stop() -> None:
    assert event_stop(event("2026-11-28T14:00", "2026-11-28T16:30", site=""), NOW) == {}
