"""Changes of features over HTTP (OGC 20-002, part 4): by whom, on which revision, with what answer.

Every change names the revision it rests on (`If-Match`); there is no writing over what one has not
seen. A change is handed in for review: visitors go on seeing what is published.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from geo.columns import Record
from geo.errors import (
    ConflictError,
    RecordExistsError,
    RecordFaultsError,
    SchemaError,
    UnknownRecordError,
)
from routes_data.accounts import Role
from routes_data.desk import Desk
from routes_data.exchange.ids import free_id
from routes_data.revisions import HIDING, Revision

from .accounts import Bearer, BearerDep, bearer_of
from .deps import LangDep, StateDep
from .feature_edits import Json, merged, newest_feature, read_feature, read_id
from .links import GEOJSON, Links, LinksDep
from .params import ChangeQuery, WriteQuery
from .state import AppState
from .systems import CRS84, feature_in, system_of

_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})-[0-9a-f]{16}"')
MOST_ALIKE = 99


class StaleError(HTTPException):
    """A change rests on a revision that is not the newest; the answer has the newest one's tag."""

    def __init__(self, head: Revision, tag: str) -> None:
        super().__init__(
            412, f"{head.kind}/{head.id} is at revision {head.revision}", {"ETag": tag}
        )
        self.values = {"kind": head.kind, "id": head.id, "found": head.revision}


def revision_tag(revision: int, body: bytes, request: Request) -> str:
    """Return the strong ETag of an answer: the revision it shows, and a digest of the answer.

    The same revision has several forms (languages, reference systems, HTML, compressed), each with
    a tag of its own (RFC 9110, 8.8.3); all name the revision.
    """
    compressed = b"gzip" if "gzip" in request.headers.get("accept-encoding", "") else b""
    return f'"{revision}-{hashlib.sha256(body + compressed).hexdigest()[:16]}"'


def revisions_of(header: str) -> frozenset[int]:
    """Return the revisions that an If-Match header names; tags that are not ours name none.

    A weak tag is taken, too: proxies that compress make ours weak, and it names the revision still.
    """
    found = (_TAG.fullmatch(one.strip()) for one in header.split(","))
    return frozenset(int(one[1]) for one in found if one)


@dataclass(frozen=True, slots=True)
class Newest:
    """Shows records as they stand newest, to who sends a token."""

    request: Request
    state: AppState
    links: Links
    lang: str

    def shown(self, kind: str, record_id: str, crs: str) -> Response:
        """Return the newest state of a record.

        Raises
        ------
        NotSignedInError, UnknownRecordError
            There is no token that holds; there is no such record.
        """
        bearer_of(self.request, self.state)
        return self.answer(self.head(kind, record_id), crs)

    def tagged(self, answer: Response, kind: str, record_id: str) -> Response:
        """Give an answer with a published record the tag of the revision it shows."""
        revision = self.state.revisions[kind][record_id]
        answer.headers["ETag"] = revision_tag(revision, bytes(answer.body), self.request)
        return answer

    def head(self, kind: str, record_id: str) -> Revision:
        """Return the newest revision of a record.

        Raises
        ------
        UnknownRecordError
            There is none, or it was archived or deleted.
        """
        head = self.state.store.editor.head(kind, record_id)
        if head.state in HIDING:
            raise UnknownRecordError(
                f"{kind}/{record_id} is {head.state}", kind=kind, id=record_id, revision=None
            )
        return head

    def answer(self, head: Revision, crs: str = CRS84, *, status: int = 200) -> Response:
        """Return the answer that shows a revision."""
        kind, path = head.kind, self.path(head)
        feature = feature_in(newest_feature(kind, head, self.state.catalogue), crs)
        query = {"state": "draft"}
        own = self.links.link("self", path, media_type=GEOJSON, query=query)
        collection = self.links.link("collection", f"/api/collections/{kind}")
        answer = JSONResponse(
            {**feature, "links": [own, collection]},
            status,
            {"Content-Crs": f"<{crs}>", "Cache-Control": "no-store", "Content-Language": self.lang},
            GEOJSON,
        )
        answer.headers["ETag"] = revision_tag(head.revision, bytes(answer.body), self.request)
        if self.request.method != "GET":
            answer.headers["Content-Location"] = self.links.url(path, query)
        return answer

    def path(self, head: Revision) -> str:
        """Return the address of a record."""
        return f"/api/collections/{head.kind}/items/{head.id}"

    def stale(self, kind: str, record_id: str) -> StaleError:
        """Return the refusal of a change that does not rest on the newest revision."""
        head = self.head(kind, record_id)
        return StaleError(head, self.answer(head).headers["ETag"])


def get_newest(request: Request, state: StateDep, links: LinksDep, lang: LangDep) -> Newest:
    """Return what shows records as they stand newest."""
    return Newest(request, state, links, lang)


NewestDep = Annotated[Newest, Depends(get_newest)]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=400,
        description="The ETag of the newest revision, `?state=draft`; `*` names none.",
    ),
]
ContentCrs = Annotated[
    str | None,
    Header(
        alias="Content-Crs",
        max_length=200,
        description="The reference system of the geometry that is sent; CRS84 without it.",
    ),
]


def get_if_match(if_match: IfMatch = None) -> frozenset[int]:
    """Return the revisions that a change may rest on.

    Raises
    ------
    HTTPException
        428: the header is missing, or names none.
    """
    if if_match is None or if_match.strip() in ("", "*"):
        raise HTTPException(428, "send If-Match with the ETag of what is changed")
    return revisions_of(if_match)


IfMatchDep = Annotated[frozenset[int], Depends(get_if_match)]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes features for who sends a token, within the rights of both."""

    newest: Newest
    bearer: Bearer
    query: ChangeQuery
    publish: bool = False
    crs: str = CRS84

    @property
    def _desk(self) -> Desk:
        return Desk(self.newest.state.store.editor, self.bearer.person)

    @property
    def _reason(self) -> str:
        return self.query.reason.strip() or f"OGC API – Features: {self.bearer.token.label}"

    def create(self, kind: str, feature: Json) -> Response:
        """Make a new record of a feature; without an id, one is made of the name.

        Raises
        ------
        RecordFaultsError, RecordExistsError, NotAllowedError
            It has faults, there is one of this id, or this person may not.
        """
        own = feature.get("id")
        if own is None:
            made = self._named(kind, feature)
        else:
            body = read_feature(kind, feature, read_id(kind, own), crs=self.crs)
            try:
                made = self._hand_in(kind, body, None)
            except ConflictError as error:
                raise RecordExistsError(kind, str(own)) from error
        answer = self.newest.answer(made, status=201)
        answer.headers["Location"] = self.newest.links.url(self.newest.path(made))
        return answer

    def _named(self, kind: str, feature: Json) -> Revision:
        """Make a record under the first free id that its name makes."""
        body = read_feature(kind, feature, "unnamed", crs=self.crs)
        name, taken = str(body["name_zh"]), set[str]()
        while len(taken) < MOST_ALIKE:
            own = read_id(kind, free_id(name, taken))
            try:
                return self._hand_in(kind, {**body, "id": own}, None)
            except ConflictError:
                taken.add(own)
        raise RecordExistsError(kind, own)

    def replace(self, kind: str, record_id: str, feature: Json, seen: frozenset[int]) -> Response:
        """Put a feature in the place of a record.

        Raises
        ------
        UnknownRecordError, StaleError, RecordFaultsError, NotAllowedError
            There is none, somebody was faster, it has faults, or this person may not.
        """
        head = self._seen(kind, record_id, seen)
        body = read_feature(kind, feature, record_id, head.body, crs=self.crs)
        return self._write(head, body)

    def update(self, kind: str, record_id: str, patch: Json, seen: frozenset[int]) -> Response:
        """Change what a merge patch names of a record; errors as of `replace`."""
        head = self._seen(kind, record_id, seen)
        feature = merged(newest_feature(kind, head, self.newest.state.catalogue), patch)
        crs = self.crs if "geometry" in patch else CRS84
        return self._write(head, read_feature(kind, feature, record_id, head.body, crs=crs))

    def archive(self, kind: str, record_id: str, seen: frozenset[int]) -> Response:
        """Take a record away from visitors; staff keep it. Errors as of `replace`."""
        head = self._seen(kind, record_id, seen)
        try:
            self._desk.archive(kind, record_id, head.revision, self._reason)
        except ConflictError as error:
            raise self.newest.stale(kind, record_id) from error
        except SchemaError as error:
            raise RecordFaultsError(error.faults) from error
        return Response(status_code=204)

    def _seen(self, kind: str, record_id: str, seen: frozenset[int]) -> Revision:
        """Return the newest revision, which must be one that was seen."""
        head = self.newest.head(kind, record_id)
        if head.revision not in seen:
            raise self.newest.stale(kind, record_id)
        return head

    def _write(self, head: Revision, body: Record) -> Response:
        try:
            return self.newest.answer(self._hand_in(head.kind, body, head.revision))
        except ConflictError as error:
            raise self.newest.stale(head.kind, head.id) from error

    def _hand_in(self, kind: str, body: Record, expected: int | None) -> Revision:
        """Return the revision as it is read from now on: a database may put members in order."""
        try:
            made = self._desk.hand_in(kind, body, expected, self._reason, publish=self.publish)
        except SchemaError as error:
            raise RecordFaultsError(error.faults) from error
        return self.newest.state.store.editor.at(kind, made.id, made.revision)


def get_writer(
    bearer: BearerDep,
    newest: NewestDep,
    query: Annotated[WriteQuery, Query()],
    content_crs: ContentCrs = None,
) -> Writer:
    """Return what writes for this token.

    Raises
    ------
    ScopeError, RoleError
        The token was not made for it, or its account may not.
    InvalidParameterError
        The reference system is none of ours.
    """
    bearer.require("edit", Role.EDITOR)
    if query.publish:
        bearer.require("review", Role.REVIEWER)
    crs = system_of("Content-Crs", content_crs.strip("<> ") if content_crs else None)
    return Writer(newest, bearer, query, query.publish, crs)


def get_archivist(
    bearer: BearerDep, newest: NewestDep, query: Annotated[ChangeQuery, Query()]
) -> Writer:
    """Return what archives for this token; visitors see that at once, so it takes a reviewer.

    Raises
    ------
    ScopeError, RoleError
        As `get_writer`.
    """
    bearer.require("review", Role.REVIEWER)
    return Writer(newest, bearer, query)


WriterDep = Annotated[Writer, Depends(get_writer)]
ArchivistDep = Annotated[Writer, Depends(get_archivist)]
