"""Typesets a document: JSON into the Typst template, PDF/UA-1 out.

What a person wrote reaches Typst as data (`sys.inputs`), never as markup. The fonts come with the
`pack` extra, not from the machine, so the same input gives the same bytes everywhere.
"""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import segno

from geo.errors import HeritageError, PackUnavailableError

from .document import Document

_FONT_PACKAGE = "noto_cjk_sans_otc"
_PACKAGE = "maps.pack"
_FINE = 14
"""From this version on a code is so fine that larger modules help more than spare ones."""


class TypesettingError(HeritageError):
    """The typesetter refused the document; a fault of ours, not of the visitor's."""

    code = "typesetting"


def available() -> bool:
    """Return whether PDF packs can be made here."""
    return find_spec("typst") is not None and find_spec(_FONT_PACKAGE) is not None


def font_file() -> Path:
    """Return the font of the packs.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    """
    if find_spec(_FONT_PACKAGE) is None:
        raise PackUnavailableError
    return Path(str(resources.files(_FONT_PACKAGE) / "NotoSansCJK-Regular.ttc"))


@cache
def _fonts() -> object:
    return _typst().Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(font_file().parent)],
    )


def _typst() -> ModuleType:
    if not available():
        raise PackUnavailableError
    return import_module("typst")


def typeset(document: Document) -> bytes:
    """Return the document as PDF.

    Raises
    ------
    PackUnavailableError
        The `pack` extra is not installed.
    TypesettingError
        The typesetter refused the document.
    """
    data = {**document.as_json(), "qr": qr_svg(document.link) if document.link else ""}
    with resources.as_file(resources.files(_PACKAGE) / "templates") as folder:
        compiler = typst_compiler(folder / "pack.typ", data)
        pdf = _compile(compiler, standards=["ua-1"])
        if document.paper != "booklet":
            return pdf
        pages = int(compiler.query("<page-count>", field="value", one=True))
        return impose(pdf, pages, document)


def impose(pdf: bytes, pages: int, document: Document) -> bytes:
    """Return an A5 pack two pages on a sheet of A4, in the order of a folded booklet.

    Printed on both sides, flipped on the short edge, and folded in the middle. A print file: who
    reads on a screen takes the A5 file, which has the tags.
    """
    data = {
        "langs": document.langs,
        "title": document.title,
        "sheets": booklet_order(pages),
    }
    with tempfile.TemporaryDirectory(prefix="redtrails-pack-") as scratch:
        folder = Path(scratch)
        (folder / "pages.pdf").write_bytes(pdf)
        template = resources.files(_PACKAGE) / "templates" / "booklet.typ"
        (folder / "booklet.typ").write_bytes(template.read_bytes())
        return _compile(typst_compiler(folder / "booklet.typ", data), standards=[])


def booklet_order(count: int) -> list[list[int]]:
    """Return the pairs of pages (0: blank) of each side of each sheet, outermost first."""
    whole = -(-count // 4) * 4
    pages = [n if n <= count else 0 for n in range(1, whole + 1)]
    sides: list[list[int]] = []
    while pages:
        first, last = pages.pop(0), pages.pop()
        second, before = pages.pop(0), pages.pop()
        sides += [[last, first], [second, before]]
    return sides


def qr_svg(link: str) -> str:
    """Return the QR code of a link as SVG, quiet zone included.

    It has no size but a view box: wherever it is placed, the whole of it shows.
    """
    out = io.BytesIO()
    code = segno.make(link, error="m", micro=False, boost_error=False)
    if int(code.version) > _FINE:
        code = segno.make(link, error="l", micro=False, boost_error=False)
    code.save(out, kind="svg", border=4, scale=4, xmldecl=False, nl=False, omitsize=True)
    return out.getvalue().decode()


def typst_compiler(template: Path, data: dict[str, Any]) -> Any:  # noqa: ANN401 - no stubs here
    """Return a compiler of a template over data, with our font and nobody else's."""
    return _typst().Compiler(
        input=template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def _compile(compiler: Any, *, standards: list[str]) -> bytes:  # noqa: ANN401 - as above
    try:
        made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=0)
    except _typst().TypstError as error:
        raise TypesettingError(f"Typst: {error.message}"[:500]) from error
    return bytes(made)
