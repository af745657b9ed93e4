"""Which language a request is answered in: `?lang=` wins, then Accept-Language, else Chinese.

There is no cookie: an address says what it shows, and a shared link opens as it was seen.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from geo.messages import Lang

from .texts import LANGS, Texts

DEFAULT_LANG: Lang = "zh"


def negotiate(header: str) -> Lang:
    """Return the language an Accept-Language header prefers among ours.

    Parameters
    ----------
    header
        Its value (RFC 9110, 12.5.4); an unreadable part is passed over.
    """
    best, best_weight = DEFAULT_LANG, 0.0
    for part in header.split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        primary = tag.partition("-")[0].strip().lower()
        weight = _weight(rest)
        if primary in LANGS and weight > best_weight:
            best, best_weight = primary, weight
    return best


def _weight(text: str) -> float:
    """Return the q of one part of Accept-Language: 1 when not given, 0 when unreadable."""
    name, _, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def request_lang(request: Request) -> Lang:
    """Return the language of a request; `?lang=` of another language is passed over."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGS else negotiate(request.headers.get("accept-language", ""))


def request_texts(request: Request) -> Texts:
    """Return the texts a request is answered with."""
    return Texts.for_lang(request_lang(request))


LangDep = Annotated[Lang, Depends(request_lang)]
TextsDep = Annotated[Texts, Depends(request_texts)]
