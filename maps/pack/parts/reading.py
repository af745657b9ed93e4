"""The moving classroom (流动课堂): the sites' stories in driving order, to be read aloud."""

from __future__ import annotations

from geo.models import Site
from maps.pack.blocks import Block, group, heading, paragraph
from maps.pack.context import Context
from maps.pack.model import Ride
from maps.pack.speech import NONE, Text, once, sounded, words


def coach(ctx: Context) -> list[Block]:
    """Return, for each leg that leads to a site, the minutes there and the site's story."""
    lead = f"pack.coach.lead-{ctx.pack.plan.facts.transport}"
    blocks: list[Block] = [paragraph(ctx.say(lead))]
    started = {(ride.target.day, ride.target.index) for ride in ctx.rides}
    for halt, _ in ctx.visits:
        if (halt.day, halt.index) not in started:
            blocks.append(
                group([heading(ctx.name(halt), mark=halt.mark), *_story(ctx, halt.stop.site_id)])
            )
    days = ctx.pack.plan.itinerary.days
    for number, day in enumerate(days):
        if len(days) > 1:
            blocks.append(heading(ctx.say.date(day.date)))
        blocks += [
            _ride(ctx, ride)
            for ride in ctx.rides
            if ride.origin.day == number and ride.target.stop.site_id is not None
        ]
    return blocks


def _ride(ctx: Context, ride: Ride) -> Block:
    text = ctx.say(
        "pack.coach.between",
        origin=ctx.name(ride.origin),
        time=ctx.say.leg_time(ride.leg, ctx.fidelity),
    )
    return group(
        [
            paragraph(text, style="small"),
            heading(ctx.name(ride.target), mark=ride.target.mark),
            *_story(ctx, ride.target.stop.site_id),
        ]
    )


def _honours(ctx: Context, site: Site) -> Text:
    """Return the titles of a site; an English reader gets them below, with their sound."""
    if not site.honours:
        return NONE
    if ctx.say.langs == ("en",):
        return ctx.say("pack.coach.honours-below")
    return once(ctx.say("pack.coach.honours", honours=words(site.honours.replace("|", "；"))))


def _story(ctx: Context, site_id: str | None) -> list[Block]:
    """Return what is read aloud, then, small, the notes that are for the teacher only."""
    site = ctx.records[site_id or ""]
    period = ctx.period(site)
    texts: list[Text] = [
        ctx.say.pair(site.summary_zh, site.summary_en),
        ctx.say("pack.coach.period", period=period) if period else NONE,
        _honours(ctx, site),
    ]
    read = [paragraph(text, style="read") for text in texts if text]
    if site.honours and ctx.say.langs == ("en",):
        read.append(paragraph(sounded(site.honours.replace("|", "；")), style="small"))
    if not site.notes_zh:
        return read
    notes = once(ctx.say("pack.coach.notes", notes=words(site.notes_zh)))
    return [*read, paragraph(notes, style="small")]
