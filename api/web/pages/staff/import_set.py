"""A set of changes that an import made: reviewed, published, sent back or undone as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.accounts import PATH, SenderDep, SignedIn, SignedInDep
from api.deps import StateDep
from api.errors import detail_of, problem_of
from api.state import AppState
from api.web.view import Page, PageDep
from geo.errors import BadRequestError, ConflictError, HeritageError, SchemaError
from routes_data.accounts import Role
from routes_data.accounts.errors import NotAllowedError
from routes_data.desk import Desk, unpublished_authors
from routes_data.exchange.desk import ImportDesk, Member
from routes_data.revisions import State

from .frame import go, show
from .import_file import desk_of
from .record_form import Reason, words_of
from .sheets import SHEETS
from .wording import Difference, Words

router = APIRouter(prefix=f"{PATH}/import/sets")

Deed = Annotated[str, Form(alias="do", pattern="^(publish|send-back|undo)$")]
DONE = {"publish": "published", "send-back": "sent-back", "undo": "set-undone"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One record of a set, as the page shows it."""

    name: str
    href: str
    state: str
    is_new: bool
    touched: bool
    rows: tuple[Difference, ...]
    faults: tuple[str, ...]


@router.get("/{change_set}")
def set_page(change_set: str, page: PageDep, state: StateDep, signed_in: SignedInDep) -> Response:
    """Show every record of a set, field by field."""
    return _set(page, state, signed_in, change_set)


@router.post("/{change_set}")
def decide(
    change_set: str,
    page: PageDep,
    state: StateDep,
    sender: SenderDep,
    *,
    do: Deed,
    reason: Reason = "",
) -> Response:
    """Publish a set, send it back or undo it, all of it or nothing."""
    path, texts, said = f"{PATH}/import/sets/{change_set}", page.texts, reason.strip()
    seen, desk = page.at(path), desk_of(state, sender)
    words = words_of(state, SHEETS[desk.kind_of(change_set)], texts)
    if do != "publish" and not said:
        missing = texts("staff.edit.reason-missing")
        return _set(seen, state, sender, change_set, wrong=missing, status=422)
    steps = {"publish": desk.publish, "send-back": desk.send_back, "undo": desk.undo}
    try:
        steps[do](change_set, said)
    except SchemaError as error:
        wrong = " ".join(f"{one.row}: {words.fault(one)}" for one in error.faults)
        return _set(seen, state, sender, change_set, wrong=wrong, status=422)
    except (NotAllowedError, ConflictError, BadRequestError) as error:
        status = problem_of(error).status
        wrong = detail_of(error, texts)
        return _set(seen, state, sender, change_set, wrong=wrong, status=status)
    return go(page, path, DONE[do])


def _set(
    page: Page,
    state: AppState,
    signed_in: SignedIn,
    change_set: str,
    *,
    wrong: str = "",
    status: int = 200,
) -> Response:
    desk = desk_of(state, signed_in)
    members = desk.members(change_set)
    first = members[0].own[0]
    words = words_of(state, SHEETS[first.kind], page.texts)
    waiting = sum(one.head.state is State.REVIEW for one in members)
    return show(
        page,
        signed_in,
        "import_set.html",
        status=status,
        wrong=wrong,
        change_set=change_set,
        first=first,
        kind=page.texts(f"exchange.kind-of.{first.kind}"),
        time=page.texts.moment(first.time),
        changed=[_changed(one, page, words) for one in members],
        waiting=waiting,
        moved=any(one.touched_since for one in members),
        undone=all(one.head.change_set == f"undo-{change_set}" for one in members),
        refusal=_refusal(desk, members, page),
        may_undo=signed_in.person.role.reaches(Role.REVIEWER)
        or signed_in.person.name == first.author,
    )


def _changed(one: Member, page: Page, words: Words) -> Changed:
    texts, body = page.texts, one.own[-1].body
    path = f"{PATH}/{one.head.kind}/{one.head.id}"
    return Changed(
        words.title(one.own[-1]),
        page.href(f"{path}/review" if one.head.state is State.REVIEW else path),
        texts(f"staff.state.{one.head.state}"),
        not one.before,
        one.touched_since,
        tuple(row for row in words.differences(one.before, body) if row.before or row.after),
        words.faults(body) if one.head.state is State.REVIEW else (),
    )


def _refusal(desk: ImportDesk, members: tuple[Member, ...], page: Page) -> str:
    """Return why this person cannot publish the set; empty where they can."""
    person = desk.person
    try:
        person.require(Role.REVIEWER)
        for one in members:
            if one.head.state is State.REVIEW:
                Desk(desk.editor, person).require_unit(one.head.kind, one.head.body)
                person.require_other_eyes(one.head.id, unpublished_authors(one.history))
    except HeritageError as error:
        return detail_of(error, page.texts)
    return ""
