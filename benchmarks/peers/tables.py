"""Figures of the comparison as Markdown tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.peers.compare import BOUNDS_PERCENT

LABELS = {"walk": "on foot", "drive": "by car", "osrm": "OSRM", "valhalla": "Valhalla"}
QUERY = "query, line and steps read (ms)"
Answers = Mapping[tuple[str, Any], Mapping[str, Any]]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")
    print()


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _row(what: str, ours: float, *theirs: float | None) -> list[str]:
    """Return ours, theirs, and ours over theirs in brackets."""
    cells = [
        "–" if other is None else f"{_figure(other)} ({_figure(ours / other)})" for other in theirs
    ]
    return [what, _figure(ours), *cells]


def print_figures(
    build: tuple[float, float], answers: Answers, modes: Sequence[str], peers: Sequence[str]
) -> None:
    """Print times and memory; in brackets ours over theirs."""
    rows = []
    for mode in modes:
        label = LABELS[mode]
        ours, others = answers["ours", mode], [answers[peer, mode] for peer in peers]

        def row(what: str, ours: float, read: Callable[[Any], float], nx: float | None) -> None:
            rows.append(_row(f"{label}: {what}", ours, *map(read, others), nx))  # noqa: B023

        query, table_nx = ours["query_ms"]["median"], ours["networkx_table_ms"]
        row(QUERY, query, lambda one: one["query_ms"]["median"], ours["networkx_query_ms"])
        row("the peers' answers unread (ms)", query, lambda one: one["bare_ms"]["median"], None)
        row("89 × 89, times (ms)", ours["costs_ms"], lambda one: one["costs_ms"], table_nx)
        row("89 × 89, and lengths (ms)", ours["table_ms"], lambda one: one["table_ms"], None)
        row("load and first answer (s)", ours["load_s"], lambda one: one["load_s"], None)
        row("resident (MB)", ours["resident_mb"], lambda one: one["resident_mb"], None)
        row("build (s)", build[0], lambda one: one["build_s"], None)
        row("build's peak (MB)", build[1], lambda one: one["build_mb"], None)
    table(["what", "ours", *(LABELS[peer] for peer in peers), "networkx"], rows)


def print_distances(mode: str, rows: Mapping[str, Mapping[str, float | int]]) -> None:
    """Print how lengths differ, in percent of the pairs both engines answer."""
    print(f"Lengths {LABELS[mode]}, ours against theirs:\n")
    head = ["peer", "pairs", *(f"≤ {bound} %" for bound in BOUNDS_PERCENT)]
    table(
        [*head, "sum of lengths", "only ours", "only theirs"],
        [
            [
                LABELS[peer],
                f"{row['pairs']:,}",
                *(f"{row[f'within_{bound}']:.1f}" for bound in BOUNDS_PERCENT),
                f"{row['total']:+.1f} %",
                str(row["only_ours"]),
                str(row["only_theirs"]),
            ]
            for peer, row in rows.items()
        ],
    )


def print_classes(
    names: Sequence[str], found: Mapping[tuple[str, Any], Sequence[tuple[str, int]]]
) -> None:
    """Print how many pairs are of which class, by peer and mode."""
    counts = {key: Counter(name for name, _ in rows) for key, rows in found.items()}
    table(
        ["class", *(f"{LABELS[peer]} {LABELS[mode]}" for peer, mode in counts)],
        [[name, *(str(count[name]) for count in counts.values())] for name in names],
    )
