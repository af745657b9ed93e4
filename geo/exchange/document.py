"""The lossless JSON form of an itinerary, with its schema version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from geo.errors import not_one_of
from geo.faults import first_fault
from geo.models import SCHEMA_VERSION, TIME_ZONE, Day, Itinerary, ModeTotal, Stop

_ITINERARY = TypeAdapter(Itinerary)
_TOTALS = TypeAdapter(tuple[ModeTotal, ...])
"""What the legs add up to in each mode: told for those who read, ignored by `from_document`."""
READ_VERSIONS = (1, SCHEMA_VERSION)
"""Version 1 knew one day only; whatever it says is said in the same words since."""


def to_document(itinerary: Itinerary) -> dict[str, Any]:
    """Return the itinerary as JSON values; `from_document` gives back an equal one."""
    document: dict[str, Any] = _ITINERARY.dump_python(itinerary, mode="json")
    return {**document, "modes": _TOTALS.dump_python(itinerary.modes, mode="json")}


def document_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """Return the JSON Schema of `to_document`; `ref_template` says where its parts will stand."""
    schema = _ITINERARY.json_schema(ref_template=ref_template, mode="serialization")
    totals = _TOTALS.json_schema(ref_template=ref_template, mode="serialization")
    schema["$defs"].update(totals.pop("$defs"))
    schema["properties"]["modes"] = totals
    return schema


def from_document(document: Mapping[str, Any]) -> Itinerary:
    """Return the itinerary that `to_document` made `document` of, now or in an older version.

    Raises
    ------
    InvalidParameterError
        It is not such a document, or of a schema version that is none of `READ_VERSIONS`.
    """
    version = document.get("schema_version")
    if version not in READ_VERSIONS:
        raise not_one_of("schema_version", version, [str(one) for one in READ_VERSIONS])
    try:
        itinerary = _ITINERARY.validate_python(document)
    except ValidationError as error:
        raise first_fault(error) from error
    days = tuple(_in_shanghai(day) for day in itinerary.days)
    return replace(itinerary, days=days, schema_version=SCHEMA_VERSION)


def _in_shanghai(day: Day) -> Day:
    """Give the times their zone back: JSON holds the offset alone."""
    return replace(day, stops=tuple(_zoned(stop) for stop in day.stops))


def _zoned(stop: Stop) -> Stop:
    return replace(stop, arrival=_local(stop.arrival), departure=_local(stop.departure))


def _local(time: datetime | None) -> datetime | None:
    return time and time.astimezone(TIME_ZONE)
