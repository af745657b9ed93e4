"""Query parameters as frozen models: what is not known, or not what it must be, is refused.

OGC API - Features asks for exactly that (/req/core/query-param-unknown, -invalid).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.errors import BboxError
from geo.queries import Bbox, check_bbox

from .systems import CRS84, bbox_to_crs84, system_of
from .timespan import read_datetime

EAST = 180.0
WITH_HEIGHTS = 6
"""Numbers of a box that has heights too (OGC API - Features, 7.15.3)."""
MOST_CROSSING_DEG = 180.0
"""A box whose west lies east of its east is read as one across the antimeridian only where it is
then less than half the world wide; otherwise somebody swapped the two."""


def read_bbox(text: str, crs: str = CRS84) -> Bbox:
    """Return `west,south,east,north` (or with heights, which are passed over) as four numbers.

    In another reference system the numbers are in the order of its axes. A box across the
    antimeridian keeps its part east of 0°: the catalogue has nothing west of it.

    Raises
    ------
    BboxError
        Not four or six finite numbers, outside the world, or reversed.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == WITH_HEIGHTS:
            numbers = [*numbers[0:2], *numbers[3:5]]
        if crs != CRS84:
            return check_bbox(bbox_to_crs84(numbers, crs))
        return check_bbox(_uncrossed(numbers))
    except ValueError as error:
        raise BboxError(text) from error


def _uncrossed(numbers: list[float]) -> list[float]:
    """Return a box across the antimeridian as one that ends there."""
    if len(numbers) == 4 and numbers[0] - numbers[2] > 360 - MOST_CROSSING_DEG:  # noqa: PLR2004
        return [numbers[0], numbers[1], EAST, numbers[3]]
    return numbers


BboxText = Annotated[
    str | None,
    Field(
        description="west,south,east,north in WGS-84 degrees, or as bbox-crs says",
        examples=["120.3,36.05,120.4,36.1"],
        max_length=200,
    ),
]
CrsText = Annotated[
    str | None,
    Field(
        description="A reference system of the collection, by its URI.",
        examples=["http://www.opengis.net/def/crs/EPSG/0/4549"],
        max_length=200,
    ),
]
Text = Annotated[str | None, Field(min_length=1, max_length=100)]
Year = Annotated[int | None, Field(ge=-5000, le=2100)]


class Query(BaseModel):
    """What every machine address takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] | None = Field(
        default=None,
        description="Language of titles and messages; without it, Accept-Language decides.",
    )
    f: Literal["json", "html"] | None = Field(
        default=None, description="Form of the answer; without it, Accept decides."
    )


class PlainQuery(BaseModel):
    """What a machine address takes that answers in JSON alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] | None = Field(
        default=None, description="Language of titles and messages."
    )
    f: Literal["json"] | None = Field(default=None, description="Form of the answer.")


class TileQuery(BaseModel):
    """What the address of a tile takes: nothing but its only form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    f: Literal["mvt"] | None = Field(default=None, description="Form of the tile.")


class ItemQuery(Query):
    """How one record is answered."""

    crs: CrsText = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        system_of("crs", self.crs)
        return self


class OneQuery(ItemQuery):
    """Which state of a record of staff is answered, and how."""

    state: Literal["published", "draft"] = Field(
        default="published",
        description="`draft`: the newest revision, published or not; it needs an API token.",
        examples=["published"],
    )


class ChangeQuery(BaseModel):
    """What a change says beside its body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of messages.")
    reason: Annotated[str, Field(max_length=400)] = Field(
        default="", description="Why; kept with the revision.", examples=["开放时间已核对"]
    )


class WriteQuery(ChangeQuery):
    """What a change that is written says beside its body."""

    publish: bool = Field(
        default=False,
        description="Show it to visitors at once: for tokens with the scope `review`; nobody but "
        "an administrator publishes their own changes.",
        examples=[False],
    )


class PageQuery(ItemQuery):
    """Which page of a collection, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    bbox: BboxText = None
    bbox_crs: CrsText = Field(default=None, alias="bbox-crs")
    datetime: Text = Field(
        default=None,
        description="A moment or an interval (RFC 3339; `..` for an open end) that the years of a "
        "site meet; years that are not known meet none. Routes have no years.",
        examples=["1937-07-07/1945-08-15"],
    )
    filter: Annotated[str | None, Field(min_length=1, max_length=4000)] = Field(
        default=None,
        description="CQL2 over the queryables.",
        examples=["district = '市南区' AND period_from < 1949"],
    )
    filter_lang: Literal["cql2-text", "cql2-json"] = Field(
        default="cql2-text", alias="filter-lang", description="Language of the filter."
    )
    filter_crs: CrsText = Field(default=None, alias="filter-crs")
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
        return self.model_dump(exclude_unset=True, exclude_none=True, by_alias=True)

    def wanted(self) -> dict[str, Any]:
        """Return which records are asked for, as the catalogue takes it."""
        asked = self.model_dump(exclude=set(_NOT_FOR_THE_CATALOGUE))
        return {**asked, "bbox": self.box()}

    def box(self) -> Bbox | None:
        """Return the bounding box in WGS-84, longitude first."""
        if self.bbox is None:
            return None
        return read_bbox(self.bbox, self.bbox_crs or CRS84)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        system_of("bbox-crs", self.bbox_crs)
        system_of("filter-crs", self.filter_crs)
        self.box()
        if self.datetime is not None:
            read_datetime(self.datetime)
        return self


_NOT_FOR_THE_CATALOGUE = (
    *Query.model_fields,
    *("crs", "bbox_crs", "limit", "offset", "datetime", "filter", "filter_lang", "filter_crs"),
)


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
