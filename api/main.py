"""The application: `uvicorn api.main:create_app --factory`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from .routers import ROUTERS
from .settings import Settings, load_settings
from .state import Holder, running


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of these settings (without any: those of the environment).

    Raises
    ------
    SettingsError
        The environment's settings cannot be used.
    """
    chosen = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with running(chosen) as state:
            app.state.holder = Holder(state)
            yield

    app = FastAPI(
        title="Red Trails 青岛红迹",
        version=version("qingdao-red-trails"),
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        app.include_router(router)
    return app
