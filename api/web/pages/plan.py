"""The page that plans: a form, and its itinerary as map, timetable and directions.

The form is an ordinary GET form: its address is the plan, so it can be shared, kept and printed,
and it works with no script at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.avoiding import avoid_of
from api.deps import StateDep
from api.errors import problem_of
from api.planning import make_itinerary, plan_of_query
from api.web.drawing import itinerary_drawing
from api.web.view import PageDep
from geo.avoid import Areas
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.models import Itinerary

from .plan_form import Asked, plan_form, read_asked
from .plan_result import result_of, without_ways
from .plan_ways import Otherwise, otherwise_of

router = APIRouter(include_in_schema=False)


@router.get("/plan")
def plan_page(
    page: PageDep,
    state: StateDep,
    request: Request,
    asked: Annotated[Asked, Depends(read_asked)],
) -> HTMLResponse:
    """Show the form, and the itinerary when something was asked for."""
    itinerary: Itinerary | None = None
    avoided: Areas = ()
    otherwise: Otherwise | None = None
    problem: Mapping[str, object] | None = None
    status = 200
    if asked.anything:
        try:
            wish = plan_of_query(asked.wish())
            itinerary, avoided = make_itinerary(wish, state), wish.avoid_areas
            if itinerary.network == state.router.info:
                ways = request.query_params.get("ways", "")
                otherwise = otherwise_of(itinerary, ways, state, avoid_of(wish))
        except (BadRequestError, NotFoundError, PlanningError) as error:
            found = problem_of(error)
            status, problem = found.status, found.document(page.texts)
    others = [one.leg for one in otherwise.ways.others] if otherwise else []
    result = result_of(itinerary, asked, page, otherwise) if itinerary else None
    if itinerary and result and itinerary.network != state.router.info:
        result = without_ways(result)  # an engine's plan: its other ways are not known
    drawing = None
    if itinerary:
        drawing = itinerary_drawing(state, page.texts, itinerary, others=others, avoided=avoided)
    return page.render(
        "plan.html",
        status=status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        asked=asked,
        problem=problem,
        form=plan_form(state, asked, itinerary, page.texts),
        result=result,
        kept=None,
    )
