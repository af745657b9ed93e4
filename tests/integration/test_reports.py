"""Visitors report and rate; staff answer and publish; what was approved is shown."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from additions_world import HOSTILE, SITE, STAFF, editor_of, refresh
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import Browser, signed_in

from api.state import holder_of
from api.watching import watched
from geo.columns import paragraphs, tidy
from geo.models import TIME_ZONE
from routes_data.reports import OPEN, Report, Reports, figures_by_district
from routes_data.revisions import Revision, State

pytest_plugins = ("fixtures_staff",)

PATH = f"/sites/{SITE}/report"


def reports_of(service: TestClient) -> Reports:
    return holder_of(service.app).state.store.reports  # type: ignore[arg-type]


def send(service: TestClient, **fields: str) -> Response:
    """Fill in the form on the page of the site and send it."""
    visitor = Browser(service)
    said = {"type": "rating", "rating": "4", "text": "讲解很好\n值得一看", "contact": "13800000000"}
    return visitor.send(visitor.get(f"/sites/{SITE}"), "/report", {**said, **fields})


def waiting(service: TestClient) -> tuple[Revision, ...]:
    return editor_of(service).worklist("reports", OPEN)


def test_a_report_is_answered_published_and_then_seen_without_its_contact(
    service: TestClient,
) -> None:
    thanks = send(service)
    assert (thanks.status_code, thanks.url.path) == (200, PATH)
    assert "Thank you" in thanks.text
    (head,) = waiting(service)
    assert (head.state, head.author, head.body["rating"]) == (State.REVIEW, "(visitor)", 4)
    refresh(service)
    unseen = service.get(f"/sites/{SITE}").text
    assert "讲解很好" not in unseen
    assert "No rating is published yet" in unseen

    path = f"/staff/reports/{head.id}"
    editor = signed_in(service, "editor")
    assert ">Visitors&#39; reports 1<" in editor.get("/staff").text
    assert f"{path}?" in editor.get("/staff/reports").text
    page = editor.get(path)
    assert "13800000000" in page.text
    empty = editor.send(page, "/answer", answer=" ")
    assert (empty.status_code, "1 to 2000 characters" in empty.text) == (422, True)
    done = editor.send(page, "/answer", answer="谢谢您的鼓励\n欢迎再来")
    assert "Handed in for review" in done.text

    reviewer = signed_in(service, "reviewer")
    done = reviewer.send(reviewer.get(path), "/decide", do="publish")
    assert "Published: visitors see it now" in done.text
    refresh(service)
    seen = service.get(f"/sites/{SITE}").text
    for words in ("讲解很好\n值得一看", "谢谢您的鼓励\n欢迎再来", "4.0 of 5, from 1 rating<"):
        assert words in seen
    for secret in ("13800000000", "editor", "(visitor)"):
        assert secret not in seen
    assert "13800000000" not in service.get(f"/api/collections/sites/items/{SITE}").text

    gone = reviewer.send(reviewer.get(path), "/decide", do="archive")
    assert (gone.status_code, "Say why" in gone.text) == (422, True)
    reviewer.send(reviewer.get(path), "/decide", do="archive", reason="重复")
    refresh(service)
    assert "讲解很好" not in service.get(f"/sites/{SITE}").text


def test_mean_and_count_are_of_published_ratings_alone(service: TestClient) -> None:
    for rating in ("5", "2", "1"):
        send(service, rating=rating)
    send(service, type="error", rating="", text="开放时间不对")
    editor = editor_of(service)
    for head in waiting(service):
        if head.body["rating"] != 1:
            editor.publish("reports", head.id, head.revision, STAFF)
    refresh(service)
    page = service.get(f"/sites/{SITE}").text
    assert "3.5 of 5, from 2 ratings" in page
    assert "开放时间不对" in page


def test_a_contact_is_erased_by_staff_of_the_unit_alone(service: TestClient) -> None:
    send(service)
    (head,) = waiting(service)
    path = f"/staff/reports/{head.id}"
    own, other = signed_in(service, "shinan"), signed_in(service, "laoshan")
    token = re.search(r'name="token" value="([^"]+)"', other.get("/staff/account").text)
    assert token
    assert other.http.post(f"{path}/erase", data={"token": token[1]}).status_code == 403
    page = own.get(path)
    assert "13800000000" in page.text
    done = own.send(page, "/erase")
    assert "the report stays" in done.text
    assert "13800000000" not in done.text
    assert "讲解很好" in done.text
    assert waiting(service) == (head,)


def test_contacts_that_were_kept_long_enough_go_while_the_service_runs(
    service: TestClient,
) -> None:
    send(service)
    (head,) = waiting(service)
    reports, late = reports_of(service), datetime.now(UTC) + timedelta(days=366)
    reports.clock = lambda: late
    with watched(holder_of(service.app), every_s=0.01):  # type: ignore[arg-type]
        wait_until(lambda: reports.contact(head.id) == "")


def wait_until(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.01)
    pytest.fail("it never happened")


def test_nobody_publishes_an_answer_of_their_own(service: TestClient) -> None:
    send(service)
    (head,) = waiting(service)
    reviewer, path = signed_in(service, "reviewer"), f"/staff/reports/{head.id}"
    reviewer.send(reviewer.get(path), "/answer", answer="好")
    refused = reviewer.send(reviewer.get(path), "/decide", do="publish")
    assert (refused.status_code, "somebody else reviews" in refused.text) == (403, True)


def test_a_unit_has_its_own_queue_and_only_it_answers(service: TestClient) -> None:
    send(service)
    (head,) = waiting(service)
    path = f"/staff/reports/{head.id}"
    own, other, viewer = (signed_in(service, name) for name in ("shinan", "laoshan", "viewer"))
    assert head.id in own.get("/staff/reports").text
    assert head.id not in other.get("/staff/reports").text
    assert head.id in other.get("/staff/reports", everywhere="yes").text
    fields = own.get(path)
    assert "13800000000" in fields.text
    for browser in (other, viewer):
        page = browser.get(path)
        assert "讲解很好" in page.text
        assert "13800000000" not in page.text
        assert "/answer" not in page.text
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token
        sent = {"token": token[1], "expected": "2", "answer": "x", "do": "publish", "reason": "x"}
        for deed in ("answer", "decide"):
            refused = browser.http.post(f"{path}/{deed}", data=sent)
            assert refused.status_code == 403
    assert waiting(service) == (head,)


def test_two_who_answer_at_once_lose_nothing(service: TestClient) -> None:
    send(service)
    (head,) = waiting(service)
    one, two, path = signed_in(service, "editor"), signed_in(service, "shinan"), "/staff/reports/"
    late = two.get(path + head.id)
    one.send(one.get(path + head.id), "/answer", answer="第一个")
    clash = two.send(late, "/answer", answer="第二个")
    assert clash.status_code == 422
    assert "第二个" in clash.text
    (now,) = waiting(service)
    assert now.body["answer"] == "第一个"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type": "rating", "rating": ""}, "Choose a rating"),
        ({"type": "error", "text": " \n "}, "Say what is wrong"),
        ({"rating": "6"}, "from 1 to 5"),
        ({"type": "gift"}, "Choose what it is"),
        ({"text": "长" * 2001}, "2001 characters"),
        ({"contact": "1" * 121}, "one line of at most 120"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    service: TestClient, fields: dict[str, str], words: str
) -> None:
    answer = send(service, **fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert fields.get("contact", "13800000000") in answer.text
    assert waiting(service) == ()


@pytest.mark.parametrize("text", [HOSTILE, "a\u202eb\u2066c\ufeff\x00d", "一\r\n\t二\r三"])
def test_hostile_texts_are_kept_as_text_and_shown_as_text(service: TestClient, text: str) -> None:
    assert send(service, text=text, contact=HOSTILE).status_code == 200
    (head,) = waiting(service)
    staff = signed_in(service, "editor").get(f"/staff/reports/{head.id}").text
    editor_of(service).publish("reports", head.id, 2, STAFF)
    refresh(service)
    for page in (staff, service.get(f"/sites/{SITE}").text):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069\ufeff\x00]", page)
    assert list(paragraphs()(tidy(text))) == []


def test_many_from_one_address_have_to_wait_and_others_do_not(service: TestClient) -> None:
    reports, now = reports_of(service), datetime.now(UTC)
    reports.clock = lambda: now
    for _ in range(5):
        assert send(service).status_code == 200
    refused = send(service)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "30"
    assert "讲解很好" in refused.text
    assert len(waiting(service)) == 5
    reports.receive(Report(SITE, "error", None, "别处", ""), "203.0.113.9")
    assert len(waiting(service)) == 6
    reports.clock = lambda: now + timedelta(seconds=31)
    assert send(service).status_code == 200
    # Signing in is counted apart.
    signed_in(service, "editor")


def test_programs_and_other_sites_leave_nothing(service: TestClient) -> None:
    assert "Thank you" in send(service, website="https://example.org").text
    foreign = service.post(
        PATH, data={"type": "error", "text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert service.post("/sites/no-such-site/report", data={"type": "error"}).status_code == 404
    assert waiting(service) == ()


def test_the_figures_of_a_district_count_rate_and_time() -> None:
    begin = datetime(2026, 3, 2, 9, tzinfo=TIME_ZONE)

    def head(site: str, rating: int | None, hours: int | None, state: State) -> Revision:
        answered = None if hours is None else (begin + timedelta(hours=hours)).isoformat()
        body = {"site": site, "rating": rating, "received": begin.isoformat(), "answered": answered}
        return Revision("reports", "x", 1, state, body, "x", begin, "")

    heads = [
        head("a", 5, 1, State.PUBLISHED),
        head("a", 2, 5, State.REVIEW),
        head("a", None, 30, State.PUBLISHED),
        head("a", 1, 900, State.ARCHIVED),
        head("b", None, None, State.REVIEW),
    ]
    found = figures_by_district(heads, {"a": {"district": "市南区"}, "b": {"district": "崂山区"}})
    first, second = found["市南区"], found["崂山区"]
    assert (first.count, first.waiting, first.mean_rating) == (3, 1, 3.5)
    assert first.median_s == 5 * 3600
    assert (second.count, second.mean_rating, second.median_s) == (1, None, None)


def test_the_figures_stand_under_the_queue(service: TestClient) -> None:
    send(service, rating="3")
    page = signed_in(service, "editor").get("/staff/reports").text
    row = page.split('id="figures"', 1)[1]
    assert re.findall(r"<td>([^<]*)</td>", row)[1:4] == ["1", "1", "3.0"]
