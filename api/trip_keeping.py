"""Kept field trips between store, planner and reader: what is kept, and what is different since."""

from __future__ import annotations

import re
from typing import Any

from geo.errors import InvalidParameterError
from geo.trip import Check, KeptTrip, Trip, TripContent, TripPlan, TripRequest
from geo.trip.changes import differences
from geo.trip.snapshot import Printed, Snapshot, read_snapshot, snapshot_of

from .state import AppState
from .trip_query import PackQuery, PrintQuery, query_of
from .tripping import class_plan, wanted_trip

_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def content_of(request: TripRequest, printed: PrintQuery, state: AppState) -> TripContent:
    """Return what is kept of a trip: it is planned first, what cannot be planned is not kept.

    Raises
    ------
    HeritageError
        What `plan_trip` raises; a part to print does not exist.
    """
    options = printed.printed()
    trip = wanted_trip(request, state)
    own = printed.model_dump(mode="json", exclude={"number"}, exclude_none=True)
    version = state.catalogue.version
    was = tuple(str(snapshot_of(plan, version, options)) for plan in trip.classes)
    return TripContent(request, own, was)


def changes_since(kept: KeptTrip, trip: Trip, number: int, state: AppState) -> tuple[Check, ...]:
    """Return what is different now from when the trip was kept, for one class.

    Raises
    ------
    InvalidParameterError
        There are fewer classes.
    """
    plan = class_plan(trip, number)
    was = read_snapshot(kept.content.snapshots[number - 1])
    printed = PackQuery.model_validate(kept.content.printed).printed()
    return changes_of_plan(was, plan, printed, state)


def changes_of_plan(
    was: Snapshot, plan: TripPlan, printed: Printed, state: AppState
) -> tuple[Check, ...]:
    """Return what is different from a snapshot: in the plan, what is printed, the records."""
    now = snapshot_of(plan, state.catalogue.version, printed)
    return differences(was, now, state.catalogue.all_sites)


def kept_query(kept: KeptTrip) -> dict[str, str]:
    """Return a kept trip as the parameters of an address, print options and all."""
    printed = PackQuery.model_validate(kept.content.printed)
    said = printed.model_dump(mode="json", exclude_defaults=True)
    return {**query_of(kept.content.request), **said}


def kept_document(kept: KeptTrip, origin: str) -> dict[str, Any]:
    """Return what is kept as JSON values."""
    return {
        "id": kept.id,
        "edition": kept.edition,
        "kept": kept.kept.isoformat(),
        "changed": kept.changed.isoformat(),
        "link": kept_link(origin, kept.id),
        "trip": kept.content.request.model_dump(mode="json", exclude_defaults=True),
        "print": dict(kept.content.printed),
    }


def kept_link(origin: str, trip_id: str) -> str:
    """Return the address people open, read from a code or typed."""
    return f"{origin}/t/{trip_id}"


def edition_tag(edition: int) -> str:
    """Return the ETag of an edition."""
    return f'"{edition}"'


def read_edition(tag: str) -> int | None:
    """Return the edition an If-Match header names; None for `*`, whatever there is.

    A weak tag is taken, too: proxies that compress make ours weak.

    Raises
    ------
    InvalidParameterError
        It is no tag of ours.
    """
    if tag.strip() == "*":
        return None
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        raise InvalidParameterError(
            "If-Match", tag, 'the ETag of the kept trip, e.g. "3"', rule="edition_tag"
        )
    return int(match[1])
