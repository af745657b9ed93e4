"""What is different now from what a print knew, in words: what was printed and what holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from geo.hours import closure_on
from geo.messages import Notice
from geo.models import Site
from geo.planner.schedule import closure_values

from .models import Check
from .snapshot import TOLD, Seen, Snapshot, short

FACTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("trip.own-title", ""),
        "school": ("trip.school", ""),
        "group": ("trip.group", ""),
        "number": ("pack.turns.class", ""),
        "stage": ("trip.stage", "pack.stage"),
        "pupils": ("trip.pupils", ""),
        "adults": ("trip.adults", ""),
        "transport": ("trip.transport", "pack.transport"),
        "lunch": ("trip.lunch", "pack.lunch"),
        "back_by": ("trip.back_by", ""),
        "walk_limit_m": ("trip.walk_limit_m", ""),
        "break_every_min": ("trip.break_every_min", ""),
        "wheelchair": ("trip.wheelchair", "pack.yes-no"),
    }
)
"""Of what the teacher said: the key of its label, and the group of keys its values stand in."""

_TOLD: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "opening_hours": ("pack.sites.hours", {"": "pack.hours.unknown"}),
        "phone": ("pack.sites.phone", {"": "pack.unknown"}),
        "ticket": (
            "pack.sites.ticket",
            {"free": "pack.ticket.free", "unknown": "pack.ticket.unknown"},
        ),
        **{
            name: (label, {one: f"{group}.{one}" for one in values.split()})
            for name, label, group, values in (
                ("booking", "pack.sites.booking", "pack.booking", "none groups required unknown"),
                ("toilets", "pack.sites.toilets", "pack.yes-no", "yes no unknown"),
                ("step_free", "pack.sites.step-free", "pack.yes-no", "yes no partial unknown"),
                ("indoor", "pack.sites.inside", "pack.inside", "yes no both unknown"),
            )
        },
    }
)
"""Of each fact told: the key of its label, and the keys of the values that are not words."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """What was printed and what holds now, with every record by the digest of its id."""

    was: Snapshot
    now: Snapshot
    sites: Mapping[str, Site]


def differences(was: Snapshot, now: Snapshot, sites: Iterable[Site]) -> tuple[Check, ...]:
    """Return what is different now, the gravest first; nothing where the print still holds.

    Parameters
    ----------
    was, now
        What the print knew, what holds.
    sites
        All records as they are now, to name those that only the print had.
    """
    pair = _Pair(was, now, {short(site.id): site for site in sites})
    found = [*_visits(pair), *_records(pair), *_times(pair)]
    if not was.old:
        found += [*_wish(pair), *_rain(pair), *_print(pair)]
    found += _editions(pair)
    if not found and was.whole and now.whole and was.whole != now.whole:
        values = {"was": was.whole, "now": now.whole}
        found.append(Check(Notice("trip-now-other", "info", values)))
    return tuple(found)


def _visits(pair: _Pair) -> Iterator[Check]:
    """Yield the sites that are gone, new, in another order."""
    before, after = _by_site(pair.was.stops), _by_site(pair.now.stops)
    for key in (key for key in before if key not in after):
        site = pair.sites.get(key)
        day = date.fromisoformat(pair.now.date) + timedelta(days=before[key].day)
        closure = closure_on(site, day) if site else None
        gone = Notice("trip-now-gone")
        if closure is not None:
            gone = Notice("trip-now-closed", values=closure_values(closure))
        yield Check(gone, site)
    for key in (key for key in after if key not in before):
        yield Check(Notice("trip-now-new"), pair.sites.get(key))
    both = [key for key in after if key in before]
    if [key for key in before if key in after] != both:
        yield Check(Notice("trip-now-order"))


def _records(pair: _Pair) -> Iterator[Check]:
    """Yield the facts of records that changed, as they were printed and as they are."""
    before = _by_site(pair.was.stops)
    for key, now in _by_site(pair.now.stops).items():
        was = before.get(key)
        if was is None or was.record == now.record:
            continue
        told = [] if was.told is None else list(_told(was, now))
        if was.told is not None:
            told += [
                Notice(f"trip-now-{what}")
                for what in ("place", "words")
                if getattr(was, what) != getattr(now, what)
            ]
        for notice in told or [Notice("trip-now-record")]:
            yield Check(notice, pair.sites.get(key))


def _told(was: Seen, now: Seen) -> Iterator[Notice]:
    for name, old, new in zip(TOLD, was.told or (), now.told or (), strict=False):
        if old != new:
            label, keys = _TOLD[name]
            yield _changed("fact", label, _value(old, keys), _value(new, keys))


def _times(pair: _Pair) -> Iterator[Check]:
    """Yield what is at another time: the date, leaving, visits, lunch, coming back."""
    was, now = pair.was, pair.now
    if not was.old:
        yield from _moved("date", was.date, now.date)
        yield from _moved("start", clock(was.start), clock(now.start))
    before = _by_site(was.stops)
    for key, seen in _by_site(now.stops).items():
        if key not in before:
            continue
        old, site = before[key], pair.sites.get(key)
        if not was.old:
            yield from _moved("day", old.day + 1, seen.day + 1, site)
        yield from _moved("time", clock(old.minute), clock(seen.minute), site)
        if old.leave is not None:
            yield from _moved("leave", clock(old.leave), clock(seen.leave), site)
    if not was.old:
        yield from _lunches(was, now)
    yield from _moved("back", clock(was.back), clock(now.back))


def _lunches(was: Snapshot, now: Snapshot) -> Iterator[Check]:
    before, after = ({day: times for day, *times in one.lunch} for one in (was, now))
    for day in sorted({*before, *after}):
        said = [_span(one.get(day)) for one in (before, after)]
        if said[0] != said[1]:
            yield Check(_changed("fact", "trip.now.lunch", *said))


def _span(times: Sequence[int] | None) -> tuple[str, str]:
    if times is None:
        return "_key", "trip.now.none"
    return "", "–".join(clock(minute) for minute in times)


def _wish(pair: _Pair) -> Iterator[Check]:
    """Yield what the teacher said otherwise."""
    was, now = pair.was, pair.now
    for name, (label, group) in FACTS.items():
        # What a print does not tell stands in its link, and cannot be another there.
        old, new = was.facts.get(name), now.facts.get(name, "")
        if old is not None and old != new:
            keys = {one: f"{group}.{one}" for one in (old, new) if group and one}
            blank = {"": "trip.now.none"}
            said = (_value(one, {**blank, **keys}) for one in (old, new))
            yield Check(_changed("wish", label, *said))
    if was.turns != now.turns:
        yield Check(Notice("trip-now-turns"))
    if was.ends != now.ends:
        yield Check(Notice("trip-now-ends"))
    yield from _prompts(pair)


def _prompts(pair: _Pair) -> Iterator[Check]:
    if pair.was.prompts is None:
        yield Check(Notice("trip-now-prompts-unknown", "info"))
        return
    both = (pair.was.prompts, pair.now.prompts or ())
    asked = [{site: (digest, n) for site, digest, n in one} for one in both]
    for key in dict.fromkeys((*asked[0], *asked[1])):
        old_one, new_one = (one.get(key, ("", 0)) for one in asked)
        if old_one != new_one:
            values = {"was": old_one[1], "now": new_one[1]}
            yield Check(Notice("trip-now-prompts", values=values), pair.sites.get(key))


def _rain(pair: _Pair) -> Iterator[Check]:
    """Yield what is different in plan B."""
    before, after = dict(pair.was.rain), dict(pair.now.rain)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            values = {
                **_instead("was", before.get(key), pair),
                **_instead("now", after.get(key), pair),
            }
            yield Check(Notice("trip-now-rain", values=values), pair.sites.get(key))
    if pair.was.rain_times != pair.now.rain_times and before == after:
        yield Check(Notice("trip-now-rain-times"))


def _instead(name: str, put: str | None, pair: _Pair) -> dict[str, str]:
    """Return what is visited in bad weather, as values of a notice."""
    site = pair.sites.get(put or "")
    if site is not None:
        return {f"{name}_zh": site.name_zh, f"{name}_en": site.name_en}
    return {f"{name}_key": "trip.now.as-planned" if put is None else "trip.now.dropped"}


def _print(pair: _Pair) -> Iterator[Check]:
    """Yield what would be printed otherwise, where both know what is printed."""
    was, now = pair.was.printed, pair.now.printed
    if not was.parts or not now.parts:
        return
    for name in ("langs", "paper"):
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            said = (("_key", f"trip.{name}.{one}") for one in (old, new))
            yield Check(_changed("print", f"trip.{name}", *said, level="info"))
    for code, some, others in (
        ("trip-now-part-out", was.parts, now.parts),
        ("trip-now-part-in", now.parts, was.parts),
    ):
        keys = " ".join(f"pack.part.{part}" for part in some if part not in others)
        if keys:
            yield Check(Notice(code, "info", {"parts_key": keys}))


def _editions(pair: _Pair) -> Iterator[Check]:
    """Yield that the catalogue or the network is another one."""
    was, now = pair.was, pair.now
    if was.network != now.network:
        if was.old:
            yield Check(Notice("trip-now-network", "info"))
        else:
            values = {**_roads("was", was), **_roads("now", now)}
            yield Check(Notice("trip-now-roads", "info", values))
    if was.edition and now.edition and was.edition != now.edition:
        values = {"was": was.edition, "now": now.edition}
        yield Check(Notice("trip-now-catalogue", "info", values))


def _roads(name: str, one: Snapshot) -> dict[str, str]:
    fidelity, made = one.roads
    return {f"{name}_key": f"trip.now.roads-{fidelity}", f"{name}_date": made}


def _value(text: str, keys: Mapping[str, str]) -> tuple[str, str]:
    """Return a value of a notice: the ending of its name, and a key or the words themselves."""
    return ("_key", keys[text]) if text in keys else ("", text)


def _changed(
    kind: str,
    label: str,
    was: tuple[str, str],
    now: tuple[str, str],
    *,
    level: Literal["info", "warning"] = "warning",
) -> Notice:
    values = {"what_key": label, f"was{was[0]}": was[1], f"now{now[0]}": now[1]}
    return Notice(f"trip-now-{kind}", level, values)


def _moved(what: str, was: object, now: object, site: Site | None = None) -> Iterator[Check]:
    if was != now:
        values = {"was": str(was), "now": str(now)}
        yield Check(Notice(f"trip-now-{what}", values=values), site)


def clock(minute: int | None) -> str:
    """Return minutes after midnight as HH:MM."""
    return str(timedelta(minutes=(minute or 0) % 1440))[:-3].zfill(5)


def _by_site(stops: Sequence[Seen]) -> dict[str, Seen]:
    return {stop.site: stop for stop in stops}
