"""Cover, timetable and leg directions."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

from geo.trip import Pause, on_foot_m, pauses_at, rests_from
from geo.trip.exports import end_key
from maps.pack.blocks import (
    Block,
    Cell,
    bullets,
    contents,
    facts,
    group,
    heading,
    note,
    paragraph,
    steps,
    table,
)
from maps.pack.context import Context
from maps.pack.model import Halt, Ride
from maps.pack.speech import NONE, Text, figure, joined, words

_LEAST_WALK_M = 30.0


def cover(ctx: Context) -> list[Block]:
    """Who goes where, when, with what limits, and how far the figures can be trusted."""
    plan, say = ctx.pack.plan, ctx.say
    given = plan.facts
    rows: list[tuple[Text, Cell]] = [
        (say("pack.cover.date"), joined(*(say.date(day.date) for day in plan.itinerary.days))),
        (say("pack.cover.school"), words(given.school, "") or figure("　")),
        (say("pack.cover.group"), _group(ctx)),
        (
            say("pack.cover.people"),
            say("pack.cover.people.value", pupils=given.pupils, adults=given.adults),
        ),
        (say("pack.cover.transport"), say(f"pack.transport.{given.transport}")),
        (say("pack.cover.times"), _times(ctx)),
        (say("pack.cover.sum"), _sums(ctx)),
    ]
    if ctx.pack.typed_link:
        rows.append((say("pack.cover.link"), figure(ctx.pack.typed_link)))
    blocks: list[Block] = [
        {
            "kind": "title",
            "title": words(given.title, "") or say("pack.title"),
            "over": say("pack.over"),
        },
        {"kind": "beside", "left": [facts(rows)], "right": _link(ctx)},
        heading(say("pack.cover.stops")),
        _stops(ctx),
    ]
    if plan.checks:
        blocks.append(heading(say("pack.cover.checks")))
        blocks.append(bullets([say.notice(check) for check in plan.checks]))
    level: Literal["info", "warning"] = "warning" if ctx.fidelity == "schematic" else "info"
    blocks.append(note(fidelity(ctx), level=level))
    blocks.append(_stamp(ctx))
    if len(ctx.options.parts) > 1:
        blocks += _contents(ctx)
    return blocks


def _contents(ctx: Context) -> list[Block]:
    """Return the list of parts: on the cover, or on a page of its own where the cover is full."""
    title = heading(ctx.say("pack.cover.contents"))
    return [group([title, contents(columns=1 if ctx.narrow else 1 + len(ctx.say.langs))])]


def _group(ctx: Context) -> Text:
    """Return the class: as said, which of several, else the stage."""
    given, say = ctx.pack.plan.facts, ctx.say
    if given.number:
        return say("trip.class-name", group=given.group, number=given.number)
    return words(given.group, "") or say(f"pack.stage.{given.stage}")


def fidelity(ctx: Context) -> Text:
    """Return what the lengths and times rest on, with the measured accuracy of each mode."""
    network = ctx.pack.plan.itinerary.network
    modes = {leg.mode for leg in ctx.pack.plan.itinerary.legs}
    measured = [
        ctx.say(f"pack.accuracy.{mode}", percent=f"{error * 100:.0f}")
        for mode, error in network.accuracy
        if mode in modes
    ]
    return _run(ctx, [ctx.say(f"pack.fidelity.{network.fidelity}", date=network.date), *measured])


def _run(ctx: Context, texts: list[Text]) -> Text:
    """Return sentences of one language after the other, language by language."""
    run: list[tuple[str, str]] = []
    for lang in ctx.say.langs:
        said = [words for text in texts for own, words in text if own in {lang, ""}]
        run.append((lang, ("" if lang == "zh" else " ").join(said)))
    return tuple(run)


def _link(ctx: Context) -> list[Block]:
    return [
        {"kind": "qr", "link": ctx.pack.link},
        paragraph(ctx.say("pack.cover.live"), style="small"),
    ]


def _stamp(ctx: Context) -> Block:
    text = ctx.say(
        "pack.stamp",
        stamp=ctx.stamp,
        edition=ctx.pack.edition[:16],
        network=ctx.pack.plan.itinerary.network.date,
    )
    return paragraph(text, style="small")


def _times(ctx: Context) -> Text:
    first, last = ctx.halts[0].stop, ctx.halts[-1].stop
    begin, end = first.departure or first.arrival, last.arrival or last.departure
    if begin is None or end is None:
        return figure("—")
    back_by = ctx.pack.plan.facts.back_by
    if back_by is None:
        return ctx.say("pack.cover.times.open", begin=ctx.say.clock(begin), end=ctx.say.clock(end))
    return ctx.say(
        "pack.cover.times.value",
        begin=ctx.say.clock(begin),
        end=ctx.say.clock(end),
        by=ctx.say.clock(back_by),
    )


def _sums(ctx: Context) -> Text:
    plan = ctx.pack.plan
    walked = max(plan.walked_m(day) for day in range(len(plan.itinerary.days)))
    return ctx.say(
        "pack.cover.sum.value",
        length=ctx.say.length(plan.itinerary.length_m, plan.itinerary.mode, ctx.fidelity),
        walked=ctx.say.length(walked, "walk", ctx.fidelity),
        limit=ctx.say.length(plan.facts.walk_limit_m),
    )


def _stops(ctx: Context) -> Block:
    head = [
        ctx.say("pack.head.number"),
        ctx.say("pack.head.site"),
        ctx.say("pack.head.district"),
        ctx.say("pack.head.arrival"),
    ]
    rows = [
        [
            ctx.sign(halt),
            ctx.name(halt),
            ctx.say.word("district", site.district),
            ctx.when(halt.day, ctx.say.clock(halt.stop.arrival)) or figure("—"),
        ]
        for halt, site in ctx.visits
    ]
    return table(head, rows, [0, 5, 2, 0])


def timetable(ctx: Context) -> list[Block]:
    """Every arrival, visit, pause and departure of each day, with the way between."""
    margin = f"pack.timetable.margin-{ctx.pack.plan.facts.transport}"
    blocks: list[Block] = [
        paragraph(fidelity(ctx), style="small"),
        paragraph(ctx.say(margin), style="small"),
    ]
    for day, members in groupby(ctx.halts, key=lambda halt: halt.day):
        blocks.append(heading(ctx.say.date(ctx.pack.plan.itinerary.days[day].date)))
        blocks.append(_day_table(ctx, list(members)))
    if ctx.pack.plan.rain is None:
        outdoors = any(site.indoor not in {"yes", "both"} for site in ctx.pack.plan.sites)
        blocks.append(paragraph(ctx.say("pack.rain.none" if outdoors else "pack.rain.indoors")))
    return blocks


def _day_table(ctx: Context, halts: list[Halt]) -> Block:
    say = ctx.say
    head = [
        say("pack.head.time"),
        say("pack.head.number"),
        say("pack.head.what"),
        say("pack.head.length"),
        say("pack.head.ticked"),
    ]
    rows: list[list[Cell]] = []
    by_origin = {(r.origin.day, r.origin.index): r for r in ctx.rides}
    for halt in halts:
        rows += _halt_rows(ctx, halt)
        ride = by_origin.get((halt.day, halt.index))
        if ride is not None:
            rows += _ride_rows(ctx, ride)
    return table(head, rows, [0, 0, 6, 0, 0])


def _halt_rows(ctx: Context, halt: Halt) -> list[list[Cell]]:
    say, stop = ctx.say, halt.stop
    if stop.kind != "site":
        moment = stop.departure if stop.kind == "start" else stop.arrival
        what = say(end_key(stop, last=halt.mark == "E"), place=ctx.name(halt))
        return [[say.clock(moment), ctx.sign(halt), what, NONE, _tick()]]
    begins = ctx.pack.plan.visit_begins(halt.day, halt.index)
    before, after = pauses_at(ctx.pack.plan.pauses, halt.day, halt.index, begins)
    rows: list[list[Cell]] = []
    if begins is not None:
        visit = say("pack.row.visit", place=ctx.name(halt), stay=say.duration(stop.stay_s))
        rows = [[say.clock(begins), ctx.sign(halt), visit, NONE, _tick()]]
    return [*(_pause_row(ctx, p) for p in before), *rows, *(_pause_row(ctx, p) for p in after)]


def _pause_row(ctx: Context, pause: Pause) -> list[Cell]:
    seconds = (pause.end - pause.begin).total_seconds()
    lunch = ctx.pack.plan.facts.lunch
    key = f"pack.row.lunch.{lunch}" if pause.kind == "lunch" else f"pack.row.{pause.kind}"
    said = ctx.say(key, length=ctx.say.duration(seconds))
    return [ctx.say.clock(pause.begin), NONE, said, NONE, _tick()]


def _ride_rows(ctx: Context, ride: Ride) -> list[list[Cell]]:
    """Return the row of a ride, and two for each break on it."""
    rows = [ride_row(ctx, ride)]
    for rest in rests_from(ctx.pack.plan.pauses, ride.origin.day, ride.origin.index):
        on: list[Cell] = [ctx.say.clock(rest.end), NONE, ctx.say("pack.row.ride-on"), NONE, NONE]
        rows += [_pause_row(ctx, rest), on]
    return rows


def ride_row(ctx: Context, ride: Ride) -> list[Cell]:
    """Return the row of a ride or walk: when, how long, how far."""
    say = ctx.say
    what = say(f"pack.row.{ride.by}", length=say.leg_time(ride.leg, ctx.fidelity))
    leaves = say.clock(ride.origin.stop.departure)
    return [leaves, NONE, what, say.leg_length(ride.leg, ctx.fidelity), NONE]


def _tick() -> Block:
    return {"kind": "box", "count": 1}


def directions(ctx: Context) -> list[Block]:
    """Each leg: from, to, its steps with their lengths, and what is not known."""
    return [
        paragraph(ctx.say("pack.directions.lead")),
        paragraph(fidelity(ctx), style="small"),
        *(leg_block(ctx, ride) for ride in ctx.rides),
    ]


def leg_block(ctx: Context, ride: Ride) -> Block:
    """Return the directions of one leg: from, to, when, and its steps."""
    say, leg = ctx.say, ride.leg
    title = say("pack.directions.title", origin=ctx.name(ride.origin), target=ctx.name(ride.target))
    aside = say(
        f"pack.directions.{ride.by}",
        length=say.leg_way(leg, ctx.fidelity),
        time=say.leg_time(leg, ctx.fidelity),
        clock=say.clock(ride.origin.stop.departure) or figure("—"),
    )
    mark = f"{ctx.letter(ride.origin)}→{ctx.letter(ride.target)}"
    # That one arrives goes without saying, but not where.
    told_steps = (step for step in leg.steps if step.kind != "arrive" or step.side)
    items = [say.step(step, leg.mode, ctx.fidelity) for step in told_steps]
    # What lies inside the circle of an uncertain site is doubt, not a walk of so many metres.
    leaving = on_foot_m(leg.approach_start_m, ride.origin.stop)
    reaching = on_foot_m(leg.approach_end_m, ride.target.stop)
    if leaving > _LEAST_WALK_M:
        items.insert(0, _approach(ctx, "leave", leaving))
    if reaching > _LEAST_WALK_M:
        items.append(_approach(ctx, "reach", reaching))
    told = [steps(items)] if items else []
    warned = [note(say.notice(n), level="warning") for n in leg.notices]
    return group([heading(title, mark=mark), paragraph(aside, style="small"), *told, *warned])


def _approach(ctx: Context, which: str, metres: float) -> Text:
    length = ctx.say.length(metres, "walk", ctx.fidelity)
    return ctx.say(f"pack.directions.{which}", length=length)
