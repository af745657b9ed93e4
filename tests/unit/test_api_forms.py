"""Which form an itinerary is given in."""

from __future__ import annotations

import pytest

from api.errors import NotAcceptableError
from api.forms import FORMS, accepted_form, json_text

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("application/geo+json", "geojson"),
        ("application/gpx+xml", "gpx"),
        ("text/calendar", "ics"),
        ("text/html", "html"),
        (BROWSER, "json"),
        ("application/json;q=0.5, application/geo+json", "geojson"),
        ("application/json;q=0, */*", "geojson"),
        ("text/csv;q=0.9, text/*;q=0.1", "csv"),
        ("TEXT/CSV", "csv"),
    ],
)
def test_the_accept_header_chooses(header: str, name: str) -> None:
    assert accepted_form(header).name == name


@pytest.mark.parametrize(
    "header", ["image/png", "application/msword, image/*", "application/json;q=0"]
)
def test_a_form_we_do_not_have_is_refused(header: str) -> None:
    with pytest.raises(NotAcceptableError) as refused:
        accepted_form(header)
    assert refused.value.status_code == 406


def test_every_form_has_a_media_type_of_its_own() -> None:
    assert len({form.media_type for form in FORMS.values()}) == len(FORMS)


def test_json_is_compact_utf_8_and_never_nan() -> None:
    assert json_text({"名": [1, 2.5]}) == '{"名":[1,2.5]}'
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))
