"""The turns of several classes, and the driver's sheet."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from geo.trip import Turn
from maps.pack.blocks import Block, Cell, heading, note, page_break, paragraph, table
from maps.pack.context import Context
from maps.pack.model import Halt
from maps.pack.speech import NONE, Text, figure, joined

_TURNS_A_PAGE = 12


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
                say.clock(halt.stop.arrival),
                say.clock(halt.stop.departure),
                figure("　"),
            ]
            for halt in members
        ]
        blocks.append(heading(say.date(ctx.pack.plan.itinerary.days[day].date)))
        blocks.append(table(head, rows, [0, 5, 0, 0, 4], row_mm=9))
    blocks.append(note(say("pack.driver.unknown"), level="warning"))
    return blocks


def _where(ctx: Context, halt: Halt, *, on_foot: bool) -> Text:
    spot = figure(f"{halt.stop.lat:.5f},\u00a0{halt.stop.lon:.5f}")
    said = [ctx.name(halt), ctx.say("pack.driver.meet") if on_foot else NONE, spot]
    return joined(*said)
