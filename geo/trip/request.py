"""What a teacher may ask for: one schema for Python, the API, the command line and the page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Self

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
from geo.models import TIME_ZONE, Order
from geo.planner.days import PlanDate, Point, SiteId

from .models import Lunch, Stage, Transport, TripFacts
from .presets import DRIVE_MOST_MIN, LUNCH_FROM, LUNCH_LEAST_MIN, LUNCH_TO, PRESETS, Preset

MAX_TRIP_STOPS = 10
"""More than a class can see in the days of a trip, and as many as are solved exactly."""
MAX_DAYS = 3
MAX_CLASSES = 12

Words = Annotated[str, Field(max_length=80), AfterValidator(lambda text: " ".join(text.split()))]


def _clock(value: object) -> object:
    # Pydantic would read 1600 as seconds after midnight.
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or ":" not in value:
        raise fault("clock_time", "a time such as 16:30")
    return value


def _whole_minute(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise fault("clock_time", "a local time in hours and minutes such as 16:30")
    return value


Clock = Annotated[time, BeforeValidator(_clock), AfterValidator(_whole_minute)]


class TripRequest(BaseModel):
    """A wish for a field trip of one class, or of several that take turns at the same sites.

    Text fields hold names of schools and classes; no name of a pupil belongs in any of them, and
    none has a field. Two requests that say the same have the same `canonical()` form.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words = Field(default="", description="Title of the trip.")
    school: Words = Field(default="", description="Name of the school.")
    group: Words = Field(default="", description="Class or year group, e.g. 初二（3）班.")
    at: Point = Field(description="Where the school is, [lon, lat] in WGS-84.")
    near: Words = Field(
        default="", description="Name by which that place was found; `at` is what counts."
    )
    date: PlanDate = Field(description="The first day.", examples=["2026-11-27"])
    days: int = Field(default=1, ge=1, le=MAX_DAYS, description="How many days.")
    start: Point | None = Field(
        default=None,
        description="Where the day begins and ends, if not at school: public transport leads there "
        "and is not planned.",
    )
    start_name: Words = Field(default="", description="Name of that place.")
    lodging: Point | None = Field(default=None, description="Where the nights are spent.")
    lodging_name: Words = Field(default="", description="Name of the lodging.")
    depart: Clock = Field(default=time(8, 0), description="Earliest departure of each day.")
    back_by: Clock = Field(default=time(16, 30), description="Latest end of each day.")
    stage: Stage = Field(default="junior", description="School stage; sets the limits not given.")
    classes: int = Field(default=1, ge=1, le=MAX_CLASSES, description="How many classes.")
    pupils: int = Field(default=45, ge=1, le=200, description="Pupils of one class.")
    adults: int | None = Field(default=None, ge=1, le=60, description="Adults with one class.")
    transport: Transport = Field(default="coach", description="coach (one a class) or walk.")
    stops: tuple[SiteId, ...] = Field(
        default=(), max_length=MAX_TRIP_STOPS, description="Ids of the sites, dearest first."
    )
    route: SiteId | None = Field(default=None, description="A published route: its sites.")
    theme: str | None = Field(
        default=None, max_length=40, description="A theme; sites of it near the school are chosen."
    )
    order: Order = Field(default="best", description="best, or given: as listed.")
    walk_limit_m: int | None = Field(default=None, ge=100, le=20_000, description="A day, metres.")
    break_every_min: int | None = Field(
        default=None, ge=15, le=DRIVE_MOST_MIN, description="Toilets at least this often, minutes."
    )
    lunch: Lunch = Field(default="packed", description="packed, booked or none.")
    lunch_from: Clock | None = Field(default=None, description="Lunch begins no earlier; 11:00.")
    lunch_to: Clock | None = Field(default=None, description="Lunch begins no later; 13:15.")
    lunch_min: int | None = Field(
        default=None, ge=LUNCH_LEAST_MIN, le=150, description="Lunch takes so long, minutes."
    )
    wheelchair: bool = Field(default=False, description="Somebody uses a wheelchair.")
    capacity: int | None = Field(
        default=None, ge=1, le=5000, description="Most people of ours at one site at a time."
    )
    prompts: tuple[tuple[SiteId, Annotated[str, Field(max_length=300)]], ...] = Field(
        default=(), max_length=30, description="The teacher's own questions: site id and text."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.stops and self.route is None and self.theme is None:
            raise fault("no_stop_or_theme", "at least one stop, a route or a theme")
        if self.back_by <= self.depart:
            raise fault("back_by", "back_by later than depart, on the same day")
        if self.lunch_last < self.lunch_begin:
            raise fault("lunch_to", "lunch_to no earlier than lunch_from (11:00 if not given)")
        if self.days > 1 and self.lodging is None:
            raise fault("lodging", "lodging for a trip of several days: where the nights are spent")
        if self.days > 1 and self.transport == "walk":
            raise fault("needs_coach", "a coach for a trip of several days")
        if self.days > 1 and self.classes > 1:
            raise fault(
                "turns_on_one_day",
                "several classes can take turns on one day only; ask for each by itself",
            )
        if self.capacity is not None and self.capacity < self.people:
            raise fault(
                "capacity_of_a_class",
                "a capacity of at least one class, its {people} pupils and adults",
                people=self.people,
            )
        return self

    @property
    def begin(self) -> Point:
        """Where the day begins and ends: the start given, else the school."""
        return self.start or self.at

    @property
    def preset(self) -> Preset:
        """The limits of the stage."""
        return PRESETS[self.stage]

    @property
    def walk_limit(self) -> float:
        """Metres one class may walk in a day."""
        return float(self.walk_limit_m or self.preset.walk_limit_m)

    @property
    def break_every(self) -> int:
        """The most minutes between two chances to use a toilet."""
        return self.break_every_min or self.preset.break_every_min

    @property
    def lunch_begin(self) -> time:
        """The earliest that lunch may begin."""
        return self.lunch_from or LUNCH_FROM

    @property
    def lunch_last(self) -> time:
        """The latest that lunch may begin: as said, else by our default."""
        return self.lunch_to or max(LUNCH_TO, self.lunch_begin)

    @property
    def lunch_minutes(self) -> int:
        """How long lunch takes."""
        return self.lunch_min or self.preset.lunch_min

    @property
    def adult_count(self) -> int:
        """Adults with one class: as said, else by the stage's ratio, two at least."""
        return self.adults or max(2, -(-self.pupils // self.preset.pupils_per_adult))

    @property
    def people(self) -> int:
        """Pupils and adults of one class."""
        return self.pupils + self.adult_count

    @property
    def site_capacity(self) -> int:
        """Most people of this trip at one site at a time: as said, else one class."""
        return self.capacity or self.people

    def facts(self, number: int = 0) -> TripFacts:
        """Return what is printed of this wish, for one class."""
        last = datetime.combine(self.date, self.back_by, TIME_ZONE)
        return TripFacts(
            title=self.title,
            school=self.school,
            group=self.group,
            number=number,
            stage=self.stage,
            pupils=self.pupils,
            adults=self.adult_count,
            transport=self.transport,
            lunch=self.lunch,
            back_by=last,
            walk_limit_m=self.walk_limit,
            break_every_min=self.break_every,
            wheelchair=self.wheelchair,
        )

    def canonical(self) -> str:
        """Return the one JSON text of this wish: sorted keys, defaults left out."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def read_trip_request(values: Mapping[str, object]) -> TripRequest:
    """Return `values` (from JSON, a query string, a row of a sheet) as a request.

    Raises
    ------
    TooManyStopsError
        More than `MAX_TRIP_STOPS` stops.
    InvalidParameterError
        A value is not what it must be; the error names the parameter.
    BadRequestError
        The values contradict each other, or ask for nothing.
    """
    try:
        return TripRequest.model_validate(values)
    except ValidationError as error:
        raise _as_bad_request(error) from error


def _as_bad_request(error: ValidationError) -> BadRequestError:
    first = error.errors(include_url=False)[0]
    if first["type"] == "too_long" and first["loc"] == ("stops",):
        return TooManyStopsError(first["ctx"]["actual_length"], MAX_TRIP_STOPS)
    return first_fault(error)
