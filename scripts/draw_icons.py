"""Draw the icons of the installable pages from the sign of the project, `logo.svg`.

python scripts/draw_icons.py FOLDER

A maskable icon is cut by the phone to its own outline, so its ground fills the square and the sign
keeps to the inner 80 % (W3C, Web Application Manifest, "Icon masks").
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from maps.printing import printed

LOGO = Path(__file__).resolve().parents[1] / "api" / "web" / "static" / "logo.svg"
SIDE_MM = 64.0
INCH_MM = 25.4
GROUND = re.compile(r"<rect [^>]*/>\n")
WHOLE = '<rect width="64" height="64" fill="#B3261E"/>\n'
SIZES = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-mask.png": (512, True)}


def drawing(*, maskable: bool) -> str:
    """Return the sign as SVG; maskable: on a ground without corners, shrunk to what is kept."""
    svg = LOGO.read_text(encoding="utf-8")
    if not maskable:
        return svg
    head, sign = GROUND.split(svg)
    inner = sign.removesuffix("</svg>\n")
    return f'{head}{WHOLE}<g transform="translate(8.3 8.3) scale(.74)">{inner}</g></svg>\n'


def icons() -> dict[str, bytes]:
    """Return every icon by its file name."""
    return {
        name: printed(
            drawing(maskable=maskable),
            "png",
            title="Red Trails",
            wide_mm=SIDE_MM,
            high_mm=SIDE_MM,
            ppi=pixels * INCH_MM / SIDE_MM,
        )
        for name, (pixels, maskable) in SIZES.items()
    }


if __name__ == "__main__":
    for file_name, content in icons().items():
        (Path(sys.argv[1]) / file_name).write_bytes(content)
