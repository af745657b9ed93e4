"""The machine interface for staff: API tokens, never cookies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.accounts import BearerDep
from api.params import PlainQuery

router = APIRouter(prefix="/api/staff", tags=["staff"])


@router.get("/me", summary="Whose token this is, and what it may", response_class=JSONResponse)
def get_me(query: Annotated[PlainQuery, Query()], bearer: BearerDep) -> Response:
    """Answer with the account and the token of `Authorization: Bearer …`."""
    del query  # the same in every language
    person, token = bearer.person, bearer.token
    document = {
        "name": person.name,
        "display": person.display,
        "role": person.role,
        "unit": str(person.unit),
        "token": {
            "id": token.id,
            "label": token.label,
            "scopes": token.scopes,
            "expires": token.expires.isoformat(),
        },
    }
    return JSONResponse(document, headers={"Cache-Control": "no-store"})
