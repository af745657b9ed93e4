"""`make bench-peers`: print docs/peers.md's tables for every extract, or one line why not."""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers import compare, ours
from benchmarks.peers.compare import CLASSES
from benchmarks.peers.environment import ROOT, Missing, peers_python
from benchmarks.peers.tables import print_classes, print_distances, print_figures
from geo.models import Mode
from geo.network import StreetNetwork

PAIRS, SITES = 1000, 89
NEAR_M = 50.0
"""Places are drawn over the whole extract and kept where a road on foot and one by car is near."""

WORK = ROOT / "var" / "peers"
MODES: tuple[Mode, ...] = ("drive", "walk")
PEERS = ("osrm", "valhalla")


def extracts() -> list[Path]:
    """Return the extracts of `REDTRAILS_TEST_OSM`.

    Raises
    ------
    Missing
        There are none.
    """
    beside = ROOT.parent / "shared" / "data" / "osm"
    folder = Path(os.environ.get("REDTRAILS_TEST_OSM") or beside)
    found = sorted(folder.glob("*.osm.pbf"))
    if not found:
        raise Missing("no OpenStreetMap extracts: name their folder in REDTRAILS_TEST_OSM")
    return found


def draw_places(folder: Path, count: int) -> list[tuple[float, float]]:
    """Return random places of a network that lie near its roads, the same ones every time."""
    network = StreetNetwork.load(folder)
    west, south, east, north = network.manifest.bbox
    chance = random.Random(1921)  # noqa: S311 - a sample, no secret
    asked = {mode: ours.Ours(network, mode) for mode in MODES}
    places: list[tuple[float, float]] = []
    while len(places) < count:
        drawn = [
            (round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6))
            for _ in range(count)
        ]
        snaps = [asked[mode].snapped(drawn) for mode in MODES]
        near = zip(drawn, *snaps, strict=True)
        places += [at for at, *ties in near if max(one.approach_m for one in ties) <= NEAR_M]
    return places[:count]


@dataclass
class Extract:
    """One extract: its files, what was asked, and every engine's answers by (engine, mode)."""

    file: Path
    python: Path
    build: tuple[float, float] = (0.0, 0.0)
    answers: dict[tuple[str, Mode], dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.file.name.removesuffix(".osm.pbf")

    @property
    def work(self) -> Path:
        """Where everything of it is written."""
        return WORK / self.name

    def ask(self, engine: str, verb: str, mode: Mode, question: dict[str, Any]) -> Any:  # noqa: ANN401
        """Put one question to an engine in a process of its own."""
        work = self.work / ("ours" if engine == "ours" else f"{engine}-{mode}")
        asked, answered = self.work / "question.json", self.work / "answer.json"
        words = {"file": str(self.file), "work": str(work), "mode": mode, **question}
        asked.write_text(json.dumps(words))
        module = [sys.executable, "-m", "benchmarks.peers.ours"]
        if engine != "ours":
            module = [str(self.python), "-m", "benchmarks.peers.engines", engine]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([*module, verb, asked, answered], check=True, cwd=ROOT, env=environment)
        return json.loads(answered.read_text())

    def measure(self) -> None:
        """Build ours, draw the pairs and put them to every engine."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.build = ours.build(self.file, self.work / "ours")
        places = draw_places(self.work / "ours", 2 * PAIRS)
        pairs = [[*a, *b] for a, b in zip(places[::2], places[1::2], strict=True)]
        question = {"pairs": pairs, "sites": places[:SITES]}
        for mode in MODES:
            for engine in ("ours", *PEERS):
                print(f"{self.name}: {mode}, {engine}", file=sys.stderr, flush=True)
                self.answers[engine, mode] = self.ask(engine, "measure", mode, question)

    def classes(self, peer: str, mode: Mode) -> list[tuple[str, int]]:
        """Return (class, pair) of every pair whose lengths differ by more than is let pass."""
        mine = self.answers["ours", mode]["routes"]
        theirs = self.answers[peer, mode]["routes"]
        pairs = compare.beyond(mine, theirs)
        we, they = self._held("ours", mode, theirs, pairs), self._held(peer, mode, mine, pairs)
        rows = zip(pairs, we, they, strict=True)
        return [(compare.classify(mine[at], theirs[at], a, b), at) for at, a, b in rows]

    def unanswered(self, peer: str, mode: Mode) -> list[tuple[str, int]]:
        """Return (class, pair) of every pair that only one of the two answers."""
        mine = self.answers["ours", mode]["routes"]
        theirs = self.answers[peer, mode]["routes"]
        found = []
        for ways, follower in ((mine, peer), (theirs, "ours")):
            pairs = [at for at in compare.one_sided(mine, theirs) if ways[at]]
            for at, held in zip(pairs, self._held(follower, mode, ways, pairs), strict=True):
                name = compare.classify_one_sided(ways[at], held, is_ours=ways is mine)
                found.append((f"{name}, {'only ours' if ways is mine else 'only theirs'}", at))
        return found

    def _held(self, engine: str, mode: Mode, ways: Sequence[Any], pairs: Sequence[int]) -> Any:  # noqa: ANN401
        """Return what an engine answers when it is held to another's ways."""
        chains = [compare.chain(ways[at]["line"]) for at in pairs]
        return self.ask(engine, "follow", mode, {"chains": chains}) if chains else []


def report(extract: Extract) -> None:
    """Print the tables of one extract."""
    print(f"\n## {extract.name}\n")
    print_figures(extract.build, extract.answers, MODES, PEERS)
    for mode in MODES:
        rows = {
            peer: compare.distribution(
                extract.answers["ours", mode]["routes"], extract.answers[peer, mode]["routes"]
            )
            for peer in PEERS
        }
        print_distances(mode, rows)
    found = {(peer, mode): extract.classes(peer, mode) for peer in PEERS for mode in MODES}
    print("Pairs beyond 5 % and 10 m, by class:\n")
    print_classes(CLASSES, found)
    single = {(peer, mode): extract.unanswered(peer, mode) for peer in PEERS for mode in MODES}
    names = sorted({name for rows in single.values() for name, _ in rows})
    if names:
        print("Pairs only one answers, by class:\n")
        print_classes(names, single)
    listed = [
        {"peer": peer, "mode": mode, "class": name, "pair": at}
        for kind in (found, single)
        for (peer, mode), rows in kind.items()
        for name, at in rows
    ]
    (extract.work / "classes.json").write_text(json.dumps(listed))
    kept = {f"{engine} {mode}": answer for (engine, mode), answer in extract.answers.items()}
    (extract.work / "answers.json").write_text(json.dumps(kept))


def main() -> None:
    """Measure every extract."""
    try:
        files, python = extracts(), peers_python()
    except Missing as missing:
        print(f"skipped: {missing}")
        return
    measured = [Extract(file, python) for file in files]
    for extract in measured:
        extract.measure()
    versions = measured[0].answers
    said = {peer: versions[peer, "drive"]["version"] for peer in PEERS}
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors ({platform.machine()}), "
        f"Python {platform.python_version()}; osrm-bindings {said['osrm']}, "
        f"pyvalhalla {said['valhalla']}."
    )
    for extract in measured:
        report(extract)


if __name__ == "__main__":
    main()
