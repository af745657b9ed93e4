"""The page of one site: what is known of it, how surely, and where to go from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pypinyin import Style, lazy_pinyin

from api.deps import StateDep
from api.state import AppState
from api.web.drawing import sites_drawing
from api.web.kept import Kept
from api.web.opening import OpenDay, open_days
from api.web.texts import Texts
from api.web.view import PageDep
from geo.catalogue import Catalogue
from geo.districts import district_of
from geo.errors import InvalidParameterError, PlanningError
from geo.exchange.place_links import place_links
from geo.known import is_open_at
from geo.models import TIME_ZONE, Closure, Fidelity, Site
from geo.suggest import NearestWish, Reached, nearest_sites

from .report import Asked

router = APIRouter(include_in_schema=False)

NEAR_RADIUS_M = 5000.0
NEAR_LIMIT = 6
NEAR_MINUTES = 90.0
WEEK_DAYS = 7
_NEAREST: Kept[tuple[Reached, ...]] = Kept(limit=2000)


@dataclass(frozen=True, slots=True)
class Near:
    """A site near this one, and how far in words."""

    site: Site
    said: str


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of the coming week, today first, and whether one may enter now."""

    days: tuple[OpenDay, ...]
    open_now: bool


def near_sites(state: AppState, site: Site, texts: Texts) -> tuple[Near, ...]:
    """Return the sites near a site, the soonest reached on foot first, itself left out.

    A site known only to an area is left out on both sides: "1.2 km away" would not be honest.
    Where the network has no walk, the straight way is told, and said to be that.
    """
    if site.is_area:
        return ()
    wish = NearestWish(site=site.id, minutes=NEAR_MINUTES, limit=NEAR_LIMIT)
    key = (state.catalogue.version, state.router.info.id, state.router.info.date, site.id)
    try:
        found = _NEAREST.get(key, lambda: nearest_sites(wish, state.catalogue, state.router))
    except PlanningError:
        return _straight(state.catalogue, site, texts)
    fidelity = state.router.info.fidelity
    return tuple(Near(one.site, _said(one, fidelity, texts)) for one in found)


def _said(one: Reached, fidelity: Fidelity, texts: Texts) -> str:
    time = texts.duration(one.duration_s)
    time = texts("exchange.about", value=time) if fidelity == "schematic" else time
    length = texts.distance(one.length_m, "walk", fidelity)
    return texts("page.site.near-walk", length=length, time=time)


def _straight(catalogue: Catalogue, site: Site, texts: Texts) -> tuple[Near, ...]:
    frame = catalogue.near(site.lon, site.lat, NEAR_RADIUS_M, limit=NEAR_LIMIT * 3)
    found = (
        Near(other, texts("page.site.near-straight", distance=texts.distance(metres)))
        for other, metres in zip(
            catalogue.sites_by_id(frame.index), frame["distance_m"], strict=True
        )
        if other.id != site.id and not other.is_area
    )
    return tuple(found)[:NEAR_LIMIT]


def pinyin_of(name: str) -> str:
    """Return a Chinese name in pinyin with tones, one word a character."""
    return " ".join(lazy_pinyin(name, style=Style.TONE))


def ticket_text(site: Site, texts: Texts) -> str:
    """Return the admission in words; `CNY n` keeps its number."""
    if site.ticket.startswith("CNY "):
        return texts("page.ticket.price", amount=site.ticket.removeprefix("CNY "))
    return texts.word("page.ticket", site.ticket)


def closures_to_come(site: Site, today: date) -> tuple[Closure, ...]:
    """Return the closures of a site that are not over, the earliest first."""
    return tuple(one for one in site.closures if one.date_to >= today.isoformat())


def week_of(site: Site, now: datetime, texts: Texts) -> Week | None:
    """Return today and the six days after it; None where the hours are unknown or unreadable."""
    if not site.opening_hours:
        return None
    try:
        days = open_days(site.opening_hours, now.date(), WEEK_DAYS, site, texts)
    except InvalidParameterError:
        return None
    return Week(days, bool(is_open_at(site, now)))


@router.get("/sites/{site_id}")
def site_page(site_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show one site."""
    site = state.catalogue.site(site_id)
    drawing, now = sites_drawing(state, page.texts, [site]), datetime.now(TIME_ZONE)
    return page.render(
        "site.html",
        policy=drawing.policy,
        map=drawing,
        site=site,
        ticket=ticket_text(site, page.texts),
        closures=closures_to_come(site, now.date()),
        week=week_of(site, now, page.texts),
        pinyin=pinyin_of(site.name_zh) if page.texts.lang == "en" else "",
        near=near_sites(state, site, page.texts),
        links=place_links(site),
        district_key=district_of(site.district).key,
        routes=state.catalogue.routes_through(site_id),
        blank=Asked(),
        added=state.additions.at(site_id, now),
        now=now,
    )
