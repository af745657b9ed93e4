"""What staff type and do not save: kept for them alone, shown again, never over a newer version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import Browser, form_of, signed_in

from api.state import holder_of
from geo.errors import ConflictError
from routes_data.store import Store
from routes_data.unsaved import NEW, Unsaved

pytest_plugins = ("fixtures_staff", "fixtures_store")

SITE = "navy-museum"
EDIT = f"/staff/sites/{SITE}"


def store_of(service: TestClient) -> Store:
    return holder_of(service.app).state.store  # type: ignore[arg-type,return-value]


def type_in(browser: Browser, page: Response, **typed: str) -> Response:
    """What the page's script sends while somebody types."""
    _, fields = form_of(page.text, page.url.path)
    path = page.url.path.replace("/staff/", "/staff/unsaved/").replace("new-site", "sites/new")
    return browser.http.post(path, data={**fields, **typed}, headers={"Accept": "application/json"})


def field(page: Response, name: str) -> str:
    return form_of(page.text, page.url.path)[1][name][0]


def test_what_was_typed_stands_in_the_form_of_its_author_alone(service: TestClient) -> None:
    editor, other = signed_in(service, "editor"), signed_in(service, "shinan")
    kept = type_in(editor, editor.get(EDIT), phone="0532-7", reason="还没写完")
    assert (kept.status_code, kept.json()["edition"]) == (200, 1)
    elsewhere = signed_in(service, "editor")
    again = elsewhere.get(EDIT)
    assert (field(again, "phone"), field(again, "reason")) == ("0532-7", "还没写完")
    assert "nobody else sees it" in again.text
    assert "What you typed and did not save" in editor.get("/staff").text
    assert field(other.get(EDIT), "phone") != "0532-7"
    assert "0532-7" not in other.get(f"{EDIT}/history").text
    assert store_of(service).editor.head("sites", SITE).revision == 1
    done = elsewhere.send(again, f"/unsaved/sites/{SITE}/discard")
    assert ("discarded" in done.text, field(done, "phone") == "0532-7") == (True, False)


def test_it_rests_on_its_version_and_is_merged_or_shown_side_by_side(service: TestClient) -> None:
    editor, other = signed_in(service, "editor"), signed_in(service, "shinan")
    type_in(editor, editor.get(EDIT), phone="0532-7", honours="我的")
    other.send(other.get(EDIT), EDIT, do="save", reason="x", ticket="CNY 20", honours="他的")
    page = editor.get(EDIT)
    assert "shinan saved version 2" in page.text
    assert field(page, "expected") == "1"
    clash = editor.send(page, EDIT, do="save", reason="y")
    assert (clash.status_code, "他的" in clash.text, "我的" in clash.text) == (409, True, True)
    assert field(editor.get(EDIT), "phone") == "0532-7"
    done = editor.send(clash, EDIT, {"pick.honours": "theirs"}, do="save")
    body = store_of(service).editor.head("sites", SITE).body
    assert (body["phone"], body["ticket"], body["honours"]) == ("0532-7", "CNY 20", "他的")
    assert "unsaved-note" not in done.text
    assert store_of(service).unsaved.of("editor") == ()


def test_a_button_that_does_not_save_keeps_it_without_scripts(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    editor.send(editor.get(EDIT), EDIT, do="preview")
    assert store_of(service).unsaved.of("editor") == ()
    editor.send(editor.get(EDIT), EDIT, do="preview", phone="0532-7")
    assert field(editor.get(EDIT), "phone") == "0532-7"
    made = editor.get("/staff/new-site")
    editor.send(made, "/staff/new-site", name_zh="新馆", reason="")
    assert field(editor.get("/staff/new-site"), "name_zh") == "新馆"
    closure = editor.get("/staff/closures/new")
    type_in(editor, closure, site=SITE, date_from="2027-01-01")
    assert field(editor.get("/staff/closures/new"), "date_from") == "2027-01-01"
    listed = editor.get("/staff").text
    assert all(f'href="{path}?' in listed for path in (EDIT, "/staff/closures/new"))


def test_two_windows_of_one_person_do_not_overwrite_each_other(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    first, second = editor.get(EDIT), editor.get(EDIT)
    assert type_in(editor, first, phone="0532-1").status_code == 200
    told = type_in(editor, second, phone="0532-2")
    assert (told.status_code, "another window" in told.json()["said"]) == (409, True)
    assert field(editor.get(EDIT), "phone") == "0532-1"
    assert type_in(editor, first, phone="0532-3", edition="1").status_code == 200


def test_who_may_not_and_what_is_no_form(service: TestClient) -> None:
    viewer, editor = signed_in(service, "viewer"), signed_in(service, "editor")
    page = editor.get(EDIT)
    token = form_of(viewer.get(EDIT).text, "/logout")[1]["token"]
    path = f"/staff/unsaved/sites/{SITE}"
    assert viewer.http.post(path, data={"token": token}).status_code == 403
    assert editor.http.post(path, data={"token": "x"}).status_code == 403
    assert type_in(editor, page, expected="7").status_code == 404
    assert type_in(editor, page, honours="长" * 200_001).status_code == 413
    assert Browser(service).http.post(path, headers={"Accept": "*/*"}).status_code == 401
    assert store_of(service).unsaved.of("editor") == ()


def test_it_is_forgotten_after_some_months(store: Store) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    old, fields = Unsaved(store.engine, lambda: now), {"phone": ("1",)}
    assert old.keep("li", ("sites", "a"), 3, fields, edition=0).edition == 1
    with pytest.raises(ConflictError):
        old.keep("li", ("sites", "a"), 3, fields, edition=0)
    later = Unsaved(store.engine, lambda: now + timedelta(days=91))
    kept = later.keep("li", ("sites", NEW), 0, fields)
    assert later.of("li") == (kept,)
    assert later.get("li", ("sites", "a")) is None
    assert later.of("wang") == ()
