"""What the data is, where it comes from and how far it can be trusted."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import StateDep
from api.web.view import PageDep
from geo.models import AREA_ACCURACY_M

router = APIRouter(include_in_schema=False)

PUBLISHERS_SHOWN = 12
REPOST = "网络转载页"
"""How the facts name a page that repeats another's report (routes_data/facts/README.md)."""
GRADES = ("A", "B", "C", "D")


@router.get("/about")
def about(page: PageDep, state: StateDep) -> HTMLResponse:
    """Show the counts, the grades, the accuracy and the licences."""
    sites = state.catalogue.sites
    routes = state.catalogue.routes
    areas = int((sites["accuracy_m"] > AREA_ACCURACY_M).sum())
    hours = int((sites["opening_hours"] != "").sum())
    publishers = Counter(
        name for sources in sites["sources"] for name in {source.publisher for source in sources}
    )
    grades = Counter(sites["grade"])
    reposts = sum(any(REPOST in one.publisher for one in sources) for sources in sites["sources"])
    return page.render(
        "about.html",
        areas=areas,
        reposts=reposts,
        pins=len(sites) - areas,
        hours_known=hours,
        hours_unknown=len(sites) - hours,
        official=int((routes["provenance"] == "official").sum()),
        curated=int((routes["provenance"] == "curated").sum()),
        publishers=publishers.most_common(PUBLISHERS_SHOWN),
        grades=[(grade, grades[grade]) for grade in GRADES],
        network=state.router.info,
    )
