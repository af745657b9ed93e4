"""OGC API - Features, part 4: docs/ogc.md has one row for each test here, on both databases."""

from __future__ import annotations

import copy
import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from staff_world import GOOD, PEOPLE, QUICK, signed_in

from api.feature_edits import merged, newest_feature, read_feature
from api.features import site_feature
from api.main import create_app
from api.settings import Settings
from api.state import holder_of
from api.systems import SYSTEMS
from geo.catalogue import Catalogue
from routes_data.accounts import Accounts, Role, read_wish
from routes_data.revisions import State
from routes_data.store import Store

pytest_plugins = ("fixtures_store",)

IN_SHINAN = "navy-museum"
"""A site in 市南区."""
SITES = "/api/collections/sites/items"
ROUTES = "/api/collections/routes/items"
GEOJSON = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}
EVERY_SCOPE = {"viewer": ["read"], "editor": ["read", "edit"], "shinan": ["read", "edit"]}


class Api:
    """The service as somebody with a token uses it."""

    def __init__(self, http: TestClient, name: str, scopes: list[str] | None = None) -> None:
        self.http = http
        self.store: Store = holder_of(http.app).state.store  # type: ignore[arg-type]
        self.name = name
        wish = read_wish("QGIS", scopes or EVERY_SCOPE.get(name, ["read", "edit", "review"]), 30)
        self.token, self.text = self.store.accounts.make_token(name, wish, "test")
        self.headers = {"Authorization": f"Bearer {self.text}"}

    def send(self, method: str, path: str, tag: str | None = None, **sent: Any) -> Response:
        condition = {} if tag is None else {"If-Match": tag}
        headers = {**self.headers, **condition, **sent.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **sent)

    def newest(self, path: str) -> Response:
        answer = self.send("GET", path, params={"state": "draft"})
        assert answer.status_code == 200, answer.text
        return answer

    def tag(self, path: str) -> str:
        return str(self.newest(path).headers["etag"])

    def patch(self, path: str, patch: Any, tag: str | None = None, **query: str) -> Response:
        rests_on = tag or self.tag(path)
        return self.send("PATCH", path, rests_on, json=patch, headers=PATCH, params=query)

    def put(self, path: str, feature: Any, tag: str | None = None, **query: str) -> Response:
        rests_on = tag or self.tag(path)
        return self.send("PUT", path, rests_on, json=feature, headers=GEOJSON, params=query)

    def post(self, path: str, feature: Any, **query: str) -> Response:
        return self.send("POST", path, json=feature, headers=GEOJSON, params=query)

    def states(self, kind: str, record_id: str) -> list[State]:
        return [one.state for one in self.store.editor.history(kind, record_id)]


@dataclass
class Door:
    """The door of a service: a site and a route that no other test touches."""

    http: TestClient
    site_id: str
    route_id: str
    made: list[Api] = field(default_factory=list)

    @property
    def site(self) -> str:
        return f"{SITES}/{self.site_id}"

    @property
    def route(self) -> str:
        return f"{ROUTES}/{self.route_id}"

    def __call__(self, name: str, scopes: list[str] | None = None) -> Api:
        self.made.append(Api(self.http, name, scopes))
        return self.made[-1]


@contextmanager
def served(url: str, networks: Path, folder: Path) -> Iterator[TestClient]:
    """Serve a seeded database in which everybody of `PEOPLE` has an account."""
    store = Store.open(url)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("routes_data.accounts.passwords._hasher", lambda: QUICK)
        for one in PEOPLE:
            store.accounts.add(one, GOOD, "test")
    store.close()
    shutil.copytree(networks, folder / "networks")
    settings = Settings(data_dir=folder, database_url=url)
    with TestClient(create_app(settings), headers={"Accept-Language": "en"}) as http:
        yield http


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, service_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Iterator[str], Iterator[str]]]:
    """Serve a database of either kind; with the sites and routes nobody has touched yet."""
    from fixtures_store import scratch_database  # noqa: PLC0415 - a plugin, imported by pytest

    folder, networks = tmp_path_factory.mktemp("world"), service_data / "networks"
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = shutil.copy(request.getfixturevalue("seeded_sqlite"), folder / "red.db")
            url = f"sqlite:///{file}"
        else:
            template = request.getfixturevalue("seeded_postgres")
            url = stack.enter_context(scratch_database(template))
        http = stack.enter_context(served(url, networks, folder / "data"))
        sites, routes = (
            [one["id"] for one in http.get(path, params={"limit": 1000}).json()["features"]]
            for path in (SITES, ROUTES)
        )
        yield http, (one for one in sites if one != IN_SHINAN), reversed(routes)


@pytest.fixture
def door(world: tuple[TestClient, Iterator[str], Iterator[str]]) -> Iterator[Door]:
    """Give a test the service with records of its own; its tokens end with it."""
    http, sites, routes = world
    opened = Door(http, next(sites), next(routes))
    yield opened
    for api in opened.made:
        api.store.accounts.revoke(api.token.id, "test")


def draft(feature: dict[str, Any], **properties: object) -> dict[str, Any]:
    """A feature as a client sends it: what was read, with properties of its own and no id."""
    made = copy.deepcopy(feature)
    made["properties"] |= properties
    del made["id"]
    return made


def read(api: Api, path: str) -> dict[str, Any]:
    """What anybody reads, without a token."""
    answer = api.http.get(path)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_crud_post_makes_a_draft_that_waits_for_review(door: Door) -> None:
    api, door.site_id = door("shinan"), IN_SHINAN
    sent = draft(read(api, door.site), name_zh="试验馆", name_en="Trial Hall")
    answer = api.post(SITES, sent, reason="新馆")
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/geo+json")
    path = f"{SITES}/shi-yan-guan"
    assert answer.headers["location"] == f"http://testserver{path}"
    assert answer.headers["content-location"] == f"http://testserver{path}?state=draft"
    assert api.states("sites", "shi-yan-guan") == [State.DRAFT, State.REVIEW]
    told = api.newest(path).json()
    assert told == answer.json()
    assert (told["revision"]["author"], told["revision"]["reason"]) == ("shinan", "新馆")
    computed = {"is_area", "closures"}
    wanted = {name: one for name, one in sent["properties"].items() if name not in computed}
    assert {n: one for n, one in told["properties"].items() if n not in computed} == wanted
    assert api.http.get(path).status_code == 404
    again = api.post(SITES, sent)
    assert again.json()["id"] == "shi-yan-guan-2"
    for own in ("shi-yan-guan", door.site_id):
        taken = api.post(SITES, {**sent, "id": own})
        assert (taken.status_code, taken.json()["code"]) == (409, "record-exists")
    assert api.post(SITES, {**sent, "id": "own-id"}).json()["id"] == "own-id"


def test_crud_put_replaces_and_readers_see_the_published(door: Door) -> None:
    api = door("editor")
    before = read(api, door.site)
    changed = {**before, "properties": {**before["properties"], "phone": "123"}}
    answer = api.put(door.site, changed)
    assert answer.status_code == 200
    assert answer.json()["properties"]["phone"] == "123"
    assert answer.headers["etag"] == api.tag(door.site)
    assert read(api, door.site) == before
    assert api.states("sites", door.site_id) == [State.PUBLISHED, State.REVIEW]
    head = api.store.editor.head("sites", door.site_id)
    first = api.store.editor.at("sites", door.site_id, 1)
    assert head.body == {**first.body, "phone": "123"}
    del changed["properties"]["honours"], changed["properties"]["name_en"]
    refused = api.put(door.site, changed)
    assert list(refused.json()["fields"]) == ["name_en"], "what may be empty may be left out"


def test_update_patch_changes_what_it_names(door: Door) -> None:
    api = door("editor")
    head = api.store.editor.head("sites", door.site_id)
    patch = {"properties": {"phone": "0532-1", "honours": None, "themes": ["navy"]}}
    assert api.patch(door.site, patch).status_code == 200
    kept = {**head.body, "phone": "0532-1", "honours": "", "themes": ["navy"]}
    assert api.store.editor.head("sites", door.site_id).body == kept
    moved = {"geometry": {"type": "Point", "coordinates": [120.5, 36.2]}}
    assert api.patch(door.site, moved).json()["geometry"] == moved["geometry"]
    assert api.store.editor.head("sites", door.site_id).body == {**kept, "lon": 120.5, "lat": 36.2}
    assert api.patch(door.route, {"properties": {"lunch_after": 0}}).status_code == 200
    assert api.store.editor.head("routes", door.route_id).body["lunch_after"] == 0


@pytest.mark.parametrize(
    ("target", "patch", "made"),
    [
        # The examples of RFC 7396, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_update_merge_patch_is_that_of_rfc_7396(target: Any, patch: Any, made: Any) -> None:
    assert merged(target, patch) == made


def test_crud_delete_archives(door: Door) -> None:
    reviewer, editor = door("reviewer"), door("editor")
    path = f"{SITES}/to-go"
    made = editor.post(SITES, {**draft(read(editor, door.site)), "id": "to-go"})
    tag = made.headers["etag"]
    assert reviewer.send("DELETE", path, tag).status_code == 204
    assert reviewer.states("sites", "to-go")[-1] is State.ARCHIVED
    for answer in (
        reviewer.send("GET", path, params={"state": "draft"}),
        reviewer.send("DELETE", path, tag),
        reviewer.put(path, made.json(), tag),
    ):
        assert answer.status_code == 404
    assert editor.post(SITES, {**draft(read(editor, door.site)), "id": "to-go"}).status_code == 409
    route = reviewer.send("DELETE", door.route, reviewer.tag(door.route))
    assert route.status_code == 204
    needed = read(reviewer, f"{ROUTES}?limit=1")["features"][0]["properties"]["stops"][0]
    kept = reviewer.send("DELETE", f"{SITES}/{needed}", reviewer.tag(f"{SITES}/{needed}"))
    assert (kept.status_code, list(kept.json()["fields"])) == (422, ["state"])


def test_locking_etag_is_strong_and_names_the_revision(door: Door) -> None:
    api = door("editor")
    forms = [
        api.http.get(door.site, params=query, headers={"Accept-Encoding": coding})
        for query in ({}, {"f": "html"}, {"crs": list(SYSTEMS)[2]}, {"f": "html", "lang": "zh"})
        for coding in ("gzip", "identity")
    ]
    tags = [one.headers["etag"] for one in forms]
    assert len(set(tags)) == len(tags), "each form has its own tag"
    assert all(re.fullmatch(r'"1-[0-9a-f]{16}"', tag) for tag in tags)
    fresh = api.http.get(
        door.site, headers={"If-None-Match": api.http.get(door.site).headers["etag"]}
    )
    assert fresh.status_code == 304
    phone = {"properties": {"phone": "1"}}
    assert api.patch(door.site, phone, tags[3]).status_code == 200, "each names the revision"
    assert api.patch(door.site, phone, tags[0]).status_code == 412
    assert api.patch(door.site, {}, f'"999-{"0" * 16}", W/{api.tag(door.site)}').status_code == 200


def test_locking_if_match_is_required(door: Door) -> None:
    api, reviewer = door("editor"), door("reviewer")
    feature = read(api, door.site)
    for headers in ({}, {"If-Match": "*"}, {"If-Match": ""}):
        for answer in (
            api.send("PUT", door.site, json=feature, headers={**GEOJSON, **headers}),
            api.send("PATCH", door.site, json={}, headers={**PATCH, **headers}),
            reviewer.send("DELETE", door.site, headers=headers),
        ):
            assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")
    assert api.states("sites", door.site_id) == [State.PUBLISHED]


def test_locking_a_stale_tag_gets_the_newest(door: Door) -> None:
    api, reviewer = door("editor"), door("reviewer")
    old = api.tag(door.site)
    newer = api.patch(door.site, {"properties": {"phone": "1"}}).headers["etag"]
    for stale in (old, '"7-0123456789abcdef"', "2", '"x"', "W/2"):
        for answer in (
            api.put(door.site, read(api, door.site), stale),
            api.patch(door.site, {"properties": {"phone": "2"}}, stale),
            reviewer.send("DELETE", door.site, stale),
        ):
            assert (answer.status_code, answer.json()["code"]) == (412, "precondition-failed")
            assert answer.headers["etag"] == newer
            assert answer.json()["found"] == 2
    assert api.patch(door.site, {"properties": {"phone": "2"}}, newer).status_code == 200


def test_locking_twenty_writers_lose_nothing(door: Door) -> None:
    api = door("editor")
    writers, rounds, begun = 20, 3, threading.Barrier(20)

    def write(number: int, stage: int, tag: str) -> tuple[str, int]:
        begun.wait(60)
        phone = f"{stage} {number}"
        return phone, api.patch(door.site, {"properties": {"phone": phone}}, tag).status_code

    won = []
    for stage in range(rounds):
        tag = api.tag(door.site)
        with ThreadPoolExecutor(writers) as pool:
            tries = [pool.submit(write, number, stage, tag) for number in range(writers)]
            found = [one.result() for one in tries]
        assert sorted(status for _, status in found) == [200] + [412] * (writers - 1)
        won += [phone for phone, status in found if status == 200]
    history = api.store.editor.history("sites", door.site_id)
    assert [one.body["phone"] for one in history[1:]] == won
    assert [one.revision for one in history] == list(range(1, rounds + 2))


def test_locking_retrying_writers_all_get_in(door: Door) -> None:
    api = door("editor")

    def add(number: int) -> None:
        while True:
            newest = api.newest(door.site)
            names = [*newest.json()["properties"]["aliases"], f"名 {number}"]
            patch = {"properties": {"aliases": names}}
            if api.patch(door.site, patch, newest.headers["etag"]).status_code == 200:
                return

    before = read(api, door.site)["properties"]["aliases"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))
    names = api.newest(door.site).json()["properties"]["aliases"]
    assert sorted(names) == sorted([*before, *(f"名 {number}" for number in range(8))])


def test_crud_methods_are_told(door: Door) -> None:
    api = door("editor")
    for path, allowed in (
        (SITES, "GET, HEAD, POST, OPTIONS"),
        (door.site, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        (ROUTES, "GET, HEAD, POST, OPTIONS"),
        (door.route, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
    ):
        told = api.http.options(path)
        assert (told.status_code, told.headers["allow"]) == (204, allowed)
        assert told.headers.get("accept-patch") == (
            PATCH["Content-Type"] if "PATCH" in allowed else None
        )
        wrong = api.http.request("DELETE" if path in {SITES, ROUTES} else "POST", path)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, allowed)


def test_features_media_types(door: Door) -> None:
    api = door("editor")
    tag = api.tag(door.site)
    for sent in ("application/xml", "application/json-patch+json", "text/plain", ""):
        for method, path in (("POST", SITES), ("PUT", door.site), ("PATCH", door.site)):
            headers = {"Content-Type": sent}
            answer = api.send(method, path, tag, content=b"{}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert api.send("PATCH", door.site, tag, json={}, headers=GEOJSON).status_code == 415
    plain = api.send("PUT", door.site, tag, json=read(api, door.site))
    assert plain.status_code == 200, "application/json is taken"


def test_crud_publish_needs_the_scope_and_other_eyes(door: Door) -> None:
    editor, reviewer, admin = door("editor"), door("reviewer"), door("admin")
    change = {"properties": {"phone": "1"}}
    assert editor.patch(door.site, change, publish="true").json()["code"] == "scope-needed"
    narrow = door("reviewer", ["read", "edit"])
    assert narrow.patch(door.site, change, publish="true").json()["code"] == "scope-needed"
    own = reviewer.patch(door.site, change, publish="true")
    assert (own.status_code, own.json()["code"]) == (403, "own-work")
    assert reviewer.states("sites", door.site_id) == [State.PUBLISHED], "nothing was written"
    assert editor.patch(door.site, change).status_code == 200
    assert reviewer.patch(door.site, {}, publish="true").status_code == 200, (
        "others' work is published"
    )
    assert reviewer.states("sites", door.site_id)[-1] is State.PUBLISHED
    made = admin.post(SITES, {**draft(read(admin, door.site)), "id": "at-once"}, publish="true")
    assert made.json()["revision"]["state"] == "published"
    holder_of(admin.http.app).refresh()  # type: ignore[arg-type]
    shown = admin.http.get(f"{SITES}/at-once")
    assert shown.json()["properties"] == {
        **read(admin, door.site)["properties"],
        "phone": admin.store.editor.at("sites", "at-once", 1).body["phone"],
    }
    number = made.json()["revision"]["number"]
    assert shown.headers["etag"].startswith(f'"{number}-')
    lost = {**draft(read(admin, door.route), stops=["nope", door.site_id]), "id": "lost"}
    refused = admin.post(ROUTES, lost, publish="true")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["stops"])
    assert admin.send("GET", f"{ROUTES}/lost", params={"state": "draft"}).status_code == 404


def test_rights_are_those_of_token_and_person(door: Door) -> None:
    door.site_id = IN_SHINAN
    admin, laoshan = door("admin"), door("laoshan")
    change = {"properties": {"phone": "1"}}
    for api, code in (
        (door("viewer"), "scope-needed"),
        (door("editor", ["read"]), "scope-needed"),
        (laoshan, "outside-unit"),
    ):
        answer = api.patch(door.site, change)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert api.post(SITES, draft(read(api, door.site))).json()["code"] == code
    assert (
        laoshan.send("DELETE", door.site, laoshan.tag(door.site)).json()["code"] == "outside-unit"
    )
    assert (
        door("editor").send("DELETE", door.site, admin.tag(door.site)).json()["code"]
        == "scope-needed"
    )
    shinan = door("shinan")
    taken = shinan.patch(door.site, {"properties": {"district": "崂山区"}})
    assert taken.json()["code"] == "outside-unit"
    assert shinan.patch(door.site, change).status_code == 200
    lowered = door("editor")
    accounts = admin.store.accounts
    person = accounts.person("viewer")
    accounts.place("editor", person.role, person.unit, "test")
    assert lowered.patch(door.site, change).json()["code"] == "role-needed"
    accounts.place("editor", Role.EDITOR, person.unit, "test")


def test_rights_of_a_token_that_does_not_hold(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    api, other = door("editor"), door("shinan")
    tag, feature = api.tag(door.site), read(api, door.site)

    def codes() -> set[tuple[int, str]]:
        answers = (
            api.put(door.site, feature, tag),
            api.patch(door.site, {}, tag),
            api.post(SITES, draft(feature)),
            api.send("DELETE", door.site, tag),
            api.send("GET", door.site, params={"state": "draft"}),
        )
        assert all("bearer" in one.headers["www-authenticate"].lower() for one in answers)
        return {(one.status_code, one.json()["code"]) for one in answers}

    api.store.accounts.revoke(api.token.id, "test")
    assert codes() == {(401, "bad-token")}
    api.headers = {}
    assert codes() == {(401, "not-signed-in")}
    api.headers = other.headers
    later = datetime.now(UTC) + timedelta(days=31)
    monkeypatch.setattr(
        Accounts, "clock", property(lambda _: lambda: later, lambda *_: None), raising=False
    )
    assert codes() == {(401, "bad-token")}


def test_rights_a_cookie_authorises_nothing(door: Door) -> None:
    service = door.http
    browser = signed_in(service, "admin")
    secret = browser.http.cookies["redtrails-staff"]
    tag = service.get(door.site, headers={"Accept": "*/*"}).headers["etag"]
    cookie = {"Cookie": f"redtrails-staff={secret}", "Accept": "*/*", "If-Match": tag}
    for method, path, kind in (
        ("POST", SITES, GEOJSON),
        ("PUT", door.site, GEOJSON),
        ("PATCH", door.site, PATCH),
        ("DELETE", door.site, {}),
        ("GET", f"{door.site}?state=draft", {}),
    ):
        answer = service.request(method, path, headers={**cookie, **kind}, content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


def refusals(feature: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    """Features that are refused, by name, each with the field that is told."""

    def at(*place: object) -> dict[str, Any]:
        return {**feature, "geometry": {"type": "Point", "coordinates": list(place)}}

    def having(**properties: object) -> dict[str, Any]:
        return {**feature, "properties": {**feature["properties"], **properties}}

    deep: Any = "x"
    for _ in range(20):
        deep = [deep]
    return {
        "paris": (at(2.35, 48.85), "lon"),
        "swapped": (at(36.06, 120.38), "lon"),
        "one number": (at(120.3), "geometry"),
        "texts": (at("120.3", "36.1"), "geometry"),
        "truth": (at(*[True, 36.1]), "geometry"),
        "beyond numbers": (at(10**400, 36), "geometry"),
        "line": ({**feature, "geometry": {"type": "LineString", "coordinates": []}}, "geometry"),
        "no place": ({**feature, "geometry": None}, "geometry"),
        "list of places": ({**feature, "geometry": [120.3, 36.1]}, "geometry"),
        "type": ({**feature, "type": "FeatureCollection"}, "type"),
        "no properties": ({**feature, "properties": [1]}, "properties"),
        "other id": ({**feature, "id": "redview-core"}, "id"),
        "number as id": ({**feature, "id": 7}, "id"),
        "unknown": (having(nope=1), "nope"),
        "place twice": (having(lon=120.3), "lon"),
        "number as text": (having(name_zh=7), "name_zh"),
        "control": (having(name_zh="a\u202eb"), "name_zh"),
        "word": (having(category="palace"), "category"),
        "years": (having(period_from=1950, period_to=1900), "period_to"),
        "deep": (having(aliases=deep), "aliases"),
        "long list": (having(aliases=["x"] * 50_000), "aliases"),
        "long text": (having(opening_hours="Mo-Fr " * 50_000), "opening_hours"),
        "many": (having(**{f"x{number}": 1 for number in range(20_000)}), "properties"),
        "inner": (having(sources=[{"publisher": "x"}]), "sources"),
    }


def test_crud_faults_are_told_by_field(door: Door) -> None:
    api = door("editor")
    feature, tag = read(api, door.site), api.tag(door.site)
    for name, (sent, wrong) in refusals(feature).items():
        answer = api.put(door.site, sent, tag)
        document = answer.json()
        assert (answer.status_code, document["code"]) == (422, "unfit-record"), (name, document)
        assert answer.headers["content-type"] == "application/problem+json"
        assert wrong in document["fields"], (name, document)
        assert len(answer.content) < 30_000
    both = api.put(door.site, refusals(feature)["paris"][0], tag, lang="zh").json()
    assert set(both["fields"]) == {"lon", "lat"}
    assert both["title"] == "记录不符合要求"
    assert api.states("sites", door.site_id) == [State.PUBLISHED]


HOSTILE = [
    (b"{", 400),
    (b"", 400),
    (b'{"type": "Feature", "geometry": {"coordinates": [NaN, Infinity]}}', 400),
    (b"\xff\xfe\x00", 400),
    (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400),
    (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
    (b'{"a": ' + b"9" * 5_000 + b"}", 400),
    (b"[1, 2]", 422),
    (b'"text"', 422),
    (b"null", 422),
    (b" " * 1_000_001, 413),
]


def test_features_hostile_bodies_are_refused(door: Door) -> None:
    api = door("editor")
    tag, takes = api.tag(door.site), (("POST", SITES, GEOJSON), ("PUT", door.site, GEOJSON))
    for content, status in HOSTILE:
        for method, path, kind in (*takes, ("PATCH", door.site, PATCH)):
            answer = api.send(method, path, tag, content=content, headers=kind)
            assert answer.status_code == status, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
    assert api.states("sites", door.site_id) == [State.PUBLISHED]


def test_features_content_crs(door: Door) -> None:
    api = door("editor")
    first = api.store.editor.head("sites", door.site_id).body
    for uri in SYSTEMS:
        sent = api.http.get(door.site, params={"crs": uri}).json()
        named = {**GEOJSON, "Content-Crs": f"<{uri}>"}
        answer = api.send("PUT", door.site, api.tag(door.site), json=sent, headers=named)
        assert answer.status_code == 200, answer.text
        assert api.store.editor.head("sites", door.site_id).body == first
    other = {**GEOJSON, "Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/32650>"}
    refused = api.send(
        "PUT", door.site, api.tag(door.site), json=read(api, door.site), headers=other
    )
    assert (refused.status_code, refused.json()["parameter"]) == (400, "Content-Crs")


def test_features_every_published_record_can_be_sent_back(
    qingdao: Catalogue, qingdao_store: Store
) -> None:
    for kind in ("sites", "routes"):
        for revision in qingdao_store.editor.published(kind):
            feature = newest_feature(kind, revision, qingdao)
            if kind == "sites":
                shown = site_feature(qingdao.site(revision.id))
                assert {**feature, "revision": 0} == {**shown, "revision": 0}
            assert read_feature(kind, feature, revision.id, revision.body) == revision.body


def test_crud_schema_says_what_is_computed(client: TestClient) -> None:
    for kind, computed in (("sites", {"is_area", "closures"}), ("routes", {"geometry_basis"})):
        known = client.get(f"/api/collections/{kind}/schema").json()["properties"]
        assert {name for name, one in known.items() if one.get("readOnly")} == computed


def test_crud_openapi_tells_scheme_and_problems(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    item = document["paths"][f"{SITES}/{{site_id}}"]
    for method in ("put", "patch", "delete"):
        assert item[method]["security"] == [{"token": []}]
        assert {"401", "403", "404", "412", "422", "428"} <= item[method]["responses"].keys()
    assert item["get"]["security"] == [{}, {"token": []}]
    made = document["paths"][SITES]["post"]
    assert {"201", "401", "403", "409", "413", "415", "422"} <= made["responses"].keys()
    assert set(item["patch"]["requestBody"]["content"]) == {PATCH["Content-Type"]}


def test_the_table_names_every_test_of_this_file(root: Path) -> None:
    table = (root / "docs" / "ogc.md").read_text("utf-8")
    tests = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text("utf-8"), re.MULTILINE))
    tests.discard("test_the_table_names_every_test_of_this_file")
    assert tests <= set(re.findall(r"`(test_\w+)`", table))
