"""Who somebody is: role, unit, and what the two allow.

A unit is a part of the structure city 市 → district 区市 → town or street 镇街 → community 社区. A
record lies in a district by its column `district`, in a town or community by its address: Chinese
addresses name them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from geo.columns import Record
from geo.districts import district_of
from geo.errors import InvalidParameterError, not_one_of

from .errors import OutsideUnitError, OwnWorkError, RoleError

SEPARATOR = "/"
_LEVELS = ("city", "district", "town", "community")
_PART = re.compile(r"[\u3400-\u9fffA-Za-z0-9·]{2,30}")
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class Role(StrEnum):
    """What somebody may do; each may what the ones before it may.

    A viewer reads drafts and histories, an editor writes, a reviewer publishes, an administrator
    publishes own work as well.
    """

    VIEWER = "viewer"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @classmethod
    def read(cls, text: str) -> Role:
        """Return a role by its name.

        Raises
        ------
        InvalidParameterError
            There is no such role.
        """
        if text not in set(cls):
            raise not_one_of("role", text, cls)
        return cls(text)

    def reaches(self, needed: Role) -> bool:
        """Return whether this role may what `needed` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the structure: its names from the district down; none for the whole city."""

    parts: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Unit:
        """Return the unit of a path: 崂山区, or 崂山区/王哥庄街道, or 崂山区/王哥庄街道/某社区.

        Raises
        ------
        InvalidParameterError
            The district is unknown, a part is no name, or there are too many.
        """
        if not text.strip():
            return cls()
        first, *others = (part.strip() for part in text.split(SEPARATOR))
        district = district_of(first).name_zh
        if len(others) >= len(_LEVELS) - 1 or not all(map(_PART.fullmatch, others)):
            raise InvalidParameterError(
                "unit", text, "DISTRICT, DISTRICT/TOWN or DISTRICT/TOWN/COMMUNITY", rule="unit_path"
            )
        return cls((district, *others))

    @property
    def level(self) -> str:
        """Return city, district, town or community."""
        return _LEVELS[len(self.parts)]

    def holds(self, body: Record) -> bool:
        """Return whether a record lies in this unit."""
        if not self.parts:
            return True
        address = str(body.get("address") or "")
        return body.get("district") == self.parts[0] and all(
            part in address for part in self.parts[1:]
        )

    def covers(self, other: Unit) -> bool:
        """Return whether another unit lies in this one, or is it."""
        return other.parts[: len(self.parts)] == self.parts

    def require_within(self, other: Unit) -> None:
        """Refuse a unit that lies outside this one.

        Raises
        ------
        OutsideUnitError
            It does.
        """
        if not self.covers(other):
            raise OutsideUnitError(str(self), str(other) or "the whole city")

    def __str__(self) -> str:
        """Return the path; empty for the city."""
        return SEPARATOR.join(self.parts)


@dataclass(frozen=True, slots=True)
class Person:
    """An account, without its password."""

    name: str
    display: str
    role: Role
    unit: Unit
    disabled: bool
    created: datetime
    has_password: bool = True

    def require(self, needed: Role) -> None:
        """Refuse what this role may not do.

        Raises
        ------
        RoleError
            The role is lower than `needed`.
        """
        if not self.role.reaches(needed):
            raise RoleError(self.role, needed)

    def require_unit(self, *bodies: Record) -> None:
        """Refuse a record that lies outside this unit, as it was or as it is to be.

        Raises
        ------
        OutsideUnitError
            One of the bodies lies outside.
        """
        for body in bodies:
            if not self.unit.holds(body):
                raise OutsideUnitError(str(self.unit), str(body.get("id")))

    def require_other_eyes(self, record_id: str, authors: Collection[str]) -> None:
        """Refuse to publish own work; an administrator may, where nobody else is there.

        Raises
        ------
        OwnWorkError
            Who asks is among the authors of what is not published yet.
        """
        if self.name in authors and not self.role.reaches(Role.ADMIN):
            raise OwnWorkError(record_id)


def read_name(text: str) -> str:
    """Return a log-in name as it is kept: lower case.

    Raises
    ------
    InvalidParameterError
        It is no name.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidParameterError(
            "name", text, "2 to 32 of a-z 0-9 . _ -, a letter first", rule="user_name"
        )
    return name


def read_line(parameter: str, text: str, longest: int = 80) -> str:
    """Return one printable line.

    Raises
    ------
    InvalidParameterError
        It is empty, too long, or holds what cannot be printed.
    """
    line = text.strip()
    if not line or len(line) > longest or not line.isprintable():
        raise InvalidParameterError(
            parameter, text, f"1 to {longest} letters", rule="line", limits={"longest": longest}
        )
    return line
