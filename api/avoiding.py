"""Planning without what a traveller keeps off, and what to allow where that is impossible."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from geo.avoid import Avoid, Kind
from geo.errors import AvoidedError, NoPathError, OffNetworkError
from geo.planner import PlanRequest
from geo.router import NetworkRouter, Router

from .engines import on_network
from .state import AppState
from .ways import network_router

Answer = TypeVar("Answer")


def avoid_of(request: PlanRequest) -> Avoid:
    """Return what a plan keeps off: stairs too where no steps are wanted."""
    stairs: tuple[Kind, ...] = ("stairs",) if request.step_free else ()
    kinds = dict.fromkeys((*request.avoid, *stairs))
    return Avoid.of(tuple(kinds), request.avoid_areas)


def keeping_off(avoid: Avoid, state: AppState, ask: Callable[[Router], Answer]) -> Answer:
    """Return what `ask` answers without what is to be avoided: an engine is not asked for that.

    Raises
    ------
    InvalidParameterError
        What is to be avoided is not known on this network.
    AvoidedError
        There is no way without it; names what to allow.
    HeritageError
        What `ask` raises.
    """
    if not avoid:
        return on_network(state, ask)
    return keeping_off_on(network_router(state), avoid, ask)


def keeping_off_on(
    router: NetworkRouter, avoid: Avoid, ask: Callable[[NetworkRouter], Answer]
) -> Answer:
    """Return what `ask` answers on a network; raises as `keeping_off`."""
    if not avoid:
        return ask(router)
    try:
        return ask(router.avoiding(avoid))
    except (NoPathError, OffNetworkError) as error:
        if not _works(router, ask):
            raise
        alone = [name for name, left in avoid.relaxed() if _works(router.avoiding(left), ask)]
        raise AvoidedError(alone, [name for name, _ in avoid.relaxed()]) from error


def _works(router: NetworkRouter, ask: Callable[[NetworkRouter], Answer]) -> bool:
    try:
        ask(router)
    except (NoPathError, OffNetworkError):
        return False
    return True
