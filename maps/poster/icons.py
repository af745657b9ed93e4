"""Icons drawn by hand: the sign of a category in ink, over a wash that missed it a little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from maps.style import CATEGORIES, Outline

from .pen import Pen

Point = tuple[float, float]
BOX = 24.0
"""Signs stand in a box of 24 × 24 (`maps.style`)."""

_WORD = re.compile(r"[MmLlHhVvCcAaZz]|[-+]?(?:\d*\.\d+|\d+)")
_BENDS = np.linspace(0, 1, 9)[1:]


@cache
def strokes_of(sign: str) -> tuple[tuple[Point, ...], ...]:
    """Return the strokes of a sign as points; a path of M, L, H, V, C, A (circular) and Z."""
    strokes: list[list[Point]] = []
    words = iter(_WORD.findall(sign))
    command, here = "M", (0.0, 0.0)
    for word in words:
        first = word
        if word.isalpha():
            command = word
            if word in "Zz":
                here = strokes[-1][0]
                strokes[-1].append(here)
                continue
            first = next(words)
        if command in "Mm":
            here = _moved(command, here, float(first), words)
            strokes.append([here])
            command = "l" if command == "m" else "L"
            continue
        points = list(_drawn(command, here, float(first), words))
        if strokes[-1][-1] != here:
            strokes.append([here])
        strokes[-1] += points
        here = points[-1]
    return tuple(tuple(stroke) for stroke in strokes if len(stroke) > 1)


def _moved(command: str, here: Point, first: float, numbers: Iterator[str]) -> Point:
    x, y = first, float(next(numbers))
    return (here[0] + x, here[1] + y) if command.islower() else (x, y)


def _drawn(command: str, here: Point, first: float, numbers: Iterator[str]) -> Iterator[Point]:
    x, y = here if command.islower() else (0.0, 0.0)
    if command in "Hh":
        yield x + first, here[1]
    elif command in "Vv":
        yield here[0], y + first
    elif command in "Ll":
        yield x + first, y + float(next(numbers))
    elif command in "Aa":
        _, _, large, sweep, a, b = (float(next(numbers)) for _ in range(6))
        yield from _arc(here, (x + a, y + b), first, large=bool(large), sweep=bool(sweep))
    else:
        rest = [float(next(numbers)) for _ in range(5)]
        a, b, c = np.array([[first, rest[0]], rest[1:3], rest[3:5]]) + np.array([x, y])
        for t in _BENDS:
            s = 1 - t
            spot = s**3 * np.array(here) + 3 * s * s * t * a + 3 * s * t * t * b + t**3 * c
            yield float(spot[0]), float(spot[1])


def _arc(a: Point, b: Point, radius: float, *, large: bool, sweep: bool) -> Iterator[Point]:
    """Yield points of a circular arc (SVG 2, B.2.4, for equal radii)."""
    start, end = complex(*a), complex(*b)
    half = abs(end - start) / 2
    radius = max(radius, half)
    rise = (radius**2 - half**2) ** 0.5
    side = 1 if large != sweep else -1
    centre = (start + end) / 2 - side * 1j * (end - start) / (2 * half) * rise * -1
    first = np.angle(start - centre)
    turn = (np.angle(end - centre) - first) % (2 * np.pi)
    turn = turn if sweep else turn - 2 * np.pi
    for share in _BENDS:
        spot = centre + radius * np.exp(1j * (first + turn * share))
        yield float(spot.real), float(spot.imag)


_SHAPES: dict[Outline, list[Point]] = {
    "circle": [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 25)],
    "diamond": [(0, -1.12), (1.12, 0), (0, 1.12), (-1.12, 0), (0, -1.12)],
    "square": [(-0.92, -0.92), (0.92, -0.92), (0.92, 0.92), (-0.92, 0.92), (-0.92, -0.92)],
    "hexagon": [
        (float(1.05 * np.cos(a)), float(1.05 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 7)
    ],
}


def icon(pen: Pen, category: str, name: str, x: float, y: float, radius: float) -> str:
    """Return the icon of a category, drawn at (x, y) mm; `name` makes its unevenness its own."""
    style = CATEGORIES[category]
    outline = [(x + radius * a, y + radius * b) for a, b in _SHAPES[style.outline]]
    dx, dy = pen.sway(f"{name}x", radius * 0.12), pen.sway(f"{name}y", radius * 0.12)
    wash = pen.line([(a + dx, b + dy) for a, b in outline], f"{name}wash", waver=radius * 0.03)
    edge = pen.line(outline, f"{name}edge", waver=radius * 0.035)
    scale = radius * 1.28 / BOX
    ink = "".join(
        _sketched(pen, [(x + (a - BOX / 2) * scale, y + (b - BOX / 2) * scale) for a, b in stroke])
        for stroke in strokes_of(style.sign)
    )
    thin = f"{radius * 0.085:.2f}"
    return (
        f'<path d="{edge}" fill="#FFFBF0"/>'
        f'<path d="{wash}" fill="{style.colour}" fill-opacity=".92"/>'
        f'<path d="{edge}" fill="none" stroke="#3A2A20" stroke-width="{thin}"/>'
        f'<path d="{ink}" fill="none" stroke="#FFF8EA" stroke-width="{radius * 0.125:.2f}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _sketched(pen: Pen, points: list[Point]) -> str:
    """Return a stroke of a sign: too small to waver, its corners a hair off."""
    size = 0.025
    moved = [
        (x + pen.sway(f"{i}{x:.2f}", size), y + pen.sway(f"{i}{y:.2f}", size))
        for i, (x, y) in enumerate(points)
    ]
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in moved)
