"""CSV: one row a stop, for spreadsheets."""

from __future__ import annotations

import csv
import io

from geo.messages import Messages
from geo.models import Fidelity, Itinerary

from .figures import known_length_m, known_minutes, leg_range_s
from .moments import say_moment
from .naming import Visit, notes, stop_name, visits

COLUMNS = (
    "nth",
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
    "ascent",
    "descent",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection), the wide signs
by those of Chinese and Japanese systems."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 Chinese as another code page."""


def to_csv(itinerary: Itinerary, messages: Messages) -> str:
    """Return the itinerary as CSV text (begins with a byte order mark)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([messages(f"exchange.csv.{column}") for column in COLUMNS])
    fidelity = itinerary.network.fidelity
    writer.writerows(_row(visit, fidelity, messages) for visit in visits(itinerary))
    return BYTE_ORDER_MARK + text.getvalue()


def _row(visit: Visit, fidelity: Fidelity, messages: Messages) -> list[str | int | float]:
    stop = visit.stop
    time = stop.arrival or stop.departure
    return [
        visit.day,
        time.date().isoformat() if time else "",
        "" if visit.number is None else visit.number,
        messages(f"exchange.kind.{stop.kind}"),
        guarded(stop.site_id or ""),
        guarded(stop_name(stop, messages)),
        say_moment(visit.arrival, messages) if visit.arrival else "",
        say_moment(visit.departure, messages) if visit.departure else "",
        round(stop.stay_s / 60),
        *_onwards(visit, fidelity, messages),
        stop.lon,
        stop.lat,
        round(stop.accuracy_m),
        guarded(" / ".join(notes(stop.notices, messages))),
        *_climb(visit),
    ]


def _onwards(visit: Visit, fidelity: Fidelity, messages: Messages) -> list[str | int | float]:
    if visit.ride is None:
        return ["", "", ""]
    leg = visit.ride.leg
    low, high = (known_minutes(seconds) for seconds in leg_range_s(leg))
    # An en dash: Excel reads "5-30" as the 30th of May.
    minutes = f"{low}–{high}" if low < high else known_minutes(leg.duration_s)
    length_m = known_length_m(leg.length_m, leg.mode, fidelity)
    return [messages(f"exchange.mode.{leg.mode}"), length_m, minutes]


def _climb(visit: Visit) -> list[str | int | float]:
    if visit.ride is None:
        return ["", ""]
    leg = visit.ride.leg
    if leg.ascent_m is None or leg.descent_m is None:
        return ["", ""]
    return [round(leg.ascent_m), round(leg.descent_m)]


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe stands before such a one.

    A text that looks as if it were guarded already gets another apostrophe, so that `unguarded`
    always gives back what was written.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """Return what was written before it was guarded."""
    bare = text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS)
    return text[1:] if bare else text
