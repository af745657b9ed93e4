"""How days within limits are judged, and the changes that would let in what is left out, said."""

from __future__ import annotations

from geo.limits import LeftOut, Quality, Relaxation
from geo.messages import Messages, name_in
from geo.models import Itinerary


def say_quality(quality: Quality, messages: Messages) -> str:
    """Return how good days are: the best there are, or how much better any could be at most."""
    if quality.exact:
        return messages("exchange.quality-exact")
    if not quality.gap:
        return messages("exchange.quality-all")
    return messages(
        "exchange.quality-searched",
        required=quality.required,
        required_most=quality.required_most,
        points=quality.points,
        points_most=quality.points_most,
    )


def say_relaxations(itinerary: Itinerary, messages: Messages) -> list[str]:
    """Return for each site left out the changes of one limit that would let it in, on one line."""
    return [line for out in itinerary.left_out if (line := _line(out, itinerary, messages))]


def _line(out: LeftOut, itinerary: Itinerary, messages: Messages) -> str:
    if not out.relaxations:
        return ""
    changes = [say_relaxation(one, itinerary, messages) for one in out.relaxations]
    values = out.reason.values
    name = name_in(messages.lang, str(values["name_zh"]), str(values["name_en"]))
    return messages("exchange.admits", name=name, changes=messages("exchange.or").join(changes))


def say_relaxation(change: Relaxation, itinerary: Itinerary, messages: Messages) -> str:
    """Return one change: "end at 17:45 on 2026-11-28 (15 minutes later)"."""
    said = messages(f"exchange.relax-{change.limit}", value=change.value, by=change.by)
    if change.date is None or len(itinerary.days) == 1:
        return said
    return messages("exchange.relax-on", change=said, date=change.date.isoformat())
