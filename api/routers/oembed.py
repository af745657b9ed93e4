"""oEmbed: how another site shows a page of ours, given its address (oEmbed 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.deps import StateDep
from api.embedding import (
    CARD_SIZE,
    HIGH,
    WIDE,
    Frame,
    as_xml,
    fitted,
    frame_markup,
    frame_of_url,
)
from api.errors import UnknownFormError
from api.forgery import own_origins
from api.plan_keeping import replanned
from api.planning import ItineraryQuery, make_itinerary, plan_of_query
from api.state import AppState
from api.web.pages.plan_form import asked_of
from api.web.texts import Texts
from api.web.view import PageDep, address
from maps.pack import available

router = APIRouter(include_in_schema=False)

Side = Annotated[int | None, Query(ge=1, le=10_000)]
FORMS = ("json", "xml")
_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}


@router.get("/oembed")
def get_oembed(
    url: Annotated[str, Query(max_length=8000)],
    request: Request,
    page: PageDep,
    state: StateDep,
    maxwidth: Side = None,
    maxheight: Side = None,
    format: str = "json",  # noqa: A002 - what oEmbed calls it
) -> Response:
    """Answer with the frame of a page: its size, its markup, its card."""
    if format not in FORMS:
        raise UnknownFormError(", ".join(FORMS))
    frame = frame_of_url(url, own_origins(request, state.settings))
    lang = frame.query.get("lang") or page.texts.lang
    texts = Texts.for_lang("en" if lang == "en" else "zh")
    frame = Frame(frame.path, frame.card, {**frame.query, "lang": texts.lang})
    title = _title(frame, state, texts)
    size = fitted(maxwidth, WIDE), fitted(maxheight, HIGH)
    roomy = (maxwidth or CARD_SIZE[0], maxheight or CARD_SIZE[1])
    document = {
        **_rich(title, frame, page.origin(), size),
        "provider_name": texts("page.brand"),
        **(_thumbnail(frame, page.origin()) if _fits(roomy) else {}),
    }
    if format == "xml":
        return Response(as_xml(document), media_type="text/xml", headers=_HEADERS)
    return JSONResponse(document, headers=_HEADERS)


def _rich(title: str, frame: Frame, origin: str, size: tuple[int, int]) -> dict[str, Any]:
    src = origin + address(frame.path, frame.query)
    width, height = size
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_url": origin,
        "cache_age": 3600,
        "width": width,
        "height": height,
        "html": str(frame_markup(src, title, width=width, height=height)),
    }


def _fits(room: tuple[int, int]) -> bool:
    return available() and room[0] >= CARD_SIZE[0] and room[1] >= CARD_SIZE[1]


def _thumbnail(frame: Frame, origin: str) -> Mapping[str, Any]:
    """Return the card; it may be no larger than the other site allows, and has one size."""
    query = frame.query if frame.card == "/plan/card.png" else {"lang": frame.query["lang"]}
    return {
        "thumbnail_url": origin + address(frame.card, query),
        "thumbnail_width": CARD_SIZE[0],
        "thumbnail_height": CARD_SIZE[1],
    }


def _title(frame: Frame, state: AppState, texts: Texts) -> str:
    """Return what the page is called; a page of nothing that exists is an error of its own."""
    kind, _, name = frame.path.removeprefix("/embed/").partition("/")
    brand = texts("page.brand")
    if kind == "map":
        return f"{texts('page.explore.title')} · {brand}"
    if kind == "routes":
        return f"{texts.name(state.catalogue.route(name))} · {brand}"
    if kind == "p":
        itinerary = replanned(state.plans.get(name), state)
    else:
        wish: ItineraryQuery = asked_of(list(frame.query.items())).wish()
        itinerary = make_itinerary(plan_of_query(wish), state)
    count = sum(stop.kind == "site" for stop in itinerary.stops)
    date = texts.date(itinerary.days[0].date)
    return f"{texts('page.follow.tour', count=count, date=date)} · {brand}"
