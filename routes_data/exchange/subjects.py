"""The kinds of records that can be imported, and how a row of each is known again without an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.columns import Record
from geo.errors import not_one_of

SITES = "sites"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind that can be imported.

    Parameters
    ----------
    kind
        Its name.
    key
        The columns by which a row without an id is the record that says the same in all of them.
    """

    kind: str
    key: tuple[str, ...]

    def key_of(self, body: Record) -> tuple[str, ...] | None:
        """Return what a record is known by; None where it does not say all of it."""
        values = tuple(str(body.get(name) or "").strip() for name in self.key)
        return values if all(values) else None

    def title(self, body: Record, sites: Mapping[str, Record]) -> str:
        """Return what a record is called: its own name, or its site and what of it."""
        own = str(body.get("name_zh") or body.get("title_zh") or "")
        if own or self.kind == SITES:
            return own
        site = str(body.get("site") or "")
        name = str(sites.get(site, {}).get("name_zh") or site)
        days = [str(body.get(one) or "") for one in ("date_from", "date_to")]
        return " ".join(filter(None, [name, *days]))


_ALL = (
    Subject(SITES, ("name_zh",)),
    Subject("routes", ("name_zh",)),
    Subject("closures", ("site", "date_from", "date_to")),
    Subject("events", ("name_zh", "starts")),
    Subject("media", ("site", "url")),
    Subject("oral-histories", ("site", "narrator", "title_zh")),
)
SUBJECTS: Mapping[str, Subject] = MappingProxyType({one.kind: one for one in _ALL})
"""Every kind that can be imported: those that staff edit."""


def subject_of(kind: str) -> Subject:
    """Return a kind that can be imported, by its name.

    Raises
    ------
    InvalidParameterError
        None is called so.
    """
    if kind not in SUBJECTS:
        raise not_one_of("kind", kind, SUBJECTS)
    return SUBJECTS[kind]
