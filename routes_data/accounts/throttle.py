"""Slowing down who guesses passwords: per account and per address, for all workers together.

The first failures are free; then each costs a wait, twice as long as the one before. An attempt is
counted before its password is looked at, so a hundred at once get no more tries than one after
the other.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from .errors import TooManyAttemptsError
from .models import ATTEMPTS

FIRST_WAIT_S = 30
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER = timedelta(hours=1)
"""Without a failure for so long, one starts anew."""
DELETED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted together: its key in the table, and how many failures are free."""

    key: str
    free: int


def of_account(name: str) -> Counter:
    """Return the counter of a log-in name, whether or not there is such an account."""
    # Hashed: people type their password here by mistake.
    return Counter("account:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest(), 5)


def of_address(address: str) -> Counter:
    """Return the counter of a network address; a whole /64 of IPv6 is one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return Counter("address:unknown", 20)
    if found.version == 6:  # noqa: PLR2004
        network = ipaddress.ip_network((found, 64), strict=False)
        return Counter(f"address:{network}", 20)
    return Counter(f"address:{found}", 20)


def wait_after(count: int, free: int) -> int:
    """Return the seconds to wait after so many failures."""
    if count < free:
        return 0
    return min(FIRST_WAIT_S << min(count - free, 16), LONGEST_WAIT_S)


def count_attempt(connection: Connection, counters: Sequence[Counter], now: datetime) -> None:
    """Count one attempt with every counter, or refuse it.

    Raises
    ------
    TooManyAttemptsError
        One of them has to wait; nothing was counted.
    """
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.last < now - DELETED_AFTER))
    counts = {counter.key: _count(connection, counter, now) for counter in counters}
    for counter in counters:
        _set(connection, counter.key, counts[counter.key] + 1, now)


def _count(connection: Connection, counter: Counter, now: datetime) -> int:
    """Return the failures of a counter so far; refuse where it has to wait."""
    row = connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.key == counter.key)).one_or_none()
    if row is None or now - row.last > FORGOTTEN_AFTER:
        return 0
    left = row.last + timedelta(seconds=wait_after(row.failures, counter.free)) - now
    if left > timedelta(0):
        raise TooManyAttemptsError(math.ceil(left.total_seconds()))
    return int(row.failures)


def forget(connection: Connection, account: Counter, address: Counter, now: datetime) -> None:
    """Take back what a log-in that succeeded was counted for."""
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.key == account.key))
    take_back(connection, address, now)


def take_back(connection: Connection, counter: Counter, now: datetime) -> None:
    """Take back one attempt that was no failure."""
    query = select(ATTEMPTS.c.failures).where(ATTEMPTS.c.key == counter.key)
    _set(connection, counter.key, max((connection.scalar(query) or 0) - 1, 0), now)


def _set(connection: Connection, key: str, count: int, now: datetime) -> None:
    values = {"failures": count, "last": now}
    done = connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.key == key).values(**values))
    if not done.rowcount:
        connection.execute(insert(ATTEMPTS).values(key=key, **values))
