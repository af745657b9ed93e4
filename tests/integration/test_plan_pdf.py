"""A plan as a PDF: the same stops, times and directions as its other forms."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from api.web.texts import Texts
from geo.exchange import from_document, say_steps
from maps.pack import available
from maps.pack.day import tour_document

PLAN = (
    "/api/itineraries?stops=jiaoji-railway-museum-qd,qingdao-guest-house&order=given"
    "&start=120.3125,36.0645&depart=2026-11-28T09:00"
)


@pytest.mark.skipif(not available(), reason="needs the pack extra")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_is_sent_as_a_pdf_and_offered_on_its_page(client: TestClient, lang: str) -> None:
    answer = client.get(f"{PLAN}&f=pdf&lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert "red-trails-2026-11-28.pdf" in answer.headers["content-disposition"]
    assert answer.content == client.get(f"{PLAN}&f=pdf&lang={lang}").content
    page = client.get(PLAN.replace("/api/itineraries", "/plan") + f"&lang={lang}").text
    assert "f=pdf" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_every_stop_way_and_notice_once(client: TestClient, lang: str) -> None:
    itinerary = from_document(client.get(PLAN).json())
    texts = Texts.for_lang(lang)  # type: ignore[arg-type]
    document = tour_document(itinerary, "<svg/>", texts)
    assert [part.name for part in document.parts] == ["timetable", "directions"]
    said = json.dumps(document.as_json(), ensure_ascii=False)
    for stop in itinerary.stops[1:]:
        assert texts.name(stop) in said
    for leg in itinerary.legs:
        for step in say_steps(leg, itinerary.network.fidelity, texts):
            assert json.dumps(step, ensure_ascii=False) in said
    for notice in itinerary.notices:
        assert said.count(notice.text(texts)) == 1
    rows = next(one for one in document.parts[0].blocks if one["kind"] == "table")["rows"]
    assert len(rows) == len(itinerary.stops) + len(itinerary.legs)
