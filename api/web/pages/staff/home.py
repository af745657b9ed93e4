"""The first page of staff: who am I, what may I do."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.accounts import PATH, SignedInDep
from api.web.view import PageDep
from routes_data.accounts import Role

from .frame import role_text, show

router = APIRouter(prefix=PATH)


@router.get("")
def home_page(page: PageDep, signed_in: SignedInDep) -> HTMLResponse:
    """Show the account and its rights."""
    person = signed_in.person
    return show(
        page,
        signed_in,
        "home.html",
        role=role_text(person, page.texts),
        rights=[(role, person.role.reaches(role)) for role in Role],
    )
