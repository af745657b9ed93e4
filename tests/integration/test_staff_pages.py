"""Staff at work, with forms alone: worklists, the editor, history, review, two at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import Browser, Forms, form_of, signed_in

from api.state import holder_of
from api.web.pages.staff.worklists import months_before
from geo.crs import wgs84_to_gcj02
from geo.models import TIME_ZONE
from routes_data.editor import Editor
from routes_data.revisions import Revision, Signature, State

pytest_plugins = ("fixtures_staff",)

SITE = "navy-museum"
EDIT = f"/staff/sites/{SITE}"


def editor_of(service: TestClient) -> Editor:
    return holder_of(service.app).state.store.editor  # type: ignore[arg-type]


def head(service: TestClient, site: str = SITE) -> Revision:
    return editor_of(service).head("sites", site)


def save(browser: Browser, do: str = "save", site: str = SITE, **fields: str) -> Response:
    """Open a site's form, fill something in, press a button."""
    page = browser.get(f"/staff/sites/{site}", lang="en")
    return browser.send(page, f"/staff/sites/{site}", {"reason": "电话核实", **fields}, do=do)


def listed(page: Response) -> set[str]:
    return set(re.findall(r'href="/staff/sites/([\w-]+)[/?"]', page.text))


def test_the_worklists_hold_what_is_not_known(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    heads = editor_of(service).worklist("sites", [State.DRAFT, State.PUBLISHED])
    wanted = {
        "position": {one.id for one in heads if not 0 < float(one.body["accuracy_m"] or 0) <= 500},
        "hours": {one.id for one in heads if not one.body["opening_hours"]},
        "all": {one.id for one in heads},
        "review": set(),
        "draft": {one.id for one in heads if one.state is State.DRAFT},
    }
    for name, ids in wanted.items():
        page = browser.get("/staff", list=name)
        assert listed(page) == ids, name
        assert re.search(rf"list={name}.*?> ?[\w ]+ {len(ids)}</a>", page.text), name
    assert 0 < len(listed(browser.get("/staff", list="source"))) < 89
    assert browser.get("/staff", list="nonsense").status_code == 400


def test_a_district_sees_its_own_work_first(service: TestClient) -> None:
    browser = signed_in(service, "laoshan")
    own = listed(browser.get("/staff", list="all"))
    assert own == {
        one.id
        for one in editor_of(service).worklist("sites", [State.DRAFT, State.PUBLISHED])
        if one.body["district"] == "崂山区"
    }
    assert len(listed(browser.get("/staff", list="all", everywhere="yes"))) > 89


def test_a_site_is_edited_handed_in_published_and_seen_by_visitors(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    saved = save(editor, "submit", phone="0532-82866784", visit_min="75")
    assert "Handed in for review" in saved.text
    assert head(service).state is State.REVIEW
    assert (head(service).author, head(service).reason) == ("editor", "电话核实")
    assert "82866784" not in service.get(f"/sites/{SITE}").text
    work = reviewer.get("/staff", list="review")
    assert listed(work) == {SITE}
    page = reviewer.get(f"{EDIT}/review")
    assert set(re.findall(r'data-field="(\w+)"', page.text)) == {"phone", "visit_min"}
    assert "Written by editor" in page.text
    done = reviewer.send(page, f"{EDIT}/review", do="publish")
    assert "Published: visitors see it now" in done.text
    holder_of(service.app).refresh()  # type: ignore[arg-type]
    assert "82866784" in service.get(f"/sites/{SITE}").text
    assert head(service).body["visit_min"] == 75


def test_what_is_sent_back_says_why(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    save(editor, "submit", phone="0532-1")
    page = reviewer.get(f"{EDIT}/review")
    without = reviewer.send(page, f"{EDIT}/review", do="send-back")
    assert (without.status_code, "Say why" in without.text) == (422, True)
    reviewer.send(page, f"{EDIT}/review", do="send-back", reason="请注明来源")
    assert head(service).state is State.DRAFT
    assert "请注明来源" in editor.get(EDIT).text
    assert SITE in listed(editor.get("/staff", list="draft"))


def test_what_is_not_fit_for_visitors_is_not_published(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    page = save(editor, "submit", name_en="", ticket="a few coins")
    assert "put right before it can be published" in editor.get(EDIT).text
    assert page.status_code == 200
    review = reviewer.get(f"{EDIT}/review")
    refused = reviewer.send(review, f"{EDIT}/review", do="publish")
    assert refused.status_code == 422
    assert "Name (English)" in refused.text
    assert "a few coins" in refused.text
    assert head(service).state is State.REVIEW


def test_who_may_not_is_told_before_and_refused_after(service: TestClient) -> None:
    editor = signed_in(service, "editor")
    save(editor, "submit", phone="0532-1")
    for name, said in (
        ("editor", "this needs at least reviewer"),
        ("laoshan", "outside your unit"),
        ("viewer", "this needs at least reviewer"),
    ):
        browser = signed_in(service, name)
        page = browser.get(f"{EDIT}/review")
        assert said in page.text
        fields = form_of(page.text, "/staff/logout")[1]
        sent = {**fields, "expected": str(head(service).revision), "do": "publish"}
        refused = browser.http.post(f"{EDIT}/review", data=sent)
        assert (refused.status_code, said in refused.text) == (403, True)
    for name in ("viewer", "laoshan"):
        browser = signed_in(service, name)
        page = browser.get(EDIT)
        assert "look at this record but not change it" in page.text
        refused = browser.send(page, EDIT, reason="x", do="save", phone="0532-9")
        assert refused.status_code == 403
        undo = {"to": "1", "expected": str(head(service).revision)}
        fields = form_of(page.text, "/staff/logout")[1]
        assert browser.http.post(f"{EDIT}/undo", data={**fields, **undo}).status_code == 403
    assert head(service).revision == 3


def test_nobody_reviews_own_work(service: TestClient) -> None:
    reviewer = signed_in(service, "reviewer")
    save(reviewer, "submit", phone="0532-1")
    assert "changes of your own" in reviewer.get(f"{EDIT}/review").text
    admin = signed_in(service, "admin")
    done = admin.send(admin.get(f"{EDIT}/review"), f"{EDIT}/review", do="publish")
    assert "Published" in done.text


def test_a_form_nobody_filled_in_changes_nothing(service: TestClient) -> None:
    before = head(service).body
    save(signed_in(service, "editor"))
    assert (head(service).revision, head(service).body) == (2, before)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "Say why"),
        ({"visit_min": "an hour"}, "it must be a number"),
        ({"position": "over there"}, "two decimal numbers"),
        ({"position": "220.1, 36.1"}, "Coordinates"),
        ({"accuracy_m": "inf"}, "it must be a whole number"),
        ({"phone": "a\x07b"}, "Telephone"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept_in_the_form(
    service: TestClient, fields: dict[str, str], said: str
) -> None:
    page = save(signed_in(service, "editor"), "save", honours="保留的文字", **fields)
    assert (page.status_code, said in page.text) == (422, True)
    assert form_of(page.text, EDIT)[1]["honours"] == ["保留的文字"]
    assert head(service).revision == 1


def test_a_position_of_a_chinese_map_is_shown_converted_before_it_is_saved(
    service: TestClient,
) -> None:
    browser = signed_in(service, "editor")
    east, north = wgs84_to_gcj02([120.3201], [36.0662])
    pasted = {"position": f"{north[0]:.6f},{east[0]:.6f}", "datum": "gcj02"}
    page = save(browser, "preview", **pasted)
    assert page.status_code == 200
    (said,) = re.findall(r'id="converted">In WGS-84: ([\d.]+), ([\d.]+)<', page.text)
    assert [float(one) for one in said] == pytest.approx([120.3201, 36.0662], abs=3e-6)
    assert head(service).revision == 1
    browser.send(page, EDIT, do="save")
    body = head(service).body
    assert (body["lon"], body["lat"]) == pytest.approx((120.3201, 36.0662), abs=3e-6)


def test_the_map_of_an_editor_reads_coordinates_as_saving_does(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    east, north = wgs84_to_gcj02([120.3201], [36.0662])
    read = browser.get("/staff/position", text=f"{north[0]:.6f},{east[0]:.6f}", datum="gcj02")
    assert list(read.json().values()) == pytest.approx([120.3201, 36.0662], abs=3e-6)
    wrong = browser.get("/staff/position", text="over there")
    assert (wrong.status_code, "two decimal numbers" in wrong.json()["wrong"]) == (422, True)
    assert Browser(service).get("/staff/position", text="120,36").url.path == "/staff/login"
    (script,) = re.findall(r'src="(/map/pin\.js[^"]+)"', browser.get(EDIT).text)
    assert "L.redTrails.pin(" in service.get(unescape(script)).text
    assert service.get("/map/other.js").status_code == 404
    save(browser, "submit", position="36.07,120.33")
    page = browser.get(f"{EDIT}/review").text
    assert re.findall(r'data-at="([^"]+)"', page) == ["120.33,36.07,200.0"]


def test_hours_are_previewed_for_two_weeks_with_closures(service: TestClient) -> None:
    editor, browser = editor_of(service), signed_in(service, "editor")
    day = datetime.now(TIME_ZONE).date() + timedelta(days=3)
    while day.isoweekday() == 1:
        day += timedelta(days=1)
    body = {
        "id": "c1",
        "site": SITE,
        "date_from": day.isoformat(),
        "date_to": day.isoformat(),
        "reason_zh": "布展",
        "reason_en": "New exhibition",
        "source": "",
    }
    by = Signature("test")
    editor.create("closures", body, by)
    editor.submit("closures", "c1", 1, by)
    editor.publish("closures", "c1", 2, by)
    holder_of(service.app).refresh()  # type: ignore[arg-type]
    hours = 'Tu-Su,PH 09:00-17:00 "last admission 16:30"'
    page = save(browser, "preview", opening_hours=hours)
    days = re.findall(
        r'<li class="(open|shut)"><span>([^<]+)</span> <span>([^<]+)</span>', page.text
    )
    assert len(days) == 14
    closed = [said for _, when, said in days if f" {day.day} " in f" {when} "]
    assert "Closed that day: New exhibition" in closed
    assert "09:00–17:00 (last admission 16:30)" in {said for _, _, said in days}
    assert all("Monday" in when for state, when, said in days if said == "closed")
    wrong = save(browser, "preview", opening_hours="whenever we like")
    assert "cannot be read" in wrong.text


def test_history_shows_each_change_and_the_way_back(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    before = head(service).body
    save(browser, phone="0532-1")
    save(browser, phone="0532-2", ticket="free")
    page = browser.get(f"{EDIT}/history")
    assert page.text.count("电话核实") >= 2
    assert "Changed: Telephone" in page.text
    chinese = browser.get(f"{EDIT}/history", lang="zh").text
    assert "首次启动时载入" in chinese
    assert "shipped with" not in chinese
    compared = browser.get(f"{EDIT}/history", before="1", after="3")
    rows = re.findall(
        r'data-field="(\w+)".*?class="was">(.*?)</td><td class="now">(.*?)</td>', compared.text
    )
    assert {name: now for name, _, now in rows}["phone"] == "0532-2"
    forms = [
        fields
        for action, fields in Forms(page.text).found
        if action.partition("?")[0] == f"{EDIT}/undo"
    ]
    assert [fields["to"] for fields in forms] == [["2"], ["1"]]
    done = browser.http.post(f"{EDIT}/undo", data=forms[1])
    assert "Brought back as a draft" in done.text
    assert (head(service).body, head(service).state) == (before, State.DRAFT)
    stale = browser.http.post(f"{EDIT}/undo", data=forms[0])
    assert (stale.status_code, "changed while you edited" in stale.text) == (409, True)
    assert head(service).revision == 4


def test_edits_of_different_fields_go_together(service: TestClient) -> None:
    first, second = signed_in(service, "editor"), signed_in(service, "shinan")
    mine = first.get(EDIT)
    save(second, phone="0532-2")
    done = first.send(mine, EDIT, do="save", reason="x", visit_min="75")
    assert "both edits are kept" in done.text
    assert (head(service).body["phone"], head(service).body["visit_min"]) == ("0532-2", 75)
    assert head(service).revision == 3


@pytest.mark.parametrize(("picked", "kept"), [("mine", "0532-1"), ("theirs", "0532-2")])
def test_edits_of_the_same_field_stand_side_by_side(
    service: TestClient, picked: str, kept: str
) -> None:
    first, second = signed_in(service, "editor"), signed_in(service, "shinan")
    mine = first.get(EDIT)
    save(second, phone="0532-2", ticket="free")
    clash = first.send(
        mine, EDIT, do="submit", reason="我的理由", phone="0532-1", position="36.07,120.33"
    )
    assert clash.status_code == 409
    assert head(service).revision == 2
    assert [clash.text.count(one) > 0 for one in ("0532-1", "0532-2")] == [True, True]
    assert re.findall(r'name="pick\.(\w+)" value="mine"', clash.text) == ["phone"]
    unsettled = first.send(clash, EDIT, do="submit")
    assert (unsettled.status_code, "choose which one" in unsettled.text) == (422, True)
    done = first.send(clash, EDIT, {"pick.phone": picked}, do="submit")
    assert "Handed in" in done.text
    body = head(service).body
    assert (body["phone"], body["ticket"]) == (kept, "free")
    assert (body["lon"], body["lat"]) == (120.33, 36.07)
    assert head(service).reason == "我的理由"


def test_somebody_else_while_a_clash_is_settled_is_another_clash(service: TestClient) -> None:
    first, second = signed_in(service, "editor"), signed_in(service, "shinan")
    mine = first.get(EDIT)
    save(second, position="36.08,120.34")
    clash = first.send(mine, EDIT, do="save", reason="x", position="36.07,120.33")
    save(second, position="36.09,120.35")
    again = first.send(clash, EDIT, {"pick.position": "mine"}, do="save")
    assert again.status_code == 409
    assert "36.09" in again.text
    done = first.send(again, EDIT, {"pick.position": "mine"}, do="save")
    assert done.status_code == 200
    assert (head(service).body["lon"], head(service).body["lat"]) == (120.33, 36.07)


def test_a_review_of_what_changed_meanwhile_is_refused(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    save(editor, "submit", phone="0532-1")
    page = reviewer.get(f"{EDIT}/review")
    save(editor, "submit", phone="0532-2")
    refused = reviewer.send(page, f"{EDIT}/review", do="publish")
    assert refused.status_code == 409
    assert "0532-2" in refused.text
    assert head(service).state is State.REVIEW


def test_what_is_typed_stays_text(service: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    browser = signed_in(service, "editor")
    save(browser, honours=evil, address=evil, name_en=evil, reason=evil)
    save(browser, phone="0532-1", reason=evil)
    for path in (EDIT, f"{EDIT}/history", f"{EDIT}/history?before=1", f"{EDIT}/review", "/staff"):
        assert "<script>alert" not in browser.get(path).text


@pytest.mark.parametrize("site", ["nope", "a%00b", "..%2f..%2fetc", "行程"])
def test_a_site_that_is_none(service: TestClient, site: str) -> None:
    browser = signed_in(service, "editor")
    for path in ("", "/history", "/review"):
        assert browser.get(f"/staff/sites/{site}{path}").status_code == 404


def test_only_who_is_signed_in_sees_drafts(service: TestClient) -> None:
    save(signed_in(service, "editor"), phone="0532-77")
    stranger = Browser(service)
    for path in (EDIT, f"{EDIT}/history", f"{EDIT}/review"):
        page = stranger.get(path)
        assert page.url.path == "/staff/login"
        assert "0532-77" not in page.text
    signed = signed_in(service, "viewer")
    assert "0532-77" in signed.get(EDIT).text


def test_a_new_site_is_made_filled_in_and_published(service: TestClient) -> None:
    browser, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    fields = {
        "name_zh": "新纪念馆",
        "district": "市南区",
        "address": "市南区某路1号",
        "reason": "新建",
    }
    made = browser.send(browser.get("/staff/new-site"), "/staff/new-site", fields)
    site = "xin-ji-nian-guan"
    assert (made.status_code, made.url.path) == (200, f"/staff/sites/{site}")
    assert made.text.count("put right before it can be published") == 1
    # The position as a telephone writes it into a photo, north first.
    rest = {
        "name_en": "New Memorial Hall",
        "category": "memorial_hall",
        "themes": "navy",
        "period": "新时代",
        "summary_zh": "新建的纪念馆。",
        "summary_en": "A new memorial hall.",
        "position": "36.0601, 120.3301",
        "accuracy_m": "20",
        "position_basis": "surveyed",
        "visit_min": "45",
        "grade": "D",
        "sources": "青岛日报 | 2026-11-01 |",
        "reason": "照片定位",
    }
    saved = browser.send(made, f"/{site}", rest, do="submit")
    assert saved.status_code == 200, saved.text
    assert "put right" not in saved.text
    review = reviewer.get(f"/staff/sites/{site}/review")
    assert "A new record" in review.text
    done = reviewer.send(review, f"/{site}/review", do="publish")
    assert "Published" in done.text, done.text
    holder_of(service.app).refresh()  # type: ignore[arg-type]
    assert "New Memorial Hall" in service.get(f"/sites/{site}").text
    assert (
        service.get("/api/collections/sites/items", params={"f": "json"}).json()["numberMatched"]
        == 90
    )


@pytest.mark.parametrize(
    ("who", "fields", "status"),
    [
        ("editor", {"name_zh": ""}, 422),
        ("editor", {"reason": ""}, 422),
        ("editor", {"id": "Not an id!"}, 422),
        ("editor", {"id": SITE}, 409),
        ("shinan", {"district": "崂山区"}, 403),
    ],
)
def test_what_makes_no_new_site(
    service: TestClient, who: str, fields: dict[str, str], status: int
) -> None:
    browser = signed_in(service, who)
    good = {"name_zh": "新馆", "district": "市南区", "address": "某路", "reason": "x"}
    page = browser.get("/staff/new-site")
    refused = browser.send(page, "/staff/new-site", {**good, **fields})
    assert refused.status_code == status
    assert form_of(refused.text, "/staff/new-site")[1]["address"] == ["某路"]
    assert head(service).revision == 1
    assert signed_in(service, "viewer").get("/staff/new-site").status_code == 403


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(service: TestClient, lang: str) -> None:
    browser = signed_in(service, "editor")
    save(browser, "submit", phone="0532-1")
    for path in (
        EDIT,
        f"{EDIT}/history?before=1",
        f"{EDIT}/review",
        "/staff?list=all",
        "/staff/new-site",
    ):
        page = browser.http.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert page.headers["content-language"].startswith(lang)
        assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-11-30", 24, "2024-11-30"),
        ("2026-06-30", 6, "2025-12-30"),
    ],
)
def test_so_many_months_ago(now: str, months: int, then: str) -> None:
    assert months_before(datetime.fromisoformat(now), months) == datetime.fromisoformat(then)


def test_what_nobody_verified_for_months_is_listed_the_oldest_first(service: TestClient) -> None:
    """The clock of the store goes back, so that one site is newer than the others."""
    store = holder_of(service.app).state.store  # type: ignore[arg-type]
    heads = store.editor.worklist("sites", [State.PUBLISHED])
    old, new = heads[0], heads[1]
    past = {old.id: datetime.now(UTC) - timedelta(days=400), new.id: datetime.now(UTC)}
    for head in (old, new):
        clocked = Editor(store.engine, lambda head=head: past[head.id])  # type: ignore[misc]
        clocked.edit("sites", head.id, head.body, head.revision, Signature("test", "核实"))
    browser = signed_in(service, "editor")
    page = browser.get("/staff", list="stale", months="12")
    assert f"/staff/sites/{old.id}?" in page.text
    assert f"/staff/sites/{new.id}?" not in page.text
    assert '<option value="12" selected>' in page.text
    assert f"/staff/sites/{old.id}?" not in browser.get("/staff", list="stale", months="24").text
    assert browser.get("/staff", list="stale", months="0").status_code == 400
