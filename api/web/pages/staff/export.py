"""Export for staff: everything that is kept, in any form, or what visitors see of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.accounts import PATH, SignedInDep
from api.deps import StateDep
from api.errors import detail_of
from api.exchanging import headings
from api.web.view import PageDep
from geo.errors import HeritageError
from routes_data.accounts import Role
from routes_data.exchange.forms import FORMS, form_of
from routes_data.exchange.outgoing import STAFF_EXPORTED, exported

from .frame import NO_STORE, show

router = APIRouter(prefix=f"{PATH}/export")


@router.get("")
def export_page(page: PageDep, signed_in: SignedInDep, wrong: str = "") -> Response:
    """Show what can be exported, and in which forms."""
    texts = page.texts
    return show(
        page,
        signed_in,
        "export.html",
        kinds=[(kind, texts(f"exchange.kind-of.{kind}")) for kind in STAFF_EXPORTED],
        forms=[(name, texts(f"exchange.form.{name}")) for name in FORMS],
        wrong=wrong[:400],
    )


@router.get("/file")
def get_file(
    page: PageDep,
    state: StateDep,
    signed_in: SignedInDep,
    *,
    kind: str = "sites",
    form: str = "xlsx",
    content: str = "all",
    words: Annotated[str, Query(alias="headings")] = "words",
) -> Response:
    """Answer with records as a file."""
    signed_in.person.require(Role.VIEWER)
    chosen = form_of(form)
    public = content == "public"
    spreadsheet = chosen.ending in {"xlsx", "csv"} and words == "words"
    try:
        table = exported(state.store.editor, kind, public=public)
        made = chosen.content(
            f"{kind}.{chosen.ending}", table, headings(kind, page.texts) if spreadsheet else None
        )
    except HeritageError as error:
        return export_page(page.at(f"{PATH}/export"), signed_in, detail_of(error, page.texts))
    name = f"red-trails-{kind}{'' if public else '-all'}.{chosen.ending}"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=chosen.media_type, headers=headers)
