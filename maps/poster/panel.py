"""A panel of the poster: sea, coast, land, roads, drawn by hand in its own frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from maps.land import ROAD_CLASSES
from maps.style import RED

from .labels import LINE, Box, Label, Room, Spot, text_width
from .pen import Pen, outlines

INK = "#3A2A20"
SEA, LAND, FAR = "#BFD9D6", "#FBF2D9", "#EFE5C9"
WASHES = ("#E9B872", "#DDA98F", "#B9C58B", "#E4CE86", "#C9B6A0")
_ROADS = (  # width of edge and of fill (mm) and colour, by rank of ROAD_CLASSES
    (1.25, 0.8, "#E0A04F"),
    (1.1, 0.7, "#E8B56C"),
    (0.95, 0.6, "#F3D59C"),
    (0.7, 0.4, "#FFF7E0"),
    (0.6, 0.32, "#FFF7E0"),
    (0.5, 0.26, "#FFF7E0"),
    (0.0, 0.3, "#C79A7A"),
)
_THIN_MM = 0.35
RING_MM = 0.75
"""How far outside an icon the ring of an uncertain position runs."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """What lies under a poster, in metres of EPSG:4549.

    `districts` are (name, outline) pairs; `roads` has `highway` and geometry.
    """

    land: BaseGeometry
    neighbours: BaseGeometry
    districts: tuple[tuple[str, BaseGeometry], ...]
    roads: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class Window:
    """A window on the ground and where it stands on the sheet.

    Parameters
    ----------
    bounds
        (west, south, east, north) that must be seen, metres of EPSG:4549.
    box
        (x0, y0, x1, y1) on the sheet, mm.
    least_rank
        The least class of road drawn, a rank of `ROAD_CLASSES`.
    """

    name: str
    bounds: Box
    box: Box
    least_rank: int

    @property
    def m_per_mm(self) -> float:
        """Metres on the ground under one millimetre of paper."""
        west, south, east, north = self.bounds
        x0, y0, x1, y1 = self.box
        return max((east - west) / (x1 - x0), (north - south) / (y1 - y0))

    @property
    def _origin(self) -> tuple[float, float]:
        west, south, east, north = self.bounds
        x0, y0, x1, y1 = self.box
        scale = self.m_per_mm
        return (
            (west + east) / 2 - scale * (x0 + x1) / 2,
            (south + north) / 2 + scale * (y0 + y1) / 2,
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a position in millimetres on the sheet."""
        east, north = self._origin
        return (x - east) / self.m_per_mm, (north - y) / self.m_per_mm

    def holds(self, x: float, y: float) -> bool:
        """Return whether a position (metres) is seen in the window."""
        a, b = self.at(x, y)
        x0, y0, x1, y1 = self.box
        return x0 < a < x1 and y0 < b < y1

    def on_paper(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in millimetres on the sheet, cut a little outside the panel."""
        scale = 1 / self.m_per_mm
        east, north = self._origin
        drawn = affinity.affine_transform(
            geometry, [scale, 0, 0, -scale, -east * scale, north * scale]
        )
        x0, y0, x1, y1 = self.box
        return shapely.clip_by_rect(drawn, x0 - 5, y0 - 5, x1 + 5, y1 + 5)


@dataclass(slots=True)
class Panel:
    """A panel under construction."""

    window: Window
    pen: Pen
    parts: list[str] = field(default_factory=list)

    def path(self, path: str, **style: object) -> None:
        """Draw a path."""
        if path:
            self.parts.append(f'<path d="{path}"{attributes(style)}/>')

    def ink(self, path: str, width: float, colour: str = INK, **style: object) -> None:
        """Draw a path as a stroke of the pen."""
        rounded = {"stroke_linecap": "round", "stroke_linejoin": "round"}
        self.path(path, fill="none", stroke=colour, stroke_width=f"{width:.2f}", **rounded, **style)

    def draw_ground(self, ground: Land) -> None:
        """Draw sea, coast, land and roads."""
        self._draw_sea(ground)
        self._draw_land(ground)
        self._draw_roads(ground.roads)

    def _draw_sea(self, ground: Land) -> None:
        x0, y0, x1, y1 = self.window.box
        self.path(f"M{x0} {y0}H{x1}V{y1}H{x0}Z", fill=SEA)
        land = self._shore(ground)
        dry = shapely.buffer(land, 6.5)
        water = shapely.difference(shapely.box(x0, y0, x1, y1), dry)
        waves = "".join(
            f"M{x - 2.2:.2f} {y:.2f}q1.1-1.3 2.2 0q1.1 1.3 2.2 0"
            for x, y in self.pen.scatter(water, "waves", apart=9.5)
        )
        self.ink(waves, 0.28, "#5E9199", stroke_opacity="0.75")
        for rank, (reach, width, opacity) in enumerate(
            ((0.9, 0.4, 0.8), (2.1, 0.3, 0.6), (3.6, 0.22, 0.45), (5.4, 0.18, 0.35))
        ):
            ring = shapely.simplify(shapely.buffer(land, reach).boundary, 0.25)
            lines = self.pen.geometry(ring, f"water{rank}", waver=0.3)
            self.ink(lines, width, "#4F8791", stroke_opacity=str(opacity))

    def _shore(self, ground: Land) -> BaseGeometry:
        land = shapely.union_all(
            [self.window.on_paper(ground.land), self.window.on_paper(ground.neighbours)]
        )
        return shapely.simplify(land, _THIN_MM)

    def _draw_land(self, ground: Land) -> None:
        coast = self.pen.geometry(self._shore(ground), "coast")
        self.path(coast, fill=FAR, fill_rule="evenodd")
        own = shapely.simplify(self.window.on_paper(ground.land), _THIN_MM)
        self.path(self.pen.geometry(own, "land"), fill=LAND, fill_rule="evenodd")
        for rank, (name, outline) in enumerate(ground.districts):
            area = shapely.simplify(self.window.on_paper(outline), _THIN_MM)
            wash = WASHES[rank % len(WASHES)]
            self.path(
                self.pen.geometry(area, f"wash{name}"),
                fill=wash,
                fill_opacity="0.28",
                fill_rule="evenodd",
            )
            strokes = self.pen.hatch(
                shapely.buffer(area, -0.7), name, angle=20 + 37 * rank, gap=1.7
            )
            self.ink(strokes, 0.16, wash, stroke_opacity="0.8")
            edge = self.pen.geometry(area.boundary, f"edge{name}", waver=0.15)
            self.ink(edge, 0.28, RED, stroke_opacity="0.45", stroke_dasharray="1.8 1.1 0.3 1.1")
        self.ink(coast, 0.5)
        self.ink(self.pen.geometry(self._shore(ground), "coast again", waver=0.3), 0.22)

    def _draw_roads(self, roads: gpd.GeoDataFrame) -> None:
        layers = []
        for rank in range(self.window.least_rank + 1):
            near = roads.geometry[roads["highway"].isin(ROAD_CLASSES[rank])]
            if not len(near):
                continue
            lines = [self.window.on_paper(line) for line in near]
            merged = shapely.simplify(shapely.line_merge(shapely.union_all(lines)), _THIN_MM)
            layers.append((rank, self.pen.geometry(merged, f"road{rank}", waver=0.13)))
        for rank, path in reversed(layers):
            if _ROADS[rank][0]:
                self.ink(path, _ROADS[rank][0], "#8A6239", stroke_opacity="0.85")
        for rank, path in reversed(layers):
            _, width, colour = _ROADS[rank]
            self.ink(path, width, colour)

    def tie(self, spot: Spot, *, radius: float, ring: bool) -> None:
        """Draw what ties an icon to its true place and to its name, where they stand apart."""
        (x, y), (a, b) = spot.at, spot.icon
        if np.hypot(x - a, y - b) > radius * 0.6:
            self.ink(f"M{x:.2f} {y:.2f}L{a:.2f} {b:.2f}", 0.25)
            self.parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.55" fill="{INK}"/>')
        if ring:
            circle = shapely.Point(a, b).buffer(radius + RING_MM).exterior
            path = self.pen.line(np.asarray(circle.coords), f"ring{a:.1f}", waver=0.06)
            self.ink(path, 0.3, RED, stroke_dasharray="0.9 0.8")
        if spot.box is None:
            return
        x0, y0, x1, y1 = spot.box
        near = min(max(a, x0), x1), min(max(b, y0), y1)
        if np.hypot(near[0] - a, near[1] - b) > radius + 1.4:
            line = f"M{a:.2f} {b:.2f}L{near[0]:.2f} {near[1]:.2f}"
            self.ink(line, 0.2, stroke_dasharray="0.8 0.6")

    def name(self, spot: Spot, label: Label) -> None:
        """Write a name in its box, towards its icon."""
        if spot.box is None:
            return
        x0, y0, x1, _ = spot.box
        a = spot.icon[0]
        left = x0 if x0 > a else x1 if x1 < a else (x0 + x1) / 2
        anchor = "start" if x0 > a else "end" if x1 < a else "middle"
        for rank, line in enumerate(label.lines):
            base = y0 + label.size * (LINE * (rank + 0.5) + 0.36)
            self.parts.append(lettering(line, left, base, label.size, anchor=anchor))

    def name_roads(self, roads: gpd.GeoDataFrame, lang: str, room: Room, size: float) -> None:
        """Write the names of roads along them, the more important first, where there is room."""
        for rank in range(self.window.least_rank + 1):
            near = roads[roads["highway"].isin(ROAD_CLASSES[rank])]
            for (zh, en), lines in near.groupby(["name_zh", "name_en"], sort=True).geometry:
                name = zh if lang == "zh" else en
                drawn = [self.window.on_paper(line) for line in lines]
                if name and (spot := _straight(drawn, text_width(name, size) + 4)):
                    self._name_road(name, spot, room, size)

    def _name_road(
        self, name: str, spot: tuple[float, float, float], room: Room, size: float
    ) -> None:
        x, y, turn = spot
        half = text_width(name, size) / 2 + 0.5
        dx, dy = abs(half * np.cos(turn)) + size * 0.5, abs(half * np.sin(turn)) + size * 0.5
        box = (float(x - dx), float(y - dy), float(x + dx), float(y + dy))
        if room.free(box):
            room.take(box)
            move = f"translate({x:.2f} {y:.2f}) rotate({np.degrees(turn):.1f})"
            words = lettering(name, 0, size * 0.36, size, anchor="middle", colour="#8A6239")
            self.parts.append(f'<g transform="{move}">{words}</g>')

    def write_wide(
        self, name: str, at: tuple[float, float], size: float, colour: str, room: Room
    ) -> None:
        """Write the name of a district or a sea near a spot, where there is room."""
        x, y = at
        wide, high = text_width(name, size) + size * 0.3 * len(name), size * 1.1
        for reach in range(0, 13, 2):
            for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
                a, b = x + reach * np.cos(turn), y + reach * np.sin(turn)
                west, top = float(a - wide / 2), float(b - high / 2)
                box = (west, top, west + wide, top + high)
                if room.free(box):
                    room.take(box)
                    style = {"letter_spacing": f"{size * 0.3:.2f}", "fill_opacity": "0.8"}
                    place = {"x": f"{a:.2f}", "y": f"{b + size * 0.36:.2f}", "font_size": size}
                    look = {"text_anchor": "middle", "fill": colour, **style}
                    self.parts.append(f"<text{attributes({**place, **look})}>{escape(name)}</text>")
                    return

    def mark(self, window: Window, words: str, room: Room) -> None:
        """Draw the frame of a close-up and write where it is found."""
        west, south, east, north = window.bounds
        (x0, y1), (x1, y0) = self.window.at(west, south), self.window.at(east, north)
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
        path = self.pen.line(corners, f"mark{window.name}", waver=0.12)
        self.path(path, fill=RED, fill_opacity="0.14")
        self.ink(path, 0.55, RED)
        room.take((x0 - 0.6, y0 - 0.6, x1 + 0.6, y1 + 0.6))
        label = Label((words,), 2.7)
        wide, high = label.width, label.height
        left = x0 - x1 - wide
        beside = [(left - 4, -1.0), (left - 7, -5.0), (1.5, 2.0), (1.5, -high - 2.0)]
        for dx, dy in [*beside, (-wide - 4, 3.0), (4, 6), (6, 10), (8, 15)]:
            box = (x1 + dx, y1 + dy, x1 + dx + wide, y1 + dy + high)
            if room.free(box):
                room.take(box)
                start = (x0, box[2]) if box[2] < x0 else (x1, box[0])
                height = box[1] + high / 2
                self.ink(f"M{start[0]:.2f} {y1 - 0.5:.2f}L{start[1]:.2f} {height:.2f}", 0.3, RED)
                base = box[1] + high * 0.8
                self.parts.append(lettering(words, box[0] + 0.5, base, 2.7, colour=RED, bold=True))
                return

    def render(self) -> str:
        """Return the panel, cut to its frame, with the frame drawn around it."""
        x0, y0, x1, y1 = self.window.box
        name = f"panel-{self.window.name}"
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
        frame = Panel(self.window, self.pen)
        frame.ink(self.pen.line(corners, f"{name}1", waver=0.18), 0.9)
        frame.ink(self.pen.line(corners, f"{name}2", waver=0.35), 0.25)
        return (
            f'<clipPath id="{name}"><path d="M{x0} {y0}H{x1}V{y1}H{x0}Z"/></clipPath>'
            f'<g clip-path="url(#{name})">{"".join(self.parts)}</g>{"".join(frame.parts)}'
        )


def _straight(lines: Sequence[BaseGeometry], least: float) -> tuple[float, float, float] | None:
    """Return middle and turn of the longest straight piece of lines, if it is long enough."""
    best: tuple[float, tuple[float, float, float]] | None = None
    for part in outlines(shapely.line_merge(shapely.union_all(shapely.simplify(lines, 0.8)))):
        corners = np.asarray(part.coords)
        for (a, b), (c, d) in pairwise(corners):
            length = float(np.hypot(c - a, d - b))
            if length > least and (best is None or length > best[0]):
                turn = float(np.arctan2(d - b, c - a))
                if abs(turn) > np.pi / 2:
                    turn -= float(np.copysign(np.pi, turn))
                best = length, ((a + c) / 2, (b + d) / 2, turn)
    return best[1] if best else None


def lettering(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
    rim: str = "#FFFBF0",
) -> str:
    """Return a line of text with a rim that keeps it legible; `bold` thickens the strokes."""
    common = {"x": f"{x:.2f}", "y": f"{y:.2f}", "font_size": f"{size:.2f}", "text_anchor": anchor}
    around = {"fill": rim, "stroke": rim, "stroke_width": f"{size * 0.34:.2f}"}
    weight = {"stroke": colour, "stroke_width": f"{size * 0.05:.2f}"} if bold else {}
    # The curly apostrophe of a CJK face is as wide as a character.
    words = escape(text.replace("’", "'"))
    back = attributes({**common, **around, "stroke_linejoin": "round"})
    front = attributes({**common, "fill": colour, **weight})
    return f"<text{back}>{words}</text><text{front}>{words}</text>"


def attributes(style: dict[str, object]) -> str:
    """Return attributes as markup, escaped."""
    return "".join(
        f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in style.items()
    )
