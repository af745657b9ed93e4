"""Chinese public holidays and make-up working days.

The State Council publishes each year's arrangement in the autumn before; chinesecalendar carries
the years published so far. Beyond them the statutory days hold and nothing is known of bridging
days and make-up days.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

import chinese_calendar


class DayKind(Enum):
    """What a date is in the official arrangement.

    `HOLIDAY` is a public holiday (statutory or bridged), `MAKE_UP` a weekend day worked in return.
    """

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up"


FIXED_HOLIDAYS = frozenset(
    {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)},
)
"""Statutory holidays by the solar calendar: 全国年节及纪念日放假办法, in force since 2025-01-01."""

LUNAR_HOLIDAYS: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
}
"""Spring Festival, Dragon Boat, Mid-Autumn by year: Hong Kong Observatory's
Gregorian-lunar conversion table. Years beyond know only the fixed days and Qingming."""


def holidays_are_published(year: int) -> bool:
    """Return whether the official arrangement of `year` is known."""
    try:
        chinese_calendar.is_holiday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def day_kind(day: date) -> DayKind:
    """Return what `day` is: by the published arrangement, else by the statutory days."""
    if not holidays_are_published(day.year):
        return DayKind.HOLIDAY if day in _statutory_days(day.year) else DayKind.ORDINARY
    _, holiday = chinese_calendar.get_holiday_detail(day)
    if holiday is None:
        return DayKind.ORDINARY
    return DayKind.MAKE_UP if chinese_calendar.is_workday(day) else DayKind.HOLIDAY


@lru_cache(maxsize=64)
def _statutory_days(year: int) -> frozenset[date]:
    days = {date(year, month, day) for month, day in FIXED_HOLIDAYS}
    days.add(_qingming(year))
    if year in LUNAR_HOLIDAYS:
        spring, dragon_boat, mid_autumn = (date(year, *md) for md in LUNAR_HOLIDAYS[year])
        # New Year's Eve and the first three days (since 2025: four days).
        days.update(spring + timedelta(days=offset) for offset in range(-1, 3))
        days.update((dragon_boat, mid_autumn))
    return frozenset(days)


def _qingming(year: int) -> date:
    """Return Qingming, the solar term of 15°: 4 or 5 April in this century.

    The usual formula ⌊0.2422 y + 4.81⌋ − ⌊y / 4⌋, y the last two digits; exact for 2000 to 2099.
    """
    y = year % 100
    return date(year, 4, int(0.2422 * y + 4.81) - y // 4)
