"""Keep the days in docs/days/ to the product: write what stands between the two marks of each.

python scripts/days.py

The words around the marks are by hand; what is between them is made here, from an address alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from api.cli.planning import leg_row, notices, quality_lines, stop_row, summary
from api.planning import ItineraryQuery, make_itinerary, plan_of_query
from api.settings import Settings
from api.state import AppState, running
from api.suggesting import DayQuery, make_chronology, make_day
from api.trip_query import TripQuery, trip_of_query
from api.tripping import wanted_trip
from api.web.texts import Texts
from geo.exchange.naming import mode_lines, visits
from geo.faults import read_model
from geo.messages import name_in
from geo.models import Itinerary
from geo.trip.exports import timetable

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "days"
BEGIN, END = "<!-- made by scripts/days.py -->", "<!-- end of what is made -->"
STATION = "120.312,36.0645"
"""Qingdao Railway Station, as the form offers it."""
DAYS: Mapping[str, str] = MappingProxyType(
    {
        "01-on-foot": f"/plan?stops=jiaoji-railway-museum-qd,police-hq-hubei-rd,film-club-1907,"
        "german-prison-museum,huangdao-bookshop-site,wen-yiduo-house,qingdao-guest-house"
        f"&mode=walk&depart=2026-11-28T09:00&start={STATION}&end={STATION}&until=17:30&lunch=60",
        "02-by-bicycle": "/plan?stops=liweinong-park,hisense-explore-center,may-fourth-square,"
        "olympic-sailing-base,datum-zero,navy-museum"
        f"&mode=cycle&depart=2026-11-29T09:00&start={STATION}&until=17:00&lunch=60",
        "03-by-car": "/plan?stops=navy-museum,qingdaoshan-fort,ww1-museum,cpc-qingdao-memorial"
        "&optional=tsingtao-beer-museum,redview-core&priorities=redview-core@4"
        f"&mode=auto&depart=2026-11-28T08:30&start={STATION}&end={STATION}"
        "&until=18:00&lunch=60&longest_walk=1200&appointments=navy-museum@09:00&assume_hours=no",
        "04-published-route": "/plan?route=r2024-04&depart=2026-11-28T08:30&hours=keep"
        "&until=17:30&lunch=45&assume_hours=no",
        "05-three-hours": f"/suggest?start={STATION}&hours=3&mode=walk&end=start"
        "&depart=2026-11-28T09:00",
        "06-two-days": "/plan?stops=qianbaojiashan-branch,laixi-conference-hall,"
        "laixi-martyrs-cemetery,pingdu-first-congress,jiaodong-admin-office,dazeshan-memorial,"
        "yang-mingzhai-hall,liu-qianchu-park"
        "&mode=drive&dates=2026-11-28@08:30-17:30,2026-11-29@09:00-17:30"
        "&nights=119.955,36.787&start=120.37,36.09&end=120.37,36.09&lunch=60",
        "07-field-trip": "/trip?school=Example+School&group=Year+6&at=120.3802,36.0612"
        "&date=2026-11-27&stage=primary_upper&pupils=40&back_by=16:00&lunch=packed"
        "&stops=navy-museum,may-fourth-square,cpc-qingdao-memorial,qd-martyrs-memorial",
        "08-inspection": "/plan?stops=jimo-martyrs-cemetery,jimo-committee-memorial,"
        "yuanjiatun-branch,jidong-committee-site,zhou-haoran-park,jimo-ancient-city,"
        "xiongya-coast-museum&mode=drive&depart=2026-11-26T08:30&start=120.447,36.389"
        "&end=120.447,36.389&until=17:00&lunch=60&visits=jimo-martyrs-cemetery@30,"
        "jimo-committee-memorial@30,yuanjiatun-branch@30,jidong-committee-site@30,"
        "zhou-haoran-park@30,jimo-ancient-city@45,xiongya-coast-museum@30&assume_hours=no",
        "09-wheelchair": "/plan?stops=jiaoji-railway-museum-qd,film-club-1907,"
        "german-prison-museum,police-hq-hubei-rd"
        f"&mode=walk&depart=2026-12-01T09:30&start={STATION}&end={STATION}"
        "&until=16:00&lunch=60&avoid=stairs",
        "10-in-order-of-years": "/suggest/chronology?stops=jiaoji-railway-museum-qd,"
        "film-club-1907,german-prison-museum,navy-museum,qingdaoshan-fort,may-fourth-square"
        "&mode=drive&depart=2026-11-28T09:00",
    }
)
TEXTS = Texts.for_lang("en")


def made(address: str, state: AppState) -> str:
    """Return what a day's page holds between its marks."""
    path, values = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
    lines = ["", "```", address, "", *command(path, values), "```", ""]
    lines += _trip(values, state) if path == "/trip" else _plan(path, values, state)
    return "\n".join([*lines, ""])


def command(path: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the command that makes the same; of a trip with the sheet it reads."""
    if path == "/trip":
        quoted = (f'"{value}"' if "," in value else value for value in values.values())
        yield from ("redtrails trips day.csv --into packs", "# day.csv:")
        yield from (",".join(values), ",".join(quoted))
        return
    words = {
        "/plan": "plan",
        "/suggest": "suggest day",
        "/suggest/chronology": "suggest chronology",
    }
    sites = values.get("stops", "").replace(",", " ")
    names = {"appointments": "at"}
    options = [
        f"--{names.get(name, name).replace('_', '-')} '{value}'"
        if ";" in value
        else f"--{names.get(name, name).replace('_', '-')} {value}"
        for name, value in values.items()
        if name != "stops"
    ]
    yield " ".join(part for part in (f"redtrails {words[path]}", sites, *options) if part)


def _plan(path: str, values: Mapping[str, str], state: AppState) -> Iterator[str]:
    if path == "/suggest":
        found = make_day(read_model(DayQuery, values).wish(), state)
        yield from _itinerary(found.itinerary)
        figures = {"points": f"{found.points:.0f}", "bound": f"{found.upper_bound:.0f}"}
        spare = round(found.spare_s / 60)
        yield f"* {TEXTS('cli.suggest.worth', **figures, spare=spare)}"
    elif path == "/suggest/chronology":
        ordered = make_chronology(read_model(ItineraryQuery, values), state)
        yield from _itinerary(ordered.itinerary)
        yield f"* {TEXTS('cli.suggest.extra', minutes=round(ordered.extra_travel_s / 60))}"
    else:
        wish = plan_of_query(read_model(ItineraryQuery, values))
        yield from _itinerary(make_itinerary(wish, state))


def _itinerary(itinerary: Itinerary) -> Iterator[str]:
    """Yield what the command line says of an itinerary, as Markdown."""
    rows: dict[int, list[tuple[str, ...]]] = {}
    for visit in visits(itinerary):
        rows.setdefault(visit.day, []).append(stop_row(visit, TEXTS))
        if visit.ride is not None:
            rows[visit.day].append(leg_row(visit.ride.leg, itinerary, TEXTS))
    heading = [TEXTS(f"cli.column.{name}") for name in ("number", "arrival", "departure", "stop")]
    for nth, day in enumerate(itinerary.days, start=1):
        yield f"**{TEXTS('exchange.day', nth=nth, date=TEXTS.date(day.date))}**"
        yield from _table(heading, (row[:4] for row in rows.get(nth, ())))
    yield f"* {summary(itinerary, TEXTS)}"
    yield from (f"* {line}" for line in mode_lines(itinerary, TEXTS))
    yield from (f"* {line}" for line in quality_lines(itinerary, TEXTS))
    for note, places in notices(itinerary, TEXTS).items():
        yield f"* {', '.join(places)}: {note}" if places else f"* {note}"


def _trip(values: Mapping[str, str], state: AppState) -> Iterator[str]:
    """Yield the printed timetable of a trip's only class and what its teacher is told."""
    plan = wanted_trip(trip_of_query(read_model(TripQuery, values)), state).classes[0]
    days: dict[date, list[tuple[str, ...]]] = {}
    for row in timetable(plan, TEXTS):
        name = name_in("en", row.stop.name_zh, row.stop.name_en) if row.stop else ""
        said = " · ".join(part for part in (row.text, row.length) if part)
        place = f" ({name})" if name and name not in said else ""
        cells = (f"{row.begin:%H:%M}", f"{row.end:%H:%M}", said + place)
        days.setdefault(row.begin.date(), []).append(cells)
    for nth, (day, cells_of_day) in enumerate(days.items(), start=1):
        yield f"**{TEXTS('exchange.day', nth=nth, date=TEXTS.date(day))}**"
        yield from _table(("From", "To", "What"), cells_of_day)
    said_once = dict.fromkeys(check.text(TEXTS) for check in plan.checks)
    yield from (f"* {text}" for text in said_once)


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = list(heading)
    yield from ("", f"| {' | '.join(cells)} |", "|" + "---|" * len(cells))
    yield from (" ".join(["|", *(f"{cell.strip()} |".strip() for cell in row)]) for row in rows)
    yield ""


def renewed(page: str, content: str) -> str:
    """Return a page with other content between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{content}{END}{rest.partition(END)[2]}"


def main() -> None:
    """Renew every page."""
    folder = tempfile.TemporaryDirectory()
    with folder, running(Settings(data_dir=Path(folder.name))) as state:
        for name, address in DAYS.items():
            page = FOLDER / f"{name}.md"
            page.write_text(renewed(page.read_text("utf-8"), made(address, state)), "utf-8")
            sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
