"""Sites on a map: what the site layer draws, and its legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TypeAlias

import geopandas as gpd

from geo.messages import Messages, name_in
from geo.models import Site

from .options import MapOptions
from .plugins.data import JsonData
from .popups import SiteLike, is_area, site_popup, text_of
from .shapes import Datum, pack_point
from .style import CATEGORIES, OUTLINES, RED, CategoryStyle

SitesLike: TypeAlias = "gpd.GeoDataFrame | Sequence[Site]"
"""Sites as a frame (columns of `geo.schema`, index = id) or as values."""


def site_rows(sites: SitesLike) -> list[SiteLike]:
    """Return sites as values with the attributes of `SiteLike`, in the order given."""
    if not isinstance(sites, gpd.GeoDataFrame):
        return list(sites)
    columns = [column for column in sites.columns if column not in {"geometry", "lon", "lat"}]
    records = sites[columns].to_dict("records")
    return [
        SimpleNamespace(**{**record, "id": str(key), "lon": spot.x, "lat": spot.y})
        for key, spot, record in zip(sites.index, sites.geometry, records, strict=True)
    ]


def drawn(style: CategoryStyle) -> dict[str, JsonData]:
    """Return a category's style as the scripts take it."""
    return {"colour": style.colour, "outline": OUTLINES[style.outline], "sign": style.sign}


def plain(colour: str = RED) -> dict[str, JsonData]:
    """Return the style of a badge that carries a number."""
    return {"colour": colour, "outline": OUTLINES["circle"], "sign": ""}


def site_data(
    rows: Sequence[SiteLike],
    messages: Messages,
    *,
    options: MapOptions,
    datum: Datum,
    districts: Sequence[str] = (),
) -> Mapping[str, JsonData]:
    """Return what the site layer draws; a site names its district by the rank in `districts`."""
    ranks = {name: rank for rank, name in enumerate(districts)}
    return {
        "cluster": options.cluster,
        "texts": {"cluster": messages("map.cluster", count="{count}")},
        "styles": {name: drawn(style) for name, style in CATEGORIES.items()},
        "sites": [
            {**_site(row, messages, options, datum), "district": ranks.get(row.district, -1)}
            for row in rows
        ],
    }


def _site(
    row: SiteLike, messages: Messages, options: MapOptions, datum: Datum
) -> dict[str, JsonData]:
    return {
        "id": row.id,
        "at": pack_point(row.lon, row.lat, datum),
        "category": row.category,
        "radius": round(row.accuracy_m) if is_area(row.accuracy_m) else 0,
        "label": site_label(row, messages),
        "popup": site_popup(row, messages, options),
    }


def site_label(row: SiteLike, messages: Messages) -> str:
    """Return what a screen reader says of a site's badge."""
    values = {
        "name": name_in(messages.lang, text_of(row.name_zh), text_of(row.name_en)),
        "category": messages(f"category.{row.category}"),
    }
    return messages("map.label.area" if is_area(row.accuracy_m) else "map.label.site", **values)


def legend_data(rows: Sequence[SiteLike], messages: Messages) -> Mapping[str, JsonData]:
    """Return the legend of the overview: each category held, with its count, as a switch."""
    counts = Counter(row.category for row in rows)
    categories = [
        {
            "category": name,
            "text": messages(f"category.{name}"),
            "count": counts[name],
            "style": drawn(style),
        }
        for name, style in CATEGORIES.items()
        if counts[name]
    ]
    area = {"text": messages("map.legend.area"), "style": plain(), "area": True}
    return {
        "title": messages("map.legend.title"),
        "sections": [{"title": "", "rows": categories}, {"title": "", "rows": [area]}],
    }
