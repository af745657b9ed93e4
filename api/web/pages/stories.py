"""The oral histories of every site, in a place of their own."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.web.view import PageDep

router = APIRouter(include_in_schema=False)


@router.get("/stories")
def stories_page(page: PageDep, state: StateDep) -> HTMLResponse:
    """Show the oral histories by site, in the order in which sites are listed."""
    told = {one.site for one in state.additions.stories}
    groups = [
        (site, [one for one in state.additions.stories if one.site == site.id])
        for site in state.catalogue.all_sites
        if site.id in told
    ]
    return page.render("stories.html", groups=groups)
