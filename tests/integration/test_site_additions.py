"""What staff publish about a site is seen by visitors: media, events, oral histories."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from additions_world import (
    HOSTILE,
    SITE,
    STAFF,
    editor_of,
    event,
    medium,
    publish,
    refresh,
    story,
)
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.state import holder_of
from geo.additions import Additions
from geo.errors import SchemaError
from geo.models import TIME_ZONE
from routes_data.reports import Report

pytest_plugins = ("fixtures_staff",)

PAGES = (f"/sites/{SITE}", "/events", "/stories")


def test_media_events_and_stories_are_shown_with_what_belongs_to_them(service: TestClient) -> None:
    editor = editor_of(service)
    publish(editor, "media", medium("ship"))
    publish(editor, "events", event("talk", 24, 26), event("bygone", -50, -48), event("on", -1, 1))
    publish(editor, "oral-histories", story("memories"))
    before = service.get(f"/sites/{SITE}").text
    assert "A ship at the quay" not in before
    refresh(service)
    page = service.get(f"/sites/{SITE}").text
    for words in ("A ship at the quay", "某摄影者", "CC BY 4.0", "Ring to book", "Ground floor"):
        assert words in page
    assert '<a href="https://example.org/a.jpg" rel="noopener noreferrer external">' in page
    assert '<img src="https:' not in page  # a link: the page asks nobody else
    assert page.index(">on<") < page.index(">talk<")
    assert "bygone" not in page
    assert "Told by 张某; recorded 2019" in page
    told = service.get("/stories").text
    assert "第一段\n第二段" in told
    assert f'href="/sites/{SITE}?' in told
    listed = service.get("/events").text
    assert "talk" in listed
    assert "bygone" not in listed


def test_an_event_is_planned_with_where_it_is(service: TestClient) -> None:
    publish(
        editor_of(service), "events", event("exhibition", -50, 500), event("away", 24, 26, site="")
    )
    refresh(service)
    for page in (service.get(f"/sites/{SITE}").text, service.get("/events").text):
        [link] = re.findall(r'href="(/plan[^"]+)" rel="nofollow" data-event-stop', page)
    plan = service.get(link.replace("&amp;", "&"))
    assert plan.status_code == 200
    assert f'data-stop="{SITE}"' in plan.text


def test_there_is_an_honest_word_where_nothing_is_published(service: TestClient) -> None:
    assert "No event is published at present" in service.get("/events").text
    assert "No oral history is published yet" in service.get("/stories").text
    page = service.get(f"/sites/{SITE}").text
    assert 'id="events"' not in page
    assert 'id="media"' not in page


def test_an_event_at_no_site_is_on_the_list_of_events_alone(service: TestClient) -> None:
    publish(editor_of(service), "events", event("parade", 24, 26, site=""))
    refresh(service)
    assert "parade" in service.get("/events").text
    assert "parade" not in service.get(f"/sites/{SITE}").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_texts_stay_text(service: TestClient, lang: str) -> None:
    bad = {f"{name}_{one}": HOSTILE for name in ("title", "alt") for one in ("zh", "en")}
    told = {"title_zh": HOSTILE, "title_en": "", "text_zh": HOSTILE, "narrator": HOSTILE[:80]}
    names = ("name", "place", "booking", "description")
    said = {f"{name}_{one}": HOSTILE[:80] for name in names for one in ("zh", "en")}
    publish(editor_of(service), "media", medium("bad", credit=HOSTILE, licence=HOSTILE, **bad))
    publish(editor_of(service), "oral-histories", story("bad", **told))
    publish(editor_of(service), "events", event("bad", 1, 2, source=HOSTILE, **said))
    refresh(service)
    for path in PAGES:
        page = service.get(path, params={"lang": lang}).text
        assert "&lt;img src=x" in page
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org/x"])
def test_a_link_that_is_no_web_address_is_never_published(service: TestClient, url: str) -> None:
    editor = editor_of(service)
    editor.create("media", medium("bad", url=url), STAFF)
    editor.submit("media", "bad", 1, STAFF)
    with pytest.raises(SchemaError):
        editor.publish("media", "bad", 2, STAFF)
    with pytest.raises(SchemaError):
        publish(editor, "oral-histories", story("turned", title_zh="a\u202eb"))


def test_another_worker_sees_what_one_published(service: TestClient, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "data"))) as other:
        publish(editor_of(service), "oral-histories", story("memories"))
        refresh(other)
        assert "张某" in other.get("/stories").text


def test_an_event_is_over_the_moment_it_ends() -> None:
    body = event("talk", 1, 2)
    additions = Additions.of({"events": [body]})
    ends = datetime.fromisoformat(str(body["ends"]))
    assert [one.id for one in additions.coming(ends - timedelta(seconds=1))] == ["talk"]
    assert additions.coming(ends) == ()
    assert additions.at("elsewhere", datetime.now(TIME_ZONE)).events == ()


def test_the_machine_interface_gives_what_the_page_shows(service: TestClient) -> None:
    editor = editor_of(service)
    publish(editor, "media", medium("ship"))
    publish(editor, "events", event("talk", 24, 26), event("bygone", -50, -48))
    report = Report(SITE, "rating", 4, "很好", "13800000000")
    sent = holder_of(service.app).state.store.reports.receive(report, "")  # type: ignore[arg-type]
    path = f"/api/collections/sites/items/{SITE}/additions"
    refresh(service)
    assert service.get(path).json()["ratings"] == {"count": 0, "mean": None}
    editor.publish("reports", sent.id, sent.revision, STAFF)
    refresh(service)
    answer = service.get(path)
    found = answer.json()
    assert [one["id"] for one in found["media"]] == ["ship"]
    assert [one["id"] for one in found["events"]] == ["talk"]
    assert datetime.fromisoformat(found["events"][0]["starts"]).tzinfo is not None
    assert (found["ratings"], found["stories"]) == ({"count": 1, "mean": 4.0}, [])
    assert "13800000000" not in answer.text
    assert service.get(path.replace(SITE, "no-such-site")).status_code == 404
    assert service.get(path, params={"x": "1"}).status_code == 400
