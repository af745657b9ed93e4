"""Staff at work on what belongs to sites: closures, events, media, routes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import Browser, form_of, signed_in

from api.state import holder_of
from api.web.pages.staff.sheets import SHEETS
from geo.models import TIME_ZONE
from routes_data.editor import Editor
from routes_data.revisions import State

pytest_plugins = ("fixtures_staff",)

SITE = "navy-museum"
OTHERS = [kind for kind in SHEETS if kind != "sites"]


def editor_of(service: TestClient) -> Editor:
    return holder_of(service.app).state.store.editor  # type: ignore[arg-type]


def coming(days: int) -> str:
    return (datetime.now(TIME_ZONE).date() + timedelta(days=days)).isoformat()


def close(browser: Browser, do: str = "submit", **fields: str) -> Response:
    """Fill in the form of a new closure, a week from now unless said otherwise."""
    path = "/staff/closures/new"
    days = {"date_from": coming(7), "date_to": coming(9)}
    said = {"site": SITE, "reason_zh": "布展", "reason": "馆方通知", **days}
    return browser.send(browser.get(path), path, {**said, **fields}, do=do)


def visited(service: TestClient, day: str) -> set[str]:
    asked = {"stops": f"{SITE},redview-core", "depart": f"{day}T09:30", "hours": "keep"}
    answer = service.get("/api/itineraries", params=asked, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return {stop["site_id"] for stop in answer.json()["days"][0]["stops"]}


def test_a_closure_is_added_reviewed_and_kept_to_by_plans(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    saved = close(editor)
    assert "Handed in for review" in saved.text
    (head,) = editor_of(service).worklist("closures", [State.REVIEW])
    assert head.id == f"{SITE}-{coming(7)}"
    assert SITE in visited(service, coming(8))
    listed = reviewer.get("/staff/closures")
    assert f"/staff/closures/{head.id}/review" in listed.text
    days = datetime.fromisoformat(coming(7)).day
    assert f">{days}<span" in listed.text  # in the calendar
    path = f"/staff/closures/{head.id}/review"
    done = reviewer.send(reviewer.get(path), path, do="publish")
    assert "Published: visitors see it now" in done.text
    holder_of(service.app).refresh()  # type: ignore[arg-type]
    assert SITE not in visited(service, coming(8))
    assert SITE in visited(service, coming(10))
    assert "布展" in service.get(f"/sites/{SITE}").text

    history = f"/staff/closures/{head.id}/history"
    without = reviewer.send(reviewer.get(history), f"/staff/closures/{head.id}/archive")
    assert (without.status_code, "Say why" in without.text) == (422, True)
    gone = reviewer.send(
        reviewer.get(history), f"/staff/closures/{head.id}/archive", reason="提前开放"
    )
    assert "Archived" in gone.text
    holder_of(service.app).refresh()  # type: ignore[arg-type]
    assert SITE in visited(service, coming(8))


def test_a_second_closure_of_the_same_day_has_an_id_of_its_own(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    close(editor, "save")
    close(editor, "save", date_to=coming(7))
    ids = {one.id for one in editor_of(service).worklist("closures", [State.DRAFT])}
    assert ids == {f"{SITE}-{coming(7)}", f"{SITE}-{coming(7)}-2"}


def test_a_unit_edits_what_belongs_to_its_own_sites(service: TestClient) -> None:
    own, other = signed_in(service, "shinan"), signed_in(service, "laoshan")
    assert close(own).status_code == 200
    refused = close(other)
    assert refused.status_code == 403
    assert "outside your unit" in refused.text
    assert 'value="布展"' in refused.text
    (head,) = editor_of(service).worklist("closures", [State.REVIEW])
    path = f"/staff/closures/{head.id}"
    assert "not change it" in other.get(path).text
    review = other.get(f"{path}/review")
    assert "outside your unit" in review.text
    fields = form_of(review.text, "/staff/logout")[1]
    sent = {**fields, "expected": "2", "do": "publish"}
    assert other.http.post(f"{path}/review", data=sent).status_code == 403
    elsewhere = next(
        one.id
        for one in editor_of(service).worklist("sites", [State.PUBLISHED])
        if one.body["district"] == "崂山区"
    )
    moved = own.send(own.get(path), path, {"site": elsewhere, "reason": "x"}, do="save")
    assert (moved.status_code, "outside your unit" in moved.text) == (403, True)


def test_what_is_wrong_with_a_closure_is_said_before_it_is_published(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    page = close(editor, date_from=coming(9), date_to=coming(7))
    assert "put right before it can be published" in page.text
    (head,) = editor_of(service).worklist("closures", [State.REVIEW])
    path = f"/staff/closures/{head.id}/review"
    refused = reviewer.send(reviewer.get(path), path, do="publish")
    assert (refused.status_code, "Last day" in refused.text) == (422, True)
    nothing = editor.send(
        editor.get("/staff/closures/new"), "/staff/closures/new", reason="x", do="save"
    )
    assert (nothing.status_code, "Give it a name" in nothing.text) == (422, True)


def test_an_event_keeps_its_moments(service: TestClient) -> None:
    editor, path = signed_in(service, "editor"), "/staff/events/new"
    fields = {"site": SITE, "type": "lecture", "name_zh": "海军故事宣讲", "name_en": "Navy stories",
              "starts": f"{coming(5)}T14:00", "ends": f"{coming(5)}T16:00", "visit_min": "60",
              "reason": "馆方安排"}  # fmt: skip
    saved = editor.send(editor.get(path), path, fields, do="submit")
    assert saved.status_code == 200
    (head,) = editor_of(service).worklist("events", [State.REVIEW])
    assert head.body["starts"] == f"{coming(5)}T14:00+08:00"
    assert "put right" not in saved.text
    assert "海军故事宣讲" in editor.get("/staff/events", lang="zh").text


def test_a_route_is_reordered_and_its_way_told(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    head = next(
        one
        for one in editor_of(service).worklist("routes", [State.PUBLISHED])
        if len(one.body["stops"]) > 3
    )
    path, stops = f"/staff/routes/{head.id}", head.body["stops"]
    page = editor.get(path)
    assert "On foot" in page.text
    assert "km" in page.text.split('id="ways"')[1]
    numbers = [str(len(stops) - at) for at in range(len(stops))] + ["90", "91", "92"]
    turned = {"at.stops": numbers, "reason": "改为由近及远"}
    saved = editor.send(page, path, turned, do="save")
    assert saved.status_code == 200
    draft = editor_of(service).head("routes", head.id)
    assert draft.body["stops"] == stops[::-1]
    assert {**draft.body, "stops": stops} == head.body


def test_a_review_draws_the_way_of_a_route_before_and_after(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    head = next(
        one
        for one in editor_of(service).worklist("routes", [State.PUBLISHED])
        if len(one.body["stops"]) > 3
    )
    path, stops = f"/staff/routes/{head.id}", list(head.body["stops"])
    assert 'aria-label="The way' not in editor.get(f"{path}/review").text
    kept = {"at.stops": ["1", "2"], "stops": [stops[2], stops[0]], "reason": "改道"}
    editor.send(editor.get(path), path, kept, do="submit")
    review = editor.get(f"{path}/review").text
    assert review.count('class="map-frame needs-js"') == 1
    for words in ("Before", "No longer a stop", "The way now"):
        assert words in review
    history = editor.get(f"{path}/history", before="1", after="2").text
    assert 'aria-label="The way of the route before and after"' in history
    newest = editor_of(service).head("routes", head.id)
    assert newest.body["stops"] == [stops[2], stops[0]]
    named = editor.get(f"{path}/history", before="2", after=str(newest.revision)).text
    assert 'aria-label="The way' not in named  # handed in: its way is the same


@pytest.mark.parametrize("kind", OTHERS)
def test_every_kind_has_a_list_and_a_form_in_both_languages(service: TestClient, kind: str) -> None:
    editor, viewer = signed_in(service, "editor"), signed_in(service, "viewer")
    for lang, words in (("zh", "修改说明"), ("en", "Reason of the change")):
        assert editor.get(f"/staff/{kind}", lang=lang).status_code == 200
        assert words in editor.get(f"/staff/{kind}/new", lang=lang).text
    assert viewer.get(f"/staff/{kind}").status_code == 200
    assert viewer.get(f"/staff/{kind}/new").status_code == 403


def test_there_is_no_page_of_an_unknown_kind(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    for path in ("/staff/nonsense", "/staff/nonsense/new", "/staff/nonsense/x/history"):
        assert editor.get(path).status_code == 404
    assert editor.get("/staff/closures/nothing").status_code == 404
