"""A plan beside the one before: where that is looked up, and how what is different is said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from geo.exchange.naming import notes
from geo.messages import Messages, Notice
from geo.models import Itinerary
from geo.planner.changes import (
    PlanBefore,
    PlanChange,
    change_notices,
    change_since,
    plan_before,
    read_before,
)

from .plan_keeping import replanned
from .state import AppState


def before_of(was: str, state: AppState) -> PlanBefore:
    """Return the plan before that an address names: by its visits, or as a kept plan.

    Raises
    ------
    InvalidParameterError
        It is neither.
    UnknownRecordError
        Nothing was kept under this id.
    """
    if "@" in was:
        return read_before(was)
    return plan_before(replanned(state.plans.get(was), state))


def notices_of(change: PlanChange, itinerary: Itinerary, state: AppState) -> tuple[Notice, ...]:
    """Return what is different in words; a site that is no longer held is told by its id."""
    names = {stop.site_id: (stop.name_zh, stop.name_en) for stop in itinerary.stops if stop.site_id}
    gone = {move.site_id for move in change.moves} - set(names)
    held = [site_id for site_id in sorted(gone) if site_id in state.catalogue.sites.index]
    names |= {site.id: (site.name_zh, site.name_en) for site in state.catalogue.sites_by_id(held)}
    return change_notices(change, names)


def change_document(
    was: str, itinerary: Itinerary, state: AppState, messages: Messages
) -> dict[str, Any]:
    """Return what is different from the plan before as JSON values.

    Raises
    ------
    HeritageError
        What `before_of` raises.
    """
    change = change_since(before_of(was, state), itinerary)
    return {
        "travel_s": change.travel_s,
        "away_s": change.away_s,
        "moves": [
            {
                "kind": move.kind,
                "site_id": move.site_id,
                "before": _moment(move.before),
                "now": _moment(move.now),
            }
            for move in change.moves
        ],
        "texts": notes(notices_of(change, itinerary, state), messages),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
