"""The maps: an overview of each day, then a large one for each cluster of stops or long leg."""

from __future__ import annotations

from maps.pack.blocks import Block, figure_of, heading, paragraph
from maps.pack.chart import Lettering, View, details, draw, overviews
from maps.pack.context import Context
from maps.pack.speech import Text, in_lang

from .front import fidelity

A4_MM = 174.0
A5_MM = 122.0


def maps(ctx: Context) -> list[Block]:
    """Return where the maps come from, then the maps, each with its words."""
    wide = width_mm(ctx)
    # The words of two languages above the first map take the place of some of it.
    much = (len(ctx.say.langs) > 1) + ctx.narrow
    tall = wide * (1.08, 0.9, 0.62)[much]
    network = ctx.pack.plan.itinerary.network
    credit = ctx.say(f"network.attribution.{network.fidelity}")
    source = ctx.say("pack.maps.source", attribution=credit, licence=network.licence)
    blocks: list[Block] = [
        paragraph(text, style="small")
        for text in (ctx.say("pack.maps.legend"), source, fidelity(ctx))
    ]
    whole = overviews(ctx.rides)
    for view in whole:
        blocks += [heading(_day_title(ctx, view)), chart(ctx, view, tall)]
    large = [view for view in details(ctx.rides) if view not in whole]
    if large:
        blocks.append(heading(ctx.say("pack.maps.details")))
        blocks += [chart(ctx, view, wide * 0.62) for view in large]
    return blocks


def width_mm(ctx: Context) -> float:
    """Return how wide a map is: as the text of the page."""
    return A5_MM if ctx.narrow else A4_MM


def _day_title(ctx: Context, view: View) -> Text:
    return ctx.say("pack.maps.day", date=ctx.say.date(ctx.pack.plan.itinerary.days[view.day].date))


def chart(ctx: Context, view: View, height_mm: float) -> Block:
    """Return one map with its words, as wide as the page."""
    svg = draw(view, ctx.ground, _lettering(ctx, view), width_mm=width_mm(ctx), height_mm=height_mm)
    names = [ctx.say("pack.maps.stop", mark=ctx.sign(h), name=ctx.name(h)) for h in view.halts]
    leading = ctx.say.langs[0]
    said = [in_lang(text, leading) for text in names]
    alt = ctx.say("pack.maps.alt", stops=("、" if leading == "zh" else ", ").join(said))
    return figure_of(svg, alt[0][1], _caption(ctx, view))


def _caption(ctx: Context, view: View) -> Text:
    """Return what a map shows: its stops with their marks, in order."""
    if view.around_m:
        halt = view.halts[0]
        return ctx.say("pack.maps.arrival", mark=ctx.sign(halt), name=ctx.name(halt))
    said: list[tuple[str, str]] = []
    for lang in ctx.say.langs:
        names = [ctx.say("pack.maps.stop", mark=ctx.sign(h), name=ctx.name(h)) for h in view.halts]
        said.append((lang, " → ".join(in_lang(name, lang) for name in names)))
    return tuple(said)


def _lettering(ctx: Context, view: View) -> Lettering:
    leading = ctx.say.spread(ctx.say.langs[0])
    districts = {name: leading.word("district", name)[0][1] for name, *_ in ctx.ground.places}
    return Lettering(
        names={
            h.mark: in_lang(ctx.name(h), ctx.say.langs[0])
            for h in view.halts
            if h.stop.kind == "site"
        },
        signs={mark: leading(f"pack.sign.{mark}")[0][1] for mark in ("S", "E", "N")},
        north=leading("pack.maps.north")[0][1],
        districts=districts,
        english=leading.langs[0] == "en",
    )
