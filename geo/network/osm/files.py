"""Reading .osm.pbf, .osm, .osm.gz and .osm.bz2 with osmium: one streaming pass, clipped."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.errors import NetworkSourceError

from .area import Inside, everywhere
from .elements import NODE_KEYS, WAY_KEYS, Extract, Way, is_routable, restriction_of

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")


class _Collector:
    """Keeps what matters of each object it is shown."""

    def __init__(self, inside: Inside) -> None:
        self.extract = Extract()
        self.newest: datetime | None = None
        self._inside = inside

    def see(self, thing: Any) -> None:  # noqa: ANN401 - an osmium object of any kind
        if thing.is_node():
            if any(key in thing.tags for key in NODE_KEYS):
                self.extract.node_tags[thing.id] = dict(thing.tags)
        elif thing.is_way():
            self._see_way(thing)
        elif thing.is_relation():
            members = ((member.role, member.type, member.ref) for member in thing.members)
            restriction = restriction_of(thing.id, dict(thing.tags), members)
            if restriction is not None:
                self.extract.restrictions.append(restriction)

    def _see_way(self, way: Any) -> None:  # noqa: ANN401
        tags = dict(way.tags)
        if not is_routable(tags):
            return
        parts = [part for part in self._parts(way) if len(part) > 1]
        if not parts:
            return
        if self.newest is None or way.timestamp > self.newest:
            self.newest = way.timestamp
        for part in parts:
            self.extract.ways.append(Way(way.id, tags, part))

    def _parts(self, way: Any) -> Iterator[array[int]]:  # noqa: ANN401
        """Yield the runs of nodes that are in the file and inside the area."""
        part: array[int] = array("q")
        for node in way.nodes:
            if self._keep(node):
                part.append(node.ref)
            else:
                yield part
                part = array("q")
        yield part

    def _keep(self, node: Any) -> bool:  # noqa: ANN401
        if node.ref in self.extract.places:
            return True
        where = node.location
        kept = bool(where.valid() and self._inside(where.lon, where.lat))
        if kept:
            self.extract.places[node.ref] = (where.x, where.y)
        return kept


def _stamp(header: Any, newest: datetime | None) -> str:  # noqa: ANN401
    """Return the day of the data."""
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or ""
    if stamp:
        return str(stamp)[:10]
    # A file without dates of objects has them all at the epoch.
    return newest.date().isoformat() if newest and newest.year > 2000 else ""  # noqa: PLR2004


def read_osm_file(path: Path, inside: Inside = everywhere) -> Extract:
    """Read the roads of an OpenStreetMap file.

    Parameters
    ----------
    path
        Ends in one of `SUFFIXES`.
    inside
        Nodes elsewhere are left out, and ways cut there.

    Raises
    ------
    NetworkSourceError
        The file is missing, cut short, of another kind, or has no roads in the area.
    """
    import osmium  # noqa: PLC0415 - only building needs it

    collector = _Collector(inside)
    keys = osmium.filter.KeyFilter(*WAY_KEYS, "restriction", "type", *NODE_KEYS)
    try:
        processor = osmium.FileProcessor(str(path)).with_locations().with_filter(keys)
        for thing in processor:
            collector.see(thing)
        date = _stamp(processor.header, collector.newest)
    except (RuntimeError, OSError) as error:  # osmium's errors are RuntimeErrors
        raise NetworkSourceError(
            f"{path} cannot be read as OpenStreetMap data: {error}", source=str(path)
        ) from error
    return _completed(collector.extract, date, str(path))


def read_osm_files(paths: Sequence[Path], inside: Inside, source: str) -> Extract:
    """Read the roads of several files that overlap as if they were one.

    Parameters
    ----------
    paths
        Files of one region; what stands in several is taken once.
    inside
        As for `read_osm_file`.
    source
        What they are together, for errors.

    Raises
    ------
    NetworkSourceError
        A file is broken, or they have no roads in the area.
    """
    import osmium  # noqa: PLC0415

    collector = _Collector(inside)
    merged = osmium.MergeInputReader()
    dates = []
    try:
        for path in paths:
            merged.add_file(str(path))
            dates.append(_stamp(osmium.io.Reader(str(path)).header(), None))
        merged.apply(_Seeing(collector), idx="flex_mem")
    except (RuntimeError, OSError) as error:
        raise NetworkSourceError(
            f"{source}: {path} cannot be read as OpenStreetMap data: {error}; delete it and start "
            "again",
            source=source,
        ) from error
    return _completed(collector.extract, min(dates), source)


class _Seeing:
    """Shows a collector what osmium calls back with."""

    def __init__(self, collector: _Collector) -> None:
        self.node = self.way = self.relation = collector.see


def _completed(extract: Extract, date: str, source: str) -> Extract:
    """Return an extract without what belongs to no road of it."""
    if not extract.ways:
        raise NetworkSourceError(f"{source} has no roads in the area asked for", source=source)
    ways = {way.id for way in extract.ways}
    extract.date = date
    extract.node_tags = {k: v for k, v in extract.node_tags.items() if k in extract.places}
    extract.restrictions = [
        one for one in extract.restrictions if {one.from_way, one.to_way, *one.via_ways} <= ways
    ]
    return extract
