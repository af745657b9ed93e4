"""What is the same for everybody is made once and kept: a small cache, safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, the least recently used dropped first.

    A key must name everything a value depends on: the catalogue's version, the network, the
    language. A value is made once: who asks for it meanwhile waits for that one. After a
    publication a hundred readers want the same page at once, and made by each it would keep all of
    them waiting many times as long.

    Parameters
    ----------
    limit
        How many values are kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of `key`, made now if it is not there; what `make` raises passes."""
        with self._lock:
            if key in self._values:
                return self._used(key)
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._used(key)
            try:
                made = make()
                self._keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _used(self, key: Hashable) -> T:
        self._values.move_to_end(key)
        return self._values[key]

    def _keep(self, key: Hashable, made: T) -> None:
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._limit:
                self._values.popitem(last=False)
