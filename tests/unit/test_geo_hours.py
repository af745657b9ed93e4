"""Opening hours under Chinese public holidays and make-up working days."""

from __future__ import annotations

import csv
import itertools
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from geo.errors import InvalidParameterError
from geo.hours import (
    DayKind,
    check_expression,
    day_kind,
    holidays_are_published,
    next_open_day,
    windows_on,
)
from geo.hours.calendar import LUNAR_HOLIDAYS, _qingming, _statutory_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
MUSEUM = "Tu-Su 09:00-17:00; PH 09:00-17:00"


def clock(window: Any) -> Any:
    return f"{window.opens:%H:%M}-{window.closes:%H:%M}"


def test_a_monday_museum_opens_on_a_monday_holiday() -> None:
    # 5 October 2026 is a Monday within the National Day holiday; the 12th is an ordinary one.
    assert [clock(w) for w in windows_on(MUSEUM, date(2026, 10, 5))] == ["09:00-17:00"]
    assert windows_on(MUSEUM, date(2026, 10, 12)) == ()


def test_closed_on_holidays() -> None:
    text = "Mo-Su 09:00-17:00; PH off"
    assert windows_on(text, date(2026, 10, 1)) == ()
    assert len(windows_on(text, date(2026, 10, 14))) == 1


def test_holiday_in_a_list_of_weekdays() -> None:
    assert len(windows_on("Tu-Su,PH 09:00-17:00", date(2026, 10, 5))) == 1
    assert windows_on("Tu-Su,PH 09:00-17:00", date(2026, 10, 12)) == ()


def test_an_office_works_on_a_make_up_saturday() -> None:
    # 10 October 2026, a Saturday, is worked in return for the National Day holiday.
    assert day_kind(date(2026, 10, 10)) is DayKind.MAKE_UP
    windows = windows_on("Mo-Fr 08:30-17:00", date(2026, 10, 10))
    assert [w.opens for w in windows] == [datetime(2026, 10, 10, 8, 30, tzinfo=SHANGHAI)]
    assert windows_on("Mo-Fr 08:30-17:00", date(2026, 10, 17)) == ()


def test_weekend_hours_are_kept_on_a_make_up_day_that_has_some() -> None:
    windows = windows_on("Mo-Fr 08:30-17:00; Sa-Su 10:00-15:00", date(2026, 10, 10))
    assert [clock(w) for w in windows] == ["10:00-15:00"]


def test_seasons() -> None:
    text = "May 01-Oct 31: Tu-Su 09:00-17:00; Nov 01-Apr 30: Tu-Su 09:00-16:30"
    assert [clock(w) for w in windows_on(text, date(2026, 10, 31))] == ["09:00-17:00"]
    assert [clock(w) for w in windows_on(text, date(2026, 11, 1))] == ["09:00-16:30"]


def test_a_lunch_closing_makes_two_windows() -> None:
    windows = windows_on("Mo-Su 09:00-11:30,13:30-17:00", date(2026, 11, 25))
    assert [clock(w) for w in windows] == ["09:00-11:30", "13:30-17:00"]


def test_a_window_past_midnight_is_seen_from_both_days() -> None:
    (window,) = windows_on("Fr 19:00-02:00", date(2026, 11, 27))
    assert window.closes == datetime(2026, 11, 28, 2, tzinfo=SHANGHAI)
    assert [clock(w) for w in windows_on("Fr 19:00-02:00", date(2026, 11, 28))] == ["00:00-02:00"]


def test_always_open_ends_with_the_day() -> None:
    (window,) = windows_on("24/7", date(2026, 11, 27))
    assert window.closes - window.opens >= timedelta(days=1)


@pytest.mark.parametrize(
    ("comment", "last"),
    [
        ("last admission 16:30", "16:30"),
        ("last admission 30 min", "16:30"),
        ("last admission 18:00", "17:00"),
        ("bring a ticket", "17:00"),
    ],
)
def test_last_admission_stands_in_a_comment(comment: str, last: str) -> None:
    (window,) = windows_on(f'09:00-17:00 "{comment}"', date(2026, 11, 25))
    assert f"{window.last_admission:%H:%M}" == last
    visit = timedelta(minutes=10)
    assert window.latest_start(visit) == min(window.last_admission, window.closes - visit)


def test_unknown_is_not_open() -> None:
    assert windows_on("Mo-Su 09:00-17:00 unknown", date(2026, 11, 25)) == ()


def test_next_open_day() -> None:
    assert next_open_day("Sa 09:00-17:00", date(2026, 11, 28)) == date(2026, 12, 5)
    assert next_open_day("2020 Jan 01 09:00-17:00", date(2026, 11, 28)) is None


@pytest.mark.parametrize("text", ["bad bad", "25:99-3", 'Mo-Su 09:00-17:00 "open'])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterError):
        check_expression(text)


def test_shipped_hours_are_expressions(facts: Traversable) -> None:
    with (facts / "sites.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["opening_hours"] for row in csv.DictReader(lines) if row["opening_hours"]]
    assert texts
    for text in texts:
        check_expression(text)
        assert next_open_day(text, date(2026, 11, 24)) is not None


def test_beyond_the_published_years_the_statutory_days_hold() -> None:
    year = next(y for y in range(2026, 2040) if not holidays_are_published(y))
    assert day_kind(date(year, 10, 1)) is DayKind.HOLIDAY
    assert day_kind(date(year, 10, 4)) is DayKind.ORDINARY
    assert day_kind(date(year, 1, 1)) is DayKind.HOLIDAY


def test_statutory_rules_agree_with_the_arrangements_published() -> None:
    """Every statutory day worked out by rule is a holiday in the published years."""
    for year in range(2008, 2027):
        assert _qingming(year) in chinese_calendar.get_holidays(date(year, 4, 1), date(year, 4, 9))


def test_lunar_festivals_follow_the_moon() -> None:
    """From one year to the next a lunar date moves by 12 or 13 synodic months of 29.53 days."""
    years = sorted(LUNAR_HOLIDAYS)
    for before, after in itertools.pairwise(years):
        for old, new in zip(LUNAR_HOLIDAYS[before], LUNAR_HOLIDAYS[after], strict=True):
            months = (date(after, *new) - date(before, *old)).days / 29.530588
            assert months == pytest.approx(round(months), abs=0.04)
            assert round(months) in (12, 13)


def test_spring_festival_beyond_the_published_years_is_four_days() -> None:
    days = _statutory_days(2027)
    assert {date(2027, 2, 5) + timedelta(days=n) for n in range(4)} <= days
    assert date(2027, 2, 9) not in days
