"""Which role and unit the groups of a provider stand for, as an administrator wrote it down.

`GROUP=ROLE` or `GROUP=ROLE@UNIT`, semicolons between: `editors=editor; laoshan=reviewer@崂山区`.
The first that somebody is in counts. None makes an administrator: those are made at the command
line alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from geo.errors import InvalidParameterError, not_one_of

from .roles import Role, Unit

WANTED = "GROUP=ROLE or GROUP=ROLE@UNIT, with ; between"


@dataclass(frozen=True, slots=True)
class Placement:
    """A role within a unit."""

    role: Role
    unit: Unit


@dataclass(frozen=True, slots=True)
class Placing:
    """Groups and what each stands for, the first that fits first."""

    groups: Mapping[str, Placement] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Placing:
        """Return what a setting says; empty: no group stands for anything.

        Raises
        ------
        InvalidParameterError
            It cannot be read, or a role or unit in it is not known or not to be given so.
        """
        lines = [line.strip() for line in text.split(";") if line.strip()]
        return cls(dict(_line(line) for line in lines))

    def of(self, groups: Collection[str]) -> Placement | None:
        """Return what somebody in these groups is; None: nobody."""
        return next((placed for name, placed in self.groups.items() if name in groups), None)


def _line(line: str) -> tuple[str, Placement]:
    # A group of a directory may be CN=editors,OU=…: the last = divides.
    group, divided, place = line.rpartition("=")
    if not divided or not group.strip():
        raise InvalidParameterError("oidc_roles", line, WANTED, rule="group_roles")
    role, _, unit = place.partition("@")
    given = [one for one in Role if one is not Role.ADMIN]
    if role.strip() not in given:
        raise not_one_of("oidc_roles", role.strip(), given)
    return group.strip(), Placement(Role.read(role.strip()), Unit.read(unit))
