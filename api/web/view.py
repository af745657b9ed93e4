"""One page for one request: its language, its links, its template, its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.deps import StateDep, TextsDep
from api.embedding import Frame, frame_markup, frame_of
from api.security import content_policy
from geo.messages import Lang
from maps.pack import available
from maps.style import CATEGORIES, OUTLINES

from .event_stops import event_stop
from .static_files import static_folder, static_url
from .texts import HTML_LANG, LANGS, Texts, is_chinese

Query = Mapping[str, str | int | float | None]

SECTIONS = ("routes", "plan", "trip", "about", "staff")
SHORT: Mapping[str, str] = MappingProxyType({"p": "plan", "t": "trip", "follow": "phone"})
"""Sections by the first part of the short addresses that are printed as codes."""

SCRIPT_KEYS = (
    "page.tour.added",
    "page.tour.add",
    "page.tour.toast-added",
    "page.tour.toast-dropped",
    "page.explore.found",
    "page.plan.copied",
    "page.plan.copy-failed",
)
"""The texts that scripts of ours say, sent with every page as data."""


@dataclass(frozen=True, slots=True)
class PolicyParts:
    """What one page needs beyond our own files: hashes (`'sha256-…'`), hosts; may it be framed."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    framed: bool = False

    def header(self) -> str:
        """Return the Content-Security-Policy."""
        return content_policy(
            script_hashes=self.scripts,
            style_hashes=self.styles,
            image_hosts=self.images,
            framed=self.framed,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """What every page knows: the request, the texts, where the service is reached.

    Parameters
    ----------
    request
        The request.
    texts
        The texts in its language.
    public_url
        The address visitors use, without a slash at its end; empty: that of the request.
    site_count
        How many sites the catalogue holds; 0 where it is not known.
    """

    request: Request
    texts: Texts
    public_url: str = ""
    site_count: int = 0

    @property
    def html_lang(self) -> str:
        """The BCP 47 tag of the page."""
        return HTML_LANG[self.texts.lang]

    @property
    def section(self) -> str:
        """Which entry of the navigation this page belongs to."""
        first = self.request.url.path.strip("/").partition("/")[0]
        return SHORT.get(first, first if first in SECTIONS else "explore")

    def at(self, path: str, query: Mapping[str, str] | None = None) -> Page:
        """Return this page as if asked for at another address: what answers a form is shown so.

        The links to itself (in the other language, canonical) then lead to a page that can be
        opened, which the address a form was sent to cannot.
        """
        scope = {
            **self.request.scope,
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": urlencode(query or {}).encode(),
        }
        return replace(self, request=Request(scope))

    def frame(self) -> Frame | None:
        """Return this page as a frame for other sites; None: it has none."""
        return frame_of(self.request.url.path, self.request.query_params.multi_items())

    def embed_code(self, frame: Frame, title: str) -> Markup:
        """Return what another site puts into its page to show this one."""
        query = {**frame.query, "lang": self.texts.lang}
        return frame_markup(self.origin() + address(frame.path, query), title)

    def oembed(self, form: str) -> str:
        """Return where another site asks how to show this page, in a form of oEmbed."""
        return self.origin() + address(
            "/oembed", {"url": self.here(self.texts.lang), "format": form}
        )

    def script_texts(self, *keys: str) -> dict[str, str]:
        """Return the texts that scripts of ours say, and more; one that ends in `.` is a group."""
        table = self.texts.table
        groups = tuple(key for key in keys if key.endswith("."))
        found = (key for key in table if groups and key.startswith(groups))
        return {key: table[key] for key in (*SCRIPT_KEYS, *found, *keys) if key in table}

    def switch_href(self, lang: Lang) -> str:
        """Return the address of this page in another language, relative to this service."""
        return self.here(lang).removeprefix(self.origin())

    def href(self, path: str, **query: str | float | None) -> str:
        """Return the address of one of our pages, the language carried along."""
        return address(path, {**query, "lang": self.texts.lang})

    def origin(self) -> str:
        """Return scheme and host as visitors know them."""
        return self.public_url or str(self.request.base_url).rstrip("/")

    def here(self, lang: Lang | None) -> str:
        """Return the absolute address of this page in a language (None: no language said)."""
        kept = [
            (key, value)
            for key, value in self.request.query_params.multi_items()
            if key != "lang" and value
        ]
        query = urlencode([*kept, *([("lang", lang)] if lang else [])], safe=",:")
        return self.origin() + quote(self.request.url.path) + (f"?{query}" if query else "")

    def alternates(self) -> list[tuple[str, str]]:
        """Return (hreflang, address) of this page in each language, and the default."""
        known = [(HTML_LANG[lang], self.here(lang)) for lang in LANGS]
        return [*known, ("x-default", self.here(None))]

    def render(
        self,
        template: str,
        *,
        status: int = 200,
        policy: PolicyParts | None = None,
        **context: Any,  # noqa: ANN401 - a template's own names
    ) -> HTMLResponse:
        """Return the page of a template, with its language and its Content-Security-Policy."""
        html = environment().get_template(template).render(page=self, t=self.texts, **context)
        return HTMLResponse(
            html,
            status_code=status,
            headers={
                "Content-Language": HTML_LANG[self.texts.lang],
                "Content-Security-Policy": (policy or PolicyParts()).header(),
            },
        )


def address(path: str, query: Query) -> str:
    """Return a path with its query; empty values are left out, commas and colons stay readable."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return quote(path) + (f"?{urlencode(kept, safe=',:')}" if kept else "")


def icons() -> dict[str, Markup]:
    """Return the icons by name, as what stands inside an `svg` of class `icon`.

    In the page, not asked for: a file that hundreds of icons point into costs a browser more than
    all the rest of the list they stand in.
    """
    text = (files("api.web") / "icons.svg").read_text("utf-8")
    found = re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', text, re.DOTALL)
    return {name: Markup(inner) for name, inner in found}  # noqa: S704 - our own file


def _drawn(svg: str) -> Markup:
    """Return what stands inside the one `svg` of a file of ours."""
    return Markup(re.sub(r"^<svg[^>]*>|</svg>\s*$", "", svg))  # noqa: S704 - our own file


@cache
def environment() -> Environment:
    """Return the templates: every value escaped, an unknown name an error."""
    made = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["chinese"] = is_chinese
    made.globals["static"] = static_url
    made.globals["icons"] = icons()
    made.globals["logo"] = _drawn((static_folder() / "logo.svg").read_text("utf-8"))
    made.globals["event_stop"] = event_stop
    made.globals["badges"] = CATEGORIES
    made.globals["outlines"] = OUTLINES
    # Cards and PDFs are drawn by the `pack` extra: without it no page names one.
    made.globals["typeset"] = available
    return made


def get_page(request: Request, texts: TextsDep, state: StateDep) -> Page:
    """Return the page of this request."""
    return Page(request, texts, state.settings.public_url, len(state.catalogue.sites))


PageDep = Annotated[Page, Depends(get_page)]
