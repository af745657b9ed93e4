"""Sites nearest in time: equal to the planner's own legs, and none that is nearer is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import BadRequestError, InvalidParameterError, OffNetworkError, UnknownSiteError
from geo.frames import sites_of
from geo.models import Mode, Site
from geo.planner import plan, read_request
from geo.suggest import nearest_sites, read_nearest

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HERE = "cpc-qingdao-memorial"


def leg_s(origin: str, site: Site, mode: Mode, catalogue: Catalogue, router: CchRouter) -> int:
    wish = {"stops": [origin, site.id], "mode": mode, "order": "given"}
    return plan(read_request(wish), catalogue, router, now=NOW).travel_s


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 90), ("drive", 40)])
def test_they_are_those_the_planner_reaches_first(
    mode: Mode, minutes: float, qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    wish = read_nearest({"site": HERE, "mode": mode, "minutes": minutes, "limit": 89})
    found = nearest_sites(wish, qingdao, qingdao_router)
    others = [s for s in sites_of(qingdao.sites) if s.id != HERE and not s.is_area]
    planned = {s.id: leg_s(HERE, s, mode, qingdao, qingdao_router) for s in others}
    within = {site: s for site, s in planned.items() if s <= minutes * 60}
    assert len(within) > 3
    assert {one.site.id for one in found} == within.keys()
    for one in found:
        assert abs(one.duration_s - within[one.site.id]) <= 1
    assert [one.duration_s for one in found] == sorted(one.duration_s for one in found)


def test_the_limit_keeps_the_soonest(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    everything = nearest_sites(read_nearest({"site": HERE, "limit": 89}), qingdao, qingdao_router)
    three = nearest_sites(read_nearest({"site": HERE, "limit": 3}), qingdao, qingdao_router)
    assert three == everything[:3]


def test_from_a_place_the_site_there_is_first(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    site = qingdao.site(HERE)
    found = nearest_sites(read_nearest({"start": [site.lon, site.lat]}), qingdao, qingdao_router)
    assert found[0].site.id == HERE


@pytest.mark.parametrize(
    "values",
    [{}, {"start": [120.3, 36.06], "site": HERE}, {"site": HERE, "minutes": 0},
     {"site": HERE, "limit": 0}, {"site": HERE, "mode": "fly"}, {"start": [500, 36]}],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(BadRequestError):
        read_nearest(values)


def test_what_cannot_be_looked_from_is_said(qingdao: Catalogue, qingdao_router: CchRouter) -> None:
    area = next(site for site in sites_of(qingdao.sites) if site.is_area)
    for values, error in (
        ({"site": "nowhere"}, UnknownSiteError),
        ({"site": area.id}, InvalidParameterError),
        ({"start": [121.5, 35.2]}, OffNetworkError),
    ):
        with pytest.raises(error):
            nearest_sites(read_nearest(values), qingdao, qingdao_router)
