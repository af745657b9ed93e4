"""The ground: dry where roads run, light where roads are many."""

from __future__ import annotations

import geopandas as gpd
import maps_world as world
import pandas as pd
import pytest
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.catalogue import Catalogue
from geo.network import StreetNetwork
from maps.groundwork import _shapes, groundwork
from maps.land import QINGDAO, borders, label_points, land, neighbours, road_groups
from maps.shapes import to_metric


def test_a_seaside_road_stands_on_land_and_a_bridge_does_not() -> None:
    ground = land(world.districts(), world.roads())
    assert ground.contains(Point(120.31, 35.995))
    assert not ground.intersects(Point(120.5, 35.9))
    assert not ground.contains(Point(120.45, 35.99))


def test_every_dry_road_of_the_real_network_runs_on_land(
    qingdao: Catalogue, qingdao_network: StreetNetwork
) -> None:
    roads = qingdao_network.roads()
    ground = to_metric([land(qingdao.districts, roads)]).iloc[0]
    dry = to_metric(roads.geometry[roads["structure"] == ""])
    assert dry.within(ground.buffer(1.0)).all()


def test_borders_leave_out_the_shore() -> None:
    lines = borders(world.districts())
    west, _, east, north = lines.bounds
    assert (west, east) == pytest.approx((120.4, 120.4), abs=0.001)
    assert north < 36.2


def test_roads_come_by_class_and_name_most_important_first() -> None:
    groups = road_groups(world.roads(), QINGDAO, budget=1000)
    assert [(one.rank, one.name_en) for one in groups] == [
        (0, "Sea Bridge"),
        (2, "Jiaozhou Road"),
        (4, ""),
        (5, "Seaside Road"),
        (6, "Walking Street"),
    ]


def test_a_window_cuts_roads() -> None:
    (one,) = road_groups(world.roads(), (120.35, 36.09, 120.4, 36.11), budget=1000)
    assert one.lines.bounds[0] == pytest.approx(120.35)
    assert one.lines.bounds[2] == pytest.approx(120.4)


def test_small_roads_are_left_out_where_a_page_cannot_carry_them() -> None:
    lanes = [LineString([(120.3, 36 + i / 9e3), (120.4, 36 + i / 9e3)]) for i in range(900)]
    columns = {"name_zh": "巷", "name_en": "Lane", "highway": "residential", "structure": ""}
    many = pd.concat(
        [world.roads(), gpd.GeoDataFrame(columns, geometry=lanes, index=range(900), crs=4326)]
    )
    groups = road_groups(many, QINGDAO, budget=100)
    assert {one.rank for one in groups} == {0, 2, 4}
    corners = sum(
        len(part.coords) for one in groups for part in getattr(one.lines, "geoms", [one.lines])
    )
    assert corners <= 100


def test_no_roads_are_no_groups() -> None:
    assert road_groups(world.roads().iloc[:0], QINGDAO, budget=100) == []
    assert land(world.districts(), world.roads().iloc[:0]).area == pytest.approx(0.08, rel=0.02)


def test_names_of_districts_stand_inside_them() -> None:
    outlines = world.districts()
    for spot in label_points(outlines):
        assert outlines.geometry[spot.name].contains(Point(spot.lon, spot.lat))
        assert spot.radius_m == pytest.approx(9000, rel=0.05)  # half of 0.2° of longitude at 36.1°


def test_the_land_around_the_city_is_its_province() -> None:
    around = neighbours()
    assert around.contains(Point(119.1, 36.7))  # Weifang
    assert not around.contains(Point(121.5, 35.6))  # the Yellow Sea


def test_another_window_makes_no_new_land(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(*frames: gpd.GeoDataFrame) -> BaseGeometry:
        made.append(frames)
        return land(*frames)

    monkeypatch.setattr("maps.groundwork.land", counted)
    districts, roads = world.districts(), world.roads()
    whole = roads.total_bounds.tolist()
    half = (*whole[:2], (whole[0] + whole[2]) / 2, whole[3])
    _shapes.cache_clear()
    all_roads, some, none = (
        groundwork(districts, roads, window) for window in (tuple(whole), half, None)
    )
    assert len(made) == 1
    assert all_roads.land is some.land is none.land
    assert all_roads.roads != some.roads
    assert none.roads == ()
    again = groundwork(world.districts(), world.roads().iloc[:1], None)  # other roads: anew
    assert len(made) == 2
    assert again.land is not none.land
