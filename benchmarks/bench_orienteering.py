"""Orienteering: standard instances against their proven optima, made-up ones against long runs.

The made-up family has the form of Cordeau's pr01 to pr20 (Cordeau, Laporte and Mercier 2001):
places drawn around a few seeds, visits of 1 to 25 minutes, windows of 1½ to 3 or 3 to 6 hours,
days of 1,000 minutes. `LONG_S` seconds of work and two seeds stand for the unknown optimum, so
its gaps are against the best answer this search knows. Folder of standard instances:
`REDTRAILS_TOPTW`, else shared/data/toptw beside the checkout.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np

from geo.orienteering import Effort, Problem, Result, read_instance, solve_orienteering

NARROW, WIDE = (90, 180), (180, 360)
FAMILY = tuple(
    (places, window, tours)
    for places, tours in ((48, 1), (48, 3), (96, 2), (144, 1), (144, 4), (192, 3), (288, 2))
    for window in (NARROW, WIDE)
)
LONG_S = 5.0
LONG_SEEDS = (11, 12)


def instance(places: int, window: tuple[int, int], seed: int) -> str:
    """Return a made-up instance as text of Cordeau's form."""
    rng = np.random.default_rng(seed)
    hearts = rng.uniform(-60, 60, (max(2, places // 24), 2))
    points: list[np.ndarray] = []
    while len(points) < places:
        point = rng.uniform(-100, 100, 2)
        if rng.random() < np.exp(-0.05 * np.hypot(*(hearts - point).T)).sum():
            points.append(point)
    x, y = hearts.mean(axis=0)
    lines = [f"6 4 {places} 1", "0 0", f"0 {x:.3f} {y:.3f} 0 0 0 0 0 1000"]
    for number, (east, north) in enumerate(points, start=1):
        opens, length = rng.integers(60, 481), rng.integers(*window, endpoint=True)
        visit, prize = rng.integers(1, 26, 2)
        plain = f"{number} {east:.3f} {north:.3f} {visit} {prize} 1 1 1"
        lines.append(f"{plain} {opens} {opens + length}")
    return "\n".join(lines)


def answer(problem: Problem, seconds: float, seed: int = 0) -> tuple[Result, float]:
    """Return an answer and how long it took by the clock."""
    begun = time.perf_counter()
    effort = Effort(seconds=seconds, guard_s=10 * seconds)
    return solve_orienteering(problem, seed=seed, effort=effort), time.perf_counter() - begun


def standard(folder: Path) -> None:
    """Print how many proven optima are reached."""
    with (folder / "optima.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    reached, clock, missed = 0, [], []
    for row in rows:
        text = (folder / f"{row['instance']}.txt").read_text(encoding="utf-8")
        result, took = answer(read_instance(text, tours=int(row["vehicles"])), 1.0)
        clock.append(took)
        if result.prize >= float(row["optimum"]):
            reached += 1
        else:
            missed.append(f"{row['instance']} {result.prize:.0f} of {row['optimum']}")
    print(f"standard: {reached} of {len(rows)} optima, {np.mean(clock):.2f} s each", *missed)


def family(short_s: float = 1.0) -> None:
    """Print the gap of a short run to the best that is known."""
    gaps = []
    for number, (places, window, tours) in enumerate(FAMILY):
        problem = read_instance(instance(places, window, number), tours=tours, decimals=2)
        short, took = answer(problem, short_s)
        best = max(answer(problem, LONG_S, seed)[0].prize for seed in LONG_SEEDS)
        best = max(best, short.prize)
        gaps.append(100 * (1 - short.prize / best))
        print(
            f"{places:4} places, windows {window}, {tours} tours: {short.prize:6.0f} of {best:6.0f}"
            f" ({gaps[-1]:.2f} %), bound {short.upper_bound:6.0f}, {took:.2f} s",
            flush=True,
        )
    print(
        f"made up, {short_s:g} s of work: mean gap {np.mean(gaps):.2f} %, worst {max(gaps):.2f} %"
    )


def main() -> None:
    """Print both tables."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "toptw"
    folder = Path(os.environ.get("REDTRAILS_TOPTW", str(beside)))
    if folder.is_dir():
        standard(folder)
    else:
        print(f"standard: no instances in {folder}; name their folder in REDTRAILS_TOPTW")
    family()
