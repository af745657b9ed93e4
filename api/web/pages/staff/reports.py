"""Visitors' reports: the queue of a unit, one report with its answer, figures by district."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import problem_of
from api.exchanging import said_wanted
from api.state import AppState
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.columns import Record, tidy
from geo.errors import ConflictError, SchemaError, TransitionError, not_one_of
from geo.models import TIME_ZONE
from routes_data.accounts import Role, Unit
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk, Unsettled, published_body
from routes_data.editor import Editor
from routes_data.reports import (
    KEPT_CLOSED,
    KIND,
    OPEN,
    VISITOR,
    Figures,
    answered,
    figures_by_district,
    reports_of,
)
from routes_data.revisions import Revision, State

from .frame import go, show
from .record_form import Reason, Revised
from .worklists import LISTED, site_names

router = APIRouter(prefix=f"{PATH}/reports")

LISTS: Mapping[str, tuple[State, ...]] = {
    "open": OPEN,
    "published": (State.PUBLISHED,),
    "archived": (State.ARCHIVED,),
}
"""Which report stands in which list."""
EXCERPT = 80
ANSWER_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """A report of the queue."""

    site: str
    href: str
    type: str
    rating: object
    text: str
    received: str
    is_answered: bool


def _sites(editor: Editor) -> dict[str, Record]:
    return {head.id: head.body for head in editor.worklist("sites", LISTED)}


@router.get("")
def queue_page(
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    chosen: Annotated[str, Query(alias="list")] = "open",
    everywhere: str = "",
) -> Response:
    """Show the queue, and what the reports of each district come to."""
    if chosen not in LISTS:
        raise not_one_of("list", chosen, LISTS)
    editor, texts = state.store.editor, page.texts
    heads = reports_of(editor, Unit() if everywhere else signed_in.person.unit)
    names = site_names(editor, texts)
    figures = figures_by_district(heads, _sites(editor))
    return show(
        page,
        signed_in,
        "reports.html",
        chosen=chosen,
        everywhere=everywhere,
        counts={name: sum(one.state in states for one in heads) for name, states in LISTS.items()},
        rows=[_row(one, names, page) for one in heads if one.state in LISTS[chosen]],
        figures=[_figures(name, one, texts) for name, one in figures.items()],
    )


def _row(head: Revision, names: Mapping[str, str], page: Page) -> Row:
    body, site = head.body, str(head.body.get("site"))
    text = " ".join(str(body.get("text")).split())
    return Row(
        site=names.get(site, site),
        href=page.href(f"{PATH}/reports/{head.id}"),
        type=page.texts(f"page.report.type.{body.get('type')}"),
        rating=body.get("rating"),
        text=text[:EXCERPT] + ("…" if len(text) > EXCERPT else ""),
        received=page.texts.moment(datetime.fromisoformat(str(body["received"]))),
        is_answered=bool(body.get("answer")),
    )


def _figures(district: str, one: Figures, texts: Texts) -> tuple[str, ...]:
    return (
        texts.word("district", district) if district else texts("staff.reports.no-district"),
        str(one.count),
        str(one.waiting),
        "–" if one.mean_rating is None else f"{one.mean_rating:.1f}",
        "–" if one.median_s is None else texts.duration(one.median_s),
    )


@router.get("/{report_id}")
def report_page(report_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show a report with its answer and what may be done with it."""
    return _report(page, state, signed_in, report_id)


@router.post("/{report_id}/answer")
def answer_page(
    report_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    expected: Revised,
    answer: Annotated[str, Form(max_length=10 * ANSWER_LIMIT)] = "",
) -> Response:
    """Keep an answer and hand it in."""
    typed = tidy(answer)

    def keep(desk: Desk) -> str:
        return _answer(desk, report_id, expected, typed, page.texts)

    return _done(page, state, sender, report_id, keep, ("submitted", typed))


@router.post("/{report_id}/decide")
def decide(
    report_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    expected: Revised,
    do: Annotated[str, Form(pattern="^(publish|archive)$")],
    reason: Reason = "",
) -> Response:
    """Publish a report with its answer, or put it away with a reason."""

    def step(desk: Desk) -> str:
        if do == "archive" and not reason.strip():
            return page.texts("staff.edit.reason-missing")
        (desk.publish if do == "publish" else desk.archive)(
            KIND, report_id, expected, reason.strip()
        )
        return ""

    done = "published" if do == "publish" else "archived"
    return _done(page, state, sender, report_id, step, (done, ""))


@router.post("/{report_id}/erase")
def erase(report_id: str, page: PageDep, state: StateDep, sender: SenderDep) -> Response:
    """Erase how to reach who wrote a report; the report stays."""

    def forget(desk: Desk) -> str:
        desk.require_own(KIND, report_id)
        state.store.reports.erase(report_id, sender.person.name)
        return ""

    return _done(page, state, sender, report_id, forget, ("contact-erased", ""))


def _done(
    page: Page,
    state: AppState,
    sender: SignedIn,
    report_id: str,
    deed: Callable[[Desk], str],
    said: tuple[str, str],
) -> Response:
    """Do something with a report and show it; or say why not, with the answer typed."""
    (done, typed), status, path = said, 422, f"{PATH}/reports/{report_id}"
    try:
        wrong = deed(Desk(state.store.editor, sender.person))
    except SchemaError as error:
        texts = page.texts
        wrong = " ".join(
            f"{said_wanted(one.got, texts)}: {said_wanted(one.wanted, texts)}"
            for one in error.faults
        )
    except (NotAllowedError, ConflictError, TransitionError) as error:
        problem = problem_of(error)
        wrong, status = str(problem.document(page.texts)["detail"]), problem.status
    if wrong:
        seen = page.at(path)
        return _report(seen, state, sender, report_id, typed=typed, wrong=wrong, status=status)
    return go(page, path, done)


def _answer(desk: Desk, report_id: str, expected: int, answer: str, texts: Texts) -> str:
    """Keep an answer and hand it in; return what is wrong, empty where nothing is."""
    if not answer or len(answer) > ANSWER_LIMIT:
        return texts("staff.reports.answer-length", limit=ANSWER_LIMIT, count=len(answer))
    base = desk.editor.at(KIND, report_id, expected)
    body, said = answered(base.body, answer, datetime.now(TIME_ZONE)), texts("staff.reports.answer")
    saved = desk.save(KIND, report_id, body, expected, said)
    if isinstance(saved, Unsettled):
        return texts("staff.reports.clash", author=saved.head.author)
    desk.submit(KIND, report_id, saved.revision.revision, said)
    return ""


def _report(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    report_id: str,
    *,
    typed: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    editor, texts, person = state.store.editor, page.texts, signed_in.person
    history = editor.history(KIND, report_id)
    head = history[-1]
    desk, site = Desk(editor, person), str(head.body.get("site"))
    may = desk.may_edit(KIND, head.body)
    reviews = may and person.role.reaches(Role.REVIEWER)
    return show(
        page,
        signed_in,
        "report.html",
        status=status,
        head=head,
        site=(site, site_names(editor, texts).get(site, site)),
        received=texts.moment(datetime.fromisoformat(str(head.body["received"]))),
        state=texts(f"staff.state.{head.state}"),
        answer=typed or str(head.body.get("answer") or ""),
        is_shown=head.state is not State.ARCHIVED and published_body(history) is not None,
        lines=[_line(one, texts) for one in reversed(history)],
        may=may,
        contact=state.store.reports.contact(report_id) if may else "",
        kept_days=KEPT_CLOSED.days,
        may_publish=reviews and head.state is State.REVIEW,
        may_archive=reviews and head.state is not State.ARCHIVED,
        wrong=wrong,
    )


def _line(one: Revision, texts: Texts) -> tuple[str, str, str, str]:
    author = texts("staff.reports.visitor") if one.author == VISITOR else one.author
    return texts(f"staff.state.{one.state}"), author, texts.moment(one.time), one.reason
