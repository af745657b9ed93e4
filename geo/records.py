"""Records of one kind by their id: looked up, told apart from what is not there, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

from rapidfuzz import fuzz, process

from .errors import NotFoundError

_SIMILAR = 60.0  # rapidfuzz ratio below which an id is no help to who mistyped another
_SIMILAR_SHOWN = 3


class _Named(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Named)


class Records(Mapping[str, R]):
    """Records by id, read-only, in the order they came in.

    Parameters
    ----------
    what
        What one of them is called in an error.
    error
        What is raised for an id that is not there.
    records
        Each of an id of its own.
    """

    def __init__(self, what: str, error: type[NotFoundError], records: Iterable[R]) -> None:
        self._what, self._error = what, error
        self._by_id = {one.id: one for one in records}

    def __getitem__(self, key: str) -> R:
        """Return one record; a KeyError where there is none."""
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids."""
        return iter(self._by_id)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_id)

    @cached_property
    def all(self) -> tuple[R, ...]:
        """Every record."""
        return tuple(self._by_id.values())

    def of(self, ids: Iterable[str]) -> tuple[R, ...]:
        """Return the records of these ids, in their order.

        Raises
        ------
        NotFoundError
            Of this kind; names every id that is not there, and up to three like the first.
        """
        ids = tuple(ids)
        if unknown := [one for one in ids if one not in self._by_id]:
            shown = ", ".join(one[:80] for one in unknown)
            message = f"no {self._what} of this id: {shown}; see the list of {self._what}s"
            raise self._error(message, ids=unknown, near=self._like(unknown[0]))
        return tuple(self._by_id[one] for one in ids)

    def _like(self, wanted: str) -> list[str]:
        found = process.extract(
            wanted, list(self), scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=_SIMILAR_SHOWN
        )
        return [one for one, _, _ in found]
