"""`redtrails suggest`: what fills the hours, what lies near the way, what order tells a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import opened, write, write_json, write_table
from .planning import (
    Depart,
    End,
    Json,
    Lunch,
    Mode,
    Order,
    Route,
    Sites,
    Start,
    Until,
    write_timetable,
)
from .planning import Hours as KeepHours

if TYPE_CHECKING:
    from api.web.texts import Texts

app = typer.Typer(help="cli.suggest", no_args_is_help=True)

From = Annotated[str, typer.Option("--start", help="cli.plan.start", metavar="LON,LAT")]
Hours = Annotated[float, typer.Option(help="cli.suggest.hours")]
Back = Annotated[str | None, typer.Option("--end", help="cli.suggest.end", metavar="LON,LAT|start")]
Themes = Annotated[str | None, typer.Option(help="cli.suggest.themes")]
Years = Annotated[int | None, typer.Option(help="cli.suggest.years")]
Minutes = Annotated[float, typer.Option(help="cli.suggest.minutes")]


@app.command("day", help="cli.suggest.day")
def day(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    sites: Sites = None,
    *,
    start: From,
    hours: Hours,
    mode: Mode = None,
    end: Back = None,
    depart: Depart = None,
    themes: Themes = None,
    period_from: Years = None,
    period_to: Years = None,
    json: Json = False,
) -> None:
    """Suggest what fills the hours."""
    from api.suggesting import DayQuery, day_document, make_day
    from geo.faults import read_model

    texts: Texts = context.obj
    asked = {
        "start": start, "hours": hours, "mode": mode, "end": end, "depart": depart,
        "stops": ",".join(sites or ()) or None, "themes": themes,
        "period_from": period_from, "period_to": period_to,
    }  # fmt: skip
    wish = read_model(DayQuery, _given(asked)).wish()
    with opened(texts) as state:
        found = make_day(wish, state)
        if json:
            write_json(day_document(found))
            return
    write_timetable(found.itinerary, texts)
    figures = {"points": f"{found.points:.0f}", "bound": f"{found.upper_bound:.0f}"}
    write(texts("cli.suggest.worth", **figures, spare=round(found.spare_s / 60)))
    if found.left_out:
        write("! " + texts("cli.suggest.left-out", sites=", ".join(found.left_out)))


@app.command("near", help="cli.suggest.near")
def near(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    sites: Sites = None,
    *,
    route: Route = None,
    mode: Mode = None,
    order: Order = None,
    depart: Depart = None,
    start: Start = None,
    end: End = None,
    minutes: Minutes = 15.0,
    json: Json = False,
) -> None:
    """Suggest sites near the way of a plan."""
    from api.suggesting import NearQuery, make_near, near_document
    from geo.faults import read_model
    from geo.messages import name_in

    texts: Texts = context.obj
    asked = _plan(sites, route, mode, order, depart, start, end)
    query = read_model(NearQuery, {**asked, "minutes": minutes})
    with opened(texts) as state:
        request, found = make_near(query, state)
    if json:
        write_json(near_document(request, found))
        return
    rows = [
        (
            str(round(one.detour_s / 60)),
            str(one.after + 1),
            name_in(texts.lang, one.site.name_zh, one.site.name_en),
            one.site.id,
        )
        for one in found
    ]
    names = ("detour", "after", "stop", "id")
    write_table([texts(f"cli.column.{name}") for name in names], rows)


@app.command("nearest", help="cli.suggest.nearest")
def nearest(
    context: typer.Context,
    *,
    start: Start = None,
    site: Annotated[str | None, typer.Option(help="cli.suggest.site")] = None,
    mode: Mode = None,
    minutes: Annotated[float, typer.Option(help="cli.suggest.within")] = 60.0,
    limit: Annotated[int, typer.Option(help="cli.records.limit")] = 10,
    json: Json = False,
) -> None:
    """List the sites that are reached first."""
    from api.suggesting import NearestQuery, make_nearest, nearest_document
    from geo.exchange import say_length
    from geo.faults import read_model
    from geo.messages import name_in

    texts: Texts = context.obj
    asked = {"start": start, "site": site, "mode": mode, "minutes": minutes, "limit": limit}
    wish = read_model(NearestQuery, _given(asked)).wish()
    with opened(texts) as state:
        found = make_nearest(wish, state)
        if json:
            write_json(nearest_document(wish, found, state))
            return
        fidelity = state.router.info.fidelity
    rows = [
        (
            texts.duration(one.duration_s),
            say_length(one.length_m, wish.mode, fidelity, texts),
            name_in(texts.lang, one.site.name_zh, one.site.name_en),
            one.site.id,
        )
        for one in found
    ]
    write_table([texts(f"cli.column.{name}") for name in ("way", "length", "stop", "id")], rows)


@app.command("chronology", help="cli.suggest.chronology")
def chronology(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    sites: Sites = None,
    *,
    route: Route = None,
    mode: Mode = None,
    depart: Depart = None,
    start: Start = None,
    end: End = None,
    hours: KeepHours = None,
    until: Until = None,
    lunch: Lunch = None,
    json: Json = False,
) -> None:
    """Put sites in the order of their years."""
    from api.planning import ItineraryQuery
    from api.suggesting import chronology_document, make_chronology
    from geo.faults import read_model

    texts: Texts = context.obj
    asked = _plan(sites, route, mode, None, depart, start, end)
    limits = _given({"hours": hours, "until": until, "lunch": lunch})
    query = read_model(ItineraryQuery, {**asked, **limits})
    with opened(texts) as state:
        found = make_chronology(query, state)
    if json:
        write_json(chronology_document(found))
        return
    write_timetable(found.itinerary, texts)
    write(texts("cli.suggest.extra", minutes=round(found.extra_travel_s / 60)))


def _plan(sites: list[str] | None, *values: str | None) -> dict[str, Any]:
    """Return the options of a plan as an address has them."""
    names = ("route", "mode", "order", "depart", "start", "end")
    stops = {"stops": ",".join(sites or ()) or None}
    return _given({**stops, **dict(zip(names, values, strict=True))})


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
