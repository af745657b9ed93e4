"""The parameter `datetime` of OGC API - Features (17-069r4, 7.15.4): which years are meant."""

from __future__ import annotations

import re
from datetime import date, datetime

from geo.errors import InvalidParameterError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_datetime(text: str) -> tuple[int | None, int | None]:
    """Return the first and the last year of a moment or an interval; None for an open end.

    Raises
    ------
    InvalidParameterError
        It is no date or date-time of RFC 3339, or no interval of them in order.
    """
    parts = text.split("/")
    try:
        if len(parts) == 1:
            moment = _moment(text)
            return moment.year, moment.year
        first, last = (None if part in ("", "..") else _moment(part) for part in parts)
    except ValueError as error:
        raise _refused(text) from error
    if first and last and first > last:
        raise _refused(text)
    return first.year if first else None, last.year if last else None


def _moment(text: str) -> date:
    if not _DAY.match(text):
        raise ValueError(text)
    return date.fromisoformat(text) if _DAY.fullmatch(text) else datetime.fromisoformat(text).date()


def _refused(text: str) -> InvalidParameterError:
    wanted = "a date or date-time (RFC 3339), or two with / between, the earlier first"
    return InvalidParameterError("datetime", text, wanted, rule="timespan")
