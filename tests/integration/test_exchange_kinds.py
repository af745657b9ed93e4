"""Every kind that staff edit is imported as sites are: dry run, faults by cell, one set, undo."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from exchange_world import desk_of, person, rows_table
from sqlalchemy import select

from api.exchanging import headings, template, words_with_names
from api.web.texts import LANGS, Texts
from geo.columns import Record
from geo.errors import InvalidParameterError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError, OwnWorkError
from routes_data.engine import reading
from routes_data.exchange.comparing import DryRun
from routes_data.exchange.errors import ImportFileError
from routes_data.exchange.forms import FORMS, read_file
from routes_data.exchange.mapping import check_mapping, fields_of, guess
from routes_data.exchange.outgoing import EXPORTED, exported
from routes_data.exchange.rows import How
from routes_data.exchange.subjects import SUBJECTS
from routes_data.exchange.tables import Table
from routes_data.models import REVISIONS
from routes_data.revisions import Signature, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

SITE = "navy-museum"
BODIES: Mapping[str, Record] = {
    "closures": {
        "site": SITE,
        "date_from": "2026-12-01",
        "date_to": "2026-12-05",
        "reason_zh": "布展",
        "reason_en": "",
        "source": "",
    },
    "events": {
        "site": "",
        "type": "lecture",
        "name_zh": "红色宣讲；第|二讲",
        "name_en": "=Lecture",
        "starts": "2026-11-28T09:00+08:00",
        "ends": "2026-11-28T11:30:15+08:00",
        "opening_hours": "",
        "place_zh": "文化馆",
        "place_en": "",
        "lon": 120.3201,
        "lat": 36.0662,
        "visit_min": 90,
        "booking_zh": "",
        "booking_en": "",
        "description_zh": "第一段\n第二段",
        "description_en": "",
        "source": "",
    },
    "media": {
        "site": SITE,
        "medium": "photo",
        "url": "https://example.org/a.jpg",
        "title_zh": "大门",
        "title_en": "",
        "alt_zh": "大门正面",
        "alt_en": "",
        "credit": "馆方",
        "licence": "CC BY 4.0",
    },
    "oral-histories": {
        "site": SITE,
        "narrator": "王老",
        "recorded": "2019-07",
        "title_zh": "那一天",
        "title_en": "",
        "text_zh": "第一段“话”\n\n第二段",
        "text_en": "",
        "url": "",
        "consent": "yes",
        "licence": "只供展示",
    },
}
"""One record of each kind that is not shipped; its id is `KIND-1`."""


def filled(store: Store) -> None:
    for kind, body in BODIES.items():
        own = {"id": f"{kind}-1", **body}
        store.editor.hand_in(kind, own, None, Signature("shi"), publish=True)


def checked(store: Store, kind: str, table: Table, who: str = "", **how: object) -> DryRun:
    words = words_with_names(kind, store.editor)
    read = How(guess(table.columns, kind), "wgs84", words=words, **how)  # type: ignore[arg-type]
    by = person("qian", Role.EDITOR, who)
    return desk_of(store, by).check(table, read)


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv-gb18030", "geojson", "gpkg"])
@pytest.mark.parametrize("kind", [kind for kind in SUBJECTS if kind != "sites"])
def test_what_was_exported_comes_back_and_changes_nothing(
    store: Store, kind: str, form: str
) -> None:
    filled(store)
    table = exported(store.editor, kind, public=False)
    named = headings(kind, Texts.for_lang("zh")) if form in {"xlsx", "csv"} else None
    chosen = FORMS[form]
    file = f"records.{chosen.ending}"
    again = read_file(file, chosen.content(file, table, named))
    run = checked(store, kind, again, clear=True)
    assert run.counts["unchanged"] == len(table.revisions) > 0, run.rows
    assert not run.applicable


def test_closures_by_name_and_in_any_way_of_writing_days(store: Store) -> None:
    name = str(store.editor.head("sites", SITE).body["name_zh"])
    table = rows_table(
        ["场馆", "首日", "末日", "原因"],
        [name, "2026/12/7", "2026年12月9日", "检修"],
        ["没有这个馆", "2026-12-07", "2026-12-09", "检修"],
        [SITE, "2026-12-09", "2026-12-07", "颠倒"],
        [SITE, "下周", "2026-12-30", "检修"],
        [SITE, "2026-12-7", "2026-12-9", "同一次"],
    )
    run = checked(store, "closures", table)
    first, *others = run.rows
    assert (first.status, first.state, first.id) == (
        "new",
        State.REVIEW,
        "navy-museum-2026-12-07",
    )
    assert first.body["site"] == SITE
    assert first.name == f"{name} 2026-12-07 2026-12-09"
    faults = [(one.number, fault.column, fault.rule) for one in others for fault in one.faults]
    assert faults == [
        (3, "site", ""),
        (4, "date_to", ""),
        (5, "date_from", ""),
        (6, "id", "repeated"),
    ]
    assert not run.applicable


def test_a_set_of_closures_is_reviewed_published_and_undone_as_a_whole(store: Store) -> None:
    filled(store)
    desk, reviewer = desk_of(store, person("qian", Role.EDITOR)), person("sun", Role.REVIEWER)
    table = rows_table(
        ["场馆", "首日", "末日", "原因"],
        [SITE, "2026-12-01", "2026-12-05", "布展延期"],  # the one that is there
        ["may-fourth-square", "2026-12-01", "2026-12-05", "施工"],
    )
    run = checked(store, "closures", table)
    assert [(one.status, one.said) for one in run.rows] == [("changed", ("by-key",)), ("new", ())]
    assert [one.column for one in run.rows[0].changes] == ["reason_zh"]
    made = desk.apply(run, "import-closures", "通知")
    assert {(one.kind, one.state) for one in made} == {("closures", State.REVIEW)}
    (told,) = desk.sets()
    assert (told.kind, told.count) == ("closures", 2)
    with pytest.raises(NotAllowedError):
        desk.publish("import-closures", "")
    with pytest.raises(OwnWorkError):
        desk_of(store, person("qian", Role.REVIEWER)).publish("import-closures", "")
    desk_of(store, reviewer).publish("import-closures", "")
    closed = store.sites()["closures"]
    assert [one.reason_zh for one in closed["may-fourth-square"]] == ["施工"]
    assert [one.reason_zh for one in closed[SITE]] == ["布展延期"]
    desk_of(store, reviewer).undo("import-closures", "通知撤销")
    closed = store.sites()["closures"]
    assert [one.reason_zh for one in closed[SITE]] == ["布展"]
    assert closed["may-fourth-square"] == ()
    with reading(store.engine) as connection:
        sets = set(connection.scalars(select(REVISIONS.c.change_set).distinct()))
    assert {"import-closures", "undo-import-closures"} <= sets


def test_a_unit_imports_what_lies_in_it(store: Store) -> None:
    rows = [[SITE, "2026-12-01", "2026-12-05", "布展"]]
    table = rows_table(["site", "date_from", "date_to", "reason_zh"], *rows)
    assert checked(store, "closures", table, "市南区").applicable
    refused = checked(store, "closures", table, "崂山区").rows[0].faults
    assert [(one.column, one.rule) for one in refused] == [("site", "unit")]


def test_events_in_qingdao_time_and_in_the_words_of_the_pages(store: Store) -> None:
    table = rows_table(
        ["活动名称", "类型", "开始", "结束", "参观时长（分钟）", "经度", "纬度"],
        ["胶东抗战展", "主题展", "2026-11-28 9:00:00", "2026/12/28 17:00", 60, 36.0662, 120.3201],
        ["只有日期", "宣讲", "2026-11-28", "2026-11-28 11:00", 60, None, None],
    )
    first, second = checked(store, "events", table).rows
    body = first.body
    assert (first.status, first.said) == ("new", ("swapped",))
    assert (body["type"], body["starts"], body["ends"], body["lon"]) == (
        "exhibition",
        "2026-11-28T09:00+08:00",
        "2026-12-28T17:00+08:00",
        120.3201,
    )
    assert [(one.column, one.got) for one in second.faults] == [("starts", "2026-11-28")]


def test_a_route_by_the_names_of_its_stops_is_a_draft_until_it_is_whole(store: Store) -> None:
    stops = [str(one) for one in store.sites()["name_zh"].iloc[:3]]
    ids = [str(one) for one in store.sites().index[:3]]
    table = rows_table(
        ["路线名称", "站点", "出行方式", "起点"],
        ["新线路", " | ".join(stops), "步行", "火车站|Station|120.3125, 36.0645"],
        ["坏线路", "没有这里|" + stops[0], "步行", ""],
    )
    good, bad = checked(store, "routes", table).rows
    assert good.body["stops"] == ids
    assert good.body["start"] == {
        "name_zh": "火车站",
        "name_en": "Station",
        "lon": 120.3125,
        "lat": 36.0645,
    }
    assert (good.status, good.state) == ("new", State.DRAFT)
    assert "collection" in good.missing
    assert {one.column for one in bad.faults} == {"stops"}


def test_what_cannot_tell_its_records_apart_is_refused() -> None:
    with pytest.raises(ImportFileError) as caught:
        check_mapping("f.csv", ["a", "b"], ["site", "date_from"], "closures")
    assert caught.value.data["rule"] == "import_key_of"
    with pytest.raises(InvalidParameterError):
        check_mapping("f.csv", ["a"], ["id"], "reports")


@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("lang", LANGS)
def test_each_template_comes_back_with_every_column_known(kind: str, lang: str) -> None:
    texts = Texts.for_lang(lang)  # type: ignore[arg-type]
    book = template(texts, kind, ["一个馆"])
    with pytest.raises(ImportFileError) as caught:
        read_file("t.xlsx", book)
    assert caught.value.data["rule"] == "import_no_rows"
    columns = [texts.word("staff.column", name) for name in fields_of(kind)]
    assert texts.word("staff.column", "id") in columns


def test_words_of_visitors_and_narrators_go_out_to_staff_alone(store: Store) -> None:
    filled(store)
    assert not {"reports", "oral-histories"} & set(EXPORTED)
    for kind in ("reports", "oral-histories"):
        exported(store.editor, kind, public=False)
        with pytest.raises(InvalidParameterError):
            exported(store.editor, kind, public=True)
