"""Records other than sites that are known again by what they say, without an id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from geo.columns import Record

from .alike import Alike
from .subjects import Subject


class Twins:
    """An index of records by what they are known by.

    Parameters
    ----------
    subject
        Their kind.
    records
        (id, body) of each.
    sites
        Bodies of sites, for what records of theirs are called.
    """

    def __init__(
        self,
        subject: Subject,
        records: Iterable[tuple[str, Record]],
        sites: Mapping[str, Record],
    ) -> None:
        self._subject = subject
        self._found: defaultdict[tuple[str, ...], list[Alike]] = defaultdict(list)
        for own, body in records:
            key = subject.key_of(body)
            if key is not None:
                name = subject.title(body, sites) or own
                self._found[key].append(Alike(own, name, 100, None, same_name=True))

    def of(self, body: Record) -> tuple[Alike, ...]:
        """Return the records that say the same in every column they are known by."""
        key = self._subject.key_of(body)
        return tuple(self._found.get(key, ())) if key is not None else ()
