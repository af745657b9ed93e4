"""Standard instances of the orienteering literature, in Cordeau's text form, as problems.

Line 1 is `k v N t` (N places, t tours), line 2 is not used. Then N + 1 rows
`i x y d S f a list O C`: position, visit length, prize, (frequency and combinations of the form's
periodic problems, not used), begin and end of the window. Row 0 is the depot, and its C the
latest return. A window bounds the begin of a visit.
"""

from __future__ import annotations

import itertools

import numpy as np

from geo.errors import InvalidParameterError

from .problem import FloatArray, Problem, Tour, single_windows

PLAIN_COLUMNS = 7
"""i x y d S before the columns that vary in number, O C after them."""


def read_instance(text: str, *, tours: int | None = None, decimals: int = 1) -> Problem:
    """Return the problem of one instance file.

    Parameters
    ----------
    text
        What the file says.
    tours
        How many tours to fill; as many as the file says if None.
    decimals
        Decimals that distances are rounded down to: 1 for Solomon's instances, 2 for Cordeau's
        by custom. All times of the problem are whole numbers of that last decimal.

    Returns
    -------
    Problem
        Row 0 is the depot.

    Raises
    ------
    InvalidParameterError
        The text is not of this form; the error says which line.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    head = _numbers(lines[0] if lines else [], 1, at_least=4)
    count = int(head[2])
    rows = [_row(line, number) for number, line in enumerate(lines[2 : 3 + count], start=3)]
    if count < 0 or len(rows) != count + 1:
        raise InvalidParameterError("instance", f"{len(rows)} rows", f"{count + 1} as line 1 says")
    return _problem(np.array(rows), tours or int(head[3]), 10**decimals)


def _row(line: list[str], number: int) -> list[float]:
    """Return x, y, visit, prize, opens, closes of a row."""
    values = _numbers(line, number, at_least=PLAIN_COLUMNS)
    return [*values[1:5], *values[-2:]]


def _numbers(words: list[str], number: int, *, at_least: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError as error:
        raise InvalidParameterError(f"line {number}", " ".join(words), "numbers") from error
    if len(values) < at_least:
        raise InvalidParameterError(f"line {number}", " ".join(words), f"{at_least} numbers")
    return values


def _problem(rows: FloatArray, tours: int, unit: int) -> Problem:
    x, y, visit, prize, opens, closes = rows.T
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    # 1e-9: a distance that is a whole number must not fall below it by the machine's rounding.
    travel = np.floor(away * unit + 1e-9).astype(np.int64)
    depot = Tour(0, 0, round(opens[0] * unit), round(closes[0] * unit))
    windows = np.rint(np.stack([opens, closes], axis=1) * unit).astype(np.int64)
    return Problem(
        travel=travel,
        prize=np.where(np.arange(len(rows)) == 0, 0.0, prize),
        service=np.rint(visit * unit).astype(np.int64),
        windows=single_windows([(int(a), int(b)) for a, b in windows]),
        tours=tuple(itertools.repeat(depot, tours)),
    )
