"""Query parameters as frozen models: what is not known, or not what it must be, is refused.

OGC API - Features asks for exactly that (/req/core/query-param-unknown, -invalid).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from geo.errors import BboxError
from geo.faults import first_fault
from geo.queries import Bbox, check_bbox

EAST = 180.0
WITH_HEIGHTS = 6
"""Numbers of a box that has heights too (OGC API - Features, 7.15.3)."""
MOST_CROSSING_DEG = 180.0
"""A box whose west lies east of its east is read as one across the antimeridian only where it is
then less than half the world wide; otherwise somebody swapped the two."""


def read_bbox(text: str) -> Bbox:
    """Return `west,south,east,north` (or with heights, which are passed over) as four numbers.

    A box across the antimeridian keeps its part east of 0°: the catalogue has nothing west of it.

    Raises
    ------
    BboxError
        Not four or six finite numbers, outside the world, or reversed.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == WITH_HEIGHTS:
            numbers = [*numbers[0:2], *numbers[3:5]]
        return check_bbox(_uncrossed(numbers))
    except ValueError as error:
        raise BboxError(text) from error


def _uncrossed(numbers: list[float]) -> list[float]:
    """Return a box across the antimeridian as one that ends there."""
    if len(numbers) == 4 and numbers[0] - numbers[2] > 360 - MOST_CROSSING_DEG:  # noqa: PLR2004
        return [numbers[0], numbers[1], EAST, numbers[3]]
    return numbers


def _checked(text: str | None) -> str | None:
    if text is not None:
        read_bbox(text)
    return text


BboxText = Annotated[
    str | None,
    Field(
        description="west,south,east,north in WGS-84 degrees",
        examples=["120.3,36.05,120.4,36.1"],
        max_length=200,
    ),
    AfterValidator(_checked),
]
Text = Annotated[str | None, Field(min_length=1, max_length=100)]
Year = Annotated[int | None, Field(ge=-5000, le=2100)]


Model = TypeVar("Model", bound=BaseModel)


def read_query(model: type[Model], values: Mapping[str, object]) -> Model:
    """Return values given by other means than an address (options) as a query.

    Raises
    ------
    BadRequestError
        The first value that is not what it must be.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise first_fault(error) from error


class Query(BaseModel):
    """What every machine address takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] | None = Field(
        default=None,
        description="Language of titles and messages; without it, Accept-Language decides.",
    )
    f: Literal["json"] | None = Field(default=None, description="Form of the answer.")


class PageQuery(Query):
    """Which page of a collection, and where."""

    bbox: BboxText = None
    limit: int = Field(
        default=100, ge=1, description="Most records in the answer; more than allowed is cut down."
    )
    offset: int = Field(default=0, ge=0, le=10_000_000, description="Records to pass over.")
    q: Text = Field(
        default=None, description="Text in Chinese, pinyin (whole or initials) or English; ranked."
    )
    collection: Text = Field(default=None, description="Id of a collection of routes.")

    def as_asked(self) -> dict[str, object]:
        """Return the parameters that were given, as they stand in an address."""
        return self.model_dump(exclude_unset=True, exclude_none=True)

    def wanted(self) -> dict[str, Any]:
        """Return which records are asked for, as the catalogue takes it."""
        asked = self.model_dump(exclude={"limit", "offset", "lang", "f"})
        return {**asked, "bbox": None if self.bbox is None else read_bbox(self.bbox)}


class SitesQuery(PageQuery):
    """Which sites."""

    district: Text = Field(default=None, description="District by its Chinese name, e.g. 市南区.")
    category: Text = Field(default=None, description="Kind of place, e.g. memorial_hall.")
    theme: Text = Field(default=None, description="Theme, e.g. liberation.")
    period_from: Year = Field(default=None, description="Only of this year or later.")
    period_to: Year = Field(default=None, description="Only of this year or earlier.")


class RoutesQuery(PageQuery):
    """Which routes."""

    provenance: Literal["official", "curated"] | None = Field(
        default=None, description="official: published; curated: composed by this project."
    )
    mode: Literal["walk", "drive", "coach"] | None = Field(
        default=None, description="How the route is travelled."
    )
