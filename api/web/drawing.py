"""Maps as pages carry them: markup for the head and body, and what the policy must allow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import folium
from markupsafe import Markup

from api.basemap import tiles_url
from api.mapping import map_options
from api.state import AppState
from geo.avoid import Areas
from geo.models import Itinerary, Leg, Route, Site
from geo.reach import Isochrones
from maps import (
    Drawn,
    MapOptions,
    MapParts,
    itinerary_map,
    map_parts,
    overview_map,
    pin_map,
    reach_map,
    route_change_map,
    route_map,
)
from maps.assets import asset_path
from maps.pack.typeset import qr_svg

from .kept import Kept
from .texts import Texts
from .view import PolicyParts, address

_SHARED: Kept[_Shared] = Kept(limit=16)


@dataclass(frozen=True, slots=True)
class PageMap:
    """A map to be put into a page, and what its Content-Security-Policy must allow.

    `urls`: the addresses of all its scripts in their order, where the last is no inline one; a page
    may let its own script fetch them instead of writing `scripts`.
    """

    head: Markup
    html: Markup
    scripts: Markup
    policy: PolicyParts
    urls: tuple[str, ...] = ()


def qr_drawing(link: str) -> Markup:
    """Return the code of a link, as markup of segno's own."""
    return Markup(qr_svg(link))  # noqa: S704 - of a URL, which segno writes as squares


def asset_url(name: str) -> str:
    """Return the address of a map's script, style or image."""
    return f"/assets/{asset_path(name)}"


def _options(state: AppState, texts: Texts, *, cluster: bool = True) -> MapOptions:
    def site_href(site_id: str) -> str:
        return address(f"/sites/{site_id}", {"lang": texts.lang})

    options = map_options(state, texts)
    return replace(options, site_href=site_href, cluster=cluster, tiles_url=tiles_url(state))


def _alone(state: AppState, texts: Texts) -> MapOptions:
    """Return the options of a map that asks nobody, not even this service: it is kept offline."""
    return replace(map_options(state, texts), basemap="none", cluster=False)


def _page_map(parts: MapParts, script_url: str | None = None) -> PageMap:
    """Return a map for a page; its own script by address where it is served by itself."""
    links = Markup("\n").join(
        Markup('<link rel="stylesheet" href="{}">').format(url) for url in parts.styles
    )
    style = Markup(f"<style>{parts.style}</style>") if parts.style else Markup()  # noqa: S704 - hashed
    scripts = [Markup('<script src="{}"></script>').format(url) for url in parts.scripts]
    own = (
        Markup('<script src="{}"></script>').format(script_url)
        if script_url
        else Markup(f"<script>{parts.script}</script>")  # noqa: S704 - escaped by maps, hashed
    )
    return PageMap(
        head=links + style,
        html=Markup(parts.html),  # noqa: S704 - made and escaped by maps
        scripts=Markup("\n").join([*scripts, own]),
        policy=PolicyParts(
            scripts=() if script_url else parts.csp_script_hashes,
            styles=parts.csp_style_hashes,
            images=parts.image_hosts,
        ),
        urls=(*parts.scripts, script_url) if script_url else (),
    )


def _overview(state: AppState, texts: Texts) -> folium.Map:
    catalogue = state.catalogue

    def plan_href(site_id: str) -> str:
        return address("/plan", {"stops": site_id, "lang": texts.lang})

    return overview_map(
        catalogue.sites,
        catalogue.districts,
        state.network.roads(),
        texts,
        options=replace(_options(state, texts), plan_href=plan_href),
        places=catalogue.places,
    )


def _pin(state: AppState, texts: Texts) -> folium.Map:
    catalogue = state.catalogue
    return pin_map(
        catalogue.districts,
        state.network.roads(),
        texts,
        options=_options(state, texts),
        places=catalogue.places,
    )


SHARED: Mapping[str, Callable[[AppState, Texts], folium.Map]] = MappingProxyType(
    {"overview": _overview, "pin": _pin}
)
"""Maps that show the same to everybody, by the name of their script: the whole catalogue, and the
ground of editors, whose page says what it shows."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """A map of `SHARED`: its parts, its script as it is sent, and the digest of that."""

    parts: MapParts
    script: bytes
    digest: str


def _shared(name: str, state: AppState, texts: Texts) -> _Shared:
    """Return a map of `SHARED`; made once a language and catalogue."""
    drawn = (state.settings.basemap, tiles_url(state))
    key = (name, state.catalogue.version, state.router.info.id, texts.lang, *drawn)

    def make() -> _Shared:
        parts = map_parts(SHARED[name](state, texts), asset_url=asset_url)
        script = parts.script.encode()
        return _Shared(parts, script, hashlib.sha256(script).hexdigest()[:12])

    return _SHARED.get(key, make)


def shared_script(name: str, state: AppState, texts: Texts) -> bytes:
    """Return the own script of a map of `SHARED`."""
    return _shared(name, state, texts).script


def shared_drawing(name: str, state: AppState, texts: Texts) -> PageMap:
    """Return a map of `SHARED` for a page; its script is fetched by itself."""
    shared = _shared(name, state, texts)
    query = {"lang": texts.lang, "basemap": state.settings.basemap, "v": shared.digest}
    return _page_map(shared.parts, address(f"/map/{name}.js", query))


def _drawn(make: Callable[[], folium.Map]) -> PageMap:
    return _page_map(map_parts(make(), asset_url=asset_url))


def sites_drawing(
    state: AppState, texts: Texts, sites: Sequence[Site], *, cluster: bool = False
) -> PageMap:
    """Return the map of a few sites, or of many (`cluster`)."""
    return _drawn(
        lambda: overview_map(
            sites,
            state.catalogue.districts,
            state.network.roads(),
            texts,
            options=_options(state, texts, cluster=cluster),
            places=state.catalogue.places,
        )
    )


def route_drawing(
    state: AppState, texts: Texts, route: Route, itinerary: Itinerary | None
) -> PageMap:
    """Return the map of a route, along the roads where it can be planned."""
    return _drawn(
        lambda: route_map(
            route,
            state.catalogue.sites_by_id(route.stops),
            itinerary,
            state.catalogue.districts,
            state.network.roads(),
            texts,
            options=_options(state, texts, cluster=False),
        )
    )


def change_drawing(state: AppState, texts: Texts, was: Drawn, now: Drawn) -> PageMap:
    """Return the map of a changed route beside the one before."""
    return _drawn(
        lambda: route_change_map(
            was,
            now,
            state.catalogue.districts,
            state.network.roads(),
            texts,
            options=_options(state, texts, cluster=False),
        )
    )


def itinerary_drawing(
    state: AppState,
    texts: Texts,
    itinerary: Itinerary,
    *,
    others: Sequence[Leg] = (),
    avoided: Areas = (),
    alone: bool = False,
) -> PageMap:
    """Return the map of an itinerary, with other ways of a leg and areas kept off beside it.

    `alone`: its roads are in the page, and no link leads out.
    """
    options = _alone(state, texts) if alone else _options(state, texts, cluster=False)
    return _drawn(
        lambda: itinerary_map(
            itinerary,
            state.catalogue.districts,
            state.network.roads(),
            texts,
            options=replace(options, avoided=avoided),
            others=others,
        )
    )


def reach_drawing(state: AppState, texts: Texts, found: Isochrones) -> PageMap:
    """Return the map of isochrones."""
    return _drawn(
        lambda: reach_map(
            found,
            state.router.info,
            state.catalogue.districts,
            state.network.roads(),
            texts,
            options=_options(state, texts, cluster=False),
        )
    )
