"""From a query string or a JSON body to an itinerary; the clock is read here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from geo.errors import InvalidParameterError, TooManyStopsError
from geo.models import Itinerary, LonLat
from geo.planner import PlanRequest, plan, read_request

from .avoiding import avoid_of, keeping_off
from .errors import UnsupportedMediaTypeError
from .forms import FORMS, Form, accepted_form
from .state import AppState

Text = Annotated[str | None, Field(max_length=4000)]
Was = Annotated[
    str | None,
    Field(
        max_length=6000,
        description="The plan before, to say in JSON what is different: its visits with their "
        "begins, commas between, or the id of a kept plan.",
        examples=["cpc-qingdao-memorial@2026-11-28T09:10,may-fourth-square@2026-11-28T11:05"],
    ),
]
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
PAIRS = ("priorities", "appointments", "visits", "before")
LISTS = ("stops", "optional", "sequence", "dates", "avoid", *PAIRS)
"""Parameters that hold several values, commas between."""
"""Parameters whose values are pairs with @ between."""
FAR = ("longest_walk", "walk_a_day", "break_every")
"""How far people walk and ride."""
WHO = ("people", "step_free")
"""Who comes."""
ANYWHERE = "anywhere"


class FormQuery(BaseModel):
    """How an itinerary is to be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")
    f: Literal["json", "geojson", "gpx", "kml", "ics", "csv", "pdf", "html"] | None = Field(
        default=None, description="Form of the answer; without it, Accept decides."
    )


class ItineraryQuery(FormQuery):
    """A wish for an itinerary as it stands in an address."""

    stops: Text = Field(
        default=None,
        description="Ids of the sites to visit, with commas between.",
        examples=["cpc-qingdao-memorial,may-fourth-square"],
    )
    route: Text = Field(default=None, description="Id of a route; its stops come before `stops`.")
    mode: Text = Field(
        default=None,
        description="walk, cycle, drive, coach, or auto: by car and on foot, as is quicker. Else "
        "the route's own, else walk.",
    )
    order: Text = Field(
        default=None,
        description="best: the fastest order; given: as listed. A route: given, else best.",
    )
    depart: Text = Field(
        default=None,
        description="Local time in Qingdao; tomorrow 09:00 without it.",
        examples=["2026-11-28T09:00"],
    )
    start: Text = Field(
        default=None, description="Where to start: lon,lat in WGS-84, a site, or anywhere."
    )
    end: Text = Field(
        default=None, description="Where to end: lon,lat in WGS-84, a site, or anywhere."
    )
    optional: Text = Field(
        default=None, description="Ids of sites to visit if there is room, commas between."
    )
    priorities: Text = Field(
        default=None,
        description="How much optional sites are wanted, 1 to 5 (3 unless said): site@5, commas "
        "between.",
    )
    days: Text = Field(
        default=None, description="How many days, up to 7, the first that of `depart`."
    )
    dates: Text = Field(
        default=None,
        description="The days one by one, commas between, with hours of their own where wished.",
        examples=["2026-11-28@09:30-17:00,2026-11-30"],
    )
    nights: Text = Field(
        default=None,
        description="Where the nights are spent: lon,lat, a site or anywhere, semicolons between.",
        examples=["120.3125,36.0645"],
    )
    a_day: Text = Field(default=None, description="Most sites a day.")
    hours: Text = Field(
        default=None,
        description="keep: never visit a closed site; warn: visit all and say what is closed.",
    )
    assume_hours: Text = Field(
        default=None,
        description="no: a site of unknown hours may be visited at any time; else those usual for "
        "such places are assumed, and said to be.",
        examples=["no"],
    )
    until: Text = Field(default=None, description="When a day must have ended, e.g. 17:30.")
    lunch: Text = Field(default=None, description="Minutes of lunch, begun from 11:00 to 13:30.")
    appointments: Text = Field(
        default=None,
        description="Visits at a fixed time, on a fixed date, or both: site@10:00, "
        "site@2026-11-28 or site@2026-11-28T10:00, commas between.",
        examples=["cpc-qingdao-memorial@10:00"],
    )
    longest_walk: Text = Field(
        default=None,
        description="Longest walk at a time, metres (100 to 20000). By car and coach, sites so "
        "near are walked between from one stopping place.",
    )
    walk_a_day: Text = Field(
        default=None, description="Most that is walked on one day, metres (100 to 50000)."
    )
    break_every: Text = Field(
        default=None, description="Longest ride without a break of 20 minutes, minutes (30 to 240)."
    )
    people: Text = Field(
        default=None, description="How many come: 1 to 2000. No site's capacity is on record."
    )
    step_free: Text = Field(
        default=None,
        description="true: sites with steps are left out, and stairs are kept off. Where it is not "
        "known, that is said.",
    )
    visits: Text = Field(
        default=None,
        description="Minutes of visits other than the sites' own: site@90, commas between.",
    )
    before: Text = Field(
        default=None,
        description="What is visited before what: first@second, commas between.",
    )
    sequence: Text = Field(
        default=None,
        description="Sites visited in this order, commas between; others come between where that "
        "is best.",
        examples=["cpc-qingdao-memorial,may-fourth-square"],
    )
    seconds: Text = Field(
        default=None,
        description="Work to be spent on many sites, in seconds: 0.1 to 5, "
        "else a hundredth for each of them.",
    )
    seed: Text = Field(default=None, description="Of that search: 0 to 9999.")

    avoid: Text = Field(
        default=None,
        description="Kinds of road that are kept off: tolls, motorways, ferries, stairs, commas "
        "between.",
    )
    avoid_areas: Text = Field(
        default=None,
        description="Areas that are kept off, semicolons between: lon,lat,radius in metres; "
        "west,south,east,north; or a polygon's corners lon,lat,lon,lat,…",
    )

    def values(self) -> dict[str, object]:
        """Return the wish as `read_request` takes it; empty parameters are left out."""
        asked: dict[str, Any] = self.model_dump(exclude={"lang", "f", "was"}, exclude_none=True)
        asked = {name: value for name, value in asked.items() if value.strip()}
        for name in LISTS:
            if name in asked:
                asked[name] = [part.strip() for part in asked[name].split(",") if part.strip()]
        for name in PAIRS:
            if name in asked:
                asked[name] = [read_pair(name, text) for text in asked[name]]
        if "nights" in asked:
            nights = asked["nights"].split(";")
            asked["nights"] = [read_place("nights", one.strip()) for one in nights]
        for name in ("start", "end"):
            if name in asked:
                asked[name] = read_place(name, asked[name].strip())
        if "avoid_areas" in asked:
            asked["avoid_areas"] = read_areas(asked["avoid_areas"])
        return asked


class ComparedForm(FormQuery):
    """How an itinerary is to be said, and which plan it is compared with."""

    was: Was = None


class ComparedQuery(ItineraryQuery):
    """A wish as it stands in an address, and the plan that its answer is compared with."""

    was: Was = None


def query_of_plan(request: PlanRequest) -> dict[str, str]:
    """Return a wish as the parameters of an address; empty where nothing is said."""
    depart = request.depart
    lists = {
        "stops": request.stops,
        "optional": request.optional,
        "sequence": request.sequence,
        **{name: ["@".join(map(str, pair)) for pair in getattr(request, name)] for name in PAIRS},
        "dates": [day.text() for day in request.dates],
        "avoid": request.avoid,
    }
    defaults = PlanRequest.model_fields
    return {
        **{name: ",".join(found) for name, found in lists.items()},
        "route": request.route or "",
        "mode": request.mode or "",
        "order": request.order or "",
        "depart": f"{depart:%Y-%m-%dT%H:%M}" if depart else "",
        "start": _place(request.start),
        "end": _place(request.end),
        "hours": request.hours or "",
        "assume_hours": {None: "", True: "yes", False: "no"}[request.assume_hours],
        "nights": ";".join(_place(one) or ANYWHERE for one in request.nights),
        **{
            name: "" if (value := getattr(request, name)) == defaults[name].default else str(value)
            for name in ("days", "a_day", "until", "lunch", *FAR, "people", "seconds", "seed")
        },
        "step_free": "true" if request.step_free else "",
        "avoid_areas": ";".join(",".join(map("{:.9g}".format, a)) for a in request.avoid_areas),
    }


def _place(place: LonLat | str | None) -> str:
    return place if isinstance(place, str) else _lonlat(place)


def _lonlat(point: LonLat | None) -> str:
    return "" if point is None else f"{point[0]},{point[1]}"


def read_lonlat(name: str, text: str) -> list[str]:
    """Return `lon,lat` as two parts; the numbers are checked with the rest of the request.

    Raises
    ------
    InvalidParameterError
        Not two parts.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2:  # noqa: PLR2004 - lon and lat
        raise InvalidParameterError(
            name, text, "lon,lat in degrees, e.g. 120.3125,36.0645", rule="lonlat"
        )
    return parts


def read_place(name: str, text: str) -> list[str] | str | None:
    """Return a start, an end or a lodging: lon,lat in two parts, a site, or None for anywhere.

    Raises
    ------
    InvalidParameterError
        More or fewer than two numbers.
    """
    if text in ("", ANYWHERE):
        return None
    # A number alone is half a position; no site is called by one.
    return read_lonlat(name, text) if "," in text or NUMBER.fullmatch(text) else text


def read_areas(text: str) -> list[list[str]]:
    """Return `lon,lat,radius;…` as lists of numbers, checked with the rest of the request."""
    return [area.split(",") for area in text.split(";") if area.strip()]


def read_pair(name: str, text: str) -> list[str]:
    """Return `site@time` or `site@site` as two parts.

    Raises
    ------
    InvalidParameterError
        Not two parts.
    """
    parts = [part.strip() for part in text.split("@")]
    if len(parts) != 2:  # noqa: PLR2004 - a pair
        raise InvalidParameterError(name, text, "two parts with @ between", rule="pair")
    return parts


def make_itinerary(request: PlanRequest, state: AppState) -> Itinerary:
    """Plan on the network in use.

    Raises
    ------
    TooManyStopsError
        More stops than this service plans at once.
    HeritageError
        What `plan` raises.
    """
    asked = len(request.stops) + len(request.optional)
    if asked > state.settings.max_stops:
        raise TooManyStopsError(asked, state.settings.max_stops)
    now = datetime.now(UTC)
    return keeping_off(
        avoid_of(request), state, lambda router: plan(request, state.catalogue, router, now=now)
    )


def plan_of_query(query: ItineraryQuery) -> PlanRequest:
    """Return the wish of an address.

    Raises
    ------
    BadRequestError
        What `read_request` raises.
    """
    return read_request(query.values())


def form_of(query_form: str | None, request: Request) -> Form:
    """Return the form asked for: `f` wins, then Accept."""
    if query_form is not None:
        return FORMS[query_form]
    return accepted_form(request.headers.get("accept", ""))


def json_body(request: Request) -> None:
    """Refuse a body that is not JSON.

    Raises
    ------
    UnsupportedMediaTypeError
        Its Content-Type says so.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/json" and not sent.endswith("+json"):
        raise UnsupportedMediaTypeError(sent, "application/json")


JsonBody = Depends(json_body)
