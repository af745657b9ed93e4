"""What makes a drawn map a poster: paper, frame, title, ribbons, a compass rose, a boat."""

from __future__ import annotations

import numpy as np
import shapely

from geo.messages import Messages
from maps.style import RED

from .labels import Box, Label
from .panel import INK, lettering
from .pen import Pen

WIDTH_MM, HEIGHT_MM = POSTER_MM = (420.0, 297.0)
"""A3, on its side."""

PAPER = "#F6ECD2"


def _frame(gap: float) -> list[tuple[float, float]]:
    x1, y1 = WIDTH_MM - gap, HEIGHT_MM - gap
    return [(gap, gap), (x1, gap), (x1, y1), (gap, y1), (gap, gap)]


def paper(pen: Pen) -> str:
    """Return the sheet: paper with its grain, and the red frame around everything."""
    sheet = shapely.box(0, 0, WIDTH_MM, HEIGHT_MM)
    grain = "".join(
        f"M{x:.1f} {y:.1f}h{0.5 + abs(pen.sway(f'{x:.1f}', 0.8)):.1f}"
        for x, y in pen.scatter(sheet, "grain", apart=6.0)
    )
    return (
        f'<path d="M0 0H{WIDTH_MM:g}V{HEIGHT_MM:g}H0Z" fill="{PAPER}"/>'
        f'<path d="{grain}" fill="none" stroke="#C9B48A" stroke-width=".12" stroke-opacity=".6"/>'
        f'<path d="{pen.line(_frame(5.0), "sheet", waver=0.3)}" fill="none" stroke="{RED}" '
        'stroke-width="1.3"/>'
        f'<path d="{pen.line(_frame(6.8), "sheet inside", waver=0.3)}" '
        f'fill="none" stroke="{RED}" stroke-width=".4"/>'
    )


def ribbon_box(words: str, box: Box) -> Box:
    """Return the room that a ribbon with words takes in the corner of a box."""
    wide = Label((words,), 4.6).width
    return box[0], box[1], box[0] + wide + 15, box[1] + 13


def ribbon(pen: Pen, words: str, box: Box) -> str:
    """Return a ribbon with words in the corner of a box."""
    x0, y0, x1, y1 = ribbon_box(words, box)
    left, top, right, low = x0 + 3, y0 + 3, x1 - 3, y1 - 2
    notch = (right - 2.4, (top + low) / 2)
    shape = [(left, top), (right, top), notch, (right, low), (left, low), (left, top)]
    path = pen.line(shape, f"ribbon{words}", waver=0.12)
    inside = [(left + 0.9, top + 0.9), (right - 3.2, top + 0.9)]
    fine = pen.line(inside, f"fine{words}", waver=0.08)
    return (
        f'<path d="{path}" fill="{RED}" stroke="{INK}" stroke-width=".45"/>'
        f'<path d="{fine}" fill="none" stroke="#F7D9A8" stroke-width=".25"/>'
        + lettering(words, left + 3, low - 2.2, 4.6, colour="#FFF4DC", bold=True, rim=RED)
    )


def title(pen: Pen, messages: Messages, box: Box) -> str:
    """Return the title of the poster, letter by letter, before the rays of a sunrise."""
    x0, y0, x1, y1 = box
    title = messages("poster.title")
    size = 20.0 if messages.lang == "zh" else 12.5
    middle, base = (x0 + x1) / 2, y0 + 25.0
    wide = Label((title,), size).width
    rays = "".join(
        f"M{middle + 24 * np.cos(a):.2f} {base + 22 - 24 * np.sin(a):.2f}"
        f"L{middle + long * np.cos(a):.2f} {base + 22 - long / 2 * np.sin(a):.2f}"
        for a, long in zip(np.linspace(0.12, np.pi - 0.12, 34), (92, 98) * 17, strict=True)
    )
    letters, x = [], middle - wide / 2
    for rank, sign in enumerate(title):
        step = Label((sign,), size).width
        turn, lift = pen.sway(f"turn{rank}", 3.0), pen.sway(f"lift{rank}", 0.9)
        spot = f"translate({x + step / 2:.2f} {base + lift:.2f}) rotate({turn:.1f})"
        drawn = lettering(sign, 0.9, 0.9, size, anchor="middle", colour="#E2B061", bold=True)
        front = lettering(sign, 0, 0, size, anchor="middle", colour=RED, bold=True, rim="none")
        letters.append(f'<g transform="{spot}">{drawn}{front}</g>')
        x += step
    below = messages("poster.subtitle")
    return (
        f'<path d="{rays}" fill="none" stroke="#E2B061" stroke-width=".5" stroke-opacity=".75" '
        f'stroke-linecap="round"/>{"".join(letters)}'
        + lettering(below, middle, y1 - 3.2, 4.4, anchor="middle", rim=PAPER)
    )


def compass(pen: Pen, x: float, y: float) -> str:
    """Return a compass rose around a spot; north is up."""
    points = []
    for rank, angle in enumerate(np.linspace(-np.pi / 2, 1.5 * np.pi, 17)):
        reach = (15.0, 3.6, 9.0, 3.6)[rank % 4]
        points.append((x + reach * np.cos(angle), y + reach * np.sin(angle)))
    ring = shapely.Point(x, y).buffer(10.5).exterior
    star = pen.line(points, "compass", waver=0.05)
    circle = pen.line(np.asarray(ring.coords), "compass ring", waver=0.15)
    half = pen.line([(x, y - 15), (x + 2.5, y - 2.5), (x, y), (x, y - 15)], "needle", waver=0.04)
    return (
        f'<path d="{circle}" fill="none" stroke="{INK}" stroke-width=".3"/>'
        f'<path d="{star}" fill="#FBF2D9" stroke="{INK}" stroke-width=".35"/>'
        f'<path d="{half}" fill="{RED}" stroke="{INK}" stroke-width=".25"/>'
        + lettering("N", x, y - 16.5, 4.2, anchor="middle", bold=True, rim="none")
    )


def boat(pen: Pen, x: float, y: float) -> str:
    """Return a sailing boat on a spot of water."""
    hull = [(x - 7, y), (x + 7.5, y), (x + 5, y + 3.2), (x - 5, y + 3.2), (x - 7, y)]
    sail = [(x - 0.4, y - 11), (x - 0.4, y - 1), (x - 6.5, y - 1), (x - 0.4, y - 11)]
    jib = [(x + 0.6, y - 9), (x + 5.6, y - 1), (x + 0.6, y - 1), (x + 0.6, y - 9)]
    hatching = pen.hatch(shapely.Polygon(sail), "sail", angle=-60, gap=0.9, waver=0.05)
    waves = f"M{x - 10} {y + 4.6}q1.6-1.4 3.2 0t3.2 0t3.2 0t3.2 0t3.2 0t3.2 0"
    return (
        f'<path d="{pen.line(hull, "hull", waver=0.08)}" fill="{RED}" stroke="{INK}" '
        'stroke-width=".35"/>'
        f'<path d="{pen.line(sail, "sail", waver=0.08)}" fill="#FFF8EA" stroke="{INK}" '
        'stroke-width=".35"/>'
        f'<path d="{pen.line(jib, "jib", waver=0.08)}" fill="#F3D59C" stroke="{INK}" '
        'stroke-width=".35"/>'
        f'<path d="{hatching}" stroke="#C79A7A" stroke-width=".18" fill="none"/>'
        f'<path d="{waves}" fill="none" stroke="#3F7781" stroke-width=".4"/>'
    )
