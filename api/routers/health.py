"""Whether the service lives and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import StateDep

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Whether the process lives")
def healthz() -> dict[str, str]:
    """Answer without touching anything."""
    return {"status": "ok"}


@router.get("/readyz", summary="Whether plans and pages can be answered")
def readyz(state: StateDep) -> JSONResponse:
    """Answer with what is loaded, once the store answers too."""
    return JSONResponse(
        {
            "status": "ok",
            "store": state.store.version(),
            "catalogue": state.catalogue.version,
            "sites": len(state.catalogue.sites),
            "routes": len(state.catalogue.routes),
            "network": state.router.info.id,
        },
        headers={"Cache-Control": "no-store"},
    )
