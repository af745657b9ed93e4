"""One file a resource."""

from __future__ import annotations

from .health import router as health

__all__ = ["ROUTERS"]

ROUTERS = (health,)
