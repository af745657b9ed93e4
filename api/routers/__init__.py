"""One file a resource."""

from __future__ import annotations

from .additions import router as additions
from .basemap import router as basemap
from .collections import router as collections
from .documentation import router as documentation
from .exports import router as exports
from .files import router as files
from .health import router as health
from .itineraries import router as itineraries
from .kept_trips import router as kept_trips
from .landing import router as landing
from .oembed import router as oembed
from .plans import router as plans
from .posters import router as posters
from .reach import router as reach
from .staff import router as staff
from .suggestions import router as suggestions
from .tiles import router as tiles
from .transactions import router as transactions
from .trips import router as trips
from .ways import router as ways

__all__ = ["ROUTERS"]

ROUTERS = (
    landing,
    collections,
    transactions,
    tiles,
    additions,
    itineraries,
    ways,
    plans,
    exports,
    suggestions,
    reach,
    trips,
    kept_trips,
    staff,
    posters,
    oembed,
    basemap,
    documentation,
    health,
    files,
)
