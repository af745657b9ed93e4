"""Suggestions over a small straight world: what fits is in, what is worth more comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pytest
from planner_world import HARBOUR, SmallCatalogue, StraightRouter, catalogue_of, make_site, metres

from geo.errors import InvalidParameterError, PlanningError, UnknownSiteError
from geo.models import TIME_ZONE, Site
from geo.planner import PlanRequest
from geo.suggest import in_order_of_time, near_the_way, read_wish, suggest_day, worth_of

NOW = datetime(2026, 11, 24, 12, tzinfo=TIME_ZONE)
LON, LAT = HARBOUR
STEP = 0.01  # of longitude here: about 900 m, 12 min on foot


@dataclass
class FramedCatalogue(SmallCatalogue):
    """A small catalogue that also knows what is near."""

    def near(self, lon: float, lat: float, radius_m: float, limit: int) -> gpd.GeoDataFrame:
        near = [i for i, s in self.sites.items() if metres((lon, lat), (s.lon, s.lat)) <= radius_m]
        return gpd.GeoDataFrame(index=near[:limit])


class Sites(dict[str, Site]):
    """Sites by id that are also a frame as far as suggestions look at it."""

    @property
    def index(self) -> list[str]:
        return list(self)


def world(*sites: Site) -> FramedCatalogue:
    return FramedCatalogue(Sites(catalogue_of(*sites).sites))


def at(site_id: str, east: float, north: float = 0.0, **changes: object) -> Site:
    return make_site(site_id, LON + east * STEP, LAT + north * STEP, **changes)


def wish(hours: float, **changes: object) -> object:
    return read_wish({"start": HARBOUR, "hours": hours, **changes})


def suggested(catalogue: FramedCatalogue, hours: float, **changes: object) -> tuple[str, ...]:
    found = suggest_day(wish(hours, **changes), catalogue, StraightRouter(), now=NOW)
    return found.request.stops


def test_as_many_as_fit_are_visited_within_the_hours() -> None:
    """12 min on foot and 30 min inside each: two in 1.5 h, all three in 3 h."""
    catalogue = world(at("a", 1), at("b", 2), at("c", 3))
    assert suggested(catalogue, 1.5) == ("a", "b")
    assert suggested(catalogue, 3) == ("a", "b", "c")


def test_the_plan_keeps_the_hours_and_says_what_is_left() -> None:
    catalogue = world(*(at(f"s{n}", n % 4, n // 4) for n in range(1, 12)))
    found = suggest_day(wish(4, end=HARBOUR), catalogue, StraightRouter(), now=NOW)
    last = found.itinerary.stops[-1]
    assert last.arrival is not None
    assert (last.arrival - datetime(2026, 11, 25, 9, tzinfo=TIME_ZONE)).total_seconds() <= 4 * 3600
    assert found.spare_s >= 0
    assert found.points <= found.upper_bound
    assert found.points == sum(one.points for one in found.worth)


def test_a_theme_turns_the_choice() -> None:
    catalogue = world(at("a", 1, themes=("navy",)), at("b", -1, themes=("martyrs",)))
    assert suggested(catalogue, 0.9, themes=["navy"]) == ("a",)
    assert suggested(catalogue, 0.9, themes=["martyrs"]) == ("b",)


def test_a_site_asked_for_is_in_whatever_it_is_worth() -> None:
    catalogue = world(at("poor", 1, grade="D"), at("rich", -1, grade="A", honours="全国"))
    assert suggested(catalogue, 0.9, stops=["poor"]) == ("poor",)


def test_a_site_asked_for_that_does_not_fit_is_named() -> None:
    catalogue = world(at("near", 1), at("far", 60, accuracy_m=100))
    found = suggest_day(wish(1, stops=["far"]), catalogue, StraightRouter(), now=NOW)
    assert found.left_out == ("far",)
    assert found.request.stops == ("near",)


def test_nothing_closed_is_suggested() -> None:
    """2026-11-25 is a Wednesday; `late` opens at 11:00, and nobody waits at its door."""
    closed = at("closed", 1, opening_hours="Mo-Tu 09:00-17:00")
    late = at("late", 1, 1, opening_hours="11:00-17:00")
    catalogue = world(closed, late, at("open", -1))
    assert suggested(catalogue, 3) == ("open",)


def test_on_foot_nothing_whose_place_is_only_an_area() -> None:
    catalogue = world(at("area", 1, accuracy_m=2000), at("pin", 2))
    assert suggested(catalogue, 3) == ("pin",)
    assert set(suggested(catalogue, 3, mode="drive")) == {"area", "pin"}


def test_hours_that_are_not_known_are_named_as_assumed() -> None:
    catalogue = world(
        at("hall", 1, opening_hours=""), at("square", 2, opening_hours="", indoor="no")
    )
    found = suggest_day(wish(3), catalogue, StraightRouter(), now=NOW)
    assert found.assumed_hours == ("hall",)
    with pytest.raises(PlanningError):
        suggested(world(at("hall", 1, opening_hours="")), 1, depart="2026-11-25T18:00")


def test_nothing_in_reach_is_an_error_with_what_to_do() -> None:
    with pytest.raises(PlanningError) as caught:
        suggested(world(at("far", 40)), 1)
    assert caught.value.data == {"hours": 1, "mode": "walk"}


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"hours": 0.1}, "hours"),
        ({"hours": "many"}, "hours"),
        ({"themes": ["weather"]}, "themes"),
        ({"period_from": 1949, "period_to": 1919}, "period_to"),
        ({"start": [200, 36]}, "start.0"),
        ({"depart": "noon"}, "depart"),
        ({"wings": 2}, "wings"),
    ],
)
def test_a_wish_that_cannot_be_meant_names_the_value(
    change: dict[str, object], parameter: str
) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        read_wish({"start": HARBOUR, "hours": 3, **change})
    assert caught.value.data["parameter"] == parameter


def test_an_unknown_site_is_named() -> None:
    with pytest.raises(UnknownSiteError):
        suggested(world(at("a", 1)), 3, stops=["atlantis"])


def test_points_are_the_sum_of_their_reasons() -> None:
    site = at("a", 1, grade="B", honours="山东省党史教育基地", themes=("navy",), period_from=1921)
    worth = worth_of(site, themes=["navy"], period_from=1919, period_to=1930)
    assert dict(worth.parts) == {"base": 10, "titles": 4, "sources": 2, "theme": 10, "period": 10}
    assert worth.points == 36
    area = at("a", 1, grade="D", accuracy_m=3000)
    assert worth_of(area).points == 5


def test_a_site_without_years_has_no_period() -> None:
    assert dict(worth_of(at("a", 1, grade="D"), period_from=1900).parts) == {"base": 10}


def test_sites_near_the_way_come_with_what_they_add() -> None:
    """`beside` lies on the way; `off` one step aside: there and back by the diagonal."""
    catalogue = world(at("a", 0), at("b", 4), at("beside", 2), at("off", 2, 1), at("far", 2, 9))
    request = PlanRequest(stops=("a", "b"), order="given")
    found = near_the_way(request, 15, catalogue, StraightRouter(), now=NOW)
    assert [(one.site.id, one.after) for one in found] == [("beside", 0), ("off", 0)]
    assert found[0].detour_s <= 1
    straight = metres((LON, LAT), (LON + 4 * STEP, LAT))
    by = metres((LON, LAT), (LON + 2 * STEP, LAT + STEP)) * 2
    assert found[1].detour_s == pytest.approx((by - straight) / 1.25, abs=2)


@pytest.mark.parametrize("minutes", [0, 121, float("nan")])
def test_an_impossible_detour_is_refused(minutes: float) -> None:
    catalogue = world(at("a", 0), at("b", 4))
    with pytest.raises(InvalidParameterError):
        near_the_way(PlanRequest(stops=("a", "b")), minutes, catalogue, StraightRouter(), now=NOW)


def test_a_plan_of_one_stop_has_no_way() -> None:
    catalogue = world(at("a", 0))
    with pytest.raises(InvalidParameterError):
        near_the_way(PlanRequest(stops=("a",)), 15, catalogue, StraightRouter(), now=NOW)


def test_sites_stand_in_the_order_of_their_years_with_what_it_costs() -> None:
    """By place a b c, by years b a c; `none` has no year and lies beside c."""
    catalogue = world(
        at("a", 0, period_from=1930),
        at("b", 1, period_to=1919),
        at("c", 2, period_from=2012),
        at("none", 2.1),
    )
    request = PlanRequest(stops=("c", "none", "a", "b"))
    found = in_order_of_time(request, catalogue, StraightRouter(), now=NOW)
    dated = [stop for stop in found.request.stops if stop != "none"]
    assert dated == ["b", "a", "c"]
    assert found.request.stops.index("none") >= 2
    assert found.undated == ("none",)
    assert found.extra_travel_s == found.itinerary.travel_s - found.fastest.travel_s > 0


def test_years_are_kept_within_hours_and_lunch() -> None:
    catalogue = world(
        at("a", 0, period_from=1930),
        at("b", 1, period_to=1919),
        at("c", 2, period_from=2012),
        at("none", 2.1),
    )
    stops, visits = ("c", "none", "a", "b"), (("a", 180),)
    request = PlanRequest(stops=stops, visits=visits, until="15:30", lunch=45)
    found = in_order_of_time(request, catalogue, StraightRouter(), now=NOW)
    assert found.request.sequence == ("b", "a", "c")
    visited = [stop.site_id for stop in found.itinerary.stops]
    assert [one for one in visited if one != "none"] == ["b", "a", "c"][: len(visited)]
    assert any(stop.pause_s for stop in found.itinerary.stops)


def test_sites_none_of_which_has_a_year_cannot_be_put_in_order() -> None:
    with pytest.raises(PlanningError):
        in_order_of_time(PlanRequest(stops=("a",)), world(at("a", 0)), StraightRouter(), now=NOW)
