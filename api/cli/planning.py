"""`redtrails plan`: an itinerary as a timetable, as the API's JSON, or in any of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import Exit, opened, write, write_table

if TYPE_CHECKING:
    from api.state import AppState
    from api.web.texts import Texts
    from geo.exchange.naming import Visit
    from geo.models import Itinerary, Leg
    from geo.planner.changes import PlanBefore

Sites = Annotated[list[str] | None, typer.Argument(help="cli.plan.sites", show_default=False)]
Route = Annotated[str | None, typer.Option(help="cli.plan.route")]
Mode = Annotated[
    str | None, typer.Option(help="cli.plan.mode", metavar="walk|cycle|drive|coach|auto")
]
Order = Annotated[str | None, typer.Option(help="cli.plan.order", metavar="best|given")]
Depart = Annotated[str | None, typer.Option(help="cli.plan.depart", metavar="2026-11-28T09:00")]
Start = Annotated[str | None, typer.Option(help="cli.plan.start", metavar="LON,LAT")]
End = Annotated[str | None, typer.Option(help="cli.plan.end", metavar="LON,LAT")]
Optional = Annotated[str | None, typer.Option(help="cli.plan.optional", metavar="SITE,SITE")]
Priorities = Annotated[str | None, typer.Option(help="cli.plan.priorities", metavar="SITE@5")]
Days = Annotated[str | None, typer.Option(help="cli.plan.days", metavar="3")]
Dates = Annotated[
    str | None, typer.Option(help="cli.plan.dates", metavar="2026-11-28@09:30-17:00,2026-11-30")
]
Nights = Annotated[str | None, typer.Option(help="cli.plan.nights", metavar="LON,LAT;SITE")]
ADay = Annotated[str | None, typer.Option("--a-day", help="cli.plan.a-day", metavar="5")]
Sequence = Annotated[str | None, typer.Option(help="cli.plan.sequence", metavar="SITE,SITE")]
Was = Annotated[Path | None, typer.Option(help="cli.plan.was", metavar="PLAN.json")]
Seconds = Annotated[str | None, typer.Option(help="cli.plan.seconds", metavar="1")]
Seed = Annotated[str | None, typer.Option(help="cli.plan.seed", metavar="0")]
Hours = Annotated[str | None, typer.Option(help="cli.plan.hours", metavar="keep|warn")]
AssumeHours = Annotated[
    str | None, typer.Option("--assume-hours", help="cli.plan.assume-hours", metavar="yes|no")
]
Until = Annotated[str | None, typer.Option(help="cli.plan.until", metavar="17:30")]
Lunch = Annotated[str | None, typer.Option(help="cli.plan.lunch", metavar="45")]
At = Annotated[str | None, typer.Option("--at", help="cli.plan.at", metavar="SITE@10:00")]
LongestWalk = Annotated[
    str | None, typer.Option("--longest-walk", help="cli.plan.longest-walk", metavar="800")
]
WalkADay = Annotated[
    str | None, typer.Option("--walk-a-day", help="cli.plan.walk-a-day", metavar="5000")
]
BreakEvery = Annotated[
    str | None, typer.Option("--break-every", help="cli.plan.break-every", metavar="90")
]
People = Annotated[str | None, typer.Option("--people", help="cli.plan.people", metavar="45")]
StepFree = Annotated[
    str | None, typer.Option("--step-free", help="cli.plan.step-free", metavar="true")
]
Visits = Annotated[str | None, typer.Option(help="cli.plan.visits", metavar="SITE@90")]
Before = Annotated[str | None, typer.Option(help="cli.plan.before", metavar="SITE@SITE")]
AvoidKinds = Annotated[
    str | None, typer.Option("--avoid", help="cli.plan.avoid", metavar="tolls,motorways")
]
AvoidAreas = Annotated[
    str | None,
    typer.Option("--avoid-areas", help="cli.plan.avoid-areas", metavar="LON,LAT,METRES;…"),
]
FormName = Annotated[str | None, typer.Option("--form", help="cli.plan.form")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="cli.plan.output")]
Directions = Annotated[bool, typer.Option("--directions", help="cli.plan.directions")]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]
BatchFile = Annotated[Path | None, typer.Option("--batch", help="cli.plan.batch")]
Scheduler = Annotated[
    str | None, typer.Option(help="cli.plan.scheduler", metavar="tcp://HOST:PORT")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", help="cli.plan")(plan)


def plan(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    sites: Sites = None,
    *,
    route: Route = None,
    mode: Mode = None,
    order: Order = None,
    depart: Depart = None,
    start: Start = None,
    end: End = None,
    optional: Optional = None,
    priorities: Priorities = None,
    days: Days = None,
    dates: Dates = None,
    nights: Nights = None,
    a_day: ADay = None,
    hours: Hours = None,
    assume_hours: AssumeHours = None,
    until: Until = None,
    lunch: Lunch = None,
    longest_walk: LongestWalk = None,
    walk_a_day: WalkADay = None,
    break_every: BreakEvery = None,
    people: People = None,
    step_free: StepFree = None,
    at: At = None,
    visits: Visits = None,
    before: Before = None,
    sequence: Sequence = None,
    was: Was = None,
    seconds: Seconds = None,
    seed: Seed = None,
    avoid: AvoidKinds = None,
    avoid_areas: AvoidAreas = None,
    form: FormName = None,
    output: Output = None,
    json: Json = False,
    directions: Directions = False,
    batch: BatchFile = None,
    scheduler: Scheduler = None,
) -> int:
    """Plan one itinerary, or all of a file."""
    from api.planning import ItineraryQuery, make_itinerary, plan_of_query
    from geo.faults import read_model

    texts: Texts = context.obj
    if batch is not None:
        from .batch import plan_batch

        return plan_batch(batch, output, scheduler, texts)
    asked = {
        "stops": ",".join(sites or ()) or None, "route": route, "mode": mode, "order": order,
        "depart": depart, "start": start, "end": end, "optional": optional,
        "hours": hours, "assume_hours": assume_hours, "until": until, "lunch": lunch,
        "appointments": at, "visits": visits,
        "longest_walk": longest_walk, "walk_a_day": walk_a_day, "break_every": break_every,
        "people": people, "step_free": step_free,
        "before": before, "sequence": sequence, "priorities": priorities, "days": days,
        "dates": dates, "nights": nights, "a_day": a_day, "seconds": seconds, "seed": seed,
        "avoid": avoid, "avoid_areas": avoid_areas,
        "f": "json" if json else form,
    }  # fmt: skip
    query = read_model(ItineraryQuery, {name: v for name, v in asked.items() if v is not None})
    wish = plan_of_query(query)
    compared = read_plan(was) if was else None
    with opened(texts) as state:
        itinerary = make_itinerary(wish, state)
        changes = change_lines(compared, itinerary, state, texts) if compared else ()
        if query.f is not None or output is not None:
            from api.forms import FORMS

            name = query.f or form_of_name(output)
            deliver(FORMS[name].render(itinerary, texts, state), output, texts)
            return Exit.DONE
    write_timetable(itinerary, texts)
    for line in changes:
        write(line)
    if directions:
        write_directions(itinerary, texts)
    return Exit.DONE


def read_plan(path: Path) -> PlanBefore:
    """Return the plan before, as `--json` wrote it.

    Raises
    ------
    InvalidParameterError
        The file is not such a plan.
    """
    from json import JSONDecodeError, loads

    from geo.errors import InvalidParameterError
    from geo.exchange import from_document
    from geo.planner.changes import plan_before

    try:
        return plan_before(from_document(loads(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, JSONDecodeError, AttributeError) as error:
        wanted = "a file that `redtrails plan --json` wrote"
        raise InvalidParameterError("was", path, wanted, rule="plan_file") from error


def change_lines(
    before: PlanBefore, itinerary: Itinerary, state: AppState, texts: Texts
) -> list[str]:
    """Return what is different from the plan before, under its heading."""
    from api.plan_changing import notices_of
    from geo.exchange.naming import notes
    from geo.planner.changes import change_since

    told = notes(notices_of(change_since(before, itinerary), itinerary, state), texts)
    return [f"\n{texts('page.plan.change-heading')}", *(f"~ {line}" for line in told)]


def form_of_name(output: Path | None) -> str:
    """Return the form a file's name asks for.

    Raises
    ------
    InvalidParameterError
        Its ending is none of our forms.
    """
    from api.forms import FORMS
    from geo.errors import file_ending

    ending = output.suffix.removeprefix(".").lower() if output else "json"
    if ending not in FORMS:
        raise file_ending("--output", output, FORMS)
    return ending


def deliver(content: str | bytes, output: Path | None, texts: Texts) -> None:
    """Write a form to a file, or to stdout where none was named."""
    data = content if isinstance(content, bytes) else content.encode()
    if output is None:
        write(data.decode())
        return
    output.write_bytes(data)
    write(texts("cli.written", path=str(output), kilobytes=max(1, round(len(data) / 1000))))


def write_timetable(itinerary: Itinerary, texts: Texts) -> None:
    """Write an itinerary as people read it: every stop with its times, every leg between."""
    from geo.exchange.naming import mode_lines, network_note, title, visits

    rows: dict[int, list[tuple[str, ...]]] = {}
    for visit in visits(itinerary):
        of_day = rows.setdefault(visit.day, [])
        of_day.append(stop_row(visit, texts))
        of_day += lunch_rows(visit, texts)
        if visit.ride is not None:
            of_day.append(leg_row(visit.ride.leg, itinerary, texts))
    names = ("number", "arrival", "departure", "stop", "id")
    headings = [texts(f"cli.column.{name}") for name in names]
    if len(itinerary.days) == 1:
        write_table(headings, rows[1], title=title(itinerary, texts))
    else:
        write(title(itinerary, texts))
        for number, day in enumerate(itinerary.days, start=1):
            name = texts("exchange.day", nth=number, date=texts.date(day.date))
            if number in rows:
                write_table(headings, rows[number], title=name)
            else:
                write(f"{name}: {texts('exchange.free-day')}")
    write(summary(itinerary, texts))
    for line in mode_lines(itinerary, texts):
        write(line)
    for line in quality_lines(itinerary, texts):
        write(line)
    for note, places in notices(itinerary, texts).items():
        write(f"! {', '.join(places)}: {note}" if places else f"! {note}")
    write(network_note(itinerary, texts))


def quality_lines(itinerary: Itinerary, texts: Texts) -> list[str]:
    """Return how good days within limits are, and what would let in what is left out."""
    from geo.exchange import say_quality, say_relaxations

    said = [] if itinerary.quality is None else [say_quality(itinerary.quality, texts)]
    return said + [f"+ {line}" for line in say_relaxations(itinerary, texts)]


def write_directions(itinerary: Itinerary, texts: Texts) -> None:
    """Write the directions of every leg."""
    from geo.exchange import say_steps
    from geo.exchange.naming import leg_name, visits

    fidelity = itinerary.network.fidelity
    if fidelity == "schematic":
        write(texts("directions.outline"))
    for ride in (visit.ride for visit in visits(itinerary)):
        if ride is not None:
            write(f"\n{leg_name(ride, texts)}")
            for number, step in enumerate(say_steps(ride.leg, fidelity, texts), start=1):
                write(f"{number:3}. {step}")


def notices(itinerary: Itinerary, texts: Texts) -> dict[str, list[str]]:
    """Return everything the traveller must be told, each once, with the numbers of its stops."""
    from geo.exchange.naming import notes, visits

    told: dict[str, list[str]] = {note: [] for note in notes(itinerary.notices, texts)}
    for visit in visits(itinerary):
        number = str(visit.number or "·")
        for note in notes(visit.stop.notices, texts):
            told.setdefault(note, []).append(number)
        for note in notes(visit.ride.leg.notices if visit.ride else (), texts):
            told.setdefault(note, []).append(f"{number} →")
    return told


def stop_row(visit: Visit, texts: Texts) -> tuple[str, ...]:
    """Return a stop as a row of the timetable."""
    from geo.exchange import say_moment
    from geo.exchange.naming import stop_name

    stop = visit.stop
    arrival = say_moment(visit.arrival, texts) if visit.arrival else ""
    departure = say_moment(visit.departure, texts) if visit.departure else ""
    number = str(visit.number) if visit.number else "·"
    return number, arrival, departure, stop_name(stop, texts), stop.site_id or ""


def lunch_rows(visit: Visit, texts: Texts) -> list[tuple[str, ...]]:
    """Return the lunch after a visit, which is part of the stay, as a row of its own; or none."""
    from datetime import timedelta

    stop = visit.stop
    if not stop.pause_s or stop.departure is None:
        return []
    begins = stop.departure - timedelta(seconds=stop.pause_s)
    times = f"{begins:%H:%M}", f"{stop.departure:%H:%M}"
    return [("", *times, f"  {texts('cli.plan.lunch-row', minutes=stop.pause_s // 60)}", "")]


def leg_row(leg: Leg, itinerary: Itinerary, texts: Texts) -> tuple[str, ...]:
    """Return a leg as a row: how far, how long, on which roads."""
    from geo.exchange import say_climb, say_leg
    from geo.messages import name_in

    said = say_leg(leg, itinerary.network.fidelity, texts)
    roads = [name_in(texts.lang, road.name_zh, road.name_en) or road.ref for road in leg.roads]
    climbing = say_climb(leg, texts)
    climb = f" · {climbing}" if climbing else ""
    figures = texts("exchange.leg-figures", length=said.length, duration=said.duration)
    along = f" · {texts('page.plan.road-separator').join(roads)}" if roads else ""
    return "", "", "", f"  ↓ {texts(f'cli.mode.{leg.mode}')} {figures}{climb}{along}", ""


def summary(itinerary: Itinerary, texts: Texts) -> str:
    """Return length, travel and visits of the whole itinerary in one line."""
    from geo.exchange import say_climbs, say_duration, say_length, say_travel

    fidelity = itinerary.network.fidelity
    length = say_length(itinerary.length_m, itinerary.mode, fidelity, texts)
    return texts(
        "cli.plan-summary",
        length=" · ".join(filter(None, (length, say_climbs(itinerary.legs, texts)))),
        travel=say_travel(itinerary, texts),
        stay=say_duration(itinerary.stay_s, texts),
    )
