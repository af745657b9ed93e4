"""Files between their upload and the day they are applied, and how each account reads them.

What was uploaded stands in the store, so that every worker of every node can go on with it; after
a day it is thrown away.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from geo.errors import UnknownRecordError
from routes_data.engine import reading, writing
from routes_data.models import IMPORT_MAPPINGS, IMPORTS
from routes_data.part import Part

from .mapping import signature_of
from .subjects import SITES
from .tables import Table

KEPT = timedelta(days=1)
"""How long an upload that nobody applied is kept."""
MOST = 5
"""Uploads of one account: an older one gives way."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said of a file: how it is read, and what becomes of its rows."""

    fields: tuple[str, ...] = ()
    datum: str = ""
    clear: bool = False
    mended: Mapping[tuple[int, str], str] = field(default_factory=dict)
    decisions: Mapping[int, str] = field(default_factory=dict)
    kind: str = SITES

    def as_json(self) -> dict[str, Any]:
        """Return the answers as a JSON value."""
        return {
            "fields": list(self.fields),
            "datum": self.datum,
            "clear": self.clear,
            "mended": [[row, name, text] for (row, name), text in self.mended.items()],
            "decisions": [[row, said] for row, said in self.decisions.items()],
            "kind": self.kind,
        }


def _answers(value: Mapping[str, Any]) -> Answers:
    return Answers(
        tuple(value["fields"]),
        value["datum"],
        value["clear"],
        {(row, name): text for row, name, text in value["mended"]},
        {row: said for row, said in value["decisions"]},  # noqa: C416 - pairs of JSON are lists
        value.get("kind", SITES),  # an upload of before an upgrade says none
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded, read, and not yet applied."""

    id: str
    account: str
    file: str
    table: Table
    answers: Answers

    @property
    def change_set(self) -> str:
        """The set of changes it becomes."""
        return f"import-{self.id}"


class Uploads(Part):
    """The uploads of a store; safe for threads and processes."""

    def add(self, account: str, file: str, table: Table, kind: str = SITES) -> Upload:
        """Keep a file; those out of date, and too many of this account, are thrown away."""
        now, made = self.clock(), secrets.token_hex(8)
        upload = Upload(made, account, file[-120:], table, Answers(kind=kind))
        with writing(self._engine) as connection:
            connection.execute(delete(IMPORTS).where(IMPORTS.c.kept < now - KEPT))
            own = select(IMPORTS.c.id).where(IMPORTS.c.account == account)
            ids = list(connection.scalars(own.order_by(IMPORTS.c.kept.desc())))
            connection.execute(delete(IMPORTS).where(IMPORTS.c.id.in_(ids[MOST - 1 :])))
            connection.execute(
                insert(IMPORTS).values(
                    id=made,
                    account=account,
                    file=upload.file,
                    content=_packed(table),
                    answers=upload.answers.as_json(),
                    kept=now,
                )
            )
        return upload

    def get(self, account: str, upload_id: str) -> Upload:
        """Return an upload of an account.

        Raises
        ------
        UnknownRecordError
            There is none, it is somebody else's, was applied, or is out of date.
        """
        query = select(IMPORTS).where(IMPORTS.c.id == upload_id, IMPORTS.c.account == account)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None or row["kept"] < self.clock() - KEPT:
            raise UnknownRecordError(
                f"no upload {upload_id}: it was applied, or is older than a day; upload it again",
                kind="imports",
                id=upload_id,
                revision=None,
            )
        table = _unpacked(row["content"])
        return Upload(upload_id, account, row["file"], table, _answers(row["answers"]))

    def answer(self, upload: Upload, answers: Answers) -> Upload:
        """Keep what was said of an upload, and how files with these headings are read."""
        key = and_(IMPORTS.c.id == upload.id, IMPORTS.c.account == upload.account)
        with writing(self._engine) as connection:
            values = {"answers": answers.as_json()}
            connection.execute(update(IMPORTS).where(key).values(values))
        if answers.fields != upload.answers.fields:
            self._remember(upload, answers.fields)
        return replace(upload, answers=answers)

    def drop(self, upload: Upload) -> None:
        """Throw an upload away."""
        with writing(self._engine) as connection:
            connection.execute(delete(IMPORTS).where(IMPORTS.c.id == upload.id))

    def remembered(
        self, account: str, columns: tuple[str, ...], kind: str = SITES
    ) -> tuple[str, ...] | None:
        """Return how an account read a file with these headings last; None for the first time."""
        query = select(IMPORT_MAPPINGS.c.fields).where(
            IMPORT_MAPPINGS.c.account == account,
            IMPORT_MAPPINGS.c.signature == _signature(kind, columns),
        )
        with reading(self._engine) as connection:
            found = connection.scalar(query)
        return tuple(found) if found is not None else None

    def _remember(self, upload: Upload, fields: tuple[str, ...]) -> None:
        signature = _signature(upload.answers.kind, upload.table.columns)
        key = {"account": upload.account, "signature": signature}
        same = and_(
            IMPORT_MAPPINGS.c.account == upload.account, IMPORT_MAPPINGS.c.signature == signature
        )
        values = {"fields": list(fields), "changed": self.clock()}
        with writing(self._engine) as connection:
            done = connection.execute(update(IMPORT_MAPPINGS).where(same).values(values))
            if not done.rowcount:
                connection.execute(insert(IMPORT_MAPPINGS).values(key | values))


def _signature(kind: str, columns: tuple[str, ...]) -> str:
    """Return what the headings of a file are known again by, for its kind of records."""
    return signature_of(columns if kind == SITES else (kind, *columns))


def _packed(table: Table) -> bytes:
    value = [table.form, table.columns, table.rows, table.said]
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _unpacked(content: bytes) -> Table:
    form, columns, rows, said = json.loads(
        zlib.decompress(content).decode("utf-8", "surrogatepass")
    )
    return Table(
        form,
        tuple(columns),
        tuple((number, tuple(cells)) for number, cells in rows),
        tuple((key, value) for key, value in said),
    )
