"""What a visitor may ask for: one schema for Python, the API, the command line and the pages."""

from __future__ import annotations

import hashlib
import json
import re
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

from geo.errors import BadRequestError, TooManyStopsError
from geo.faults import fault, first_fault
from geo.models import TIME_ZONE, Mode, Order

MAX_STOPS = 60
FIRST_YEAR, LAST_YEAR = 2020, 2100
"""Years in which a plan may lie: nothing is published before, and dates must not overflow."""

CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _in_shanghai(value: datetime) -> datetime:
    """Read a naive time as local time in Qingdao, convert any other to it."""
    if not FIRST_YEAR <= value.year < LAST_YEAR:
        raise fault("year", "a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR - 1)
    if value.tzinfo is None:
        value = value.replace(tzinfo=TIME_ZONE)
    return value.astimezone(TIME_ZONE).replace(microsecond=0)


def _no_timestamp(value: object) -> object:
    """Refuse numbers (2026 would be read as seconds since 1970) and days without a time."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and ":" not in value):
        raise fault("local_time", "a date and time such as 2026-11-28T09:00")
    return value


def _clock(value: str) -> str:
    if not CLOCK.fullmatch(value):
        raise fault("clock_time", "a time such as 16:30")
    return value


def _rounded(value: float) -> float:
    # Six decimals are 0.1 m: the same place sent twice gives the same plan.
    return round(value, 6) + 0.0


SiteId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]
LocalTime = Annotated[datetime, BeforeValidator(_no_timestamp), AfterValidator(_in_shanghai)]
Lon = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, strict=False), AfterValidator(_rounded)
]
Lat = Annotated[
    float, Field(ge=-90, le=90, allow_inf_nan=False, strict=False), AfterValidator(_rounded)
]
Point = tuple[Lon, Lat]
Clock = Annotated[
    str, AfterValidator(_clock), Field(json_schema_extra={"pattern": f"^{CLOCK.pattern}$"})
]
"""A time of the day, "HH:MM": text, so that the canonical form is the form it is sent in."""


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
    mode: Mode | None = Field(
        default=None, description="walk or drive; the route's own, else walk, where left out."
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
    start: Point | None = Field(
        default=None,
        description="Where to start, [lon, lat] in WGS-84.",
        examples=[[120.31, 36.065]],
    )
    end: Point | None = Field(default=None, description="Where to end, [lon, lat] in WGS-84.")
    optional: tuple[SiteId, ...] = Field(
        default=(), max_length=MAX_STOPS, description="Ids of sites to visit if the day has room."
    )
    hours: Literal["warn", "keep"] | None = Field(
        default=None,
        description="keep: never visit a closed site; warn: visit all, and say what is closed. "
        "keep where `optional`, `until`, `lunch`, `appointments` or `before` is given, else warn.",
    )
    until: Clock | None = Field(
        default=None,
        description="When the day must have ended, on the day of `depart`.",
        examples=["17:30"],
    )
    lunch: int | None = Field(
        default=None,
        ge=15,
        le=180,
        description="Minutes of lunch, begun after a visit from 11:00 to 13:30.",
    )
    appointments: tuple[tuple[SiteId, Clock], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Visits that begin at a fixed time: [site, time].",
        examples=[[["cpc-qingdao-memorial", "10:00"]]],
    )
    visits: tuple[tuple[SiteId, Annotated[int, Field(ge=5, le=600)]], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Lengths of visits other than the sites' own: [site, minutes].",
        examples=[[["cpc-qingdao-memorial", 90]]],
    )
    before: tuple[tuple[SiteId, SiteId], ...] = Field(
        default=(),
        max_length=MAX_STOPS,
        description="Pairs [a, b]: b is visited after a, and not without it.",
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

    @property
    def keeps_hours(self) -> bool:
        """Whether hours and limits choose what is visited, and when."""
        limits = (self.optional, self.until, self.lunch, self.appointments, self.before)
        return self.hours == "keep" or any(limits)

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
