"""How both sides measure, with the standard library only: programs, answers, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROUNDS = 3
"""Each pair is asked this often; its quickest answer counts, so that a busy machine counts less."""


def run_program(words: Sequence[str | Path], log: Path) -> tuple[float, float]:
    """Run a program; return its seconds and the peak of its memory in MB.

    Raises
    ------
    SystemExit
        It failed; the last lines of what it said are shown.
    """
    begun = time.perf_counter()
    with log.open("ab") as out:
        child = subprocess.Popen([str(word) for word in words], stdout=out, stderr=out)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise SystemExit(f"{words[0]} ended with {child.returncode}:\n{said}")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def resident_mb() -> float:
    """Return the memory this process holds now (Linux), in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def query_ms(ask: Callable[[Any], object], pairs: Sequence[Any]) -> dict[str, float]:
    """Return the median and the 95th percentile of answering a pair, in ms."""
    rounds = [[seconds(lambda pair=pair: ask(pair)) for pair in pairs] for _ in range(ROUNDS)]
    best = sorted(min(tries) * 1000 for tries in zip(*rounds, strict=True))
    return {"median": statistics.median(best), "p95": best[int(len(best) * 0.95)]}


def table_ms(ask: Callable[[], object]) -> float:
    """Return the quickest of several tables, in ms."""
    return min(seconds(ask) for _ in range(2 * ROUNDS + 1)) * 1000
