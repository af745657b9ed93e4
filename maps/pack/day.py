"""A planned tour as a PDF of its own: its map, its timetable, the directions of every leg."""

from __future__ import annotations

from functools import partial

from geo.exchange import say_leg, say_moment
from geo.exchange.naming import Visit, leg_name, stop_name, title, visits
from geo.messages import Messages
from geo.models import Itinerary

from .blocks import Block, Cell, bullets, figure_of, group, heading, note, paragraph, steps, table
from .document import Document, Part
from .speech import NONE, Speech, figure, in_lang
from .typeset import typeset


def tour_pdf(itinerary: Itinerary, drawing: str, messages: Messages) -> bytes:
    """Return an itinerary as PDF: A4, tagged, in one language.

    Parameters
    ----------
    itinerary
        What was planned.
    drawing
        Its map as SVG.
    messages
        The texts, of the reader's language.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    return typeset(tour_document(itinerary, drawing, messages))


def tour_document(itinerary: Itinerary, drawing: str, messages: Messages) -> Document:
    """Return an itinerary as a document; see `tour_pdf`."""
    say, found = Speech([messages]), list(visits(itinerary))
    name = say.each(partial(title, itinerary))
    parts = [Part("timetable", name, _timetable(itinerary, found, drawing, say))]
    if ways := [block for one in found for block in _way(one, itinerary, say)]:
        parts.append(Part("directions", say("pack.part.directions"), ways))
    return Document(
        langs=say.langs,
        paper="a4",
        title=in_lang(name, messages.lang),
        stamp="",
        link="",
        foot=say("page.brand"),
        parts=tuple(parts),
    )


def _timetable(itinerary: Itinerary, found: list[Visit], drawing: str, say: Speech) -> list[Block]:
    head = [say(f"pack.head.{one}") for one in ("time", "number", "what", "length")]
    stops = (notice for visit in found for notice in visit.stop.notices)
    notices = dict.fromkeys(say.notice(one) for one in (*itinerary.notices, *stops))
    alt = in_lang(say.each(partial(title, itinerary)), say.langs[0])
    blocks = [figure_of(drawing, alt, NONE)]
    for number, day in enumerate(itinerary.days, start=1):
        of_day = [visit for visit in found if visit.day == number]
        rows = [row for visit in of_day for row in _rows(visit, itinerary, say)]
        if len(itinerary.days) > 1:
            blocks.append(heading(say("exchange.day", nth=number, date=day.date.isoformat())))
        if rows:
            blocks.append(table(head, rows, [0, 0, 6, 0]))
    if itinerary.left_out:
        reasons = [say.notice(one.reason) for one in itinerary.left_out]
        blocks += [heading(say("page.plan.left-out")), bullets(reasons)]
    return [*blocks, *map(note, notices)]


def _rows(visit: Visit, itinerary: Itinerary, say: Speech) -> list[list[Cell]]:
    """Return the row of a stop and that of the way onwards."""
    moments = [at for at in (visit.arrival, visit.departure) if at]
    times = say.each(lambda voice: "–".join(say_moment(at, voice) for at in moments))
    mark = figure(visit.number) if visit.number else NONE
    rows: list[list[Cell]] = [[times, mark, say.each(partial(stop_name, visit.stop)), NONE]]
    if visit.ride:
        leg, fidelity = visit.ride.leg, itinerary.network.fidelity
        way = say.each(
            lambda voice: (
                f"{voice(f'page.mode.{leg.mode}')} · {say_leg(leg, fidelity, voice).duration}"
            )
        )
        rows.append([NONE, NONE, way, say.leg_length(leg, fidelity)])
    return rows


def _way(visit: Visit, itinerary: Itinerary, say: Speech) -> list[Block]:
    """Return the directions of the way onwards."""
    if visit.ride is None:
        return []
    leg, fidelity = visit.ride.leg, itinerary.network.fidelity
    told = [say.step(step, leg.mode, fidelity) for step in leg.steps]
    aside = paragraph(say.length(leg.length_m, leg.mode, fidelity), style="small")
    warned = [note(say.notice(one), level="warning") for one in leg.notices]
    return [
        group([heading(say.each(partial(leg_name, visit.ride))), aside, *warned]),
        *([steps(told)] if told else []),
    ]
