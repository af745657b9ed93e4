"""What the field-trip form offers, and what was asked in it: text in, text out.

The form is an ordinary GET form, so its address is the trip. A few parameters are only the
form's: places by name (`near`), the datum of coordinates (`datum`), the map that is clicked
(`level`, `pick.x`, `pick.y`), the button (`go`), the snapshot of a print (`was`), the kept trip
that is being changed (`edit`, `edition`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from fastapi import Request

from api.places import Found, place_called, place_names, read_position
from api.state import AppState
from api.trip_query import PackQuery, TripQuery, trip_of_query
from api.trip_rows import read_questions
from api.web.texts import Texts
from geo.catalogue import Catalogue
from geo.crs import Datum
from geo.errors import BadRequestError, HeritageError, InvalidParameterError
from geo.faults import read_model
from geo.models import Route, Site
from geo.schema import THEMES
from geo.trip import STAGES, Preset, Stage, TripRequest
from geo.trip.presets import LUNCH_FROM, LUNCH_TO, PRESETS
from maps.pack import PARTS
from maps.pack.picker import LEVELS

from .plan_form import by_district

REPEATED = ("stops", "omit", "ask")
PLACES = (
    ("near", "at", "near"),
    ("start_near", "start", "start_name"),
    ("lodging_near", "lodging", "lodging_name"),
)
"""Fields to name a place by, those of its position, and those that keep its name in a trip."""
WRITTEN_DEG = 1e-6
"""Coordinates of an address are written to so many degrees, a decimetre."""
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
_ANYWHERE = "120,36"
NOT_ASKED = ("lang", "go")


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the page's address, as text; repeated fields joined by commas or lines."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a field, empty where it was not sent."""
        return self.fields.get(name, "")

    @property
    def stops(self) -> tuple[str, ...]:
        """The sites ticked, each once."""
        parts = (part.strip() for part in self["stops"].split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    @property
    def anything(self) -> bool:
        """Whether there is something to plan, or the button that plans was pressed."""
        return bool(self.stops or self["route"] or self["theme"] or self["go"])

    @property
    def edit(self) -> str:
        """The id of the kept trip that is being changed; empty: a trip of its own."""
        return self["edit"] if self["edit"].isascii() and self["edit"].isalnum() else ""

    @property
    def level(self) -> int:
        """How near the map to click on is."""
        text = self["level"]
        return min(int(text), LEVELS - 1) if text.isascii() and text.isdigit() else 0

    def trip(self) -> TripQuery:
        """Return the wish as the machine interface takes it."""
        known = TripQuery.model_fields.keys() - {"lang", "ask"}
        asked: dict[str, object] = {n: v for n, v in self.fields.items() if n in known and v}
        if self["ask"]:
            asked["ask"] = self["ask"].splitlines()
        return read_model(TripQuery, asked)

    def printed(self) -> PackQuery:
        """Return the print options."""
        known = PackQuery.model_fields
        return read_model(PackQuery, {n: v for n, v in self.fields.items() if n in known and v})

    def query(self, **changes: str) -> dict[str, str]:
        """Return the address again with some fields changed; the clicked pixel is left out."""
        kept = {
            n: v for n, v in self.fields.items() if not n.startswith("pick.") and n not in NOT_ASKED
        }
        return {**kept, **changes}


def read_asked(request: Request) -> Asked:
    """Return what was asked in an address."""
    return asked_of(request.query_params.multi_items())


def asked_of(items: Iterable[tuple[str, str]]) -> Asked:
    """Return what was asked; fields sent more than once (boxes) are joined."""
    fields: dict[str, str] = {}
    for name, value in items:
        text = value.strip()
        if name in REPEATED and fields.get(name) and text:
            fields[name] += ("\n" if name == "ask" else ",") + text
        elif text or name not in fields:
            fields[name] = text
    return Asked(fields)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was asked with places as positions and questions by ids; every fault on the way.

    `placed` are the places found by name, under the name of their field.
    """

    asked: Asked
    placed: Mapping[str, Found]
    errors: tuple[HeritageError, ...]

    def wish(self) -> TripRequest:
        """Return the wish.

        Raises
        ------
        BadRequestError
            A place or question cannot be read, or the wish itself.
        """
        if self.errors:
            raise self.errors[0]
        return trip_of_query(self.asked.trip())

    def faults(self) -> tuple[HeritageError, ...]:
        """Return every fault where places or questions have some: those of the other fields, too.

        Whatever is at fault already is put right, so that nothing is told twice.
        """
        if not self.errors:
            return ()
        fields = {**self.asked.fields, "ask": "", "at": _ANYWHERE}
        for name, target, _ in PLACES:
            if fields.get(name) or fields.get(target):
                fields[target] = _ANYWHERE
        if not any(fields.get(name) for name in ("stops", "route", "theme")):
            fields["stops"] = "any"
        try:
            trip_of_query(Asked(fields).trip())
        except BadRequestError as error:
            return (*self.errors, error)
        return self.errors


def resolve(asked: Asked, catalogue: Catalogue) -> Resolved:
    """Return what was asked as the machine interface takes it; what was typed is left alone.

    Coordinates win over a name beside them. The school must have a place.
    """
    fields, placed, errors = dict(asked.fields), dict[str, Found](), list[HeritageError]()
    for name, target, called in PLACES:
        try:
            if asked[target]:
                lon, lat = read_position(target, asked[target], _datum(asked))
                fields[target] = f"{lon},{lat}"
                if called == name:
                    # Found by its coordinates, not by the name that stands beside them.
                    fields[name] = ""
            elif asked[name]:
                placed[name] = place_called(name, asked[name], catalogue)
                fields[target] = placed[name].text
                fields[called] = asked[called] or asked[name]
        except HeritageError as error:
            errors.append(error)
    if asked.anything and not (asked["at"] or asked["near"]):
        wanted = "the place of the school"
        errors.append(InvalidParameterError("near", "", wanted, rule="school_place"))
    if asked["go"] and not (asked.stops or asked["route"] or asked["theme"]):
        wanted = "at least one stop, a route or a theme"
        errors.append(BadRequestError(f"request: {wanted}", rule="no_stop_or_theme"))
    try:
        fields["ask"] = "\n".join(read_questions(asked["ask"], catalogue))
    except HeritageError as error:
        errors.append(error)
    return Resolved(Asked(fields), placed, tuple(errors))


def by_name(asked: Asked, catalogue: Catalogue) -> Asked:
    """Return what was asked with each place by the name that stands for just its coordinates.

    A trip that is opened again knows both: whoever searched for a name reads the name. Where it
    means another place by now, or none, the coordinates stay.
    """
    fields = dict(asked.fields)
    for name, target, called in PLACES:
        known = asked[name] or asked[called]
        if known and asked[target] and _means(known, target, asked, catalogue):
            fields |= {called: "" if asked[called] == known else asked[called]}
            fields |= {name: known, target: ""}
    return Asked(fields)


def _means(name: str, target: str, asked: Asked, catalogue: Catalogue) -> bool:
    """Return whether a name is that of the place at the coordinates of a field."""
    try:
        lon, lat = read_position(target, asked[target], _datum(asked))
        found = place_called(target, name, catalogue)
    except HeritageError:
        return False
    return max(abs(found.lon - lon), abs(found.lat - lat)) <= WRITTEN_DEG


def _datum(asked: Asked) -> Datum:
    return next((one for one in DATUMS if one == asked["datum"]), "wgs84")


@dataclass(frozen=True, slots=True)
class TripForm:
    """What the form offers."""

    chosen: tuple[Site, ...]
    others: tuple[tuple[str, tuple[Site, ...]], ...]
    routes: tuple[Route, ...]
    places: tuple[str, ...]
    stage: Stage
    preset: Preset
    lunch_hours: tuple[time, time] = (LUNCH_FROM, LUNCH_TO)
    datums: tuple[Datum, ...] = DATUMS
    themes: tuple[str, ...] = tuple(sorted(THEMES))
    stages: tuple[Stage, ...] = STAGES
    parts: tuple[str, ...] = PARTS


def trip_form(state: AppState, asked: Asked, texts: Texts) -> TripForm:
    """Return what the form offers; ticked sites first, the rest by district."""
    catalogue = state.catalogue
    everything = {site.id: site for site in catalogue.all_sites}
    chosen = tuple(everything[one] for one in asked.stops if one in everything)
    left = [site for site in everything.values() if site not in chosen]
    stage: Stage = next((one for one in STAGES if one == asked["stage"]), "junior")
    return TripForm(
        chosen=chosen,
        others=by_district(left, texts),
        routes=catalogue.all_routes,
        places=place_names(catalogue, texts),
        stage=stage,
        preset=PRESETS[stage],
    )
