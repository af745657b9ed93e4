"""What a print knew, in the characters of its link.

A printed pack carries a link to the live plan. The link holds, beside the request, a snapshot of
everything the pack was made of: what the teacher said, what was printed of it, when the group is
where, plan B, what each site's card told, the editions of catalogue and network, and a hash over
the whole. Short things are held as they are, so that the live plan can say what was printed; long
ones as digests. No print has to be kept anywhere. `geo.trip.changes` tells what is different.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from geo.errors import InvalidParameterError
from geo.models import TIME_ZONE, Site, Stop

from .models import TripPlan

VERSION, OLD_VERSION = "2", "1"
HEX = 5
"""Hexadecimal digits of a digest: two of the 89 sites share one with a chance of 0.4 %, and all
that is lost then is which of the two has changed."""
_PART, _FIELD = "~", "."
_OLD = re.compile(r"1~([0-9a-f]{5})~([0-9]{1,4})((?:~[0-9a-f]{5}\.[0-9a-f]{5}\.[0-9]{1,4}){0,60})")
_NEW = re.compile(r"2~([A-Za-z0-9_-]{1,6000})")
_MOST_BYTES = 40_000
"""The most a snapshot unpacks to: ten sites with every word of their cards are a tenth of it."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,8}$")]
Minute = Annotated[int, Field(ge=0, le=100_000)]

TOLD = ("opening_hours", "phone", "booking", "ticket", "toilets", "step_free", "indoor")
"""The facts of a site's card that are held as they were printed; a new one goes to the end."""
_PLACED = ("address", "lon", "lat", "accuracy_m")


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed of a plan: languages (`zh`, `en`, `both`), paper, parts in their order.

    No parts: it was never said, as of a plan that is only looked at.
    """

    langs: str = ""
    paper: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One stop of a snapshot; minutes are counted from midnight of its day.

    `site` and `record` are digests of the id and the whole record, `place` and `words` of its
    position and of the words of its card. What a print of the first version did not know is None.
    """

    site: Digest
    record: Digest
    minute: Minute
    leave: Minute | None = None
    day: Minute = 0
    told: tuple[str, ...] | None = None
    place: Digest = ""
    words: Digest = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a print knew.

    Parameters
    ----------
    network
        Digest of the network's id and date.
    stops
        The visits, in order.
    back
        Minute of return of the last day.
    start
        Minute of departure of the first day; None in a print of the first version, as are all
        the empty values below.
    date
        The first day, ISO 8601.
    roads
        Fidelity and date of the network.
    edition
        The catalogue's version.
    facts
        What the teacher said, by field of `TripFacts`.
    lunch
        (day, begin, end) of each lunch.
    rain, rain_times
        Plan B: (site out, site in its place or ""), and a digest of its clock.
    prompts
        (site, digest of its questions, how many); None: the link had no room for them.
    turns, ends
        Digests of the turns of the classes, and of where the days begin and end.
    printed
        What was printed.
    whole
        Digest of everything a pack is made of, also of what has no field here; empty where it is
        not known what is printed, of which catalogue.
    """

    network: Digest
    stops: tuple[Seen, ...]
    back: Minute
    start: Minute | None = None
    date: str = ""
    roads: tuple[str, str] = ("", "")
    edition: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    lunch: tuple[tuple[Minute, Minute, Minute], ...] = ()
    rain: tuple[tuple[Digest, Digest], ...] = ()
    rain_times: Digest = ""
    prompts: tuple[tuple[Digest, Digest, int], ...] | None = ()
    turns: Digest = ""
    ends: Digest = ""
    printed: Printed = Printed()
    whole: Digest = ""

    @property
    def old(self) -> bool:
        """Whether it is of the first version, which knew stops, times and network only."""
        return self.start is None

    def __str__(self) -> str:
        """Return the snapshot as it stands in a link."""
        packer = zlib.compressobj(9, wbits=-15, zdict=_USUAL)
        packed = packer.compress(_ADAPTER.dump_json(self, exclude_defaults=True)) + packer.flush()
        return VERSION + _PART + base64.urlsafe_b64encode(packed).decode().rstrip("=")


_ADAPTER = TypeAdapter(Snapshot)
_USUAL = (
    b'"told":["Tu-Su 09:00-16:30","0532-8","unknown","free","required","groups","none","yes","no",'
    b'"both","partial"],"place":"","words":"","printed":{"langs":"zh","paper":"a4","paper":"a5",'
    b'"paper":"booklet","parts":["cover","maps","timetable","turns","directions","driver","rain",'
    b'"sites","calls","emergency","roll","duty","risk","notice","kit","coach","worksheet","quiz",'
    b'"answers"]},"facts":{"title":"","school":"","group":"","stage":"primary_upper","stage":'
    b'"senior","stage":"junior","pupils":"45","adults":"3","transport":"walk","transport":"coach",'
    b'"lunch":"booked","lunch":"packed","back_by":"16:30","walk_limit_m":"4000",'
    b'"break_every_min":"90","wheelchair":"no"},"date":"2026-11-27","roads":["schematic",'
    b'"2026-11"],"edition":"","lunch":[[0,720,765]],"rain":[["",""]],"rain_times":"","prompts":'
    b'[["","",1]],"turns":"","ends":"","whole":"","back":990,"start":480,"network":"","stops":'
    b'[{"site":"","record":"","minute":555,"leave":600,"day":1,"told":["","","unknown",'
    b'"unknown","unknown","unknown","both"],"place":"","words":""}'
)
"""What most snapshots are made of (a preset dictionary of DEFLATE): never to be changed, because
the links on paper were packed with it."""


def snapshot_of(plan: TripPlan, edition: str = "", printed: Printed | None = None) -> Snapshot:
    """Return what a plan knows now.

    Parameters
    ----------
    plan
        The plan of one class.
    edition
        The catalogue's version, for also records of other sites go into a pack; empty: unknown.
    printed
        What is printed of it; None: it is only looked at.
    """
    own = printed or Printed()
    days, rain = plan.itinerary.days, plan.rain
    network = plan.itinerary.network
    first, last = days[0].stops[0].departure, days[-1].stops[-1].arrival
    swaps = rain.swaps if rain else ()
    return Snapshot(
        network=short(f"{network.id} {network.date}"),
        stops=tuple(_seen(plan)),
        back=minute_of(last),
        start=minute_of(first),
        date=days[0].date.isoformat(),
        roads=(network.fidelity, network.date),
        edition=edition[:8],
        facts=_facts(plan),
        lunch=tuple(
            (pause.day, minute_of(pause.begin), minute_of(pause.end))
            for pause in plan.pauses
            if pause.kind == "lunch"
        ),
        rain=tuple((short(out.id), short(put.id) if put else "") for out, put in swaps),
        rain_times=short(repr([_clock(day.stops) for day in rain.itinerary.days])) if rain else "",
        prompts=tuple(_prompts(plan)),
        turns=short(repr(plan.turns)) if plan.turns else "",
        ends=short(repr([_bare(day.stops) for day in days])),
        printed=own,
        whole=short(repr((plan, edition, own, _shut(plan.sites)))) if edition and own.parts else "",
    )


def _seen(plan: TripPlan) -> Iterator[Seen]:
    sites = {site.id: site for site in plan.sites}
    for number, day in enumerate(plan.itinerary.days):
        for stop in day.stops:
            if stop.site_id is None:
                continue
            site = sites[stop.site_id]
            yield Seen(
                site=short(site.id),
                record=short(_record(site)),
                minute=minute_of(stop.arrival),
                leave=minute_of(stop.departure),
                day=number,
                told=tuple(str(getattr(site, name)) for name in TOLD),
                place=short(repr([getattr(site, name) for name in _PLACED])),
                words=short(_words(site)),
            )


def _facts(plan: TripPlan) -> dict[str, str]:
    """Return what the teacher said, as short texts by field."""
    values = {one.name: getattr(plan.facts, one.name) for one in fields(plan.facts)}
    return {name: _said(value) for name, value in values.items()}


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(TIME_ZONE):%H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _prompts(plan: TripPlan) -> Iterator[tuple[str, str, int]]:
    for site_id in dict.fromkeys(one.site_id for one in plan.prompts):
        texts = [one.text for one in plan.prompts if one.site_id == site_id]
        yield short(site_id), short(repr(texts)), len(texts)


def _record(site: Site) -> str:
    """Return all that is known of a site, closures only where there are any: old prints match."""
    return repr(site) + (repr(site.closures) if site.closures else "")


def _words(site: Site) -> str:
    """Return what a record holds besides its place and the facts told one by one."""
    apart = {*TOLD, *_PLACED, "id", "closures"}
    return repr([getattr(site, one.name) for one in fields(site) if one.name not in apart])


def _shut(sites: tuple[Site, ...]) -> list[str]:
    # A record does not show its closures in repr().
    return [repr(site.closures) for site in sites]


def _clock(stops: tuple[Stop, ...]) -> list[tuple[str | None, int, int]]:
    return [(stop.site_id, minute_of(stop.arrival), minute_of(stop.departure)) for stop in stops]


def _bare(stops: tuple[Stop, ...]) -> list[tuple[str, float, float]]:
    return [(stop.name_zh, stop.lon, stop.lat) for stop in stops if stop.site_id is None]


def read_snapshot(text: str) -> Snapshot:
    """Return the snapshot of a link, of this version or the first.

    Raises
    ------
    InvalidParameterError
        It is not one of ours.
    """
    wrong = InvalidParameterError(
        "was", text[:200], "the link of a printed pack, unchanged", rule="printed_link"
    )
    old, new = _OLD.fullmatch(text), _NEW.fullmatch(text)
    if old is not None:
        stops = (stop.split(_FIELD) for stop in old[3].split(_PART)[1:])
        seen = tuple(Seen(site, record, int(minute)) for site, record, minute in stops)
        return Snapshot(old[1], seen, int(old[2]))
    if new is None:
        raise wrong
    try:
        packed = base64.urlsafe_b64decode(new[1] + "=" * (-len(new[1]) % 4))
        unpacker = zlib.decompressobj(wbits=-15, zdict=_USUAL)
        return _ADAPTER.validate_json(unpacker.decompress(packed, _MOST_BYTES))
    except (binascii.Error, zlib.error, ValidationError) as error:
        raise wrong from error


def short(text: str) -> str:
    """Return the first digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:HEX]


def minute_of(moment: datetime | None) -> int:
    """Return a moment as minutes after midnight in Qingdao, 0 where there is none."""
    local = moment.astimezone(TIME_ZONE) if moment else None
    return local.hour * 60 + local.minute if local else 0
