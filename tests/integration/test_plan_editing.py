"""Editing a plan: buttons that are addresses, locks that hold, and what each edit changes."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import insert

from api.state import holder_of
from routes_data.models import PLANS

A, B, C, D = "navy-museum", "ww1-museum", "cpc-qingdao-memorial", "may-fourth-square"
WISH = {
    "stops": f"{A},{B}",
    "optional": C,
    "until": "18:00",
    "depart": "2026-11-28T09:00",
    "assume_hours": "no",
}


def buttons(page: str) -> list[dict[str, str]]:
    """Return for each stop its buttons, address by text."""
    found = re.findall(r'<details class="stop-edit.*?</details>', page, re.DOTALL)
    links = (re.findall(r'<a class="btn" href="([^"]*)"[^>]*>([^<]*)</a>', one) for one in found)
    return [{text: html.unescape(href) for href, text in one} for one in links]


def order(page: str) -> list[str]:
    """Return the sites of a page's plan in their order."""
    timetable = page.split('id="timetable"', 1)[1].split('id="take"', maxsplit=1)[0]
    return re.findall(r'<h3><a href="/sites/([a-z0-9-]+)', timetable)


def against(page: str) -> list[str]:
    """Return what a page tells of the plan before."""
    section = page.split('id="against"', 1)[1].split("</section>", maxsplit=1)[0]
    return [html.unescape(text) for text in re.findall(r"<span>([^<]*)</span></li>", section)]


def test_every_edit_is_an_address_that_keeps_what_is_locked(client: TestClient) -> None:
    first = client.get("/plan", params={**WISH, "lang": "en"}).text
    shown = order(first)
    assert len(buttons(first)) == len(shown) == 3
    lock = next(one for one in buttons(first)[1] if one.startswith("Lock the time"))
    locked = client.get(buttons(first)[1][lock]).text
    assert against(locked) == ["The same as the plan before."]
    assert "Locked: 2026-11-28" in locked
    moved = client.get(buttons(locked)[0]["Move later"])
    assert moved.status_code == 200
    assert order(moved.text)[:2] == [shown[1], shown[0]] or 'id="left-out"' in moved.text
    assert lock.rpartition(" ")[2] in moved.text
    freed = client.get(buttons(locked)[1]["Unlock the time"]).text
    assert "Locked:" not in freed
    dropped = client.get(buttons(first)[0]["Take out"]).text
    assert shown[0] not in order(dropped)
    assert any("no longer in it" in one for one in against(dropped))


def test_edits_keep_the_mode_that_was_asked_for(client: TestClient) -> None:
    page = client.get("/plan", params={**WISH, "mode": "auto", "lang": "en"}).text
    hrefs = [href for stop in buttons(page) for href in stop.values()]
    assert hrefs
    assert all("mode=auto" in href for href in hrefs)


def test_pinned_stops_keep_their_order_and_are_released(client: TestClient) -> None:
    first = client.get("/plan", params={**WISH, "lang": "en"}).text
    swapped = client.get(buttons(first)[0]["Move later"]).text
    shown = order(first)
    assert order(swapped) == [shown[1], shown[0], shown[2]]
    assert swapped.count("Order pinned") == 3
    assert any("more on the way" in one for one in against(swapped))
    page = swapped
    for _ in range(3):
        release = next(one["Release its place in the order"] for one in buttons(page)
                       if "Release its place in the order" in one)  # fmt: skip
        page = client.get(release).text
    assert order(page) == shown
    assert "Order pinned" not in page


def test_a_plan_without_limits_is_reordered_as_listed(client: TestClient) -> None:
    first = client.get("/plan", params={"stops": f"{A},{B},{C}", "lang": "en"}).text
    swapped = client.get(buttons(first)[0]["Move later"]).text
    shown = order(first)
    assert order(swapped) == [shown[1], shown[0], shown[2]]


def test_a_stop_is_added_where_it_is_wished(client: TestClient) -> None:
    first = client.get("/plan", params={**WISH, "until": "22:00", "lang": "en"}).text
    form = first.split('class="plan-insert', 1)[1].split("</form>")[0]
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
    }
    shown = order(first)
    between = f"{shown[0]}@{shown[1]}"
    assert f'value="{between}"' in form
    page = client.get("/plan", params={**fields, "insert": D, "between": between}).text
    assert order(page) == [shown[0], D, *shown[1:]]
    assert any("is new" in one for one in against(page))
    anywhere = client.get("/plan", params={**fields, "insert": D, "between": ""}).text
    assert D in order(anywhere)
    assert "Order pinned" not in anywhere


def test_a_stop_moves_to_another_day(client: TestClient) -> None:
    wish = {"stops": f"{A},{B},{C}", "days": "2", "depart": "2026-11-28T09:00", "lang": "en"}
    first = client.get("/plan", params=wish).text
    day = next(text for text in buttons(first)[0] if text.startswith("Move to day"))
    moved = client.get(buttons(first)[0][day]).text
    assert any("is on another day" in one for one in against(moved))
    # The form holds the lock too, and it may be unticked there.
    assert re.search(rf'name="at\.{order(first)[0]}" value="2026-11-\d\d" checked', moved)


def test_a_kept_plan_is_changed_into_a_new_one(client: TestClient) -> None:
    kept = client.post("/api/plans", json={"route": "r2023-01"}).json()["id"]
    page = client.get(f"/p/{kept}?lang=en").text
    dropped = client.get(buttons(page)[0]["Take out"])
    assert dropped.status_code == 200
    assert order(dropped.text) == [one for one in order(page) if one != order(page)[0]]
    assert any("no longer in it" in one for one in against(dropped.text))
    new = re.search(r'name="plan" value="([^"]*)"', dropped.text)
    assert new is not None
    answer = client.post("/p", data={"plan": html.unescape(new[1])}, follow_redirects=False)
    assert answer.status_code == 303
    assert kept not in answer.headers["location"]
    assert order(client.get(f"/p/{kept}").text) == order(page)


def test_the_machine_interface_tells_the_change(client: TestClient) -> None:
    wish = {"stops": [A, B, C], "mode": "walk", "depart": "2026-11-28T09:00", "hours": "keep"}
    kept = client.post("/api/plans", json=wish).json()["id"]
    changed: dict[str, Any] = {**wish, "stops": [A, B, D]}
    one = client.post(f"/api/itineraries?was={kept}&lang=en", json=changed).json()
    assert {move["site_id"]: move["kind"] for move in one["change"]["moves"]}[D] == "new"
    assert {move["site_id"]: move["kind"] for move in one["change"]["moves"]}[C] == "gone"
    was = ",".join(f"{s['site_id']}@{s['arrival'][:19]}" for s in one["days"][0]["stops"])
    query = {"stops": f"{A},{B},{D}", "mode": "walk", "depart": wish["depart"], "hours": "keep"}
    two = client.get("/api/itineraries", params={**query, "was": was}).json()
    assert (two["change"]["moves"], two["change"]["travel_s"]) == ([], None)
    refused = client.get("/api/itineraries", params={**query, "was": "a@b"})
    assert (refused.status_code, refused.json()["rule"]) == (400, "plan_before")
    assert client.get("/api/itineraries", params={**query, "was": "nothing"}).status_code == 404
    assert "change" not in client.get("/api/itineraries", params=query).json()


def test_a_kept_plan_honours_accept(client: TestClient) -> None:
    kept = client.post("/api/plans", json={"stops": [A, B]}).json()["id"]
    for accept, media in (
        ("application/gpx+xml", "application/gpx+xml"),
        ("text/calendar;q=0.9, */*;q=0.1", "text/calendar"),
        ("*/*", "application/json"),
    ):
        answer = client.get(f"/api/plans/{kept}", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(media)
    assert client.get(f"/api/plans/{kept}", headers={"Accept": "image/png"}).status_code == 406


OLD = {
    "id": "2222222222aaaa",
    "request": {
        "stops": [A, B],
        "mode": "walk",
        "order": "best",
        "depart": "2026-11-28T09:00:00+08:00",
    },
    "result": "f" * 64,
    "catalogue": "1",
    "network": "schematic 2026-11",
}  # fmt: skip
"""A row as it was kept in the days of documents of version 1."""


def test_a_plan_kept_in_the_days_of_version_1_opens(client: TestClient) -> None:
    store = holder_of(client.app).state.store
    with store.engine.begin() as connection:
        connection.execute(insert(PLANS).values(**OLD, kept=datetime(2026, 11, 1, tzinfo=UTC)))
    page = client.get(f"/p/{OLD['id']}?lang=en")
    assert page.status_code == 200
    assert set(order(page.text)) == {A, B}
    document = client.get(f"/api/plans/{OLD['id']}").json()
    assert (document["differs"], document["request"]) == (True, OLD["request"])
    assert document["itinerary"]["schema_version"] >= 2
