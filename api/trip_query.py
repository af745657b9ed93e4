"""A wish for a field trip, and what is printed of it, as they stand in an address or a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.errors import InvalidParameterError, not_one_of
from geo.messages import Lang
from geo.trip import TripRequest, read_trip_request
from geo.trip.snapshot import Printed
from maps.pack import PARTS, PackOptions

from .planning import read_lonlat
from .web.texts import Texts

Text = Annotated[str | None, Field(max_length=4000)]

Langs = Literal["zh", "en", "both"]


class TripQuery(BaseModel):
    """A wish for a field trip as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text = Field(default=None, description="Title of the trip.")
    school: Text = Field(default=None, description="Name of the school. Never a pupil's.")
    group: Text = Field(default=None, description="Class or year group.")
    at: Text = Field(
        default=None,
        description="Where the school is: lon,lat in WGS-84.",
        examples=["120.38,36.06"],
    )
    near: Text = Field(default=None, description="Name by which that place was found.")
    date: Text = Field(default=None, description="The first day.", examples=["2026-11-27"])
    days: Text = Field(default=None, description="1 to 3 days.")
    start: Text = Field(
        default=None, description="Where the day begins, if not at school: lon,lat."
    )
    start_name: Text = Field(default=None, description="Name of that place.")
    lodging: Text = Field(default=None, description="Where the nights are spent: lon,lat.")
    lodging_name: Text = Field(default=None, description="Name of the lodging.")
    depart: Text = Field(default=None, description="Earliest departure; 08:00.")
    back_by: Text = Field(default=None, description="Latest return; 16:30.")
    stage: Text = Field(
        default=None, description="primary_lower, primary_upper, junior, senior or university."
    )
    classes: Text = Field(default=None, description="Classes that take turns; 1.")
    pupils: Text = Field(default=None, description="Pupils of one class; 45.")
    adults: Text = Field(default=None, description="Adults with one class; by the stage.")
    transport: Text = Field(default=None, description="coach or walk.")
    stops: Text = Field(
        default=None,
        description="Ids of the sites, dearest first, with commas between.",
        examples=["cpc-qingdao-memorial,navy-museum"],
    )
    route: Text = Field(default=None, description="Id of a published route: its sites.")
    theme: Text = Field(default=None, description="A theme: sites of it near the school.")
    order: Text = Field(default=None, description="best, or given: as listed.")
    walk_limit_m: Text = Field(default=None, description="Most metres on foot in a day.")
    break_every_min: Text = Field(default=None, description="Most minutes between two toilets.")
    lunch: Text = Field(default=None, description="packed, booked or none.")
    lunch_from: Text = Field(default=None, description="Lunch begins no earlier; 11:00.")
    lunch_to: Text = Field(default=None, description="Lunch begins no later; 13:15.")
    lunch_min: Text = Field(default=None, description="Minutes of lunch; by the stage.")
    wheelchair: Text = Field(default=None, description="true: somebody uses a wheelchair.")
    capacity: Text = Field(default=None, description="Most people of ours at one site at a time.")
    ask: list[Annotated[str, Field(max_length=400)]] = Field(
        default=[], max_length=30, description="A question of the teacher's own: site-id|text."
    )
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")

    def values(self) -> dict[str, object]:
        """Return the wish as `read_trip_request` takes it; empty parameters are left out."""
        asked: dict[str, Any] = {
            name: value.strip()
            for name in TripQuery.model_fields.keys() - {"lang", "ask"}
            if isinstance(value := getattr(self, name), str) and value.strip()
        }
        if "stops" in asked:
            asked["stops"] = [stop.strip() for stop in asked["stops"].split(",") if stop.strip()]
        for name in ("at", "start", "lodging"):
            if name in asked:
                asked[name] = read_lonlat(name, asked[name])
        prompts = [_question(one) for one in self.ask if one.strip()]
        return {**asked, "prompts": prompts} if prompts else asked


class PrintQuery(BaseModel):
    """How a trip is printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    langs: Langs = Field(default="zh", description="zh, en or both.")
    paper: Literal["a4", "a5", "booklet"] = Field(
        default="a4", description="a4, a5, or booklet: A5 pages two on a sheet of A4."
    )
    parts: Text = Field(default=None, description="Parts to print, with commas; all without it.")
    omit: Text = Field(default=None, description="Parts to leave out, with commas.")

    def options(self) -> PackOptions:
        """Return the parts and the paper.

        Raises
        ------
        InvalidParameterError
            A part does not exist, or none is left.
        """
        known = {str(part): part for part in PARTS}
        wanted, out = _listed(self.parts) or list(known), _listed(self.omit)
        for name in (*wanted, *out):
            if name not in known:
                raise not_one_of("parts", name, PARTS)
        left = tuple(known[name] for name in known if name in wanted and name not in out)
        return PackOptions(parts=left, paper=self.paper)

    def printed(self) -> Printed:
        """Return what is printed, as a snapshot of the print knows it.

        Raises
        ------
        InvalidParameterError
            As `options`.
        """
        options = self.options()
        return Printed(self.langs, options.paper, options.parts)

    def voices(self) -> tuple[Texts, ...]:
        """Return the languages of the pack, the leading one first."""
        langs: dict[Langs, tuple[Lang, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
        return tuple(Texts.for_lang(lang) for lang in langs[self.langs])


class PackQuery(PrintQuery):
    """What is printed of a trip, and of which class."""

    number: int = Field(default=1, ge=1, le=12, description="Which class, counted from 1.")


class KeptPackQuery(PackQuery):
    """What is printed of a kept trip; what is not said is as it was kept."""

    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")

    def over(self, kept: Mapping[str, Any]) -> PackQuery:
        """Return the print options of a kept trip, those of the address in their place.

        Parts that are asked for by name are printed, also those left out when it was kept.
        """
        said = self.model_dump(exclude_unset=True, exclude={"lang"})
        known = {name: value for name, value in kept.items() if name != "omit" or not self.parts}
        return PackQuery.model_validate({**known, **said})


class TripPackQuery(TripQuery, PackQuery):
    """A wish for a field trip, and what is printed of it."""


def _question(line: str) -> tuple[str, str]:
    site, _, text = line.partition("|")
    if not (site.strip() and text.strip()):
        raise InvalidParameterError("ask", line, "site-id|question", rule="ask_line")
    return site.strip(), text.strip()


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def trip_of_query(query: TripQuery) -> TripRequest:
    """Return the wish of an address.

    Raises
    ------
    BadRequestError
        What `read_trip_request` raises.
    """
    return read_trip_request(query.values())


def query_of(request: TripRequest) -> dict[str, str]:
    """Return a wish as the parameters of an address: only what is not the default."""
    values = request.model_dump(mode="json", exclude_defaults=True)
    asks = values.pop("prompts", ())
    query = {name: _said(name, value) for name, value in values.items()}
    return query | ({"ask": "\n".join(f"{site}|{text}" for site, text in asks)} if asks else {})


def _said(name: str, value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(
            f"{part:.6f}".rstrip("0") if isinstance(part, float) else str(part) for part in value
        )
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:5] if name in {"depart", "back_by", "lunch_from", "lunch_to"} else str(value)
