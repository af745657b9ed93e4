"""A site that cannot be visited is offered to be replaced, and what is offered does it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest

from api.web.texts import Texts
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.frames import with_closures
from geo.models import Site
from geo.trip import TripClosedError, TripRequest, plan_trip, read_trip_request
from geo.trip.advising import Offer
from geo.trip.candidates import SWAP_M, alike, distance_m

TOWN = ("navy-museum", "ww1-museum", "cpc-qingdao-memorial")
ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")


def wish(**changes: Any) -> TripRequest:
    values = {"at": (120.3802, 36.0612), "date": "2026-11-27", "stops": TOWN, "back_by": "17:00"}
    return read_trip_request({**values, **changes})


def shut(catalogue: Catalogue, *sites: str) -> Catalogue:
    """Return the catalogue with these sites closed through November."""
    closures = [
        {
            "site": site,
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
            "reason_zh": "布展",
            "reason_en": "being refitted",
            "source": "t",
        }
        for site in sites
    ]
    return changed(catalogue, with_closures(catalogue.sites, closures))


def changed(catalogue: Catalogue, sites: gpd.GeoDataFrame) -> Catalogue:
    return Catalogue(
        catalogue.version + "-changed",
        sites=sites,
        routes=catalogue.routes,
        collections=catalogue.collections,
        places=catalogue.places,
        districts=catalogue.districts,
    )


def put_by(offer: Offer, out: str, stops: tuple[str, ...]) -> str:
    """Return the site an offer puts in the place of `out`, and hold that nothing else changes."""
    asked = offer.settings["stops"].split(",")
    assert [one for one in asked if one in stops] == [one for one in stops if one != out]
    (put,) = set(asked) - set(stops)
    assert asked.index(put) == stops.index(out)
    return put


@pytest.mark.parametrize("order", ["best", "given"])
@pytest.mark.parametrize("out", TOWN)
def test_a_closed_site_is_replaced_by_one_alike_and_all_are_seen(
    qingdao: Catalogue, qingdao_router: CchRouter, out: str, order: str
) -> None:
    catalogue = shut(qingdao, out)
    trip = plan_trip(wish(order=order), catalogue, qingdao_router)
    assert [one.site.id for one in trip.left_out] == [out]
    (offer,) = trip.advice.offers
    put = put_by(offer, out, TOWN)
    gone, new = catalogue.sites_by_id([out, put])
    assert distance_m(new, (gone.lon, gone.lat)) <= SWAP_M
    assert set(gone.themes) & set(new.themes)
    for texts, name in ((ZH, new.name_zh), (EN, new.name_en)):
        assert name in offer.notice.text(texts)
        assert offer.notice in [check.notice for check in trip.classes[0].checks]
    again = plan_trip(wish(order=order, stops=offer.settings["stops"].split(",")), catalogue,
                      qingdao_router)  # fmt: skip
    assert not again.left_out
    assert {site.id for site in again.classes[0].sites} == {*TOWN, put} - {out}
    assert not again.advice.offers


def test_where_every_site_is_closed_each_has_another(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    catalogue = shut(qingdao, *TOWN[:2])
    with pytest.raises(TripClosedError) as caught:
        plan_trip(wish(stops=TOWN[:2]), catalogue, qingdao_router)
    assert caught.value.relaxations == ()
    put = [
        put_by(offer, out, TOWN[:2])
        for offer, out in zip(caught.value.advice.offers, TOWN[:2], strict=True)
    ]
    assert len(set(put)) == 2
    assert not plan_trip(wish(stops=put), catalogue, qingdao_router).left_out


def test_classes_that_take_turns_all_see_the_other_site(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    asked = wish(stops=TOWN[:2], classes=2)
    trip = plan_trip(asked, shut(qingdao, TOWN[0]), qingdao_router)
    (offer,) = trip.advice.offers
    put_by(offer, TOWN[0], TOWN[:2])
    request = wish(classes=2, stops=offer.settings["stops"].split(","))
    both = plan_trip(request, shut(qingdao, TOWN[0]), qingdao_router)
    assert [len(plan.sites) for plan in both.classes] == [2, 2]


def test_a_route_becomes_its_stops_and_questions_go_with_their_site(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    route = next(
        one
        for one in qingdao.routes.index
        if 2 <= len(qingdao.route(one).stops) <= 4 and "navy-museum" in qingdao.route(one).stops
    )
    stops = qingdao.route(route).stops
    other = next(one for one in stops if one != "navy-museum")
    prompts = [("navy-museum", "几门炮？"), (other, "谁住过？")]
    asked = wish(stops=(), route=route, prompts=prompts, walk_limit_m=20_000)
    trip = plan_trip(asked, shut(qingdao, "navy-museum"), qingdao_router)
    (offer,) = [one for one in trip.advice.offers if "stops" in one.settings]
    put_by(offer, "navy-museum", stops)
    assert offer.settings["route"] == ""
    assert offer.settings["ask"] == f"{other}|谁住过？"


def test_nothing_is_offered_where_we_chose_or_a_limit_is_to_blame(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    by_theme = wish(stops=(), theme="navy")
    assert not plan_trip(by_theme, shut(qingdao, "navy-museum"), qingdao_router).advice.instead
    tight = plan_trip(wish(back_by="11:00"), qingdao, qingdao_router)
    assert tight.left_out
    assert not tight.advice.instead


def test_steps_are_no_place_for_a_wheelchair_nor_for_what_is_offered(
    qingdao: Catalogue, qingdao_router: CchRouter
) -> None:
    stops = (TOWN[2], TOWN[0])
    (offer,) = plan_trip(wish(stops=stops), shut(qingdao, TOWN[0]), qingdao_router).advice.instead
    steep = [TOWN[0], put_by(offer, TOWN[0], stops)]
    sites = qingdao.sites.copy()
    sites.loc[steep, "step_free"] = "no"
    catalogue = changed(qingdao, sites)
    trip = plan_trip(wish(stops=stops, wheelchair=True), catalogue, qingdao_router)
    assert [one.reason.code for one in trip.left_out] == ["trip-out-steps"]
    (offer,) = trip.advice.instead
    assert put_by(offer, TOWN[0], stops) not in steep


def test_those_that_share_a_theme_come_first_then_the_nearest(qingdao: Catalogue) -> None:
    sites = qingdao.sites_by_id(qingdao.sites.index)
    site = next(one for one in sites if one.id == "navy-museum")
    found = alike(site, sites)

    def shares(one: Site) -> bool:
        return bool(set(one.themes) & set(site.themes))

    assert [shares(one) for one in found] == sorted(map(shares, found), reverse=True)
    for kind in (True, False):
        metres = [distance_m(one, (site.lon, site.lat)) for one in found if shares(one) is kind]
        assert metres == sorted(metres)
        assert metres[-1] <= SWAP_M
    assert site not in found
