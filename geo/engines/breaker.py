"""A circuit breaker: whoever does not answer is left alone for a while.

Closed, every question goes through. After some failures in a row it opens: for a while no question
does, so that nobody waits for a timeout. Then it is half open: one question goes through, and its
end decides (Nygard, Release It!, 2007).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

FAILURES = 3
PAUSE_S = 30.0


class EngineSilentError(Exception):
    """The engine does not answer, answers nonsense, or is not asked for now.

    It never reaches a visitor: the local network answers instead.
    """


class Breaker:
    """Lets questions through to one engine; shared by all threads.

    Parameters
    ----------
    failures
        So many in a row open it.
    pause_s
        How long it stays open.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        pause_s: float = PAUSE_S,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._pause_s, self._clock = failures, pause_s, clock
        self._failed = 0
        self._opened_at = 0.0
        self._trying = False
        self._lock = threading.Lock()

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """What a question would meet now."""
        if self._failed < self._limit:
            return "closed"
        return "half-open" if self._clock() - self._opened_at >= self._pause_s else "open"

    @contextmanager
    def question(self) -> Iterator[None]:
        """Ask a question; an `EngineSilentError` within counts as a failure, any other end not.

        Raises
        ------
        EngineSilentError
            The breaker is open, or half open with a question under way.
        """
        trying = self._enter()
        try:
            yield
        except EngineSilentError:
            self._fail()
            raise
        except BaseException:
            self._succeed()
            raise
        else:
            self._succeed()
        finally:
            if trying:
                self._trying = False

    def _enter(self) -> bool:
        with self._lock:
            state = self.state
            if state == "open" or (state == "half-open" and self._trying):
                raise EngineSilentError("left alone after failing")
            self._trying = self._trying or state == "half-open"
            return state == "half-open"

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._opened_at = self._clock()

    def _succeed(self) -> None:
        with self._lock:
            self._failed = 0
