"""A sheet of map as SVG: metres of EPSG:4549 in, millimetres out, nothing that needs a program.

The same scale holds in both directions. Texts are text, so that a printed page can be searched;
every text passes `escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry.base import BaseGeometry

from .ground import Bounds

FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
POINTS_PER_MM = 72 / 25.4
_WIDE = 1.0
_NARROW = 0.56


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the ground and its size on paper, in millimetres."""

    bounds: Bounds
    width_mm: float
    height_mm: float

    @classmethod
    def around(
        cls,
        bounds: Bounds,
        width_mm: float,
        height_mm: float,
        *,
        margin_mm: float = 12.0,
        least_m: float = 400.0,
    ) -> Frame:
        """Return the frame that shows `bounds` as large as the paper allows.

        `least_m` is the least width and height on the ground: a single spot has none.
        """
        west, south, east, north = bounds
        wide, high = max(east - west, least_m), max(north - south, least_m)
        scale = max(wide / (width_mm - 2 * margin_mm), high / (height_mm - 2 * margin_mm))
        x, y = (west + east) / 2, (south + north) / 2
        dx, dy = scale * width_mm / 2, scale * height_mm / 2
        return cls((x - dx, y - dy, x + dx, y + dy), width_mm, height_mm)

    @property
    def m_per_mm(self) -> float:
        """Metres on the ground under one millimetre of paper."""
        return (self.bounds[2] - self.bounds[0]) / self.width_mm

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a position in millimetres from the upper left corner."""
        west, _, _, north = self.bounds
        return (x - west) / self.m_per_mm, (north - y) / self.m_per_mm


@dataclass(slots=True)
class Sheet:
    """An SVG under construction."""

    frame: Frame
    parts: list[str] = field(default_factory=list)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def path(self, geometry: BaseGeometry, **style: object) -> None:
        """Draw the lines and areas of a geometry in metres, cut to the frame."""
        west, south, east, north = self.frame.bounds
        rim = 4 * self.frame.m_per_mm
        cut = shapely.clip_by_rect(geometry, west - rim, south - rim, east + rim, north + rim)
        commands = "".join(self._commands(cut))
        if commands:
            self.parts.append(f'<path d="{commands}"{_attributes(style)}/>')

    def _commands(self, geometry: BaseGeometry) -> Iterable[str]:
        for part in shapely.get_parts(geometry):
            if part.geom_type == "GeometryCollection":
                yield from self._commands(part)
            elif part.geom_type == "Polygon":
                for ring in (part.exterior, *part.interiors):
                    yield self._line(ring.coords) + "Z"
            elif part.geom_type in {"LineString", "LinearRing"}:
                yield self._line(part.coords)

    def _line(self, coordinates: Iterable[Sequence[float]]) -> str:
        spots = [self.frame.at(x, y) for x, y, *_ in coordinates]
        return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in spots)

    def add(self, tag: str, text: str = "", **style: object) -> None:
        """Draw an element; positions in its attributes are millimetres."""
        inner = escape(text)
        self.parts.append(
            f"<{tag}{_attributes(style)}>{inner}</{tag}>"
            if text
            else f"<{tag}{_attributes(style)}/>"
        )

    def text(self, x: float, y: float, text: str, size: float, **style: object) -> None:
        """Write at (x, y) mm, `size` in mm, over a white rim that keeps it legible."""
        # The curly apostrophe of a CJK face is as wide as a character.
        text = text.replace("’", "'")
        common: dict[str, object] = {"x": f"{x:.2f}", "y": f"{y:.2f}", "font-size": f"{size:.2f}"}
        rim: dict[str, object] = {
            "fill": "#fff",
            "stroke": "#fff",
            "stroke-width": f"{size * 0.3:.2f}",
            "stroke-linejoin": "round",
        }
        anchor = {name: value for name, value in style.items() if name == "text-anchor"}
        # Two elements, not paint-order: with that, typesetters turn the words into outlines.
        self.add("text", text, **{**common, **rim, **anchor})
        self.add("text", text, **{**common, "fill": "#222", **style})

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether a box (x0, y0, x1, y1 in mm) lies on the sheet and covers nothing."""
        x0, y0, x1, y1 = box
        if x0 < 1 or y0 < 1 or x1 > self.frame.width_mm - 1 or y1 > self.frame.height_mm - 1:
            return False
        return all(x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0 for a0, b0, a1, b1 in self.taken)

    def take(self, box: tuple[float, float, float, float]) -> None:
        """Keep a box free of further lettering."""
        self.taken.append(box)

    def place(self, x: float, y: float, text: str, size: float, gap: float) -> bool:
        """Write beside (x, y) where there is room: right, left, above, below; or not at all."""
        wide, half = text_width(text, size), size / 2
        for left, middle in (
            (x + gap, y),
            (x - gap - wide, y),
            (x - wide / 2, y - gap - half),
            (x - wide / 2, y + gap + half),
            (x + gap * 0.7, y - gap),
            (x + gap * 0.7, y + gap),
            (x - gap * 0.7 - wide, y - gap),
            (x - gap * 0.7 - wide, y + gap),
        ):
            box = (left - 0.4, middle - half - 0.2, left + wide + 0.4, middle + half + 0.2)
            if self.free(box):
                self.take(box)
                self.text(left, middle + size * 0.36, text, size)
                return True
        return False

    def render(self, *, unit: float = POINTS_PER_MM) -> str:
        """Return the SVG; `unit` is the size of a unit of the sheet in CSS pixels or points."""
        wide, high = self.frame.width_mm, self.frame.height_mm
        body = "".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
            f'width="{wide * unit:.1f}" height="{high * unit:.1f}" '
            f"font-family={quoteattr(FONT)}>{body}</svg>"
        )


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is, in the unit of `size`: Han characters are square."""
    return size * sum(_WIDE if ord(letter) > 0x2E7F else _NARROW for letter in text)  # noqa: PLR2004


def _attributes(style: dict[str, object]) -> str:
    return "".join(
        f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in style.items()
    )
