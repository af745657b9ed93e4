"""The risk-assessment form, filled with what the data knows; the judgement stays the school's."""

from __future__ import annotations

from geo.trip import Risk, assess
from maps.pack.blocks import Block, Cell, note, paragraph, sheet, table
from maps.pack.context import Context
from maps.pack.speech import NONE, Text, figure, joined

from .front import fidelity


def risk(ctx: Context) -> list[Block]:
    """Return the form: where, what the data says, how sure it is; measures and names blank."""
    say = ctx.say
    head = [
        say("pack.risk.where"),
        say("pack.risk.what"),
        say("pack.risk.sure"),
        say("pack.risk.measure"),
        say("pack.risk.who"),
    ]
    rows: list[list[Cell]] = [
        [_where(ctx, line), _what(ctx, line), say(f"pack.risk.{line.knowledge}"), NONE, NONE]
        for line in assess(ctx.pack.plan)
    ]
    # Two languages or small paper mean more lines: lower rows keep the form and its signatures
    # on one page.
    single = len(say.langs) == 1 and not ctx.narrow
    blank: list[list[Cell]] = [[figure("　")] * 5 for _ in range(3 if single else 1)]
    form: list[Block] = [
        note(say("pack.risk.lead"), level="warning"),
        table(head, [*rows, *blank], [2.6, 8, 0, 4, 2], row_mm=8 if single else 6),
        paragraph(fidelity(ctx), style="small"),
        paragraph(say("pack.risk.signed")),
    ]
    # The signatures stand under what is signed.
    return [sheet(form)]


def _what(ctx: Context, line: Risk) -> Text:
    return ctx.say(f"risk.{line.code}", **dict(line.values))


def _where(ctx: Context, line: Risk) -> Text:
    if line.leg is not None:
        day, index = line.leg
        ends = [h for h in ctx.halts if h.day == day and h.index in {index, index + 1}]
        return joined(ctx.say("pack.risk.leg", a=ctx.sign(ends[0]), b=ctx.sign(ends[1])))
    if line.site_ids:
        marks = [halt.mark for halt, site in ctx.visits if site.id in line.site_ids]
        return ctx.say(f"pack.risk.{'stops' if marks[1:] else 'stop'}", marks=", ".join(marks))
    return ctx.say("pack.risk.trip")
