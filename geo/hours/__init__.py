"""When a site may be visited: OSM `opening_hours` read with Chinese public holidays."""

from .calendar import DayKind, day_kind, holidays_are_published
from .expression import Window, check_expression, next_open_day, windows_on
from .of_site import closure_on, next_open, site_windows

__all__ = [
    "DayKind",
    "Window",
    "check_expression",
    "closure_on",
    "day_kind",
    "holidays_are_published",
    "next_open",
    "next_open_day",
    "site_windows",
    "windows_on",
]
