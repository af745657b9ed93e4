"""When a site may be visited: OSM `opening_hours` read with Chinese public holidays."""

from .calendar import DayKind, day_kind, holidays_are_published
from .expression import Window, check_expression, next_open_day, windows_on

__all__ = [
    "DayKind",
    "Window",
    "check_expression",
    "day_kind",
    "holidays_are_published",
    "next_open_day",
    "windows_on",
]
