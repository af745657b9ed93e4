"""What people add to sites: media, events, oral histories, and what visitors said of a visit.

Values made of published records; a page shows them beside the catalogue of the same version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self, TypeVar

from .columns import Record

T = TypeVar("T")
KINDS = ("media", "events", "oral-histories", "reports")
"""The kinds of records these values are made of."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, recording or document elsewhere; `url` is http, https or empty."""

    id: str
    site: str
    medium: str
    url: str
    title_zh: str
    title_en: str
    alt_zh: str
    alt_en: str
    credit: str
    licence: str


@dataclass(frozen=True, slots=True)
class Event:
    """An exhibition, lecture, ceremony or activity; `site` is empty where it is at none.

    `starts` and `ends` are moments with their zone.
    """

    id: str
    site: str
    type: str
    name_zh: str
    name_en: str
    starts: datetime
    ends: datetime
    place_zh: str
    place_en: str
    booking_zh: str
    booking_en: str
    description_zh: str
    description_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Story:
    """An oral history: the narrator as consented, the year or day it was recorded."""

    id: str
    site: str
    narrator: str
    recorded: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    url: str
    licence: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a visitor wrote of a site and what staff answered, approved; never who wrote it."""

    id: str
    site: str
    type: str
    rating: int | None
    text: str
    received: datetime
    answer: str
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many visitors rated a site, and the mean of their ratings, 1 to 5."""

    count: int
    mean: float | None

    @classmethod
    def of(cls, reviews: Iterable[Review]) -> Self:
        """Return the ratings among reviews."""
        found = [one.rating for one in reviews if one.rating is not None]
        return cls(len(found), sum(found) / len(found) if found else None)


@dataclass(frozen=True, slots=True)
class Additions:
    """Everything added that visitors see; events in order of time, reviews the newest first."""

    media: tuple[Medium, ...] = ()
    events: tuple[Event, ...] = ()
    stories: tuple[Story, ...] = ()
    reviews: tuple[Review, ...] = ()

    @classmethod
    def of(cls, records: Mapping[str, Sequence[Record]]) -> Self:
        """Return the additions among published records, by kind."""
        events = _all(Event, records.get("events", ()))
        reviews = _all(Review, records.get("reports", ()))
        return cls(
            media=_all(Medium, records.get("media", ())),
            events=tuple(sorted(events, key=lambda one: (one.starts, one.id))),
            stories=_all(Story, records.get("oral-histories", ())),
            reviews=tuple(sorted(reviews, key=lambda one: one.received, reverse=True)),
        )

    def at(self, site_id: str, now: datetime) -> SiteAdditions:
        """Return what was added to a site; events that are over are left out.

        Parameters
        ----------
        now
            With a time zone.
        """
        return SiteAdditions(
            media=tuple(one for one in self.media if one.site == site_id),
            events=tuple(one for one in self.coming(now) if one.site == site_id),
            stories=tuple(one for one in self.stories if one.site == site_id),
            reviews=tuple(one for one in self.reviews if one.site == site_id),
        )

    def coming(self, now: datetime) -> tuple[Event, ...]:
        """Return the events that are on at `now` or are to come, in order of time."""
        return tuple(one for one in self.events if one.ends > now)


@dataclass(frozen=True, slots=True)
class SiteAdditions:
    """What was added to one site."""

    media: tuple[Medium, ...] = ()
    events: tuple[Event, ...] = ()
    stories: tuple[Story, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def ratings(self) -> Ratings:
        """How visitors rated the site."""
        return Ratings.of(self.reviews)


def _all(make: Callable[..., T], records: Iterable[Record]) -> tuple[T, ...]:
    names = [one.name for one in fields(make)]  # type: ignore[arg-type]
    return tuple(make(**{name: _value(name, one.get(name)) for name in names}) for one in records)


def _value(name: str, value: object) -> object:
    moments = ("starts", "ends", "received", "answered")
    return datetime.fromisoformat(value) if name in moments and isinstance(value, str) else value
