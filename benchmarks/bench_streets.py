"""A synthetic town of Qingdao's size, all four profiles, as an office builds and serves it.

Built by the command from a file, loaded by a process of its own that then holds every profile;
queries with line and steps, and tables, beside networkx on the same edges, once with their turns.
networkx is slow: it answers a few pairs, and its table is reckoned from a few rows.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peers.measuring import query_ms, resident_mb, run_program, table_ms
from benchmarks.synthetic import write_town

PAIRS, THEIR_PAIRS, SITES = 300, 4, 89
MODES = ("drive", "walk")


def _served(folder: Path) -> None:
    """Load a network, make every hierarchy, ask, and print the figures as JSON."""
    from benchmarks.peers.ours import Ours, networkx_ms, same_edges_ms  # noqa: PLC0415
    from geo.cch import CchRouter  # noqa: PLC0415
    from geo.network import StreetNetwork  # noqa: PLC0415

    before, begun = resident_mb(), time.perf_counter()
    network = StreetNetwork.load(folder)
    loaded = time.perf_counter() - begun
    router = CchRouter(network)
    router.warm()
    ready, resident = time.perf_counter() - begun, resident_mb()
    west, south, east, north = network.manifest.bbox
    chance = random.Random(2021)  # noqa: S311 - a sample, no secret
    places = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(2 * PAIRS)]
    pairs = list(zip(places[::2], places[1::2], strict=True))
    found: dict[str, object] = {
        "counts": network.manifest.counts, "load_s": loaded, "ready_s": ready,
        "before_mb": before, "resident_mb": resident,
    }  # fmt: skip
    for mode in MODES:
        ours = Ours(network, mode)  # type: ignore[arg-type]
        ours.router = router
        row = {
            "query": query_ms(ours.leg, pairs)["median"],
            "costs": table_ms(lambda: ours.costs(places[:SITES])),  # noqa: B023
            "table": table_ms(lambda: ours.table(places[:SITES])),  # noqa: B023
        }
        asked = {"pairs": [[*a, *b] for a, b in pairs[:THEIR_PAIRS]], "sites": places[:SITES]}
        found["asked_mb"] = resident_mb()
        row["nx_query"], row["nx_table"] = networkx_ms(ours, asked)
        row["nx_same"] = same_edges_ms(ours, pairs[:THEIR_PAIRS])
        found[mode] = row
    print(json.dumps(found))


def main() -> None:
    """Build, load, ask, and print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_town(folder / "town.osm.pbf")
        program = Path(sys.executable).with_name("redtrails")
        words = [program, "network", "build", folder / "town.osm.pbf", "--output", folder / "net"]
        before = os.times()
        build_s, build_mb = run_program(words, folder / "build.log")
        spent = sum(os.times()[2:4]) - sum(before[2:4])
        size_mb = sum(path.stat().st_size for path in (folder / "net").iterdir()) / 1e6
        served = [sys.executable, "-m", "benchmarks.bench_streets", folder / "net"]
        said = subprocess.run(served, check=True, capture_output=True, text=True, env=os.environ)
    found = json.loads(said.stdout.splitlines()[-1])
    counts = ", ".join(f"{name} {count:,}" for name, count in found["counts"].items())
    print(f"synthetic town of Qingdao's size, four profiles: {counts}")
    print(f"  build {build_s:.0f} s (aim 600), of which {spent:.0f} s on a processor")
    print(f"  peak of the build {build_mb:,.0f} MB (aim 6,000)")
    print(f"  on disk {size_mb:.0f} MB; load {found['load_s']:.2f} s (aim 1)")
    print(f"  all hierarchies ready after {found['ready_s']:.2f} s")
    print(
        f"  resident {found['resident_mb']:.0f} MB (aim 600), {found['asked_mb']:.0f} MB after use"
    )
    for mode in MODES:
        row = found[mode]
        for what, ours, theirs in (
            ("query, line and steps", row["query"], row["nx_query"]),
            ("the same, networkx with turns, no line", row["query"], row["nx_same"]),
            ("89 × 89, costs", row["costs"], row["nx_table"]),
            ("89 × 89, costs, durations, lengths", row["table"], row["nx_table"]),
        ):
            print(
                f"  {mode:5} {what:38} {ours:9.2f} ms   networkx {theirs:11.1f} ms"
                f"   ratio {theirs / ours:9,.0f}"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _served(Path(sys.argv[1]))
    else:
        main()
