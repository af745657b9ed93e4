"""A planned tour as a PDF of its own: its map, its timetable, the directions of every leg."""

from __future__ import annotations

from geo.exchange import say_leg, say_length, say_moment, say_steps
from geo.exchange.naming import Visit, leg_name, stop_name, title, visits
from geo.messages import Messages
from geo.models import Itinerary

from .blocks import Block, Cell, bullets, figure_of, group, heading, note, paragraph, steps, table
from .document import Document, Part
from .speech import NONE, Text, figure, words
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
    name, said = title(itinerary, messages), _Said(messages)
    found = list(visits(itinerary))
    parts = [Part("timetable", said(name), _timetable(itinerary, found, drawing, said))]
    if ways := [block for one in found for block in _way(one, itinerary, said)]:
        parts.append(Part("directions", said(messages("pack.part.directions")), ways))
    return Document(
        langs=(messages.lang,),
        paper="a4",
        title=name,
        stamp="",
        link="",
        foot=said(messages("page.brand")),
        parts=tuple(parts),
    )


class _Said:
    """Marks words as of the reader's language."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages

    def __call__(self, text: str) -> Text:
        """Return words as a text of the document."""
        return words(text, self.messages.lang)


def _timetable(itinerary: Itinerary, found: list[Visit], drawing: str, said: _Said) -> list[Block]:
    messages = said.messages
    head = [said(messages(f"pack.head.{one}")) for one in ("time", "number", "what", "length")]
    notices = dict.fromkeys(
        one.text(messages)
        for one in (*itinerary.notices, *(n for visit in found for n in visit.stop.notices))
    )
    blocks = [figure_of(drawing, title(itinerary, messages), NONE)]
    for number, day in enumerate(itinerary.days, start=1):
        of_day = [visit for visit in found if visit.day == number]
        rows = [row for visit in of_day for row in _rows(visit, itinerary, said)]
        if len(itinerary.days) > 1:
            named = messages("exchange.day", nth=number, date=day.date.isoformat())
            blocks.append(heading(said(named)))
        if rows:
            blocks.append(table(head, rows, [0, 0, 6, 0]))
    if itinerary.left_out:
        reasons = [said(one.reason.text(messages)) for one in itinerary.left_out]
        blocks += [heading(said(messages("page.plan.left-out"))), bullets(reasons)]
    return [*blocks, *(note(said(text)) for text in notices)]


def _rows(visit: Visit, itinerary: Itinerary, said: _Said) -> list[list[Cell]]:
    """Return the row of a stop and that of the way onwards."""
    messages = said.messages
    times = [say_moment(at, messages) for at in (visit.arrival, visit.departure) if at]
    mark = figure(visit.number) if visit.number else NONE
    name = said(stop_name(visit.stop, messages))
    rows: list[list[Cell]] = [[said("–".join(times)), mark, name, NONE]]
    if visit.ride:
        leg = visit.ride.leg
        figures = say_leg(leg, itinerary.network.fidelity, messages)
        way = f"{messages(f'page.mode.{leg.mode}')} · {figures.duration}"
        rows.append([NONE, NONE, said(way), said(figures.length)])
    return rows


def _way(visit: Visit, itinerary: Itinerary, said: _Said) -> list[Block]:
    """Return the directions of the way onwards."""
    if visit.ride is None:
        return []
    leg, messages = visit.ride.leg, said.messages
    fidelity = itinerary.network.fidelity
    told = [said(one) for one in say_steps(leg, fidelity, messages)]
    aside = paragraph(said(say_length(leg.length_m, leg.mode, fidelity, messages)), style="small")
    warned = [note(said(one.text(messages)), level="warning") for one in leg.notices]
    return [
        group([heading(said(leg_name(visit.ride, messages))), aside, *warned]),
        *([steps(told)] if told else []),
    ]
