"""What a print knew, in a few characters of its link; and what is different now.

A printed pack carries a link to the live plan. The link holds, beside the request, a snapshot:
the network, and for each stop its site, the site's record and the time of arrival, all but the
time as short digests. The live plan takes its own snapshot and says what differs: no print has
to be kept anywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from geo.errors import InvalidParameterError
from geo.messages import Notice
from geo.models import NetworkInfo, Site

from .models import Check, TripPlan

VERSION = "1"
HEX = 5
"""Hexadecimal digits of a digest: two of the 89 sites share one with a chance of 0.4 %, and all
that is lost then is which of the two has changed."""
_PART, _FIELD = "~", "."
_SNAPSHOT = re.compile(
    r"1~([0-9a-f]{5})~([0-9]{1,4})((?:~[0-9a-f]{5}\.[0-9a-f]{5}\.[0-9]{1,4}){0,60})"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One stop of a snapshot: digests of the site's id and record, minutes after midnight."""

    site: str
    record: str
    minute: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a print knew: the network, the stops, the minute of return of the last day."""

    network: str
    stops: tuple[Seen, ...]
    back: int

    def __str__(self) -> str:
        """Return the snapshot as it stands in a link."""
        stops = (_FIELD.join((s.site, s.record, str(s.minute))) for s in self.stops)
        return _PART.join((VERSION, self.network, str(self.back), *stops))


def snapshot_of(plan: TripPlan) -> Snapshot:
    """Return what a plan knows now."""
    sites = {site.id: site for site in plan.sites}
    stops = [stop for stop in plan.itinerary.stops if stop.site_id is not None]
    seen = tuple(
        Seen(
            short(stop.site_id or ""),
            short(_record(sites[stop.site_id or ""])),
            _minute(stop.arrival.hour, stop.arrival.minute) if stop.arrival else 0,
        )
        for stop in stops
    )
    last = plan.itinerary.days[-1].stops[-1].arrival
    back = _minute(last.hour, last.minute) if last else 0
    return Snapshot(_network(plan.itinerary.network), seen, back)


def _record(site: Site) -> str:
    """Return all that is known of a site, closures only where there are any: old prints match."""
    return repr(site) + (repr(site.closures) if site.closures else "")


def read_snapshot(text: str) -> Snapshot:
    """Return the snapshot of a link.

    Raises
    ------
    InvalidParameterError
        It is not one of ours.
    """
    match = _SNAPSHOT.fullmatch(text)
    if match is None:
        raise InvalidParameterError(
            "was", text, "the link of a printed pack, unchanged", rule="printed_link"
        )
    stops = (stop.split(_FIELD) for stop in match[3].split(_PART)[1:])
    seen = tuple(Seen(site, record, int(minute)) for site, record, minute in stops)
    return Snapshot(match[1], seen, int(match[2]))


def differences(was: Snapshot, now: Snapshot, sites: Iterable[Site]) -> tuple[Check, ...]:
    """Return what is different now, nothing where the print still holds.

    `sites` are all records, to name those that only the print had.
    """
    names = {short(site.id): site for site in sites}
    before, after = _by_site(was.stops), _by_site(now.stops)
    both = [key for key in after if key in before]
    found = [
        *(("trip-now-gone", key) for key in before if key not in after),
        *(("trip-now-new", key) for key in after if key not in before),
        *(("trip-now-record", key) for key in both if before[key].record != after[key].record),
    ]
    checks = [Check(Notice(code), names.get(key)) for code, key in found]
    if [key for key in before if key in after] != both:
        checks.append(Check(Notice("trip-now-order")))
    checks += [
        Check(_moved("trip-now-time", before[key].minute, after[key].minute), names.get(key))
        for key in both
        if before[key].minute != after[key].minute
    ]
    if was.back != now.back:
        checks.append(Check(_moved("trip-now-back", was.back, now.back)))
    if was.network != now.network:
        checks.append(Check(Notice("trip-now-network", "info")))
    return tuple(checks)


def _moved(code: str, was: int, now: int) -> Notice:
    return Notice(code, values={"was": clock(was), "now": clock(now)})


def short(text: str) -> str:
    """Return the first digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:HEX]


def clock(minute: int) -> str:
    """Return minutes after midnight as HH:MM."""
    return str(timedelta(minutes=minute % 1440))[:-3].zfill(5)


def _by_site(stops: Sequence[Seen]) -> dict[str, Seen]:
    return {stop.site: stop for stop in stops}


def _network(info: NetworkInfo) -> str:
    return short(f"{info.id} {info.date}")


def _minute(hour: int, minute: int) -> int:
    return hour * 60 + minute
