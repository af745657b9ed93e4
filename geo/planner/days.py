"""What may be said of the days of a plan: their dates and hours, the nights between them."""

from __future__ import annotations

import re
from datetime import date as calendar_date
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from geo.faults import fault
from geo.models import LonLat

FIRST_YEAR, LAST_YEAR = 2020, 2100
"""Years in which a plan may lie: nothing is published before, and dates must not overflow."""

CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
_MOMENT = re.compile(f"{CLOCK.pattern}(:[0-5][0-9])?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS = re.compile("(?P<depart>[0-9:]+)?-(?P<until>[0-9:]+)?")
SITE_ID = r"^[a-z0-9][a-z0-9-]*$"


def in_years(year: int) -> None:
    """Refuse a year in which no plan may lie.

    Raises
    ------
    PydanticCustomError
        It is out of range.
    """
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise fault("year", "a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR - 1)


def _clock(value: str) -> str:
    if not CLOCK.fullmatch(value):
        raise fault("clock_time", "a time such as 16:30")
    return value


def _only_date(value: object) -> object:
    """Refuse what is not text of a date: 2026 would be read as days since 1970."""
    if isinstance(value, calendar_date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise fault("local_date", "a date such as 2026-11-27")
    return value


def _planned(value: calendar_date) -> calendar_date:
    in_years(value.year)
    return value


def _when(value: str) -> str:
    """Hold the moment of a visit to what it may be: a time, a date, or both."""
    day, _, at = value.partition("T") if "T" in value else (value, "", "")
    if _MOMENT.fullmatch(value):
        return value
    try:
        calendar_date.fromisoformat(day)
    except ValueError:
        day = ""
    if not _DAY.fullmatch(day) or ("T" in value and not _MOMENT.fullmatch(at)):
        raise fault("visit_time", "a time, a date, or both, such as 2026-11-28T10:00")
    return value


def _rounded(value: float) -> float:
    # Six decimals are 0.1 m: the same place sent twice gives the same plan.
    return round(value, 6) + 0.0


SiteId = Annotated[str, Field(min_length=1, max_length=80, pattern=SITE_ID)]
Clock = Annotated[
    str, AfterValidator(_clock), Field(json_schema_extra={"pattern": f"^{CLOCK.pattern}$"})
]
"""A time of the day, "HH:MM": text, so that the canonical form is the form it is sent in."""
When = Annotated[str, AfterValidator(_when)]
"""When a visit begins: "HH:MM" on whichever day, "YYYY-MM-DD" at whichever time, or both with T.

A time may name its second, as one does that is locked where a plan has it."""
PlanDate = Annotated[calendar_date, BeforeValidator(_only_date), AfterValidator(_planned)]
Lon = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, strict=False), AfterValidator(_rounded)
]
Lat = Annotated[
    float, Field(ge=-90, le=90, allow_inf_nan=False, strict=False), AfterValidator(_rounded)
]
Point = tuple[Lon, Lat]


def _kind(value: object) -> str:
    return "@site" if isinstance(value, str) else "@anywhere" if value is None else "@point"


Night = Annotated[
    Annotated[Point, Tag("@point")]
    | Annotated[SiteId, Tag("@site")]
    | Annotated[None, Tag("@anywhere")],
    Discriminator(_kind),
]
"""Where a night is spent, or a day starts or ends: [lon, lat], a site, or null for anywhere."""
Lodging = LonLat | str | None


class PlanDay(BaseModel):
    """One day of a plan; hours that are not said are those of the request.

    As text: "2026-11-28", or with its hours "2026-11-28@09:30-17:00" (either may be left out).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: PlanDate = Field(description="The date.", examples=["2026-11-28"])
    depart: Clock | None = Field(default=None, description="When the day begins.")
    until: Clock | None = Field(default=None, description="When it must have ended.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # noqa: ANN401 - what was sent
        if isinstance(value, calendar_date):
            return {"date": value}
        if not isinstance(value, str):
            return value
        day, at, hours = value.partition("@")
        found = _HOURS.fullmatch(hours)
        if not _DAY.fullmatch(day) or (at and not found):
            raise fault("plan_day", "a date, or one with hours such as 2026-11-28@09:00-17:30")
        return {"date": day, **(found.groupdict() if found else {})}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.depart and self.until and self.until <= self.depart:
            raise fault("until_early", "until later than depart")
        return self

    def text(self) -> str:
        """Return the day as one text."""
        hours = f"@{self.depart or ''}-{self.until or ''}" if self.depart or self.until else ""
        return f"{self.date}{hours}"
