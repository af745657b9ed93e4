"""Worker processes: that they do not outlive the command, and are not held up by old objects."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread


def at_once() -> None:
    """End this process, whatever it does."""
    os._exit(1)


def politely() -> None:
    """Ask this process to finish what it answers and end."""
    signal.raise_signal(signal.SIGTERM)


def end_with_leader(end: Callable[[], None] = at_once) -> None:
    """End this process as soon as the one that started it is gone.

    A worker waits at a pipe or a port that it holds open itself, so that it would never notice that
    the command was killed, and keep its memory and the port.

    Parameters
    ----------
    end
        How.
    """
    Thread(target=_follow, args=(end,), daemon=True).start()


def begin_worker() -> None:
    """Begin a worker of a pool: it ends with its leader, and shares what it was forked from.

    To sweep what was there before the fork would write to it, and so copy it.
    """
    gc.freeze()
    end_with_leader()


@contextmanager
def unswept() -> Iterator[None]:
    """Leave what is there now out of the search for garbage until the end of the block.

    A service has some hundred thousand objects that live as long as it does; to go through them all
    holds up every request for 0.1 s.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _follow(end: Callable[[], None]) -> None:
    leader = parent_process()
    if leader is not None:
        leader.join()
        end()
