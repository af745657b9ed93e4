"""Plan B for bad weather, the turns of several classes, and the driver's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from geo.models import Stop
from geo.trip import Pause, RainPlan, Turn, rests_from, visit_begins
from geo.trip.exports import end_key
from maps.pack.blocks import Block, Cell, bullets, heading, note, page_break, paragraph, table
from maps.pack.context import Context
from maps.pack.model import Halt
from maps.pack.speech import NONE, Text, figure, joined, words

from .front import fidelity

_TURNS_A_PAGE = 12


def rain(ctx: Context) -> list[Block]:
    """Return the day with outdoor sites replaced; the timetable says it where there is none."""
    plan, say = ctx.pack.plan.rain, ctx.say
    if plan is None:
        return []
    blocks: list[Block] = [
        paragraph(say("pack.rain.lead")),
        bullets([_swap(ctx, plan, index) for index in range(len(plan.swaps))]),
    ]
    for number, day in enumerate(plan.itinerary.days):
        blocks.append(heading(say.date(day.date)))
        rows: list[list[Cell]] = []
        for index, stop in enumerate(day.stops):
            last = number == len(plan.itinerary.days) - 1
            if stop.kind != "site":
                rows.append(_end(ctx, stop, last=last))
                continue
            rows += _rows(ctx, stop, [p for p in plan.pauses if (p.day, p.stop) == (number, index)])
            rests = rests_from(plan.pauses, number, index)
            rows += [_timed(ctx, rest, "pack.row.rest") for rest in rests]
        head = [say("pack.head.time"), say("pack.head.what"), say("pack.rain.ask")]
        blocks.append(table(head, rows, [0, 6, 3]))
    return [*blocks, paragraph(fidelity(ctx), style="small")]


def _swap(ctx: Context, plan: RainPlan, index: int) -> Text:
    out, put = plan.swaps[index]
    if put is None:
        return ctx.say("pack.rain.dropped", out=ctx.say.name(out))
    return ctx.say("pack.rain.swap", out=ctx.say.name(out), put=ctx.say.name(put))


def _end(ctx: Context, stop: Stop, *, last: bool) -> list[Cell]:
    say = ctx.say
    name = say.name(stop) or words(ctx.pack.plan.facts.school, "") or say(f"pack.{stop.kind}")
    moment = stop.departure or stop.arrival
    return [_clock(ctx, moment), say(end_key(stop, last=last), place=name), NONE]


def _rows(ctx: Context, stop: Stop, pauses: Sequence[Pause]) -> list[list[Cell]]:
    say, name = ctx.say, ctx.say.name(stop)
    site = next(s for s in (ctx.pack.plan.rain or ctx.pack.plan).sites if s.id == stop.site_id)
    phone = words(site.phone, "") or say("pack.calls.no-phone")
    visit = say("pack.row.visit", place=name, stay=say.duration(stop.stay_s))
    begins = visit_begins(stop)
    key = f"pack.row.lunch.{ctx.pack.plan.facts.lunch}"
    lunch = [pause for pause in pauses if pause.kind == "lunch"]
    early = [_timed(ctx, p, key) for p in lunch if begins and p.begin < begins]
    late = [_timed(ctx, p, key) for p in lunch if not begins or p.begin >= begins]
    return [*early, [_clock(ctx, begins), visit, phone], *late]


def _timed(ctx: Context, pause: Pause, key: str) -> list[Cell]:
    length = ctx.say.duration((pause.end - pause.begin).total_seconds())
    return [_clock(ctx, pause.begin), ctx.say(key, length=length), NONE]


def _clock(ctx: Context, moment: datetime | None) -> Text:
    return ctx.say.clock(moment) if moment else NONE


def turns(ctx: Context) -> list[Block]:
    """Return who is where when: a row a class, for the year head and the sites."""
    say, all_turns = ctx.say, ctx.pack.plan.turns
    if not all_turns:
        return []
    blocks: list[Block] = [paragraph(say("pack.turns.lead"))]
    head = [say("pack.turns.class"), say("pack.head.time"), say("pack.head.site")]
    rows: list[list[Cell]] = [
        [figure(turn.number) if first else NONE, _span(ctx, turn), _site(ctx, turn)]
        for _, members in groupby(all_turns, key=lambda turn: turn.number)
        for first, turn in _marked(members)
    ]
    blocks += [heading(say("pack.turns.by-class")), table(head, rows, [0, 0, 6])]
    by_site = sorted(all_turns, key=lambda turn: (turn.site_id, turn.begin))
    head = [say("pack.head.site"), say("pack.head.time"), say("pack.turns.class")]
    rows = [
        [_site(ctx, turn) if first else NONE, _span(ctx, turn), figure(turn.number)]
        for _, members in groupby(by_site, key=lambda turn: turn.site_id)
        for first, turn in _marked(members)
    ]
    # Many turns get a page for the school and one for the sites, never a page and one line.
    apart = [page_break()] if len(all_turns) > _TURNS_A_PAGE else []
    return [*blocks, *apart, heading(say("pack.turns.by-site")), table(head, rows, [6, 0, 0])]


def _marked(members: Iterable[Turn]) -> list[tuple[bool, Turn]]:
    return [(index == 0, turn) for index, turn in enumerate(members)]


def _span(ctx: Context, turn: Turn) -> Text:
    return figure(f"{ctx.say.clock(turn.begin)[0][1]}–{ctx.say.clock(turn.end)[0][1]}")


def _site(ctx: Context, turn: Turn) -> Text:
    return ctx.say.name(ctx.records[turn.site_id])


def driver(ctx: Context) -> list[Block]:
    """Return where the coach sets down, waits and picks up; nothing for a class on foot."""
    say = ctx.say
    if ctx.pack.plan.facts.transport != "coach":
        return []
    head = [
        say("pack.head.number"),
        say("pack.driver.place"),
        say("pack.driver.down"),
        say("pack.driver.up"),
        say("pack.driver.stop"),
    ]
    blocks: list[Block] = [paragraph(say("pack.driver.lead"))]
    walked = {(r.target.day, r.target.index) for r in ctx.rides if r.leg.mode == "walk"}
    for day, members in groupby(ctx.halts, key=lambda halt: halt.day):
        rows: list[list[Cell]] = [
            [
                ctx.sign(halt),
                _where(ctx, halt, on_foot=(halt.day, halt.index) in walked),
                _clock(ctx, halt.stop.arrival),
                _clock(ctx, halt.stop.departure),
                figure("　"),
            ]
            for halt in members
        ]
        blocks.append(heading(say.date(ctx.pack.plan.itinerary.days[day].date)))
        blocks.append(table(head, rows, [0, 5, 0, 0, 4], row_mm=9))
    blocks.append(note(say("pack.driver.unknown"), level="warning"))
    return blocks


def _where(ctx: Context, halt: Halt, *, on_foot: bool) -> Text:
    spot = figure(f"{halt.stop.lat:.5f}, {halt.stop.lon:.5f}")
    said = [ctx.name(halt), ctx.say("pack.driver.meet") if on_foot else NONE, spot]
    return joined(*said)
