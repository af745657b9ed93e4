"""Picking up what changed outside a running service: a published record, a new street network.

The same thread erases, once an hour, visitors' contacts that were kept long enough.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from geo.errors import HeritageError

from .state import Holder

log = logging.getLogger(__name__)

EVERY_S = 1.0
FORGET_EVERY_S = 3600.0


@contextmanager
def watched(holder: Holder, *, every_s: float = EVERY_S) -> Iterator[None]:
    """Refresh the state of a service again and again until the end of the block.

    Parameters
    ----------
    holder
        Of the state.
    every_s
        Seconds between two looks.
    """
    ended = threading.Event()

    def watch() -> None:
        due = time.monotonic()
        while not ended.is_set():
            try:
                with holder.state.store.publications() as publications:
                    while not ended.is_set():
                        publications.wait(every_s)  # a publication is taken up at once
                        holder.refresh()
                        if time.monotonic() >= due:
                            due = time.monotonic() + FORGET_EVERY_S
                            holder.state.store.reports.forget()
            except HeritageError as error:
                log.error("%s", error.message)  # noqa: TRY400 - the state in use stays
                ended.wait(every_s)

    thread = threading.Thread(target=watch, name="redtrails-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
