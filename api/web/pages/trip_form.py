"""What the field-trip form offers, and what was asked in it: text in, text out.

The form is an ordinary GET form, so its address is the trip. A few parameters are only the
form's: places by name (`near`), the map that is clicked (`level`, `pick.x`, `pick.y`), the
snapshot of a print (`was`), the kept trip that is being changed (`edit`, `edition`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request

from api.places import place_called, place_names
from api.state import AppState
from api.trip_query import PackQuery, TripQuery
from api.web.texts import Texts
from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from geo.faults import read_model
from geo.frames import routes_of, sites_of
from geo.models import Route, Site
from geo.schema import THEMES
from geo.trip import STAGES, Preset, Stage
from geo.trip.presets import PRESETS
from maps.pack import PARTS
from maps.pack.picker import LEVELS

from .plan_form import by_district

REPEATED = ("stops", "omit", "ask")


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
        """Whether there is something to plan."""
        return bool(self.stops or self["route"] or self["theme"])

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
        kept = {n: v for n, v in self.fields.items() if not n.startswith("pick.") and n != "lang"}
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


def resolved(asked: Asked, catalogue: Catalogue, texts: Texts) -> Asked:
    """Return the wish with places given by name as positions.

    Raises
    ------
    InvalidParameterError
        Nothing of that name is known, or the school's place is not said at all.
    """
    found: dict[str, str] = {}
    for name, target in (("near", "at"), ("start_near", "start"), ("lodging_near", "lodging")):
        if asked[name] and not asked[target]:
            lon, lat = place_called(asked[name], catalogue, texts)
            found[target] = f"{lon:.6g},{lat:.6g}"
    if asked.anything and not (asked["at"] or found.get("at")):
        raise InvalidParameterError("at", "", "the place of the school", rule="near")
    return Asked({**asked.fields, **found}) if found else asked


@dataclass(frozen=True, slots=True)
class TripForm:
    """What the form offers."""

    chosen: tuple[Site, ...]
    others: tuple[tuple[str, tuple[Site, ...]], ...]
    routes: tuple[Route, ...]
    places: tuple[str, ...]
    stage: Stage
    preset: Preset
    themes: tuple[str, ...] = tuple(sorted(THEMES))
    stages: tuple[Stage, ...] = STAGES
    parts: tuple[str, ...] = PARTS


def trip_form(state: AppState, asked: Asked, texts: Texts) -> TripForm:
    """Return what the form offers; ticked sites first, the rest by district."""
    catalogue = state.catalogue
    everything = {site.id: site for site in sites_of(catalogue.sites)}
    chosen = tuple(everything[one] for one in asked.stops if one in everything)
    left = [site for site in everything.values() if site not in chosen]
    stage: Stage = next((one for one in STAGES if one == asked["stage"]), "junior")
    return TripForm(
        chosen=chosen,
        others=by_district(left, texts),
        routes=tuple(routes_of(catalogue.routes)),
        places=tuple(place_names(catalogue, texts)),
        stage=stage,
        preset=PRESETS[stage],
    )
