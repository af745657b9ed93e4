"""Engines of others behind our `Router`: real answers replayed, and every way of not answering."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from engine_world import (
    BEND,
    EAST,
    WEST,
    Answer,
    Server,
    drawn_graphhopper,
    drawn_openrouteservice,
    engine_of,
    replaying,
)
from pyproj import Geod

from api.settings import EngineKind
from geo.cch import CchRouter
from geo.engines import KINDS, Breaker, EngineOptions, EngineRouter, Failover, Kind, engine_router
from geo.engines.breaker import EngineSilentError
from geo.errors import NoPathError, OffNetworkError
from geo.network import StreetNetwork
from geo.router import Position, Router, Snap, StandIn

ANSWERS = Path(__file__).parent / "engine_answers"
RECORDED = sorted(path.stem for path in ANSWERS.glob("*.json"))
GEOD = Geod(ellps="WGS84")
HERE = [Position("west", *WEST), Position("east", *EAST)]
SNAPS = [Snap(one, "walk", one.lon, one.lat, 0.0, -1, 0.0) for one in HERE]
TOWN = [Position("south", 120.38, 36.065), Position("north", 120.37, 36.10)]
"""Near roads of the local network."""
pytestmark = pytest.mark.enable_socket


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def over(server: Server, kind: Kind, **options: Any) -> EngineRouter:
    given = {"timeout_s": 0.3, **options}
    return engine_router(EngineOptions(kind, server.url, **given))


@pytest.mark.parametrize("name", RECORDED)
def test_real_answers_are_read(name: str) -> None:
    found = recorded(name)
    mode = found["mode"]
    positions = [Position(label, lon, lat) for label, lon, lat in found["positions"]]
    with engine_of(replaying(found)) as server:
        router = over(server, found["kind"], modes=(mode,))
        snaps = router.snap(positions, mode)
        matrix = router.matrix(snaps)
        path = router.path(snaps[0], snaps[1])
        with pytest.raises(OffNetworkError):
            router.snap([Position("sea", 7.45, 43.70)], mode, limit_m=500)
    for snap in snaps:
        away_m = GEOD.inv(snap.position.lon, snap.position.lat, snap.lon, snap.lat)[2]
        assert snap.approach_m == pytest.approx(away_m, abs=0.5)
    assert np.isfinite(matrix.cost).all()
    assert path.length_m == pytest.approx(matrix.length_m[0, 1], abs=2)
    assert path.duration_s == pytest.approx(matrix.duration_s[0, 1], abs=2)
    drawn_m = sum(GEOD.inv(*a, *b)[2] for a, b in pairwise(path.coordinates))
    assert path.length_m == pytest.approx(drawn_m, rel=0.01)
    for end, snap in ((path.coordinates[0], snaps[0]), (path.coordinates[-1], snaps[1])):
        assert GEOD.inv(*end, snap.lon, snap.lat)[2] < 10
    assert path.spans[0].first == 0
    assert path.spans[-1].last == len(path.coordinates) - 1
    assert all(before.last == after.first for before, after in pairwise(path.spans))
    assert sum(span.length_m for span in path.spans) == pytest.approx(path.length_m, abs=5)
    assert "Avenue d'Ostende" in {span.road.name_zh for span in path.spans}


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("openrouteservice", drawn_openrouteservice), ("graphhopper", drawn_graphhopper)],
)
def test_documented_answers_are_read(kind: Kind, answer: Any) -> None:
    with engine_of(answer) as server:
        router = over(server, kind, key="secret")
        snaps = router.snap(HERE, "walk")
        assert [(snap.lon, round(snap.lat, 6), snap.approach_m) for snap in snaps] == [
            (120.30, 36.1001, 11.1),
            (120.31, 36.1001, 11.1),
        ]
        path = router.path(*snaps)
        assert (path.length_m, path.duration_s) == (1100, 792)
        assert path.coordinates[1] == BEND
        assert [(s.road.name_zh, s.first, s.last) for s in path.spans] == [
            ("中山路", 0, 1),
            ("", 1, 2),
        ]
        far = router.snap([Position("east", 120.5, 36.1)], "walk")[0]
        with pytest.raises(NoPathError):
            router.path(far, snaps[0])
        matrix = router.matrix([*snaps, far])
        assert np.isinf(matrix.cost[2, 0])
        assert matrix.cost[0, 1] > 0
        assert (np.diagonal(matrix.cost) == 0).all()
    secrets = [ask + str(said) for (ask, _), said in zip(server.asked, server.headers, strict=True)]
    assert all("secret" in one for one in secrets)


def test_openrouteservice_names_what_is_far_from_every_road() -> None:
    with engine_of(drawn_openrouteservice) as server, pytest.raises(OffNetworkError):
        over(server, "openrouteservice").snap([Position("north", 120.3, 38.0)], "walk")


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("osrm", (400, {"code": "NoRoute", "message": "Impossible route"})),
        ("valhalla", (400, {"error_code": 442, "error": "No path could be found for input"})),
        ("openrouteservice", (404, {"error": {"code": 2009, "message": "no route"}})),
        (
            "graphhopper",
            (400, {"message": "m", "hints": [{"details": "x.ConnectionNotFoundException"}]}),
        ),
    ],
)
def test_no_way_is_an_answer(kind: Kind, refusal: Answer) -> None:
    with engine_of(drawn_openrouteservice) as server:
        breaker = Breaker(failures=1)
        router = engine_router(EngineOptions(kind, server.url), breaker)
        server.say = refusal
        with pytest.raises(NoPathError):
            router.path(*SNAPS)
        assert breaker.state == "closed"


@pytest.fixture(scope="module")
def talker() -> Iterator[Server]:
    with engine_of(drawn_openrouteservice) as server:
        yield server


NONSENSE: list[Answer] = [
    (200, b"<html>It works!</html>"),
    (200, b'{"routes": [{"geom'),
    (200, []),
    (200, {}),
    (200, "Ok"),
    (200, None),
    (200, {"code": "Ok", "waypoints": [{"location": [400, 95], "distance": 3}]}),
    (200, {"code": "Ok", "waypoints": [{"location": ["a", "b"], "distance": "c"}]}),
    (400, b"no JSON"),
    (401, {"message": "no key"}),
    (403, b""),
    (404, {"message": "no such service"}),
    (429, {}),
    (500, b""),
    (503, {"code": "Ok"}),
]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("said", NONSENSE, ids=[str(said)[:40] for said in NONSENSE])
def test_what_is_no_answer_is_silence(talker: Server, kind: Kind, said: Answer) -> None:
    talker.say = said
    options = EngineOptions(kind, talker.url, retries=0)
    router = engine_router(options, Breaker(failures=100))
    with pytest.raises(EngineSilentError):
        router.snap(HERE, "walk")
    with pytest.raises(EngineSilentError):
        router.matrix(SNAPS)
    with pytest.raises(EngineSilentError):
        router.path(*SNAPS)


@pytest.mark.parametrize(
    "table",
    [
        {"durations": [[0, 1]], "distances": [[0, 1]]},
        {"durations": [[0, -1], [1, 0]], "distances": [[0, 1], [1, 0]]},
        {"durations": [[0, "soon"], [1, 0]], "distances": [[0, 1], [1, 0]]},
        {"durations": [[0, 1], [1, 0]]},
        {"durations": [[0, 1], [1]], "distances": [[0, 1], [1, 0]]},
    ],
)
@pytest.mark.parametrize("kind", ["osrm", "openrouteservice"])
def test_a_table_that_is_none_is_silence(talker: Server, kind: Kind, table: dict[str, Any]) -> None:
    talker.say = (200, table)
    with pytest.raises(EngineSilentError):
        over(talker, kind).matrix(SNAPS)


@pytest.fixture
def osrm() -> Iterator[Server]:
    with engine_of(replaying(recorded("osrm-walk"))) as server:
        yield server


MONACO = [Position(*one) for one in recorded("osrm-walk")["positions"]]


def test_an_engine_that_says_nothing_is_asked_twice_and_not_waited_for(osrm: Server) -> None:
    osrm.silent_s = 2.0
    router = over(osrm, "osrm", modes=("walk",), timeout_s=0.1)
    with pytest.raises(EngineSilentError, match="ReadTimeout"):
        router.snap(MONACO[:1], "walk")
    assert len(osrm.asked) == 2


def test_a_server_error_that_passes_is_not_noticed(
    osrm: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter([(503, {}), (200, None)])
    real = osrm.answer
    osrm.answer = lambda ask, body: found if (found := next(said))[0] == 503 else real(ask, body)
    monkeypatch.setattr("geo.engines.client.RETRY_PAUSE_S", 0.0)
    assert len(over(osrm, "osrm", modes=("walk",)).snap(MONACO[:1], "walk")) == 1
    assert len(osrm.asked) == 2


def test_the_breaker_opens_tries_once_and_closes(osrm: Server) -> None:
    now = [0.0]
    breaker = Breaker(failures=3, pause_s=30, clock=lambda: now[0])
    options = EngineOptions("osrm", osrm.url, modes=("walk",), retries=0)
    router = engine_router(options, breaker)

    def asked() -> int:
        before = len(osrm.asked)
        with pytest.raises(EngineSilentError):
            router.snap(MONACO[:1], "walk")
        return len(osrm.asked) - before

    osrm.say = (500, {})
    assert breaker.state == "closed"
    assert [asked() for _ in range(5)] == [1, 1, 1, 0, 0]
    assert breaker.state == "open"
    now[0] = 29.9
    assert asked() == 0
    now[0] = 30.0
    assert breaker.state == "half-open"
    assert [asked(), asked()] == [1, 0]  # the one question failed: open for as long again
    now[0] = 60.0
    osrm.say = None
    assert len(router.snap(MONACO[:1], "walk")) == 1
    assert breaker.state == "closed"
    osrm.say = (500, {})
    assert [asked() for _ in range(4)] == [1, 1, 1, 0]  # failures are counted anew


def test_half_open_lets_one_question_through_at_a_time() -> None:
    now = [0.0]
    breaker = Breaker(failures=1, pause_s=10, clock=lambda: now[0])
    with pytest.raises(EngineSilentError), breaker.question():
        raise EngineSilentError("first")
    now[0] = 10.0
    with breaker.question():
        with pytest.raises(EngineSilentError), breaker.question():
            pytest.fail("a second question")
        assert breaker.state == "half-open"
    with breaker.question():
        assert breaker.state == "closed"
    with pytest.raises(NoPathError), breaker.question():
        raise NoPathError("a", "b", "walk")
    assert breaker.state == "closed"  # no way is an answer


def test_work_is_done_whole_on_one_network(
    osrm: Server, qingdao_network: StreetNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.engines.client.RETRY_PAUSE_S", 0.0)
    told: list[str] = []
    failover = Failover(over(osrm, "osrm", modes=("walk",)), told=told.append)
    local = CchRouter(qingdao_network)
    seen: list[Router] = []

    def work(router: Router) -> str:
        seen.append(router)
        snaps = router.snap(MONACO[:2] if isinstance(router, EngineRouter) else TOWN, "walk")
        osrm.say = (502, {})  # it fails between one question and the next
        router.path(*snaps)
        return router.info.id

    assert failover.answer(work, local) == "schematic"
    assert isinstance(seen[0], EngineRouter)
    assert isinstance(seen[1], StandIn)
    assert seen[1].notice.code == "engine-silent"
    assert len(told) == 1
    assert "502" in told[0]


def test_a_mode_it_has_no_rules_for_is_left_to_the_local_network(
    osrm: Server, qingdao_network: StreetNetwork
) -> None:
    failover = Failover(over(osrm, "osrm"))

    def work(router: Router) -> str:
        router.snap(TOWN, "coach")
        assert isinstance(router, StandIn)
        return router.notice.code

    assert failover.answer(work, CchRouter(qingdao_network)) == "engine-other-mode"
    assert osrm.asked == []


def test_the_address_may_name_the_mode(osrm: Server) -> None:
    router = engine_router(EngineOptions("osrm", osrm.url + "/{mode}", modes=("walk", "drive")))
    with pytest.raises(EngineSilentError):
        router.snap(MONACO[:1], "walk")
    assert [ask for ask, _ in osrm.asked] == ["GET /walk/nearest/v1/foot/7.4283000,43.7393000"]


def test_settings_know_the_engines_there_are() -> None:
    assert set(get_args(EngineKind)) - {""} == set(KINDS)


def test_the_same_place_twice_is_no_way_at_all(osrm: Server) -> None:
    router = over(osrm, "osrm", modes=("walk",))
    (snap,) = router.snap(MONACO[:1], "walk")
    path = router.path(snap, snap)
    assert (path.length_m, path.duration_s) == (0, 0)
    assert router.matrix([snap]).cost.tolist() == [[0]]
