"""What a visitor may ask for: one schema for Python, the API, the command line and the pages."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from geo.avoid import Areas, Kinds
from geo.errors import BadRequestError, TooManyStopsError
from geo.faults import fault, first_fault
from geo.models import MODES, TIME_ZONE, Order

from .days import Clock, Night, PlanDay, SiteId, When, in_years
from .travel import Limits

PlanMode = Literal["walk", "cycle", "drive", "coach", "auto"]
PLAN_MODES: tuple[PlanMode, ...] = (*MODES, "auto")
MOST_WALK_M, MOST_WALK_A_DAY_M = 20_000, 50_000
MOST_RIDE_MIN = 240
"""The Road Traffic Safety regulation, article 62 (7), has nobody drive longer without a rest."""
MAX_STOPS = 60
MAX_DAYS = 7
PRIORITY = 3
"""The priority of an optional site that has none of its own."""
MOST_SECONDS = 5.0


def _in_shanghai(value: datetime) -> datetime:
    """Read a naive time as local time in Qingdao, convert any other to it."""
    in_years(value.year)
    if value.tzinfo is None:
        value = value.replace(tzinfo=TIME_ZONE)
    return value.astimezone(TIME_ZONE).replace(microsecond=0)


def _no_timestamp(value: object) -> object:
    """Refuse numbers (2026 would be read as seconds since 1970) and days without a time."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and ":" not in value):
        raise fault("local_time", "a date and time such as 2026-11-28T09:00")
    return value


LocalTime = Annotated[datetime, BeforeValidator(_no_timestamp), AfterValidator(_in_shanghai)]


class PlanRequest(BaseModel):
    """A wish for an itinerary; everything but the sites (or a route) may be left out.

    Two requests that say the same are equal, and have the same `canonical()` form and `digest`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stops: tuple[SiteId, ...] = Field(
        default=(), max_length=MAX_STOPS, description="Ids of the sites to visit."
    )
    route: SiteId | None = Field(
        default=None, description="Id of a published route; its sites come before `stops`."
    )
    mode: PlanMode | None = Field(
        default=None,
        description="walk, cycle, drive or coach; auto: by car, and on foot between near sites or "
        "throughout, whichever is quicker. The route's own, else walk, where left out.",
    )
    order: Order | None = Field(
        default=None,
        description="best: the fastest order; given: as listed. A route: given, else best.",
    )
    depart: LocalTime | None = Field(
        default=None,
        description="Local time at the start, Asia/Shanghai; tomorrow 09:00 where left out.",
        examples=["2026-11-28T09:00"],
    )
    start: Night = Field(
        default=None,
        description="Where to start: [lon, lat] in WGS-84, a site, or null for anywhere (a route's "
        "own start, else the first site).",
        examples=[[120.31, 36.065]],
    )
    end: Night = Field(
        default=None,
        description="Where to end: [lon, lat] in WGS-84, a site, or null for anywhere.",
    )
    optional: tuple[SiteId, ...] = Field(
        default=(), max_length=MAX_STOPS, description="Ids of sites to visit if there is room."
    )
    priorities: tuple[tuple[SiteId, Annotated[int, Field(ge=1, le=5)]], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="How much optional sites are wanted: [site, 1 to 5]; 3 where nothing is said.",
        examples=[[["navy-museum", 5]]],
    )
    days: int = Field(
        default=1, ge=1, le=MAX_DAYS, description="How many days, the first that of `depart`."
    )
    dates: tuple[PlanDay, ...] = Field(
        default=(),
        max_length=MAX_DAYS,
        description="The days one by one, instead of `days`: each with hours of its own.",
        examples=[[{"date": "2026-11-28", "until": "17:00"}, {"date": "2026-11-30"}]],
    )
    nights: tuple[Night, ...] = Field(
        default=(),
        max_length=MAX_DAYS - 1,
        description="Where the nights between the days are spent: [lon, lat], a site, or null for "
        "anywhere; one for all of them, or one for each.",
        examples=[[[120.3125, 36.0645]]],
    )
    a_day: int | None = Field(default=None, ge=1, le=MAX_STOPS, description="Most sites a day.")
    hours: Literal["warn", "keep"] | None = Field(
        default=None,
        description="keep: never visit a closed site; warn: visit all, and say what is closed. "
        "keep where any limit below is given, `optional` sites or several days; else warn.",
    )
    assume_hours: bool | None = Field(
        default=None,
        description="Where hours are kept and a site's are not known: true (also where left out) "
        "assumes those usual for such places and says so; false lets it be visited at any time.",
    )
    until: Clock | None = Field(
        default=None,
        description="When a day must have ended: midnight where left out, 18:00 for several days.",
        examples=["17:30"],
    )
    lunch: int | None = Field(
        default=None,
        ge=15,
        le=180,
        description="Minutes of lunch, begun after a visit from 11:00 to 13:30.",
    )
    appointments: tuple[tuple[SiteId, When], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Visits at a fixed time, on a fixed date, or both: [site, 10:00], "
        "[site, 2026-11-28] or [site, 2026-11-28T10:00].",
        examples=[[["cpc-qingdao-memorial", "10:00"]]],
    )
    visits: tuple[tuple[SiteId, Annotated[int, Field(ge=5, le=600)]], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Lengths of visits other than the sites' own: [site, minutes].",
        examples=[[["cpc-qingdao-memorial", 90]]],
    )
    longest_walk: int | None = Field(
        default=None,
        ge=100,
        le=MOST_WALK_M,
        description="Longest walk at a time, metres. By car and coach, sites so near are walked "
        "between from one stopping place (with auto: 1,000 m where left out).",
    )
    walk_a_day: int | None = Field(
        default=None,
        ge=100,
        le=MOST_WALK_A_DAY_M,
        description="Most that is walked on one day, metres.",
    )
    break_every: int | None = Field(
        default=None,
        ge=30,
        le=MOST_RIDE_MIN,
        description="Longest ride without a break, minutes; a break is 20 minutes, a visit is one.",
    )
    people: int | None = Field(
        default=None,
        ge=1,
        le=2000,
        description="How many come; no site's capacity is on record, and the plan says so.",
    )
    step_free: bool = Field(
        default=False,
        description="Whether sites with steps are left out and stairs are kept off; where it is "
        "not known whether a site is free of steps, it is visited and that is said.",
    )
    before: tuple[tuple[SiteId, SiteId], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Pairs [a, b]: b is visited after a, and not without it.",
    )
    sequence: tuple[SiteId, ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Sites visited in this order, on the same day or a later one; others come "
        "between where that is best.",
        examples=[["navy-museum", "may-fourth-square"]],
    )
    seconds: float | None = Field(
        default=None,
        ge=0.1,
        le=MOST_SECONDS,
        allow_inf_nan=False,
        description="Work to be spent on more sites than are solved exactly, in seconds; a "
        "hundredth for each of them where left out.",
    )
    seed: int = Field(default=0, ge=0, le=9999, description="Of that search's random numbers.")

    avoid: Kinds = Field(default=(), description="Kinds of road that are kept off.")
    avoid_areas: Areas = Field(
        default=(),
        description="Areas that are kept off, WGS-84: [lon, lat, radius in m], [west, south, east, "
        "north], or a polygon's corners [lon, lat, lon, lat, …].",
        examples=[[[120.3746, 36.0666, 400]]],
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.stops and self.route is None and not self.optional:
            raise fault("no_stop", "at least one stop, or a route")
        return self

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.keeps_hours and self.order == "given":
            raise fault("timed_order", "order=best: hours and limits choose the order")
        if self.hours == "warn" and self.model_copy(update={"hours": None}).keeps_hours:
            raise fault("timed_hours", "hours=keep with limits of the day")
        if self.depart and self.until and time.fromisoformat(self.until) <= self.depart.time():
            raise fault("until_early", "until later than depart")
        return self

    @model_validator(mode="after")
    def _days_agree(self) -> Self:
        said = [day.date for day in self.dates]
        if said and self.days > 1:
            raise fault("days_or_dates", "either days or dates")
        if any(two <= one for one, two in itertools.pairwise(said)):
            raise fault("dates_order", "dates in order, each once")
        if said and self.depart and self.depart.date() != said[0]:
            raise fault("depart_date", "depart on the first of dates")
        if self.nights and self.day_count == 1:
            raise fault("nights_one_day", "no nights in a plan of one day")
        if self.nights and len(self.nights) not in {1, self.day_count - 1}:
            raise fault("nights_count", "one place for all nights, or one for each")
        return self

    @model_validator(mode="after")
    def _orders_agree(self) -> Self:
        place = {site_id: number for number, site_id in enumerate(self.sequence)}
        if len(place) < len(self.sequence):
            raise fault("sequence_twice", "each site of sequence once")
        if any(a in place and b in place and place[a] > place[b] for a, b in self.before):
            raise fault("sequence_before", "sequence and before in one order")
        return self

    @property
    def day_count(self) -> int:
        """How many days there are."""
        return len(self.dates) or self.days

    @property
    def several_days(self) -> bool:
        """Whether the days were said one by one, or are more than one."""
        return bool(self.dates) or self.days > 1

    @property
    def keeps_hours(self) -> bool:
        """Whether hours and limits choose what is visited, and when."""
        limits = (self.optional, self.until, self.lunch, self.appointments, self.before, self.a_day)
        far = (self.longest_walk, self.walk_a_day, self.break_every, self.step_free)
        return self.hours == "keep" or self.several_days or any((*limits, *far, self.sequence))

    @property
    def limits(self) -> Limits:
        """How far people walk and ride."""
        return Limits(
            self.longest_walk, self.walk_a_day, self.break_every and self.break_every * 60
        )

    @property
    def assumes_hours(self) -> bool:
        """Whether hours that are not known are assumed: only where hours are kept."""
        return self.keeps_hours and self.assume_hours is not False

    def canonical(self) -> str:
        """Return the one JSON text of this wish: sorted keys, defaults left out."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def read_request(values: Mapping[str, object]) -> PlanRequest:
    """Return `values` (from JSON, a query string, options) as a request.

    Raises
    ------
    TooManyStopsError
        More than `MAX_STOPS` stops.
    InvalidParameterError
        A value is not what it must be; the error names the parameter.
    BadRequestError
        The values contradict each other, or ask for nothing.
    """
    try:
        return PlanRequest.model_validate(values)
    except ValidationError as error:
        raise _as_bad_request(error) from error


def _as_bad_request(error: ValidationError) -> BadRequestError:
    first = error.errors(include_url=False)[0]
    if first["type"] == "too_long" and first["loc"] == ("stops",):
        return TooManyStopsError(first["ctx"]["actual_length"], MAX_STOPS)
    return first_fault(error)
