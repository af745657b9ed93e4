"""A worker's part of a batch: from a row of the sheet to its packs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from geo.errors import DataError, HeritageError, PlanningError
from geo.messages import Notice
from geo.models import TIME_ZONE, Day
from geo.trip import Advice, Trip, TripImpossibleError, plan_trip
from geo.trip.candidates import LeftOut
from maps.pack import available, render_pack

from .settings import Settings
from .state import AppState, running
from .trip_batch import Described, Job, Outcome, Row, Visit
from .trip_query import PackQuery
from .trip_rows import ReadRow, read_row
from .trip_told import Told, wrong_of
from .tripping import ground_of, pack_input
from .web.texts import Texts


@lru_cache(maxsize=2)
def _opened(settings: str) -> AppState:
    # A worker keeps its state until it ends: nothing in it is written to.
    return running(Settings.model_validate_json(settings)).__enter__()


def describe(settings: str, lang: str) -> Described:
    """Return what the leading process must know of the catalogue without loading it."""
    texts = Texts.for_lang("en" if lang == "en" else "zh")
    catalogue = _opened(settings).catalogue
    names = {str(row.Index): texts.name(row) for row in catalogue.sites.itertuples()}
    return Described(catalogue.version, names, available())


def make_row(row: Row, job: Job) -> tuple[Outcome, list[bytes]]:
    """Return what becomes of a row, and its packs (empty where the file is there already).

    Raises
    ------
    DataError
        This worker's catalogue is not the one the batch rests on.
    """
    state = _opened(job.settings)
    if state.catalogue.version != job.version:
        raise DataError(
            f"this worker holds catalogue {state.catalogue.version}, the batch rests on "
            f"{job.version}; give every worker the same data folder"
        )
    read = read_row(dict(row.cells), state.catalogue, datetime.now(TIME_ZONE).date())
    if read.query is None or read.request is None:
        return _failed(row, read), []
    try:
        trip = plan_trip(read.request, state.catalogue, state.router)
        numbers = range(1, len(trip.classes) + 1)
        names = [f"{row.stem}-{n}.pdf" for n in numbers]
        packs = [
            b""
            if name in job.there
            else _pdf(trip, read.query.model_copy(update={"number": n}), state, job.origin)
            for n, name in zip(numbers, names, strict=True)
        ]
    except TripImpossibleError as error:
        failed = replace(_failed(row, read), impossible=True)
        return replace(failed, **_advice(error.left_out, error.advice)), []
    except HeritageError as error:
        read.wrong += wrong_of(error)
        return replace(_failed(row, read), impossible=isinstance(error, PlanningError)), []
    return replace(_outcome(row, trip, tuple(names)), remarks=tuple(read.remarks)), packs


def check_row(row: Row, job: Job) -> Outcome:
    """Return the faults and remarks of a row; nothing is planned."""
    catalogue = _opened(job.settings).catalogue
    return _failed(row, read_row(dict(row.cells), catalogue, datetime.now(TIME_ZONE).date()))


def _failed(row: Row, read: ReadRow) -> Outcome:
    return Outcome(
        number=row.number,
        digest=row.digest,
        school=dict(row.cells).get("school", ""),
        wrong=tuple(read.wrong),
        remarks=tuple(read.remarks),
    )


def _advice(left_out: Sequence[LeftOut], advice: Advice) -> dict[str, Any]:
    """Return why sites are left out, and which changes of limits would let them in."""
    return {
        "reasons": tuple(_told(one.reason, one.site.id) for one in left_out),
        "changes": tuple(map(_told, advice.notices)),
    }


def _told(notice: Notice, site: str = "") -> Told:
    return Told(notice.code, dict(notice.values), site)


def _pdf(trip: Trip, query: PackQuery, state: AppState, origin: str) -> bytes:
    # Not from the service's caches: no row is asked for twice, and a worker must stay small.
    pack = pack_input(trip, query, state, origin)
    return render_pack(pack, ground_of(state), query.options(), query.voices())


def _outcome(row: Row, trip: Trip, files: tuple[str, ...]) -> Outcome:
    request = trip.request
    visits: list[Visit] = []
    away: list[tuple[str, int, int]] = []
    for plan in trip.classes:
        for day in plan.itinerary.days:
            leave, back = day.stops[0].departure, day.stops[-1].arrival
            if leave and back:
                away.append((day.date.isoformat(), _minute(leave), _minute(back)))
            visits += _visits(day, plan.facts.people, request.site_capacity)
    return Outcome(
        number=row.number,
        digest=row.digest,
        school=request.school,
        files=files,
        visits=tuple(visits),
        away=tuple(away),
        coach=request.transport == "coach",
        **_advice(trip.left_out, trip.advice),
    )


def _visits(day: Day, people: int, most: int) -> Iterator[Visit]:
    """Yield when a class is at each site: waiting for the door and lunch there count as well."""
    for stop in day.stops:
        if stop.site_id and stop.arrival and stop.departure:
            here = _minute(stop.arrival), _minute(stop.departure)
            yield Visit(day.date.isoformat(), stop.site_id, *here, people, most)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
