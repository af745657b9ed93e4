"""The page of what is reached within some times: a form, a map of areas, the sites by minutes."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.errors import problem_of
from api.reaching import ReachQuery, make_reach
from api.state import AppState
from api.web.drawing import reach_drawing
from api.web.texts import Texts
from api.web.view import Page, PageDep, address
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.exchange import say_length
from geo.models import MODES, Mode, Site
from geo.reach import Isochrones
from geo.reach.isochrones import MINUTES
from geo.suggest import Reached

from .plan_form import by_district, places

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the page's address: `place` is a site's id or lon,lat; empty: not said."""

    place: str = ""
    mode: str = "walk"
    minutes: tuple[str, ...] = ()

    def query(self) -> dict[str, str]:
        """Return it as the machine interface takes it."""
        end = "start" if "," in self.place else "site"
        return {end: self.place, "mode": self.mode, "minutes": ",".join(self.minutes)}


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band as the page lists it: its time, its area, the sites it adds in words."""

    minutes: int
    area: str
    sites: tuple[tuple[Site, str], ...]


@dataclass(frozen=True, slots=True)
class ReachForm:
    """What the form offers."""

    sites: tuple[tuple[str, tuple[Site, ...]], ...]
    places: tuple[tuple[str, str], ...]
    minutes: tuple[str, ...] = tuple(map(str, MINUTES))
    modes: tuple[Mode, ...] = MODES


def read_wanted(request: Request) -> Wanted:
    """Return what an address asks for; minutes may be repeated (boxes) or hold commas (a link)."""
    asked = request.query_params
    minutes = [part.strip() for text in asked.getlist("minutes") for part in text.split(",")]
    place = next((asked[name].strip() for name in ("from", "site", "start") if asked.get(name)), "")
    return Wanted(place, asked.get("mode") or "walk", tuple(part for part in minutes if part))


def reach_form(state: AppState, texts: Texts) -> ReachForm:
    """Return the sites whose place is known, by district, and the places there are."""
    known = [site for site in state.catalogue.all_sites if not site.is_area]
    return ReachForm(by_district(known, texts), places(state, texts))


def band_rows(found: Isochrones, texts: Texts) -> tuple[BandRow, ...]:
    """Return the bands, each with the sites that no shorter time reaches."""
    return tuple(
        BandRow(
            band.minutes,
            f"{band.area_km2:.1f}",
            tuple(
                (one.site, _said(one, found, texts))
                for one in found.sites
                if found.band_of(one) == band.minutes
            ),
        )
        for band in found.bands
    )


def _said(one: Reached, found: Isochrones, texts: Texts) -> str:
    time = texts.duration(one.duration_s)
    time = texts("exchange.about", value=time) if found.fidelity == "schematic" else time
    length = say_length(one.length_m, found.mode, found.fidelity, texts)
    return texts("exchange.leg-figures", length=length, duration=time)


@router.get("/reach")
def reach_page(page: PageDep, state: StateDep, request: Request) -> HTMLResponse:
    """Show the form, and what is reached when a place was chosen."""
    wanted = read_wanted(request)
    found, problem, status = None, None, 200
    if wanted.place:
        try:
            found = make_reach(ReachQuery(**wanted.query()).wish(), state)
        except (BadRequestError, NotFoundError, PlanningError) as error:
            refused = problem_of(error)
            status, problem = refused.status, refused.document(page.texts)
    drawing = reach_drawing(state, page.texts, found) if found else None
    return page.render(
        "reach.html",
        status=status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        wanted=wanted,
        problem=problem,
        form=reach_form(state, page.texts),
        bands=band_rows(found, page.texts) if found else (),
        found=found,
        network=state.router.info,
        start=_start(wanted, state, page),
        download=address("/api/isochrones", {**wanted.query(), "lang": page.texts.lang}),
    )


def _start(wanted: Wanted, state: AppState, page: Page) -> str:
    """Return the name of where one starts; a position where it has none."""
    if wanted.place in state.catalogue.sites.index:
        return page.texts.name(state.catalogue.site(wanted.place))
    named = dict(places(state, page.texts))
    return named.get(wanted.place, wanted.place)
