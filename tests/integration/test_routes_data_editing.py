"""Editing: nothing lost, nothing overwritten, nothing shown before review; on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from geo.errors import (
    ConflictError,
    InvalidParameterError,
    SchemaError,
    StoreError,
    TransitionError,
    UnknownRecordError,
)
from routes_data.engine import writing
from routes_data.models import REVISIONS
from routes_data.revisions import Change, Revision, Signature, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

EDITOR = Signature("editor", "telephoned")
REVIEWER = Signature("reviewer", "checked")


def a_site(store: Store) -> str:
    """Return a published site that is a stop of a published route."""
    return str(store.routes()["stops"].iloc[0][0])


def closure(site: str) -> dict[str, object]:
    return {
        "id": "closure-1",
        "site": site,
        "date_from": "2026-12-01",
        "date_to": "2026-12-07",
        "reason_zh": "布展",
        "reason_en": "",
        "source": "",
    }


def published(store: Store, kind: str, body: dict[str, object], by: Signature) -> Revision:
    draft = store.editor.create(kind, body, by)
    review = store.editor.submit(kind, draft.id, draft.revision, by)
    return store.editor.publish(kind, draft.id, review.revision, by)


def renamed(store: Store, site: str, name: str) -> dict[str, object]:
    return {**store.editor.head("sites", site).body, "name_en": name}


def test_a_draft_is_seen_only_once_reviewed_and_published(store: Store) -> None:
    site, version = a_site(store), store.version()
    old = store.sites().loc[site, "name_en"]
    draft = store.editor.edit("sites", site, renamed(store, site, "Renamed"), 1, EDITOR)
    assert (store.version(), store.sites().loc[site, "name_en"]) == (version, old)
    with pytest.raises(TransitionError):
        store.editor.publish("sites", site, draft.revision, REVIEWER)
    review = store.editor.submit("sites", site, draft.revision, EDITOR)
    shown = store.editor.publish("sites", site, review.revision, REVIEWER)
    assert store.version() != version
    assert store.sites().loc[site, "name_en"] == "Renamed"
    history = store.editor.history("sites", site)
    assert [r.state for r in history] == ["published", "draft", "review", "published"]
    assert [r.author for r in history] == ["facts", "editor", "editor", "reviewer"]
    assert history[-1] == shown
    (change,) = store.editor.diff("sites", site, 1, 4)
    assert (change.column, change.before, change.after) == ("name_en", old, "Renamed")


def test_the_slower_of_two_editors_is_told_and_merges_what_does_not_clash(store: Store) -> None:
    site = a_site(store)
    base = store.editor.head("sites", site)
    mine = {**base.body, "name_en": "Mine", "address": "新地址"}
    store.editor.edit("sites", site, {**base.body, "name_en": "Theirs"}, base.revision, EDITOR)
    with pytest.raises(ConflictError) as caught:
        store.editor.edit("sites", site, mine, base.revision, EDITOR)
    assert (caught.value.data["expected"], caught.value.data["found"]) == (1, 2)
    merged = store.editor.merge("sites", site, base.revision, mine)
    (clash,) = merged.clashes
    assert (clash.column, clash.base, clash.mine, clash.theirs) == (
        "name_en",
        base.body["name_en"],
        "Mine",
        "Theirs",
    )
    assert merged.body == {**base.body, "name_en": "Theirs", "address": "新地址"}


def test_of_many_edits_at_once_on_one_revision_one_is_taken(store: Store) -> None:
    site, outcomes = a_site(store), []

    def edit(number: int) -> None:
        body = renamed(store, site, f"By {number}")
        try:
            outcomes.append(store.editor.edit("sites", site, body, 1, EDITOR).revision)
        except ConflictError:
            outcomes.append(None)

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [2] + [None] * 7
    assert len(store.editor.history("sites", site)) == 2


def test_a_set_of_changes_is_made_whole_or_not_at_all_and_undone_at_once(store: Store) -> None:
    site, other = list(store.sites().index)[:2]
    names = [store.sites().loc[one, "name_en"] for one in (site, other)]
    by = Signature("editor", "import", "import-1")

    def change(one: str, expected: int) -> Change:
        return Change("sites", one, State.REVIEW, expected, renamed(store, one, "Imported"))

    with pytest.raises(ConflictError):
        store.editor.apply([change(site, 1), change(other, 7)], by)
    assert len(store.editor.history("sites", site)) == 1
    made = store.editor.apply([change(site, 1), change(other, 1)], by)
    shown = [Change("sites", r.id, State.PUBLISHED, r.revision) for r in made]
    store.editor.apply(shown, by)
    assert list(store.sites().loc[[site, other], "name_en"]) == ["Imported", "Imported"]
    store.editor.undo_set("import-1", REVIEWER)
    assert list(store.sites().loc[[site, other], "name_en"]) == names
    assert [len(store.editor.history("sites", one)) for one in (site, other)] == [4, 4]


def test_a_set_is_not_undone_over_the_work_of_others(store: Store) -> None:
    site = a_site(store)
    by = Signature("editor", "", "import-2")
    store.editor.edit("sites", site, renamed(store, site, "Imported"), 1, by)
    store.editor.edit("sites", site, renamed(store, site, "By hand"), 2, EDITOR)
    with pytest.raises(ConflictError):
        store.editor.undo_set("import-2", EDITOR)
    with pytest.raises(UnknownRecordError):
        store.editor.undo_set("import-3", EDITOR)
    assert store.editor.head("sites", site).body["name_en"] == "By hand"


def test_any_revision_comes_back_as_a_draft(store: Store) -> None:
    site = "site-of-no-route"
    first = {**store.editor.head("sites", a_site(store)).body, "id": site}
    published(store, "sites", first, EDITOR)
    assert site in store.sites().index
    store.editor.edit("sites", site, renamed(store, site, "Wrong"), 3, EDITOR)
    gone = store.editor.delete("sites", site, 4, EDITOR)
    assert site not in store.sites().index
    back = store.editor.undo("sites", site, 1, gone.revision, EDITOR)
    assert (back.state, back.body, back.revision) == (State.DRAFT, first, 6)


def test_a_site_that_a_route_needs_cannot_be_taken_away(store: Store) -> None:
    site = a_site(store)
    for take_away in (store.editor.archive, store.editor.delete):
        with pytest.raises(SchemaError) as caught:
            take_away("sites", site, 1, EDITOR)
        assert {fault.file for fault in caught.value.faults} == {"sites"}
    assert site in store.sites().index
    assert len(store.editor.history("sites", site)) == 1


def test_other_kinds_go_the_same_way(store: Store) -> None:
    site = a_site(store)
    shown = published(store, "closures", closure(site), EDITOR)
    assert (shown.state, shown.revision) == (State.PUBLISHED, 3)
    archived = store.editor.archive("closures", shown.id, shown.revision, REVIEWER)
    assert archived.body == shown.body
    assert store.editor.worklist("closures", [State.ARCHIVED]) == (archived,)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"site": "no-such-site"}, "site"),
        ({"date_to": "2026-11-30"}, "date_to"),
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"reason_zh": ""}, "reason_zh"),
    ],
)
def test_what_is_unfit_stays_a_draft(store: Store, changed: dict[str, object], column: str) -> None:
    body = closure(a_site(store)) | changed
    with pytest.raises(SchemaError) as caught:
        published(store, "closures", body, EDITOR)
    assert [fault.column for fault in caught.value.faults] == [column]
    assert store.editor.head("closures", "closure-1").state is State.REVIEW


@pytest.mark.parametrize(
    "body",
    [
        {"id": "Bad Id"},
        {"id": "x", "colour": "red"},
        {"id": "x", "reason_zh": "a\x00b"},
        {"id": "x", "reason_zh": "长" * 200_001},
    ],
)
def test_what_not_even_a_draft_may_hold(store: Store, body: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        store.editor.create("closures", body, EDITOR)
    with pytest.raises(InvalidParameterError):
        store.editor.create("unicorns", body, EDITOR)
    assert store.editor.worklist("closures") == ()


def test_unknown_records_are_told_apart_from_conflicts(store: Store) -> None:
    with pytest.raises(UnknownRecordError):
        store.editor.head("sites", "no-such-site")
    with pytest.raises(UnknownRecordError):
        store.editor.edit("sites", "no-such-site", {"id": "no-such-site"}, 1, EDITOR)
    with pytest.raises(UnknownRecordError):
        store.editor.at("sites", a_site(store), 2)
    with pytest.raises(ConflictError):
        store.editor.create("sites", {"id": a_site(store)}, EDITOR)


def test_the_database_itself_refuses_to_change_history(store: Store) -> None:
    for statement in (update(REVISIONS).values(author="x"), delete(REVISIONS)):
        with pytest.raises((StoreError, DBAPIError)), writing(store.engine) as connection:
            connection.execute(statement)
