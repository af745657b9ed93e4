"""Every rendering of an itinerary, read back by a reader of that format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import gpxpy
import icalendar
import pytest
from planner_world import StraightRouter, catalogue_of, make_site

from api.web.texts import Texts
from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import InvalidParameterError
from geo.exchange import (
    day_links,
    from_document,
    navigation_links,
    say_duration,
    say_leg,
    say_length,
    to_csv,
    to_document,
    to_geojson,
    to_gpx,
    to_ics,
    to_kml,
)
from geo.models import TIME_ZONE, Fidelity, Mode
from geo.planner import plan, read_request

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")
NASTY = make_site("nasty", 120.31, 36.07, name_zh='<b>&"`\\,;|址', name_en='=1+1 <b>&"`\\,;|')
ROUGH = make_site("rough", 120.36, 36.06, accuracy_m=2000.0, opening_hours="")
WORLD = catalogue_of(make_site("a", 120.30, 36.06), NASTY, ROUGH)
WISH = {
    "stops": ["a", "nasty", "rough"],
    "start": [120.29, 36.06],
    "end": [120.29, 36.05],
    "depart": "2026-11-28T09:00",
}


def planned(**changes: Any) -> Any:
    return plan(read_request(WISH | changes), WORLD, StraightRouter(aside_m=60), now=NOW)


ITINERARY = planned()


def test_the_document_loses_nothing() -> None:
    text = json.dumps(to_document(ITINERARY), ensure_ascii=False)
    back = from_document(json.loads(text))
    assert back == ITINERARY
    assert str(back.stops[1].arrival.tzinfo) == "Asia/Shanghai"


@pytest.mark.parametrize("version", [None, 0, 3, "1"])
def test_a_document_of_another_version_is_refused(version: object) -> None:
    document = to_document(ITINERARY) | {"schema_version": version}
    with pytest.raises(InvalidParameterError) as caught:
        from_document(document)
    assert caught.value.data["parameter"] == "schema_version"


def test_a_damaged_document_names_the_place() -> None:
    document = to_document(ITINERARY)
    document["days"][0]["stops"][0]["lon"] = "east"
    with pytest.raises(InvalidParameterError) as caught:
        from_document(document)
    assert caught.value.data["parameter"] == "days.0.stops.0.lon"


@pytest.mark.parametrize("texts", [ZH, EN])
def test_geojson_alternates_stops_and_legs(texts: Texts) -> None:
    collection = json.loads(json.dumps(to_geojson(ITINERARY, texts)))
    kinds = [f["properties"]["kind"] for f in collection["features"]]
    assert kinds == ["start", "leg", "site", "leg", "site", "leg", "site", "leg", "end"]
    for before, leg, after in zip(*(collection["features"][n::2] for n in (0, 1, 2)), strict=False):
        assert leg["geometry"]["coordinates"][0] == before["geometry"]["coordinates"]
        assert leg["geometry"]["coordinates"][-1] == after["geometry"]["coordinates"]
    assert collection["properties"]["fidelity"] == "schematic"
    assert [f["properties"].get("number") for f in collection["features"][2::2]][:3] == [1, 2, 3]


def test_gpx_is_read_back_whole() -> None:
    document = gpxpy.parse(to_gpx(ITINERARY, EN))
    assert [(w.latitude, w.longitude) for w in document.waypoints] == [
        (stop.lat, stop.lon) for stop in ITINERARY.stops
    ]
    assert document.waypoints[2].name.endswith((NASTY.name_en, ROUGH.name_en, "Site a"))
    assert any(NASTY.name_en in w.name for w in document.waypoints)
    assert len(document.routes[0].points) == len(ITINERARY.stops)
    tracks = [
        tuple((p.longitude, p.latitude) for p in track.segments[0].points)
        for track in document.tracks
    ]
    assert tracks == [leg.coordinates for leg in ITINERARY.legs]
    assert "schematic" in document.description
    first = document.waypoints[0].time
    assert first == datetime(2026, 11, 28, 1, tzinfo=UTC)


def test_ics_holds_each_stop_as_an_event_in_shanghai() -> None:
    calendar = icalendar.Calendar.from_ical(to_ics(ITINERARY, ZH, NOW))
    events = list(calendar.walk("VEVENT"))
    assert len(events) == len(ITINERARY.stops)
    for event, stop in zip(events, ITINERARY.stops, strict=True):
        begins = event["dtstart"].dt
        planned = stop.arrival or stop.departure
        exact = not any(
            leg.duration_range_s for leg in ITINERARY.legs[: ITINERARY.stops.index(stop)]
        )
        assert begins <= planned + timedelta(seconds=30)
        assert not exact or begins >= planned - timedelta(seconds=30)
        assert not begins.second
        assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert any(str(event["summary"]) == NASTY.name_zh for event in events)
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


KML = {"k": "http://www.opengis.net/kml/2.2"}


def test_kml_is_well_formed_and_holds_every_position() -> None:
    root = ET.fromstring(to_kml(ITINERARY, EN))  # noqa: S314 - our own text
    points = [p.text for p in root.iterfind(".//k:Point/k:coordinates", KML)]
    assert points == [f"{s.lon:.6f},{s.lat:.6f}" for s in ITINERARY.stops]
    lines = [line.text.split() for line in root.iterfind(".//k:LineString/k:coordinates", KML)]
    assert [len(line) for line in lines] == [len(leg.coordinates) for leg in ITINERARY.legs]
    assert any(NASTY.name_en in n.text for n in root.iterfind(".//k:Placemark/k:name", KML))


def test_csv_has_a_row_a_stop_and_runs_no_formula() -> None:
    text = to_csv(ITINERARY, EN)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == len(ITINERARY.stops)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert [row["No."] for row in rows] == ["", "1", "2", "3", ""]


def test_a_later_calendar_has_a_later_stamp_and_the_same_events() -> None:
    """RFC 5545, 3.8.7.2: the stamp is when the file was made, in UTC, whatever the day planned."""
    made = datetime(2026, 11, 24, 11, 0, 5, 999, tzinfo=TIME_ZONE)
    files = [to_ics(ITINERARY, ZH, moment) for moment in (made, made + timedelta(days=90))]
    first, later = (icalendar.Calendar.from_ical(file).walk("VEVENT") for file in files)
    assert [event.decoded("dtstamp") for event in first] == [
        datetime(2026, 11, 24, 3, 0, 5, tzinfo=UTC)
    ] * len(ITINERARY.stops)
    assert all(
        event.decoded("dtstamp") == datetime(2027, 2, 22, 3, 0, 5, tzinfo=UTC) for event in later
    )
    assert [str(event["uid"]) for event in first] == [str(event["uid"]) for event in later]


def _calendar_of_now(itinerary: Any, messages: Any) -> bytes:
    return to_ics(itinerary, messages, NOW)


@pytest.mark.parametrize("render", [to_gpx, _calendar_of_now, to_kml, to_csv, to_geojson])
def test_the_same_itinerary_has_the_same_bytes(render: Any) -> None:
    assert render(planned(), ZH) == render(planned(), ZH)


@pytest.mark.parametrize(
    ("metres", "mode", "fidelity", "said"),
    [
        (1_234, "walk", "schematic", "≈ 1250 m"),
        (1_974, "walk", "schematic", "≈ 1950 m"),
        (2_040, "walk", "schematic", "≈ 2 km"),
        (20, "walk", "schematic", "≈ 50 m"),
        (0, "walk", "schematic", "≈ 0 m"),
        (340, "drive", "schematic", "≈ 300 m"),
        (30, "drive", "schematic", "≈ 100 m"),
        (1_234, "drive", "schematic", "≈ 1.2 km"),
        (9_970, "drive", "schematic", "≈ 10 km"),
        (25_499, "drive", "schematic", "≈ 25 km"),
        (1_234, "walk", "street", "1.2 km"),
        (994, "walk", "street", "990 m"),
        (997, "walk", "street", "1 km"),
        (25_499, "drive", "street", "25 km"),
    ],
)
def test_lengths_are_no_more_exact_than_known(
    metres: float, mode: Mode, fidelity: Fidelity, said: str
) -> None:
    assert say_length(metres, mode, fidelity, EN) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 min"), (10, "1 min"), (1_790, "30 min"), (3_600, "1 h"), (5_100, "1 h 25 min")],
)
def test_durations_are_said_in_minutes(seconds: float, said: str) -> None:
    assert say_duration(seconds, EN) == said


def test_a_doubtful_leg_is_said_as_a_range() -> None:
    legs = [leg for leg in ITINERARY.legs if leg.duration_range_s]
    assert legs
    for leg in legs:
        low, high = (bound // 60 for bound in leg.duration_range_s)
        said = say_leg(leg, "schematic", EN).duration
        assert said.replace("1 h ", "60+").startswith(f"{low} min to") or low >= 60 or not low
        assert str(high % 60) in said


def links_of(index: int, mode: Mode = "walk") -> Any:
    leg = replace(ITINERARY.legs[index], mode=mode)
    found = navigation_links(leg, ITINERARY.stops[index], ITINERARY.stops[index + 1])
    return {(link.provider, link.travel): link for link in found}


def query(link: Any) -> Any:
    return {key: value[0] for key, value in parse_qs(urlsplit(link.url).query).items()}


def test_each_app_gets_its_own_datum() -> None:
    links = links_of(0)
    stop = ITINERARY.stops[1]
    gcj_lon, gcj_lat = wgs84_to_gcj02(stop.lon, stop.lat)
    bd_lon, bd_lat = wgs84_to_bd09(stop.lon, stop.lat)
    assert query(links["amap", "walk"])["to"].startswith(f"{gcj_lon:.6f},{gcj_lat:.6f},")
    assert query(links["tencent", "walk"])["tocoord"] == f"{gcj_lat:.6f},{gcj_lon:.6f}"
    assert query(links["apple", "walk"])["daddr"] == f"{gcj_lat:.6f},{gcj_lon:.6f}"
    baidu = query(links["baidu", "walk"])
    assert baidu["destination"].startswith(f"latlng:{bd_lat:.6f},{bd_lon:.6f}|name:")
    assert baidu["coord_type"] == "bd09ll"
    assert links["geo", "walk"].url.startswith(f"geo:{stop.lat:.6f},{stop.lon:.6f}")


def test_public_transport_is_handed_over() -> None:
    links = links_of(0)
    assert query(links["amap", "transit"])["mode"] == "bus"
    assert query(links["baidu", "transit"])["mode"] == "transit"
    assert query(links["apple", "transit"])["dirflg"] == "r"


def test_a_bicycle_is_handed_over_as_one_and_a_coach_as_a_car() -> None:
    cycle = links_of(0, "cycle")
    assert query(cycle["amap", "cycle"])["mode"] == "ride"
    assert query(cycle["baidu", "cycle"])["mode"] == "riding"
    assert query(cycle["tencent", "cycle"])["type"] == "bike"
    assert query(cycle["apple", "cycle"])["mode"] == "cycling"
    assert links_of(0, "coach").keys() == links_of(0, "drive").keys()


def test_a_link_to_a_rough_position_says_so() -> None:
    rough = next(i for i, s in enumerate(ITINERARY.stops) if s.site_id == "rough")
    assert all(link.approximate for link in links_of(rough - 1).values())
    assert ";u=2000" in links_of(rough - 1)["geo", "walk"].url
    assert not any(link.approximate for link in links_of(rough).values())


def test_a_name_cannot_end_its_parameter() -> None:
    nasty = next(i for i, s in enumerate(ITINERARY.stops) if s.site_id == "nasty")
    to = query(links_of(nasty - 1)["amap", "walk"])["to"]
    assert to.count(",") == 2


def test_a_day_is_handed_over_only_where_an_app_takes_it() -> None:
    assert day_links(ITINERARY.days[0]) == ()  # on foot, with waypoints
    driven = day_links(planned(mode="drive").days[0])
    assert [link.provider for link in driven] == ["apple"]
    assert urlsplit(driven[0].url).query.count("waypoint=") == 3
    short = planned(mode="drive", stops=["a"])
    assert [link.provider for link in day_links(short.days[0])] == ["amap", "apple"]
    alone = planned(stops=["a"], start=None, end=None)
    assert day_links(alone.days[0]) == ()
    pair = planned(stops=["a"], end=None)
    assert {link.provider for link in day_links(pair.days[0])} >= {"amap", "baidu", "tencent"}
