"""Routing engines of others behind our `Router`: OSRM, Valhalla, openrouteservice, GraphHopper."""

from .breaker import Breaker
from .kinds import KINDS, Kind, modes_of
from .router import EngineOptions, EngineRouter, Failover, engine_router

__all__ = [
    "KINDS",
    "Breaker",
    "EngineOptions",
    "EngineRouter",
    "Failover",
    "Kind",
    "engine_router",
    "modes_of",
]
