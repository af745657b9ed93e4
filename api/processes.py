"""Worker processes that do not outlive the command that started them."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from threading import Thread


def end_with_leader() -> None:
    """End this process as soon as the one that started it is gone: an initializer of a pool.

    A worker waits for work at a pipe that it holds open itself, so that it would never notice that
    the command was killed, and keep its memory.
    """
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    leader = parent_process()
    if leader is not None:
        leader.join()
        os._exit(1)
