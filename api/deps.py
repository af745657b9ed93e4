"""What endpoints depend on: the state, the catalogue, the router, the visitor's language."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from geo.catalogue import Catalogue
from geo.errors import not_one_of
from geo.messages import Lang
from geo.router import Router

from .settings import Settings
from .state import AppState, holder_of
from .web.texts import LANGS, Texts

DEFAULT_LANG: Lang = "zh"


def get_state(request: Request) -> AppState:
    """Return the state as it is now; the same for the whole request."""
    return holder_of(request.app).state


StateDep = Annotated[AppState, Depends(get_state)]


def get_settings(state: StateDep) -> Settings:
    """Return the settings of this service."""
    return state.settings


def get_catalogue(state: StateDep) -> Catalogue:
    """Return the published catalogue."""
    return state.catalogue


def get_router(state: StateDep) -> Router:
    """Return the router over the network in use."""
    return state.router


SettingsDep = Annotated[Settings, Depends(get_settings)]
CatalogueDep = Annotated[Catalogue, Depends(get_catalogue)]
RouterDep = Annotated[Router, Depends(get_router)]


def get_lang(
    request: Request,
    lang: Annotated[
        str | None,
        Query(
            description="zh or en; without it, Accept-Language decides",
            json_schema_extra={"enum": list(LANGS)},
        ),
    ] = None,
) -> Lang:
    """Return the language asked for: `?lang=` wins, then Accept-Language, else Chinese.

    Raises
    ------
    InvalidParameterError
        `lang` is neither zh nor en.
    """
    if lang is None:
        return accepted_lang(request.headers.get("accept-language", ""))
    if lang == "zh":
        return "zh"
    if lang == "en":
        return "en"
    raise not_one_of("lang", lang, ("zh", "en"))


def accepted_lang(header: str) -> Lang:
    """Return the language an Accept-Language header prefers among ours (RFC 9110, 12.5.4)."""
    best: tuple[float, Lang] = (0.0, DEFAULT_LANG)
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if primary == "zh" and weight > best[0]:
            best = (weight, "zh")
        elif primary == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]


def _weight(parameters: str) -> float:
    """Return the q of one Accept item; 1 without one, 0 for one that is not a number."""
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


LangDep = Annotated[Lang, Depends(get_lang)]


def get_texts(lang: LangDep) -> Texts:
    """Return the texts in the visitor's language."""
    return Texts.for_lang(lang)


TextsDep = Annotated[Texts, Depends(get_texts)]
