"""The forms an itinerary is given in: one table, for the API, the pages and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from geo.exchange import to_csv, to_document, to_geojson, to_gpx, to_ics, to_kml
from geo.messages import Messages
from geo.models import Itinerary

from .errors import NotAcceptableError
from .state import AppState

Render = Callable[[Itinerary, Messages, AppState], str | bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name in `f=`, its media type, whether a browser saves it, how it is made."""

    name: str
    media_type: str
    render: Render
    saved: bool = True


def json_text(document: object) -> str:
    """Return a document as JSON: compact, in UTF-8, no NaN."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _page(itinerary: Itinerary, messages: Messages, state: AppState) -> str:
    from .mapping import itinerary_file  # noqa: PLC0415 - folium, only when a map is wanted

    return itinerary_file(itinerary, messages, state)


def _pdf(itinerary: Itinerary, messages: Messages, state: AppState) -> bytes:
    from maps.pack.day import tour_pdf  # noqa: PLC0415 - Typst, only when a PDF is wanted

    from .drawings import itinerary_svg  # noqa: PLC0415 - as above

    drawing, _ = itinerary_svg(state, itinerary, messages)
    return tour_pdf(itinerary, drawing, messages)


_FORMS = (
    Form("json", "application/json", lambda i, _m, _s: json_text(to_document(i)), saved=False),
    Form(
        "geojson", "application/geo+json", lambda i, m, _s: json_text(to_geojson(i, m)), saved=False
    ),
    Form("gpx", "application/gpx+xml", lambda i, m, _s: to_gpx(i, m)),
    Form("kml", "application/vnd.google-earth.kml+xml", lambda i, m, _s: to_kml(i, m)),
    Form("ics", "text/calendar", lambda i, m, _s: to_ics(i, m, datetime.now(UTC))),
    Form("csv", "text/csv", lambda i, m, _s: to_csv(i, m)),
    Form("pdf", "application/pdf", _pdf),
    Form("html", "text/html", _page),
)
FORMS: Mapping[str, Form] = MappingProxyType({form.name: form for form in _FORMS})
DEFAULT = FORMS["json"]


def headers_of(form: Form, itinerary: Itinerary) -> dict[str, str]:
    """Return the headers that make a browser save a form under a telling name."""
    if not form.saved:
        return {}
    dates = [day.date.isoformat() for day in itinerary.days]
    last = dates[-1] if len(dates) > 1 else None
    words = ("red-trails", itinerary.route_id, dates[0], last)
    name = "-".join(word for word in words if word)
    return {"Content-Disposition": f'attachment; filename="{name}.{form.name}"'}


def accepted_form(header: str) -> Form:
    """Return the form an Accept header asks for (RFC 9110, 12.5.1).

    Of equal weights the one that stands first in our table; a browser's `text/html` is no wish
    for a saved map, so anything that also takes `*/*` gets JSON unless it names another form.

    Raises
    ------
    NotAcceptableError
        It names only forms we do not have.
    """
    if not header.strip():
        return DEFAULT
    weights = _weights(header)
    named = "*/*" not in weights
    offered = [form for form in _FORMS if named or form.name != "html"]
    best = max(offered, key=lambda form: _weight(form.media_type, weights))
    if _weight(best.media_type, weights) <= 0:
        raise NotAcceptableError(", ".join(form.media_type for form in _FORMS))
    return best


def _weights(header: str) -> dict[str, float]:
    weights = {}
    for part in header.split(","):
        media, *parameters = (item.strip().lower() for item in part.split(";"))
        weights[media] = next(map(_quality, (p for p in parameters if p.startswith("q="))), 1.0)
    return weights


def _quality(parameter: str) -> float:
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0


def _weight(media_type: str, weights: Mapping[str, float]) -> float:
    """Return the weight of a media type: the most specific range that covers it decides."""
    main = media_type.partition("/")[0]
    for covering in (media_type, f"{main}/*", "*/*"):
        if covering in weights:
            return weights[covering]
    return 0.0
