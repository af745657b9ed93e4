"""Every error this project raises on purpose.

```
HeritageError                     code, data
├ DataError (ValueError)          SchemaError  CrsError  NetworkFileError  NetworkSourceError
├ NotFoundError (LookupError)     UnknownSiteError  UnknownRouteError  UnknownCollectionError
│                                 UnknownRecordError  RemovedTripError
├ BadRequestError (ValueError)    InvalidParameterError  BboxError  TooManyStopsError
│                                 TransitionError  RecordFaultsError
├ PlanningError                   NoPathError  OffNetworkError  AvoidedError
├ NetworkUnavailableError         PackUnavailableError
├ StoreError
└ ConflictError                   RecordExistsError  WrongEditKeyError
```

The second base is the builtin a caller would expect. A message says what was got, what was wanted
and what to do; ids and numbers are also attributes (`data`), so that the API sends them as fields
and a test never matches on prose. `api.errors` maps these classes to HTTP in one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

JsonValue = (
    str | int | float | bool | None | list[str] | list[float] | Mapping[str, str | int | float]
)


class HeritageError(Exception):
    """Base of every error raised on purpose.

    Parameters
    ----------
    message
        What was got, what was wanted, what to do; one line of English.
    data
        The ids and numbers of the message, JSON values, also used to fill translated texts.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **data: JsonValue) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class DataError(HeritageError, ValueError):
    """A file or frame of ours is not what it must be."""

    code = "bad-data"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what was got, what was wanted.

    `row` is the line number of a CSV (the header is line 1), or the id or index in a JSON list.
    """

    file: str
    row: int | str
    column: str
    got: str
    wanted: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.file}:{self.row} {self.column}: got {self.got!r}, wanted {self.wanted}"


class SchemaError(DataError):
    """One or more faults of a frame or file, all of them at once.

    Parameters
    ----------
    faults
        Every fault found; at least one.
    """

    code = "bad-schema"

    def __init__(self, faults: Sequence[Fault]) -> None:
        lines = [str(fault) for fault in faults]
        super().__init__(f"{len(lines)} fault(s): " + "; ".join(lines), faults=lines)
        self.faults = tuple(faults)


class CrsError(DataError):
    """Coordinates are not in the reference system that was asked for."""

    code = "bad-crs"


class NetworkFileError(DataError):
    """A compiled network file is damaged, foreign or of another version."""

    code = "bad-network-file"


class NetworkSourceError(DataError):
    """What a network is to be built from is missing, broken, foreign or empty (`source`)."""

    code = "bad-network-source"


class NotFoundError(HeritageError, LookupError):
    """Something asked for by id does not exist."""

    code = "not-found"


class UnknownSiteError(NotFoundError):
    """One or more site ids are not in the catalogue (`ids`, and `near`: ids like them)."""

    code = "unknown-site"


class UnknownRouteError(NotFoundError):
    """No published route has this id (`ids`, and `near`: ids like it)."""

    code = "unknown-route"


class UnknownCollectionError(NotFoundError):
    """No collection has this id (`ids`)."""

    code = "unknown-collection"


class UnknownRecordError(NotFoundError):
    """The store has no such record or revision of it (`kind`, `id`, `revision`)."""

    code = "unknown-record"


class RemovedTripError(NotFoundError):
    """Who held the key of a kept field trip has removed it (`id`); nothing of it is left."""

    code = "removed-trip"

    def __init__(self, trip_id: str) -> None:
        super().__init__(f"trips/{trip_id} was removed by who kept it", id=trip_id)


class BadRequestError(HeritageError, ValueError):
    """A request cannot be understood or is over a limit."""

    code = "bad-request"


class InvalidParameterError(BadRequestError):
    """One parameter is not what it must be (`parameter`, `got`, `wanted`).

    `rule` and `limits` name the general rule it breaks, where there is one (geo/faults.py).
    """

    code = "invalid-parameter"

    def __init__(self, parameter: str, got: object, wanted: str, **rule: JsonValue) -> None:
        super().__init__(
            f"{parameter}: got {str(got)[:80]!r}, wanted {wanted}",
            parameter=parameter,
            got=str(got)[:80],
            wanted=wanted,
            **rule,
        )


def not_one_of(parameter: str, got: object, allowed: Iterable[str]) -> InvalidParameterError:
    """Return the error of a value that is none of those there are."""
    names = ", ".join(allowed)
    return InvalidParameterError(
        parameter, got, f"one of {names}", rule="one_of", limits={"allowed": names}
    )


def file_ending(parameter: str, got: object, endings: Iterable[str]) -> InvalidParameterError:
    """Return the error of a file name that ends in none of those we know."""
    names = ", ".join(f".{ending}" for ending in endings)
    return InvalidParameterError(
        parameter,
        got,
        f"a name that ends in one of {names}",
        rule="file_ending",
        limits={"allowed": names},
    )


class BboxError(InvalidParameterError):
    """A bounding box is reversed, not finite or outside the world."""

    code = "bad-bbox"

    def __init__(self, got: object) -> None:
        super().__init__(
            "bbox", got, "west,south,east,north in degrees, west < east and south < north"
        )


class TooManyStopsError(BadRequestError):
    """More stops than one itinerary may have (`count`, `limit`)."""

    code = "too-many-stops"

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            f"{count} stops asked for, at most {limit} can be planned at once; leave some out",
            count=count,
            limit=limit,
        )


class PlanningError(HeritageError):
    """The request is clear, but no itinerary can be made of it."""

    code = "no-plan"


class NoPathError(PlanningError):
    """No path joins two positions on this network (`origin`, `destination`, `mode`)."""

    code = "no-path"

    def __init__(self, origin: str, destination: str, mode: str) -> None:
        super().__init__(
            f"no {mode} path from {origin} to {destination} on this network; "
            "try the other mode or leave one of them out",
            origin=origin,
            destination=destination,
            mode=mode,
        )


class AvoidedError(PlanningError):
    """There is no way without what is to be avoided (`allow`: what to allow; `together`: all)."""

    code = "avoided"

    def __init__(self, alone: Sequence[str], every: Sequence[str]) -> None:
        allow, together = list(alone or every), not alone and len(every) > 1
        joined = (" and " if together else " or ").join(allow)
        super().__init__(
            f"there is no way without what is to be avoided; allow {joined}",
            allow=allow,
            together=together,
        )


class OffNetworkError(PlanningError):
    """A position is too far from any road (`position`, `distance_m`, `limit_m`, `mode`)."""

    code = "off-network"

    def __init__(self, position: str, distance_m: float, limit_m: float, mode: str) -> None:
        super().__init__(
            f"{position} is {distance_m:.0f} m from the nearest {mode} road, "
            f"at most {limit_m:.0f} m is allowed; choose a position on land, near a road",
            position=position,
            distance_m=round(distance_m),
            limit_m=round(limit_m),
            mode=mode,
        )


class NetworkUnavailableError(HeritageError):
    """The road network is missing or cannot be read."""

    code = "network-unavailable"


class PackUnavailableError(HeritageError):
    """PDF packs cannot be made here: the `pack` extra is not installed."""

    code = "pack-unavailable"

    def __init__(self) -> None:
        super().__init__(
            "PDF packs need the 'pack' extra, which is not installed: "
            "pip install 'qingdao-red-trails[pack]'"
        )


class StoreError(HeritageError):
    """The database cannot be reached, is full, or was written by another version."""

    code = "store-unavailable"


class ConflictError(HeritageError):
    """Somebody else changed the record in the meantime (`kind`, `id`, `expected`, `found`).

    `expected` and `found` are revision numbers: what the edit rests on, and the newest there is.
    """

    code = "edit-conflict"

    def __init__(self, kind: str, record_id: str, expected: int | None, found: int | None) -> None:
        super().__init__(
            f"{kind}/{record_id}: the edit rests on revision {expected}, the newest is {found}; "
            "read it again and repeat the edit on it",
            kind=kind,
            id=record_id,
            expected=expected,
            found=found,
        )


class WrongEditKeyError(HeritageError):
    """A kept field trip is to be changed without its edit key (`id`); the key is never repeated."""

    code = "wrong-edit-key"

    def __init__(self, trip_id: str) -> None:
        super().__init__(
            f"the edit key of trips/{trip_id} is missing or is another one; it was shown once, "
            "when the trip was kept, and nobody can look it up",
            id=trip_id,
        )


class TransitionError(BadRequestError):
    """A record cannot go from its state to the one asked for (`kind`, `id`, `state`, `wanted`)."""

    code = "bad-transition"


class RecordExistsError(HeritageError):
    """A new record was sent with the id of one there is, perhaps archived (`kind`, `id`)."""

    code = "record-exists"

    def __init__(self, kind: str, record_id: str) -> None:
        super().__init__(
            f"{kind}/{record_id} exists; send another id, or none: one is made of the name",
            kind=kind,
            id=record_id,
        )


class RecordFaultsError(BadRequestError):
    """A record that was sent has faults (`faults`, one line each; `fields`: the same by field)."""

    code = "unfit-record"
    most = 50
    """Faults that are told at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = faults[: self.most]
        fields: dict[str, str | int | float] = {}
        for one in told:
            said = f"got {one.got!r}, wanted {one.wanted}"
            fields[one.column] = f"{fields[one.column]}; {said}" if one.column in fields else said
        lines = [f"{one.column}: got {one.got!r}, wanted {one.wanted}" for one in told]
        super().__init__(
            f"{len(faults)} fault(s): " + "; ".join(lines), faults=lines, fields=fields
        )
