"""Drawings by hand, made of what the service holds: the poster, and cards for shared links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from geo.catalogue import Catalogue
from geo.errors import PlanningError
from geo.messages import Messages, name_in
from geo.models import Itinerary, Route, Site
from geo.planner import PlanRequest
from maps.notes import provenance_line
from maps.poster import (
    CARD_MM,
    POSTER_MM,
    Land,
    Way,
    Words,
    ground_of,
    poster_svg,
    sites_card,
    stops_card,
)
from maps.printing import printed
from maps.sites import site_rows

from .planning import make_itinerary
from .state import AppState
from .web.kept import Kept

Form = Literal["svg", "pdf", "png"]
MEDIA_TYPES: Mapping[Form, str] = {
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
}
QUARTER_ROUTE = "rv-01"
"""The walk whose stops span the Red View quarter."""

_PIXELS_PER_INCH = {"poster": 144.0, "card": 254.0}
_LANDS: Kept[Land] = Kept(limit=2)
_DRAWN: Kept[bytes] = Kept(limit=64)


def quarter_route(catalogue: Catalogue) -> str:
    """Return the id of the walk through the Red View quarter; empty where it is not held."""
    return QUARTER_ROUTE if QUARTER_ROUTE in catalogue.routes.index else ""


def poster(state: AppState, messages: Messages, form: Form) -> bytes:
    """Return the hand-drawn poster of the whole catalogue, A3.

    Raises
    ------
    PackUnavailableError
        PDF or PNG without the `pack` extra.
    """
    return _DRAWN.get(_key(state, messages, "poster", form), lambda: _poster(state, messages, form))


def _poster(state: AppState, messages: Messages, form: Form) -> bytes:
    catalogue = state.catalogue
    quarter = quarter_route(catalogue)
    svg = poster_svg(
        catalogue.sites,
        catalogue.route(quarter).stops if quarter else (),
        catalogue.districts,
        state.network.roads(),
        messages,
        credit=messages(f"network.attribution.{state.network.info.fidelity}"),
    )
    return _formed(svg, form, messages("poster.title"), POSTER_MM, _PIXELS_PER_INCH["poster"])


def overview_card(state: AppState, messages: Messages) -> bytes:
    """Return the card of the whole catalogue as PNG.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """

    def make() -> bytes:
        rows = site_rows(state.catalogue.sites)
        below = messages("poster.sites", count=len(rows))
        words = Words(messages("poster.card"), below, messages("api.title"))
        return _png(sites_card(rows, _land(state), words), words.title)

    return _DRAWN.get(_key(state, messages, "overview"), make)


def route_card(state: AppState, route: Route, messages: Messages) -> bytes:
    """Return the card of a route as PNG, along the roads where it can be planned.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """

    def make() -> bytes:
        name = name_in(messages.lang, route.name_zh, route.name_en)
        words = Words(name, provenance_line(route, messages)[1], messages("api.title"))
        sites = state.catalogue.sites_by_id(route.stops)
        stops = [(site.lon, site.lat, site.accuracy_m) for site in sites]
        return _png(stops_card(stops, _ways(state, route), _land(state), words), name)

    return _DRAWN.get(_key(state, messages, "route", route.id), make)


def itinerary_card(state: AppState, itinerary: Itinerary, messages: Messages) -> bytes:
    """Return the card of an itinerary as PNG.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    svg, title = itinerary_svg(state, itinerary, messages)
    return _png(svg, title)


def itinerary_svg(state: AppState, itinerary: Itinerary, messages: Messages) -> tuple[str, str]:
    """Return the card of an itinerary as SVG, and its title."""
    stops = [stop for stop in itinerary.stops if stop.kind == "site"]
    places = [(stop.lon, stop.lat, stop.accuracy_m) for stop in stops]
    title = messages("poster.card.itinerary", count=len(stops))
    first = name_in(messages.lang, stops[0].name_zh, stops[0].name_en)
    last = name_in(messages.lang, stops[-1].name_zh, stops[-1].name_en)
    below = first if len(stops) == 1 else messages("poster.card.from_to", first=first, last=last)
    words = Words(title, below, messages("api.title"))
    return stops_card(places, _legs(itinerary), _land(state), words), title


def site_card(state: AppState, site: Site, messages: Messages) -> bytes:
    """Return the card of a site as PNG: where it is, or the area it is believed to lie in.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """

    def make() -> bytes:
        name = name_in(messages.lang, site.name_zh, site.name_en)
        below = name_in(messages.lang, site.summary_zh, site.summary_en)
        words = Words(name, below, messages("api.title"))
        return _png(
            stops_card([(site.lon, site.lat, site.accuracy_m)], [], _land(state), words), name
        )

    return _DRAWN.get(_key(state, messages, "site", site.id), make)


def _ways(state: AppState, route: Route) -> list[Way]:
    try:
        request = PlanRequest(route=route.id, mode=route.mode, order="given")
        return _legs(make_itinerary(request, state))
    except PlanningError:
        return []


def _legs(itinerary: Itinerary) -> list[Way]:
    return [Way(leg.mode, tuple(leg.coordinates)) for leg in itinerary.legs]


def _land(state: AppState) -> Land:
    return _LANDS.get(
        (state.catalogue.version, state.network.info),
        lambda: ground_of(state.catalogue.districts, state.network.roads()),
    )


def _key(state: AppState, messages: Messages, *what: str) -> tuple[object, ...]:
    return (state.catalogue.version, state.network.info, messages.lang, *what)


def _png(svg: str, title: str) -> bytes:
    return _formed(svg, "png", title, CARD_MM, _PIXELS_PER_INCH["card"])


def _formed(svg: str, form: Form, title: str, size: tuple[float, float], ppi: float) -> bytes:
    if form == "svg":
        return svg.encode()
    return printed(svg, form, title=title, wide_mm=size[0], high_mm=size[1], ppi=ppi)
