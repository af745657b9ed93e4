"""A worker's part of a batch of plans: from requests to lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from geo.errors import DataError, HeritageError, InvalidParameterError, TooManyStopsError
from geo.exchange import to_document
from geo.faults import read_model
from geo.planner import PlanRequest, plan, read_request

from .avoiding import avoid_of, keeping_off_on
from .forms import json_text
from .plan_batch import Job, Row
from .planning import ItineraryQuery, plan_of_query
from .settings import Settings
from .state import AppState, running
from .ways import network_router


@lru_cache(maxsize=2)
def _opened(settings: str) -> AppState:
    # A worker keeps its state until it ends: nothing in it is written to.
    return running(Settings.model_validate_json(settings)).__enter__()


def described(job: Job) -> Job:
    """Return the job with the versions that this worker holds."""
    state = _opened(job.settings)
    return replace(job, version=state.catalogue.version, network=_network(state))


def _network(state: AppState) -> str:
    info = state.router.info
    return f"{info.id} {info.date}".strip()


def answer_rows(rows: Sequence[Row], job: Job) -> list[str]:
    """Return one line of JSON for each row: its itinerary, or what is wrong with it.

    Raises
    ------
    DataError
        This worker's catalogue or network is not the one the batch rests on.
    """
    state = _opened(job.settings)
    held = described(job)
    if held != job:
        raise DataError(
            f"this worker holds catalogue {held.version} and network {held.network}, the batch "
            f"rests on {job.version} and {job.network}; give every worker the same data folder"
        )
    return [json_text(_answer(row, state, job)) for row in rows]


def _answer(row: Row, state: AppState, job: Job) -> dict[str, Any]:
    head = {
        "row": row.number,
        "digest": row.digest,
        "catalogue": job.version,
        "network": job.network,
    }
    try:
        request = _request(row.text)
        if len(request.stops) > state.settings.max_stops:
            raise TooManyStopsError(len(request.stops), state.settings.max_stops)
        itinerary = keeping_off_on(
            network_router(state),
            avoid_of(request),
            lambda router: plan(request, state.catalogue, router, now=job.now),
        )
    except HeritageError as error:
        said = {"code": error.code, "message": error.message, **error.data}
        return {**head, "error": said}
    return {**head, "request": json.loads(request.canonical()), "itinerary": to_document(itinerary)}


def _request(text: str) -> PlanRequest:
    """Read a request as the API takes it: the body's form, or an address's (all values text)."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InvalidParameterError("request", text, "a JSON object", rule="dict_type") from error
    if not isinstance(values, dict):
        raise InvalidParameterError("request", text, "a JSON object", rule="dict_type")
    if all(isinstance(value, str) for value in values.values()):
        return plan_of_query(read_model(ItineraryQuery, values))
    return read_request(values)
