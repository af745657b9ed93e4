"""Print, calendar, track and table of a trip tell one timetable: the same lines, times, order."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import gpxpy
import icalendar
import pytest
from fastapi.testclient import TestClient
from trips_world import TRIPS

from api.state import holder_of
from api.trip_query import TripPackQuery, trip_of_query
from api.tripping import make_trip, pack_document
from api.web.texts import Texts
from geo.models import TIME_ZONE
from geo.trip.exports import timetable
from geo.trip.files import said, to_trip_ics

Line = tuple[str, str, str, str]
"""Date, begin, end, words."""


def rows_of_csv(text: str) -> list[Line]:
    _, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def rows_of_ics(content: bytes) -> list[Line]:
    calendar: Any = icalendar.Calendar.from_ical(content)
    rows = []
    for event in calendar.walk("VEVENT"):
        begin = event.decoded("dtstart")
        end = event.decoded("dtend") if "dtend" in event else begin
        rows.append(
            (begin.date().isoformat(), f"{begin:%H:%M}", f"{end:%H:%M}", str(event["summary"]))
        )
    return rows


def is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str)


def words_in(block: Any, lang: str) -> Iterator[str]:
    """The words of a block in one language, cell by cell."""
    if isinstance(block, list | tuple) and block and all(map(is_pair, block)):
        yield " ".join(text for own, text in block if own in {lang, ""})
        return
    if isinstance(block, dict):
        block = list(block.values())
    if isinstance(block, list | tuple):
        for one in block:
            yield from words_in(one, lang)


def rows_of_print(name: str, client: TestClient, lang: str) -> list[tuple[str, str]]:
    """(Begin, words) of every line of the printed timetable."""
    app: Any = client.app
    state = holder_of(app).state
    query = TripPackQuery(**{**TRIPS[name], "parts": "timetable", "langs": lang})  # type: ignore[arg-type]
    document = pack_document(make_trip(trip_of_query(query), state), query, state, "")
    tables = [block for block in document.parts[0].blocks if block["kind"] == "table"]
    lines = []
    for row in (row for table in tables for row in table["rows"]):
        (time,), (what,) = (list(words_in([row[n]], lang)) for n in (0, 2))
        lines.append((time, what))
    return lines


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(TRIPS))
def test_every_file_tells_the_printed_timetable(name: str, lang: str, client: TestClient) -> None:
    asked = {**TRIPS[name], "lang": lang}
    table, calendar, track = (
        client.get(f"/api/trips/timetable.{form}", params=asked) for form in ("csv", "ics", "gpx")
    )
    rows = rows_of_csv(table.content.decode("utf-8"))
    assert rows_of_ics(calendar.content) == rows
    assert [(begin, words) for _, begin, _, words in rows] == rows_of_print(name, client, lang)
    assert rows == sorted(rows, key=lambda row: row[:2])
    gpx = gpxpy.parse(track.text)
    told = [one for place in gpx.waypoints for one in (place.description or "").splitlines()]
    told += [one for way in gpx.tracks for one in (way.description or "").splitlines()]
    for _, begin, end, words in rows:
        times = f"{begin}–{end}" if end > begin else begin
        assert any(one.startswith(f"{times} {words}") for one in told), (times, words)
    assert len(told) == len(rows)
    assert "驾车" not in track.text + calendar.text + table.text


@pytest.mark.parametrize("name", sorted(TRIPS))
def test_the_track_passes_the_stops_in_order_at_the_printed_times(
    name: str, client: TestClient
) -> None:
    app: Any = client.app
    query = TripPackQuery(**TRIPS[name])  # type: ignore[arg-type]
    plan = make_trip(trip_of_query(query), holder_of(app).state).classes[0]
    gpx = gpxpy.parse(client.get("/api/trips/timetable.gpx", params=TRIPS[name]).text)
    stops = plan.itinerary.stops
    assert [(one.longitude, one.latitude) for one in gpx.waypoints] == [
        (stop.lon, stop.lat) for stop in stops
    ]
    assert [one.time for one in gpx.waypoints] == [
        (stop.arrival or stop.departure).astimezone(UTC)  # type: ignore[union-attr]
        for stop in stops
    ]
    kinds = {"walk": "walk"}
    assert [one.type for one in gpx.tracks] == [
        kinds.get(leg.mode, "coach") for leg in plan.itinerary.legs
    ]


def test_a_calendar_has_title_school_lunch_and_an_honest_stamp(client: TestClient) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    calendar: Any = icalendar.Calendar.from_ical(
        client.get(
            "/api/trips/timetable.ics", params={**TRIPS["pingdu-laixi"], "lang": "zh"}
        ).content
    )
    assert str(calendar["x-wr-calname"]) == "平度、莱西两日研学 · 某高级中学 · 高一（1）班"
    events = calendar.walk("VEVENT")
    assert any("午餐" in str(event["summary"]) for event in events)
    for event in events:
        assert before <= event.decoded("dtstamp") <= datetime.now(UTC)
        assert str(event["location"])
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_a_later_calendar_updates_the_events_of_an_earlier_one(client: TestClient) -> None:
    app: Any = client.app
    made = datetime(2026, 11, 24, 8, tzinfo=TIME_ZONE)
    ids = []
    for depart in ("08:00", "08:30"):
        query = TripPackQuery(**{**TRIPS["old-town"], "depart": depart})  # type: ignore[arg-type]
        plan = make_trip(trip_of_query(query), holder_of(app).state).classes[0]
        content = to_trip_ics(plan, Texts.for_lang("zh"), made)
        calendar: Any = icalendar.Calendar.from_ical(content)
        ids.append({str(event["uid"]) for event in calendar.walk("VEVENT")})
        assert all(
            f"{row.begin:%H:%M}" in said(row) for row in timetable(plan, Texts.for_lang("en"))
        )
    assert ids[0] == ids[1]


def test_the_zip_holds_the_same_files(client: TestClient) -> None:
    asked = {**TRIPS["old-town"], "parts": "timetable"}
    answer = client.get("/api/trips/pack.zip", params=asked)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    for form in ("csv", "gpx"):
        (name,) = (one for one in archive.namelist() if one.endswith(form))
        alone = client.get(f"/api/trips/timetable.{form}", params=asked).content
        assert archive.read(name) == alone
    (name,) = (one for one in archive.namelist() if one.endswith("ics"))
    alone = client.get("/api/trips/timetable.ics", params=asked).content
    stamp = re.compile(rb"DTSTAMP:\w+")
    assert stamp.sub(b"", archive.read(name)) == stamp.sub(b"", alone)
