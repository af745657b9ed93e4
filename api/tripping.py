"""From a query or a JSON body to a trip, its packs and its files; kept for who asks again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import date as calendar_date

from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from geo.messages import Lang
from geo.trip import Trip, TripPlan, TripRequest, plan_trip
from geo.trip.exports import to_timetable_csv
from geo.trip.files import to_trip_gpx, to_trip_ics
from geo.trip.snapshot import Snapshot, snapshot_of
from maps.pack import Document, Ground, PackCache, PackInput, build_document

from .state import AppState
from .trip_query import PackQuery, query_of
from .web.kept import Kept
from .web.texts import Texts
from .web.view import address

TRIPS: Kept[Trip] = Kept(limit=64)
GROUNDS: Kept[Ground] = Kept(limit=4)
PACKS = PackCache()
"""The caches of a process: trips, grounds of maps, records, PDFs. All keys name the catalogue, and
the network where it counts, so nothing old is ever served for something new."""

_PRINT = {"langs", "paper", "parts", "omit"}
LONGEST_LINK = 1200
"""Characters of a link: the code of a longer one is too fine for a telephone's camera."""

ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest a ZIP can hold: the same trip gives the same bytes."""


def make_trip(request: TripRequest, state: AppState) -> Trip:
    """Plan on the network in use, or return what was planned before.

    Raises
    ------
    HeritageError
        What `plan_trip` raises.
    """
    key = (request.digest, *_edition(state))
    return TRIPS.get(key, lambda: plan_trip(request, state.catalogue, state.router))


def wanted_trip(request: TripRequest, state: AppState) -> Trip:
    """Plan what somebody wishes for now; a kept trip is planned as it was kept (`make_trip`).

    Raises
    ------
    HeritageError
        What `check_prompts` and `plan_trip` raise.
    """
    return make_trip(check_prompts(request, state.catalogue), state)


def check_prompts(request: TripRequest, catalogue: Catalogue) -> TripRequest:
    """Return a wish whose own questions are about sites it names; of a theme, about any site.

    Raises
    ------
    InvalidParameterError
        A question is about another site: it would be printed nowhere.
    """
    named = set(request.stops)
    if request.route is not None and request.route in catalogue.routes.index:
        named |= set(catalogue.route(request.route).stops)
    asked_of = named or set(catalogue.sites.index)
    for site, text in request.prompts:
        if site not in asked_of:
            raise InvalidParameterError(
                "ask", f"{site}|{text}", "a site of this trip before the |", rule="ask_site"
            )
    return request


def _edition(state: AppState) -> tuple[str, str, str]:
    network = state.router.info
    return state.catalogue.version, network.id, network.date


def class_plan(trip: Trip, number: int) -> TripPlan:
    """Return the plan of a class, counted from 1.

    Raises
    ------
    InvalidParameterError
        There are fewer classes.
    """
    if number > len(trip.classes):
        raise InvalidParameterError(
            "number",
            number,
            f"1 to {len(trip.classes)}",
            rule="less_than_equal",
            limits={"le": len(trip.classes)},
        )
    return trip.classes[number - 1]


def live_link(
    origin: str, request: TripRequest, query: PackQuery, was: Snapshot, kept: str = ""
) -> str:
    """Return the address behind the QR code: the plan as it is now, and what the print knew.

    Of a trip `kept` under an id, it leads to whatever the trip is by then. Questions of the
    teacher's own stand in the link of any other as long as a code of it can be read.
    """
    which = {"number": str(query.number)} if query.number > 1 else {}
    if kept:
        return origin + address(f"/t/{kept}", {**which, "was": str(was)})
    printed = query.model_dump(mode="json", exclude_defaults=True, include=_PRINT)
    wish = {**query_of(request), **printed, **which}
    # What stands in the link need not stand in it twice: a finer code is harder to read.
    facts = {name: said for name, said in was.facts.items() if name not in wish}
    was = replace(was, facts=facts)
    link = origin + address("/trip", {**wish, "was": str(was)})
    if len(link) <= LONGEST_LINK or "ask" not in wish:
        return link
    del wish["ask"]
    return origin + address("/trip", {**wish, "was": str(replace(was, prompts=None, whole=""))})


def pack_input(
    trip: Trip, query: PackQuery, state: AppState, origin: str, *, kept: str = ""
) -> PackInput:
    """Return everything a pack is made from; `kept` is the id of a kept trip."""
    plan = class_plan(trip, query.number)
    visited = {site.id for site in plan.sites}
    visited |= {site.id for site in (plan.rain.sites if plan.rain else ())}
    others = tuple(site for site in state.catalogue.all_sites if site.id not in visited)
    was = snapshot_of(plan, state.catalogue.version, query.printed())
    link = live_link(origin, trip.request, query, was, kept)
    return PackInput(plan, others, link, state.catalogue.version)


def ground_of(state: AppState) -> Ground:
    """Return the ground of the maps, made once a network and catalogue."""
    return GROUNDS.get(
        _edition(state), lambda: Ground.of(state.catalogue.districts, state.network.roads())
    )


def pack_pdf(
    trip: Trip, query: PackQuery, state: AppState, origin: str, *, kept: str = ""
) -> bytes:
    """Return a pack as PDF, from the cache where it was made before.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    pack = pack_input(trip, query, state, origin, kept=kept)
    return PACKS.render(pack, ground_of(state), query.options(), query.voices())


def pack_document(
    trip: Trip, query: PackQuery, state: AppState, origin: str, *, kept: str = ""
) -> Document:
    """Return a pack as the document that its web page shows."""
    pack = pack_input(trip, query, state, origin, kept=kept)
    return build_document(pack, ground_of(state), query.options(), query.voices())


@dataclass(frozen=True, slots=True)
class File:
    """A file of a trip: its name, media type and content."""

    name: str
    media_type: str
    content: bytes


def trip_files(
    trip: Trip, query: PackQuery, state: AppState, origin: str, *, lang: Lang, kept: str = ""
) -> Iterator[File]:
    """Yield every file of every class: pack, timetable, calendar, track."""
    texts = Texts.for_lang(lang)
    for number in range(1, len(trip.classes) + 1):
        own = query.model_copy(update={"number": number})
        name = file_name(trip, number)
        yield File(f"{name}.pdf", "application/pdf", pack_pdf(trip, own, state, origin, kept=kept))
        for form in ("csv", "ics", "gpx"):
            yield trip_file(trip, number, form, texts)


def trip_file(trip: Trip, number: int, form: str, texts: Texts) -> File:
    """Return the timetable (csv), calendar (ics) or track (gpx) of a class."""
    plan = class_plan(trip, number)
    if form == "csv":
        content, media = to_timetable_csv(plan, texts).encode(), "text/csv"
    elif form == "ics":
        content, media = to_trip_ics(plan, texts, datetime.now(UTC)), "text/calendar"
    else:
        content, media = to_trip_gpx(plan, texts).encode(), "application/gpx+xml"
    return File(f"{file_name(trip, number)}.{form}", media, content)


def file_name(trip: Trip, number: int) -> str:
    """Return a name that tells date and class and holds nothing a file system refuses."""
    day: calendar_date = trip.request.date
    which = f"-class-{number}" if len(trip.classes) > 1 else ""
    return f"red-trails-trip-{day.isoformat()}{which}"


def zipped(files: Sequence[File]) -> bytes:
    """Return the files as one ZIP; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(
                zipfile.ZipInfo(file.name, ZIP_TIME), file.content, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def all_in_one(trip: Trip, files: Sequence[File]) -> File:
    """Return the files of a trip as one ZIP, named after the trip."""
    name = file_name(trip, 1).removesuffix("-class-1")
    return File(f"{name}.zip", "application/zip", zipped(files))
