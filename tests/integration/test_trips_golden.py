"""Five real trips as print: their words page by page against golden files, their layout by ink.

`REDTRAILS_WRITE_GOLDEN=1 pytest tests/integration/test_trips_golden.py` writes the files anew;
look at the difference, and at the pages, before committing it.
"""

from __future__ import annotations

import io
import json
import os
import re
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pdfua
import pypdf
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from trips_world import TRIPS

from api.state import holder_of
from api.trip_query import TripPackQuery, trip_of_query
from api.tripping import make_trip, pack_document
from maps.pack import typeset as typesetting

GOLDEN = Path(__file__).parent / "golden_trips"
DPI = 40.0
MM = DPI / 25.4
PAPER = 245
"""Grey above this is paper: hairlines at 40 dpi are lighter than black."""
NAMES = sorted(TRIPS)
Ink = np.ndarray[Any, np.dtype[np.bool_]]


@pytest.fixture(scope="module", params=NAMES)
def printed(request: pytest.FixtureRequest, client: TestClient) -> tuple[str, bytes]:
    """A trip's name and its pack."""
    answer = client.get("/api/trips/pack.pdf", params=TRIPS[request.param])
    assert answer.status_code == 200, answer.text
    return request.param, answer.content


def words_of(pdf: bytes) -> list[str]:
    """The text of each page; the stamp and the link's version change with the catalogue."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return [re.sub(r"\b[0-9a-f]{12,16}\b", "STAMP", page) for page in pages]


def test_the_words_are_those_of_the_golden_file(printed: tuple[str, bytes]) -> None:
    name, pdf = printed
    words = words_of(pdf)
    file = GOLDEN / f"{name}.json"
    if os.environ.get("REDTRAILS_WRITE_GOLDEN"):
        lines = [page.splitlines() for page in words]
        file.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")
    golden = ["\n".join(lines) for lines in json.loads(file.read_text("utf-8"))]
    assert len(words) == len(golden)
    for number, (page, wanted) in enumerate(zip(words, golden, strict=True), start=1):
        assert page.splitlines() == wanted.splitlines(), f"page {number}"


def test_no_glyph_is_missing(printed: tuple[str, bytes]) -> None:
    """A character without a glyph is printed as .notdef and read back as U+FFFD or nothing."""
    assert not any("\ufffd" in page for page in words_of(printed[1]))


def test_a_validator_finds_no_fault_in_the_tags(printed: tuple[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "pack.pdf"
    file.write_bytes(printed[1])
    report = pdfua.validate(str(file))
    assert [f"{fault.rule_id} {fault.message}" for fault in report.findings] == []


def ink_of(
    name: str, client: TestClient, paper: str = "a4"
) -> list[np.ndarray[Any, np.dtype[np.bool_]]]:
    """The pages as the typesetter paints them: True where there is ink."""
    app: Any = client.app
    state = holder_of(app).state
    query = TripPackQuery(**{**TRIPS[name], "paper": paper})  # type: ignore[arg-type]
    document = pack_document(make_trip(trip_of_query(query), state), query, state, "")
    data = {**document.as_json(), "qr": typesetting.qr_svg(document.link)}
    with resources.as_file(resources.files("maps.pack") / "templates") as folder:
        compiler = typesetting.typst_compiler(folder / "pack.typ", data)
        painted = compiler.compile(format="png", ppi=DPI)
    pages = painted if isinstance(painted, list) else [painted]
    return [np.array(Image.open(io.BytesIO(page)).convert("L")) < PAPER for page in pages]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("paper", "size", "edge_mm"), [("a4", (297, 210), 11), ("a5", (210, 148), 8)]
)
def test_every_page_is_used_and_nothing_leaves_its_margins(
    name: str, paper: str, size: tuple[int, int], edge_mm: int, client: TestClient
) -> None:
    edge = round(edge_mm * MM)
    for number, ink in enumerate(ink_of(name, client, paper), start=1):
        high, wide = ink.shape
        assert (round(high / MM), round(wide / MM)) == size
        inside = ink[edge : high - edge, edge : wide - edge]
        assert ink.sum() == inside.sum(), f"page {number} runs into its margin"
        body = ink[: round(high * 0.9)]
        assert body.any(axis=1).sum() > 0.08 * high, f"page {number} is all but blank"
