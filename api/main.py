"""The application: `uvicorn api.main:create_app --factory`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from types import MappingProxyType

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from routes_data.exchange.limits import MAX_BYTES

from . import accounts, errors
from .middleware import BodyLimit, Head, SecurityHeaders, Validators
from .processes import end_with_leader, politely, unswept
from .routers import ROUTERS
from .routers.files import mount_static
from .security import content_policy
from .settings import Settings, load_settings
from .state import Holder, Note, no_note, running
from .watching import watched
from .web import pages

TITLE = "Red Trails 青岛红迹"
DESCRIPTION = """\
Qingdao's red heritage: sites, routes, and timed itineraries on foot or by car.

Sites and routes follow OGC API - Features. Positions are WGS-84, longitude first; lengths are
metres, durations seconds, times those of Qingdao. Every position says how far it can be trusted
(`accuracy_m`, `position_basis`), every route who made it (`provenance`), every itinerary which
network it rests on (`network`).
"""
AppLifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
GZIP_LEVEL = 6
"""The usual balance: level 9 takes twice the time for 1 % fewer bytes."""

LARGER_BODIES: Mapping[str, int] = MappingProxyType({"/staff/import": MAX_BYTES + 10_000})
"""Where files are uploaded: their limit, and room for the form around them."""


def create_app(settings: Settings | None = None, *, note: Note = no_note) -> FastAPI:
    """Return the application of these settings.

    Parameters
    ----------
    settings
        Those of the environment where left out.
    note
        Told what takes its time on the first start, as a key of the message catalogue.

    Raises
    ------
    SettingsError
        The environment's settings cannot be used.
    """
    chosen = settings or load_settings()
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version("qingdao-red-trails"),
        license_info={"name": "MIT"},
        lifespan=_lifespan(chosen, note),
        middleware=_middleware(chosen),
        # We serve both ourselves: in OpenAPI 3.0, and with no foreign script.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    errors.install(app)
    accounts.install(app)
    for router in (*ROUTERS, pages.router):
        app.include_router(router)
    mount_static(app)
    return app


def create_worker_app() -> FastAPI:
    """Return the application of one worker of several; the worker ends with the first process."""
    end_with_leader(politely)
    return create_app()


def _lifespan(settings: Settings, note: Note) -> AppLifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = settings.threads
        with running(settings, note=note) as state:
            app.state.holder = Holder(state)
            with watched(app.state.holder), unswept():
                yield

    return lifespan


def _middleware(settings: Settings) -> list[Middleware]:
    """Return what every answer goes through, the outermost first."""
    return [
        Middleware(SecurityHeaders, policy=content_policy()),
        Middleware(Head),
        Middleware(GZipMiddleware, minimum_size=settings.compress_bytes, compresslevel=GZIP_LEVEL),
        Middleware(Validators),
        Middleware(BodyLimit, limit=settings.max_body_bytes, larger=LARGER_BODIES),
    ]
