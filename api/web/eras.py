"""The eras of the time line: the usual division of the Party's history since May Fourth."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import InvalidParameterError


@dataclass(frozen=True, slots=True)
class Era:
    """Years `first` to `last`, both included; `last` is None for the present one."""

    name: str
    first: int
    last: int | None

    @property
    def key(self) -> str:
        """The era in an address: 1937-1945, or 2012-."""
        return f"{self.first}-{self.last or ''}"


ERAS = (
    Era("founding", 1919, 1926),
    Era("agrarian", 1927, 1936),
    # Qingdao was taken in January 1938; the nationwide war began in 1937.
    Era("resistance", 1937, 1945),
    Era("liberation", 1946, 1949),
    Era("construction", 1950, 1977),
    Era("reform", 1978, 2011),
    Era("new", 2012, None),
)


def era_of(key: str) -> Era:
    """Return the era an address names.

    Raises
    ------
    InvalidParameterError
        There is no such era.
    """
    for era in ERAS:
        if era.key == key:
            return era
    raise InvalidParameterError("period", key, "one of " + " ".join(era.key for era in ERAS))
