"""`redtrails serve`: the service, with one worker or many."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import opened, tell

if TYPE_CHECKING:
    from api.settings import Settings
    from api.web.texts import Texts

Host = Annotated[str | None, typer.Option(help="cli.serve.host")]
Port = Annotated[int | None, typer.Option(help="cli.serve.port", min=0, max=65535)]
Workers = Annotated[int, typer.Option(help="cli.serve.workers", min=1, max=64)]

WORKER_ANSWERS_S = 60
"""How long a worker may be silent (seconds) before another takes its place.

On a busy machine a worker that is just starting is silent for longer than uvicorn's 5 s: it would
be killed before it ever served, and the next one, too.
"""

KEEP_ALIVE_S = 75
"""How long an idle connection stays open (seconds): longer than proxies keep theirs (nginx 60 s).

Who closes first decides: a request that is sent while the service closes is lost.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help="cli.serve")(serve)


def serve(
    context: typer.Context, *, host: Host = None, port: Port = None, workers: Workers = 1
) -> None:
    """Serve pages and machine interface."""
    import uvicorn

    from api.settings import PREFIX, load_settings

    # Workers are processes of their own: they read their settings from the environment.
    for name, value in (("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"{PREFIX}{name}"] = str(value)
    settings = load_settings()
    check_port(settings)
    if workers == 1:
        from api.main import create_app

        app: Any = create_app(settings, note=lambda key: tell(context.obj(key)))
    else:
        # What the first start makes is made once, not by every worker.
        prepare(context.obj, settings)
        app = "api.main:create_worker_app"
    uvicorn.run(
        app,
        factory=workers > 1,
        host=settings.host,
        port=settings.port,
        workers=workers,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_worker_healthcheck=WORKER_ANSWERS_S,
        log_level=settings.log_level,
        server_header=False,
        # Behind a TLS proxy on this machine, links carry the scheme the visitor used.
        proxy_headers=True,
    )


def prepare(texts: Texts, settings: Settings) -> None:
    """Open everything once before the first worker: it is made on the first start, by one."""
    with opened(texts, settings):
        pass


def check_port(settings: Settings) -> None:
    """Refuse a port that is taken, before anything else is done.

    Raises
    ------
    OSError
        It is; names the address.
    """
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            error.filename = f"{settings.host}:{settings.port}"
            raise
