"""What popups say."""

from __future__ import annotations

from dataclasses import replace

import maps_world as world
import pytest

from geo.errors import InvalidParameterError
from geo.exchange import Moment, StopMoments
from geo.messages import Notice
from maps import MapOptions
from maps.plugins.data import script_json, script_value
from maps.popups import site_popup, stop_popup, stop_times
from maps.sites import legend_data, site_rows

ZH, EN = world.RealTexts("zh"), world.RealTexts("en")


def test_a_popup_has_both_names_each_in_its_language() -> None:
    hall = world.sites()[0]
    zh, en = (site_popup(hall, texts, MapOptions()) for texts in (ZH, EN))
    assert (zh["name"], zh["lang"], zh["other"], zh["otherLang"]) == (
        "址hall",
        "zh-CN",
        "Site hall",
        "en",
    )
    assert (en["name"], en["lang"], en["other"], en["otherLang"]) == (
        "Site hall",
        "en",
        "址hall",
        "zh-CN",
    )


def test_a_site_without_an_english_name_says_its_chinese_one_once() -> None:
    popup = site_popup(replace(world.sites()[0], name_en=""), EN, MapOptions())
    assert (popup["name"], popup["lang"], popup["other"]) == ("址hall", "zh-CN", "")


def test_only_an_area_says_that_its_position_is_approximate() -> None:
    for site, wanted in zip(world.sites(), (False, False, True), strict=True):
        kinds = [kind for kind, _ in site_popup(site, ZH, MapOptions())["lines"]]  # type: ignore[attr-defined]
        assert ("hint" in kinds) is wanted


def test_a_link_is_given_only_where_the_page_has_one() -> None:
    hall = world.sites()[0]
    assert "href" not in site_popup(hall, ZH, MapOptions())
    popup = site_popup(hall, ZH, MapOptions(site_href=lambda key: f"/sites/{key}?lang=zh"))
    assert popup["href"] == "/sites/hall?lang=zh"
    assert "add" not in popup
    options = MapOptions(plan_href=lambda key: f"/plan?stops={key}")
    added = {"id": "hall", "href": "/plan?stops=hall", "text": ZH("map.popup.add")}
    assert site_popup(hall, ZH, options)["add"] == added


def test_a_stop_tells_its_times_and_what_to_beware_of() -> None:
    stop = replace(world.stop(world.sites()[0], 9), notices=(Notice("schematic_network"),))
    texts = world.RealTexts("en")
    texts._texts["notice.schematic_network"] = "mind the <roads>"
    at = StopMoments(Moment(stop.arrival), Moment(stop.departure))
    lines = stop_popup(stop, at, texts, MapOptions())["lines"]
    assert ["time", "09:00–10:00"] in lines  # type: ignore[operator]
    assert ["hint", "mind the <roads>"] in lines  # type: ignore[operator]
    assert stop_times(replace(at, arrival=None), EN) == "Depart 10:00"
    assert stop_times(replace(at, departure=None), EN) == "Arrive 09:00"
    assert stop_times(StopMoments(None, None), EN) == ""


def test_a_bare_position_has_the_name_of_what_it_is() -> None:
    start = replace(
        world.stop(world.sites()[0], 9), kind="start", name_zh="", name_en="", site_id=None
    )
    popup = stop_popup(start, StopMoments(None, Moment(start.departure)), EN, MapOptions())
    assert (popup["name"], popup["lang"]) == (EN("exchange.start"), "en")


def test_a_stop_after_a_range_says_two_ranges() -> None:
    stop = world.stop(world.sites()[0], 9)
    assert stop.arrival
    assert stop.departure
    at = StopMoments(Moment(stop.arrival, 0, 700), Moment(stop.departure, 0, 700))
    assert stop_times(at, EN) == "Arrive 09:00–09:15, leave 10:00–10:15"


def test_a_frame_and_values_say_the_same() -> None:
    values = world.sites()
    rows = site_rows(world.frame_of(values))
    for row, value in zip(rows, values, strict=True):
        assert site_popup(row, EN, MapOptions()) == site_popup(value, EN, MapOptions())


def test_the_legend_counts_what_is_held() -> None:
    (categories, areas) = legend_data(world.sites(), ZH)["sections"]  # type: ignore[misc]
    found = {row["category"]: row["count"] for row in categories["rows"]}
    assert found == {"memorial_hall": 1, "museum": 1, "village": 1}
    assert areas["rows"][0]["area"] is True


def test_script_json_holds_no_sign_that_means_something_to_a_page() -> None:
    import json  # noqa: PLC0415

    text = script_json({"name": world.HOSTILE})
    assert not set("<>&'`$\u2028\u2029") & set(text)
    assert json.loads(text) == {"name": world.HOSTILE}


def test_script_value_is_an_expression_that_no_text_ends_early() -> None:
    import json  # noqa: PLC0415

    said = world.HOSTILE + "\\u0027\n\\"
    text = script_value({"name": said}).removeprefix("JSON.parse('").removesuffix("')")
    assert not set("<>&'`$\u2028\u2029\n") & set(text)
    assert json.loads(world.read_literal(text)) == {"name": said}


def test_not_a_number_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        script_json([float("nan")])


@pytest.mark.parametrize(
    ("options", "parameter"),
    [({"basemap": "google"}, "basemap"), ({"basemap": "tianditu"}, "tianditu_key")],
)
def test_options_that_cannot_be_met_are_refused(options: dict[str, str], parameter: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        MapOptions(**options)  # type: ignore[arg-type]
    assert caught.value.data["parameter"] == parameter
