"""A visitor reports an error of a site, or rates it: no account, no script, nothing shown unread.

A form of another site is refused by what the browser says of its origin; a field that people do not
see catches programs that fill in every field; one address has to wait after some reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from api.accounts import client_address
from api.deps import StateDep
from api.forgery import check_sender
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.columns import tidy
from geo.models import Site
from routes_data.accounts.errors import TooManyAttemptsError
from routes_data.reports import TYPES, Report

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_sender)])

TEXT_LIMIT = 2000
CONTACT_LIMIT = 120
RATINGS = ("1", "2", "3", "4", "5")
Typed = Annotated[str, Form(max_length=10 * TEXT_LIMIT)]
Short = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the form."""

    type: str = "error"
    rating: str = ""
    text: str = ""
    contact: str = ""

    def problems(self, texts: Texts) -> dict[str, str]:
        """Return what is wrong with it, by field."""
        found = {}
        if self.type not in TYPES:
            found["type"] = texts("page.report.wrong.type")
        if self.rating not in ("", *RATINGS):
            found["rating"] = texts("page.report.wrong.rating")
        elif self.type == "rating" and not self.rating:
            found["rating"] = texts("page.report.wrong.no-rating")
        if self.type != "rating" and not self.text:
            found["text"] = texts("page.report.wrong.no-text")
        elif len(self.text) > TEXT_LIMIT:
            found["text"] = texts("page.report.wrong.long", limit=TEXT_LIMIT, count=len(self.text))
        if len(self.contact) > CONTACT_LIMIT or "\n" in self.contact:
            found["contact"] = texts("page.report.wrong.contact", limit=CONTACT_LIMIT)
        return found


def get_asked(
    *,
    what: Annotated[str, Form(alias="type", max_length=100)] = "",
    rating: Short = "",
    text: Typed = "",
    contact: Short = "",
) -> Asked:
    """Return what was typed, tidied."""
    return Asked(tidy(what), tidy(rating), tidy(text), tidy(contact))


@router.get("/sites/{site_id}/report")
def report_page(site_id: str, page: PageDep, state: StateDep, done: str = "") -> Response:
    """Show the form, or thanks."""
    return _form(page, state.catalogue.site(site_id), Asked(), done=done == "yes")


@router.post("/sites/{site_id}/report")
def receive(
    site_id: str,
    page: PageDep,
    state: StateDep,
    asked: Annotated[Asked, Depends(get_asked)],
    *,
    website: Short = "",
) -> Response:
    """Put a report into the queue of staff."""
    site = state.catalogue.site(site_id)
    path = f"/sites/{site.id}/report"
    seen, thanks = page.at(path), RedirectResponse(page.href(path, done="yes"), 303)
    if website:
        return thanks  # a program that filled in what nobody sees learns nothing
    problems = asked.problems(page.texts)
    if problems:
        return _form(seen, site, asked, problems, status=422)
    rating = int(asked.rating) if asked.rating else None
    report = Report(site.id, asked.type, rating, asked.text, asked.contact)
    try:
        state.store.reports.receive(report, client_address(page.request))
    except TooManyAttemptsError as error:
        said = {"form": page.texts("page.report.wait", count=-(-error.wait_s // 60))}
        answer = _form(seen, site, asked, said, status=429)
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    return thanks


def _form(
    page: Page,
    site: Site,
    asked: Asked,
    problems: dict[str, str] | None = None,
    *,
    done: bool = False,
    status: int = 200,
) -> Response:
    return page.render(
        "report.html",
        status=status,
        site=site,
        asked=asked,
        problems=problems or {},
        thanks=done,
    )
