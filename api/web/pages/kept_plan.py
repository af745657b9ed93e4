"""A kept plan: the wish of that day on the data of today, and what is different since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import StateDep
from api.errors import problem_of
from api.plan_keeping import changes_since, edition_of, keep_plan, plan_link, replanned, request_of
from api.planning import plan_of_query, query_of_plan
from api.state import AppState
from api.web.drawing import itinerary_drawing, qr_drawing
from api.web.view import Page, PageDep, address
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.models import Itinerary
from geo.plans import KeptPlan

from .plan_edit import Editing
from .plan_form import Asked, asked_of, by_district
from .plan_result import DOWNLOADS, Result, result_of, said_notices, with_edits

router = APIRouter(include_in_schema=False)


@router.post("/p")
def keep(
    page: PageDep, state: StateDep, plan: Annotated[str, Form(max_length=20_000)]
) -> RedirectResponse:
    """Keep the plan of a form and lead to its page.

    Nobody is signed in and nothing is changed: what another site sends here is only kept.
    """
    kept = keep_plan(plan_of_query(asked_of(parse_qsl(plan)).wish()), state)
    return RedirectResponse(page.href(f"/p/{kept.id}"), 303)


@router.get("/p")
def form_again(page: PageDep) -> RedirectResponse:
    """Lead whoever opens the bare address to the form."""
    return RedirectResponse(page.href("/plan"), 303)


@router.get("/p/{plan_id}")
def kept_page(plan_id: str, page: PageDep, state: StateDep) -> HTMLResponse:
    """Show a kept plan as of now."""
    kept = state.plans.get(plan_id)
    asked = asked_of(list(query_of_plan(request_of(kept)).items()))
    itinerary: Itinerary | None = None
    problem: Mapping[str, object] | None = None
    try:
        itinerary = replanned(kept, state)
    except (BadRequestError, NotFoundError, PlanningError) as error:
        # The link is a good one all the same, and leads on to changing the plan.
        problem = problem_of(error).document(page.texts)
    answer = _rendered(kept, asked, itinerary, page, state, problem=problem)
    # The data of today are asked for at every look.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _rendered(
    kept: KeptPlan,
    asked: Asked,
    itinerary: Itinerary | None,
    page: Page,
    state: AppState,
    *,
    problem: Mapping[str, object] | None,
) -> HTMLResponse:
    texts, link = page.texts, plan_link(page.origin(), kept.id)
    drawing = None
    if itinerary:
        avoided = request_of(kept).avoid_areas
        drawing = itinerary_drawing(state, texts, itinerary, avoided=avoided)
    changes = (
        changes_since(kept, edition_of(itinerary, state), itinerary, state) if itinerary else ()
    )
    held = asked["route"]
    route = state.catalogue.route(held) if held in state.catalogue.routes.index else None
    editing = Editing.of(asked, itinerary, route, page) if itinerary else None
    result = _at_home(itinerary, asked, page, kept, link) if itinerary else None
    return page.render(
        "kept_plan.html",
        policy=drawing.policy if drawing else None,
        map=drawing,
        kept=kept,
        time=texts.moment(kept.kept),
        route=route,
        changes=said_notices(changes, texts),
        problem=problem,
        result=with_edits(result, editing) if result and editing else None,
        editing=editing,
        since=(),
        others=by_district(state.catalogue.all_sites, texts),
        change_href=page.href("/plan", **asked.query(), was=editing.was if editing else ""),
        qr=qr_drawing(link),
    )


def _at_home(itinerary: Itinerary, asked: Asked, page: Page, kept: KeptPlan, link: str) -> Result:
    """Return the plan with the addresses of its own that a kept one has."""
    path, lang = f"/api/plans/{kept.id}", page.texts.lang
    files = tuple((form, address(path, {"lang": lang, "f": form})) for form in DOWNLOADS)
    return replace(result_of(itinerary, asked, page), share=link, downloads=files)
