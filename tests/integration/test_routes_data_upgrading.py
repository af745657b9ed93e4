"""Newer facts arrive as proposals: staff edits stand, visitors see nothing before review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from routes_data.revisions import Signature, State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

STAFF = Signature("staff", "")
Rows = list[dict[str, str]]


def test_a_changed_fact_is_proposed_and_not_shown(
    store_url: str, newer: Callable[[Callable[[Rows], None]], Path]
) -> None:
    changed: list[str] = []

    def change(rows: Rows) -> None:
        rows[3]["name_en"] = "Newer name"
        changed.append(rows[3]["id"])
        rows.append({**rows[4], "id": "a-new-site", "name_zh": "新址", "name_en": "New site"})

    before = Store.open(store_url)
    version = before.version()
    before.close()
    store = Store.open(store_url, facts=newer(change))
    assert store.version() == version
    proposed = store.editor.worklist("sites", [State.REVIEW])
    assert [(r.id, r.revision) for r in proposed] == [(changed[0], 2), ("a-new-site", 1)]
    assert {r.author for r in proposed} == {"facts"}
    assert "a-new-site" not in store.sites().index
    (difference,) = store.editor.diff("sites", changed[0], 1, 2)
    assert difference.after == "Newer name"
    (change_set,) = {r.change_set for r in proposed}
    assert change_set is not None
    store.editor.undo_set(change_set, STAFF)
    assert store.editor.worklist("sites", [State.REVIEW]) == ()
    store.close()


def test_what_staff_changed_stands_and_what_they_took_away_stays_away(
    store_url: str, newer: Callable[[Callable[[Rows], None]], Path]
) -> None:
    store = Store.open(store_url)
    edited, drafted, clashing = list(store.sites().index)[:3]
    for site in (edited, clashing):
        body = {**store.editor.head("sites", site).body, "name_en": "By staff"}
        store.editor.edit("sites", site, body, 1, STAFF)
        store.editor.submit("sites", site, 2, STAFF)
        store.editor.publish("sites", site, 3, STAFF)
    body = {**store.editor.head("sites", drafted).body, "name_en": "Being written"}
    store.editor.edit("sites", drafted, body, 1, STAFF)
    candidate = store.editor.worklist("sites", [State.DRAFT])[-1].id
    store.editor.delete("sites", candidate, 1, STAFF)
    store.close()

    def change(rows: Rows) -> None:
        by_id = {row["id"]: row for row in rows}
        by_id[edited]["address"] = "新地址"
        by_id[drafted]["address"] = "新地址"
        by_id[clashing]["name_en"] = "By facts"

    store = Store.open(store_url, facts=newer(change))
    proposal = store.editor.head("sites", edited)
    assert (proposal.state, proposal.revision) == (State.REVIEW, 5)
    assert (proposal.body["name_en"], proposal.body["address"]) == ("By staff", "新地址")
    draft = store.editor.head("sites", drafted)
    assert (draft.state, draft.body["name_en"]) == (State.DRAFT, "Being written")
    assert draft.body["address"] == "新地址"
    assert store.editor.head("sites", clashing).revision == 4
    assert store.editor.head("sites", candidate).state is State.DELETED
    assert store.sites().loc[edited, "name_en"] == "By staff"
    store.close()


def test_the_same_facts_propose_nothing_twice(
    store_url: str, newer: Callable[[Callable[[Rows], None]], Path]
) -> None:
    def change(rows: Rows) -> None:
        rows[0]["name_en"] = "Newer name"

    facts = newer(change)
    for _ in range(2):
        store = Store.open(store_url, facts=facts)
        assert len(store.editor.worklist("sites", [State.REVIEW])) == 1
        store.close()
    # Back to the older program: its facts are news again, and take the proposal back.
    store = Store.open(store_url)
    (left,) = store.editor.worklist("sites", [State.REVIEW])
    assert left.body == store.editor.at("sites", left.id, 1).body
    store.close()
