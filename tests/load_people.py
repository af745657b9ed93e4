"""Editors and readers of a running service: `python load_people.py WISH.json JOURNAL.json`.

A program of its own, so that it takes no time from the service's processes but the machine's.

Every edit counts: it reads a site's number in `phone` (`NUMBER/EDITOR/COUNT`), thinks, and writes
the next one. If two editors ever rested on the same revision and both were told that theirs is
kept, a number is there twice.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from staff_world import ENGLISH, form_of

SITES = "/api/collections/sites/items"
PATCH = {"Content-Type": "application/merge-patch+json"}
GEOJSON = {"Content-Type": "application/geo+json"}
MARK = re.compile(r"(\d+)/(\d+)/(\d+)")
TAG = re.compile(r'(?:W/)?"(\d+)-')
LOOK_S = 0.02
PATIENCE_S = 300.0
"""So long that only what never comes is missed, however busy the machine."""


@dataclass
class Journal:
    """What everybody did and was told."""

    edits: list[dict[str, Any]] = field(default_factory=list)
    unsure: list[dict[str, Any]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    reads: dict[str, list[float]] = field(default_factory=dict)
    seen: dict[int, list[float]] = field(default_factory=dict)

    def cut(self, error: httpx2.TransportError, edit: dict[str, Any] | None = None) -> None:
        """Take down a request without an answer; an edit that was sent may be kept or not."""
        self.broken[type(error).__name__] += 1
        if edit and "sent" in edit:
            self.unsure.append(edit)

    def odd(self, answer: httpx2.Response, why: str = "") -> None:
        self.wrong.append(
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {why} "
            f"{answer.text[:200]}"
        )


@dataclass
class Town:
    """Who uses the service, for how long, and how fast they are."""

    url: str
    seconds: float
    edits_each: float
    seed: int
    people: list[dict[str, str]]
    editors: int
    admins: int
    by_form: int
    readers: int
    edit_every_s: float
    read_every_s: float
    workers: list[int]
    sites: list[str]
    journal: Journal = field(default_factory=Journal)
    watching: list[deque[tuple[str, int, float]]] = field(default_factory=list)
    end: float = 0.0
    at_work: int = 0

    def client(self, **headers: str) -> httpx2.AsyncClient:
        named = {"Accept-Language": "en", **headers}
        return httpx2.AsyncClient(
            base_url=self.url,
            timeout=PATIENCE_S,
            verify=False,
            headers=named,
            follow_redirects=True,
        )

    async def pause(self, chance: random.Random, mean_s: float) -> None:
        await asyncio.sleep(min(chance.expovariate(1 / mean_s), mean_s * 4))

    def going(self, count: int = 0) -> bool:
        """Return whether to go on after so many edits: until the time or every edit is done."""
        return time.monotonic() < self.end and count < self.edits_each and self.at_work > 0

    async def all(self) -> Journal:
        """Let everybody work until the end."""
        asked = [(pid, await self.reaching(pid)) for pid in self.workers]
        self.end, self.at_work = time.monotonic() + self.seconds, len(self.people)
        print("at work", flush=True)  # noqa: T201 - for who started us
        watchers = [asyncio.create_task(self.watch(*one)) for one in asked]
        forms = {one["name"] for one in self.people[: self.by_form]}
        async with asyncio.TaskGroup() as group:
            for number, person in enumerate(self.people):
                work = by_form if person["name"] in forms else by_token
                group.create_task(self.editing(work(self, person, number)))
            for number in range(self.readers):
                group.create_task(self.safely(self.read(number)))
        for watcher in watchers:
            await watcher
        return self.journal

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        self.end = 0.0

    async def editing(self, work: Any) -> None:
        await self.safely(work)
        self.at_work -= 1

    async def safely(self, work: Any) -> None:
        try:
            await work
        except httpx2.TransportError as error:
            self.journal.cut(error)
        except Exception as error:  # noqa: BLE001 - told in the journal
            self.journal.wrong.append(f"{type(error).__name__}: {error}")

    async def read(self, number: int) -> None:
        """Read like a visitor: some page or answer, then a pause."""
        chance = random.Random(f"{self.seed}-reader-{number}")  # noqa: S311 - no secret
        async with self.client() as http:
            await self.pause(chance, self.read_every_s)
            while self.going():
                kind, path = self.wanted(chance)
                begin = time.monotonic()
                try:
                    answer = await http.get(path)
                except httpx2.TransportError as error:
                    self.journal.cut(error)
                    continue
                took = time.monotonic() - begin
                self.journal.reads.setdefault(kind, []).append(round(took, 4))
                if answer.status_code != 200:
                    self.journal.odd(answer)
                await self.pause(chance, self.read_every_s)

    def wanted(self, chance: random.Random) -> tuple[str, str]:
        site, other = chance.sample(self.sites, 2)
        west, south = chance.uniform(119.6, 120.5), chance.uniform(35.6, 36.6)
        return chance.choice(
            [
                ("overview", "/?lang=zh"),
                ("site", f"/sites/{site}?lang=zh"),
                ("routes", "/routes?lang=en"),
                ("item", f"{SITES}/{site}"),
                ("box", f"{SITES}?bbox={west},{south},{west + 0.5},{south + 0.5}"),
                ("search", f"{SITES}?q=dangshiguan"),
                ("plan", f"/api/itineraries?stops={site},{other}&mode=drive"),
            ]
        )

    def announce(self, site: str, revision: int, told: float) -> None:
        for queue in self.watching:
            queue.append((site, revision, told))

    async def watch(self, pid: int, http: httpx2.AsyncClient) -> None:
        """Ask one worker for each publication, in their order, until it shows it."""
        queue: deque[tuple[str, int, float]] = deque()
        self.watching.append(queue)
        times = self.journal.seen.setdefault(pid, [])
        while self.going() or queue:
            if not queue:
                await asyncio.sleep(LOOK_S)
                continue
            site, revision, told = queue[0]
            answer = await http.get(f"{SITES}/{site}")
            if shown(answer) >= revision:
                times.append(round(time.monotonic() - told, 4))
                queue.popleft()
            elif time.monotonic() - told > PATIENCE_S:
                self.journal.wrong.append(f"{site}/{revision} not seen by worker {pid}")
                queue.popleft()
            else:
                await asyncio.sleep(LOOK_S)
        await http.aclose()

    async def reaching(self, pid: int) -> httpx2.AsyncClient:
        """Connect again and again until the worker that answers is this one."""
        while True:
            http = self.client()
            answer = await http.get("/healthz")
            _, port = answer.extensions["network_stream"].get_extra_info("client_addr")
            if socket_of(int(self.url.rpartition(":")[2]), port) in sockets_of(pid):
                return http
            await http.aclose()


def socket_of(own: int, other: int) -> str:
    """Return the inode of the end that a server holds of a connection."""
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        fields = line.split()
        ends = [int(fields[at].rpartition(":")[2], 16) for at in (1, 2)]
        if ends == [own, other]:
            return f"socket:[{fields[9]}]"
    return ""


def sockets_of(pid: int) -> set[str]:
    found = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(handle.readlink()))
        except OSError:
            continue
    return found


def shown(answer: httpx2.Response) -> int:
    """Return the revision that an answer's tag names."""
    found = TAG.match(answer.headers.get("etag", ""))
    return int(found[1]) if found else 0


def following(phone: str, number: int, count: int) -> str:
    """Return the mark that follows the one of a site."""
    found = MARK.fullmatch(phone)
    return f"{int(found[1]) + 1 if found else 1}/{number}/{count}"


async def by_token(town: Town, person: dict[str, str], number: int) -> None:
    """Edit as a program does: ETag, If-Match; who may publish does so every other time."""
    chance = random.Random(f"{town.seed}-editor-{number}")  # noqa: S311 - no secret
    count, journal = 0, town.journal
    async with town.client(Authorization=f"Bearer {person['token']}") as http:
        while town.going(count):
            await town.pause(chance, town.edit_every_s / 2)
            site, count = chance.choice(town.sites), count + 1
            path = f"{SITES}/{site}"
            publish = person["role"] == "admin" and count % 2 == 1
            edit = {"site": site, "by": person["name"], "published": publish, "revision": None}
            try:
                seen = await http.get(path, params={"state": "draft"})
                if seen.status_code != 200:
                    journal.odd(seen)
                    continue
                await town.pause(chance, town.edit_every_s / 2)
                edit["mark"] = following(seen.json()["properties"]["phone"], number, count)
                edit["sent"] = time.time()
                answer = await http.patch(
                    path,
                    json={"properties": {"phone": edit["mark"]}},
                    headers={**PATCH, "If-Match": seen.headers["etag"]},
                    params={"reason": edit["mark"], **({"publish": "true"} if publish else {})},
                )
            except httpx2.TransportError as error:
                journal.cut(error, edit)
                continue
            told(town, edit, seen, answer)
            if count % 5 == 0:
                await make_twice(
                    town, http, seen.json(), f"{town.seed}-{int(time.monotonic()) // 3}"
                )


def told(town: Town, edit: dict[str, Any], seen: httpx2.Response, answer: httpx2.Response) -> None:
    """Take down the answer to an edit: kept, or refused because somebody was faster."""
    journal = town.journal
    if answer.status_code == 200:
        edit["revision"], edit["told"] = shown(answer), time.time()
        journal.edits.append(edit)
        if answer.json()["properties"]["phone"] != edit["mark"]:
            journal.odd(answer, "another phone")
        if edit["published"]:
            town.announce(edit["site"], edit["revision"], time.monotonic())
    elif answer.status_code == 412 and shown(answer) > shown(seen):
        journal.refused["412"] += 1
    else:
        journal.odd(answer, f"on {seen.headers['etag']}")


async def make_twice(town: Town, http: httpx2.AsyncClient, feature: Any, own: str) -> None:
    """Make a site that others are making just now: one is told 201, the others 409."""
    name = {"name_zh": f"负载{own}", "name_en": f"Load {own}"}
    made = {**feature, "id": f"load-{own}", "properties": {**feature["properties"], **name}}
    try:
        answer = await http.post(SITES, json=made, headers=GEOJSON)
    except httpx2.TransportError as error:
        town.journal.cut(error)
        return
    town.journal.refused[f"post-{answer.status_code}"] += 1
    if answer.status_code not in (201, 409):
        town.journal.odd(answer)


async def by_form(town: Town, person: dict[str, str], number: int) -> None:
    """Edit as people do, signed in, by the form of a page."""
    chance = random.Random(f"{town.seed}-editor-{number}")  # noqa: S311 - no secret
    count, journal = 0, town.journal
    async with town.client(**ENGLISH) as http:
        _, fields = form_of((await http.get("/staff/login")).text, "/staff/login")
        await http.post(
            "/staff/login", data={**fields, "name": person["name"], "password": person["password"]}
        )
        while town.going(count):
            await town.pause(chance, town.edit_every_s / 2)
            site, count = chance.choice(town.sites), count + 1
            edit = {"site": site, "by": person["name"], "published": False, "revision": None}
            try:
                page = await http.get(f"/staff/sites/{site}")
                if page.status_code != 200:
                    journal.odd(page)
                    continue
                action, fields = form_of(page.text, f"/staff/sites/{site}")
                await town.pause(chance, town.edit_every_s / 2)
                mark = following(fields["phone"][0], number, count)
                edit |= {"mark": mark, "sent": time.time()}
                changes = {"phone": mark, "reason": mark, "do": "save"}
                answer = await http.post(action, data={**fields, **changes})
            except httpx2.TransportError as error:
                journal.cut(error, edit)
                continue
            if answer.status_code == 200:
                journal.edits.append({**edit, "told": time.time()})
            elif answer.status_code == 409 and mark in answer.text:
                journal.refused["409"] += 1
            else:
                journal.odd(answer)


async def main(wish: dict[str, Any]) -> Journal:
    town = Town(**wish)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, town.stop)
    return await town.all()


if __name__ == "__main__":
    done = asyncio.run(main(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
    Path(sys.argv[2]).write_text(json.dumps(vars(done), ensure_ascii=False), "utf-8")
