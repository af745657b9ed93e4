"""When a site may be visited: OSM `opening_hours` read with Chinese public holidays."""

from .assumed import assumed_hours, is_assumed, with_assumed_hours
from .calendar import DayKind, day_kind, holidays_are_published
from .expression import Window, check_expression, next_open_day, windows_on
from .of_site import closure_on, next_open, site_windows

__all__ = [
    "DayKind",
    "Window",
    "assumed_hours",
    "check_expression",
    "closure_on",
    "day_kind",
    "holidays_are_published",
    "is_assumed",
    "next_open",
    "next_open_day",
    "site_windows",
    "windows_on",
    "with_assumed_hours",
]
