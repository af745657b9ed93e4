"""Kept plans in the database: rows that are written once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from geo.errors import InvalidParameterError, UnknownRecordError
from geo.plans import KeptPlan, PlanEdition

from .engine import reading, writing
from .models import PLANS
from .part import Part

MAX_REQUEST_CHARS = 50_000
"""Longest request that is kept, as JSON: sixty stops with all their wishes take a tenth of it."""

ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0, o, 1, i, l: an id is also read from paper and typed."""
ID_LENGTH = 14
"""Letters of an id: 31 to the power of 14, 69 bits; nobody finds another's plan by trying."""


class KeptPlans(Part):
    """The plans of a store; a `geo.plans.PlanStore`, safe for threads and processes."""

    def keep(self, request: Mapping[str, Any], edition: PlanEdition) -> KeptPlan:
        """Keep a plan under a new id that nobody can guess.

        Raises
        ------
        InvalidParameterError
            The request is longer than `MAX_REQUEST_CHARS` as JSON, or is not JSON.
        StoreError
            The database cannot be written.
        """
        plan_id = random_letters(ID_LENGTH)
        plan = KeptPlan(plan_id, as_json(request), edition, self.clock())
        with writing(self._engine) as connection:
            connection.execute(
                insert(PLANS).values(
                    id=plan.id,
                    request=plan.request,
                    result=edition.result,
                    catalogue=edition.catalogue,
                    network=edition.network,
                    kept=plan.kept,
                )
            )
        return plan

    def get(self, plan_id: str) -> KeptPlan:
        """Return a kept plan.

        Raises
        ------
        UnknownRecordError
            Nothing was kept under this id.
        StoreError
            The database does not answer.
        """
        row = None
        # A NUL is no text to PostgreSQL; no id has one, nor anything else from outside ASCII.
        if plan_id.isascii() and plan_id.isalnum():
            with reading(self._engine) as connection:
                found = connection.execute(select(PLANS).where(PLANS.c.id == plan_id))
                row = found.mappings().one_or_none()
        if row is None:
            raise UnknownRecordError(
                f"no record plans/{plan_id[:40]}", kind="plans", id=plan_id[:40], revision=None
            )
        edition = PlanEdition(row["result"], row["catalogue"], row["network"])
        return KeptPlan(row["id"], row["request"], edition, row["kept"])


def random_letters(count: int) -> str:
    """Return letters that nobody can guess and that survive being read from paper."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(count))


def as_json(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as it will be read again.

    Raises
    ------
    InvalidParameterError
        It is longer than `MAX_REQUEST_CHARS` as JSON, or is not JSON.
    """
    wanted = f"a JSON object of at most {MAX_REQUEST_CHARS} characters"
    try:
        text = json.dumps(dict(request), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError("request", error, wanted, rule="dict_type") from error
    if len(text) > MAX_REQUEST_CHARS or "\\u0000" in text:
        raise InvalidParameterError(
            "request", len(text), wanted, rule="kept_length", limits={"most": MAX_REQUEST_CHARS}
        )
    kept: dict[str, Any] = json.loads(text)
    return kept
