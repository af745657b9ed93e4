"""Import and export over HTTP, as staff do it: a file, its columns, a dry run, a set of changes."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import Browser, form_of, signed_in

from routes_data.exchange.limits import MAX_BYTES

pytest_plugins = ("fixtures_staff",)

SITE = "navy-museum"


def upload(browser: Browser, name: str, content: bytes, kind: str = "sites") -> Response:
    action, fields = form_of(browser.get("/staff/import").text, "/staff/import")
    return browser.http.post(
        action, data={"token": fields["token"][0], "kind": kind}, files={"file": (name, content)}
    )


def features(service: TestClient, most: int = 30) -> list[Any]:
    """The first sites as visitors have them."""
    headers = {"Accept": "application/geo+json"}
    found = service.get(f"/api/collections/sites/items?limit={most}", headers=headers).json()
    return list(found["features"])


def phones_of(service: TestClient) -> dict[str, str]:
    return {one["id"]: one["properties"]["phone"] for one in features(service)}


def seen(service: TestClient, holds: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """The telephone numbers visitors see, once they are those waited for, or after 5 s."""
    deadline = time.monotonic() + 5
    while not holds(found := phones_of(service)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def thirty_rows(service: TestClient) -> bytes:
    """27 sites with another telephone number, three with faults."""
    items = features(service)
    rows: list[list[object]] = [["编号", "名称", "电话", "参观时长（分钟）", "经度", "纬度"]]
    for number, one in enumerate(items):
        lon, lat = one["geometry"]["coordinates"]
        rows.append([one["id"], one["properties"]["name_zh"], f"0532-{number:04}", 45, lon, lat])
    rows[5][2] = "电话待查"
    rows[11][3] = "一小时"
    rows[17][4] = "东经一百二十度"
    return workbook(*rows)


def test_events_and_closures_come_from_a_workbook_too(service: TestClient) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    template = editor.http.get("/staff/import/template.xlsx", params={"kind": "closures"})
    lists = openpyxl.load_workbook(io.BytesIO(template.content))
    assert lists.sheetnames[0] == "closures"
    assert lists["closures"].data_validations.dataValidation[0].sqref
    name = features(service, 1)[0]["properties"]["name_zh"]
    rows = [["场馆", "首日", "末日", "原因"], [name, "2031/1/2", "待定", "检修"]]
    columns = upload(editor, "闭馆.xlsx", workbook(*rows), "closures")
    own = columns.url.path
    assert "Closures" in columns.text
    assert "Datum of the positions" not in columns.text
    check = editor.send(columns, own)
    assert "faulty 1" in check.text
    assert "Last day (column in the file: 末日)" in check.text
    mended = editor.send(check, f"{own}/check", {"cell.2.date_to": "2031-01-05"})
    assert "new 1" in mended.text
    done = editor.send(mended, f"{own}/apply", reason="通知")
    assert "1 record, 1 in review" in done.text
    path = done.url.path
    assert "/staff/closures/" in done.text
    reviewer.send(reviewer.get(path), path, do="publish")
    site = features(service, 1)[0]["id"]
    deadline = time.monotonic() + 5
    while "2031" not in (page := service.get(f"/sites/{site}").text):
        assert time.monotonic() < deadline, page
        time.sleep(0.05)
    assert path.rpartition("/")[2] in reviewer.get("/staff/import").text
    undone = reviewer.send(reviewer.get(path), path, do="undo", reason="撤")
    assert "The whole set is undone" in undone.text
    assert editor.get("/staff/import", kind="reports").status_code == 400


def test_thirty_rows_with_three_faults_mended_applied_reviewed_published_undone(
    service: TestClient,
) -> None:
    editor, reviewer = signed_in(service, "editor"), signed_in(service, "reviewer")
    before = phones_of(service)
    columns = upload(editor, "名单.xlsx", thirty_rows(service))
    assert columns.status_code == 200
    assert "30 rows" in columns.text
    own = columns.url.path
    refused = editor.send(columns, own)
    assert (refused.status_code, "never guessed" in refused.text) == (422, True)
    check = editor.send(refused, own, datum="wgs84")
    assert check.url.path == f"{own}/check"
    assert "faulty 3" in check.text
    assert "changed 27" in check.text
    for wrong in ("电话待查", "一小时", "东经一百二十度"):
        assert wrong in check.text
    assert f"{own}/apply" not in check.text
    fields = form_of(check.text, f"{own}/check")[1]
    assert len([name for name in fields if name.startswith("cell.")]) == 3
    first = features(service)[16]
    good = {
        "6.phone": "0532-1",
        "12.visit_min": "60",
        "18.lon": str(first["geometry"]["coordinates"][0]),
    }
    mended = editor.send(check, f"{own}/check", {f"cell.{name}": v for name, v in good.items()})
    assert "changed 30" in mended.text
    unsaid = editor.send(mended, f"{own}/apply", reason=" ")
    assert unsaid.status_code == 422
    done = editor.send(unsaid, f"{own}/apply", reason="电话普查")
    assert done.url.path.startswith("/staff/import/sets/import-")
    assert "30 records, 30 in review" in done.text
    path = done.url.path
    assert editor.get(own).status_code == 404
    assert "0532-0003" not in service.get("/sites/" + first["id"]).text

    own_eyes = editor.http.post(
        path, data={"token": form_of(done.text, path)[1]["token"], "do": "publish"}
    )
    assert own_eyes.status_code == 403
    review = reviewer.get(path)
    assert review.text.count('data-field="phone"') == 30
    assert reviewer.send(review, path, do="publish").status_code == 200
    phones = seen(service, lambda found: found[first["id"]] == "0532-0016")
    assert phones[first["id"]] == "0532-0016"
    assert sum(phone.startswith("0532-0") for phone in phones.values()) >= 29
    undone = reviewer.send(reviewer.get(path), path, do="undo", reason="旧名单")
    assert undone.status_code == 200
    assert "The whole set is undone" in undone.text
    assert seen(service, lambda found: found == before) == before
    assert "旧名单" not in reviewer.get("/staff/import").text  # an undo is no import
    assert "电话普查" in reviewer.get("/staff/import").text


def test_the_next_file_of_these_headings_is_read_alike(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    content = workbook(["馆", "咨询"], ["海军博物馆", "1"])
    first = upload(browser, "a.xlsx", content)
    own = first.url.path
    assert browser.send(first, own).status_code == 422
    browser.send(first, own, {"column.0": "name_zh", "column.1": "phone"})
    again = upload(browser, "b.xlsx", content)
    assert form_of(again.text, again.url.path)[1]["column.1"] == ["phone"]
    other = upload(signed_in(service, "shinan"), "b.xlsx", content)
    assert form_of(other.text, other.url.path)[1]["column.1"] == [""]


def test_a_row_that_may_be_a_second_time_is_decided(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    site = next(one for one in features(service, 100) if one["id"] == SITE)
    lon, lat = site["geometry"]["coordinates"]
    name = site["properties"]["name_zh"] + "馆"
    columns = upload(
        browser, "a.csv", f"名称,经度,纬度,电话\n{name},{lat},{lon},123\n".encode("gb18030")
    )
    own = columns.url.path
    assert "GB18030" in columns.text
    check = browser.send(columns, own, datum="wgs84")
    assert "to be decided 1" in check.text
    assert "stood in each other" in check.text
    decided = browser.send(check, f"{own}/check", {"row.2": SITE})
    assert "changed 1" in decided.text
    skipped = browser.send(decided, f"{own}/check", {"row.2": "skip"})
    assert "left out 1" in skipped.text
    added = browser.send(skipped, f"{own}/check", {"row.2": "new"})
    assert "new 1" in added.text


def test_what_was_seen_is_applied_or_nothing(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    columns = upload(browser, "a.csv", f"id,phone\n{SITE},123\n".encode())
    check = browser.send(columns, columns.url.path)
    edit = browser.get(f"/staff/sites/{SITE}")
    browser.send(edit, f"/sites/{SITE}", visit_min="66", reason="counted", do="save")
    late = browser.send(check, "/apply", reason="x")
    assert late.status_code == 409
    assert "look at the new result first" in late.text
    assert browser.send(late, "/apply", reason="x").url.path.startswith("/staff/import/sets/")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "must end in one of"),
        ("a.xlsx", b"no zip", "cannot be read as XLSX"),
        ("a.csv", b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
        ("<b>.kml", b"<!DOCTYPE a><kml/>", "document type"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_words(
    service: TestClient, name: str, content: bytes, said: str
) -> None:
    answer = upload(signed_in(service, "editor"), name, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<b>" not in answer.text


def test_a_body_beyond_every_limit_is_refused_and_others_keep_theirs(service: TestClient) -> None:
    browser = signed_in(service, "editor")
    assert upload(browser, "a.csv", b"x" * (MAX_BYTES + 20_000)).status_code == 413
    answer = browser.http.post("/staff/import/x", content=b"x" * 2_000_000)
    assert answer.status_code == 413


def test_only_editors_import_and_only_their_own_files(service: TestClient) -> None:
    assert signed_in(service, "viewer").get("/staff/import").status_code == 403
    browser, other = signed_in(service, "editor"), signed_in(service, "shinan")
    columns = upload(browser, "a.csv", f"id,phone\n{SITE},123\n".encode())
    for path in (columns.url.path, f"{columns.url.path}/check"):
        assert other.get(path).status_code == 404
    assert other.http.post("/staff/import", files={"file": ("a.csv", b"x")}).status_code == 403
    assert Browser(service).get("/staff/import").url.path == "/staff/login"
    dropped = browser.send(columns, "/drop")
    assert "thrown away" in dropped.text
    assert browser.get(columns.url.path).status_code == 404


FORMS = ["xlsx", "csv", "csv-gb18030", "geojson", "gpkg", "kml", "kmz", "shp"]


@pytest.mark.parametrize("form", FORMS)
def test_an_export_of_staff_comes_back_without_a_change(service: TestClient, form: str) -> None:
    browser = signed_in(service, "editor")
    made = browser.get("/staff/export/file", kind="sites", form=form, lang="zh")
    assert made.headers["cache-control"] == "no-store"
    name = made.headers["content-disposition"].split('"')[1]
    columns = upload(browser, name, made.content)
    check = browser.send(columns, columns.url.path, datum="wgs84")
    assert "unchanged 111" in check.text, check.text[:3000]
    assert "nothing to import" in check.text


@pytest.mark.parametrize(
    "kind", ["sites", "routes", "collections", "places", "closures", "media", "events"]
)
def test_every_kind_is_exported(service: TestClient, kind: str) -> None:
    browser = signed_in(service, "viewer")
    for form in ("xlsx", "csv", "gpkg", "geojson"):
        assert browser.get("/staff/export/file", kind=kind, form=form).content
        public = service.get(f"/api/exports/{kind}/{form}")
        assert public.status_code == 200
    located = service.get(f"/api/exports/{kind}/kml").status_code
    assert located == (200 if kind in {"sites", "places", "events"} else 422)
    assert browser.get("/staff/export").status_code == 200
    page = browser.get("/staff/export/file", kind=kind, form="shp")
    assert "have no positions" in page.text or page.headers["content-type"] == "application/zip"


def test_public_files_are_kept_by_who_has_them(service: TestClient) -> None:
    first = service.get("/api/exports/sites/xlsx")
    assert first.headers["content-disposition"] == 'attachment; filename="red-trails-sites.xlsx"'
    tag = {"If-None-Match": first.headers["etag"]}
    assert service.get("/api/exports/sites/xlsx", headers=tag).status_code == 304
    assert service.get("/api/exports/reports/xlsx").status_code == 400
    assert service.get("/api/exports/sites/exe").status_code == 400


def test_the_template_is_given(service: TestClient) -> None:
    made = signed_in(service, "editor").get("/staff/import/template.xlsx", lang="zh")
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert book.sheetnames == ["sites", "选项", "填写说明"]
