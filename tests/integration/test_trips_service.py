"""Field trips over HTTP: the page without scripts, the pack, its files, and what they refuse."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_plus

import icalendar
import pypdf
import pytest
from fastapi.testclient import TestClient
from trips_world import SCHOOL, TRIPS

from api.places import place_called, read_position
from geo.catalogue import Catalogue
from geo.errors import InvalidParameterError
from maps.pack import typeset as typesetting

TOWN = {"at": SCHOOL, "date": "2026-11-27", "back_by": "17:00", "school": "某中学"}
STOPS = "navy-museum,ww1-museum,cpc-qingdao-memorial"
ASKED = {**TOWN, "stops": STOPS}


class Forms(HTMLParser):
    """The fields of the first form of a page, as a browser without scripts would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._select = ""
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "select":
            self._select = values["name"]
        elif tag == "option" and "selected" in values and self._select:
            self.sent.append((self._select, values["value"]))
        elif tag == "input" and values.get("name"):
            kind = values.get("type")
            if kind in {"checkbox", "radio"} and "checked" not in values:
                return
            if kind != "image":
                self.sent.append((values["name"], values.get("value", "")))


def test_the_form_is_sent_without_a_script_and_gives_a_trip(client: TestClient) -> None:
    empty = client.get("/trip", params={"lang": "zh"})
    assert empty.status_code == 200
    fields = [field for field in Forms(empty.text).sent if field[0] != "near"]
    sent = [*fields, ("near", "青岛站"), *(("stops", one) for one in STOPS.split(","))]
    page = client.get("/trip", params=sent)
    assert page.status_code == 200
    assert page.text.count("row-visit") == 3
    # What was typed stays as it was typed: another name would be looked up anew.
    again = dict(Forms(page.text).sent)
    assert (again["near"], again["at"]) == ("青岛站", "")


def test_a_click_on_the_map_comes_back_nearer_and_keeps_the_form(client: TestClient) -> None:
    sent = {**ASKED, "at": "", "level": "0", "pick.x": "160", "pick.y": "220", "lang": "en"}
    first = client.get("/trip", params=sent, follow_redirects=False)
    assert first.status_code == 303
    target = first.headers["location"]
    assert "level=1" in target
    assert "stops=" + STOPS in target
    assert "pick" not in target
    page = client.get(target)
    assert page.status_code == 200
    (picture,) = re.findall(r'src="(/trip/map\.svg[^"]*)"', page.text)
    drawn = client.get(picture.replace("&amp;", "&"))
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "<circle" in drawn.text


def test_the_same_spot_is_found_through_every_level(client: TestClient) -> None:
    """The middle of a nearer map is the spot that was clicked: a click there changes nothing."""
    asked = {"level": "0", "pick.x": "161", "pick.y": "223", "lang": "zh"}
    found = client.get("/trip", params=asked, follow_redirects=False).headers["location"]
    match = re.search(r"at=([\d.]+),([\d.]+)", found)
    assert match is not None
    nearer = {"at": f"{match[1]},{match[2]}", "level": "1", "pick.x": "160", "pick.y": "150"}
    again = client.get("/trip", params=nearer, follow_redirects=False).headers["location"]
    other = re.search(r"at=([\d.]+),([\d.]+)", again)
    assert other is not None
    assert abs(float(match[1]) - float(other[1])) < 1e-4
    assert abs(float(match[2]) - float(other[2])) < 1e-4


def test_the_pack_is_there_as_pdf_and_as_a_page(client: TestClient) -> None:
    pdf = client.get("/api/trips/pack.pdf", params=ASKED)
    assert pdf.headers["content-type"] == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(pdf.content)).pages) > 15
    page = client.get("/trip/pack", params={**ASKED, "langs": "both"})
    for part in ("maps", "timetable", "roll", "risk", "emergency", "quiz", "answers", "coach"):
        assert f'id="{part}"' in page.text
    assert "style=" not in page.text
    fewer = client.get("/trip/pack", params={**ASKED, "omit": "quiz,answers"})
    assert 'id="quiz"' not in fewer.text
    aloud = client.get("/trip/pack", params={**ASKED, "parts": "coach"})
    assert aloud.text.count('class="pack-part') == 1


def test_every_file_of_every_class_is_in_one_zip(client: TestClient) -> None:
    asked = {**ASKED, "classes": "2", "parts": "cover,timetable"}
    answer = client.get("/api/trips/pack.zip", params=asked)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(archive.namelist()) == sorted(
        f"red-trails-trip-2026-11-27-class-{n}.{form}"
        for n in (1, 2)
        for form in ("pdf", "csv", "ics", "gpx")
    )
    calendar: Any = icalendar.Calendar.from_ical(
        archive.read("red-trails-trip-2026-11-27-class-1.ics")
    )
    text = archive.read("red-trails-trip-2026-11-27-class-1.csv").decode("utf-8-sig")
    assert 1 + len(calendar.walk("VEVENT")) == len(list(csv.reader(io.StringIO(text)))) > 8
    assert b"<gpx" in archive.read("red-trails-trip-2026-11-27-class-2.gpx")


def test_the_code_on_the_cover_leads_to_what_is_different(client: TestClient) -> None:
    page = client.get("/trip/pack", params={**ASKED, "parts": "cover"})
    (link,) = set(re.findall(r'aria-label="([^"]*was=[^"]*)"', page.text))
    link = link.replace("&amp;", "&").removeprefix("http://testserver")
    assert "Nothing is different" in client.get(link + "&lang=en").text
    old = client.get(re.sub(r"was=[^&]*", "was=1~abcde~700", link) + "&lang=en")
    assert "was 11:40" in old.text
    later = client.get(link.replace("/trip?", "/trip?depart=09:00&") + "&lang=en")
    assert "Departure 09:00, was 08:00" in later.text


def test_hour_and_length_of_lunch_are_fields_that_come_back(client: TestClient) -> None:
    lunch = {"lunch_from": "12:10", "lunch_to": "12:40", "lunch_min": "35"}
    page = client.get("/trip", params={**ASKED, **lunch, "lang": "en"})
    again = dict(Forms(page.text).sent)
    assert {name: again[name] for name in lunch} == lunch
    rows = client.get("/api/trips", params={**ASKED, **lunch}).json()["classes"][0]["timetable"]
    (meal,) = [row for row in rows if row["kind"] == "lunch"]
    assert "12:10" <= meal["begin"][11:16] <= "12:40"
    assert datetime.fromisoformat(meal["end"]) == datetime.fromisoformat(meal["begin"]) + timedelta(
        minutes=35
    )


def test_an_impossible_trip_offers_what_would_help(client: TestClient) -> None:
    asked = {**ASKED, "back_by": "08:40", "lang": "en"}
    page = client.get("/trip", params=asked)
    assert page.status_code == 422
    changed = [
        href for href in Forms(page.text).links if "back_by=" in href and "08:40" not in href
    ]
    assert changed
    assert client.get(changed[0]).status_code == 200
    answer = client.get("/api/trips", params=asked)
    assert answer.json()["code"] == "trip-impossible"
    assert any(change.startswith("back_by") for change in answer.json()["changes"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"transport": "walk", "walk_limit_m": "500", "back_by": "08:50", "stops": STOPS[:11]},
            "With two changes",
        ),
        (
            {"days": "2", "lodging": "120.38,36.06", "stops": STOPS[:11]},
            "2 days are too many for 1",
        ),
    ],
)
def test_where_no_single_limit_helps_a_button_does_it_all(
    client: TestClient, changes: dict[str, str], said: str
) -> None:
    page = client.get("/trip", params={**ASKED, **changes, "lang": "en"})
    assert page.status_code == 422
    (href,) = re.findall(rf'href="([^"]+)">{said}', page.text)
    assert client.get(href.replace("&amp;", "&")).status_code == 200


def test_json_says_the_same_as_the_address(client: TestClient) -> None:
    by_address = client.get("/api/trips", params=ASKED).json()
    body = {**TOWN, "at": [120.3802, 36.0612], "stops": STOPS.split(",")}
    assert client.post("/api/trips", json=body).json() == by_address
    (plan,) = by_address["classes"]
    assert [row["kind"] for row in plan["timetable"]].count("visit") == 3
    assert {check["code"] for check in plan["checks"]} >= {"trip-check-hours"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"stops": "nowhere"}, 404),
        ({"date": "soon"}, 400),
        ({"at": "36.06"}, 400),
        ({"number": "2"}, 400),
        ({"parts": "poster"}, 400),
        ({"paper": "a3"}, 400),
        ({"pupil": "someone"}, 400),
    ],
)
def test_bad_parameters_are_refused_in_words(
    client: TestClient, changes: dict[str, str], status: int
) -> None:
    answer = client.get("/api/trips/pack.pdf", params={**ASKED, **changes})
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"near": "Atlantis", "at": ""},
        {"at": ""},
        {"was": "x"},
        {"stops": "nowhere"},
        {"number": "4"},
        {"level": "٣"},
        {"pick.x": "9" * 40, "pick.y": "1"},
        {"at": "nan,nan"},
    ],
)
def test_the_page_answers_nonsense_with_words(client: TestClient, changes: dict[str, str]) -> None:
    page = client.get("/trip", params={**ASKED, **changes})
    assert page.status_code in {200, 303, 400, 404, 422}
    assert "Traceback" not in page.text


def test_what_a_teacher_types_stays_text(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    asked = {**ASKED, "school": evil, "group": evil, "title": evil, "ask": f"navy-museum|{evil}"}
    for path in ("/trip", "/trip/pack"):
        page = client.get(path, params=asked)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("name", TRIPS)
def test_five_real_trips_are_made(client: TestClient, name: str) -> None:
    page = client.get("/trip", params={**TRIPS[name], "lang": "zh"})
    assert page.status_code == 200
    assert "row-visit" in page.text


def test_public_transport_to_the_start_is_handed_over(client: TestClient) -> None:
    asked = {
        "at": "120.40,36.10",
        "start_near": "青岛站",
        "date": "2026-11-27",
        "transport": "walk",
        "stage": "junior",
        "stops": "german-prison-museum",
        "lang": "zh",
    }
    page = client.get("/trip", params=asked)
    assert page.status_code == 200
    links = [link for link in Forms(page.text).links if "uri.amap.com" in link]
    assert any("mode=bus" in link for link in links)
    assert "集合点" in page.text
    walked = client.get("/trip", params={**asked, "start_near": ""})
    assert walked.status_code == 422


def test_without_the_extra_the_web_page_stays_and_the_pdf_says_why(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "find_spec", lambda _: None)
    asked = {**ASKED, "school": "没有 PDF 的学校", "lang": "en"}
    page = client.get("/trip", params=asked)
    assert "pack.pdf" not in page.text
    assert "/trip/pack?" in page.text
    assert client.get("/trip/pack", params=asked).status_code == 200
    answer = client.get("/api/trips/pack.pdf", params=asked)
    assert answer.status_code == 503
    assert answer.json()["code"] == "pack-unavailable"


def test_every_fault_stands_beside_its_field_under_its_label(client: TestClient) -> None:
    asked = {
        "go": "1",
        "near": "青岛一中",
        "start_near": "Atlantis",
        "ask": "几门炮？",
        "school": "青岛一中",
        "pupils": "33",
        "date": "2099-01-02",
        "lang": "zh",
    }
    page = client.get("/trip", params=asked)
    assert page.status_code in {400, 422}
    for name, said in {
        "near": "“学校在哪里附近”写的是“青岛一中”：不是已知的地名",
        "start_near": "“集合点在哪里附近”写的是“Atlantis”",
        "stops": "“场馆”：至少要有一处场馆",
        "ask": "“自己出的题（每行一题：场馆|题目）”写的是“几门炮？”：应为“场馆|题目”",
    }.items():
        assert f'id="fault-{name}"' in page.text
        assert f'href="#f-{name}">{said}' in page.text
    assert not re.search(r"参数|start_near”|near”写", page.text)
    kept = dict(Forms(page.text).sent)
    assert all(kept[name] == asked[name] for name in ("school", "near", "start_near", "pupils"))
    assert ">几门炮？</textarea>" in page.text


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"back_by": "07:00"}, "back_by"),
        ({"days": "2"}, "lodging"),
        ({"days": "2", "lodging": "120,36", "transport": "walk"}, "transport"),
        ({"capacity": "3", "classes": "2"}, "capacity"),
        ({"walk_limit_m": "5"}, "walk_limit_m"),
        ({"lunch_from": "12:00", "lunch_to": "11:30"}, "lunch_to"),
        ({"lunch_min": "5"}, "lunch_min"),
        ({"at": "青岛路 1 号"}, "at"),
        ({"stops": "nowhere"}, "stops"),
        ({"date": "someday"}, "date"),
        ({"theme": "dinosaurs", "stops": ""}, "theme"),
        ({"route": "nowhere"}, "route"),
        ({"ask": "navy-museum|?\n水族馆|鱼"}, "ask"),
    ],
)
def test_a_fault_is_shown_at_its_field(
    client: TestClient, changes: dict[str, str], name: str
) -> None:
    page = client.get("/trip", params={**ASKED, **changes, "lang": "en"})
    assert page.status_code >= 400
    assert f'id="fault-{name}"' in page.text
    assert f'id="f-{name}"' in page.text
    assert "parameter" not in re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)


def test_a_day_that_has_passed_is_said(client: TestClient) -> None:
    page = client.get("/trip", params={**ASKED, "date": "2020-11-27", "lang": "en"})
    assert page.status_code == 200
    assert 'id="past"' in page.text
    assert "The date 2020-11-27 has passed" in page.text
    later = client.get("/trip", params={**ASKED, "date": "2098-11-27", "lang": "en"})
    assert 'id="past"' not in later.text


@pytest.mark.parametrize(
    "typed",
    [
        "120.3802,36.0612",
        "36.0612, 120.3802",
        "36.0612°N 120.3802°E",
        "经度：120.3802，纬度：36.0612",
    ],
)
def test_coordinates_are_taken_as_they_are_pasted(client: TestClient, typed: str) -> None:
    asked = {**ASKED, "classes": "1"}
    wanted = client.get("/api/trips", params=asked).json()["classes"][0]["timetable"]
    page = client.get("/trip", params={**asked, "at": typed})
    assert page.status_code == 200
    assert all(row["begin"][11:16] in page.text for row in wanted)
    assert dict(Forms(page.text).sent)["at"] == typed


def test_a_meeting_point_is_called_what_it_was_found_by(client: TestClient) -> None:
    asked = {**ASKED, "classes": "1", "start_near": "青岛站", "lang": "zh"}
    assert "青岛站集合" in client.get("/trip", params=asked).text
    assert "西门集合" in client.get("/trip", params={**asked, "start_name": "西门"}).text


def test_a_form_nobody_filled_in_prints_in_the_language_of_the_page(client: TestClient) -> None:
    for lang in ("zh", "en"):
        assert dict(Forms(client.get("/trip", params={"lang": lang}).text).sent)["langs"] == lang
    linked = client.get("/trip", params={**ASKED, "lang": "en"}).text
    assert dict(Forms(linked).sent)["langs"] == "zh", "a link that says nothing means Chinese"


def test_where_no_place_is_known_the_map_is_open(client: TestClient) -> None:
    asked = {**ASKED, "at": "", "near": "Atlantis", "lang": "zh"}
    page = client.get("/trip", params=asked).text
    assert "<details open><summary>或者在地图上点" in page


def test_coordinates_of_a_chinese_map_are_moved_to_where_they_are() -> None:
    lon, lat = read_position("at", "120.38544,36.06105", "gcj02")
    assert abs(lon - 120.3802) < 2e-3
    assert abs(lat - 36.0612) < 2e-3
    assert (lon, lat) != (120.38544, 36.06105)


@pytest.mark.parametrize(
    ("name", "found"),
    [("青岛站", "青岛站"), ("海军博物馆", "中国人民解放军海军博物馆"), ("平度", "平度"),
     ("Pingdu", "平度"), ("市南区", "市南区"), ("李沧区中心", "李沧区中心"),
     ("大泽山镇", "大泽山镇"), ("青岛北站", "青岛北站"),
     ("Qingdao North Railway Station", "青岛北站")],
)  # fmt: skip
def test_a_place_is_found_by_any_name_there_is(qingdao: Catalogue, name: str, found: str) -> None:
    place = place_called("near", name, qingdao)
    assert place.name_zh == found
    assert read_position("at", place.text) == (place.lon, place.lat), "as exactly as it is known"


@pytest.mark.parametrize("name", ["青岛一中", "某中学", "Atlantis", "镇", " ", "，"])
def test_a_school_is_never_invented(qingdao: Catalogue, name: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        place_called("near", name, qingdao)
    assert error.value.data["parameter"] == "near"


@pytest.mark.parametrize(("name", "offered"), [("中山路", "中山路"), ("火车站", "大港火车站")])
def test_a_road_or_a_part_of_a_name_is_offered_never_taken(
    qingdao: Catalogue, name: str, offered: str
) -> None:
    with pytest.raises(InvalidParameterError) as error:
        place_called("near", name, qingdao)
    assert error.value.data["rule"] == "near_like"
    near, near_en = error.value.data["near"], error.value.data["near_en"]
    assert any(offered in one for one in near)
    for zh, en in zip(near, near_en, strict=True):
        assert place_called("near", zh, qingdao).name_zh == zh
        assert place_called("near", en, qingdao).name_zh == zh
        assert en.isascii()


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"near": "中山路", "pupils": "0"}, {"near", "pupils"}),
        ({"near": "", "walk_limit_m": "1", "stops": ""}, {"near", "stops", "walk_limit_m"}),
        ({"at": SCHOOL, "days": "2", "lodging_near": "Atlantis", "ask": "?"},
         {"lodging_near", "ask"}),
        ({"at": "here", "back_by": "07:00"}, {"at", "back_by"}),
    ],
)  # fmt: skip
def test_all_faults_of_a_form_are_told_at_once(
    client: TestClient, wrong: dict[str, str], fields: set[str]
) -> None:
    page = client.get("/trip", params={**ASKED, "at": "", "go": "1", "lang": "en", **wrong})
    assert set(re.findall(r'<span class="fault" id="fault-(\w+)"', page.text)) == fields
    assert page.text.count("<li><svg") >= len(fields)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_offered_for_a_road_is_in_the_language_of_the_page(
    client: TestClient, lang: str
) -> None:
    asked = {**ASKED, "lang": lang, "at": "", "near": "中山路"}
    page = client.get("/trip", params=asked).text
    (offered,) = re.findall(r'<ul class="buttons offers">(.*?)</ul>', page)
    names = [unquote_plus(one) for one in re.findall(r"[?&;]near=([^&\"]+)", offered)]
    assert names
    for name in names:
        assert ("Road" in name and name.isascii()) is (lang == "en")
        assert page.count(name) >= 3, "in the sentence, in the list of faults, on the button"
        found = client.get("/trip", params={**asked, "near": name}).text
        assert "row-visit" in found


def test_questions_of_nothing_in_the_trip_are_refused(client: TestClient) -> None:
    rules = {"navy-museum": "ask_line", "|?": "ask_line", "may-fourth-square|?": "ask_site"}
    for ask, rule in rules.items():
        answer = client.get("/api/trips", params={**ASKED, "ask": ask})
        assert answer.status_code == 400
        assert answer.json()["rule"] == rule
    page = client.get("/trip/pack", params={**ASKED, "ask": "navy-museum|几门炮？"})
    assert "几门炮？" in page.text


def test_a_sheet_is_looked_at_and_each_good_row_leads_to_its_trip(client: TestClient) -> None:
    head = "学校,学校位置,日期,年级,景点,备注\n"
    rows = "第一中学,青岛站,2099/12/2,初二,海军博物馆,\n"
    rows += "第二中学,青岛一中,12月2日,中学,海军博物馆,\n"
    sent = {"sheet": ("学校.csv", (head + rows).encode("gb18030"), "text/csv")}
    page = client.post("/trip/sheet", params={"lang": "zh"}, files=sent)
    assert page.status_code == 200
    assert "可用 1 行，有误 1 行" in page.text
    assert "<td>年级</td><td>学段</td>" in page.text
    assert "<td>备注</td><td>（没有用到）</td>" in page.text
    for said in ("“学校位置”写的是“青岛一中”", "“日期”写的是“12月2日”", "“年级”写的是“中学”"):
        assert said in page.text
    links = {one for one in Forms(page.text).links if one.startswith("/trip?")}
    (href,) = links - {"/trip?lang=zh"}
    assert client.get(href).text.count("row-visit") == 1
    bad = client.post("/trip/sheet", params={"lang": "en"}, files={"sheet": ("x.pdf", b"%PDF", "")})
    assert bad.status_code == 422
    assert ".csv, .xlsx" in bad.text
    filled = client.get("/trip/sheet/template.xlsx", params={"lang": "zh"})
    sent = {"sheet": ("t.xlsx", filled.content, "")}
    assert "可用 0 行" in client.post("/trip/sheet", params={"lang": "zh"}, files=sent).text
