"""Kept plans: written once, read by anybody who has the id, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from geo.errors import InvalidParameterError, StoreError, UnknownRecordError
from geo.plans import PlanEdition, PlanStore
from routes_data.engine import writing
from routes_data.models import PLANS
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

REQUEST = {"stops": ["a", "b"], "mode": "walk", "title": "红色足迹", "speed": 1.2, "end": None}
EDITION = PlanEdition("0" * 64, "catalogue-1", "network-1")


def test_a_plan_comes_back_as_it_was_kept_also_to_another_process(
    store: Store, store_url: str
) -> None:
    plans: PlanStore = store.plans
    kept = plans.keep(REQUEST, EDITION)
    other = Store.open(store_url)
    assert other.plans.get(kept.id) == kept
    other.close()
    assert (kept.request, kept.edition) == (REQUEST, EDITION)
    assert timedelta(0) <= datetime.now(UTC) - kept.kept < timedelta(minutes=1)


def test_every_plan_has_an_id_of_its_own_to_be_typed_from_paper(store: Store) -> None:
    ids = {store.plans.keep(REQUEST, EDITION).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(one) == 14 and not set(one) & set("01oilOIL") for one in ids)


def test_what_was_kept_cannot_be_changed(store: Store) -> None:
    kept = store.plans.keep(REQUEST, EDITION)
    for statement in (update(PLANS).values(result="x"), delete(PLANS)):
        with pytest.raises(StoreError), writing(store.engine) as connection:
            connection.execute(statement)
    assert store.plans.get(kept.id) == kept


@pytest.mark.parametrize("plan_id", ["", "nosuchplan", "a\x00b", "计划", "x" * 5000, "' OR 1=1"])
def test_an_id_of_nothing(store: Store, plan_id: str) -> None:
    with pytest.raises(UnknownRecordError):
        store.plans.get(plan_id)


@pytest.mark.parametrize(
    "request_",
    [{"x": "长" * 50_001}, {"x": float("nan")}, {"x": {1, 2}}, {"x": "a\x00b"}],
)
def test_what_is_not_kept(store: Store, request_: dict[str, object]) -> None:
    with pytest.raises(InvalidParameterError):
        store.plans.keep(request_, EDITION)


def test_only_another_answer_is_a_difference(store: Store) -> None:
    kept = store.plans.keep(REQUEST, EDITION)
    assert not kept.differs(PlanEdition(EDITION.result, "catalogue-2", "network-2"))
    assert kept.differs(PlanEdition("1" * 64, "catalogue-1", "network-1"))
