"""The page that plans: every wish of the machine interface can be typed, and none is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.planning import plan_of_query, query_of_plan
from api.web.pages.plan_form import asked_of
from geo.planner import read_request

DEPART = "2026-11-28T09:00"
A, B, C = "navy-museum", "ww1-museum", "cpc-qingdao-memorial"


def read(*items: tuple[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked_of(items).query().items() if value}


def test_fields_of_one_site_become_parameters() -> None:
    assert read(
        ("stops", A), ("stops", B), ("stops", C), ("optional", C), (f"at.{A}", "10:00"),
        (f"at.{B}", ""), (f"visit.{B}", "45"), ("before", f"{A}@{B}"), ("first", B), ("then", C),
        ("until", "17:00"), ("lunch", "45"), ("hours", "keep"),
    ) == {
        "stops": f"{A},{B}", "optional": C, "appointments": f"{A}@10:00", "visits": f"{B}@45",
        "before": f"{A}@{B},{B}@{C}", "until": "17:00", "lunch": "45", "hours": "keep",
    }  # fmt: skip


def test_an_address_is_read_as_it_was_written() -> None:
    first = read(("stops", f"{A},{B}"), ("optional", C), ("appointments", f"{A}@10:00"))
    assert read(*first.items()) == first


def test_what_was_said_of_a_site_goes_with_it() -> None:
    said = read(("stops", A), (f"at.{B}", "10:00"), (f"visit.{A}", "30"), ("before", f"{A}@{B}"))
    assert said == {"stops": A, "visits": f"{A}@30"}


@pytest.mark.parametrize(
    "wish",
    [
        {"stops": [A, B], "mode": "walk", "depart": DEPART, "start": [120.31, 36.065]},
        {"route": "r2023-01", "order": "given", "end": [120.3, 36.06]},
        {"stops": [A], "optional": [B], "until": "17:00", "lunch": 45, "hours": "keep"},
        {"stops": [A, B], "appointments": [[A, "10:00"]], "visits": [[B, 45]], "before": [[A, B]]},
    ],
)
def test_a_request_and_its_address_are_the_same(wish: dict[str, Any]) -> None:
    request = read_request(wish)
    query = query_of_plan(request)
    assert plan_of_query(asked_of(list(query.items())).wish()) == request


def test_an_optional_site_that_is_taken_out_is_gone() -> None:
    box = (f"room.{C}", "1")
    assert read(("stops", A), ("stops", C), box) == {"stops": A, "optional": C}
    assert read(("stops", A), box) == {"stops": A}


def test_an_order_beside_limits_is_refused_with_the_way_out(client: TestClient) -> None:
    sent = {"stops": f"{A},{B}", "order": "given", "until": "17:00", "depart": DEPART, "lang": "en"}
    refused = client.get("/plan", params=sent)
    assert refused.status_code == 422
    assert f'name="depart" value="{DEPART}"' in refused.text
    alert = refused.text.split('role="alert"', 1)[1].split("</section>")[0]
    (way_out,) = re.findall(r'href="(/plan[^"]*)"', alert)
    page = client.get(way_out.replace("&amp;", "&")).text
    assert page.count('class="stop ') == 2
    # Where limits choose the order, the page offers no other.
    assert 'name="order"' not in page
    assert "data-move" not in page
    assert "data-move" in client.get("/plan", params=sent | {"until": ""}).text


def test_the_page_keeps_to_the_day(client: TestClient) -> None:
    query = {"stops": f"{A},{B}", "optional": C, "until": "11:00", "depart": DEPART, "lang": "en"}
    page = client.get("/plan", params=query).text
    assert 'id="left-out"' in page
    assert re.search(rf'name="room.{C}" value="1" checked', page)
    section = page.split('id="left-out"', 1)[1].split("</section>")[0]
    later = re.findall(r'href="(/plan[^"]*)"', section)[0]
    longer = client.get(later.replace("&amp;", "&")).text
    assert longer.count('class="stop ') > page.count('class="stop ')


def test_lunch_and_waiting_are_shown(client: TestClient) -> None:
    fixed = {f"at.{A}": "11:30", f"at.{B}": "15:00", f"visit.{A}": "30"}
    query = {"stops": f"{A},{B}", "lunch": "45", "depart": DEPART, "lang": "en", **fixed}
    page = client.get("/plan", params=query).text
    assert "Wait on arrival: the visit begins at 11:30" in page
    assert "Lunch after the visit, 45 minutes" in page
    assert f'name="at.{A}" value="11:30"' in page


@pytest.mark.parametrize(
    ("query", "typed"),
    [
        ({"stops": A, "lunch": "5"}, 'name="lunch" min="15" max="180" step="5" value="5"'),
        ({"stops": A, "until": "late"}, 'name="until" value="late"'),
        ({"stops": A, "until": "late"}, "应为时刻，如 16:30"),
        ({"stops": A, f"at.{A}": "7:00"}, f'name="at.{A}" value="7:00"'),
        ({"stops": A, "lunch": "5", "depart": DEPART}, f'name="depart" value="{DEPART}"'),
        ({"stops": A, "appointments": "x"}, "两部分"),
        ({"stops": f"{A},{B}", "order": "given", "until": "17:00"}, 'value="given"'),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: TestClient, query: dict[str, str], typed: str
) -> None:
    page = client.get("/plan", params={**query, "lang": "zh"})
    assert page.status_code in {400, 422}
    assert 'role="alert"' in page.text
    assert typed in page.text


def test_so_many_hours_from_here_is_a_form(client: TestClient) -> None:
    page = client.get("/plan", params={"lang": "en"}).text
    (start, *_) = re.findall(r'name="start"><option value="([^"]+)"', page)
    sent = {"start": start, "hours": "3", "mode": "walk", "depart": DEPART, "lang": "en"}
    answer = client.get("/suggest", params=sent)
    assert answer.status_code == 200
    assert answer.text.count('class="stop ') > 2


def test_the_rows_of_a_form_become_days() -> None:
    sent = (("stops", A), ("depart", DEPART), ("days", "3"))
    assert read(*sent) == {"stops": A, "depart": DEPART, "days": "3"}
    rows = (("to.1", ""), ("date.2", "2026-11-29"), ("from.2", ""), ("to.2", ""))
    assert read(*sent, *rows)["days"] == "3"
    told = read(*sent, ("to.1", "17:00"), ("date.2", "2026-11-30"), ("from.2", "10:00"))
    # The third day was not told: it follows the second.
    assert told["dates"] == "2026-11-28@-17:00,2026-11-30@10:00-,2026-12-01"
    assert "days" not in told
    moved = read(*sent, ("date.2", "2026-11-20"), ("date.3", "2026-11-21"))
    assert moved["days"] == "3"
    assert read(("stops", A), ("depart", DEPART), ("days", "1"), ("nights", "x"), ("to.1", "")) == {
        "stops": A,
        "depart": DEPART,
    }


def test_several_days_are_asked_for_shown_and_changed(client: TestClient) -> None:
    query = {
        "stops": f"{A},{B}", "optional": C, "days": "2", "depart": DEPART, "lang": "en",
        "nights": "120.3125,36.0645", "to.1": "11:00", "date.2": "2026-11-29", "to.2": "11:00",
        f"priority.{C}": "5",
    }  # fmt: skip
    page = client.get("/plan", params=query).text
    assert page.count('class="day-name"') == 2
    assert "Day 2 · Sunday, 29 November 2026" in page
    assert 'name="to.2" value="11:00"' in page
    assert re.search(rf'name="priority.{C}"><option value="5" selected', page)
    section = page.split('id="left-out"', 1)[1].split("</section>")[0]
    for link in re.findall(r'href="(/plan[^"]*)"', section):
        changed = client.get(link.replace("&amp;", "&"))
        assert changed.status_code == 200
        assert changed.text.count('class="stop ') > page.count('class="stop ')


def test_a_day_may_stay_free(client: TestClient) -> None:
    page = client.get("/plan", params={"stops": A, "days": "3", "depart": DEPART, "lang": "en"})
    assert page.status_code == 200
    assert page.text.count("nothing planned") == 2


def test_each_night_has_a_place_of_its_own() -> None:
    sent = (("stops", A), ("depart", DEPART), ("days", "3"), ("date.2", "2026-11-29"))
    assert "nights" not in read(*sent, ("night.1", ""), ("night.2", ""))
    assert read(*sent, ("night.1", B), ("night.2", B))["nights"] == B
    assert read(*sent, ("night.2", "120.3125,36.0645"))["nights"] == "anywhere;120.3125,36.0645"


def test_a_form_asks_for_a_car_and_walks_and_who_comes(client: TestClient) -> None:
    query = {
        "stops": f"{A},{B}", "depart": DEPART, "lang": "en", "mode": "auto", "start": C,
        "longest_walk": "900", "people": "45", "step_free": "true", "days": "2",
        "night.1": B, "date.2": "2026-11-29",
    }  # fmt: skip
    page = client.get("/plan", params=query).text
    assert 'value="auto" checked' in page
    assert 'name="longest_walk" min="100" max="20000" step="50" value="900"' in page
    assert 'name="step_free" value="true" checked' in page
    assert "before 45 come" in page
    for name, site in (("start", C), ("night.1", B)):
        chosen = page.split(f'<select name="{name}">')[1].split("</select>")[0]
        assert re.search(rf'value="{site}" selected', chosen)
