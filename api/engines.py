"""Which external engine plans are asked of, if any, and who answers where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from geo.router import Router

if TYPE_CHECKING:
    from geo.engines import Failover

    from .settings import Settings
    from .state import AppState

T = TypeVar("T")


def engine_of(settings: Settings) -> Failover | None:
    """Return the engine of the settings; None: there is none."""
    if not settings.engine_kind:
        return None
    from geo.engines import EngineOptions, Failover, engine_router  # noqa: PLC0415 - few have one

    options = EngineOptions(
        kind=settings.engine_kind,
        url=settings.engine_url,
        key=settings.engine_key.get_secret_value(),
        modes=settings.modes_of_engine,
        timeout_s=settings.engine_timeout_s,
    )
    return Failover(engine_router(options))


def on_network(state: AppState, work: Callable[[Router], T]) -> T:
    """Return what `work` makes of the engine in use, else of the local network."""
    if state.engine is None:
        return work(state.router)
    return state.engine.answer(work, state.router)
