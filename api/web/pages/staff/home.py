"""The first page of staff: what there is to do, who am I, what may I do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.accounts import PATH, SignedInDep
from api.deps import StateDep
from api.web.view import Page, PageDep
from geo.models import TIME_ZONE
from routes_data.accounts import Person, Role, Unit
from routes_data.reports import waiting
from routes_data.revisions import Revision, State

from .frame import role_text, show
from .unsaved import links
from .worklists import months_before, worklists

router = APIRouter(prefix=PATH)

MONTHS = (1, 3, 6, 12, 24)
"""How long ago a site was verified last: what is offered."""


@dataclass(frozen=True, slots=True)
class Work:
    """One site of a list: its name, where its link leads, who changed it last and when."""

    name: str
    href: str
    district: str
    state: str
    by: str
    time: str


@router.get("")
def home_page(
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    work: Annotated[str, Query(alias="list")] = "",
    everywhere: str = "",
    months: Annotated[int, Query(ge=1, le=120)] = 6,
) -> HTMLResponse:
    """Show the work, the account and its rights."""
    person = signed_in.person
    unit = Unit() if everywhere else person.unit
    lists = worklists(state.store.editor, unit, months_before(datetime.now(TIME_ZONE), months))
    counts = lists.counts
    chosen = work or next((name for name in ("review", "draft") if counts[name]), "position")
    return show(
        page,
        signed_in,
        "home.html",
        role=role_text(person, page.texts),
        rights=[(role, person.role.reaches(role)) for role in Role],
        chosen=chosen,
        counts=counts,
        everywhere=everywhere,
        months=months,
        month_choices=sorted({*MONTHS, months}),
        unsaved=links(page, state, person),
        reports=waiting(state.store.editor, unit),
        works=[_work(head, person, page) for head in lists.of(chosen)],
    )


def _work(head: Revision, person: Person, page: Page) -> Work:
    reviewing = head.state is State.REVIEW and person.role.reaches(Role.REVIEWER)
    path = f"{PATH}/sites/{head.id}" + ("/review" if reviewing else "")
    body, texts = head.body, page.texts
    return Work(
        name=texts.pick(str(body.get("name_zh") or head.id), str(body.get("name_en") or "")),
        href=page.href(path),
        district=texts.word("district", str(body.get("district") or "")),
        state=texts(f"staff.state.{head.state}"),
        by=head.author,
        time=texts.moment(head.time),
    )
