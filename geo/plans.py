"""Plans that were kept: what was asked for, and on which data it was answered.

A kept plan is a request, not a drawing: whoever opens it later gets it planned on the data of that
day, and can be told whether the answer is still the one that was kept (`KeptPlan.differs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class PlanEdition:
    """What an answer rests on.

    `result` is a digest of the itinerary, `catalogue` and `network` are the versions it was
    planned on.
    """

    result: str
    catalogue: str
    network: str


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it was kept, and as it will always be; `request` is the JSON that was asked."""

    id: str
    request: Mapping[str, Any]
    edition: PlanEdition
    kept: datetime

    def differs(self, now: PlanEdition) -> bool:
        """Return whether the same request is answered differently by now.

        Other versions of the data alone are no difference: most edits do not touch a given plan.
        """
        return self.edition.result != now.result


class PlanStore(Protocol):
    """Keeps plans; nothing kept is ever changed."""

    def keep(self, request: Mapping[str, Any], edition: PlanEdition) -> KeptPlan:
        """Keep a plan under a new id that nobody can guess.

        Raises
        ------
        InvalidParameterError
            The request is too long to be kept, or is not JSON.
        StoreError
            The store cannot be written.
        """
        ...

    def get(self, plan_id: str) -> KeptPlan:
        """Return a kept plan.

        Raises
        ------
        UnknownRecordError
            Nothing was kept under this id.
        """
        ...
