"""Kept field trips over HTTP: with forms alone, and as a machine does it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pypdf
import pytest
from fastapi.testclient import TestClient
from trips_world import SCHOOL, TRIPS

from api.state import holder_of
from geo.catalogue import Catalogue
from geo.models import Closure

STOPS = "navy-museum,ww1-museum,cpc-qingdao-memorial"
ASKED = {
    "at": SCHOOL,
    "date": "2026-11-27",
    "back_by": "17:00",
    "school": "某中学",
    "group": "初二（3）班",
    "stops": STOPS,
    "ask": "navy-museum|甲板上有几门炮？",
    "omit": "quiz,answers",
    "lang": "en",
}
WISH = {
    "school": "某中学",
    "at": [120.3802, 36.0612],
    "date": "2026-11-27",
    "back_by": "17:00",
    "stops": STOPS.split(","),
}
HTML = {"Accept": "text/html"}


class Sent(HTMLParser):
    """What a browser without scripts would send of each POST form, by the form's address."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] | None = None
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = {}
            if values.get("method") == "post":
                self.forms[values["action"]] = self._form
        if tag == "a":
            self.links.append(values.get("href", ""))
        named = tag == "input" and "name" in values and values.get("type") != "checkbox"
        if self._form is not None and named:
            self._form[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def form(self, ending: str) -> tuple[str, dict[str, str]]:
        """Return the address and the fields of the form whose address ends so."""
        (found,) = (
            item for item in self.forms.items() if item[0].partition("?")[0].endswith(ending)
        )
        return found


def keep(client: TestClient, **changes: str) -> tuple[str, str]:
    """Keep a trip by the page; return its address and its key."""
    page = client.get("/trip", params={**ASKED, **changes})
    action, fields = Sent(page.text).form("/t")
    answer = client.post(action, data=fields, headers=HTML)
    assert answer.status_code == 201, answer.text
    (path,) = set(re.findall(r"http://testserver(/t/\w{14})<", answer.text))
    (key,) = re.findall(r'id="edit-key">([\w-]+)<', answer.text)
    return path, key


def change_form(client: TestClient, path: str, **changes: str) -> tuple[str, dict[str, str]]:
    """Open a kept trip, press "change", fill something in; return the form that saves it."""
    (href,) = {
        one for one in Sent(client.get(path, params={"lang": "en"}).text).links if "edit=" in one
    }
    query = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
    page = client.get("/trip", params={**query, **changes})
    assert page.status_code == 200, page.text
    return Sent(page.text).form(path)


def test_a_trip_is_kept_changed_and_removed_without_a_script(client: TestClient) -> None:
    path, key = keep(client)
    page = client.get(path, params={"lang": "en"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    assert page.text.count("row-visit") == 3
    assert "Nothing is different from when it was last saved" in page.text
    assert "某中学 初二（3）班" in page.text
    assert key not in page.text

    action, fields = change_form(client, path, pupils="30", back_by="16:00")
    answer = client.post(action, data={**fields, "key": f" {key.upper()} "}, follow_redirects=False)
    assert answer.status_code == 303
    changed = client.get(answer.headers["location"])
    assert "(version 2)" in changed.text
    assert client.get(f"/api/kept-trips{path[2:]}").json()["trip"]["pupils"] == 30

    action, fields = Sent(changed.text).form("/remove")
    removed = client.post(action, data={**fields, "key": key, "sure": "yes"})
    assert removed.status_code == 200
    assert "The trip is deleted" in removed.text
    gone = client.get(path, headers=HTML)
    assert gone.status_code == 410
    assert "was deleted" in gone.text
    assert "某中学" not in gone.text
    assert client.post(action, data={"key": key, "sure": "yes"}).status_code == 410


def test_the_page_of_the_key_is_kept_nowhere_and_leads_on(client: TestClient) -> None:
    page = client.get("/trip", params=ASKED)
    action, fields = Sent(page.text).form("/t")
    answer = client.post(action, data=fields)
    assert answer.headers["cache-control"] == "no-store"
    assert "shown this once" in answer.text
    # Without a view box a style sheet that makes the code smaller would cut it off.
    assert re.search(r'class="qr"[^>]*><svg [^>]*viewBox="0 0 (\d+) \1"', answer.text)
    links = Sent(answer.text).links
    assert [one for one in links if re.match(r"/t/\w+\?lang=zh", one)]
    assert not [one for one in links if "key" in one]
    assert client.get("/t", follow_redirects=False).headers["location"].startswith("/trip")


def test_everything_asked_for_comes_back_into_the_form(client: TestClient) -> None:
    asked = {"langs": "both", "paper": "a5", "title": "红色之旅"}
    asked |= {"lunch_from": "11:30", "lunch_to": "12:45", "lunch_min": "40"}
    path, _ = keep(client, **asked)
    _, fields = change_form(client, path)
    sent = {name: values[0] for name, values in parse_qs(fields["trip"]).items()}
    wanted = {**ASKED, **asked}
    wanted.pop("lang")
    assert {name: sent.get(name) for name in wanted if name != "at"} == {
        name: value for name, value in wanted.items() if name != "at"
    }
    assert fields["edition"] == "1"


@pytest.mark.parametrize("wrong", ["", "wrong", "2222-" * 7])
def test_a_wrong_key_changes_nothing_and_loses_no_typing(client: TestClient, wrong: str) -> None:
    path, key = keep(client)
    before = client.get(f"/api/kept-trips{path[2:]}").json()
    action, fields = change_form(client, path, pupils="31")
    refused = client.post(action, data={**fields, "key": wrong}, headers=HTML)
    assert refused.status_code == 403
    assert "The edit key is not right" in refused.text
    again, kept = Sent(refused.text).form(path)
    assert "pupils=31" in kept["trip"]
    remove, _ = Sent(client.get(path, params={"lang": "en"}).text).form("/remove")
    refused = client.post(remove, data={"key": wrong, "sure": "yes"}, headers=HTML)
    assert refused.status_code == 403
    assert "nothing was changed" in refused.text
    assert client.get(f"/api/kept-trips{path[2:]}").json() == before
    assert client.post(again, data={**kept, "key": key}).status_code == 200
    assert client.get(f"/api/kept-trips{path[2:]}").json()["edition"] == 2


def test_removal_is_confirmed(client: TestClient) -> None:
    path, key = keep(client)
    answer = client.post(f"{path}/remove?lang=en", data={"key": key})
    assert answer.status_code == 422
    assert "tick the box" in answer.text
    assert client.get(path).status_code == 200


def test_of_two_teachers_the_second_is_told(client: TestClient) -> None:
    path, key = keep(client)
    first = change_form(client, path, pupils="30")
    second = change_form(client, path, pupils="20")
    assert client.post(first[0], data={**first[1], "key": key}).status_code == 200
    refused = client.post(second[0], data={**second[1], "key": key}, headers=HTML)
    assert refused.status_code == 409
    (newest,) = (one for one in Sent(refused.text).links if "edition=2" in one)
    assert "pupils=30" in newest
    assert client.get(f"/api/kept-trips{path[2:]}").json()["trip"]["pupils"] == 30
    action, fields = Sent(client.get(newest).text).form(path)
    assert client.post(action, data={**fields, "key": key}).status_code == 200


def test_the_code_of_a_print_leads_to_the_kept_trip_and_what_changed(client: TestClient) -> None:
    path, key = keep(client)
    link = code_of(client.get(f"{path}/pack").text)
    assert link.startswith(f"{path}?was=2~")
    assert "the print still holds" in client.get(link + "&lang=en").text
    action, fields = change_form(client, path, depart="09:00", back_by="17:00")
    client.post(action, data={**fields, "key": key})
    told = client.get(link + "&lang=en").text
    assert "Compared with the printed pack" in told
    assert re.search(r"was \d\d:\d\d", told)
    assert "Nothing is different from when it was last saved" in client.get(path + "?lang=en").text


def code_of(pack: str) -> str:
    """The address in the code on the cover of a pack's web page."""
    (link,) = set(re.findall(r'aria-label="http://testserver(/t/[^"]*)"', pack))
    return link.replace("&amp;", "&")


def test_a_print_says_what_was_changed_in_words(client: TestClient) -> None:
    path, key = keep(client)
    link = code_of(client.get(f"{path}/pack").text)
    asked = {
        "title": "海军博物馆一日",
        "pupils": "31",
        "adults": "4",
        "lunch": "booked",
        "paper": "a5",
        "omit": "quiz,kit",
        "ask": f"{ASKED['ask']}\nnavy-museum|几条船？",
    }
    action, fields = change_form(client, path, **asked)
    assert client.post(action, data={**fields, "key": key}).status_code == 200
    told = client.get(link + "&lang=en").text
    for said in (
        "now “海军博物馆一日”",
        "Pupils a class: printed as “45”, now “31”",
        "printed as “Packed lunch”, now “",
        "Paper: this print is “A4”, now it would be “A5”",
        "no longer be printed: What to take",
        "own questions have changed (1 printed, 2 now)",
    ):
        assert said in told, said


def test_files_of_a_kept_trip_follow_its_print_options(client: TestClient) -> None:
    path, _ = keep(client)
    page = client.get(path, params={"lang": "en"})
    files = [one for one in Sent(page.text).links if "/api/kept-trips/" in one]
    assert len(files) == 5
    for href in files:
        answer = client.get(href)
        assert answer.status_code == 200, href
        assert answer.headers["cache-control"] == "no-cache"
    whole = client.get(f"{path}/pack").text
    assert 'id="quiz"' not in whole
    assert 'id="roll"' in whole
    assert 'id="quiz"' in client.get(f"{path}/pack", params={"parts": "quiz"}).text
    pdf = client.get(f"/api/kept-trips{path[2:]}/pack.pdf", params={"parts": "cover"})
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert path in text.replace("\n", "")


def test_classes_have_pages_and_snapshots_of_their_own(client: TestClient) -> None:
    path, _ = keep(client, classes="2", stops="navy-museum,ww1-museum")
    second = client.get(path, params={"number": "2", "lang": "en"})
    assert second.status_code == 200
    assert "Nothing is different" in second.text
    assert f"{path}?number=1" in second.text.replace("&amp;", "&")
    assert client.get(path, params={"number": "5"}).status_code == 400
    assert client.get(path, params={"number": "x"}).status_code == 400
    pack = client.get(f"{path}/pack", params={"number": "2", "parts": "cover"})
    assert f"{path}?number=2&amp;was=" in pack.text


def test_a_trip_that_can_be_planned_no_longer_can_still_be_changed(client: TestClient) -> None:
    path, key = keep(client, stops="navy-museum")
    app: Any = client.app
    trips = holder_of(app).state.trips
    kept = trips.get(path[3:])
    gone = kept.content.request.model_copy(update={"stops": ("gone-site",)})
    trips.change(kept.id, key, replace(kept.content, request=gone), kept.edition)
    page = client.get(path, params={"lang": "en"}, headers=HTML)
    assert page.status_code == 404
    assert "No trip could be made" in page.text
    assert any("edit=" in one for one in Sent(page.text).links)
    assert Sent(page.text).form("/remove")


def test_a_site_that_closes_later_is_offered_to_be_replaced(client: TestClient) -> None:
    """From the kept trip the offer leads to the form with the site replaced, still to be saved."""
    path, key = keep(client)
    app: Any = client.app
    holder = holder_of(app)
    before = holder.state
    sites = before.catalogue.sites
    closed = Closure("2026-11-20", "2026-11-30", "布展", "being refitted", "t")
    cells = [(closed,) if one == "navy-museum" else () for one in sites.index]
    catalogue = Catalogue(
        "closed",
        sites=sites.assign(closures=pd.Series(cells, index=sites.index, dtype="object")),
        routes=before.catalogue.routes,
        collections=before.catalogue.collections,
        places=before.catalogue.places,
        districts=before.catalogue.districts,
    )
    holder.swap(lambda state: replace(state, catalogue=catalogue))
    try:
        page = client.get(path, params={"lang": "en"})
        assert page.status_code == 200
        assert "being refitted" in page.text
        (href,) = [one for one in Sent(page.text).links if "edit=" in one and "stops=" in one
                   and "navy-museum" not in one]  # fmt: skip
        form = client.get(href)
        assert form.text.count("row-visit") == 3
        action, fields = Sent(form.text).form(path)
        saved = client.post(action, data={**fields, "key": key})
        assert saved.status_code == 200, saved.text
        stops = client.get(f"/api/kept-trips{path[2:]}").json()["trip"]["stops"]
        assert len(stops) == 3
        assert "navy-museum" not in stops
    finally:
        holder.swap(lambda state: replace(state, catalogue=before.catalogue))


def test_a_place_found_by_its_name_is_named_so_when_its_trip_is_opened_again(
    client: TestClient,
) -> None:
    asked = {"at": "", "near": "青岛站", "start_near": "Qingdao North Railway Station"}
    path, key = keep(client, **asked)
    (href,) = {one for one in Sent(client.get(path).text).links if "edit=" in one}

    def fields_of(address: str) -> dict[str, str]:
        return Typed(client.get(address).text).fields

    found = fields_of(href)
    assert {name: found[name] for name in asked} == asked
    assert (found["start"], found["start_name"]) == ("", "")
    pack = client.get(f"{path}/pack").text
    assert "Qingdao North Railway Station" in pack
    # Another name is another place: no coordinates of the one before are in the way.
    empty = dict.fromkeys(("at", "start", "start_name"), "")
    typed = {**empty, "near": "李沧区中心", "start_near": "青岛站"}
    action, fields = change_form(client, path, **typed)
    saved = client.post(action, data={**fields, "key": key})
    assert saved.status_code == 200
    trip = client.get(f"/api/kept-trips{path[2:]}").json()["trip"]
    assert (trip["near"], trip["start_name"]) == ("李沧区中心", "青岛站")
    assert trip["at"] != trip["start"]
    # A link of the pack of a trip that nobody keeps knows it, too.
    loose = client.get("/trip", params={**ASKED, **asked})
    (web,) = {one for one in Sent(loose.text).links if "/trip/pack" in one and "parts=" not in one}
    (back,) = {
        one
        for one in Sent(client.get(web).text).links
        if one.startswith("/trip?") and "near=" in one
    }
    assert fields_of(back)["near"] == "青岛站"


def test_coordinates_beside_the_name_of_another_place_stay_and_win(client: TestClient) -> None:
    page = client.get("/trip", params={**ASKED, "near": "青岛站"})
    fields = Typed(page.text).fields
    assert (fields["at"], fields["near"]) == (SCHOOL, "青岛站")
    path, _ = keep(client, near="青岛站")
    trip = client.get(f"/api/kept-trips{path[2:]}").json()["trip"]
    assert "near" not in trip


class Typed(HTMLParser):
    """What stands in the text fields of a page, by their names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "input" and values.get("type") == "text" and "name" in values:
            self.fields[values["name"]] = values.get("value", "")


def created(client: TestClient, **changes: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
    answer = client.post("/api/kept-trips", json={"trip": {**WISH, **changes}})
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.headers


def test_a_machine_keeps_reads_changes_and_removes(client: TestClient) -> None:
    made, headers = created(client)
    key = {"Edit-Key": made["edit_key"]}
    path = headers["location"].removeprefix("http://testserver")
    assert path == f"/api/kept-trips/{made['id']}"
    assert headers["cache-control"] == "no-store"
    assert made["link"] == f"http://testserver/t/{made['id']}"
    read = client.get(path)
    assert read.headers["etag"] == headers["etag"] == '"1"'
    assert "edit_key" not in read.json()
    assert {**read.json(), "edit_key": made["edit_key"]} == made
    plan = client.get(f"{path}/plan").json()
    assert plan["classes"][0]["differences"] == []

    body = {"trip": {**WISH, "pupils": 30}, "print": {"langs": "both"}}
    changed = client.put(path, json=body, headers={**key, "If-Match": '"1"'})
    assert changed.status_code == 200
    assert (changed.headers["etag"], changed.json()["print"]["langs"]) == ('"2"', "both")
    assert client.get(path, headers={"If-None-Match": '"2"'}).status_code == 304
    late = client.put(path, json=body, headers={**key, "If-Match": '"1"'})
    assert late.status_code == 409
    assert (late.json()["expected"], late.json()["found"]) == (1, 2)
    assert client.put(path, json=body, headers={**key, "If-Match": 'W/"2"'}).status_code == 200
    assert client.put(path, json=body, headers={**key, "If-Match": "*"}).status_code == 200
    assert client.delete(path, headers={**key, "If-Match": '"1"'}).status_code == 409
    assert client.delete(path, headers=key).status_code == 204
    for gone in (client.get(path), client.get(f"{path}/plan"), client.delete(path, headers=key)):
        assert gone.status_code == 410
        assert gone.json()["code"] == "removed-trip"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition-required"),
        ({"If-Match": '"1"'}, 403, "wrong-edit-key"),
        ({"If-Match": '"1"', "Edit-Key": "x"}, 403, "wrong-edit-key"),
        ({"If-Match": "one", "Edit-Key": "x"}, 400, "invalid-parameter"),
        ({"If-Match": '"1"', "Edit-Key": "x" * 500}, 400, "invalid-request"),
    ],
)
def test_a_change_needs_a_condition_and_the_key(
    client: TestClient, headers: dict[str, str], status: int, code: str
) -> None:
    made, _ = created(client)
    path = f"/api/kept-trips/{made['id']}"
    answer = client.put(path, json={"trip": WISH}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert client.get(path).json()["edition"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"trip": []}, 422),
        ({"trip": {**WISH, "pupil": "someone"}}, 400),
        ({"trip": {**WISH, "stops": ["nowhere"]}}, 404),
        ({"trip": {**WISH, "back_by": "08:20"}}, 422),
        ({"trip": WISH, "roll": ["someone"]}, 422),
        ({"trip": WISH, "print": {"parts": "poster"}}, 400),
        ({"trip": WISH, "print": {"number": 2}}, 422),
        ({"trip": {**WISH, "title": "a\x00b"}}, 400),
    ],
)
def test_what_is_no_trip_is_not_kept(client: TestClient, body: dict[str, Any], status: int) -> None:
    answer = client.post("/api/kept-trips", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


def test_a_field_that_is_not_ours_is_not_kept(client: TestClient) -> None:
    """Nobody's name gets in by a field of its own."""
    page = client.get("/trip", params=ASKED)
    action, fields = Sent(page.text).form("/t")
    answer = client.post(action, data={"trip": f"{fields['trip']}&pupil=某同学", "pupil": "某同学"})
    (path,) = set(re.findall(r"http://testserver(/t/\w{14})<", answer.text))
    app: Any = client.app
    assert "某同学" not in repr(holder_of(app).state.trips.get(path[3:]))


def test_a_body_of_another_kind_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/api/kept-trips", content=b"trip=x", headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 415
    assert client.post("/t", data={}).status_code == 422
    assert client.post("/t", data={"trip": "x" * 50_000}).status_code == 422
    assert client.post("/t", data={"trip": "stops=navy-museum"}).status_code == 400


@pytest.mark.parametrize("trip_id", ["nosuchtrip0000", "..%2f..%2fetc", "a%00b", "行程"])
def test_an_id_of_nothing_is_not_found(client: TestClient, trip_id: str) -> None:
    for path in (f"/api/kept-trips/{trip_id}", f"/t/{trip_id}"):
        assert client.get(path).status_code == 404


def test_what_is_typed_stays_text(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    path, _ = keep(client, school=evil, group=evil, title=evil, ask=f"navy-museum|{evil}")
    for address in (
        path,
        f"{path}/pack",
        f"{path}?was={evil}",
        f"/trip?edit={evil}&edition={evil}",
    ):
        page = client.get(address)
        assert "<script>alert" not in page.text


def test_no_key_stands_in_the_database_or_the_log(
    client: TestClient, service_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path, key = keep(client)
    made, _ = created(client)
    action, fields = change_form(client, path)
    client.post(action, data={**fields, "key": key})
    client.delete(f"/api/kept-trips/{made['id']}", headers={"Edit-Key": made["edit_key"]})
    found = b"".join(file.read_bytes() for file in service_data.glob("redtrails.db*"))
    assert path[3:].encode() in found
    for one in (key, made["edit_key"]):
        for spelling in (one, one.replace("-", "")):
            assert spelling.encode() not in found
            assert spelling not in caplog.text


def test_the_interface_is_described_with_its_headers(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    operations = document["paths"]["/api/kept-trips/{trip_id}"]
    assert {one["name"] for one in operations["put"]["parameters"]} >= {"Edit-Key", "If-Match"}
    assert "201" in document["paths"]["/api/kept-trips"]["post"]["responses"]
    assert "/t" not in document["paths"]
    body = document["components"]["schemas"]["KeptTripBody"]["properties"]
    assert set(body) == {"trip", "print"}
    assert "school" in body["trip"]["properties"]


@pytest.mark.parametrize("name", sorted(TRIPS))
def test_five_real_trips_are_kept(client: TestClient, name: str) -> None:
    path, _ = keep(client, **{"ask": "", "omit": "", "group": "", "back_by": "", **TRIPS[name]})
    page = client.get(path)
    assert "row-visit" in page.text
    assert json.loads(client.get(f"/api/kept-trips{path[2:]}").text)["edition"] == 1
