"""A worker's part of a batch: from a row of the sheet to its packs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from geo.errors import DataError, HeritageError, InvalidParameterError
from geo.faults import read_model
from geo.trip import Trip, plan_trip
from maps.pack import available, render_pack

from .places import place_called
from .settings import Settings
from .state import AppState, running
from .trip_batch import Described, Job, Outcome, Row, Visit
from .trip_query import PackQuery, TripPackQuery, trip_of_query
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
    texts = Texts.for_lang("en" if job.lang == "en" else "zh")
    cells = dict(row.cells)
    try:
        query = _query(cells, state, texts)
        trip = plan_trip(trip_of_query(query), state.catalogue, state.router)
        numbers = range(1, len(trip.classes) + 1)
        names = [f"{row.stem}-{n}.pdf" for n in numbers]
        packs = [
            b""
            if name in job.there
            else _pdf(trip, query.model_copy(update={"number": n}), state, job.origin)
            for n, name in zip(numbers, names, strict=True)
        ]
    except HeritageError as error:
        said = f"{error.code}: {error.message}"
        return Outcome(row.number, row.digest, cells.get("school", ""), said), []
    return _outcome(row, trip, tuple(names)), packs


def _pdf(trip: Trip, query: PackQuery, state: AppState, origin: str) -> bytes:
    # Not from the service's caches: no row is asked for twice, and a worker must stay small.
    pack = pack_input(trip, query.number, state, origin)
    return render_pack(pack, ground_of(state), query.options(), query.voices())


def _query(cells: Mapping[str, str], state: AppState, texts: Texts) -> TripPackQuery:
    values: dict[str, object] = {name: text for name, text in cells.items() if name != "near"}
    if "near" in cells and "at" not in cells:
        lon, lat = place_called(cells["near"], state.catalogue, texts)
        values["at"] = f"{lon:.6f},{lat:.6f}"
    if "ask" in cells:
        values["ask"] = cells["ask"].splitlines()
    if not values.get("at"):
        raise InvalidParameterError(
            "at", "", "lon,lat of the school, or a column `near`", rule="school_place"
        )
    return read_model(TripPackQuery, values)


def _outcome(row: Row, trip: Trip, files: tuple[str, ...]) -> Outcome:
    request = trip.request
    visits: list[Visit] = []
    away: list[tuple[str, int, int]] = []
    for plan in trip.classes:
        for number, day in enumerate(plan.itinerary.days):
            leave, back = day.stops[0].departure, day.stops[-1].arrival
            if leave and back:
                away.append((day.date.isoformat(), _minute(leave), _minute(back)))
            for index, stop in enumerate(day.stops):
                begin = plan.visit_begins(number, index)
                if stop.site_id and begin:
                    first = _minute(begin)
                    last = first + stop.stay_s // 60
                    people, most = plan.facts.people, request.site_capacity
                    visits.append(
                        Visit(day.date.isoformat(), stop.site_id, first, last, people, most)
                    )
    return Outcome(
        number=row.number,
        digest=row.digest,
        school=request.school,
        files=files,
        visits=tuple(visits),
        away=tuple(away),
        coach=request.transport == "coach",
        left_out=tuple(one.site.id for one in trip.left_out),
    )


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
