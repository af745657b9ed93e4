"""Forms to fill by hand: roll, duty roster, emergency card, parents' notice, kit list."""

from __future__ import annotations

from maps.pack.blocks import (
    Block,
    Cell,
    bullets,
    facts,
    group,
    heading,
    note,
    page_break,
    paragraph,
    sheet,
    table,
    writing,
)
from maps.pack.context import Context
from maps.pack.speech import Text, figure, joined, words

_BLANK = figure("　")
_ROWS_A4, _ROWS_A5 = 33, 21
_ROW_MM, _ROW_MOST_MM = 6.4, 9.0
"""Lines of the roll: as many of the lower height as a page holds under its heading, no line
higher than a name needs."""
_DUTIES = ("lead", "deputy", "first-aid", "front", "rear", "coach")
NUMBERS = (("police", "110"), ("ambulance", "120"), ("fire", "119"), ("traffic", "122"))
"""Emergency numbers, the same in all of China."""


def roll(ctx: Context) -> list[Block]:
    """Return the headcount sheet and a blank roll: names are written by hand, never sent to us."""
    say, facts_ = ctx.say, ctx.pack.plan.facts
    by_place = {(halt.day, halt.index): halt for halt in ctx.halts}
    boardings = ctx.pack.plan.boardings
    head = [
        say("pack.roll.number"),
        say("pack.roll.when"),
        say("pack.roll.where"),
        say("pack.roll.expected"),
        say("pack.roll.counted"),
        say("pack.roll.signed"),
    ]
    rows: list[list[Cell]] = [
        [
            figure(n),
            ctx.when(b.day, say.clock(b.at)),
            ctx.name(by_place[b.day, b.stop]),
            figure(facts_.people),
            _BLANK,
            _BLANK,
        ]
        for n, b in enumerate(boardings, start=1)
    ]
    return [
        note(say("pack.roll.privacy")),
        table(head, rows, [0, 0, 5, 0, 2, 3], row_mm=9),
        page_break(),
        heading(say("pack.roll.names")),
        paragraph(say("pack.roll.columns"), style="small"),
        *_names(ctx, len(boardings)),
    ]


def _names(ctx: Context, counts: int) -> list[Block]:
    """Return the blank lines, spread evenly over as few pages as hold them."""
    say, pupils = ctx.say, ctx.pack.plan.facts.pupils
    most = _ROWS_A5 if ctx.narrow else _ROWS_A4
    pages = max(1, -(-pupils // most))
    share = max(1, -(-pupils // pages))
    columns = [figure(n) for n in range(1, counts + 1)]
    head = [say("pack.roll.number"), say("pack.roll.name"), *columns, say("pack.roll.remark")]
    widths = [0, 4, *(0 for _ in columns), 2]
    blocks: list[Block] = []
    for first in range(1, pupils + 1, share):
        rows: list[list[Cell]] = [
            [figure(n), _BLANK, *({"kind": "box", "count": 1} for _ in columns), _BLANK]
            for n in range(first, min(first + share, pupils + 1))
        ]
        row_mm = min(_ROW_MOST_MM, _ROW_MM * most / share)
        blocks += [table(head, rows, widths, row_mm=row_mm), page_break()]
    return blocks[:-1]


def duty(ctx: Context) -> list[Block]:
    """Return the duty roster: a line for each duty, then one for each group of pupils."""
    say, given = ctx.say, ctx.pack.plan.facts
    duties = [say(f"pack.duty.{d}") for d in _DUTIES if d != "coach" or given.transport == "coach"]
    if given.wheelchair:
        duties.append(say("pack.duty.wheelchair"))
    groups = max(1, given.adults)
    size = given.group_size
    duties += [say("pack.duty.group", number=n, size=size) for n in range(1, groups + 1)]
    head = [say("pack.duty.what"), say("pack.duty.who"), say("pack.duty.phone")]
    rows: list[list[Cell]] = [[what, _BLANK, _BLANK] for what in duties]
    return [
        paragraph(say("pack.duty.lead-in", pupils=given.pupils, adults=given.adults, size=size)),
        table(head, rows, [4, 4, 3], row_mm=9),
    ]


def emergency(ctx: Context) -> list[Block]:
    """Return the emergency card: numbers, contacts to fill in, a meeting point at each site."""
    say = ctx.say
    numbers: list[tuple[Text, Cell]] = [
        (say(f"pack.emergency.{name}"), figure(number)) for name, number in NUMBERS
    ]
    contacts = [
        "lead",
        "deputy",
        "school",
        *(["driver"] if ctx.pack.plan.facts.transport == "coach" else []),
        "hospital",
    ]
    to_fill: list[list[Cell]] = [[say(f"pack.emergency.{who}"), _BLANK] for who in contacts]
    head = [
        say("pack.head.number"),
        say("pack.emergency.place"),
        say("pack.emergency.address"),
        say("pack.emergency.meet"),
    ]
    rows: list[list[Cell]] = [
        [
            ctx.sign(halt),
            say.name(site),
            joined(words(site.address), _position(ctx, site.is_area, site.lon, site.lat)),
            _BLANK,
        ]
        for halt, site in ctx.visits
    ]
    lost = [say(f"pack.emergency.lost.{n}") for n in range(1, 5)]
    who = [say("pack.emergency.who"), say("pack.emergency.number")]
    # Eight sites in two languages are one card on small paper too, if the lines are no higher.
    row_mm, widths = (4, [0, 4, 4, 2]) if ctx.narrow else (7, [0, 3, 4, 3])
    card: list[Block] = [
        {"kind": "numbers", "rows": [list(row) for row in numbers]},
        heading(say("pack.emergency.contacts")),
        table(who, to_fill, [3, 5], row_mm=row_mm),
        paragraph(say("pack.emergency.no-hospital"), style="small"),
        heading(say("pack.emergency.points")),
        table(head, rows, widths, row_mm=row_mm),
        heading(say("pack.emergency.lost")),
        bullets(lost),
    ]
    return [sheet(card)]


def _position(ctx: Context, uncertain: bool, lon: float, lat: float) -> Text:  # noqa: FBT001
    spot = f"{lat:.4f}° N, {lon:.4f}° E"
    return ctx.say("pack.emergency.about", spot=spot) if uncertain else figure(spot)


def notice(ctx: Context) -> list[Block]:
    """Return the letter to parents with a slip to sign."""
    say, plan = ctx.say, ctx.pack.plan
    given = plan.facts
    first, last = ctx.halts[0].stop, ctx.halts[-1].stop
    begin, end = first.departure or first.arrival, last.arrival or last.departure
    rows: list[tuple[Text, Cell]] = [
        (say("pack.notice.when"), joined(*(say.date(day.date) for day in plan.itinerary.days))),
        (say("pack.notice.leave"), say.clock(begin)),
        (say("pack.notice.back"), say.clock(end)),
        (say("pack.notice.how"), say(f"pack.transport.{given.transport}")),
        (
            say("pack.notice.walk"),
            say.length(
                max(plan.walked_m(d) for d in range(len(plan.itinerary.days))), "walk", ctx.fidelity
            ),
        ),
        (say("pack.notice.lunch"), say(f"pack.lunch.{given.lunch if plan.eats_out else 'none'}")),
        (
            say("pack.notice.adults"),
            say("pack.cover.people.value", pupils=given.pupils, adults=given.adults),
        ),
    ]
    slip: list[Block] = [
        heading(say("pack.notice.slip")),
        paragraph(say("pack.notice.consent")),
        bullets([say("pack.notice.agree"), say("pack.notice.disagree")], boxes=True),
        writing(1, label=say("pack.notice.pupil")),
        writing(1, label=say("pack.notice.health")),
        writing(1, label=say("pack.notice.reach")),
        writing(1, label=say("pack.notice.signed")),
    ]
    return [
        paragraph(say("pack.notice.dear")),
        paragraph(say("pack.notice.text")),
        facts([row for row in rows if row[1]]),
        heading(say("pack.notice.sites")),
        bullets([joined(say.name(site)) for _, site in ctx.visits]),
        heading(say("pack.notice.bring")),
        bullets(_pupil_kit(ctx)),
        group([{"kind": "cut"}, *slip]),
    ]


def _pupil_kit(ctx: Context) -> list[Text]:
    given = ctx.pack.plan.facts
    outdoors = any(site.indoor != "yes" for site in ctx.pack.plan.sites)
    lines = [
        "water",
        "shoes",
        "pen",
        *(["lunch"] if given.lunch == "packed" and ctx.pack.plan.eats_out else []),
        *(["weather"] if outdoors else []),
        "medicine",
    ]
    return [ctx.say(f"pack.kit.{line}") for line in lines]


def kit(ctx: Context) -> list[Block]:
    """Return what to take: the adults' list and the pupils'."""
    say, plan = ctx.say, ctx.pack.plan
    booked = any(site.booking == "required" for site in plan.sites)
    adults = [
        "roll",
        "first-aid",
        "charged",
        "vests",
        "contacts",
        "bags",
        *(["letter"] if booked else []),
        *(["ramp"] if plan.facts.wheelchair else []),
    ]
    return [
        heading(say("pack.kit.adults")),
        bullets([say(f"pack.kit.{line}") for line in adults], boxes=True),
        heading(say("pack.kit.pupils")),
        bullets(_pupil_kit(ctx), boxes=True),
        heading(say("pack.kit.own")),
        writing(5),
    ]
