"""A site's form: what it shows of a body, and the body it makes."""

from __future__ import annotations

import pytest

from api.web.pages.staff.fields import Sheet
from api.web.pages.staff.sheets import SHEETS
from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import InvalidParameterError
from geo.positions import read_position
from routes_data.kinds import KINDS
from routes_data.revisions import State
from routes_data.store import Store

LON, LAT = 120.3201, 36.0662


SITES = SHEETS["sites"]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.kind)
def test_every_column_of_a_record_has_a_field(sheet: Sheet) -> None:
    columns = {column.name for column in KINDS[sheet.kind].columns} - {"id"}
    assert columns == set(sheet.field_of)
    pair = {"lon", "lat"} if "lon" in columns else set()
    assert set(sheet.fields) == columns - pair | ({"position"} if pair else set())


def test_a_form_nobody_touched_changes_nothing_of_any_route(qingdao_store: Store) -> None:
    routes = SHEETS["routes"]
    heads = qingdao_store.editor.worklist("routes", [State.PUBLISHED])
    assert len(heads) == 57
    for head in heads:
        shown = routes.shown(head.body)
        numbers = tuple(str(at) for at in range(1, len(shown["stops"]) + 4))
        sent = {**shown, "stops": (*shown["stops"], "", "", ""), "at.stops": numbers}
        reading = routes.read(sent, head.body)
        assert (reading.body, reading.problems) == (head.body, {}), head.id
        made = routes.read(sent, {"id": head.id})
        assert (made.body, made.problems) == (head.body, {}), head.id


def test_stops_come_in_the_order_of_their_numbers() -> None:
    sent = {"stops": ("a", "b", "", "c"), "at.stops": ("3", "1", "2", "1.5")}
    assert SHEETS["routes"].read(sent, {}).body["stops"] == ["b", "c", "a"]
    unnumbered = {"stops": ("a", "b"), "at.stops": ("x",)}
    assert SHEETS["routes"].read(unnumbered, {}).body["stops"] == ["a", "b"]


def test_a_moment_gets_the_zone_its_field_does_not_say() -> None:
    events = SHEETS["events"]
    body = events.read({"starts": ("2026-12-01T09:00",)}, {}).body
    assert body["starts"] == "2026-12-01T09:00+08:00"
    assert events.shown(body)["starts"] == ("2026-12-01T09:00",)


def test_a_place_that_is_no_place_is_said() -> None:
    reading = SHEETS["routes"].read({"start": ("栈桥, 120.3, 36.06",)}, {})
    assert reading.problems["start"].data["rule"] == "place_line"


def test_a_form_nobody_touched_changes_nothing_of_any_site(qingdao_store: Store) -> None:
    heads = qingdao_store.editor.worklist("sites", [State.DRAFT, State.PUBLISHED])
    assert len(heads) > 89  # the candidates, too: some without a position
    for head in heads:
        sent = {
            name: tuple(one.replace("\n", "\r\n") for one in values)
            for name, values in SITES.shown(head.body).items()
        }
        reading = SITES.read(sent, head.body)
        assert (reading.body, reading.problems) == (head.body, {}), head.id


def test_a_form_filled_in_on_nothing_makes_the_same_body(qingdao_store: Store) -> None:
    for head in qingdao_store.editor.worklist("sites", [State.PUBLISHED]):
        reading = SITES.read(SITES.shown(head.body), {"id": head.id})
        assert not reading.problems
        made, was = ({**one, "themes": sorted(one["themes"])} for one in (reading.body, head.body))
        assert made == was, head.id


@pytest.mark.parametrize(
    "pasted",
    [
        "120.3201,36.0662",
        "36.0662, 120.3201",
        " 120.3201 36.0662 ",
        "120.3201，36.0662",
        "东经120.3201° 北纬36.0662°",
        "36.0662N, 120.3201E",
        "(120.3201; 36.0662)",
    ],
)
def test_a_position_is_read_however_it_is_pasted(pasted: str) -> None:
    assert read_position(pasted, "wgs84") == (LON, LAT)


@pytest.mark.parametrize(("datum", "there"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_a_position_of_a_chinese_map_is_converted(datum: str, there) -> None:  # noqa: ANN001
    lon, lat = there([LON], [LAT])
    made = read_position(f"{lon[0]:.6f},{lat[0]:.6f}", datum)
    assert made == pytest.approx((LON, LAT), abs=2e-6)


@pytest.mark.parametrize(
    ("pasted", "datum"),
    [
        ("", "wgs84"),
        ("120.3", "wgs84"),
        ("120.3,36.0,5", "wgs84"),
        ("here 120.3,36.0", "wgs84"),
        ("220.3,36.0", "wgs84"),
        ("120.3,96.0", "wgs84"),
        ("120°19'12\" 36°3'58\"", "wgs84"),
        ("120.3,36.0", "utm"),
        ("nan,36", "gcj02"),
    ],
)
def test_a_position_that_is_none(pasted: str, datum: str) -> None:
    with pytest.raises(InvalidParameterError):
        read_position(pasted, datum)


BASE = {
    "id": "x",
    "aliases": ["甲"],
    "themes": ["navy"],
    "period_from": 1950,
    "lon": LON,
    "lat": LAT,
}


def test_each_shape_is_read() -> None:
    fields = SITES.shown(BASE) | {
        "aliases": ("甲\r\n\r\n 乙 ",),
        "themes": ("martyrs", "navy", "nonsense"),
        "period_from": ("-3000",),
        "accuracy_m": ("12.5",),
        "visit_min": ("45",),
        "sources": ("青岛日报 | 2021-06-28 | https://example.org\r\n区志｜1999",),
        "phone": (" 0532-1 ",),
    }
    reading = SITES.read(fields, BASE)
    assert not reading.problems
    body = reading.body
    assert body["aliases"] == ["甲", "乙"]
    assert body["themes"] == ["navy", "martyrs"]
    assert (body["period_from"], body["accuracy_m"], body["visit_min"]) == (-3000, 12.5, 45)
    assert body["sources"] == [
        {"publisher": "青岛日报", "date": "2021-06-28", "url": "https://example.org"},
        {"publisher": "区志", "date": "1999", "url": ""},
    ]
    assert body["phone"] == "0532-1"


def test_what_cannot_be_read_is_told_by_field_and_all_at_once() -> None:
    fields = SITES.shown(BASE) | {
        "position": ("somewhere",),
        "visit_min": ("an hour",),
        "period_from": ("1950.5",),
        "sources": ("a|b|c|d",),
    }
    reading = SITES.read(fields, BASE)
    assert set(reading.problems) == {"position", "visit_min", "period_from", "sources"}
    assert {name: reading.body[name] for name in BASE} == BASE


def test_a_field_that_is_emptied_is_empty() -> None:
    fields = {
        **SITES.shown(BASE),
        "aliases": ("",),
        "themes": (),
        "period_from": ("",),
        "position": ("",),
    }
    body = SITES.read(fields, BASE).body
    assert (body["aliases"], body["themes"], body["period_from"]) == ([], [], None)
    assert (body["lon"], body["lat"]) == (None, None)


def test_the_same_figures_in_another_datum_are_another_position() -> None:
    fields = {**SITES.shown(BASE), "datum": ("gcj02",)}
    body = SITES.read(fields, BASE).body
    assert body["lon"] != LON
    assert abs(float(str(body["lon"])) - LON) < 0.01
