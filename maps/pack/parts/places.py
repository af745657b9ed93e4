"""A card for each site, and the list of what must be asked by telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from geo.errors import HeritageError
from geo.hours import site_windows
from geo.models import Site
from maps.pack.blocks import Block, Cell, bullets, facts, group, heading, note, paragraph, table
from maps.pack.context import Context
from maps.pack.model import Halt
from maps.pack.speech import NONE, Text, figure, joined, once, words

_TOPICS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "hours": re.compile(r"\d[:：]\d\d|闭馆|开放时间|延时|暂停开放|不闭园"),
        "phone": re.compile(r"\d{3,4}-\d{3}|电话|热线"),
        "ticket": re.compile(r"\d元|免费|免票|购票|票价|收费|门票"),
        "booking": re.compile("预约|散客|团队|团体|公众开放日"),
    }
)
"""What clauses of the notes speak of."""
_OPEN = "待核"
"""A clause that says no more than the card's own words: to be confirmed."""


def sites(ctx: Context) -> list[Block]:
    """Return a card for each site: only what the record says; what it does not say as unknown."""
    return [paragraph(ctx.say("pack.sites.lead")), *(_card(ctx, h, s) for h, s in ctx.visits)]


def _card(ctx: Context, halt: Halt, site: Site) -> Block:
    say = ctx.say
    inner: list[Block] = [heading(say.name(site), mark=halt.mark, aside=_when(ctx, halt))]
    summary = say.pair(site.summary_zh, site.summary_en)
    if summary:
        inner.append(paragraph(summary, style="lead"))
    inner.append(facts(_rows(ctx, halt, site)))
    if rest := _rest(site):
        text = once(say("pack.sites.notes", notes=words(rest)))
        inner.append(paragraph(text, style="small"))
    if site.is_area:
        text = say("pack.sites.area", distance=say.length(site.accuracy_m, "drive", "schematic"))
        inner.append(note(text, level="warning"))
    return group(inner, frame=True)


def _when(ctx: Context, halt: Halt) -> Text:
    stop = halt.stop
    if stop.arrival is None or stop.departure is None:
        return NONE
    span = f"{ctx.say.clock(stop.arrival)[0][1]}–{ctx.say.clock(stop.departure)[0][1]}"
    return ctx.when(halt.day, figure(span))


def _rows(ctx: Context, halt: Halt, site: Site) -> list[tuple[Text, Cell]]:
    say = ctx.say
    unknown = say("pack.unknown")
    rows: list[tuple[Text, Cell]] = [
        (
            say("pack.sites.kind"),
            say(
                "pack.sites.kind.value",
                kind=say.word("category", site.category),
                district=say.word("district", site.district),
            ),
        ),
        (say("pack.sites.address"), words(site.address) or unknown),
        (say("pack.sites.period"), ctx.period(site)),
        (say("pack.sites.honours"), words(site.honours.replace("|", "；"))),
        (say("pack.sites.hours"), _noted(ctx, site, "hours", hours_on(ctx, halt, site))),
        (say("pack.sites.phone"), _noted(ctx, site, "phone", words(site.phone, "") or unknown)),
        (say("pack.sites.ticket"), _noted(ctx, site, "ticket", _ticket(ctx, site))),
        (
            say("pack.sites.booking"),
            _noted(ctx, site, "booking", say(f"pack.booking.{site.booking}")),
        ),
        (say("pack.sites.inside"), say(f"pack.inside.{site.indoor}")),
        (say("pack.sites.toilets"), say(f"pack.yes-no.{site.toilets}")),
        (say("pack.sites.step-free"), say(f"pack.yes-no.{site.step_free}")),
    ]
    rows.append((say("pack.sites.sources"), words(_sources(site))))
    return [row for row in rows if row[1]]


def _noted(ctx: Context, site: Site, topic: str, known: Text) -> Text:
    """Return a fact; below it what the notes of the record say of it, which nobody confirmed."""
    said = noted(site, topic)
    return joined(known, once(ctx.say("pack.sites.noted", said=words(said)))) if said else known


def noted(site: Site, topic: str) -> str:
    """Return the clauses of the notes that speak of hours, a telephone, a ticket or booking."""
    found = [clause for clause in _clauses(site) if _TOPICS[topic].search(clause)]
    if topic == "phone" and site.phone and all(site.phone in clause for clause in found):
        return ""
    return "；".join(found)


def _clauses(site: Site) -> list[str]:
    return [clause.strip() for clause in re.split(r"[;；。]", site.notes_zh) if clause.strip()]


def _rest(site: Site) -> str:
    """Return the clauses of the notes that stand nowhere else on the card."""
    told = " ".join(noted(site, topic) for topic in _TOPICS)
    return "；".join(clause for clause in _clauses(site) if clause != _OPEN and clause not in told)


def _sources(site: Site) -> str:
    """Return where the record comes from, each with its date."""
    return "；".join(
        f"{one.publisher}（{one.date}）" if one.date else one.publisher for one in site.sources
    )


def hours_on(ctx: Context, halt: Halt, site: Site) -> Text:
    """Return the hours of a site on the day of the visit, or that they are unknown."""
    day = ctx.pack.plan.itinerary.days[halt.day].date
    try:
        windows = site_windows(site, day)
    except HeritageError:
        return words(site.opening_hours, "")
    if windows is None:
        return ctx.say("pack.hours.unknown")
    if not windows:
        return ctx.say("pack.hours.closed", basis=words(site.hours_basis))
    spans = ", ".join(f"{w.opens:%H:%M}–{w.closes:%H:%M}" for w in windows)
    return ctx.say("pack.hours.open", spans=spans, basis=words(site.hours_basis))


def _ticket(ctx: Context, site: Site) -> Text:
    if site.ticket in {"free", "unknown"}:
        return ctx.say(f"pack.ticket.{site.ticket}")
    return words(site.ticket, "")


def calls(ctx: Context) -> list[Block]:
    """Return what to ask each site before the trip: whatever the record leaves open."""
    say = ctx.say
    asked = [(halt, site, _open_points(ctx, halt, site)) for halt, site in ctx.visits]
    everywhere = [p for p in asked[0][2] if all(p in points for _, _, points in asked)]
    if len(asked) == 1:
        everywhere = []
    head = [
        say("pack.head.number"),
        say("pack.calls.site"),
        say("pack.calls.ask"),
        say("pack.calls.answer"),
    ]
    rows: list[list[Cell]] = [
        [
            figure(halt.mark),
            joined(say.name(site), words(site.phone, "") or say("pack.calls.no-phone")),
            bullets([p for p in points if p not in everywhere], boxes=True),
            NONE,
        ]
        for halt, site, points in asked
    ]
    blocks = [paragraph(say("pack.calls.lead"))]
    if everywhere:
        blocks += [heading(say("pack.calls.everywhere")), bullets(everywhere, boxes=True)]
    blocks += [heading(say("pack.calls.each")), table(head, rows, [0, 3, 4, 3], row_mm=15)]
    return [*blocks, *_trip_calls(ctx)]


def _trip_calls(ctx: Context) -> list[Block]:
    """Return what to ask of others than sites: the coach where there is one, lunch where eaten."""
    plan, say = ctx.pack.plan, ctx.say
    coach = [say("pack.calls.trip.coach")] if plan.facts.transport == "coach" else []
    if coach and plan.facts.wheelchair:
        coach.append(say("pack.calls.trip.lift"))
    lunch = [say("pack.calls.trip.lunch")] if plan.eats_out else []
    if not (coach or lunch):
        return []
    # The heading names no more than is asked below it.
    about = "" if coach and lunch else "-coach" if coach else "-lunch"
    title = heading(say(f"pack.calls.trip{about}"))
    return [group([title, bullets([*coach, *lunch], boxes=True)])]


def _open_points(ctx: Context, halt: Halt, site: Site) -> list[Text]:
    say = ctx.say
    people = ctx.pack.plan.facts.people
    points = [say("pack.ask.group", people=people)]
    if not site.opening_hours:
        points.append(
            say("pack.ask.hours", date=say.date(ctx.pack.plan.itinerary.days[halt.day].date))
        )
    if site.ticket == "unknown":
        points.append(say("pack.ask.ticket"))
    if site.booking in {"unknown", "groups", "required"}:
        points.append(say(f"pack.ask.booking-{site.booking}"))
    if site.toilets == "unknown":
        points.append(say("pack.ask.toilets"))
    if site.step_free == "unknown" and ctx.pack.plan.facts.wheelchair:
        points.append(say("pack.ask.step-free"))
    if site.is_area:
        points.append(say(f"pack.ask.entrance-{ctx.pack.plan.facts.transport}"))
    return points
