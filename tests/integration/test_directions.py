"""Directions where people meet them: JSON, GeoJSON, GPX, the plan page, the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gpxpy
import pytest
from fastapi.testclient import TestClient

from api.cli.app import run
from api.settings import PREFIX, Settings
from api.web.texts import Texts
from geo.exchange import from_document, say_steps

QUERY = {
    "stops": "cpc-qingdao-memorial,qingdao-guest-house",
    "mode": "drive",
    "depart": "2026-11-28T09:00",
    "start": "120.3125,36.0645",
}


def plan_as(client: TestClient, form: str, **more: str) -> Any:
    answer = client.get("/api/itineraries", params=QUERY | more | {"f": form})
    assert answer.status_code == 200
    return answer.text if form == "gpx" else answer.json()


def test_json_holds_steps_that_any_language_can_say(client: TestClient) -> None:
    document = plan_as(client, "json")
    itinerary = from_document(document)
    first = itinerary.legs[0]
    assert first.steps[0].kind == "depart"
    raw = document["days"][0]["legs"][0]["steps"][0]
    assert set(raw) >= {"kind", "road", "length_m", "first", "last", "turn", "side"}
    told = say_steps(first, "schematic", Texts.for_lang("zh"))
    assert told[0].startswith("沿")
    # A document written before there were steps is still read.
    for day in document["days"]:
        for leg in day["legs"]:
            del leg["steps"]
    assert all(leg.steps == () for leg in from_document(document).legs)


@pytest.mark.parametrize(("lang", "begin"), [("zh", "沿"), ("en", "Start along ")])
def test_forms_hold_texts_of_their_language(client: TestClient, lang: str, begin: str) -> None:
    collection = plan_as(client, "geojson", lang=lang)
    legs = [f["properties"] for f in collection["features"] if f["properties"]["kind"] == "leg"]
    assert all(leg["directions"][0].startswith(begin) for leg in legs)
    points = gpxpy.parse(plan_as(client, "gpx", lang=lang)).routes[0].points
    said = [(point.description or "").splitlines() for point in points]
    assert said == [*(leg["directions"] for leg in legs), []]


def test_the_page_lists_them_folded(client: TestClient) -> None:
    page = client.get("/plan", params=QUERY | {"lang": "en"}).text
    assert page.count("<summary>Directions</summary>") == 2
    assert "roads in outline" in page
    steps = plan_as(client, "geojson", lang="en")["features"][1]["properties"]["directions"]
    assert all(f"<li>{step}</li>" in page for step in steps)


def test_the_command_line_lists_them_when_asked(
    service_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("REDTRAILS_DATA_DIR", str(service_data))
    line = ["plan", *QUERY["stops"].split(","), "--depart", QUERY["depart"], "--lang", "en"]

    def said(*more: str) -> str:
        assert run([*line, *more]) == 0
        return capsys.readouterr().out

    assert "  1. Start along " not in said()
    assert "  1. Start along " in said("--directions")
