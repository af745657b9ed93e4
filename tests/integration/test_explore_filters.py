"""Filters of three values: what the record does not say is neither listed nor hidden."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from fastapi.testclient import TestClient
from planner_world import make_site

from api.web.pages import explore
from geo.catalogue import Catalogue
from geo.frames import sites_of
from geo.known import all_of, is_free, is_open_at, is_open_on, is_step_free
from geo.models import TIME_ZONE

DAY = date(2026, 11, 27)  # a Friday


@pytest.mark.parametrize(
    ("ticket", "free"), [("free", True), ("CNY 30", False), ("unknown", None), ("", None)]
)
def test_admission_is_free_priced_or_unknown(ticket: str, free: bool | None) -> None:
    assert is_free(make_site("a", 120.3, 36.06, ticket=ticket)) is free


@pytest.mark.parametrize(
    ("hours", "open_then"),
    [("Tu-Su 09:00-17:00", True), ("Mo 09:00-17:00", False), ("", None), ("nonsense(", None)],
)
def test_a_site_is_open_shut_or_unknown(hours: str, open_then: bool | None) -> None:
    assert is_open_on(make_site("a", 120.3, 36.06, opening_hours=hours), DAY) is open_then


@pytest.mark.parametrize(
    ("hours", "clock", "open_then"),
    [
        ("Fr 09:00-17:00", "09:00", True),
        ("Fr 09:00-17:00", "17:00", False),
        ('Fr 09:00-17:00 "last admission 16:30"', "16:30", False),
        ("Th 20:00-02:00", "01:00", True),  # since the evening before
        ("Sa 09:00-17:00", "10:00", False),
        ("", "10:00", None),
        ("nonsense(", "10:00", None),
    ],
)
def test_a_site_lets_people_in_now_or_not_or_nobody_knows(
    hours: str, clock: str, open_then: bool | None
) -> None:
    moment = datetime.combine(DAY, time.fromisoformat(clock), TIME_ZONE)
    assert is_open_at(make_site("a", 120.3, 36.06, opening_hours=hours), moment) is open_then


def test_open_now_lists_the_unknown_apart(client: TestClient, qingdao: Catalogue) -> None:
    page = client.get("/?open_now=1").text
    unknown = page.split('id="unknown"', 1)[1]
    nobody_knows = sum(not site.opening_hours for site in sites_of(qingdao.sites))
    assert unknown.count(" data-site=") >= nobody_knows > 0
    assert 'name="open_now" value="1" checked' in page


def test_conditions_together_follow_kleene() -> None:
    for answers in itertools.product((True, False, None), repeat=3):
        worst = min(answers, key=lambda one: {False: 0, None: 1, True: 2}[one])
        assert all_of(answers) is worst
    assert all_of(()) is True


def listed(client: TestClient, query: str) -> tuple[list[str], list[str]]:
    page = client.get(f"/?{query}").text.split('id="results"', 1)[1].split('class="honest"')[0]
    sure, _, unsure = page.partition('id="unknown"')
    return (
        re.findall(r'data-site="([^"]+)"', sure),
        re.findall(r'data-site="([^"]+)"', unsure),
    )


@pytest.mark.parametrize("query", ["free=1", "step_free=1", f"open_on={DAY}", "free=1&step_free=1"])
def test_sure_and_unsure_are_listed_apart_and_nothing_is_lost(
    client: TestClient, qingdao: Catalogue, query: str
) -> None:
    sure, unsure = listed(client, query)
    for site in sites_of(qingdao.sites):
        answer = all_of(
            asked
            for name, asked in (
                ("free", is_free(site)),
                ("step_free", is_step_free(site)),
                (f"open_on={DAY}", is_open_on(site, DAY)),
            )
            if any(part.startswith(name) for part in query.split("&"))
        )
        assert (site.id in sure, site.id in unsure) == (answer is True, answer is None)


def test_the_filters_stand_in_the_address_and_can_be_dropped(client: TestClient) -> None:
    page = client.get(f"/?open_on={DAY}&free=1&lang=en").text
    assert f'name="open_on" value="{DAY}"' in page
    assert re.search(r'name="free" value="1" checked', page)
    assert "Open on Friday, 27 November 2026" in page
    assert 'href="/?free=1&amp;lang=en"' in page or 'href="/?lang=en&amp;free=1"' in page


def test_a_date_that_is_none_is_refused(client: TestClient) -> None:
    answer = client.get("/?open_on=soon", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "soon" in answer.text


def test_a_site_that_is_partly_step_free_is_not(qingdao: Catalogue) -> None:
    (site, *_) = sites_of(qingdao.sites)
    assert is_step_free(replace(site, step_free="partial")) is False


def test_a_long_list_is_cut_and_the_page_knows_every_site_found(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "LISTED", 10)
    page = client.get("/?district=shinan").text
    assert len(set(re.findall(r' data-site="([^"]+)"', page))) == 10
    [found] = re.findall(r'data-found="([^"]+)"', page)
    [link] = re.findall(r'class="all-sites" href="([^"]+)"', page)
    whole = client.get(link.replace("&amp;", "&")).text
    assert found.split(",") == re.findall(r' data-site="([^"]+)"', whole)
    assert "data-found" not in whole


def test_a_first_visit_transfers_no_more_than_its_budget(client: TestClient) -> None:
    """The figure itself is measured in a browser (`python -m benchmarks browser`)."""
    page = client.get("/?lang=zh")
    links = re.findall(r'<(?:script|link|img)[^>]* (?:src|href)="(/[^"]+)"', page.text)
    parts = {link.replace("&amp;", "&") for link in links if re.search(r"\.(js|css|svg)\b", link)}
    assert len(parts) > 15
    sent = [client.get(part) for part in parts | {"/?lang=zh"}]
    assert all(answer.status_code == 200 for answer in sent)
    total = sum(int(answer.headers["content-length"]) for answer in sent)
    assert total <= 350_000
