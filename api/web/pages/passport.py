"""The passport: a stamp for every site visited, kept on the visitor's own device.

The service sends the sites and the collections; which of them have a stamp, only the device knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.web.drawing import qr_drawing
from api.web.texts import Texts
from api.web.view import PageDep
from geo.catalogue import Catalogue
from geo.districts import DISTRICTS
from geo.models import Collection, Site

from .routes import sites_by_collection

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """What has a progress: its name, and the sites that count."""

    name: str
    sites: tuple[str, ...]


def sites_by_district(catalogue: Catalogue) -> list[tuple[str, list[Site]]]:
    """Return the districts that have sites, by their Chinese name, in the order people know."""
    sites = catalogue.all_sites
    found = [
        (one.name_zh, [site for site in sites if site.district == one.name_zh]) for one in DISTRICTS
    ]
    return [(name, held) for name, held in found if held]


def _progress(catalogue: Catalogue, texts: Texts) -> list[Progress]:
    held = sites_by_collection(catalogue)
    collections: list[Collection] = list(catalogue.all_collections)
    return [Progress(texts.name(one), held[one.id]) for one in collections if one.id in held]


@router.get("/follow/passport")
def passport_page(page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a place for the stamp of every site; the device fills in its own."""
    catalogue = state.catalogue
    return page.render(
        "passport.html",
        districts=sites_by_district(catalogue),
        everything=Progress(page.texts("page.passport.all"), tuple(catalogue.sites.index)),
        collections=_progress(catalogue, page.texts),
    )


@router.get("/sites/{site_id}/code")
def code_page(site_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a sheet for the door of a site: its name, and the code that stamps a passport."""
    site = state.catalogue.site(site_id)
    # No language in it: whoever scans it reads their own.
    link = f"{page.origin()}/follow/passport?stamp={site.id}"
    return page.render("site_code.html", site=site, link=link, qr=qr_drawing(link))
