"""XML read as a stream: no document type, so no entities, no foreign files; so many elements only.

expat by itself loads nothing from outside; what is left of the dangers of XML (entities that grow,
elements without end) is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from .errors import ImportFileError, broken

MAX_ELEMENTS = 1_500_000
"""Of one document: a table of 10,000 rows and 40 columns has fewer."""
MAX_DEPTH = 100
_CHUNK = 65_536

Start = Callable[[str, Mapping[str, str]], None]


class Scan:
    """What is told of a document while it is read.

    Parameters
    ----------
    start, end, text
        Called for each element (its local name, its attributes), its end and its letters.
    """

    def __init__(
        self,
        start: Start | None = None,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.text = text


def scan(file: str, form: str, stream: IO[bytes], told: Scan, most: int = MAX_ELEMENTS) -> None:
    """Read a document to its end.

    Raises
    ------
    ImportFileError
        It is no XML, has a document type, or too many elements.
    """
    count = depth = 0

    def opened(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > most or depth > MAX_DEPTH:
            wanted = f"at most {most} elements of XML; split it into parts"
            raise ImportFileError(file, wanted, "import_elements", limit=most)
        if told.start:
            told.start(_local(name), attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if told.end:
            told.end(_local(name))

    def refuse(*_: object) -> None:
        wanted = "XML without a document type (<!DOCTYPE …>): it can pull in foreign files"
        raise ImportFileError(file, wanted, "import_doctype")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    if told.text:
        parser.CharacterDataHandler = told.text
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
    except (ExpatError, LookupError, UnicodeError) as error:
        raise broken(file, form) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]
