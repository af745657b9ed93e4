"""A kept field trip: its key shown once, its plan as of now, its change and its end.

Nobody is signed in and no cookie is set: the edit key in the body of a form is the only authority,
so a form that another site sends can do nothing its sender could not do alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import StateDep
from api.errors import problem_of
from api.state import AppState
from api.trip_keeping import content_of, kept_link, kept_query
from api.trip_query import KeptPackQuery
from api.tripping import make_trip, pack_document
from api.web.drawing import itinerary_drawing, qr_drawing
from api.web.texts import Texts
from api.web.view import Page, PageDep, address
from geo.errors import (
    BadRequestError,
    ConflictError,
    NotFoundError,
    PlanningError,
    WrongEditKeyError,
)
from geo.trip import KeptTrip, Trip

from .keeping import Unsaved
from .trip import show_pack, show_trip
from .trip_form import Asked, asked_of, resolve
from .trip_result import ClassTab, Result, refusal_of, result_of

router = APIRouter(include_in_schema=False)

TripText = Annotated[str, Form(max_length=40_000)]
KeyText = Annotated[str, Form(max_length=200)]


@router.post("/t")
def keep_trip(page: PageDep, state: StateDep, trip: TripText) -> HTMLResponse:
    """Keep a trip, and show its link and its key; no other page ever shows the key."""
    asked = asked_of(parse_qsl(trip))
    content = content_of(resolve(asked, state.catalogue).wish(), asked.printed(), state)
    kept, key = state.trips.keep(content)
    shown = page.at(f"/t/{kept.id}")
    answer = shown.render(
        "kept_trip_key.html", status=201, kept=kept, key=key, **_link(shown, kept.id)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/t")
def form_again(page: PageDep) -> RedirectResponse:
    """Lead whoever reloads the page of a key to the form."""
    return RedirectResponse(page.href("/trip"), 303)


@router.get("/t/{trip_id}")
def kept_page(
    trip_id: str,
    page: PageDep,
    state: StateDep,
    number: Annotated[int, Query(ge=1, le=12)] = 1,
    was: str = "",
) -> HTMLResponse:
    """Show a kept trip as of now, and what is different from a print, or from when it was kept."""
    return _shown(state.trips.get(trip_id), page, state, _Look(number, was))


@router.post("/t/{trip_id}", response_model=None)
def change_trip(
    trip_id: str,
    page: PageDep,
    state: StateDep,
    trip: TripText,
    edition: Annotated[int, Form(ge=1)],
    key: KeyText = "",
) -> HTMLResponse | RedirectResponse:
    """Save a change; with another key, or after somebody else's change, show the form again."""
    sent = [*parse_qsl(trip), ("edit", trip_id), ("edition", str(edition))]
    asked = asked_of(sent)
    content = content_of(resolve(asked, state.catalogue).wish(), asked.printed(), state)
    try:
        state.trips.change(trip_id, key, content, edition)
    except (WrongEditKeyError, ConflictError) as error:
        again = page.at("/trip", asked.query())
        newest = _change_href(state.trips.get(trip_id), page)
        problem = problem_of(error)
        unsaved = Unsaved(
            problem.status,
            problem.document(page.texts),
            newest if isinstance(error, ConflictError) else "",
        )
        return show_trip(again, state, asked, unsaved)
    return RedirectResponse(page.href(f"/t/{trip_id}"), 303)


@router.post("/t/{trip_id}/remove")
def remove_trip(
    trip_id: str,
    page: PageDep,
    state: StateDep,
    key: KeyText = "",
    sure: Annotated[str, Form(max_length=10)] = "",
) -> HTMLResponse:
    """Remove a trip for good, where its key was given and the box was ticked."""
    kept = state.trips.get(trip_id)
    seen = page.at(f"/t/{trip_id}")
    if not sure:
        return _shown(
            kept, seen, state, _Look(refused=page.texts("trip.kept.not-sure"), status=422)
        )
    try:
        state.trips.remove(trip_id, key)
    except WrongEditKeyError as error:
        problem = problem_of(error)
        said = str(problem.document(page.texts)["detail"])
        return _shown(kept, seen, state, _Look(refused=said, status=problem.status))
    return page.at("/trip").render("kept_trip_removed.html")


@router.get("/t/{trip_id}/pack")
def kept_pack(
    trip_id: str, page: PageDep, state: StateDep, query: Annotated[KeptPackQuery, Query()]
) -> HTMLResponse:
    """Show the pack of a kept trip as a web page."""
    kept = state.trips.get(trip_id)
    trip, printed = make_trip(kept.content.request, state), query.over(kept.content.printed)
    document = pack_document(trip, printed, state, page.origin(), kept=kept.id)
    return show_pack(page, document, page.href(f"/t/{trip_id}", number=_which(printed.number)))


@dataclass(frozen=True, slots=True)
class _Look:
    """How a kept trip is looked at: which class, against which print, after what was refused."""

    number: int = 1
    was: str = ""
    refused: str = ""
    status: int = 200


def _shown(kept: KeptTrip, page: Page, state: AppState, look: _Look) -> HTMLResponse:
    asked, result, refusal = _asked(kept, look), None, None
    try:
        trip = make_trip(kept.content.request, state)
        result = _at_home(result_of(trip, asked, page, state), trip, kept, page, look.number)
    except (BadRequestError, NotFoundError, PlanningError) as error:
        refusal = refusal_of(error, asked, page)
    drawing = itinerary_drawing(state, page.texts, result.plan.itinerary) if result else None
    answer = page.render(
        "kept_trip.html",
        status=refusal.status if refusal else look.status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        kept=kept,
        facts=kept.content.request.facts(),
        times=tuple(page.texts.moment(one) for one in (kept.kept, kept.changed)),
        result=result,
        printed=bool(look.was),
        problem=refusal.problem if refusal else None,
        help=refusal.changes if refusal else (),
        reasons=refusal.reasons if refusal else (),
        refused=look.refused,
        change_href=_change_href(kept, page),
        keep=None,
        **_link(page, kept.id),
    )
    # It may be changed at any moment: a browser asks again.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _asked(kept: KeptTrip, look: _Look) -> Asked:
    """Return a kept trip as the form would ask for it, seen against a print or its own keeping."""
    snapshots = kept.content.snapshots
    was = look.was or (snapshots[look.number - 1] if look.number <= len(snapshots) else "")
    own = {"number": str(look.number), "was": was}
    return Asked({**kept_query(kept), **_editing(kept), **own})


def _editing(kept: KeptTrip) -> dict[str, str]:
    return {"edit": kept.id, "edition": str(kept.edition)}


def _change_href(kept: KeptTrip, page: Page) -> str:
    """Return the address of the form that changes a kept trip."""
    return page.href("/trip", **{**kept_query(kept), **_editing(kept)})


def _at_home(result: Result, trip: Trip, kept: KeptTrip, page: Page, number: int) -> Result:
    """Return a trip with the addresses of its own that a kept one has."""
    numbers = range(1, len(trip.classes) + 1) if len(trip.classes) > 1 else ()
    tabs = (ClassTab(n, page.href(f"/t/{kept.id}", number=n), n == number) for n in numbers)
    return replace(result, tabs=tuple(tabs), files=_files(kept.id, number, page.texts))


def _files(trip_id: str, number: int, texts: Texts) -> dict[str, str]:
    query = {"number": _which(number), "lang": texts.lang}
    api = f"/api/kept-trips/{trip_id}"
    return {
        "pdf": address(f"{api}/pack.pdf", query),
        "web": address(f"/t/{trip_id}/pack", query),
        "coach": address(f"/t/{trip_id}/pack", {**query, "parts": "coach"}),
        "zip": address(f"{api}/pack.zip", {"lang": texts.lang}),
        **{form: address(f"{api}/timetable.{form}", query) for form in ("csv", "ics", "gpx")},
    }


def _which(number: int) -> int | None:
    return number if number > 1 else None


def _link(page: Page, trip_id: str) -> dict[str, Any]:
    link = kept_link(page.origin(), trip_id)
    return {"link": link, "qr": qr_drawing(link)}
