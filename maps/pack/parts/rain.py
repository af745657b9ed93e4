"""Plan B for bad weather: what takes the place of what, its day with every leg, map and way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from geo.trip import Pause, RainPlan, pauses_at, rests_from, visit_begins
from geo.trip.exports import end_key
from maps.pack.blocks import Block, Cell, bullets, heading, paragraph, table
from maps.pack.chart import overviews
from maps.pack.context import Context
from maps.pack.model import Halt, Ride, halts, rides
from maps.pack.speech import NONE, Text, words

from .charts import chart, width_mm
from .front import fidelity, leg_block, ride_row

_TALL = 0.62
"""Height of its map to the width."""


def rain(ctx: Context) -> list[Block]:
    """Return the day with outdoor sites replaced; the timetable says it where there is none."""
    plan, say = ctx.pack.plan.rain, ctx.say
    if plan is None:
        return []
    ways = rides(plan)
    return [
        paragraph(say("pack.rain.lead")),
        bullets([_swap(ctx, plan, index) for index in range(len(plan.swaps))]),
        *_days(ctx, plan, ways),
        paragraph(fidelity(ctx), style="small"),
        *_new_ways(ctx, ways),
    ]


def _swap(ctx: Context, plan: RainPlan, index: int) -> Text:
    out, put = plan.swaps[index]
    if put is None:
        return ctx.say("pack.rain.dropped", out=ctx.say.name(out))
    return ctx.say("pack.rain.swap", out=ctx.say.name(out), put=ctx.say.name(put))


def _days(ctx: Context, plan: RainPlan, ways: Sequence[Ride]) -> list[Block]:
    say = ctx.say
    head = [
        say("pack.head.time"),
        say("pack.head.number"),
        say("pack.head.what"),
        say("pack.head.length"),
        say("pack.rain.ask"),
    ]
    by_origin = {(ride.origin.day, ride.origin.index): ride for ride in ways}
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
    say, stop = ctx.say, halt.stop
    if stop.kind != "site":
        what = say(end_key(stop, last=halt.mark == "E"), place=ctx.name(halt))
        return [[say.clock(stop.departure or stop.arrival), ctx.sign(halt), what, NONE, NONE]]
    begins = visit_begins(stop)
    site = next(site for site in plan.sites if site.id == stop.site_id)
    phone = words(site.phone, "") or say("pack.calls.no-phone")
    visit = say("pack.row.visit", place=ctx.name(halt), stay=say.duration(stop.stay_s))
    lunches = [pause for pause in plan.pauses if pause.kind == "lunch"]
    early, late = pauses_at(lunches, halt.day, halt.index, begins)
    key = f"pack.row.lunch.{ctx.pack.plan.facts.lunch}"
    return [
        *(_timed(ctx, pause, key) for pause in early),
        [say.clock(begins), ctx.sign(halt), visit, NONE, phone],
        *(_timed(ctx, pause, key) for pause in late),
    ]


def _ride_rows(ctx: Context, plan: RainPlan, ride: Ride) -> list[list[Cell]]:
    """Return the row of a way and one for each break on it."""
    rests = rests_from(plan.pauses, ride.origin.day, ride.origin.index)
    return [ride_row(ctx, ride), *(_timed(ctx, rest, "pack.row.rest") for rest in rests)]


def _timed(ctx: Context, pause: Pause, key: str) -> list[Cell]:
    length = ctx.say.duration((pause.end - pause.begin).total_seconds())
    return [ctx.say.clock(pause.begin), NONE, ctx.say(key, length=length), NONE, NONE]


def _new_ways(ctx: Context, ways: Sequence[Ride]) -> list[Block]:
    """Return a map of each day that has new ways, and their directions; the others are known."""
    known = {_ends(ride) for ride in ctx.rides}
    new = [ride for ride in ways if _ends(ride) not in known]
    changed = {ride.origin.day for ride in new}
    views = [view for view in overviews(ways) if view.day in changed]
    return [
        *(chart(ctx, view, width_mm(ctx) * _TALL) for view in views),
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
