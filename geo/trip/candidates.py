"""Which sites a trip is about: those named, those of a route, or those of a theme near school."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyproj import Geod

from geo.catalogue import Catalogue
from geo.errors import TooManyStopsError
from geo.messages import Notice
from geo.models import LonLat, Site
from geo.queries import SiteQuery

from .request import MAX_TRIP_STOPS, TripRequest

GEOD = Geod(ellps="WGS84")
INDOORS = ("yes", "both")
SWAP_M = 15_000.0
"""How far from a site its replacement in bad weather may lie. Our default."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A site that is not visited, and why."""

    site: Site
    reason: Notice


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sites to choose from, dearest first; how many at most; what is out from the start."""

    sites: tuple[Site, ...]
    most: int
    left_out: tuple[LeftOut, ...] = ()


def candidates(request: TripRequest, catalogue: Catalogue) -> Candidates:
    """Return the sites a request is about.

    Raises
    ------
    UnknownSiteError, UnknownRouteError
        An id is not in the catalogue.
    TooManyStopsError
        Route and stops together are more than `MAX_TRIP_STOPS`.
    InvalidParameterError
        There is no such theme.
    """
    ids = named_ids(request, catalogue)
    if len(ids) > MAX_TRIP_STOPS:
        raise TooManyStopsError(len(ids), MAX_TRIP_STOPS)
    sites, most = catalogue.sites_by_id(ids), len(ids)
    if not ids:
        found = catalogue.sites_by_id(catalogue.select_sites(SiteQuery(theme=request.theme)).index)
        sites = nearest(found, request.at)[:MAX_TRIP_STOPS]
        most = request.preset.most_sites * request.days
    barred = [site for site in sites if request.wheelchair and site.step_free == "no"]
    out = tuple(LeftOut(site, Notice("trip-out-steps")) for site in barred)
    return Candidates(tuple(site for site in sites if site not in barred), most, out)


def named_ids(request: TripRequest, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the ids of the sites asked for by name or by route, dearest first, each once.

    Raises
    ------
    UnknownRouteError
        There is no such route.
    """
    named = catalogue.route(request.route).stops if request.route else ()
    return tuple(dict.fromkeys((*named, *request.stops)))


def nearest(sites: Iterable[Site], to: LonLat) -> tuple[Site, ...]:
    """Return sites in the order of their distance from a place."""
    return tuple(sorted(sites, key=lambda site: (distance_m(site, to), site.id)))


def distance_m(site: Site, to: LonLat) -> float:
    """Return the geodesic from a site to a place, metres."""
    return float(GEOD.inv(site.lon, site.lat, *to)[2])


def alike(site: Site, others: Sequence[Site]) -> list[Site]:
    """Return the sites within `SWAP_M` of one: those that share a theme first, then the nearest."""
    here = (site.lon, site.lat)
    metres = {one.id: distance_m(one, here) for one in others if one.id != site.id}
    near = [one for one in others if metres.get(one.id, SWAP_M + 1) <= SWAP_M]
    shared = set(site.themes)
    return sorted(near, key=lambda one: (shared.isdisjoint(one.themes), metres[one.id], one.id))


def indoors(
    sites: Sequence[Site], catalogue: Catalogue, allowed: Callable[[Site, Site], bool]
) -> tuple[tuple[Site, Site | None], ...]:
    """Return each site with its replacement in bad weather; itself where it has something indoors.

    A replacement is a site that is wholly indoors, not on the list already, within `SWAP_M`, and
    `allowed` (it, and the site it stands for: is it open then?); those that share a theme come
    first, then the nearest.
    """
    taken = {site.id for site in sites}
    dry = [site for site in catalogue.all_sites if site.indoor == "yes"]
    swaps: list[tuple[Site, Site | None]] = []
    for site in sites:
        if site.indoor in INDOORS:
            swaps.append((site, site))
            continue
        near = (one for one in alike(site, dry) if one.id not in taken and allowed(one, site))
        best = next(near, None)
        if best is not None:
            taken.add(best.id)
        swaps.append((site, best))
    return tuple(swaps)
