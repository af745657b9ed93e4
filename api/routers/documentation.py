"""What the machine interface is: for machines (OpenAPI) and for people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from api import documentation
from api.deps import TextsDep
from api.links import OPENAPI
from api.openapi import document_of
from api.params import PlainQuery as Parameters
from api.web.view import PageDep, PolicyParts

router = APIRouter(prefix="/api", tags=["interface"])


@router.get("/openapi.json", summary="The OpenAPI 3.0 document")
def get_openapi(request: Request, _: Annotated[Parameters, Query()]) -> JSONResponse:
    """Answer with the description of this interface, examples included."""
    return JSONResponse(document_of(request.app), media_type=OPENAPI)


@router.get("/docs", summary="This interface, to be read", response_class=HTMLResponse)
def get_docs(request: Request, page: PageDep, texts: TextsDep) -> HTMLResponse:
    """Answer with the documentation; it needs no script and nothing foreign."""
    document = document_of(request.app)
    return page.render(
        documentation.template(),
        policy=PolicyParts(styles=(documentation.style_hash(),)),
        document=document,
        groups=list(documentation.operations(document, texts)),
        problems=documentation.problems(texts),
        style=documentation.style(),
    )
