"""What a reader of a route or itinerary map must know, and its legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.messages import Messages, name_in
from geo.models import Itinerary, NetworkInfo, Route

from .legs import day_colour, flag, walks_between
from .plugins.data import JsonData
from .popups import is_area
from .sites import plain
from .style import AVOIDED, MODE_COLOURS, RED, SLATE

Line = tuple[str, str]
WALK_DASH = "9 8"
"""How walks are drawn beside rides (itinerary_layer.js)."""


def provenance_line(route: Route, messages: Messages) -> Line:
    """Return whose route it is: a published one, or one composed by this project."""
    if route.provenance == "curated":
        return "curated", messages("map.note.curated")
    publisher = _publisher(route, messages)
    if route.year is None:
        return "official", messages("map.note.official_undated", publisher=publisher)
    return "official", messages("map.note.official", publisher=publisher, year=route.year)


def _publisher(route: Route, messages: Messages) -> str:
    """Return who published a route; staff may name one before its translation exists."""
    try:
        return messages(f"publisher.{route.publisher}")
    except KeyError:
        return route.publisher


def title_of(route: Route, messages: Messages) -> str:
    """Return a route's name and whose it is, for the title of a page that shows nothing else."""
    name = name_in(messages.lang, route.name_zh, route.name_en)
    return messages("map.title", name=name, provenance=provenance_line(route, messages)[1])


def trust_line(network: NetworkInfo, mode: str, messages: Messages) -> Line:
    """Return how far lengths on the map can be trusted."""
    if network.fidelity == "street":
        return "trust", messages("map.note.street", date=network.date)
    error = dict(network.accuracy).get(mode)
    if error is None:
        return "trust", messages("map.note.schematic")
    return "trust", messages("map.note.schematic_accuracy", percent=f"{error * 100:.0f}")


def note_data(
    route: Route | None, itinerary: Itinerary | None, messages: Messages
) -> Mapping[str, JsonData]:
    """Return the note of a map: the route's name and provenance, the network's fidelity."""
    lines: list[Line] = []
    if route is not None:
        lines.append(("title", name_in(messages.lang, route.name_zh, route.name_en)))
        lines.append(provenance_line(route, messages))
    if itinerary is not None:
        lines.append(trust_line(itinerary.network, itinerary.mode, messages))
    return {"lines": [list(line) for line in lines]}


def itinerary_legend(
    itinerary: Itinerary, messages: Messages, *, others: bool = False, avoided: bool = False
) -> Mapping[str, JsonData]:
    """Return the legend of an itinerary: only what is drawn on it."""
    modes = sorted({leg.mode for leg in itinerary.legs}, reverse=True)
    mixed = walks_between(itinerary)
    lines: list[JsonData] = [
        {"text": messages(f"map.legend.{mode}"), "colour": MODE_COLOURS[mode]}
        | ({"dash": WALK_DASH} if mixed and mode == "walk" else {})
        for mode in modes
    ]
    if others:
        lines.append({"text": messages("map.legend.other_way"), "colour": SLATE, "weight": 3})
    if len(itinerary.days) > 1:
        lines = [
            {
                "text": messages("exchange.day", nth=number + 1, date=day.date.isoformat()),
                "colour": day_colour(number),
            }
            for number, day in enumerate(itinerary.days)
            if day.legs
        ]
        if mixed:
            lines.append({"text": messages("map.legend.walk"), "colour": SLATE, "dash": WALK_DASH})
    unsure = any(leg.approach_start_m or leg.approach_end_m for leg in itinerary.legs)
    areas = any(stop.kind == "site" and is_area(stop.accuracy_m) for stop in itinerary.stops)
    if unsure or areas:
        text = messages("map.legend.uncertain")
        colour = MODE_COLOURS[modes[0]] if modes else RED
        lines.append({"text": text, "colour": colour, "dash": "1 7", "weight": 3.5})
    if avoided:
        lines.append({"text": messages("map.legend.avoided"), "colour": AVOIDED, "circle": True})
    kinds = {stop.kind for stop in itinerary.stops}
    rows = stop_rows(messages, areas=areas, ends=bool(kinds & {"start", "end"}))
    halts: list[JsonData] = [
        {"text": messages(f"map.legend.{kind}"), "style": flag(kind)}
        for kind in ("car", "break")
        if kind in kinds
    ]
    return _legend([*lines, *rows, *halts], messages)


def order_legend(messages: Messages, *, areas: bool) -> Mapping[str, JsonData]:
    """Return the legend of a route drawn without roads: its stops in their order."""
    order = {"text": messages("map.legend.order"), "colour": RED, "dash": "1 7", "weight": 3}
    return _legend([order, *stop_rows(messages, areas=areas, ends=False)], messages)


def change_legend(messages: Messages, *, areas: bool, dropped: bool) -> Mapping[str, JsonData]:
    """Return the legend of a changed route: its way now and before, stops that are left out."""
    lines: list[JsonData] = [
        {"text": messages("map.change.now"), "colour": RED},
        {"text": messages("map.change.was"), "colour": SLATE, "weight": 3},
    ]
    gone: list[JsonData] = [{"text": messages("map.change.gone"), "style": plain(SLATE)}]
    stops = stop_rows(messages, areas=areas, ends=False)
    return _legend([*lines, *stops, *(gone if dropped else [])], messages)


def reach_legend(bands: Sequence[tuple[int, str]], messages: Messages) -> Mapping[str, JsonData]:
    """Return the legend of areas reached: (minutes, colour) each, and where they begin."""
    rows: list[JsonData] = [
        {"text": messages("map.legend.minutes", minutes=minutes), "colour": colour, "weight": 11}
        for minutes, colour in bands
    ]
    return _legend([*rows, {"text": messages("map.legend.from"), "style": flag()}], messages)


def stop_rows(messages: Messages, *, areas: bool, ends: bool) -> list[JsonData]:
    """Return the rows of the legend that explain stops."""
    rows: list[JsonData] = [
        {"text": messages("map.legend.stop"), "style": plain(), "number": 1},
    ]
    if areas:
        area = {"style": plain(), "number": 2, "area": True}
        rows.append({"text": messages("map.legend.stop_area"), **area})
        rows.append({"text": messages("map.legend.circle"), "colour": RED, "circle": True})
    if ends:
        rows.append({"text": messages("map.legend.start"), "style": flag()})
    return rows


def _legend(rows: list[JsonData], messages: Messages) -> Mapping[str, JsonData]:
    sections: list[JsonData] = [{"title": "", "rows": rows}]
    # Folded: open, it would lie over the very stops it explains.
    return {"title": messages("map.legend.title"), "folded": True, "sections": sections}
