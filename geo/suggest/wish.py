"""What may be asked for: so many hours from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from geo.errors import not_one_of
from geo.faults import read_model
from geo.models import Mode
from geo.planner.days import Point, SiteId
from geo.planner.request import LocalTime
from geo.queries import check_years
from geo.schema import THEMES

MOST_WANTED = 20
LEAST_HOURS, MOST_HOURS = 0.5, 12.0


def _known_themes(themes: tuple[str, ...]) -> tuple[str, ...]:
    for theme in themes:
        if theme not in THEMES:
            raise not_one_of("themes", theme, THEMES)
    return tuple(dict.fromkeys(themes))


class DayWish(BaseModel):
    """So many hours from here, on foot or by car; with `stops`, what else fits beside them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Point = Field(
        description="Where to start, [lon, lat] in WGS-84.", examples=[[120.3125, 36.0645]]
    )
    end: Point | None = Field(
        default=None, description="Where to end; left out: at the last site, wherever it is."
    )
    hours: float = Field(
        ge=LEAST_HOURS, le=MOST_HOURS, allow_inf_nan=False, description="Hours, ways and visits."
    )
    mode: Mode = Field(default="walk", description="walk, cycle, drive or coach.")
    depart: LocalTime | None = Field(
        default=None,
        description="Local time at the start, Asia/Shanghai; tomorrow 09:00 where left out.",
    )
    stops: tuple[SiteId, ...] = Field(
        default=(), max_length=MOST_WANTED, description="Sites that must be among them."
    )
    themes: Annotated[tuple[str, ...], AfterValidator(_known_themes)] = Field(
        default=(), description="Themes that are preferred; others are not left out."
    )
    period_from: int | None = Field(default=None, ge=-5000, le=2100, description="First year.")
    period_to: int | None = Field(default=None, ge=-5000, le=2100, description="Last year.")

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        check_years(self.period_from, self.period_to)
        return self

    @property
    def budget_s(self) -> int:
        """The hours in whole seconds."""
        return round(self.hours * 3600)


def read_wish(values: Mapping[str, object]) -> DayWish:
    """Return `values` (from JSON, a query string, options) as a wish.

    Raises
    ------
    BadRequestError
        A value is not what it must be; the error names it.
    """
    return read_model(DayWish, values)
