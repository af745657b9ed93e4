"""One document, two forms: JSON for machines, a page of the same content for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from . import documentation
from .links import HTML, JSON
from .systems import CRS84
from .web.view import Page, PageDep, PolicyParts


def prefers_html(accept: str) -> bool:
    """Return whether an Accept header names HTML before any JSON (RFC 9110, 12.5.1)."""
    weights: dict[str, float] = {}
    for place, part in enumerate(accept.split(",")):
        media, _, parameters = part.strip().lower().partition(";")
        weights[media.strip()] = _weight(parameters) - place / 1e6
    html = weights.get(HTML, 0.0)
    machine = (weight for media, weight in weights.items() if "json" in media)
    return html > max(machine, default=0.0)


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


@dataclass(frozen=True, slots=True)
class Representation:
    """Answers a request with a document in the form it asked for."""

    request: Request
    page: Page

    def __call__(
        self,
        document: dict[str, Any],
        form: str | None,
        *,
        title: str = "",
        media_type: str = JSON,
        crs: str = "",
    ) -> Response:
        """Return the answer.

        Parameters
        ----------
        document
            What is answered.
        form
            `json`, `html` or None: the Accept header decides.
        title
            Of the page; without it that of the document, or the name of its feature.
        media_type
            Of the JSON.
        crs
            The reference system of its coordinates, for the header Content-Crs.
        """
        headers = {"Cache-Control": "no-cache"}
        if crs:
            headers["Content-Crs"] = f"<{crs or CRS84}>"
        if form == "html" or (
            form is None and prefers_html(self.request.headers.get("accept", ""))
        ):
            answer: Response = self.page.render(
                documentation.template("ogc.html"),
                policy=PolicyParts(styles=(documentation.style_hash(),)),
                document=document,
                title=title or document.get("title", "") or self._name_of(document),
                style=documentation.style(),
                path=self.request.url.path.rstrip("/"),
            )
            answer.headers.update(headers)
            return answer
        headers["Content-Language"] = self.page.html_lang
        return JSONResponse(document, media_type=media_type, headers=headers)

    def _name_of(self, feature: dict[str, Any]) -> str:
        named = feature.get("properties", {})
        return self.page.texts.pick(named.get("name_zh", ""), named.get("name_en", ""))


def get_representation(request: Request, page: PageDep) -> Representation:
    """Return what answers this request."""
    return Representation(request, page)


RepresentationDep = Annotated[Representation, Depends(get_representation)]
