"""What is kept is made once, however many ask at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.web.kept import Kept

ASKING = 8


def test_all_who_ask_at_once_get_the_one_that_is_made() -> None:
    kept: Kept[object] = Kept(limit=4)
    asked, made = threading.Barrier(ASKING), []

    def make() -> object:
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        asked.wait(10)
        return kept.get("page", make)

    with ThreadPoolExecutor(ASKING) as pool:
        got = set(pool.map(ask, range(ASKING)))
    assert len(made) == 1
    assert got == set(made)


def test_two_things_are_made_side_by_side() -> None:
    kept: Kept[str] = Kept(limit=4)
    both = threading.Barrier(2)

    def making(name: str) -> Callable[[], str]:
        def make() -> str:
            both.wait(10)  # breaks if one waits for the other
            return name

        return make

    with ThreadPoolExecutor(2) as pool:
        names = ("map", "list")
        assert list(pool.map(lambda name: kept.get(name, making(name)), names)) == list(names)


def test_what_fails_is_told_and_tried_again() -> None:
    kept: Kept[int] = Kept(limit=4)
    with pytest.raises(ZeroDivisionError):
        kept.get("page", lambda: 1 // 0)
    assert kept.get("page", lambda: 7) == 7
    assert kept.get("page", lambda: 1 // 0) == 7


def test_the_least_recently_used_goes_first() -> None:
    kept: Kept[str] = Kept(limit=2)
    for name in ("old", "new", "old", "newest"):
        kept.get(name, lambda name=name: name)  # type: ignore[misc]
    assert kept.get("old", lambda: "again") == "old"
    assert kept.get("new", lambda: "again") == "again"
