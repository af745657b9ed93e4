"""One `Itinerary`, many renderings that are not maps."""

from .calendar_file import to_ics
from .document import from_document, to_document
from .figures import say_climb, say_climbs, say_duration, say_leg, say_length, say_mode, say_travel
from .geojson import to_geojson
from .gpx import to_gpx
from .kml import to_kml
from .limits import say_quality, say_relaxation, say_relaxations
from .links import Link, day_links, navigation_links
from .moments import Moment, StopMoments, day_moments, say_moment
from .steps import say_step, say_steps
from .table import to_csv

__all__ = [
    "Link",
    "Moment",
    "StopMoments",
    "day_links",
    "day_moments",
    "from_document",
    "navigation_links",
    "say_climb",
    "say_climbs",
    "say_duration",
    "say_leg",
    "say_length",
    "say_mode",
    "say_moment",
    "say_quality",
    "say_relaxation",
    "say_relaxations",
    "say_step",
    "say_steps",
    "say_travel",
    "to_csv",
    "to_document",
    "to_geojson",
    "to_gpx",
    "to_ics",
    "to_kml",
]
