"""Records edited by people with rights, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from geo.errors import ConflictError, SchemaError, TransitionError
from routes_data.accounts import Person, Role, Unit
from routes_data.accounts.errors import OutsideUnitError, OwnWorkError, RoleError
from routes_data.desk import Desk, Saved, Unsettled, unpublished_authors
from routes_data.editor import Editor
from routes_data.revisions import Revision, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

SITE = "navy-museum"
WHEN = datetime(2026, 11, 24, tzinfo=UTC)


def desk(store: Store, name: str, role: Role = Role.EDITOR, unit: str = "") -> Desk:
    person = Person(name, name, role, Unit.read(unit), disabled=False, created=WHEN)
    return Desk(store.editor, person)


def edited(store: Store, **changes: object) -> dict[str, object]:
    return {**store.editor.head("sites", SITE).body, **changes}


def saved(one: Saved | Unsettled) -> int:
    assert isinstance(one, Saved)
    return one.revision.revision


def test_a_record_goes_from_its_editor_past_a_reviewer_to_visitors(store: Store) -> None:
    wang, li = desk(store, "wang"), desk(store, "li", Role.REVIEWER)
    before = store.version()
    number = saved(wang.save("sites", SITE, edited(store, phone="0532-1"), 1, "电话"))
    number = wang.submit("sites", SITE, number, "请审").revision
    assert store.version() == before
    done = li.publish("sites", SITE, number, "核对无误")
    assert (done.state, done.author, done.reason) == (State.PUBLISHED, "li", "核对无误")
    assert store.version() != before
    history = store.editor.history("sites", SITE)
    assert [one.author for one in history[1:]] == ["wang", "wang", "li"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_not_changes_nothing(store: Store, role: Role) -> None:
    someone = desk(store, "wang", role)
    with pytest.raises(RoleError):
        someone.publish("sites", SITE, 1, "x")
    with pytest.raises(RoleError):
        someone.send_back("sites", SITE, 1, "x")
    if role is Role.VIEWER:
        for act in (
            lambda: someone.save("sites", SITE, edited(store), 1, "x"),
            lambda: someone.submit("sites", SITE, 1, "x"),
            lambda: someone.undo("sites", SITE, 1, 1, "x"),
        ):
            with pytest.raises(RoleError):
                act()
    assert len(store.editor.history("sites", SITE)) == 1


def test_a_district_edits_its_own_sites_only(store: Store) -> None:
    assert store.editor.head("sites", SITE).body["district"] == "市南区"
    own = desk(store, "wang", unit="市南区")
    other = desk(store, "li", Role.ADMIN, unit="崂山区")
    assert own.may_edit("sites", edited(store))
    assert not other.may_edit("sites", edited(store))
    with pytest.raises(OutsideUnitError):
        other.save("sites", SITE, edited(store, phone="0532-1"), 1, "x")
    with pytest.raises(OutsideUnitError):  # nor moved into it
        other.save("sites", SITE, edited(store, district="崂山区"), 1, "x")
    with pytest.raises(OutsideUnitError):  # nor given away
        own.save("sites", SITE, edited(store, district="崂山区"), 1, "x")
    number = saved(own.save("sites", SITE, edited(store, phone="0532-1"), 1, "x"))
    number = own.submit("sites", SITE, number, "x").revision
    for act in (other.publish, other.send_back, other.submit):
        with pytest.raises(OutsideUnitError):
            act("sites", SITE, number, "x")
    with pytest.raises(OutsideUnitError):
        other.undo("sites", SITE, 1, number, "x")


def test_a_site_moved_by_a_draft_is_published_by_who_holds_both(store: Store) -> None:
    city = desk(store, "wang")
    number = saved(city.save("sites", SITE, edited(store, district="崂山区"), 1, "x"))
    number = city.submit("sites", SITE, number, "x").revision
    for unit in ("崂山区", "市南区"):
        with pytest.raises(OutsideUnitError):
            desk(store, "li", Role.REVIEWER, unit).publish("sites", SITE, number, "x")
    desk(store, "li", Role.REVIEWER).publish("sites", SITE, number, "x")


def test_nobody_publishes_own_work_but_an_administrator(store: Store) -> None:
    li, zhou = desk(store, "li", Role.REVIEWER), desk(store, "zhou", Role.REVIEWER)
    number = saved(li.save("sites", SITE, edited(store, phone="0532-1"), 1, "x"))
    number = li.submit("sites", SITE, number, "x").revision
    with pytest.raises(OwnWorkError):
        li.publish("sites", SITE, number, "x")
    number = zhou.send_back("sites", SITE, number, "请补来源").revision
    number = zhou.submit("sites", SITE, number, "x").revision  # passing on is not writing
    assert unpublished_authors(store.editor.history("sites", SITE)) == {"li"}
    number = zhou.publish("sites", SITE, number, "x").revision
    assert not unpublished_authors(store.editor.history("sites", SITE))
    admin = desk(store, "wu", Role.ADMIN)
    number = saved(admin.save("sites", SITE, edited(store, phone="0532-2"), number, "x"))
    number = admin.submit("sites", SITE, number, "x").revision
    assert admin.publish("sites", SITE, number, "x").state is State.PUBLISHED


def test_a_new_record_lies_in_the_unit_of_its_author(store: Store) -> None:
    body = {"id": "new-site", "district": "崂山区", "address": "崂山区王哥庄街道1号"}
    with pytest.raises(RoleError):
        desk(store, "wang", Role.VIEWER).create("sites", body, "x")
    with pytest.raises(OutsideUnitError):
        desk(store, "wang", unit="市南区").create("sites", body, "x")
    made = desk(store, "wang", unit="崂山区/王哥庄街道").create("sites", body, "x")
    assert (made.state, made.author, made.revision) == (State.DRAFT, "wang", 1)
    with pytest.raises(ConflictError):
        desk(store, "li").create("sites", body, "x")


def test_edits_of_different_columns_are_merged_and_told(store: Store) -> None:
    wang, li = desk(store, "wang"), desk(store, "li")
    mine, theirs = edited(store, phone="0532-1"), edited(store, ticket="free", visit_min=99)
    li.save("sites", SITE, theirs, 1, "x")
    done = wang.save("sites", SITE, mine, 1, "x")
    assert isinstance(done, Saved)
    assert set(done.merged) <= {"ticket", "visit_min"}
    assert "visit_min" in done.merged
    body = done.revision.body
    assert (body["phone"], body["ticket"], body["visit_min"]) == ("0532-1", "free", 99)


def test_edits_of_the_same_column_are_for_people_to_settle(store: Store) -> None:
    wang, li = desk(store, "wang"), desk(store, "li")
    mine = edited(store, phone="0532-1", visit_min=33)
    li.save("sites", SITE, edited(store, phone="0532-2", visit_min=33), 1, "x")
    open_ = wang.save("sites", SITE, mine, 1, "x")
    assert isinstance(open_, Unsettled)
    assert [(one.column, one.mine, one.theirs) for one in open_.clashes] == [
        ("phone", "0532-1", "0532-2")
    ]
    assert (open_.head.revision, open_.body["phone"]) == (2, "0532-2")
    assert len(store.editor.history("sites", SITE)) == 2
    assert saved(wang.save("sites", SITE, {**open_.body, "phone": "0532-1"}, 2, "x")) == 3


@pytest.mark.parametrize("column", ["address", "phone"])
def test_an_edit_made_while_another_is_saved_is_put_together_with_it(
    store: Store, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    li, write = desk(store, "li"), Editor.edit

    def late(editor: Editor, *given: Any) -> Revision:
        monkeypatch.setattr(Editor, "edit", write)
        li.save("sites", SITE, edited(store, **{column: "0532-2"}), 1, "快一步")
        return editor.edit(*given)

    monkeypatch.setattr(Editor, "edit", late)
    done = desk(store, "wang").save("sites", SITE, edited(store, phone="0532-1"), 1, "电话")
    head = store.editor.head("sites", SITE)
    if column == "phone":
        assert isinstance(done, Unsettled)
        assert (done.head, [clash.column for clash in done.clashes]) == (head, ["phone"])
        assert head.author == "li"
    else:
        assert isinstance(done, Saved)
        assert done == Saved(head, ("address",))
        assert (head.body["phone"], head.body["address"]) == ("0532-1", "0532-2")


def test_a_merge_moves_nothing_out_of_a_unit(store: Store) -> None:
    desk(store, "li").save("sites", SITE, edited(store, district="崂山区"), 1, "x")
    wang = desk(store, "wang", unit="市南区")
    body = {**store.editor.at("sites", SITE, 1).body, "phone": "0532-1"}
    with pytest.raises(OutsideUnitError):
        wang.save("sites", SITE, body, 1, "x")


def test_steps_rest_on_what_was_seen(store: Store) -> None:
    wang, li = desk(store, "wang"), desk(store, "li", Role.REVIEWER)
    number = saved(wang.save("sites", SITE, edited(store, name_en=""), 1, "x"))
    number = wang.submit("sites", SITE, number, "x").revision
    for act in (li.publish, li.send_back, wang.submit):
        with pytest.raises(ConflictError):
            act("sites", SITE, number - 1, "x")
    with pytest.raises(SchemaError):  # an English name is wanted
        li.publish("sites", SITE, number, "x")
    number = li.send_back("sites", SITE, number, "x").revision
    with pytest.raises(TransitionError):
        li.publish("sites", SITE, number, "x")
    back = wang.undo("sites", SITE, 1, number, "x")
    assert back.body == store.editor.at("sites", SITE, 1).body
