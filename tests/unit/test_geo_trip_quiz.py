"""The quiz over every record of the catalogue: no question, name or odd choice gives an answer."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from geo.catalogue import Catalogue
from geo.districts import DISTRICTS
from geo.models import Site
from geo.trip import Question, make_quiz, years_of


@pytest.fixture(scope="module")
def records(qingdao: Catalogue) -> dict[str, Site]:
    return {site.id: site for site in qingdao.sites_by_id(list(qingdao.sites.index))}


@pytest.fixture(scope="module")
def asked(records: dict[str, Site]) -> list[Question]:
    """Quizzes of sixty random trips."""
    dice = random.Random(7)  # noqa: S311 - trips, no secrets
    found: list[Question] = []
    for number in range(60):
        visited = [records[key] for key in dice.sample(sorted(records), 6)]
        found += make_quiz(visited, list(records.values()), seed=str(number))
    return found


def of_kind(asked: list[Question], kind: str) -> list[Question]:
    found = [one for one in asked if one.kind == kind]
    assert len(found) >= 10, kind
    return found


def test_no_name_tells_a_district(asked: list[Question], records: dict[str, Site]) -> None:
    english = {one.name_zh: one.name_en for one in DISTRICTS}
    for one in of_kind(asked, "district"):
        site = records[one.site_id]
        names = " ".join((site.name_zh, site.name_en, *site.aliases)).casefold()
        assert one.right.value == site.district
        assert site.district[:2] not in names
        assert english[site.district].casefold() not in names


def test_years_are_wrong_unless_right_and_all_look_alike(
    asked: list[Question], records: dict[str, Site]
) -> None:
    for one in of_kind(asked, "years"):
        site = records[one.site_id]
        assert one.right.value == years_of(site)
        values = [choice.value for choice in one.choices]
        assert len({"-" in value for value in values}) == 1
        firsts = [int(value.split("-")[0]) for value in values]
        assert firsts == sorted(firsts)
        assert max(firsts) - min(firsts) <= 120
        spans = [range(int(v.split("-")[0]), int(v.split("-")[-1]) + 1) for v in values]
        assert not any(set(a) & set(b) for a, b in combinations(spans, 2))


def test_a_story_holds_no_part_of_the_name_it_asks_for(
    asked: list[Question], records: dict[str, Site]
) -> None:
    for one in of_kind(asked, "which"):
        site = records[one.site_id]
        for name in (site.name_zh, *site.aliases):
            assert name not in site.summary_zh
        wrong = [records[c.value] for c in one.choices if c != one.right]
        assert all(other.summary_zh != site.summary_zh for other in wrong)
        alike = [other.category == site.category for other in records.values()]
        if sum(alike) > 7:
            assert all(other.category == site.category for other in wrong)


def test_wrong_answers_come_from_other_records(
    asked: list[Question], records: dict[str, Site]
) -> None:
    known = {site.district for site in records.values()} | {years_of(s) for s in records.values()}
    for one in asked:
        assert len({choice.value for choice in one.choices}) == len(one.choices)
        for choice in one.choices:
            assert choice.value in (records if choice.kind == "site" else known)


def test_an_order_is_the_one_of_the_years(asked: list[Question], records: dict[str, Site]) -> None:
    for one in of_kind(asked, "order"):
        years = [records[one.choices[index].value].period_from for index in one.answer]
        assert years == sorted(years, key=lambda year: year or 0)


def test_what_a_sheet_tells_is_not_asked(records: dict[str, Site]) -> None:
    visited = list(records.values())[:8]
    sheets = {s.id: f"{s.summary_zh} {s.period} {years_of(s)} {s.district}" for s in visited}
    assert make_quiz(visited, list(records.values()), seed="1", sheets=sheets) == ()


def test_one_district_is_not_the_answer_of_everything(records: dict[str, Site]) -> None:
    near = [site for site in records.values() if site.district == "市南区"][:8]
    found = make_quiz(near, list(records.values()), seed="1")
    assert sum(one.kind == "district" for one in found) == 2
