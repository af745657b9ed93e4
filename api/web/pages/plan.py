"""The page that plans: a form, and its itinerary as map, timetable and directions.

The form is an ordinary GET form: its address is the plan, so it can be shared, kept and printed,
and it works with no script at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.avoiding import avoid_of
from api.deps import StateDep
from api.errors import problem_of
from api.plan_changing import before_of, notices_of
from api.planning import make_itinerary, plan_of_query
from api.state import AppState
from api.web.drawing import itinerary_drawing, qr_drawing, shared_drawing
from api.web.view import Page, PageDep
from geo.avoid import Areas
from geo.errors import BadRequestError, NotFoundError, PlanningError
from geo.models import Itinerary
from geo.planner.changes import change_since

from .plan_edit import Editing
from .plan_form import Asked, plan_form, read_asked
from .plan_result import NoticeText, Result, result_of, said_notices, with_edits, without_ways
from .plan_ways import Otherwise, otherwise_of

router = APIRouter(include_in_schema=False)

QR_CHARACTERS = 1000
"""A longer address makes a code too fine for a phone to read; a kept plan has a short one."""


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
    form = plan_form(state, asked, itinerary, page.texts)
    editing = Editing.of(asked, itinerary, form.route, page) if itinerary else None
    result = _result(itinerary, asked, page, state, otherwise) if itinerary else None
    drawing = None if asked.anything else shared_drawing("overview", state, page.texts)
    if itinerary:
        drawing = itinerary_drawing(state, page.texts, itinerary, others=others, avoided=avoided)
    return page.render(
        "plan.html",
        status=status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        asked=asked,
        problem=problem,
        form=form,
        result=with_edits(result, editing) if result and editing else None,
        editing=editing,
        others=form.others,
        since=_since(request.query_params.get("was", ""), itinerary, page, state),
        qr=qr_drawing(result.share) if result and len(result.share) <= QR_CHARACTERS else "",
        kept=None,
    )


def _result(
    itinerary: Itinerary, asked: Asked, page: Page, state: AppState, otherwise: Otherwise | None
) -> Result:
    result = result_of(itinerary, asked, page, otherwise)
    # The other ways of an engine's plan are not known.
    return result if itinerary.network == state.router.info else without_ways(result)


def _since(
    was: str, itinerary: Itinerary | None, page: Page, state: AppState
) -> tuple[NoticeText, ...]:
    """Return what is different from the plan before; of one that cannot be read, nothing."""
    if not was or itinerary is None:
        return ()
    with suppress(BadRequestError, NotFoundError, PlanningError):
        change = change_since(before_of(was, state), itinerary)
        return said_notices(notices_of(change, itinerary, state), page.texts)
    return ()
