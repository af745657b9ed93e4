"""What changes between two networks for a set of positions: reached or not, length and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.errors import OffNetworkError
from geo.models import Mode
from geo.router import FloatMatrix, Position, Router, Snap


@dataclass(frozen=True, slots=True)
class Change:
    """One pair of positions, before and after; inf: no path."""

    origin: str
    destination: str
    old_m: float
    new_m: float
    old_s: float
    new_s: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for one mode.

    `lost` and `gained` name positions that are no longer or newly on a road; `pairs` counts the
    pairs both networks join, `median_length` and `median_time` are the medians of new over old
    there (1.0: the same; nan: no pair); `changes` are the pairs whose time changes most, the
    greatest first.
    """

    mode: Mode
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    pairs: int
    median_length: float
    median_time: float
    changes: tuple[Change, ...]


def snapped(router: Router, positions: Sequence[Position], mode: Mode) -> dict[str, Snap]:
    """Return those positions that lie near a road of `mode`, by label."""
    found: dict[str, Snap] = {}
    for position in positions:
        try:
            (found[position.label],) = router.snap([position], mode)
        except OffNetworkError:
            continue
    return found


def _tables(router: Router, snaps: Sequence[Snap]) -> tuple[FloatMatrix, FloatMatrix]:
    matrix = router.matrix(snaps)
    return matrix.length_m, matrix.duration_s


def compare_networks(
    old: Router, new: Router, positions: Sequence[Position], mode: Mode, *, limit: int = 10
) -> Difference:
    """Return what changes for `positions` from one network to another.

    Parameters
    ----------
    old, new
        Routers over the two.
    positions
        With labels to name them by.
    mode
        One that both have.
    limit
        At most so many single changes.
    """
    before, after = snapped(old, positions, mode), snapped(new, positions, mode)
    labels = [position.label for position in positions if position.label in before.keys() & after]
    old_m, old_s = _tables(old, [before[label] for label in labels])
    new_m, new_s = _tables(new, [after[label] for label in labels])
    apart = ~np.eye(len(labels), dtype=bool)
    both = apart & np.isfinite(old_s) & np.isfinite(new_s) & (old_s > 0) & (old_m > 0)
    moved = np.abs(np.nan_to_num(new_s, posinf=1e9) - np.nan_to_num(old_s, posinf=1e9)) * apart
    worst = np.argsort(-moved, axis=None, kind="stable")[:limit]
    rows, columns = np.unravel_index(worst, moved.shape) if moved.size else ((), ())
    changes = tuple(
        Change(
            labels[i],
            labels[j],
            *(float(table[i, j]) for table in (old_m, new_m, old_s, new_s)),
        )
        for i, j in zip(rows, columns, strict=True)
        if moved[i, j] > 0
    )
    return Difference(
        mode=mode,
        lost=tuple(label for label in before if label not in after),
        gained=tuple(label for label in after if label not in before),
        pairs=int(both.sum()),
        median_length=float(np.median(new_m[both] / old_m[both])) if both.any() else float("nan"),
        median_time=float(np.median(new_s[both] / old_s[both])) if both.any() else float("nan"),
        changes=changes,
    )
