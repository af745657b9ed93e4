"""`redtrails closures`: days on which a site is shut whatever its hours say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from .console import write, write_json, write_table

if TYPE_CHECKING:
    from api.web.texts import Texts
    from routes_data.revisions import Revision, Signature
    from routes_data.store import Store

app = typer.Typer(help="cli.closures", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="cli.json")]
SiteId = Annotated[str, typer.Argument(metavar="SITE", help="cli.closures.site")]
First = Annotated[str, typer.Argument(metavar="FROM", help="cli.closures.first")]
Last = Annotated[str, typer.Argument(metavar="TO", help="cli.closures.last")]
ReasonZh = Annotated[str, typer.Option("--reason-zh", help="cli.closures.reason-zh")]
ReasonEn = Annotated[str, typer.Option("--reason-en", help="cli.closures.reason-en")]
Source = Annotated[str, typer.Option("--source", help="cli.closures.source")]
ClosureId = Annotated[str, typer.Argument(metavar="ID", help="cli.closures.id")]

COLUMNS = ("id", "site", "date_from", "date_to", "reason_zh", "reason_en", "source")
KIND = "closures"


@app.command("list", help="cli.closures.list")
def list_closures(context: typer.Context, *, json: Json = False) -> None:
    """List every closure that visitors are told of."""
    from routes_data.revisions import State

    texts: Texts = context.obj
    with _store() as store:
        found = store.editor.worklist(KIND, [State.PUBLISHED])
    if json:
        write_json([one.body for one in found])
        return
    rows = [tuple(str(one.body[name]) for name in COLUMNS) for one in found]
    write_table([texts(f"cli.closures.column.{name}") for name in COLUMNS], rows)


@app.command("add", help="cli.closures.add")
def add(
    context: typer.Context,
    site: SiteId,
    first: First,
    last: Last,
    *,
    reason_zh: ReasonZh,
    reason_en: ReasonEn = "",
    source: Source = "",
) -> None:
    """Close a site on some days; visitors and plans know it at once."""
    from geo.catalogue import Catalogue
    from geo.schema import refuse
    from routes_data.kinds import kind_of

    texts: Texts = context.obj
    closure_id = f"{site}-{first}"
    body: dict[str, object] = dict(
        zip(COLUMNS, (closure_id, site, first, last, reason_zh, reason_en, source), strict=True)
    )
    refuse(kind_of(KIND).faults(body))
    by = _signature(texts("cli.closures.by"))
    with _store() as store:
        Catalogue.load(store).site(site)
        draft = _draft(store, body, by)
        review = store.editor.submit(KIND, closure_id, draft.revision, by)
        store.editor.publish(KIND, closure_id, review.revision, by)
    write(texts("cli.closures.added", id=closure_id, site=site, first=first, last=last))


@app.command("remove", help="cli.closures.remove")
def remove(context: typer.Context, closure_id: ClosureId) -> None:
    """Take a closure back; its history stays."""
    texts: Texts = context.obj
    with _store() as store:
        head = store.editor.head(KIND, closure_id)
        by = _signature(texts("cli.closures.by"))
        gone = store.editor.archive(KIND, closure_id, head.revision, by)
    write(texts("cli.closures.removed", id=gone.id))


def _draft(store: Store, body: dict[str, object], by: Signature) -> Revision:
    """Write a closure as a draft, on top of an older one of the same site and day."""
    from geo.errors import UnknownRecordError

    try:
        head = store.editor.head(KIND, str(body["id"]))
    except UnknownRecordError:
        return store.editor.create(KIND, body, by)
    return store.editor.edit(KIND, head.id, body, head.revision, by)


def _signature(reason: str) -> Signature:
    import getpass

    from routes_data.revisions import Signature

    return Signature(f"{getpass.getuser()} (command line)", reason)


@contextmanager
def _store() -> Iterator[Store]:
    from api.settings import load_settings
    from api.state import opened_store

    with opened_store(load_settings()) as store:
        yield store
