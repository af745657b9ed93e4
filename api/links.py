"""Links of an answer: absolute, from the public address of the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from .deps import SettingsDep

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

Link = dict[str, str]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the links of one answer.

    Parameters
    ----------
    base
        The address of the service, without a slash at its end.
    """

    base: str

    def url(self, path: str, query: Mapping[str, object] | None = None) -> str:
        """Return an absolute address; parameters that are None are left out."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        return f"{self.base}{path}" + (f"?{urlencode(given, safe=',:/')}" if given else "")

    def link(
        self,
        rel: str,
        path: str,
        *,
        media_type: str = JSON,
        title: str = "",
        query: Mapping[str, object] | None = None,
    ) -> Link:
        """Return a link object (RFC 8288 relation, media type, title)."""
        link = {"rel": rel, "type": media_type, "href": self.url(path, query)}
        return {**link, "title": title} if title else link


def get_links(request: Request, settings: SettingsDep) -> Links:
    """Return the links of the public address, or of the address this request came to."""
    return Links(settings.public_url or str(request.base_url).rstrip("/"))


LinksDep = Annotated[Links, Depends(get_links)]
