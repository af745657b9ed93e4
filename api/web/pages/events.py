"""What is on: exhibitions, lectures, ceremonies and activities of all sites."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.web.view import PageDep
from geo.models import TIME_ZONE

router = APIRouter(include_in_schema=False)


@router.get("/events")
def events_page(page: PageDep, state: StateDep) -> HTMLResponse:
    """Show the events that are on or to come, in order of time, each with its site."""
    now = datetime.now(TIME_ZONE)
    return page.render(
        "events.html",
        now=now,
        events=state.additions.coming(now),
        sites={site.id: site for site in state.catalogue.all_sites},
    )
