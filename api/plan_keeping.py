"""Kept plans between store, planner and reader: what is kept, and what is different since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from geo.errors import BadRequestError, NotFoundError, PlanningError, UnknownRecordError
from geo.exchange import to_document
from geo.messages import Notice, Value
from geo.models import TIME_ZONE, Itinerary, Site
from geo.planner import PlanRequest, read_request
from geo.planner.frames import DAY_START
from geo.plans import KeptPlan, PlanEdition
from routes_data.revisions import HIDING, Revision, State, diff

from .errors import problem_of
from .planning import make_itinerary
from .state import AppState
from .web.texts import Texts

UNTOLD = frozenset({"sources", "aliases", "position_source", "notes_zh", "grade"})
"""Columns of a site that change nothing of a visit."""


SAID_SINCE = frozenset({"holidays-unpublished", "may-end-late"})
"""Notices that plans kept earlier did not have."""


def keep_plan(request: PlanRequest, state: AppState) -> KeptPlan:
    """Plan, and keep what was asked; what cannot be planned is not kept.

    Raises
    ------
    HeritageError
        What `make_itinerary` raises; the store cannot be written.
    """
    itinerary = make_itinerary(request, state)
    settled = settled_of(request, itinerary)
    return state.plans.keep(
        settled.model_dump(mode="json", exclude_defaults=True), edition_of(itinerary, state)
    )


def settled_of(request: PlanRequest, itinerary: Itinerary) -> PlanRequest:
    """Return the request with what was left to the planner said: the day, the mode, the order.

    So it asks for the same plan tomorrow as today.
    """
    first = datetime.combine(itinerary.days[0].date, DAY_START, TIME_ZONE)
    mode = request.mode or itinerary.mode
    said: dict[str, object] = {"mode": mode, "depart": request.depart or first}
    if not request.keeps_hours:
        said["order"] = itinerary.order
    elif request.assume_hours is None:
        said["assume_hours"] = True
    return request.model_copy(update=said)


def edition_of(itinerary: Itinerary, state: AppState) -> PlanEdition:
    """Return what an answer rests on.

    Of the digest are neither the network's own lines, nor what documents of version 1 did not
    hold: a plan kept in those days is no other plan because more is said of it.
    """
    document = to_document(itinerary)
    network = document.pop("network")
    document.pop("quality")
    document.pop("modes")
    document["schema_version"] = 1
    for day in document["days"]:
        for leg in day["legs"]:
            leg.pop("parking_s")  # in the leg's duration
    document["notices"] = [one for one in document["notices"] if one["code"] not in SAID_SINCE]
    for one in document["left_out"]:
        one.pop("relaxations")
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return PlanEdition(digest, state.catalogue.version, f"{network['id']} {network['date']}")


def replanned(kept: KeptPlan, state: AppState) -> Itinerary:
    """Return a kept plan on the data of today.

    Raises
    ------
    HeritageError
        It cannot be planned any more, such as a site that was taken away.
    """
    return make_itinerary(request_of(kept), state)


def request_of(kept: KeptPlan) -> PlanRequest:
    """Return what was asked; plans kept before hours were assumed are made without.

    The search then had a second of work where nothing was said.

    Raises
    ------
    BadRequestError
        It cannot be asked any more.
    """
    request = read_request(kept.request)
    if request.keeps_hours and request.assume_hours is None:
        older = {"assume_hours": False, "seconds": request.seconds or 1.0}
        return request.model_copy(update=older)
    return request


def changes_since(
    kept: KeptPlan, now: PlanEdition, itinerary: Itinerary, state: AppState
) -> tuple[Notice, ...]:
    """Return what is different from when a plan was kept; empty: nothing that matters to it.

    Parameters
    ----------
    kept
        The plan as it was kept.
    now, itinerary
        What it rests on today, and what it is.
    state
        Where changes of records are looked up.
    """
    found = [*_records(kept, itinerary, state)]
    if kept.edition.network != now.network:
        both = {"was": kept.edition.network, "now": now.network}
        found.append(Notice("plan-network", values=both))
    if kept.differs(now):
        found.insert(0, Notice("plan-differs"))
    return tuple(found)


def _records(kept: KeptPlan, itinerary: Itinerary, state: AppState) -> Iterator[Notice]:
    """Yield a notice for each site of the plan that was changed or shut since."""
    if kept.edition.catalogue == state.catalogue.version:
        return
    ids = [stop.site_id for stop in itinerary.stops if stop.site_id]
    ids += [out.site_id for out in itinerary.left_out]
    for site in state.catalogue.sites_by_id(ids):
        columns = _changed("sites", site.id, kept.kept, state)
        if columns:
            yield Notice("plan-record", values={**_name(site), "columns": ", ".join(columns)})
    closures = state.store.editor.worklist("closures", [State.PUBLISHED, *HIDING])
    for one in closures:
        if one.body["site"] in ids and one.time > kept.kept:
            site = state.catalogue.site(str(one.body["site"]))
            code = "plan-reopened" if one.state in HIDING else "plan-closure"
            days = {name: str(one.body[name]) for name in ("date_from", "date_to")}
            yield Notice(code, values={**_name(site), **days})


def _name(site: Site) -> dict[str, Value]:
    return {"name_zh": site.name_zh, "name_en": site.name_en}


def _changed(kind: str, record_id: str, since: datetime, state: AppState) -> list[str]:
    """Return the columns of a record that visitors see changed since a moment."""
    try:
        history = state.store.editor.history(kind, record_id)
    except UnknownRecordError:
        return []
    shown: list[Revision] = [one for one in history if one.state is State.PUBLISHED]
    before = [one for one in shown if one.time <= since]
    if not before or shown[-1].revision == before[-1].revision:
        return []
    found = diff(before[-1].body, shown[-1].body)
    return [one.column for one in found if one.column not in UNTOLD]


def plan_document(kept: KeptPlan, origin: str) -> dict[str, Any]:
    """Return what is kept as JSON values."""
    return {
        "id": kept.id,
        "kept": kept.kept.isoformat(),
        "link": plan_link(origin, kept.id),
        "request": dict(kept.request),
        "edition": _edition(kept.edition),
    }


def plan_now_document(kept: KeptPlan, state: AppState, origin: str, texts: Texts) -> dict[str, Any]:
    """Return a kept plan and what it is today as JSON values.

    Where it cannot be planned any more, what was kept is still told, with the reason.
    """
    document = plan_document(kept, origin)
    try:
        itinerary = replanned(kept, state)
    except (BadRequestError, NotFoundError, PlanningError) as error:
        problem = problem_of(error).document(texts)
        return {**document, "now": None, "differs": True, "itinerary": None, "problem": problem}
    now = edition_of(itinerary, state)
    return {
        **document,
        "now": _edition(now),
        "differs": kept.differs(now),
        "changes": [
            {"code": one.code, "level": one.level, "text": one.text(texts)}
            for one in changes_since(kept, now, itinerary, state)
        ],
        "itinerary": to_document(itinerary),
    }


def plan_link(origin: str, plan_id: str) -> str:
    """Return the address people open, read from a code or typed."""
    return f"{origin}/p/{plan_id}"


def _edition(edition: PlanEdition) -> dict[str, str]:
    return {
        "result": edition.result,
        "catalogue": edition.catalogue,
        "network": edition.network,
    }
