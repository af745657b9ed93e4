"""A record's history, what two revisions differ in, and the way back; its review and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of, problem_of
from api.state import AppState
from api.web.drawing import shared_drawing
from api.web.view import Page, PageDep
from geo.errors import ConflictError, SchemaError, TransitionError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk, published_body, unpublished_authors
from routes_data.revisions import Revision, State

from .frame import go, show
from .pin import Moved
from .record_form import Reason, Revised, words_of
from .route_change import route_change
from .sheets import SheetDep
from .wording import Words

router = APIRouter(prefix=PATH)

Number = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/{kind}/{record_id}/history")
def history_page(
    sheet: SheetDep,
    record_id: str,
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    before: Number = 0,
    after: Number = 0,
) -> Response:
    """Show every revision, and two of them side by side where they are chosen."""
    words = words_of(state, sheet, page.texts)
    return _history(page, state, signed_in, words, record_id, chosen=(before, after))


@router.post("/{kind}/{record_id}/undo")
def undo(
    sheet: SheetDep,
    record_id: str,
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
        Desk(state.store.editor, sender.person).undo(sheet.kind, record_id, to, expected, said)
    except (NotAllowedError, ConflictError) as error:
        problem = problem_of(error)
        wrong = str(problem.document(page.texts)["detail"])
        seen = page.at(f"{PATH}/{sheet.kind}/{record_id}/history")
        words = words_of(state, sheet, page.texts)
        return _history(seen, state, sender, words, record_id, wrong=wrong, status=problem.status)
    return go(page, f"{PATH}/{sheet.kind}/{record_id}", "undone")


@router.post("/{kind}/{record_id}/archive")
def archive(
    sheet: SheetDep,
    record_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    expected: Revised,
    reason: Reason = "",
) -> Response:
    """Take a record away from visitors; its history stays, and so does the way back."""
    words = words_of(state, sheet, page.texts)
    wrong, status, said = "", 422, reason.strip()
    try:
        if said:
            desk = Desk(state.store.editor, sender.person)
            desk.archive(sheet.kind, record_id, expected, said)
            return go(page, f"{PATH}/{sheet.kind}", "archived")
        wrong = page.texts("staff.edit.reason-missing")
    except SchemaError as error:
        wrong = " ".join(map(words.fault, error.faults))
    except (NotAllowedError, ConflictError, TransitionError) as error:
        problem = problem_of(error)
        wrong, status = str(problem.document(page.texts)["detail"]), problem.status
    seen = page.at(f"{PATH}/{sheet.kind}/{record_id}/history")
    return _history(seen, state, sender, words, record_id, wrong=wrong, status=status)


@router.get("/{kind}/{record_id}/review")
def review_page(
    sheet: SheetDep, record_id: str, page: PageDep, state: StateDep, signed_in: SignedInDep
) -> Response:
    """Show what visitors see beside what was handed in."""
    return _review(page, state, signed_in, words_of(state, sheet, page.texts), record_id)


@router.post("/{kind}/{record_id}/review")
def review(
    sheet: SheetDep,
    record_id: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    expected: Revised,
    do: Annotated[str, Form(pattern="^(publish|send-back)$")],
    reason: Reason = "",
) -> Response:
    """Publish what was handed in, or send it back with a reason."""
    desk, said = Desk(state.store.editor, sender.person), reason.strip()
    seen = page.at(f"{PATH}/{sheet.kind}/{record_id}/review")
    words = words_of(state, sheet, page.texts)
    if do == "send-back" and not said:
        missing = page.texts("staff.review.reason-missing")
        return _review(seen, state, sender, words, record_id, wrong=missing, status=422)
    try:
        step = desk.publish if do == "publish" else desk.send_back
        step(sheet.kind, record_id, expected, said)
    except SchemaError as error:
        wrong = " ".join(map(words.fault, error.faults))
        return _review(seen, state, sender, words, record_id, wrong=wrong, status=422)
    except (NotAllowedError, ConflictError, TransitionError) as error:
        problem = problem_of(error)
        wrong = str(problem.document(page.texts)["detail"])
        return _review(seen, state, sender, words, record_id, wrong=wrong, status=problem.status)
    return go(page, PATH, "published" if do == "publish" else "sent-back")


def _history(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    words: Words,
    record_id: str,
    *,
    chosen: tuple[int, int] = (0, 0),
    wrong: str = "",
    status: int = 200,
) -> Response:
    editor, kind = state.store.editor, words.sheet.kind
    history = editor.history(kind, record_id)
    head, (before, after) = history[-1], chosen
    old = editor.at(kind, record_id, before) if before else None
    new = editor.at(kind, record_id, after) if after else head
    desk = Desk(editor, signed_in.person)
    moved = Moved.between(old.body, new.body) if old else None
    way = route_change(kind, old.body if old else None, new.body, state, page.texts)
    return show(
        page,
        signed_in,
        "record_history.html",
        shared_drawing("pin", state, page.texts) if moved else way,
        status=status,
        moved=moved,
        way=way,
        wrong=wrong,
        head=head,
        kind=kind,
        name=words.title(head),
        lines=words.lines(history),
        compared=(old.revision, new.revision) if old else None,
        rows=words.differences(old.body, new.body) if old else (),
        may=desk.may_edit(kind, head.body),
        may_archive=desk.may_archive(kind, head),
    )


def _review(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    words: Words,
    record_id: str,
    *,
    wrong: str = "",
    status: int = 200,
) -> Response:
    texts, kind = page.texts, words.sheet.kind
    history = state.store.editor.history(kind, record_id)
    head, shown = history[-1], published_body(history)
    moved = Moved.between(shown or {}, head.body)
    way = route_change(kind, shown, head.body, state, texts)
    return show(
        page,
        signed_in,
        "record_review.html",
        shared_drawing("pin", state, texts) if moved else way,
        status=status,
        moved=moved,
        way=way,
        head=head,
        kind=kind,
        name=words.title(head),
        time=texts.moment(head.time),
        state=texts(f"staff.state.{head.state}"),
        rows=words.differences(shown or {}, head.body),
        is_new=shown is None,
        authors=sorted(unpublished_authors(history)),
        faults=words.faults(head.body),
        refusal=_refusal(page, Desk(state.store.editor, signed_in.person), kind, history),
        wrong=wrong,
    )


def _refusal(page: Page, desk: Desk, kind: str, history: Sequence[Revision]) -> str:
    """Return why this person cannot decide, before they try; empty where they can."""
    head, person = history[-1], desk.person
    if head.state is not State.REVIEW:
        return page.texts("staff.review.not-handed-in")
    try:
        person.require(Role.REVIEWER)
        desk.require_unit(kind, head.body)
        person.require_other_eyes(head.id, unpublished_authors(history))
    except NotAllowedError as error:
        return detail_of(error, page.texts)
    return ""
