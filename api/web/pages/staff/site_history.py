"""A site's history, what two revisions differ in, and the way back; its review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of, problem_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import ConflictError, SchemaError, TransitionError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk, published_body, unpublished_authors
from routes_data.revisions import Revision, State

from .frame import go, show
from .site_form import KIND, Reason, Revised
from .wording import differences, fault_line, fault_lines, history_lines

router = APIRouter(prefix=f"{PATH}/sites")

Number = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/{site_id}/history")
def history_page(
    site_id: str,
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    before: Number = 0,
    after: Number = 0,
) -> Response:
    """Show every revision, and two of them side by side where they are chosen."""
    return _history(page, state, signed_in, site_id, chosen=(before, after))


@router.post("/{site_id}/undo")
def undo(
    site_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    to: Revised,
    expected: Revised,
    reason: Reason = "",
) -> Response:
    """Bring a revision back as a draft."""
    said = reason.strip() or page.texts("staff.undo.reason", number=to)
    try:
        Desk(state.store.editor, sender.person).undo(KIND, site_id, to, expected, said)
    except (NotAllowedError, ConflictError) as error:
        problem = problem_of(error)
        wrong = str(problem.document(page.texts)["detail"])
        seen = page.at(f"{PATH}/sites/{site_id}/history")
        return _history(seen, state, sender, site_id, wrong=wrong, status=problem.status)
    return go(page, f"{PATH}/sites/{site_id}", "undone")


@router.get("/{site_id}/review")
def review_page(site_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show what visitors see beside what was handed in."""
    return _review(page, state, signed_in, site_id)


@router.post("/{site_id}/review")
def review(
    site_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    expected: Revised,
    do: Annotated[str, Form(pattern="^(publish|send-back)$")],
    reason: Reason = "",
) -> Response:
    """Publish what was handed in, or send it back with a reason."""
    desk, seen = Desk(state.store.editor, sender.person), page.at(f"{PATH}/sites/{site_id}/review")
    said = reason.strip()
    if do == "send-back" and not said:
        missing = page.texts("staff.review.reason-missing")
        return _review(seen, state, sender, site_id, wrong=missing, status=422)
    try:
        step = desk.publish if do == "publish" else desk.send_back
        step(KIND, site_id, expected, said)
    except SchemaError as error:
        wrong = " ".join(fault_line(one, page.texts) for one in error.faults)
        return _review(seen, state, sender, site_id, wrong=wrong, status=422)
    except (NotAllowedError, ConflictError, TransitionError) as error:
        problem = problem_of(error)
        wrong = str(problem.document(page.texts)["detail"])
        return _review(seen, state, sender, site_id, wrong=wrong, status=problem.status)
    return go(page, PATH, "published" if do == "publish" else "sent-back")


def _history(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    site_id: str,
    *,
    chosen: tuple[int, int] = (0, 0),
    wrong: str = "",
    status: int = 200,
) -> Response:
    editor, texts = state.store.editor, page.texts
    history = editor.history(KIND, site_id)
    head, (before, after) = history[-1], chosen
    old = editor.at(KIND, site_id, before) if before else None
    new = editor.at(KIND, site_id, after) if after else head
    return show(
        page,
        signed_in,
        "site_history.html",
        status=status,
        wrong=wrong,
        head=head,
        name=texts.pick(str(head.body.get("name_zh") or site_id), str(head.body.get("name_en"))),
        lines=history_lines(history, texts),
        compared=(old.revision, new.revision) if old else None,
        rows=differences(old.body, new.body, texts) if old else (),
        may=Desk(editor, signed_in.person).may_edit(head.body),
    )


def _review(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    site_id: str,
    *,
    wrong: str = "",
    status: int = 200,
) -> Response:
    texts = page.texts
    history = state.store.editor.history(KIND, site_id)
    head, shown = history[-1], published_body(history)
    return show(
        page,
        signed_in,
        "site_review.html",
        status=status,
        head=head,
        name=texts.pick(str(head.body.get("name_zh") or site_id), str(head.body.get("name_en"))),
        time=texts.moment(head.time),
        state=texts(f"staff.state.{head.state}"),
        rows=differences(shown or {}, head.body, texts),
        is_new=shown is None,
        authors=sorted(unpublished_authors(history)),
        faults=fault_lines(head.body, texts),
        refusal=_refusal(page, signed_in, history),
        wrong=wrong,
    )


def _refusal(page: Page, signed_in: SignedIn, history: Sequence[Revision]) -> str:
    """Return why this person cannot decide, before they try; empty where they can."""
    head, person = history[-1], signed_in.person
    if head.state is not State.REVIEW:
        return page.texts("staff.review.not-handed-in")
    try:
        person.require(Role.REVIEWER)
        person.require_unit(head.body)
        person.require_other_eyes(head.id, unpublished_authors(history))
    except NotAllowedError as error:
        return detail_of(error, page.texts)
    return ""
