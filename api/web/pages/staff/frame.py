"""What every page of staff shows: who is signed in, where to go, what was just done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse

from api.accounts import PATH, SignedIn
from api.deps import get_state
from api.web.drawing import PageMap
from api.web.texts import Texts
from api.web.view import Page
from geo.models import TIME_ZONE
from routes_data.accounts import Person, Role, Unit
from routes_data.reports import waiting

NO_STORE = {"Cache-Control": "no-store"}
"""Nothing of staff stays in a browser that somebody else may use next."""


def show(
    page: Page,
    signed_in: SignedIn,
    template: str,
    drawing: PageMap | None = None,
    *,
    status: int = 200,
    **context: Any,  # noqa: ANN401 - a template's own names
) -> HTMLResponse:
    """Return a page of staff, with a map where it shows one."""
    said = page.request.query_params.get("done", "")
    key = f"staff.done.{said}"
    answer = page.render(
        f"staff/{template}",
        status=status,
        policy=drawing.policy if drawing else None,
        map=drawing,
        me=signed_in.person,
        unit=unit_text(signed_in.person.unit, page.texts),
        token=signed_in.form_token,
        nav=entries(signed_in.person),
        reports_waiting=waiting(get_state(page.request).store.editor, signed_in.person.unit),
        done=page.texts(key) if page.texts.has(key) else "",
        **context,
    )
    answer.headers.update(NO_STORE)
    return answer


def go(page: Page, path: str, done: str = "", **query: str | int | None) -> RedirectResponse:
    """Lead on to a page of staff after a form was sent; `done` names what it says there."""
    return RedirectResponse(page.href(path, done=done or None, **query), 303, NO_STORE)


def unit_text(unit: Unit, texts: Texts) -> str:
    """Return a unit in words, its district in the language of `texts`."""
    if not unit.parts:
        return texts("staff.unit.city")
    first, *others = unit.parts
    return " / ".join([texts.word("district", first), *others])


def role_text(person: Person, texts: Texts) -> str:
    """Return the role of an account in words."""
    return texts(f"staff.role.{person.role}")


def day_text(moment: datetime, texts: Texts) -> str:
    """Return the day of a moment in Qingdao, in words."""
    return texts.date(moment.astimezone(TIME_ZONE).date(), weekday=False)


PAGES = (
    "reports", "routes", "closures", "events", "media", "oral-histories", "import", "export",
    "account",
)  # fmt: skip
"""Pages of the navigation by the last part of their addresses, after the first one."""


def entries(person: Person) -> tuple[tuple[str, str], ...]:
    """Return name and path of every page somebody is led to."""
    pages = (*PAGES, "users") if person.role.reaches(Role.ADMIN) else PAGES
    return (("work", PATH), *((name, f"{PATH}/{name}") for name in pages))
