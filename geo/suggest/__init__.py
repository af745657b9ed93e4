"""Ideas for a day: what fills the hours, what lies near, what order tells a story.

Every idea is a `PlanRequest`, so that it can be changed, and its `Itinerary`.
"""

from .chronology import Chronology, in_order_of_time
from .day import Suggestion, suggest_day
from .detour import Detour, near_the_way
from .nearest import NearestWish, Reached, nearest_sites, read_nearest
from .wish import DayWish, read_wish
from .worth import Worth, worth_of

__all__ = [
    "Chronology",
    "DayWish",
    "Detour",
    "NearestWish",
    "Reached",
    "Suggestion",
    "Worth",
    "in_order_of_time",
    "near_the_way",
    "nearest_sites",
    "read_nearest",
    "read_wish",
    "suggest_day",
    "worth_of",
]
