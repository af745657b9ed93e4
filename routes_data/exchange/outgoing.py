"""Records as a table that goes out: cells, licence and provenance beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from geo.columns import Record
from geo.errors import not_one_of
from routes_data.editor import Editor
from routes_data.kinds import kind_of
from routes_data.revisions import Revision, State

from .cells import write_cell
from .tables import Cell

EXPORTED = ("sites", "routes", "collections", "places", "closures", "media", "events")
"""The kinds that are given to everybody."""
STAFF_EXPORTED = (*EXPORTED, "oral-histories", "reports")
"""The kinds that staff can have as files: with the words of narrators and visitors."""
LICENCES: Mapping[str, str] = MappingProxyType({"places": "CC BY 4.0", "reports": "none"})
"""The licence of a kind where it is another than ours (routes_data/facts/SOURCES.md)."""
OURS = "MIT"
ATTRIBUTIONS: Mapping[str, str] = MappingProxyType({"places": "GeoNames"})
ATTRIBUTION = "Red Trails 青岛红迹"
PROVENANCE = ("licence", "attribution", "state", "revision", "revised", "revised_by")
"""Columns beside those of a record. `revision` is what a later import merges on."""
_PUBLIC = ("licence", "attribution", "revision", "revised")

LIVING = (State.DRAFT, State.REVIEW, State.PUBLISHED, State.ARCHIVED)

Feature = tuple[float | None, float | None, Mapping[str, Cell]]
"""A position, None where there is none, and the other cells."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Records of one kind on their way out.

    Parameters
    ----------
    kind
        Their kind.
    columns
        Names of the columns, provenance included.
    revisions
        The records.
    """

    kind: str
    columns: tuple[str, ...]
    revisions: tuple[Revision, ...]

    @property
    def located(self) -> bool:
        """Whether they have positions."""
        return "lon" in self.columns

    def bodies(self) -> Iterator[Record]:
        """Yield the records as they are."""
        return (one.body for one in self.revisions)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the records as cells."""
        for one in self.revisions:
            values = provenance_of(one) | one.body
            yield tuple(write_cell(values.get(name)) for name in self.columns)

    def features(self) -> Iterator[Feature]:
        """Yield the records as positions and cells."""
        for row in self.rows():
            values = dict(zip(self.columns, row, strict=True))
            lon, lat = values.pop("lon", None), values.pop("lat", None)
            placed = isinstance(lon, int | float) and isinstance(lat, int | float)
            yield float(lon) if placed else None, float(lat) if placed else None, values  # type: ignore[arg-type]


def provenance_of(revision: Revision) -> Record:
    """Return what stands beside a record: its licence, whose it is, which version it is."""
    return {
        "licence": LICENCES.get(revision.kind, OURS),
        "attribution": ATTRIBUTIONS.get(revision.kind, ATTRIBUTION),
        "state": str(revision.state),
        "revision": revision.revision,
        "revised": revision.time.date().isoformat(),
        "revised_by": revision.author,
    }


def outgoing(kind: str, revisions: Sequence[Revision], *, public: bool) -> Outgoing:
    """Return records on their way out; to the public without the names of who wrote them.

    Raises
    ------
    InvalidParameterError
        There is no such kind.
    """
    own = tuple(column.name for column in kind_of(kind).columns)
    beside = _PUBLIC if public else PROVENANCE
    columns = own + tuple(name for name in beside if name not in own)
    return Outgoing(kind, columns, tuple(revisions))


def exported(editor: Editor, kind: str, *, public: bool) -> Outgoing:
    """Return what is given out of a kind of records.

    Parameters
    ----------
    public
        Whether only what visitors see, without who wrote it; else the newest of everything that
        is not deleted.

    Raises
    ------
    InvalidParameterError
        The kind is none of `EXPORTED`, or `STAFF_EXPORTED` where it is not for the public.
    """
    offered = EXPORTED if public else STAFF_EXPORTED
    if kind not in offered:
        raise not_one_of("kind", kind, offered)
    found = editor.published(kind) if public else editor.worklist(kind, LIVING)
    return outgoing(kind, found, public=public)
