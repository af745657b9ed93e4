"""CSV: one row a stop, for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from geo.messages import Messages
from geo.models import Itinerary

from .naming import Visit, notes, stop_name, visits

COLUMNS = (
    "day",
    "number",
    "kind",
    "id",
    "name",
    "arrival",
    "departure",
    "stay",
    "mode",
    "length",
    "duration",
    "longitude",
    "latitude",
    "accuracy",
    "notes",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 Chinese as another code page."""


def to_csv(itinerary: Itinerary, messages: Messages) -> str:
    """Return the itinerary as CSV text (begins with a byte order mark)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([messages(f"exchange.csv.{column}") for column in COLUMNS])
    writer.writerows(_row(visit, messages) for visit in visits(itinerary))
    return BYTE_ORDER_MARK + text.getvalue()


def _row(visit: Visit, messages: Messages) -> list[str | int | float]:
    stop = visit.stop
    time = stop.arrival or stop.departure
    return [
        time.date().isoformat() if time else "",
        "" if visit.number is None else visit.number,
        messages(f"exchange.kind.{stop.kind}"),
        _cell(stop.site_id or ""),
        _cell(stop_name(stop, messages)),
        _clock(stop.arrival),
        _clock(stop.departure),
        round(stop.stay_s / 60),
        *_onwards(visit, messages),
        stop.lon,
        stop.lat,
        round(stop.accuracy_m),
        _cell(" / ".join(notes(stop.notices, messages))),
    ]


def _onwards(visit: Visit, messages: Messages) -> list[str | int | float]:
    if visit.ride is None:
        return ["", "", ""]
    leg = visit.ride.leg
    low, high = leg.duration_range_s or (leg.duration_s, leg.duration_s)
    minutes = f"{low // 60}-{high // 60}" if low < high else round(leg.duration_s / 60)
    return [messages(f"exchange.mode.{leg.mode}"), round(leg.length_m), minutes]


def _clock(time: datetime | None) -> str:
    return f"{time:%H:%M}" if time else ""


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
