"""What an import would do, and does: all or nothing, merged with others' work, undone at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from exchange_world import checked, desk_of, person, rows_table, store_sites

from api.exchanging import vocabulary
from geo.columns import Record
from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import ConflictError, UnknownRecordError
from routes_data.accounts import Role
from routes_data.accounts.errors import OutsideUnitError, OwnWorkError, RoleError
from routes_data.checking import check
from routes_data.exchange.comparing import DryRun, Row
from routes_data.exchange.errors import ImportFileError
from routes_data.exchange.forms import FORMS, read_file
from routes_data.exchange.mapping import check_mapping, guess
from routes_data.exchange.outgoing import outgoing
from routes_data.exchange.rows import How
from routes_data.exchange.staging import Answers, Uploads
from routes_data.revisions import Signature, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

SITE = "navy-museum"
BY = Signature("li", "by hand")


def only(run: DryRun) -> Row:
    (row,) = run.rows
    return row


def new_site(**changes: object) -> dict[str, object]:
    cells: dict[str, object] = {
        "id": "shi-guan",
        "name_zh": "试馆",
        "name_en": "Trial Hall",
        "district": "黄岛",
        "address": "西海岸新区某路1号",
        "category": "纪念馆",
        "period": "1949",
        "themes": "解放战争|navy",
        "summary_zh": "试",
        "summary_en": "trial",
        "lon": 120.01,
        "lat": 35.88,
        "accuracy_m": 100,
        "position_basis": "address",
        "ticket": "20元",
        "visit_min": 30,
        "indoor": "yes",
        "booking": "none",
        "toilets": "yes",
        "step_free": "no",
        "grade": "D",
        "hours_basis": "unknown",
        "sources": "青岛日报|2021-06-28|",
    }
    return cells | changes


def of_cells(cells: Mapping[str, object]) -> object:
    return rows_table(list(cells), list(cells.values()))  # type: ignore[arg-type]


def body_of(store: Store, site_id: str = SITE) -> Record:
    return store.editor.head("sites", site_id).body


def test_a_new_site_in_words_is_ready_for_review(qingdao_store: Store) -> None:
    run = checked(qingdao_store, of_cells(new_site()), words=vocabulary())  # type: ignore[arg-type]
    row = only(run)
    assert (row.status, row.state, row.faults, row.missing) == ("new", State.REVIEW, (), ())
    wanted = {"district": "西海岸新区", "category": "memorial_hall", "ticket": "CNY 20"}
    assert {name: row.body[name] for name in wanted} == wanted
    assert row.body["themes"] == ["liberation", "navy"]


def test_what_is_missing_makes_a_draft_and_no_guess(qingdao_store: Store) -> None:
    table = rows_table(["名称", "区", "电话"], ["某某旧址陈列室", "市南区", 82866784])
    row = only(checked(qingdao_store, table, datum=None))
    assert (row.status, row.state, row.id) == ("new", State.DRAFT, "mou-mou-jiu-zhi-chen-lie-shi")
    assert row.body["phone"] == "82866784"
    assert row.body["lon"] is None
    assert {"lon", "category", "themes", "sources"} <= set(row.missing)


def test_every_faulty_cell_is_named(qingdao_store: Store) -> None:
    cells = new_site(lon=12.3, visit_min="many", district="东区", themes="x", period_to="二零")
    run = checked(qingdao_store, of_cells(cells))  # type: ignore[arg-type]
    found = {fault.column: (fault.row, fault.heading) for fault in only(run).faults}
    assert {"lon", "visit_min", "district", "themes", "period_to"} <= set(found)
    assert found["lon"] == (2, "lon")
    assert not run.applicable
    with pytest.raises(ImportFileError):
        desk_of(qingdao_store).apply(run, "import-x", "no")


def test_swapped_degrees_are_put_right_and_said(qingdao_store: Store) -> None:
    row = only(checked(qingdao_store, of_cells(new_site(lon=35.88, lat=120.01))))  # type: ignore[arg-type]
    assert (row.body["lon"], row.body["lat"]) == (120.01, 35.88)
    assert "swapped" in row.said


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
@pytest.mark.parametrize("joined", [False, True])
def test_positions_of_chinese_maps_are_converted(
    qingdao_store: Store, datum: str, shift: object, joined: bool
) -> None:
    lon, lat = shift(120.01, 35.88)  # type: ignore[operator]
    cells = new_site(lon=lon, lat=lat)
    if joined:
        del cells["lon"], cells["lat"]
        cells["坐标"] = f"{lat},{lon}"
    row = only(checked(qingdao_store, of_cells(cells), datum=datum))  # type: ignore[arg-type]
    assert row.faults == () or {fault.column for fault in row.faults} <= {"category", "themes"}
    assert (row.body["lon"], row.body["lat"]) == pytest.approx((120.01, 35.88), abs=2e-6)


def test_a_datum_is_never_guessed(qingdao_store: Store) -> None:
    with pytest.raises(ImportFileError) as error:
        checked(qingdao_store, of_cells(new_site()), datum=None)  # type: ignore[arg-type]
    assert error.value.data["rule"] == "import_datum"


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_a_datum_that_looks_wrong_is_said(qingdao_store: Store, datum: str, shift: object) -> None:
    heads = store_sites(qingdao_store)[:12]
    moved = [[one.id, *shift(one.body["lon"], one.body["lat"])] for one in heads]  # type: ignore[operator]
    assert checked(qingdao_store, rows_table(["id", "lon", "lat"], *moved)).suspect == datum
    right = checked(qingdao_store, rows_table(["id", "lon", "lat"], *moved), datum=datum)
    assert right.suspect == ""
    true = [[one.id, one.body["lon"] + 0.004, one.body["lat"]] for one in heads]  # type: ignore[operator]
    assert checked(qingdao_store, rows_table(["id", "lon", "lat"], *true)).suspect == ""


def test_an_empty_cell_leaves_what_is_there_or_clears_it(qingdao_store: Store) -> None:
    table = rows_table(["id", "notes_zh", "honours"], [SITE, "", "新荣誉"])
    kept = only(checked(qingdao_store, table, datum=None))
    assert [one.column for one in kept.changes] == ["honours"]
    cleared = only(checked(qingdao_store, table, datum=None, clear=True))
    assert cleared.body["notes_zh"] == ""


def test_duplicates_are_found_by_name_and_distance(qingdao_store: Store) -> None:
    here = body_of(qingdao_store)
    lon, lat = float(here["lon"]), float(here["lat"])  # type: ignore[arg-type]
    table = rows_table(
        ["name_zh", "lon", "lat"],
        [here["name_zh"], lon + 0.001, lat],  # the very name, near: the same
        [f"{here['name_zh']}馆", lon + 0.001, lat],  # like it, near: to be decided
        [f"{here['name_zh']}馆", lon - 0.5, lat + 0.1],  # like it, far: another
        [here["name_zh"], lon - 0.5, lat + 0.1],  # the very name, far: to be decided
    )  # type: ignore[arg-type]
    rows = checked(qingdao_store, table).rows
    assert [row.status for row in rows] == ["changed", "undecided", "undecided", "undecided"]
    assert rows[0].id == SITE
    apart = {one.key: one.distance_m for one in rows[1].alike}
    assert apart == {SITE: pytest.approx(90, abs=5), "row 2": 0}
    assert rows[2].alike[0].key == "row 3"  # of the same name in the file
    decided = checked(qingdao_store, table, decisions={3: SITE, 4: "new", 5: "skip"}).rows
    assert [row.status for row in decided] == ["changed", "faulty", "new", "skipped"]
    assert decided[1].faults[0].rule == "repeated"


def test_a_unit_imports_its_own_alone(qingdao_store: Store) -> None:
    who = person("sun", Role.EDITOR, "市南区")
    heads = {one.body["district"]: one for one in store_sites(qingdao_store)}
    table = rows_table(["id", "phone"], *([heads[d].id, "1"] for d in ("市南区", "崂山区")))
    rows = checked(qingdao_store, table, who, datum=None).rows
    assert [row.status for row in rows] == ["changed", "faulty"]
    assert rows[1].faults[0].rule == "unit"
    with pytest.raises(RoleError):
        checked(qingdao_store, table, person("zhao", Role.VIEWER), datum=None)


def test_another_district_cannot_be_slipped_in(store: Store) -> None:
    run = checked(store, rows_table(["id", "phone"], [SITE, "1"]), datum=None)
    with pytest.raises(OutsideUnitError):
        desk_of(store, person("li", Role.EDITOR, "平度市")).apply(run, "import-1", "x")


def test_a_set_is_applied_reviewed_published_and_undone(store: Store, store_url: str) -> None:
    before = {one.id: (one.state, one.body) for one in store_sites(store)}
    shown = store.version()
    table = rows_table(
        ["id", "phone", "name_zh", "district"],
        [SITE, "1", "", ""],
        ["neu-1", "2", "新馆一", "市南区"],
    )
    editor, reviewer = person("qian", Role.EDITOR), person("zhou", Role.REVIEWER)
    run = checked(store, table, editor, datum=None)
    made = desk_of(store, editor).apply(run, "import-1", "census")
    assert [(one.id, one.state) for one in made] == [(SITE, State.REVIEW), ("neu-1", State.DRAFT)]
    assert store.version() == shown
    with pytest.raises(RoleError):
        desk_of(store, editor).publish("import-1", "")
    (published,) = desk_of(store, reviewer).publish("import-1", "good")
    assert (published.id, published.author) == (SITE, "zhou")
    assert store.sites().loc[SITE, "phone"] == "1"
    assert [one.change_set for one in desk_of(store).sets()] == ["import-1"]
    assert desk_of(store).sets()[0].author == "qian"
    with pytest.raises(RoleError):  # visitors have seen it: no longer its author's to undo
        desk_of(store, editor).undo("import-1", "x")
    desk_of(store, reviewer).undo("import-1", "mistake")
    after = {one.id: (one.state, one.body) for one in store_sites(store)}
    assert after.pop("neu-1")[0] is State.DELETED
    assert after == before
    assert store.sites().loc[SITE, "phone"] == before[SITE][1]["phone"]
    assert check(store_url) == ()


def test_nobody_publishes_an_import_of_their_own(store: Store) -> None:
    who = person("zhou", Role.REVIEWER)
    run = checked(store, rows_table(["id", "phone"], [SITE, "1"]), who, datum=None)
    desk_of(store, who).apply(run, "import-1", "x")
    with pytest.raises(OwnWorkError):
        desk_of(store, who).publish("import-1", "")


def test_its_author_undoes_what_nobody_has_seen(store: Store) -> None:
    who = person("qian", Role.EDITOR)
    old = body_of(store)
    run = checked(store, rows_table(["id", "phone"], [SITE, "1"]), who, datum=None)
    desk_of(store, who).apply(run, "import-1", "x")
    desk_of(store, who).undo("import-1", "oh")
    assert body_of(store) == old
    assert store.editor.head("sites", SITE).state is State.PUBLISHED


def test_a_set_somebody_worked_on_is_not_undone_nor_published(store: Store) -> None:
    run = checked(store, rows_table(["id", "phone"], [SITE, "1"], ["zhanqiao", "2"]), datum=None)
    if run.counts["changed"] < 2:
        other = store_sites(store)[0].id
        run = checked(store, rows_table(["id", "phone"], [SITE, "1"], [other, "2"]), datum=None)
    desk_of(store).apply(run, "import-1", "x")
    head = store.editor.head("sites", SITE)
    store.editor.edit("sites", SITE, {**head.body, "visit_min": 77}, head.revision, BY)
    for step in (desk_of(store).undo, desk_of(store).publish, desk_of(store).send_back):
        with pytest.raises(ConflictError):
            step("import-1", "x")
    assert body_of(store)["visit_min"] == 77


def test_an_import_rests_on_what_was_seen_or_nothing_happens(store: Store) -> None:
    other = store_sites(store)[0].id
    table = rows_table(["id", "phone"], [other, "1"], [SITE, "2"])
    run = checked(store, table, datum=None)
    head = store.editor.head("sites", SITE)
    store.editor.edit("sites", SITE, {**head.body, "visit_min": 77}, head.revision, BY)
    with pytest.raises(ConflictError):
        desk_of(store).apply(run, "import-1", "x")
    assert body_of(store, other)["phone"] != "1"
    again = checked(store, table, datum=None)
    assert again.digest != run.digest
    desk_of(store).apply(again, "import-1", "x")
    assert (body_of(store)["visit_min"], body_of(store)["phone"]) == (77, "2")
    assert store.editor.head("sites", SITE).state is State.DRAFT  # li is still writing on it


def export_of(store: Store, **changes: str) -> object:
    """An export of one site, changed as in Excel."""
    table = outgoing("sites", [store.editor.head("sites", SITE)], public=False)
    read = read_file("x.xlsx", FORMS["xlsx"].content("x", table))
    cells = dict(zip(read.columns, read.rows[0][1], strict=True)) | changes
    return rows_table(list(cells), list(cells.values()))


def test_an_export_changed_and_imported_overwrites_nobody(store: Store) -> None:
    table = export_of(store, phone="1", honours="甲")
    head = store.editor.head("sites", SITE)
    body = {**head.body, "visit_min": 77, "honours": "乙"}
    store.editor.edit("sites", SITE, body, head.revision, BY)
    row = only(checked(store, table))  # type: ignore[arg-type]
    assert [fault.rule for fault in row.faults] == ["clash"]
    assert row.faults[0].values == {"theirs": "乙", "author": "li"}
    settled = only(checked(store, table, mended={(2, "honours"): "丙"}))  # type: ignore[arg-type]
    assert settled.status == "changed"
    assert {one.column: one.after for one in settled.changes} == {"phone": "1", "honours": "丙"}
    assert "merged" in settled.said


def test_an_export_nobody_changed_is_no_change_though_others_worked(store: Store) -> None:
    table = export_of(store)
    head = store.editor.head("sites", SITE)
    store.editor.edit("sites", SITE, {**head.body, "visit_min": 77}, head.revision, BY)
    assert only(checked(store, table)).status == "unchanged"  # type: ignore[arg-type]


@pytest.mark.parametrize("step", ["archive", "delete"])
def test_what_was_taken_away_is_not_brought_back(store: Store, step: str) -> None:
    candidate = next(one for one in store_sites(store) if one.state is State.DRAFT)
    getattr(store.editor, step)("sites", candidate.id, candidate.revision, BY)
    row = only(checked(store, rows_table(["id", "phone"], [candidate.id, "1"]), datum=None))
    assert row.status == "faulty"
    assert row.faults[0].rule in {"is-archived", "is-deleted"}


def test_mended_cells_count_instead_of_the_file(qingdao_store: Store) -> None:
    table = of_cells(new_site(lon="abc", category="museum", themes="navy"))
    assert only(checked(qingdao_store, table)).status == "faulty"  # type: ignore[arg-type]
    row = only(checked(qingdao_store, table, mended={(2, "lon"): "120.01"}))  # type: ignore[arg-type]
    assert (row.status, row.body["lon"]) == ("new", 120.01)


@pytest.mark.parametrize(
    ("columns", "fields", "rule"),
    [
        (["a", "b"], ["name_zh", "name_zh"], "import_field_twice"),
        (["a", "b"], ["name_zh", "lon"], "import_lonlat"),
        (["a"], ["phone"], "import_key"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    columns: list[str], fields: list[str], rule: str
) -> None:
    with pytest.raises(ImportFileError) as error:
        check_mapping("f", columns, fields)
    assert error.value.data["rule"] == rule


def test_an_upload_is_kept_for_its_account_and_a_day(store: Store) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    clock = [now]
    uploads = Uploads(store.engine, lambda: clock[0])
    table = rows_table(["名称", "电话"], ["甲\ud7ff馆", 1.5], ["乙馆", None])
    one = uploads.add("qian", "a.csv", table)
    said = Answers(
        ("name_zh", "phone"), "gcj02", clear=True, mended={(2, "phone"): "1"}, decisions={3: "skip"}
    )
    uploads.answer(one, said)
    found = uploads.get("qian", one.id)
    assert (found.table, found.answers) == (table, said)
    for account, later in (("li", timedelta()), ("qian", timedelta(days=2))):
        clock[0] = now + later
        with pytest.raises(UnknownRecordError):
            uploads.get(account, one.id)
    assert uploads.remembered("qian", table.columns) == said.fields
    assert uploads.remembered("li", table.columns) is None
    uploads.answer(one, Answers(("name_zh", "")))
    assert uploads.remembered("qian", table.columns) == ("name_zh", "")


def test_an_account_keeps_few_uploads(store: Store) -> None:
    clock = [datetime(2026, 11, 24, tzinfo=UTC)]

    def tick() -> datetime:
        clock[0] += timedelta(seconds=1)
        return clock[0]

    uploads = Uploads(store.engine, tick)
    made = [uploads.add("qian", "a.csv", rows_table(["名称"], ["甲"])) for _ in range(8)]
    other = uploads.add("li", "a.csv", rows_table(["名称"], ["甲"]))
    for one in made[3:]:
        assert uploads.get("qian", one.id)
    with pytest.raises(UnknownRecordError):
        uploads.get("qian", made[2].id)
    assert uploads.get("li", other.id)


def test_how_is_guessed_from_usual_headings() -> None:
    columns = [
        "序号",
        "场馆名称",
        "所属区市",
        "详细地址",
        "经度(E)",
        "X",
        "纬度",
        "开放时间",
        "联系电话",
    ]
    fields = guess(columns).fields
    assert fields == (
        "",
        "name_zh",
        "district",
        "address",
        "",
        "lon",
        "lat",
        "opening_hours",
        "phone",
    )
    assert How(guess(columns)).mapping.places
