"""What can be seen in the place of a site that no change of a limit lets in.

A site that is closed on the days of the trip, has steps, or cannot be reached is offered to be
replaced: by one that shares a theme and lies near, is open then, and is confirmed by solving again
to fit beside everything the class sees as things are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from geo.catalogue import Catalogue
from geo.messages import Notice, Value
from geo.models import Site
from geo.router import Router

from .advising import WORK, Offer
from .candidates import LeftOut, alike, distance_m, named_ids
from .problem import Work, WorkSpentError
from .request import MAX_TRIP_STOPS, TripRequest
from .timing import opening
from .world import VALUE, World

LIMITED = "trip-out-limits"
"""The reason of a site that a change of limits may let in: it is not replaced."""

MOST_TRIED = 4
"""So many of the sites that may take its place are tried at once, the most alike first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A trip as it stands: who wishes it, over which data, what each class sees."""

    request: TripRequest
    catalogue: Catalogue
    router: Router
    sites: tuple[Site, ...]


def replacements(seen: Seen, left_out: Sequence[LeftOut]) -> tuple[Offer, ...]:
    """Return what may take the place of each site left out for good, one offer a site at most.

    Nothing is offered where the sites were chosen for the class: others were chosen already.
    """
    named = named_ids(seen.request, seen.catalogue)
    gone = [one.site for one in left_out if one.reason.code != LIMITED and one.site.id in named]
    offers: list[Offer] = []
    taken = set(named)
    for site in gone:
        put = _replacement(seen, site, taken)
        if put is not None:
            taken.add(put.id)
            offers.append(Offer(_said(site, put), _settings(seen, named, site, put)))
    return tuple(offers)


def _replacement(seen: Seen, site: Site, taken: set[str]) -> Site | None:
    """Return the site most alike that fits beside all that is seen, None: none of those tried."""
    # In a given order the new site has the place of the old one.
    named = named_ids(seen.request, seen.catalogue)
    kept = sorted(seen.sites, key=lambda one: named.index(one.id))
    place = sum(named.index(one.id) < named.index(site.id) for one in kept)
    return one_more(seen, kept, place, _possible(seen, site, taken))


def one_more(seen: Seen, kept: Sequence[Site], place: int, others: Iterable[Site]) -> Site | None:
    """Return which of the first `others` fits beside all of `kept`, at that place of theirs.

    None: none of those tried, or it could not be found out with so much work.
    """
    most = min(MOST_TRIED, MAX_TRIP_STOPS - len(kept))
    tried = list(itertools.islice(others, most))
    if not tried:
        return None
    sites = (*kept[:place], *tried, *kept[place:])
    wanted = len(kept) + 1
    world = World(seen.request, sites, seen.router, wanted, seen.catalogue.landmarks)
    problem = replace(
        world.problem,
        # What is seen already outweighs whatever is new.
        value=tuple(
            VALUE * (1 if one in tried else 2) + len(sites) - at for at, one in enumerate(sites)
        ),
        least=wanted,
        any_way=True,
        work=Work(WORK),
    )
    try:
        visited = {world.sites[node] for node in world.solved(problem)[-1].visited}
    except WorkSpentError:
        return None
    fits = visited.issuperset(kept) and len(visited) == wanted
    return next((one for one in tried if one in visited), None) if fits else None


def _possible(seen: Seen, site: Site, taken: set[str]) -> Iterator[Site]:
    """Yield the sites that are open on a day of the trip and can be entered, most alike first."""
    request = seen.request
    days = [request.date + timedelta(days=number) for number in range(request.days)]
    for one in alike(site, seen.catalogue.all_sites):
        stay_s = min(one.visit_min, request.preset.visit_most_min) * 60
        barred = one.id in taken or (request.wheelchair and one.step_free == "no")
        if not barred and any(opening(one, day, stay_s) for day in days):
            yield one


def _said(out: Site, put: Site) -> Notice:
    values: dict[str, Value] = {
        "out_zh": out.name_zh,
        "out_en": out.name_en,
        "put_zh": put.name_zh,
        "put_en": put.name_en,
        "km": f"{distance_m(put, (out.lon, out.lat)) / 1000:.1f}",
    }
    shared = next((theme for theme in out.themes if theme in put.themes), None)
    if shared is None:
        return Notice("trip-instead", "info", values)
    return Notice("trip-instead-theme", "info", {**values, "theme_key": f"theme.{shared}"})


def _settings(seen: Seen, named: Sequence[str], out: Site, put: Site) -> dict[str, str]:
    """Return the parameters that do it; questions about the site left out go with it."""
    request = seen.request
    settings = {"stops": ",".join(put.id if one == out.id else one for one in named)}
    if request.route is not None:
        settings["route"] = ""
    if any(site == out.id for site, _ in request.prompts):
        kept = (f"{site}|{text}" for site, text in request.prompts if site != out.id)
        settings["ask"] = "\n".join(kept)
    return settings
