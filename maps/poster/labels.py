"""Where icons and names stand on a poster: none over another, each tied to its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Box = tuple[float, float, float, float]
_ICON_STEPS = (0.0, 0.9, 1.5, 2.1, 2.8, 3.6, 4.6, 5.8, 7.2, 9.0)
_REACHES = (0.4, 1.6, 3.2, 5.5, 8.5, 12.0, 16.0, 21.0, 27.0, 34.0)
_TURNS = 16
_WIDE, _NARROW, _HAN = 1.0, 0.55, 0x2E7F
LINE = 1.22
"""Height of a line of lettering, by its size."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name in lines, of a size in mm."""

    lines: tuple[str, ...]
    size: float

    @property
    def width(self) -> float:
        """About how wide it is, mm."""
        return max(text_width(line, self.size) for line in self.lines)

    @property
    def height(self) -> float:
        """How high it is, mm."""
        return self.size * LINE * len(self.lines)


@dataclass(frozen=True, slots=True)
class Spot:
    """A site on the paper: its true place, its icon, and the box of its name (None: no room)."""

    at: tuple[float, float]
    icon: tuple[float, float]
    box: Box | None


@dataclass(slots=True)
class Room:
    """The free room of a panel.

    `bounds` is the panel in mm; nothing taken is ever covered.
    """

    bounds: Box
    boxes: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Keep a box free of anything else."""
        self.boxes.append(box)

    def free(self, box: Box) -> bool:
        """Return whether a box lies in the panel and covers nothing taken."""
        x0, y0, x1, y1 = self.bounds
        if box[0] < x0 or box[1] < y0 or box[2] > x1 or box[3] > y1:
            return False
        if not self.boxes:
            return True
        a = np.array(self.boxes)
        hit = (box[2] > a[:, 0]) & (a[:, 2] > box[0]) & (box[3] > a[:, 1]) & (a[:, 3] > box[1])
        return not bool(hit.any())

    def covered(self, a: tuple[float, float], b: tuple[float, float], own: Sequence[Box]) -> int:
        """Return how many taken boxes the straight line from a to b runs over, its own apart."""
        line = np.linspace(a, b, 24)
        boxes = [box for box in self.boxes if box not in own]
        return sum(bool(_inside(line, box)) for box in boxes)


def _inside(line: np.ndarray[tuple[int, ...], np.dtype[np.float64]], box: Box) -> bool:
    x, y = line[:, 0], line[:, 1]
    return bool(((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).any())


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is, in the unit of `size`: Han characters are square."""
    return size * sum(_WIDE if ord(letter) > _HAN else _NARROW for letter in text)


def wrapped(name: str, *, han: int = 9, latin: int = 22) -> tuple[str, ...]:
    """Return a name in lines of about equal length: Han anywhere, Latin at blanks."""
    if any(ord(letter) > _HAN for letter in name):
        count = -(-len(name) // han)
        size = -(-len(name) // count)
        return tuple(name[i : i + size] for i in range(0, len(name), size))
    lines, least = [""], len(name) / max(1, -(-len(name) // latin))
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) > least + len(word) / 2:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)


def arrange(
    places: Sequence[tuple[float, float]],
    labels: Sequence[Label],
    room: Room,
    *,
    radii: Sequence[float],
) -> list[Spot]:
    """Return where icons and names go, the most crowded places first.

    Parameters
    ----------
    places
        True places, mm.
    labels
        The name of each.
    room
        The panel; what is placed is taken from it.
    radii
        Of each icon, with what is drawn around it, mm.
    """
    icons = _icons(places, room, radii)
    spots: dict[int, Box | None] = {}
    for index in _crowded_first(icons):
        spots[index] = _name(icons[index], labels[index], room, radii[index])
    return [Spot(place, icons[i], spots[i]) for i, place in enumerate(places)]


def _crowded_first(points: Sequence[tuple[float, float]]) -> list[int]:
    array = np.array(points).reshape(-1, 2)
    gaps = np.hypot(*(array[:, None] - array[None]).transpose(2, 0, 1))
    crowd = (1 / (1 + gaps) ** 2).sum(axis=1) if len(array) else np.array([])
    return sorted(range(len(points)), key=lambda i: (-round(float(crowd[i]), 6), i))


def _turns() -> list[float]:
    """Return the directions to try: right, left, below, above, then between."""
    whole = [2 * np.pi * i / _TURNS for i in range(_TURNS)]
    return sorted(whole, key=lambda a: (round(abs(np.sin(2 * a)), 3), round(-np.cos(a), 3), a))


def _icons(
    places: Sequence[tuple[float, float]], room: Room, radii: Sequence[float]
) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for (x, y), radius in zip(places, radii, strict=True):
        tries = [(x + r * np.cos(a), y + r * np.sin(a)) for r in _ICON_STEPS for a in _turns()]
        spot = next((one for one in tries if room.free(_around(one, radius))), (x, y))
        found.append((float(spot[0]), float(spot[1])))
        room.take(_around(found[-1], radius))
    return found


def _around(spot: tuple[float, float], radius: float) -> Box:
    x, y = float(spot[0]), float(spot[1])
    return x - radius, y - radius, x + radius, y + radius


def _name(icon: tuple[float, float], label: Label, room: Room, radius: float) -> Box | None:
    wide, high = label.width, label.height
    best: tuple[float, Box] | None = None
    for reach in _REACHES:
        if best and best[0] < reach:
            break
        for turn in _turns():
            along = radius + reach
            x = icon[0] + np.cos(turn) * (along + wide / 2)
            y = icon[1] + np.sin(turn) * (along + high / 2)
            box = (
                float(x - wide / 2),
                float(y - high / 2),
                float(x + wide / 2),
                float(y + high / 2),
            )
            if not room.free(box):
                continue
            crossed = room.covered(icon, (float(x), float(y)), [_around(icon, radius)])
            cost = reach + 9 * crossed
            if best is None or cost < best[0]:
                best = (cost, box)
    if best is None:
        return None
    room.take(best[1])
    return best[1]
