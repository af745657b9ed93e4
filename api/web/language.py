"""The language a page is answered in when nothing else may fail: for pages about errors.

Everywhere else `api.deps.LangDep` decides, and refuses a `?lang=` it does not know.
"""

from __future__ import annotations

from fastapi import Request

from api.deps import accepted_lang
from geo.messages import Lang

from .texts import LANGS


def lenient_lang(request: Request) -> Lang:
    """Return `?lang=` where it is one of ours, else what Accept-Language prefers."""
    asked = request.query_params.get("lang", "")
    for lang in LANGS:
        if asked == lang:
            return lang
    return accepted_lang(request.headers.get("accept-language", ""))
