"""Plan B for bad weather: what takes the place of what, its day with every leg, map and way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from geo.models import Stop
from geo.trip import Pause, RainPlan, rests_from, visit_begins
from geo.trip.exports import end_key
from maps.pack.blocks import Block, Cell, bullets, heading, paragraph, table
from maps.pack.chart import overviews
from maps.pack.context import Context
from maps.pack.model import Halt, Ride, halts, rides
from maps.pack.speech import NONE, Text, words

from .charts import A4_MM, A5_MM, chart
from .front import fidelity, leg_block

_TALL = 0.62
"""Height of its map to the width."""


def rain(ctx: Context) -> list[Block]:
    """Return the day with outdoor sites replaced; the timetable says it where there is none."""
    plan, say = ctx.pack.plan.rain, ctx.say
    if plan is None:
        return []
    return [
        paragraph(say("pack.rain.lead")),
        bullets([_swap(ctx, plan, index) for index in range(len(plan.swaps))]),
        *_days(ctx, plan),
        paragraph(fidelity(ctx), style="small"),
        *_ways(ctx, plan),
    ]


def _swap(ctx: Context, plan: RainPlan, index: int) -> Text:
    out, put = plan.swaps[index]
    if put is None:
        return ctx.say("pack.rain.dropped", out=ctx.say.name(out))
    return ctx.say("pack.rain.swap", out=ctx.say.name(out), put=ctx.say.name(put))


def _days(ctx: Context, plan: RainPlan) -> list[Block]:
    say = ctx.say
    head = [
        say("pack.head.time"),
        say("pack.head.number"),
        say("pack.head.what"),
        say("pack.head.length"),
        say("pack.rain.ask"),
    ]
    by_origin = {(ride.origin.day, ride.origin.index): ride for ride in rides(plan)}
    blocks: list[Block] = []
    for day, members in groupby(halts(plan), key=lambda halt: halt.day):
        rows: list[list[Cell]] = []
        for halt in members:
            rows += _halt_rows(ctx, plan, halt)
            ride = by_origin.get((halt.day, halt.index))
            rows += _ride_rows(ctx, plan, ride) if ride is not None else []
        blocks.append(heading(say.date(plan.itinerary.days[day].date)))
        blocks.append(table(head, rows, [0, 0, 6, 0, 3]))
    return blocks


def _halt_rows(ctx: Context, plan: RainPlan, halt: Halt) -> list[list[Cell]]:
    stop = halt.stop
    if stop.kind != "site":
        what = ctx.say(end_key(stop, last=halt.mark == "E"), place=_name(ctx, stop))
        moment = stop.departure or stop.arrival
        return [[_clock(ctx, moment), ctx.sign(halt), what, NONE, NONE]]
    begins = visit_begins(stop)
    site = next(site for site in plan.sites if site.id == stop.site_id)
    phone = words(site.phone, "") or ctx.say("pack.calls.no-phone")
    visit = ctx.say("pack.row.visit", place=ctx.name(halt), stay=ctx.say.duration(stop.stay_s))
    key = f"pack.row.lunch.{ctx.pack.plan.facts.lunch}"
    here = [p for p in plan.pauses if (p.day, p.stop, p.kind) == (halt.day, halt.index, "lunch")]
    early = [_timed(ctx, p, key) for p in here if begins and p.begin < begins]
    late = [_timed(ctx, p, key) for p in here if not begins or p.begin >= begins]
    return [*early, [_clock(ctx, begins), ctx.sign(halt), visit, NONE, phone], *late]


def _name(ctx: Context, stop: Stop) -> Text:
    school = words(ctx.pack.plan.facts.school, "")
    return ctx.say.name(stop) or school or ctx.say(f"pack.{stop.kind}")


def _ride_rows(ctx: Context, plan: RainPlan, ride: Ride) -> list[list[Cell]]:
    """Return the row of a way and one for each break on it."""
    mode = "walk" if ride.leg.mode == "walk" else "ride"
    what = ctx.say(f"pack.row.{mode}", length=ctx.say.leg_time(ride.leg, ctx.fidelity))
    length = ctx.say.leg_length(ride.leg, ctx.fidelity)
    leaves = _clock(ctx, ride.origin.stop.departure)
    rests = rests_from(plan.pauses, ride.origin.day, ride.origin.index)
    return [
        [leaves, NONE, what, length, NONE],
        *(_timed(ctx, rest, "pack.row.rest") for rest in rests),
    ]


def _timed(ctx: Context, pause: Pause, key: str) -> list[Cell]:
    length = ctx.say.duration((pause.end - pause.begin).total_seconds())
    return [_clock(ctx, pause.begin), NONE, ctx.say(key, length=length), NONE, NONE]


def _clock(ctx: Context, moment: datetime | None) -> Text:
    return ctx.say.clock(moment) if moment else NONE


def _ways(ctx: Context, plan: RainPlan) -> list[Block]:
    """Return a map of each day that has new ways, and their directions; the others are known."""
    wide = A5_MM if ctx.narrow else A4_MM
    known = {_ends(ride) for ride in ctx.rides}
    new = [ride for ride in rides(plan) if _ends(ride) not in known]
    changed = {ride.origin.day for ride in new}
    views = [view for view in overviews(rides(plan)) if view.day in changed]
    return [
        *(chart(ctx, view, wide, wide * _TALL) for view in views),
        *_directions(ctx, new),
    ]


def _directions(ctx: Context, new: Sequence[Ride]) -> list[Block]:
    if not new:
        return []
    lead = paragraph(ctx.say("pack.rain.ways"), style="small")
    return [lead, *(leg_block(ctx, ride) for ride in new)]


def _ends(ride: Ride) -> tuple[object, ...]:
    """Return what tells a way from others: where it leads from and to, and how."""
    origin, target = ride.origin.stop, ride.target.stop
    return (origin.lon, origin.lat, target.lon, target.lat, ride.leg.mode)
